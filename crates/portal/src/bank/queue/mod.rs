//! The queue: every order this employee may know of, what is due first on top, filters in the address.

pub mod filter;
pub mod row;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use jq_base::ids::OrderId;
use jq_identity::BankUser;
use jq_lending::order::OrderCursor;
use jq_lending::{Actor, OrderKind, OrderState};
use jq_web::{Visit, page};

use crate::bank::{Colleagues, Me};
use crate::form::Choice;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;

use filter::Tab;
use row::{Around, Row};

pub use filter::QueueQuery;

/// Orders on a page.
const LIMIT: u32 = 50;
/// Unanswered urges looked at.
const URGES_MAX: u32 = 500;

/// The queue.
#[derive(Template)]
#[template(path = "bank/queue.html")]
pub struct QueuePage {
    v: Visit,
    me: Me,
    tabs: Vec<TabView>,
    tab: &'static str,
    whose: Vec<Choice>,
    kinds: Vec<Choice>,
    q: String,
    narrowed: bool,
    all: String,
    rows: Vec<Row>,
    next: String,
    first: String,
}

/// A group of states with how many orders stand in it.
pub struct TabView {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// How many.
    pub count: u64,
    /// Whether it is the one that is shown.
    pub here: bool,
}

/// `GET /bank`
pub async fn show(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Query(query): Query<QueueQuery>,
    v: Visit,
) -> Answer {
    let (tab, actor) = (query.tab(&user), Actor::Bank(&user));
    let counts = state.lending.count_states(&state.db, Some(&actor), &query.filter(&user)).await?;
    let cursor: Option<OrderCursor> = query.after.parse().ok();
    let is_first = cursor.is_none();
    let filter = query.filter_of(&user, tab);
    let found = state.lending.list_for(&state.db, &actor, &filter, cursor, LIMIT).await?;
    let colleagues = Colleagues::of(&state, &user, v.lang()).await?;
    let urged = urged(&state, &user).await?;
    let now = state.db.clock().now();
    let around = Around { v: &v, state: &state, colleagues: &colleagues, urged: &urged, now };
    let mut rows = Vec::with_capacity(found.orders.len());
    for order in &found.orders {
        let steps = state.lending.steps(&state.db, &order.order_id).await?;
        let has_loan = order.state.has_loan();
        let loans =
            if has_loan { state.lending.loans(&state.db, &order.order_id).await? } else { Vec::new() };
        rows.push(Row::new(&around, order, &steps, &loans));
    }
    let whose = whose(&v, &user, &colleagues, &query);
    let kinds = kinds(&v, &query);
    Ok(page(&QueuePage {
        me: Me::of(&state, &user, v.lang()).await?,
        tabs: tabs(&v, &query, tab, &counts),
        tab: tab.code(),
        whose,
        kinds,
        narrowed: query.narrows(),
        all: QueueQuery::default().address(tab, ""),
        rows,
        next: found.next.map(|cursor| query.address(tab, &cursor.to_string())).unwrap_or_default(),
        first: if is_first { String::new() } else { query.address(tab, "") },
        q: query.q,
        v,
    }))
}

/// Orders of the bank with an urge that waits for an answer.
async fn urged(state: &PortalState, user: &BankUser) -> Result<BTreeSet<OrderId>, Refused> {
    let urges = state.supervision.list_unanswered(Some(user.bank()), URGES_MAX).await?;
    Ok(urges.into_iter().map(|act| act.order_id).collect())
}

fn tabs(v: &Visit, query: &QueueQuery, here: Tab, counts: &[(OrderState, u64)]) -> Vec<TabView> {
    let count = |tab: Tab| counts.iter().filter(|(state, _)| tab.holds(*state)).map(|(_, count)| count).sum();
    let view = |tab: Tab| TabView {
        name: v.t(tab.key()),
        href: query.address(tab, ""),
        count: count(tab),
        here: tab == here,
    };
    Tab::ALL.into_iter().map(view).collect()
}

/// Whose orders can be asked for: everybody's, the employee's own, at the head office each branch's, and the
/// colleague's whom the address names.
fn whose(v: &Visit, user: &BankUser, colleagues: &Colleagues, query: &QueueQuery) -> Vec<Choice> {
    let chosen = query.whose.as_str();
    let mut choices = vec![Choice::plain("", &v.t("queue-whose-all"), chosen)];
    choices.push(Choice::plain("mine", &v.t("queue-whose-mine"), chosen));
    if colleagues.knows(chosen) && chosen != user.staff().login() {
        choices.push(Choice::plain(chosen, &colleagues.name(chosen), chosen));
    }
    if user.branch().is_none() {
        choices.extend(colleagues.branches().map(|(id, name)| Choice::plain(id, name, chosen)));
    }
    choices
}

fn kinds(v: &Visit, query: &QueueQuery) -> Vec<Choice> {
    let all = Choice::plain("", &v.t("queue-kind-all"), &query.kind);
    let each = OrderKind::ALL.iter().map(|kind| Choice::plain(kind.code(), kind.text(v.lang()), &query.kind));
    std::iter::once(all).chain(each).collect()
}
