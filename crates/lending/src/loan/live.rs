//! Loans of which something is owed: what others who watch over live loans go by.

use jiff::civil::Date;
use jq_base::ids::{BankId, LoanId, OrderId, SubjectKey};
use jq_db::{Db, DbError, Query, Row, sql_built};

use crate::{Lending, LendingError};

/// Loans of a page at most, and subjects that are asked about at once.
const LIMIT_MAX: usize = 500;

/// A loan of which something is owed (存续贷款).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveLoan {
    /// Its name on the platform.
    pub loan_id: LoanId,
    /// Under which order.
    pub order_id: OrderId,
    /// Whose loan.
    pub bank: BankId,
    /// Who owes it.
    pub subject: SubjectKey,
    /// On which day it was paid out.
    pub drawn_on: Date,
}

impl Lending {
    /// The loans of which something is owed, in the order of their names: those after `after`, `limit` at most.
    pub async fn live_loans(
        &self,
        after: Option<&LoanId>,
        limit: u32,
    ) -> Result<Vec<LiveLoan>, LendingError> {
        Ok(list(&self.db, after, limit).await?)
    }

    /// The loans of which something is owed by one of these subjects.
    pub async fn live_loans_of(&self, subjects: &[SubjectKey]) -> Result<Vec<LiveLoan>, LendingError> {
        let mut loans = Vec::new();
        for some in subjects.chunks(LIMIT_MAX) {
            loans.extend(list_of(&self.db, some).await?);
        }
        Ok(loans)
    }
}

const LIVE: &str = "select loan_id, order_id, bank_id, subject_key, drawn_on from lending_loan
     where outstanding_fen > 0 and written_off_on is null";

async fn list(db: &Db, after: Option<&LoanId>, limit: u32) -> Result<Vec<LiveLoan>, DbError> {
    let query = sql_built(format!("{LIVE} and loan_id > $1 order by loan_id limit $2"));
    let query = query.bind(after.map_or("", LoanId::as_str)).bind(limit);
    db.fetch_all(query).await?.iter().map(read).collect()
}

async fn list_of(db: &Db, subjects: &[SubjectKey]) -> Result<Vec<LiveLoan>, DbError> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let places = Query::next_places(1, subjects.len());
    let query = sql_built(format!("{LIVE} and subject_key in ({places}) order by loan_id"));
    let query = query.bind_all(subjects.iter().map(SubjectKey::as_str));
    db.fetch_all(query).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<LiveLoan, DbError> {
    Ok(LiveLoan {
        loan_id: row.parsed("loan_id")?,
        order_id: row.parsed("order_id")?,
        bank: row.parsed("bank_id")?,
        subject: row.parsed("subject_key")?,
        drawn_on: row.get("drawn_on")?,
    })
}
