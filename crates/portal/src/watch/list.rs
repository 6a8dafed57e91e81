//! The orders of all banks: what is late on top, then those that the address asks for, what is due first, first.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use jiff::Timestamp;
use jq_base::ids::BankId;
use jq_identity::institution;
use jq_lending::order::{OrderCursor, OrderFilter, OrderSort};
use jq_lending::{Order, OrderKind, OrderState, OrderStep};
use jq_supervision::LateOrder;
use jq_web::{Visit, page, say};
use serde::Deserialize;
use url::form_urlencoded;

use super::{Watcher, Watching};
use crate::bank::tone;
use crate::form::Choice;
use crate::refused::{Answer, Refused};
use crate::staff::ClockChip;
use crate::state::PortalState;
use crate::words;

/// Orders on a page.
const LIMIT: u32 = 50;
/// Late orders shown on top.
const LATE_MAX: u32 = 200;

/// The list.
#[derive(Template)]
#[template(path = "watch/list.html")]
pub struct ListPage {
    v: Visit,
    me: Watcher,
    late: Vec<Row>,
    groups: Vec<GroupView>,
    group: &'static str,
    banks: Vec<Choice>,
    districts: Vec<Choice>,
    kinds: Vec<Choice>,
    q: String,
    narrowed: bool,
    rows: Vec<Row>,
    next: String,
}

/// A group of states with how many orders stand in it.
pub struct GroupView {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// How many.
    pub count: u64,
    /// Whether it is the one that is shown.
    pub here: bool,
}

/// An order as a line.
pub struct Row {
    /// Its page.
    pub href: String,
    /// The number people say.
    pub order_no: String,
    /// The firm.
    pub subject: String,
    /// The bank.
    pub bank: String,
    /// The product, and what kind where it is not a new one.
    pub product: String,
    /// How much.
    pub amount: String,
    /// Where it stands.
    pub state: String,
    /// The colour of that word.
    pub tone: &'static str,
    /// The icon beside it.
    pub icon: &'static str,
    /// The time to look at.
    pub chip: Option<ClockChip>,
    /// What was done last about it; empty when nothing was.
    pub act: String,
    /// When it was handed in.
    pub since: String,
}

/// Groups of states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Open,
    Unsent,
    Granted,
    Ended,
}

impl Group {
    const ALL: [Self; 4] = [Self::Open, Self::Unsent, Self::Granted, Self::Ended];

    fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Unsent => "unsent",
            Self::Granted => "granted",
            Self::Ended => "ended",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Open => "watch-group-open",
            Self::Unsent => "watch-group-unsent",
            Self::Granted => "watch-group-granted",
            Self::Ended => "watch-group-ended",
        }
    }

    fn holds(self, state: OrderState) -> bool {
        match self {
            Self::Open => state.is_at_a_bank(),
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
    fn group(&self) -> Group {
        Group::ALL.into_iter().find(|group| group.code() == self.group).unwrap_or(Group::Open)
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
    let (group, now) = (query.group(), state.db.clock().now());
    let counts = state.lending.count_states(&state.db, None, &query.filter()).await?;
    let sort = if group == Group::Open { OrderSort::DueFirst } else { OrderSort::Newest };
    let states = OrderState::ALL.iter().copied().filter(|state| group.holds(*state)).collect();
    let filter = OrderFilter { states, sort, ..query.filter() };
    let cursor: Option<OrderCursor> = query.after.parse().ok();
    let first = cursor.is_none();
    let found = state.lending.list_all(&state.db, &filter, cursor, LIMIT).await?;
    let lines = Lines { v: &v, state: &state, home: W::HOME, banks: bank_names(&state, &v).await?, now };
    let mut rows = Vec::with_capacity(found.orders.len());
    for order in &found.orders {
        let steps = state.lending.steps(&state.db, &order.order_id).await?;
        rows.push(lines.row(order, &steps, String::new()));
    }
    let late =
        if first && !query.narrows() && group == Group::Open { lines.late().await? } else { Vec::new() };
    let count =
        |group: Group| counts.iter().filter(|(state, _)| group.holds(*state)).map(|(_, count)| count).sum();
    let view = |one: Group| GroupView {
        name: v.t(one.key()),
        href: query.address(W::ORDERS, one, ""),
        count: count(one),
        here: one == group,
    };
    Ok(page(&ListPage {
        me: Watcher::of(&state, &user, v.lang()).await?,
        late,
        groups: Group::ALL.into_iter().map(view).collect(),
        group: group.code(),
        banks: bank_choices(&v, &lines.banks, &query.bank),
        districts: district_choices(&state, &v, now, &query.district),
        kinds: kind_choices(&v, &query.kind),
        narrowed: query.narrows(),
        next: found.next.map(|next| query.address(W::ORDERS, group, &next.to_string())).unwrap_or_default(),
        q: query.q,
        rows,
        v,
    }))
}

/// What lines are made of.
struct Lines<'a> {
    v: &'a Visit,
    state: &'a PortalState,
    home: &'static str,
    banks: BTreeMap<String, String>,
    now: Timestamp,
}

impl Lines<'_> {
    fn row(&self, order: &Order, steps: &[OrderStep], act: String) -> Row {
        let (v, lang) = (self.v, self.v.lang());
        let (tone, icon) = tone(order.state);
        let lending = &self.state.lending;
        let product = lending.products().find(&order.product);
        let product = product.map_or(order.product.as_str(), |product| product.name(lang));
        let kind = if order.kind.follows_another() {
            format!(" · {}", order.kind.text(lang))
        } else {
            String::new()
        };
        let clocks = lending.clocks(order, steps, self.now);
        Row {
            href: format!("{}/orders/{}", self.home, order.order_id),
            order_no: order.order_no.clone(),
            subject: order.subject_name.clone(),
            bank: self.banks.get(order.bank.as_str()).cloned().unwrap_or_else(|| order.bank.to_string()),
            product: format!("{product}{kind}"),
            amount: words::amount(lang, order.amount),
            state: order.state.text(lang).to_owned(),
            tone,
            icon,
            chip: ClockChip::next(v, &clocks, self.now).filter(|_| order.state.is_at_a_bank()),
            act,
            since: say::moment(order.submitted_at.unwrap_or(order.created_at)),
        }
    }

    async fn late(&self) -> Result<Vec<Row>, Refused> {
        let late = self.state.supervision.list_late(None, self.now, LATE_MAX).await?;
        let mut rows = Vec::with_capacity(late.len());
        for one in &late {
            let steps = self.state.lending.steps(&self.state.db, &one.order.order_id).await?;
            rows.push(self.row(&one.order, &steps, self.last_act(one)));
        }
        Ok(rows)
    }

    fn last_act(&self, late: &LateOrder) -> String {
        let text = |act| self.state.supervision.act_text(act, self.v.lang()).to_owned();
        late.acts.last().map(text).unwrap_or_default()
    }
}

/// The banks by their id.
pub(crate) async fn bank_names(state: &PortalState, v: &Visit) -> Result<BTreeMap<String, String>, Refused> {
    let banks = institution::list_banks(&state.db).await?;
    Ok(banks.into_iter().map(|bank| (bank.id.clone(), bank.name(v.lang()).to_owned())).collect())
}

/// All banks, to choose one.
pub(crate) fn bank_choices(v: &Visit, banks: &BTreeMap<String, String>, chosen: &str) -> Vec<Choice> {
    let all = Choice::plain("", &v.t("watch-bank-all"), chosen);
    std::iter::once(all).chain(banks.iter().map(|(id, name)| Choice::plain(id, name, chosen))).collect()
}

/// The districts of today, to choose one.
pub(crate) fn district_choices(state: &PortalState, v: &Visit, now: Timestamp, chosen: &str) -> Vec<Choice> {
    let today = jq_base::clock::date_of(now);
    let all = Choice::plain("", &v.t("watch-district-all"), chosen);
    let each = state.catalog.districts().at(today);
    let each = each.map(|one| Choice::plain(&one.code, one.name(v.lang()), chosen));
    std::iter::once(all).chain(each).collect()
}

fn kind_choices(v: &Visit, chosen: &str) -> Vec<Choice> {
    let all = Choice::plain("", &v.t("queue-kind-all"), chosen);
    let each = OrderKind::ALL.iter().map(|kind| Choice::plain(kind.code(), kind.text(v.lang()), chosen));
    std::iter::once(all).chain(each).collect()
}
