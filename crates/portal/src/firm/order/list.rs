//! The firm's orders, the newest first, and the application that was begun and not sent.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use jq_base::clock::date_of;
use jq_identity::{FirmUser, MandateScope};
use jq_lending::order::{OrderCursor, OrderFilter};
use jq_lending::{Actor, Order};
use jq_web::{Visit, page, say};
use serde::Deserialize;

use super::OrderHead;
use crate::firm::apply::draft::Draft;
use crate::firm::apply::{ProductHead, find_product};
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;
use crate::words;

/// Orders on a page.
const LIMIT: u32 = 20;

/// The list.
#[derive(Template)]
#[template(path = "firm/order_list.html")]
pub struct OrderListPage {
    v: Visit,
    orders: Vec<OrderRow>,
    unsent: Option<ProductHead>,
    next: String,
    first: bool,
    may_apply: bool,
}

/// One order.
pub struct OrderRow {
    /// Its names, amount and state.
    pub head: OrderHead,
    /// When it was handed in.
    pub since: String,
    /// Until when the next act is due; empty when nothing is.
    pub due: String,
}

/// Where the page begins.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Begin {
    after: String,
}

/// `GET /firm/orders`
pub async fn list(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Query(begin): Query<Begin>,
    headers: HeaderMap,
    v: Visit,
) -> Answer {
    let cursor: Option<OrderCursor> = begin.after.parse().ok();
    let first = cursor.is_none();
    let filter = OrderFilter::default();
    let found = state.lending.list_for(&state.db, &Actor::Firm(&user), &filter, cursor, LIMIT).await?;
    Ok(page(&OrderListPage {
        orders: found.orders.iter().map(|order| OrderRow::new(&v, &state, order)).collect(),
        unsent: unsent(&v, &state, &user, &headers).filter(|head| first && !is_open(&found.orders, &head.id)),
        next: found.next.map(|cursor| format!("/firm/orders?after={cursor}")).unwrap_or_default(),
        may_apply: user.may(MandateScope::Apply),
        first,
        v,
    }))
}

/// The product of the application that was begun, if it still can be applied for.
fn unsent(v: &Visit, state: &PortalState, user: &FirmUser, headers: &HeaderMap) -> Option<ProductHead> {
    let id = Draft::unsent(headers, user)?;
    let product: Result<_, Refused> = find_product(state, &id);
    product.ok().filter(|product| product.open).map(|product| ProductHead::new(v, product))
}

/// Whether one of the orders is an open one for this product, so that the draft has been sent.
fn is_open(orders: &[Order], product: &str) -> bool {
    orders.iter().any(|order| order.product.as_str() == product && order.state.is_pending())
}

impl OrderRow {
    fn new(v: &Visit, state: &PortalState, order: &Order) -> Self {
        let now = state.db.clock().now();
        let due = order.due_at.filter(|due| *due > now).map(|due| words::until(v, due, now));
        Self {
            head: OrderHead::new(v, state, order),
            since: say::date(v.lang(), date_of(order.submitted_at.unwrap_or(order.created_at))),
            due: due.map(|due| v.one("orders-due", "until", due)).unwrap_or_default(),
        }
    }
}
