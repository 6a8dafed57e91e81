//! `/api/v1/subjects/{uscc}`: what a bank may read of a subject under its consent.

mod open;
mod prequal;
mod records;
mod report;

pub(crate) use open::{PermitView, Wish, own_bank, registered_name};
pub(crate) use prequal::{
    __path_prequal, AnswerView, MissingView, PrequalBody, PrequalView, ReasonView, TextView, prequal,
};
pub(crate) use records::{__path_records, ItemRecordsView, RecordView, RecordsView, read, records};
pub(crate) use report::{__path_report, ReportView, report};
