//! How a bank's orders reach its people: by rule or from a pool, how many each customer manager has at most, who is
//! away, and handing over what somebody has in hand.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jq_base::clock::date_of;
use jq_base::ids::BankId;
use jq_db::audit::AuditLine;
use jq_db::{Db, DbError, Query, Row, Tx, sql};
use jq_identity::{BankUser, StaffEntry, StaffRole, staff};
use serde_json::json;

use super::actor::{Actor, By};
use super::event::OrderEvent;
use super::list::OrderFilter;
use super::record::Told;
use super::service::one;
use super::state::{OrderEventKind, OrderState};
use crate::coded::coded;
use crate::{FieldError, FieldRule, Lending, LendingError};

/// Orders that somebody may have at most, where it is said.
const ORDERS_MAX: u32 = 500;
/// Days for which somebody may be away at most.
const AWAY_DAYS_MAX: i32 = 400;

coded! {
    /// How orders reach the people of a bank (派单方式).
    DispatchWay {
        /// To the customer manager whom the rule finds.
        Rule = "rule", "按规则派给客户经理", "by rule to a customer manager";
        /// To nobody: whoever is first takes it.
        Pool = "pool", "进入抢单池", "into a pool to be claimed from";
    }
}

/// What is said of a customer manager's duty (值班安排).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duty {
    /// Orders in hand at most; any number where it is not said.
    pub orders_max: Option<u32>,
    /// The first and the last day of being away.
    pub away: Option<(Date, Date)>,
}

impl Duty {
    /// Whether the person is away on this day.
    pub fn is_away(&self, today: Date) -> bool {
        self.away.is_some_and(|(from, until)| (from..=until).contains(&today))
    }

    /// Whether so many orders in hand are as many as there may be.
    pub fn is_full(&self, orders: u64) -> bool {
        self.orders_max.is_some_and(|max| orders >= u64::from(max))
    }

    fn check(&self, today: Date) -> Result<(), LendingError> {
        let mut faults = Vec::new();
        if self.orders_max.is_some_and(|max| max > ORDERS_MAX) {
            faults.push(FieldError::new("orders_max", FieldRule::CountAbove(ORDERS_MAX)));
        }
        if let Some((from, until)) = self.away {
            if until < from || until < today {
                faults.push(FieldError::new("away_until", FieldRule::DayBefore(from.max(today))));
            } else if from.until(until).map_or(0, |days| days.get_days()) > AWAY_DAYS_MAX {
                let last = from.saturating_add(jiff::ToSpan::days(i64::from(AWAY_DAYS_MAX)));
                faults.push(FieldError::new("away_until", FieldRule::DayAfter(last)));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(LendingError::Fields(faults)) }
    }
}

impl Lending {
    /// How orders reach the people of a bank.
    pub async fn dispatch_way(&self, db: &Db, bank: &BankId) -> Result<DispatchWay, LendingError> {
        Ok(read_way(db.fetch_optional(way_of(bank)).await?.as_ref())?)
    }

    pub(super) async fn dispatch_way_within(
        &self,
        tx: &mut Tx,
        bank: &BankId,
    ) -> Result<DispatchWay, DbError> {
        read_way(tx.fetch_optional(way_of(bank)).await?.as_ref())
    }

