//! `/api/v1/consent-requests`: a bank asks a subject for a consent, and sees what became of it.

mod ask;
mod list;
mod view;

pub(crate) use ask::{__path_ask, ask};
pub(crate) use list::{__path_find, __path_list, find, list};
pub(crate) use view::{AskBody, RequestPageView, RequestView};
