//! Lists of orders: by state, place, person, kind and text, a page at a time.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::{BankId, BranchId, OrderId, ProductId, SubjectKey};
use jq_db::{Db, DbError, Query, Row, sql_built};

use super::actor::Actor;
use super::model::{Order, OrderKind};
use super::state::OrderState;
use super::store;
use crate::{Lending, LendingError, UnknownWord};

/// Orders on a page at most.
const LIMIT_MAX: u32 = 500;
/// Where orders without a deadline stand among those that have one: last.
const NEVER: i64 = i64::MAX;

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderSort {
    /// The newest first.
    #[default]
    Newest,
    /// What is due first, first; what has no deadline last.
    DueFirst,
}

/// Which orders; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// In one of these states; empty for any.
    pub states: Vec<OrderState>,
    /// Of this bank.
    pub bank: Option<BankId>,
    /// Of this branch.
    pub branch: Option<BranchId>,
    /// In the hands of this officer, by login.
    pub officer: Option<String>,
    /// Of this firm.
    pub subject: Option<SubjectKey>,
    /// For this product.
    pub product: Option<ProductId>,
    /// Of this kind.
    pub kind: Option<OrderKind>,
    /// From firms of this district, six digits.
    pub district: Option<String>,
    /// The order's number or the firm's name contains this.
    pub text: String,
    /// Whose deadline is before this moment.
    pub due_before: Option<Timestamp>,
    /// That changed at or after this moment.
    pub changed_since: Option<Timestamp>,
    /// Only those that lie in a pool: with a bank, in nobody's hands.
    pub unclaimed: bool,
    /// Only those whose firm has appealed and waits for an answer.
    pub appealed: bool,
    /// In which order.
    pub sort: OrderSort,
}

/// Where a page ended; the next one begins after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderCursor {
    key: i64,
    order: OrderId,
}

impl fmt::Display for OrderCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.order)
    }
}

impl FromStr for OrderCursor {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord(text.to_owned());
        let (key, order) = text.split_once('.').ok_or_else(unknown)?;
        let key = key.parse().map_err(|_| unknown())?;
        Ok(Self { key, order: OrderId::parse(order).map_err(|_| unknown())? })
    }
}

/// A page of orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPage {
    /// The orders.
    pub orders: Vec<Order>,
    /// Where to go on; nothing on the last page.
    pub next: Option<OrderCursor>,
}

impl Lending {
    /// Orders of the whole platform, for its operator, supervisors and sweeps.
    pub async fn list_all(
        &self,
        db: &Db,
        filter: &OrderFilter,
        cursor: Option<OrderCursor>,
        limit: u32,
    ) -> Result<OrderPage, LendingError> {
        self.list(db, filter, None, cursor, limit).await
    }

    /// The orders that the actor may know of.
    pub async fn list_for(
        &self,
        db: &Db,
        actor: &Actor<'_>,
        filter: &OrderFilter,
        cursor: Option<OrderCursor>,
        limit: u32,
    ) -> Result<OrderPage, LendingError> {
        self.list(db, filter, Some(actor), cursor, limit).await
    }

    async fn list(
        &self,
        db: &Db,
        filter: &OrderFilter,
        actor: Option<&Actor<'_>>,
        cursor: Option<OrderCursor>,
        limit: u32,
    ) -> Result<OrderPage, LendingError> {
        let limit = limit.clamp(1, LIMIT_MAX);
        let mut asked = Asked::of(filter, actor);
        let (key, compare, direction) = match filter.sort {
            OrderSort::Newest => ("created_at", "<", "desc"),
            OrderSort::DueFirst => ("coalesce(due_at, 9223372036854775807)", ">", "asc"),
        };
        if let Some(cursor) = cursor {
            let (at, id) = (asked.place(cursor.key), asked.place(cursor.order.as_str()));
            // The first condition says nothing new: it is the one by which an index is entered.
            asked.conditions.push(format!("{key} {compare}= {at}"));
            asked.conditions.push(format!("({key} {compare} {at} or order_id {compare} {id})"));
        }
        let count = asked.place(limit + 1);
        let tail = format!("order by {key} {direction}, order_id {direction} limit {count}");
        let of_a_firm = filter.subject.is_some() || matches!(actor, Some(Actor::Firm(_)));
        let text = if filter.sort == OrderSort::DueFirst && !of_a_firm {
            asked.first_of_each_state(&filter.states, &tail)
        } else {
            asked.states(&filter.states);
            format!("select * from lending_order where {} {tail}", asked.condition())
        };
        let rows = db.fetch_all(asked.query(text)).await?;
        let mut orders = rows.iter().map(store::read).collect::<Result<Vec<_>, DbError>>()?;
        let more = orders.len() > limit as usize;
        orders.truncate(limit as usize);
        let next = orders.last().filter(|_| more).map(|last| OrderCursor {
            key: match filter.sort {
                OrderSort::Newest => last.created_at.as_microsecond(),
                OrderSort::DueFirst => last.due_at.map_or(NEVER, Timestamp::as_microsecond),
            },
            order: last.order_id.clone(),
        });
        Ok(OrderPage { orders, next })
    }

    /// How many of the orders that the actor may know of the filter asks for.
    pub async fn count(&self, db: &Db, actor: &Actor<'_>, filter: &OrderFilter) -> Result<u64, LendingError> {
        let mut asked = Asked::of(filter, Some(actor));
        asked.states(&filter.states);
        let text = format!("select count(*) as orders from lending_order where {}", asked.condition());
        Ok(db.fetch_one(asked.query(text)).await?.int("orders")?.unsigned_abs())
    }

