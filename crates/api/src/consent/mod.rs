//! `/api/v1/consent-requests`, `/consents`, `/stop-notices`: a bank asks a subject for a consent, sees what became of it
//! and how each consent stands, and takes note that it must not read any longer.

mod ask;
mod given;
mod list;
mod stop;
mod view;

pub(crate) use ask::{__path_ask, ask};
pub(crate) use given::{
    __path_find_given, __path_list_given, ConsentPageView, ConsentView, find_given, list_given,
};
pub(crate) use list::{__path_find, __path_list, find, list};
pub(crate) use stop::{
    __path_acknowledge, __path_list_stops, StopListView, StopView, acknowledge, list_stops,
};
pub(crate) use view::{AskBody, RequestPageView, RequestView};
