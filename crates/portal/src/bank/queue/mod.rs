//! The queue: every order this employee may know of, what is due first on top, filters in the address.

pub mod act;
pub mod file;
pub mod filter;
pub mod row;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use jq_base::ids::OrderId;
use jq_identity::staff::{SavedView, list_views};
use jq_identity::{BankUser, StaffRole};
use jq_lending::order::OrderCursor;
use jq_lending::{Actor, Order, OrderKind, OrderState};
use jq_web::{Visit, page};

use crate::bank::{Colleagues, Me};
use crate::form::Choice;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;

use filter::{MINE, POOL, Tab};
use row::{Around, Row};

pub use filter::QueueQuery;

/// Orders on a page.
const LIMIT: u32 = 50;
/// How many orders of a group are counted; of more it is said that there are more.
const COUNT_MAX: u32 = 1_000;
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
    /// The list that is shown, as an address.
    address: String,
    file: String,
    views: Vec<SavedView>,
    done: String,
    /// To whom marked orders can be given; empty for whoever may not.
    officers: Vec<Choice>,
}

/// A group of states with how many orders stand in it.
pub struct TabView {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// How many.
    pub count: String,
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
    let all = query.filter(&user);
    let counts = state.lending.count_states_up_to(&state.db, &actor, &all, COUNT_MAX + 1).await?;
    let appealed = query.filter_of(&user, Tab::Appeals);
    let appeals = state.lending.count(&state.db, &actor, &appealed).await?;
    let cursor: Option<OrderCursor> = query.after.parse().ok();
    let is_first = cursor.is_none();
    let filter = query.filter_of(&user, tab);
    let found = state.lending.list_for(&state.db, &actor, &filter, cursor, LIMIT).await?;
    let colleagues = Colleagues::of(&state, &user, v.lang()).await?;
    let urged = urged(&state, &user).await?;
    let now = state.db.clock().now();
    let around = Around { v: &v, state: &state, colleagues: &colleagues, urged: &urged, now };
    let steps = state.lending.steps_each(&state.db, &found.orders).await?;
    let with_loans = found.orders.iter().filter(|order| order.state.has_loan());
    let loans = state.lending.loans_each(&state.db, with_loans).await?;
    let row = |order: &Order| {
        let steps = steps.get(&order.order_id).map_or(&[][..], Vec::as_slice);
        Row::new(&around, order, steps, loans.get(&order.order_id).map_or(&[], Vec::as_slice))
    };
    let rows = found.orders.iter().map(row).collect();
    let officers = officers(&user, &colleagues);
    let whose = whose(&v, &user, &colleagues, &query);
    let address = query.address(tab, "");
    let kinds = kinds(&v, &query);
    Ok(page(&QueuePage {
        me: Me::of(&state, &user, v.lang()).await?,
        tabs: tabs(&v, &query, tab, &counts, appeals),
        tab: tab.code(),
        whose,
        kinds,
        narrowed: query.narrows(),
        all: QueueQuery::default().address(tab, ""),
        rows,
        next: found.next.map(|cursor| query.address(tab, &cursor.to_string())).unwrap_or_default(),
        file: address.replace("/bank?", "/bank/orders.csv?"),
        views: list_views(&state.db, user.staff()).await?,
        done: done(&v, &query.done),
        address,
        officers,
        first: if is_first { String::new() } else { query.address(tab, "") },
        q: query.q,
        v,
    }))
}

/// The customer managers, for an administrator who gives orders to somebody else.
fn officers(user: &BankUser, colleagues: &Colleagues) -> Vec<Choice> {
    if user.role() != StaffRole::BankAdmin {
        return Vec::new();
    }
    colleagues.officers(user).map(|one| Choice::plain(&one.login, &colleagues.label(one), "")).collect()
}

/// What was just done, in words; nothing for a word that means nothing.
fn done(v: &Visit, done: &str) -> String {
    match done {
        "view" => v.t("queue-done-view"),
        "view-not" => v.t("queue-done-view-not"),
        "view-dropped" => v.t("queue-done-view-dropped"),
        _ => match done.strip_prefix("given.").and_then(|counts| counts.split_once('.')) {
            Some((given, left)) => counted(v, "queue-done-given", given, left),
            None => String::new(),
        },
    }
}

/// A sentence with two numbers that the address carries; nothing where they are none.
pub fn counted(v: &Visit, key: &str, given: &str, left: &str) -> String {
    match (given.parse::<u32>(), left.parse::<u32>()) {
        (Ok(given), Ok(left)) => v.text().with(key, &[("given", &given), ("left", &left)]),
        _ => String::new(),
    }
}

/// Orders of the bank with an urge that waits for an answer.
async fn urged(state: &PortalState, user: &BankUser) -> Result<BTreeSet<OrderId>, Refused> {
    let urges = state.supervision.list_unanswered(Some(user.bank()), URGES_MAX).await?;
    Ok(urges.into_iter().map(|act| act.order_id).collect())
}

fn tabs(
    v: &Visit,
    query: &QueueQuery,
    here: Tab,
    counts: &[(OrderState, u64)],
    appeals: u64,
) -> Vec<TabView> {
    let in_states =
        |tab: Tab| counts.iter().filter(|(state, _)| tab.holds(*state)).map(|(_, count)| count).sum();
    let count = |tab: Tab| if tab == Tab::Appeals { appeals } else { in_states(tab) };
    let view = |tab: Tab| TabView {
        name: v.t(tab.key()),
        href: query.address(tab, ""),
        count: many(count(tab)),
        here: tab == here,
    };
    // Appeals are rare: their group stands there when there are any.
    let shown = |tab: &Tab| *tab != Tab::Appeals || appeals > 0 || here == Tab::Appeals;
    Tab::ALL.into_iter().filter(shown).map(view).collect()
}

/// How many, or that there are more than are counted.
fn many(count: u64) -> String {
    if count > u64::from(COUNT_MAX) { format!("{COUNT_MAX}+") } else { count.to_string() }
}

/// Whose orders can be asked for: everybody's, the employee's own, at the head office each branch's, and the
/// colleague's whom the address names.
fn whose(v: &Visit, user: &BankUser, colleagues: &Colleagues, query: &QueueQuery) -> Vec<Choice> {
    let chosen = query.whose.as_str();
    let mut choices = vec![Choice::plain("", &v.t("queue-whose-all"), chosen)];
    choices.push(Choice::plain(MINE, &v.t("queue-whose-mine"), chosen));
    choices.push(Choice::plain(POOL, &v.t("queue-whose-pool"), chosen));
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
