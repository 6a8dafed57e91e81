//! Loans that end soon (续贷雷达): the firm and its customer manager are told 60, 30 and 15 days before, once each, so that
//! a renewal is asked for while there is time.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use jq_base::clock::date_of;
use jq_base::ids::{LoanId, OrderId, SubjectKey};
use jq_base::money::Money;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, DbError, IntoBound, Row, sql, sql_built};
use serde_json::json;

use super::Loan;
use crate::order::{Actor, OrderState};
use crate::{Lending, LendingError};

/// What is announced.
const ENDS_SOON: &str = "lending.loan.ends_soon";
/// Where an order that follows a loan stands when nothing came of it.
const CAME_TO_NOTHING: &str = "('draft', 'rejected', 'withdrawn', 'lapsed')";
/// Loans on a list at most.
const LIMIT_MAX: u32 = 1_000;

/// A loan that ends soon, and what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndingLoan {
    /// Its name on the platform.
    pub loan_id: LoanId,
    /// The bank's own number.
    pub loan_ref: String,
    /// Under which order.
    pub order_id: OrderId,
    /// Who owes it.
    pub subject: SubjectKey,
    /// That firm's name.
    pub subject_name: String,
    /// The customer manager, by login.
    pub officer: Option<String>,
    /// How much is owed still.
    pub outstanding: Money,
    /// On which day it ends.
    pub ends_on: Date,
    /// The order that follows it, where the firm has asked for one that is not refused or over.
    pub followed_by: Option<Following>,
}

/// An order that follows a loan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    /// Which.
    pub order_id: OrderId,
    /// The number people say.
    pub order_no: String,
    /// Where it stands.
    pub state: OrderState,
}

impl Loan {
    /// Whether another loan can follow it: something is owed, nothing is late, and it ends within so many days.
    pub fn can_be_followed(&self, order: OrderState, within_days: u32, today: Date) -> bool {
        matches!(order, OrderState::Drawing | OrderState::Repaying)
            && self.is_owed()
            && (today..=today.saturating_add(i64::from(within_days).days())).contains(&self.ends_on)
    }
}

impl Lending {
    /// Loans that end within the longest time before which is warned, of those whose order the actor may know; what
    /// ends first, first.
    pub async fn list_ending(&self, actor: &Actor<'_>, today: Date) -> Result<Vec<EndingLoan>, LendingError> {
        let until = today.saturating_add(i64::from(self.limits.follow_days()).days());
        let mut values = vec![today.into_bound(), until.into_bound()];
        let seen = actor.may_know_rows("o", |value| {
            values.push(value.into_bound());
            format!("${}", values.len())
        });
        let query = sql_built(format!(
            "select l.loan_id, l.loan_ref, l.order_id, l.subject_key, o.subject_name, o.officer, l.outstanding_fen,
                 l.ends_on, f.order_id as next_id, f.order_no as next_no, f.state as next_state
             from lending_loan l join lending_order o on o.order_id = l.order_id
             left join lending_order f on f.follows = l.order_id and f.bank_id = l.bank_id
                 and f.state not in {CAME_TO_NOTHING}
             where l.ends_on >= $1 and l.ends_on <= $2 and l.outstanding_fen > 0 and l.written_off_on is null
                 and o.state in ('drawing', 'repaying', 'overdue') and {seen}
             order by l.ends_on, l.loan_id, f.created_at desc limit {LIMIT_MAX}"
        ));
        let rows = self.db.fetch_all(query.bind_all(values)).await?;
        let mut ending: Vec<EndingLoan> = rows.iter().map(read).collect::<Result<_, _>>()?;
        ending.dedup_by(|one, other| one.loan_id == other.loan_id);
        Ok(ending)
    }

