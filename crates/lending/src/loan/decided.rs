//! Applications that banks have decided, with how their loans went: what models are tried on.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use jq_base::clock::date_of;
use jq_base::ids::{OrderId, ProductId, SubjectKey};
use jq_db::{Db, DbError, Query, Row, sql, sql_built};

use crate::{Lending, LendingError};

/// An instalment that is this many days late makes a loan a bad one.
pub const BAD_DAYS: i64 = 30;
/// Orders whose loans are asked for at once.
const AT_ONCE: usize = 500;

/// An application that a bank granted or refused (历史申请).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedApplication {
    /// The order.
    pub order_id: OrderId,
    /// Who applied.
    pub subject: SubjectKey,
    /// For which product.
    pub product: ProductId,
    /// On which day.
    pub submitted_on: Date,
    /// When the bank decided.
    pub decided_at: Timestamp,
    /// It granted.
    pub granted: bool,
    /// The firm's district, six digits.
    pub district: Option<String>,
    /// The firm's industry.
    pub industry: Option<String>,
    /// The firm had no bank loan before, as it said itself.
    pub first_loan: bool,
    /// A loan was written off, or an instalment more than [`BAD_DAYS`] days late; nothing where none was paid out.
    pub bad: Option<bool>,
}

impl Lending {
    /// New loans that banks decided at or after `since`, `limit` at most, the newest decision first.
    pub async fn decided_applications(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<DecidedApplication>, LendingError> {
        let mut decided = list(&self.db, since, limit).await?;
        let today = date_of(self.db.clock().now());
        for some in decided.chunks_mut(AT_ONCE) {
            let ids: Vec<&str> = some.iter().map(|one| one.order_id.as_str()).collect();
            let fates = fates(&self.db, &ids, today).await?;
            for one in some {
                one.bad = fates.get(&one.order_id).copied();
            }
        }
        Ok(decided)
    }
}

async fn list(db: &Db, since: Timestamp, limit: u32) -> Result<Vec<DecidedApplication>, DbError> {
    let query = sql("select order_id, subject_key, product_id, submitted_at, decided_at, granted_fen,
             subject_district, subject_industry, first_loan
         from lending_order
         where kind = 'new' and decided_at >= $1 and submitted_at is not null
         order by decided_at desc, order_id limit $2");
    db.fetch_all(query.bind(since).bind(limit)).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<DecidedApplication, DbError> {
    Ok(DecidedApplication {
        order_id: row.parsed("order_id")?,
        subject: row.parsed("subject_key")?,
        product: row.parsed("product_id")?,
        submitted_on: date_of(row.instant("submitted_at")?),
        decided_at: row.instant("decided_at")?,
        granted: row.opt_int("granted_fen")?.is_some(),
        district: row.opt_text("subject_district")?,
        industry: row.opt_text("subject_industry")?,
        first_loan: row.flag("first_loan")?,
        bad: None,
    })
}

/// Of these orders those under which a loan was paid out, and whether one of them went bad.
async fn fates(db: &Db, orders: &[&str], today: Date) -> Result<BTreeMap<OrderId, bool>, DbError> {
    let places = Query::next_places(1, orders.len());
    let loans = format!("select order_id, written_off_on from lending_loan where order_id in ({places})");
    let loans = db.fetch_all(sql_built(loans).bind_all(orders.iter().copied())).await?;
    let mut fates: BTreeMap<OrderId, bool> = BTreeMap::new();
    for row in &loans {
        *fates.entry(row.parsed("order_id")?).or_default() |= row.opt_text("written_off_on")?.is_some();
    }
    let late = format!(
        "select l.order_id, i.due_on, i.paid_on
         from lending_loan l join lending_instalment i on i.loan_id = l.loan_id
         where l.order_id in ({places}) and (i.paid_on is null or i.paid_on > i.due_on)"
    );
    for row in &db.fetch_all(sql_built(late).bind_all(orders.iter().copied())).await? {
        let (due, paid): (Date, Option<Date>) = (row.get("due_on")?, row.get("paid_on")?);
        let bad_from = due.checked_add(BAD_DAYS.days()).unwrap_or(Date::MAX);
        if paid.unwrap_or(today) > bad_from {
            fates.insert(row.parsed("order_id")?, true);
        }
    }
    Ok(fates)
}
