//! The orders of all banks, those that the address asks for: the late ones as long as there are any, what is due
//! first, first.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use jiff::Timestamp;
use jq_base::ids::BankId;
use jq_lending::order::{OrderCursor, OrderFilter, OrderSort};
use jq_lending::{OrderKind, OrderState};
use jq_web::{Visit, page};
use serde::Deserialize;
use url::form_urlencoded;

use super::choice::{bank_choices, bank_names, district_choices, kind_choices};
use super::row::{Lines, Row};
use super::{Watcher, Watching};
use crate::form::Choice;
use crate::refused::{Answer, Refused};
use crate::state::PortalState;

/// Orders on a page.
const LIMIT: u32 = 50;

/// The list.
#[derive(Template)]
#[template(path = "watch/list.html")]
pub struct ListPage {
    v: Visit,
    me: Watcher,
    groups: Vec<GroupView>,
    group: &'static str,
    last_column: &'static str,
    banks: Vec<Choice>,
    districts: Vec<Choice>,
    kinds: Vec<Choice>,
    q: String,
    narrowed: bool,
    all: String,
    rows: Vec<Row>,
    next: String,
    first: String,
}

/// A group of orders with how many stand in it.
pub struct GroupView {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// How many.
    pub count: u64,
    /// Whether it is the one that is shown.
    pub here: bool,
    /// Whether somebody should look at it.
    pub bad: bool,
}

/// Groups of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Late,
    Open,
    Unsent,
    Granted,
    Ended,
}

impl Group {
    const ALL: [Self; 5] = [Self::Late, Self::Open, Self::Unsent, Self::Granted, Self::Ended];

    fn code(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Open => "open",
            Self::Unsent => "unsent",
            Self::Granted => "granted",
            Self::Ended => "ended",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Late => "watch-group-late",
            Self::Open => "watch-group-open",
            Self::Unsent => "watch-group-unsent",
            Self::Granted => "watch-group-granted",
            Self::Ended => "watch-group-ended",
        }
    }

    fn holds(self, state: OrderState) -> bool {
        match self {
            Self::Late | Self::Open => state.is_at_a_bank(),
            Self::Unsent => state == OrderState::Submitted,
            Self::Granted => matches!(state, OrderState::Approved | OrderState::Signed) || state.has_loan(),
            Self::Ended => state.is_final(),
        }
    }
}

/// The words of the address. What it says wrongly filters nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    group: String,
    bank: String,
    district: String,
    kind: String,
    q: String,
    after: String,
}

impl ListQuery {
    /// The group that is asked for; without one the late orders, as long as there are any.
    fn group(&self, counts: &BTreeMap<Group, u64>) -> Group {
        let named = Group::ALL.into_iter().find(|group| group.code() == self.group);
        let late = counts.get(&Group::Late).is_some_and(|count| *count > 0);
        named.unwrap_or(if late { Group::Late } else { Group::Open })
    }

    fn narrows(&self) -> bool {
        [&self.bank, &self.district, &self.kind, &self.q].iter().any(|word| !word.trim().is_empty())
    }

    fn filter(&self) -> OrderFilter {
        let district = self.district.trim();
        OrderFilter {
            bank: BankId::parse(&self.bank).ok(),
            district: (!district.is_empty()).then(|| district.to_owned()),
            kind: self.kind.parse::<OrderKind>().ok(),
            text: self.q.trim().chars().take(60).collect(),
            ..OrderFilter::default()
        }
    }

    fn filter_of(&self, group: Group, now: Timestamp) -> OrderFilter {
        OrderFilter {
            states: OrderState::ALL.iter().copied().filter(|state| group.holds(*state)).collect(),
            due_before: (group == Group::Late).then_some(now),
            sort: match group {
                Group::Late | Group::Open => OrderSort::DueFirst,
                Group::Unsent | Group::Granted | Group::Ended => OrderSort::Newest,
            },
            ..self.filter()
        }
    }

    fn address(&self, list: &str, group: Group, after: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("group", group.code());
        let words =
            [("bank", &self.bank), ("district", &self.district), ("kind", &self.kind), ("q", &self.q)];
        for (name, value) in words {
            if !value.trim().is_empty() {
                query.append_pair(name, value.trim());
            }
        }
        if !after.is_empty() {
            query.append_pair("after", after);
        }
        format!("{list}?{}", query.finish())
    }
}

/// `GET /desk`, `GET /oversight/orders`
pub async fn show<W: Watching>(
    State(state): State<PortalState>,
    user: W,
    Query(query): Query<ListQuery>,
    v: Visit,
) -> Answer {
    let now = state.db.clock().now();
    let counts = counts(&state, &query, now).await?;
    let group = query.group(&counts);
    let cursor: Option<OrderCursor> = query.after.parse().ok();
    let is_first = cursor.is_none();
    let found = state.lending.list_all(&state.db, &query.filter_of(group, now), cursor, LIMIT).await?;
    let banks = bank_names(&state, &v).await?;
    let lines = Lines::new(&v, &state, W::HOME, &banks, now).await?;
    let is_late = group == Group::Late;
    let next = found.next.map(|next| query.address(W::ORDERS, group, &next.to_string()));
    Ok(page(&ListPage {
        me: Watcher::of(&state, &user, v.lang()).await?,
        groups: views::<W>(&v, &query, &counts, group),
        group: group.code(),
        last_column: if is_late { "watch-last" } else { "queue-since" },
        banks: bank_choices(&v, &banks, &query.bank),
        districts: district_choices(&state, &v, now, &query.district),
        kinds: kind_choices(&v, &query.kind),
        narrowed: query.narrows(),
        all: ListQuery::default().address(W::ORDERS, group, ""),
        rows: lines.rows(&found.orders, is_late).await?,
        next: next.unwrap_or_default(),
        first: if is_first { String::new() } else { query.address(W::ORDERS, group, "") },
        q: query.q,
        v,
    }))
}

/// How many orders stand in each group, of those that the rest of the address asks for.
async fn counts(
    state: &PortalState,
    query: &ListQuery,
    now: Timestamp,
) -> Result<BTreeMap<Group, u64>, Refused> {
    let all = state.lending.count_states(&state.db, None, &query.filter()).await?;
    let late = query.filter_of(Group::Late, now);
    let late = state.lending.count_states(&state.db, None, &late).await?;
    let count = |group: Group| {
        let counts = if group == Group::Late { &late } else { &all };
        counts.iter().filter(|(state, _)| group.holds(*state)).map(|(_, count)| count).sum()
    };
    Ok(Group::ALL.into_iter().map(|group| (group, count(group))).collect())
}

fn views<W: Watching>(
    v: &Visit,
    query: &ListQuery,
    counts: &BTreeMap<Group, u64>,
    here: Group,
) -> Vec<GroupView> {
    let view = |(group, count): (&Group, &u64)| GroupView {
        name: v.t(group.key()),
        href: query.address(W::ORDERS, *group, ""),
        count: *count,
        here: *group == here,
        bad: *group == Group::Late && *count > 0,
    };
    counts.iter().map(view).collect()
}
