//! A bulk reading as it is told.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::hours::BulkHours;
use super::model::{Bulk, BulkState, Progress};
use crate::subject::RecordsView;
use crate::words::{BankPurpose, BankPurposeWord, Word};

/// A reading of many subjects.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkReading)]
pub(crate) struct BulkView {
    /// Its number.
    bulk_id: String,
    /// `queued`, `running`, `done` (what was read can be fetched) or `erased` (it is gone).
    #[schema(inline)]
    state: BulkStateView,
    /// What for.
    #[schema(inline)]
    purpose: BankPurposeWord,
    /// The items asked for.
    items: Vec<String>,
    /// True when the granted ones of the items are read.
    partial: bool,
    /// How many subjects.
    subjects: u32,
    /// Subjects that wait.
    waiting: u32,
    /// Subjects that were read.
    read: u32,
    /// Subjects that were refused.
    refused: u32,
    /// When it was asked for.
    asked_at: Timestamp,
    /// From when it goes on; none when it is done.
    runs_from: Option<Timestamp>,
    /// When the last subject was done.
    finished_at: Option<Timestamp>,
    /// Until when what was read can be fetched.
    kept_until: Option<Timestamp>,
}

/// How a reading of many subjects stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = BulkState)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BulkStateView {
    /// Nothing was done yet.
    Queued,
    /// Some subjects are done.
    Running,
    /// All are.
    Done,
    /// What was read is gone.
    Erased,
}

impl BulkView {
    pub(super) fn new(bulk: Bulk, progress: Progress, hours: BulkHours, now: Timestamp) -> Self {
        let state = match BulkState::of(&bulk, progress) {
            BulkState::Queued => BulkStateView::Queued,
            BulkState::Running => BulkStateView::Running,
            BulkState::Done => BulkStateView::Done,
            BulkState::Erased => BulkStateView::Erased,
        };
        Self {
            state,
            kept_until: bulk.kept_until(),
            runs_from: bulk.finished_at.is_none().then(|| hours.next_open(now)),
            purpose: Word(BankPurpose(bulk.purpose)),
            subjects: progress.subjects(),
            waiting: progress.waiting,
            read: progress.read,
            refused: progress.refused,
            bulk_id: bulk.bulk_id,
            items: bulk.items,
            partial: bulk.partial,
            asked_at: bulk.asked_at,
            finished_at: bulk.finished_at,
        }
    }
}

/// One line of what was read: a subject that was read, or why not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkLine)]
pub(crate) struct BulkLineView {
    /// The subject.
    pub(super) subject: String,
    /// `read` or `refused`.
    #[schema(value_type = String)]
    pub(super) state: &'static str,
    /// Why it was refused: the stable code of a problem, such as `consent/withdrawn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    /// What was read, as `GET /api/v1/subjects/{uscc}/records` answers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) records: Option<RecordsView>,
}

impl BulkLineView {
    /// A subject that was read.
    pub(super) fn read(records: RecordsView, subject: String) -> Self {
        Self { subject, state: "read", code: None, records: Some(records) }
    }

    /// A subject that was refused, or whose records are withheld by now.
    pub(super) fn refused(subject: String, code: String) -> Self {
        Self { subject, state: "refused", code: Some(code), records: None }
    }
}