    /// How many orders stand in each state, of those that the actor may know of; all without an actor.
    pub async fn count_states(
        &self,
        db: &Db,
        actor: Option<&Actor<'_>>,
        filter: &OrderFilter,
    ) -> Result<Vec<(OrderState, u64)>, LendingError> {
        let mut asked = Asked::of(filter, actor);
        asked.states(&filter.states);
        let text = format!(
            "select state, count(*) as orders from lending_order where {} group by state",
            asked.condition()
        );
        let rows = db.fetch_all(asked.query(text)).await?;
        let mut counts = rows.iter().map(read_count).collect::<Result<Vec<_>, DbError>>()?;
        counts.sort_unstable();
        Ok(counts)
    }

    /// The same for somebody who needs no exact figure of many: counting stops at `max` in each state, and states
    /// without orders are told too.
    pub async fn count_states_up_to(
        &self,
        db: &Db,
        actor: &Actor<'_>,
        filter: &OrderFilter,
        max: u32,
    ) -> Result<Vec<(OrderState, u64)>, LendingError> {
        let mut asked = Asked::of(filter, Some(actor));
        let max = asked.place(max);
        let text = asked.each_state(&filter.states, |condition, state| {
            format!(
                "select '{}' as state, count(*) as orders
                 from (select 1 as one from lending_order where {condition} limit {max}) s",
                state.code()
            )
        });
        let rows = db.fetch_all(asked.query(text)).await?;
        Ok(rows.iter().map(read_count).collect::<Result<_, DbError>>()?)
    }
}

fn read_count(row: &Row) -> Result<(OrderState, u64), DbError> {
    Ok((row.parsed("state")?, row.int("orders")?.unsigned_abs()))
}

/// Conditions with their values, without that of the states.
struct Asked {
    conditions: Vec<String>,
    values: Vec<jq_db::Bound>,
}

impl Asked {
    fn of(filter: &OrderFilter, actor: Option<&Actor<'_>>) -> Self {
        let mut asked = Self { conditions: vec!["state <> 'draft'".to_owned()], values: Vec::new() };
        if let Some(actor) = actor {
            let condition = actor.may_know_rows("lending_order", |value| asked.place(value));
            asked.conditions.push(condition);
        }
        asked.equal("bank_id", filter.bank.as_ref().map(BankId::as_str));
        asked.equal("branch_id", filter.branch.as_ref().map(BranchId::as_str));
        asked.equal("officer", filter.officer.as_deref());
        asked.equal("subject_key", filter.subject.as_ref().map(SubjectKey::as_str));
        asked.equal("product_id", filter.product.as_ref().map(ProductId::as_str));
        asked.equal("kind", filter.kind.map(OrderKind::code));
        asked.equal("subject_district", filter.district.as_deref());
        let text = filter.text.trim();
        if !text.is_empty() {
            let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            let place = asked.place(format!("%{escaped}%"));
            asked.conditions.push(format!(
                "(order_no like {place} escape '\\' or subject_name like {place} escape '\\')"
            ));
        }
        if let Some(before) = filter.due_before {
            let place = asked.place(before);
            asked.conditions.push(format!("due_at <= {place}"));
        }
        if filter.unclaimed {
            asked.conditions.push("officer is null".to_owned());
        }
        if filter.appealed {
            let waits = "appealed_at is not null and appeal_answered_at is null";
            asked.conditions.push(waits.to_owned());
        }
        if let Some(since) = filter.changed_since {
            let place = asked.place(since);
            asked.conditions.push(format!("changed_at >= {place}"));
        }
        asked
    }

    fn states(&mut self, states: &[OrderState]) {
        if states.is_empty() {
            return;
        }
        let places: Vec<String> = states.iter().map(|state| self.place(state.code())).collect();
        self.conditions.push(format!("state in ({})", places.join(", ")));
    }

    /// A page put together from the first orders of each state, which lie together in an index, so that a page does not
    /// cost more the more orders there are.
    fn first_of_each_state(&mut self, states: &[OrderState], tail: &str) -> String {
        let parts = self.each_state(states, |condition, _| {
            format!("select * from (select * from lending_order where {condition} {tail}) s")
        });
        format!("select * from ({parts}) o {tail}")
    }

    /// A question put to each of these states, all where none is named; it is given the condition and the state.
    fn each_state(&mut self, states: &[OrderState], question: impl Fn(&str, OrderState) -> String) -> String {
        let any = if states.is_empty() { OrderState::ALL } else { states };
        let states: BTreeSet<OrderState> = any.iter().copied().collect();
        let condition = self.condition();
        let mut ask = |state: OrderState| {
            let place = self.place(state.code());
            question(&format!("{condition} and state = {place}"), state)
        };
        states.into_iter().map(&mut ask).collect::<Vec<_>>().join(" union all ")
    }

    fn equal(&mut self, column: &str, value: Option<&str>) {
        if let Some(value) = value {
            let place = self.place(value);
            self.conditions.push(format!("{column} = {place}"));
        }
    }

    fn place(&mut self, value: impl jq_db::IntoBound) -> String {
        self.values.push(value.into_bound());
        format!("${}", self.values.len())
    }

    fn condition(&self) -> String {
        self.conditions.join(" and ")
    }

    fn query(self, text: String) -> Query {
        sql_built(text).bind_all(self.values)
    }
}
