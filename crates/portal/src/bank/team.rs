//! The customer managers of a bank for its administrators: who has how much in hand, and who is late.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use jiff::Timestamp;
use jq_identity::{BankUser, StaffEntry, StaffRole};
use jq_lending::order::{OrderFilter, OrderSort};
use jq_lending::{Actor, Order, OrderState};
use jq_web::{Problem, Visit, page};
use serde::Deserialize;

use super::queue::QueueQuery;
use crate::bank::{Colleagues, Me};
use crate::form::Choice;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;

/// Orders read at a time.
const PAGE: u32 = 500;

/// The team.
#[derive(Template)]
#[template(path = "bank/team.html")]
pub struct TeamPage {
    v: Visit,
    me: Me,
    rows: Vec<TeamRow>,
    total: Load,
    branches: Vec<Choice>,
    q: String,
    everybody: bool,
    people: usize,
}

/// Whom the page shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TeamQuery {
    /// Of which branch.
    branch: String,
    /// What name or login contains.
    q: String,
    /// Also those who have nothing in hand.
    all: String,
}

/// One customer manager.
pub struct TeamRow {
    /// The name.
    pub name: String,
    /// The login, which orders and the record name.
    pub login: String,
    /// The branch; empty at the head office.
    pub branch: String,
    /// Its identifier.
    pub branch_id: String,
    /// Their orders.
    pub href: String,
    /// How much they have in hand.
    pub load: Load,
}

/// Orders in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Load {
    /// Whose time is over.
    pub late: u64,
    /// In all.
    pub open: u64,
    /// Not taken yet.
    pub to_accept: u64,
    /// Waiting for the firm.
    pub waiting: u64,
    /// Being decided.
    pub to_decide: u64,
}

/// `GET /bank/team`
pub async fn list(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Query(query): Query<TeamQuery>,
    v: Visit,
) -> Answer {
    if user.role() != StaffRole::BankAdmin {
        return Err(Problem::new(403, "lending/only-bank-admin").forward("/bank").into());
    }
    let loads = loads(&state, &user).await?;
    let colleagues = Colleagues::of(&state, &user, v.lang()).await?;
    let mut rows: Vec<TeamRow> =
        colleagues.officers(&user).map(|one| TeamRow::new(&colleagues, one, &loads)).collect();
    let people = rows.len();
    rows.retain(|row| query.shows(row));
    rows.sort_by(|a, b| (b.load, &a.login).cmp(&(a.load, &b.login)));
    Ok(page(&TeamPage {
        me: Me::of(&state, &user, v.lang()).await?,
        rows,
        total: loads.values().fold(Load::default(), |sum, load| sum.plus(*load)),
        branches: branches(&v, &user, &colleagues, &query),
        everybody: !query.all.is_empty(),
        q: query.q,
        people,
        v,
    }))
}

/// The branches that can be chosen: at the head office all.
fn branches(v: &Visit, user: &BankUser, colleagues: &Colleagues, query: &TeamQuery) -> Vec<Choice> {
    if user.branch().is_some() {
        return Vec::new();
    }
    let all = Choice::plain("", &v.t("team-branch-all"), &query.branch);
    let each = colleagues.branches().map(|(id, name)| Choice::plain(id, name, &query.branch));
    std::iter::once(all).chain(each).collect()
}

impl TeamQuery {
    /// Those who have something in hand; of a branch that was chosen, or by a name that was typed, everybody.
    fn shows(&self, row: &TeamRow) -> bool {
        let text = self.q.trim();
        let narrows = !self.branch.is_empty() || !text.is_empty() || !self.all.is_empty();
        (narrows || row.load.open > 0)
            && (self.branch.is_empty() || self.branch == row.branch_id)
            && (row.name.contains(text) || row.login.contains(text))
    }
}

/// What each customer manager has in hand, by login.
async fn loads(state: &PortalState, user: &BankUser) -> Result<BTreeMap<String, Load>, Refused> {
    let now = state.db.clock().now();
    let states = OrderState::ALL.iter().copied().filter(|state| state.is_at_a_bank()).collect();
    let filter = OrderFilter { states, sort: OrderSort::DueFirst, ..OrderFilter::default() };
    let (mut loads, mut cursor) = (BTreeMap::<String, Load>::new(), None);
    loop {
        let found = state.lending.list_for(&state.db, &Actor::Bank(user), &filter, cursor, PAGE).await?;
        for order in &found.orders {
            let load = loads.entry(order.officer.clone().unwrap_or_default()).or_default();
            *load = load.plus(Load::of(order, now));
        }
        cursor = found.next;
        if cursor.is_none() {
            return Ok(loads);
        }
    }
}

impl Load {
    fn of(order: &Order, now: Timestamp) -> Self {
        let one = u64::from;
        Self {
            late: one(order.due_at.is_some_and(|due| due <= now)),
            open: 1,
            to_accept: one(order.state == OrderState::Dispatched),
            waiting: one(order.state == OrderState::AwaitingMaterials),
            to_decide: one(order.state == OrderState::Approving),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            late: self.late + other.late,
            open: self.open + other.open,
            to_accept: self.to_accept + other.to_accept,
            waiting: self.waiting + other.waiting,
            to_decide: self.to_decide + other.to_decide,
        }
    }
}

impl TeamRow {
    fn new(colleagues: &Colleagues, one: &StaffEntry, loads: &BTreeMap<String, Load>) -> Self {
        let query = QueueQuery { whose: one.login.clone(), ..QueueQuery::default() };
        Self {
            name: one.person_name.clone(),
            login: one.login.clone(),
            branch: one.branch.as_ref().map(|id| colleagues.branch(id.as_str())).unwrap_or_default(),
            branch_id: one.branch.as_ref().map(ToString::to_string).unwrap_or_default(),
            href: query.open_address(),
            load: loads.get(&one.login).copied().unwrap_or_default(),
        }
    }
}
