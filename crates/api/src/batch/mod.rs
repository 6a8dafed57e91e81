//! Drop batches of source units: delivering one, reading its receipt, listing what was delivered.

mod deliver;
mod list;
mod upload;
mod view;

pub(crate) use deliver::{__path_deliver, deliver};
pub(crate) use list::{__path_find, __path_list, find, list};
pub(crate) use view::{BatchPageView, BatchSummaryView, FaultView, ReceiptView, RuleCountView};
