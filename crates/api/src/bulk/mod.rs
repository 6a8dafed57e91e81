//! `/api/v1/bulk-readings`: many subjects read at night.
//!
//! A bank asks by day and is given a number; the work waits as a job for the hours that the operator sets. Each subject
//! is read under a permit of its own, asked for at the moment of its reading, so that a consent that was withdrawn
//! meanwhile stops it, and each reading counts and is seen by its subject like any other.
//!
//! ```text
//! bulk:    queued ─▶ running ─▶ done ─▶ erased (a week later)        running ─▶ queued (the night is over)
//! subject: waiting ─▶ read · refused (with the code of the problem)
//! ```
//!
//! What was read waits sealed in the business store. To fetch it is a look again: a subject that has no consent for it
//! any more is left out, with the reason in its place.

mod ask;
mod fetch;
mod hours;
mod model;
mod run;
mod store;
mod view;

pub(crate) use ask::{__path_ask, BulkBody, ask};
pub(crate) use fetch::{__path_find, __path_result, find, result};
pub use hours::BulkHours;

pub(crate) use run::attend;
pub(crate) use store::SECRETS;
pub(crate) use view::{BulkLineView, BulkView};
