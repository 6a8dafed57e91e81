//! The customer managers of a bank for its administrators: who has how much in hand, and who is late.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use jiff::Timestamp;
use jiff::civil::Date;
use jq_identity::{BankUser, StaffEntry, StaffRole, staff};
use jq_lending::order::{DispatchWay, Duty, OrderFilter, OrderSort};
use jq_lending::{Actor, Order, OrderState};
use jq_web::{Problem, Visit, page};
use serde::Deserialize;

use super::queue::{QueueQuery, counted};
use crate::bank::{Colleagues, Me};
use crate::form::Choice;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;
use crate::words;

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
    /// The ways of dispatch; empty for a branch's administrator.
    ways: Vec<Choice>,
    done: String,
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
    /// What was just done.
    done: String,
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
    /// Where their duty is set.
    pub duty: String,
    /// How many orders they may have; empty where it is not said.
    pub orders_max: String,
    /// Until when they are away; empty when they are not.
    pub away: String,
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
    let duties = state.lending.duties(&state.db, user.bank()).await?;
    let today = state.db.clock().today();
    let around = Around { v: &v, colleagues: &colleagues, loads: &loads, duties: &duties, today };
    let mut rows: Vec<TeamRow> = colleagues.officers(&user).map(|one| TeamRow::new(&around, one)).collect();
    // Who has left and has orders in hand still.
    for login in loads.keys().filter(|login| !login.is_empty() && !colleagues.knows(login)) {
        if let Some(gone) = staff::find_by_login(&state.db, login).await? {
            rows.push(TeamRow::new(&around, &gone));
        }
    }
    let people = rows.len();
    rows.retain(|row| query.shows(row));
    rows.sort_by(|a, b| (b.load, &a.login).cmp(&(a.load, &b.login)));
    Ok(page(&TeamPage {
        me: Me::of(&state, &user, v.lang()).await?,
        rows,
        total: loads.values().fold(Load::default(), |sum, load| sum.plus(*load)),
        branches: branches(&v, &user, &colleagues, &query),
        ways: ways(&v, &state, &user).await?,
        done: done(&v, &query.done),
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
    let states = OrderState::at_a_bank();
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

/// What rows are made of beside the person.
struct Around<'a> {
    v: &'a Visit,
    colleagues: &'a Colleagues,
    loads: &'a BTreeMap<String, Load>,
    duties: &'a BTreeMap<String, Duty>,
    today: Date,
}

/// The ways in which orders can reach the bank's people; the head office chooses.
async fn ways(v: &Visit, state: &PortalState, user: &BankUser) -> Result<Vec<Choice>, Refused> {
    if user.branch().is_some() {
        return Ok(Vec::new());
    }
    let way = state.lending.dispatch_way(&state.db, user.bank()).await?;
    let choice = |one: &DispatchWay| Choice::plain(one.code(), one.text(v.lang()), way.code());
    Ok(DispatchWay::ALL.iter().map(choice).collect())
}

/// What was just done, in words; nothing for a word that means nothing.
fn done(v: &Visit, done: &str) -> String {
    match done.split_once('.') {
        Some(("given", counts)) => {
            let (given, left) = counts.split_once('.').unwrap_or((counts, "0"));
            counted(v, "team-done-given", given, left)
        }
        _ if done == "duty" => v.t("team-done-duty"),
        _ if done == "way" => v.t("team-done-way"),
        _ => String::new(),
    }
}

impl TeamRow {
    fn new(around: &Around<'_>, one: &StaffEntry) -> Self {
        let (colleagues, loads) = (around.colleagues, around.loads);
        let duty = around.duties.get(&one.login).copied().unwrap_or_default();
        let until = duty.away.filter(|_| duty.is_away(around.today)).map(|(_, until)| until);
        let query = QueueQuery { whose: one.login.clone(), ..QueueQuery::default() };
        Self {
            name: one.person_name.clone(),
            login: one.login.clone(),
            branch: one.branch.as_ref().map(|id| colleagues.branch(id.as_str())).unwrap_or_default(),
            branch_id: one.branch.as_ref().map(ToString::to_string).unwrap_or_default(),
            href: query.open_address(),
            duty: format!("/bank/team/{}", one.login),
            orders_max: duty.orders_max.map(|max| max.to_string()).unwrap_or_default(),
            away: until.map(|day| words::day(around.v.lang(), day, around.today)).unwrap_or_default(),
            load: loads.get(&one.login).copied().unwrap_or_default(),
        }
    }
}
