//! A bulk reading and what became of each of its subjects.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{BankId, ClientId, PermitId, SubjectKey};
use jq_base::permit::Purpose;

/// How long what was read can be fetched.
pub(super) const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A bulk reading (批量查询).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "an id is named after its thing everywhere")]
pub(super) struct Bulk {
    pub(super) bulk_id: String,
    pub(super) client_id: ClientId,
    pub(super) bank: BankId,
    pub(super) purpose: Purpose,
    pub(super) items: Vec<String>,
    pub(super) partial: bool,
    pub(super) asked_at: Timestamp,
    pub(super) finished_at: Option<Timestamp>,
    pub(super) erased_at: Option<Timestamp>,
}

impl Bulk {
    /// Until when what was read can be fetched, once it is done.
    pub(super) fn kept_until(&self) -> Option<Timestamp> {
        self.finished_at.map(|at| at.checked_add(KEPT).unwrap_or(Timestamp::MAX))
    }
}

/// How many subjects a bulk reading has, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) waiting: u32,
    pub(super) read: u32,
    pub(super) refused: u32,
}

impl Progress {
    pub(super) fn subjects(self) -> u32 {
        self.waiting + self.read + self.refused
    }
}

/// How a bulk reading stands; it follows from what was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BulkState {
    /// Nothing was done yet.
    Queued,
    /// Some subjects are done.
    Running,
    /// All are, and what was read can be fetched.
    Done,
    /// What was read is gone.
    Erased,
}

impl BulkState {
    /// The state of a bulk reading with this progress.
    pub(super) fn of(bulk: &Bulk, progress: Progress) -> Self {
        match (bulk.erased_at, bulk.finished_at) {
            (Some(_), _) => Self::Erased,
            (None, Some(_)) => Self::Done,
            (None, None) if progress.waiting == progress.subjects() => Self::Queued,
            (None, None) => Self::Running,
        }
    }
}

/// What became of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SubjectState {
    Waiting,
    Read,
    Refused,
}

impl FromStr for SubjectState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "waiting" => Ok(Self::Waiting),
            "read" => Ok(Self::Read),
            "refused" => Ok(Self::Refused),
            _ => Err(()),
        }
    }
}

/// A subject of a bulk reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BulkSubject {
    pub(super) place: u32,
    pub(super) subject: SubjectKey,
    pub(super) state: SubjectState,
    pub(super) code: Option<String>,
    pub(super) items: Vec<String>,
    pub(super) permit: Option<PermitId>,
    pub(super) line: Option<String>,
}