    /// Tells of every loan that has come within one of the times before its end, each once, each in a transaction of
    /// its own; a loan that an order follows already is noted and not told of. Returns how many were told of.
    pub(crate) async fn watch_ends(&self, now: Timestamp) -> Result<u64, LendingError> {
        let today = date_of(now);
        let mut told = 0;
        let mut nearer = -1;
        let mut marks = self.limits.radar_days;
        marks.sort_unstable();
        for mark in marks {
            let from = today.saturating_add((nearer + 1).days());
            let until = today.saturating_add(i64::from(mark).days());
            for (loan, order) in list_unnoted(&self.db, mark, from, until).await? {
                told += u64::from(self.tell_end(&loan, &order, mark, now).await?);
            }
            nearer = i64::from(mark);
        }
        Ok(told)
    }

    async fn tell_end(
        &self,
        loan: &LoanId,
        order: &OrderId,
        mark: u32,
        now: Timestamp,
    ) -> Result<bool, LendingError> {
        let mut tx = self.db.begin().await?;
        let query = sql("insert into lending_radar (loan_id, days, noted_at) values ($1, $2, $3)
             on conflict (loan_id, days) do nothing");
        if tx.execute(query.bind(loan.as_str()).bind(mark).bind(now)).await? == 0 {
            return Ok(false);
        }
        let followed = sql_built(format!(
            "select 1 as n from lending_order where follows = $1 and state not in {CAME_TO_NOTHING}"
        ));
        if tx.fetch_optional(followed.bind(order.as_str())).await?.is_some() {
            tx.commit().await?;
            return Ok(false);
        }
        let order = self.get_within(&mut tx, order).await?;
        let loans = super::store::list_within(&mut tx, &order.order_id).await?;
        let Some(ending) = loans.into_iter().find(|one| one.loan_id == *loan && one.is_owed()) else {
            tx.commit().await?;
            return Ok(false);
        };
        let steps = self.steps_within(&mut tx, &order.order_id).await?;
        let left = date_of(now).until(ending.ends_on).map_or(0, |left| left.get_days());
        let data = json!({
            "loan_ref": ending.loan_ref, "ends_on": ending.ends_on.to_string(), "days_left": left,
            "outstanding_fen": ending.outstanding.fen(),
        });
        let more = json!({ "loan_id": ending.loan_id, "data": data });
        let detail = json!({ "order": order.order_id, "loan": loan, "days": mark });
        tx.audit(
            AuditLine::new("system", "system", ENDS_SOON).subject(order.subject.as_str()).detail(detail),
        );
        let payload = self.payload(&order, &steps, now, more);
        tx.emit(Event::new(ENDS_SOON.to_owned(), order.subject.as_str(), payload));
        tx.commit().await?;
        Ok(true)
    }
}

/// Loans that end between these days and have not been noted at this time before their end.
async fn list_unnoted(
    db: &Db,
    mark: u32,
    from: Date,
    until: Date,
) -> Result<Vec<(LoanId, OrderId)>, DbError> {
    let query = sql("select l.loan_id, l.order_id from lending_loan l
         join lending_order o on o.order_id = l.order_id
         where l.ends_on >= $1 and l.ends_on <= $2 and l.outstanding_fen > 0 and l.written_off_on is null
           and o.state in ('drawing', 'repaying')
           and not exists (select 1 from lending_radar r where r.loan_id = l.loan_id and r.days = $3)
         order by l.ends_on, l.loan_id");
    let rows = db.fetch_all(query.bind(from).bind(until).bind(mark)).await?;
    rows.iter().map(|row| Ok((row.parsed("loan_id")?, row.parsed("order_id")?))).collect()
}

fn read(row: &Row) -> Result<EndingLoan, DbError> {
    let next: Option<OrderId> = row.opt_parsed("next_id")?;
    let followed_by = match next {
        Some(order_id) => {
            Some(Following { order_id, order_no: row.text("next_no")?, state: row.parsed("next_state")? })
        }
        None => None,
    };
    Ok(EndingLoan {
        loan_id: row.parsed("loan_id")?,
        loan_ref: row.text("loan_ref")?,
        order_id: row.parsed("order_id")?,
        subject: row.parsed("subject_key")?,
        subject_name: row.text("subject_name")?,
        officer: row.opt_text("officer")?,
        outstanding: row.get("outstanding_fen")?,
        ends_on: row.get("ends_on")?,
        followed_by,
    })
}
