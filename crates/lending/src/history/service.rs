//! Taking a history: replayed, written, put on record; nobody is told of it.

use std::collections::BTreeMap;

use jq_db::audit::AuditLine;
use jq_db::{DbError, Tx};

use super::past::PastOrder;
use super::replay::{Replayed, replay};
use super::store;
use crate::order::store as orders;
use crate::{Lending, LendingError, loan};

/// Orders written in one transaction.
const CHUNK: usize = 250;

/// Why a history was not taken.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A line could not be read.
    #[error("read line {line_no} of the history")]
    Read {
        /// Which, from 1.
        line_no: usize,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line is no order.
    #[error("line {line_no} of the history is no order")]
    Shape {
        /// Which, from 1.
        line_no: usize,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// What is told of an order cannot have happened.
    #[error("order {order_no} of the history cannot have happened so")]
    Order {
        /// Its number.
        order_no: String,
        /// Why.
        #[source]
        source: LendingError,
    },
    /// The store failed.
    #[error("keep the history")]
    Store(#[from] DbError),
}

impl Lending {
    /// Takes orders of the past up to the present moment, some hundred in one transaction, each with a line for `by` on
    /// record. Orders whose number is known are left alone, so that a history that was broken off goes on. No event is
    /// emitted: whoever had to be told was told then. Returns how many orders were new.
    pub async fn take_history(
        &self,
        by: &str,
        orders: impl Iterator<Item = Result<PastOrder, HistoryError>>,
    ) -> Result<u64, HistoryError> {
        let mut orders = orders.fuse();
        let mut taken = 0;
        loop {
            let chunk: Vec<PastOrder> = orders.by_ref().take(CHUNK).collect::<Result<_, _>>()?;
            if chunk.is_empty() {
                return Ok(taken);
            }
            taken += self.take_chunk(by, &chunk).await?;
        }
    }

    async fn take_chunk(&self, by: &str, chunk: &[PastOrder]) -> Result<u64, HistoryError> {
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let numbers: Vec<&str> = chunk.iter().map(|past| past.order_no.as_str()).collect();
        let known = store::known(&mut tx, &numbers).await?;
        let mut last_numbers: BTreeMap<&str, i64> = BTreeMap::new();
        let mut taken = 0;
        for past in chunk.iter().filter(|past| !known.contains(&past.order_no)) {
            let replayed = replay(self, past, now)
                .map_err(|source| HistoryError::Order { order_no: past.order_no.clone(), source })?;
            write(&mut tx, &replayed).await?;
            if let Some((day, number)) = number_of(&past.order_no) {
                let last = last_numbers.entry(day).or_default();
                *last = number.max(*last);
            }
            taken += 1;
        }
        if taken == 0 {
            tx.rollback().await?;
            return Ok(0);
        }
        for (day, number) in last_numbers {
            store::raise_number(&mut tx, day, number).await?;
        }
        let detail = serde_json::json!({ "orders": taken, "first": numbers.first(), "last": numbers.last() });
        tx.audit(AuditLine::new(by, "operator", "lending.history_taken").detail(detail));
        tx.commit().await?;
        Ok(taken)
    }
}

async fn write(tx: &mut Tx, replayed: &Replayed) -> Result<(), DbError> {
    orders::insert(tx, &replayed.order).await?;
    orders::insert_steps(tx, &replayed.order, &replayed.steps).await?;
    for loan in &replayed.loans {
        loan::store::insert(tx, loan).await?;
        for paid in &loan.repayments {
            loan::store::insert_repayment(tx, loan, paid).await?;
        }
    }
    Ok(())
}

/// Day and number of `JQ20261109-0007`.
fn number_of(order_no: &str) -> Option<(&str, i64)> {
    let (day, number) = order_no.strip_prefix("JQ")?.split_once('-')?;
    Some((day, number.parse().ok()?))
}
