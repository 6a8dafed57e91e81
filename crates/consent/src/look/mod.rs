//! Who looked: every read that was allowed and every one that was refused, as the subject sees it.

mod store;

use jiff::Timestamp;
use jq_base::ids::{BankId, ConsentId};
use jq_base::permit::Purpose;

use crate::DenialKind;

pub use store::{find_look, list_looks, list_looks_by_others, list_looks_under};

/// What came of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookOutcome {
    /// The reader might read.
    Granted,
    /// The reader might not.
    Refused(DenialKind),
}

/// Somebody wanted to read a subject's records (查询记录).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its name: the permit's number, or that of the refusal.
    pub look_id: String,
    /// When.
    pub at: Timestamp,
    /// Who: for a bank the officer's login or the program's id, otherwise as the permit names the reader.
    pub reader: String,
    /// In which role; empty when the reader is not of a bank.
    pub role: String,
    /// Of which bank, when of one.
    pub bank: Option<BankId>,
    /// What for.
    pub purpose: Purpose,
    /// Which items, sorted.
    pub items: Vec<String>,
    /// The consent or the rule it rests on; empty when refused.
    pub basis: String,
    /// The consent it rests on, when on one.
    pub consent_id: Option<ConsentId>,
    /// What came of it.
    pub outcome: LookOutcome,
}

impl Look {
    /// True when the reader might read.
    pub fn is_granted(&self) -> bool {
        self.outcome == LookOutcome::Granted
    }
}
