//! Reading the ledger: who may see which warnings, filters, pages.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::{BankId, BranchId, LoanId, SubjectKey, WarningId};
use jq_db::{Db, DbError};

use crate::WarningError;
use crate::model::{Level, Warning, WarningState};
use crate::store;

/// Warnings on a page at most.
const LIMIT_MAX: u32 = 500;

/// Somebody of a bank who looks at warnings: of the whole bank, or of one branch and the own ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seer {
    /// The bank.
    pub bank: BankId,
    /// The branch, for who belongs to one.
    pub branch: Option<BranchId>,
    /// The login, or the program's id.
    pub login: String,
}

impl Seer {
    /// Whether this person may know of the warning: one that has ended is not shown to the bank.
    pub fn may_know(&self, warning: &Warning) -> bool {
        warning.state != WarningState::Ended
            && warning.bank == self.bank
            && self.branch.as_ref().is_none_or(|branch| {
                warning.branch.as_ref() == Some(branch)
                    || warning.officer.as_deref() == Some(self.login.as_str())
            })
    }
}

/// Which warnings; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WarningFilter {
    /// Those that this person may know of.
    pub seer: Option<Seer>,
    /// Of this bank.
    pub bank: Option<BankId>,
    /// In one of these states; empty for any.
    pub states: Vec<WarningState>,
    /// Of this level.
    pub level: Option<Level>,
    /// Of this model.
    pub model: Option<String>,
    /// About this loan.
    pub loan: Option<LoanId>,
    /// That rose at or after this moment; the oldest of them come first then.
    pub since: Option<Timestamp>,
}

/// Where a page ended; the next one begins after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningCursor {
    pub(crate) raised_at: Timestamp,
    pub(crate) warning_id: WarningId,
}

impl fmt::Display for WarningCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.raised_at.as_microsecond(), self.warning_id)
    }
}

impl FromStr for WarningCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once('.').ok_or(())?;
        let raised_at = Timestamp::from_microsecond(at.parse().map_err(|_| ())?).map_err(|_| ())?;
        Ok(Self { raised_at, warning_id: WarningId::parse(id).map_err(|_| ())? })
    }
}

/// A page of warnings.
#[derive(Clone, Debug, PartialEq)]
pub struct WarningPage {
    /// The warnings, the newest first unless it was asked since when.
    pub warnings: Vec<Warning>,
    /// Where to go on; nothing on the last page.
    pub next: Option<WarningCursor>,
}

/// A page of the warnings that fit.
pub async fn list(
    db: &Db,
    filter: &WarningFilter,
    after: Option<&WarningCursor>,
    limit: u32,
) -> Result<WarningPage, WarningError> {
    let limit = limit.clamp(1, LIMIT_MAX);
    let mut warnings = store::list(db, filter, after, limit + 1).await?;
    let more = warnings.len() > limit as usize;
    warnings.truncate(limit as usize);
    let next = warnings
        .last()
        .filter(|_| more)
        .map(|last| WarningCursor { raised_at: last.raised_at, warning_id: last.warning_id.clone() });
    Ok(WarningPage { warnings, next })
}

/// The warning, when this person may know of it.
pub async fn find(db: &Db, seer: &Seer, id: &WarningId) -> Result<Warning, WarningError> {
    let found = store::find(db, id).await?.filter(|warning| seer.may_know(warning));
    found.ok_or(WarningError::NotFound)
}

/// Every warning of a loan that this person may know of, the newest first.
pub async fn list_of_loan(db: &Db, seer: &Seer, loan: &LoanId) -> Result<Vec<Warning>, WarningError> {
    let filter =
        WarningFilter { seer: Some(seer.clone()), loan: Some(loan.clone()), ..WarningFilter::default() };
    Ok(list(db, &filter, None, LIMIT_MAX).await?.warnings)
}

/// The warnings about a subject that wait for this person's bank to mark them, the newest first.
pub async fn list_standing_of(db: &Db, seer: &Seer, subject: &SubjectKey) -> Result<Vec<Warning>, DbError> {
    let mut standing = store::list_standing_of(db, subject, &seer.bank).await?;
    standing.retain(|warning| seer.may_know(warning));
    Ok(standing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_where_the_next_one_begins() {
        let cursor = WarningCursor {
            raised_at: Timestamp::from_microsecond(1_700_000_000_000_001).unwrap(),
            warning_id: WarningId::parse("w-1").unwrap(),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for wrong in ["", "1", "x.w-1", "1.", "9223372036854775807.w"] {
            assert!(wrong.parse::<WarningCursor>().is_err(), "{wrong}");
        }
    }
}