    /// The head office decides how orders reach the bank's people.
    pub async fn set_dispatch_way(&self, admin: &BankUser, way: DispatchWay) -> Result<(), LendingError> {
        must_administer(admin)?;
        if admin.branch().is_some() {
            return Err(LendingError::WrongRole { event: OrderEventKind::Dispatch, who: &[] });
        }
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let by = admin.staff();
        let query = sql("insert into lending_dispatch (bank_id, way, changed_by, changed_at)
             values ($1, $2, $3, $4)
             on conflict (bank_id) do update set way = $2, changed_by = $3, changed_at = $4");
        let query = query.bind(admin.bank().as_str()).bind(way.code()).bind(by.login()).bind(now);
        tx.execute(query).await?;
        let line = AuditLine::new(by.login(), by.role().code(), "lending.dispatch.set");
        tx.audit(line.institution(admin.bank().as_str()).detail(json!({ "way": way.code() })));
        Ok(tx.commit().await?)
    }

    /// What is said of the duties of a bank's people, by login.
    pub async fn duties(&self, db: &Db, bank: &BankId) -> Result<BTreeMap<String, Duty>, LendingError> {
        let rows = db.fetch_all(duties_of(bank)).await?;
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    pub(super) async fn duties_within(
        &self,
        tx: &mut Tx,
        bank: &BankId,
    ) -> Result<BTreeMap<String, Duty>, DbError> {
        tx.fetch_all(duties_of(bank)).await?.iter().map(read).collect()
    }

    /// The administrator says how many orders a customer manager has at most, and when they are away.
    pub async fn set_duty(&self, admin: &BankUser, login: &str, duty: Duty) -> Result<(), LendingError> {
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        colleague(&mut tx, admin, login).await?;
        duty.check(date_of(now))?;
        let by = admin.staff();
        let query =
            sql("insert into lending_duty (login, bank_id, orders_max, away_from, away_until, changed_by,
                 changed_at) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (login) do update set bank_id = $2, orders_max = $3, away_from = $4, away_until = $5,
                 changed_by = $6, changed_at = $7");
        let query = query.bind(login).bind(admin.bank().as_str()).bind(duty.orders_max);
        let query = query.bind(duty.away.map(|(from, _)| from)).bind(duty.away.map(|(_, until)| until));
        tx.execute(query.bind(by.login()).bind(now)).await?;
        let line = AuditLine::new(by.login(), by.role().code(), "lending.duty.set");
        let away = duty.away.map(|(from, until)| [from.to_string(), until.to_string()]);
        let detail = json!({ "login": login, "orders_max": duty.orders_max, "away": away });
        tx.audit(line.institution(admin.bank().as_str()).detail(detail));
        Ok(tx.commit().await?)
    }

    /// Gives every order that a customer manager has in hand to a colleague, or without one to those whom the rule
    /// finds; each order in a transaction of its own. Returns how many were given, and how many nobody was found for.
    pub async fn hand_over(
        &self,
        admin: &BankUser,
        from: &str,
        to: Option<&str>,
    ) -> Result<(u32, u32), LendingError> {
        let mut tx = self.db.begin().await?;
        colleague(&mut tx, admin, from).await?;
        if let Some(to) = to {
            let found = staff::find_by_login_within(&mut tx, to).await?;
            let fits = |entry: &StaffEntry| is_colleague(admin, entry) && entry.active && entry.login != from;
            found.filter(fits).ok_or_else(|| one(FieldError::new("officer", FieldRule::Unknown)))?;
        }
        tx.rollback().await?;
        let states = OrderState::at_a_bank();
        let filter = OrderFilter {
            states,
            bank: Some(admin.bank().clone()),
            officer: Some(from.to_owned()),
            ..OrderFilter::default()
        };
        let (mut given, mut left, mut cursor) = (0, 0, None);
        loop {
            let page = self.list_for(&self.db, &Actor::Bank(admin), &filter, cursor, 200).await?;
            for order in &page.orders {
                let mut tx = self.db.begin().await?;
                let now = tx.now();
                let by = By::of(&mut tx, &Actor::Bank(admin), OrderEventKind::Reassign).await?;
                let order = self.get_within(&mut tx, &order.order_id).await?;
                if order.officer.as_deref() != Some(from) || !order.state.is_at_a_bank() {
                    continue;
                }
                let to = match to {
                    Some(to) => staff::find_by_login_within(&mut tx, to).await?,
                    None => self.choose(&mut tx, &order, Some(from)).await?.officer,
                };
                let Some(to) = to else {
                    left += 1;
                    continue;
                };
                let event = OrderEvent::Reassign { branch: to.branch, officer: to.login };
                match self.record(&mut tx, &order, &event, &by, Told::now(now)).await {
                    Ok(_) => {
                        tx.commit().await?;
                        given += 1;
                    }
                    // Somebody was faster; it is not in these hands any more.
                    Err(LendingError::MovedOn { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok((given, left));
            }
        }
    }
}

fn must_administer(user: &BankUser) -> Result<(), LendingError> {
    if user.role() == StaffRole::BankAdmin {
        return Ok(());
    }
    Err(LendingError::WrongRole { event: OrderEventKind::Reassign, who: OrderEventKind::Reassign.who() })
}

/// The customer manager whom this administrator looks after: of the bank, at a branch of the branch.
async fn colleague(tx: &mut Tx, admin: &BankUser, login: &str) -> Result<StaffEntry, LendingError> {
    must_administer(admin)?;
    let found = staff::find_by_login_within(tx, login).await?;
    found.filter(|entry| is_colleague(admin, entry)).ok_or(LendingError::NotYours)
}

/// Whether this is a customer manager whom the administrator looks after: of the bank, at a branch of the branch.
pub fn is_colleague(admin: &BankUser, entry: &StaffEntry) -> bool {
    entry.role == StaffRole::Officer
        && entry.institution == admin.bank().as_str()
        && (admin.branch().is_none() || entry.branch.as_ref() == admin.branch())
}

fn way_of(bank: &BankId) -> Query {
    sql("select way from lending_dispatch where bank_id = $1").bind(bank.as_str())
}

fn read_way(row: Option<&Row>) -> Result<DispatchWay, DbError> {
    row.map_or(Ok(DispatchWay::Rule), |row| row.parsed("way"))
}

fn duties_of(bank: &BankId) -> Query {
    sql("select login, orders_max, away_from, away_until from lending_duty where bank_id = $1")
        .bind(bank.as_str())
}

fn read(row: &Row) -> Result<(String, Duty), DbError> {
    let (from, until): (Option<Date>, Option<Date>) = (row.get("away_from")?, row.get("away_until")?);
    Ok((row.text("login")?, Duty { orders_max: row.get("orders_max")?, away: from.zip(until) }))
}
