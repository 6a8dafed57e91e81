//! `GET /bank/orders.csv`: the orders that the queue shows, as a file; who took it is on record.

use axum::extract::{Query, State};
use jq_db::audit::AuditLine;
use jq_lending::order::OrderCursor;
use jq_lending::{Actor, Order};
use jq_web::{Visit, say};

use super::QueueQuery;
use crate::bank::Colleagues;
use crate::csv;
use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;

/// Orders of a file at most; more is a narrower filter.
const LINES_MAX: usize = 10_000;
/// Orders read at a time.
const PAGE: u32 = 500;
/// The columns, by the keys of their names.
const COLUMNS: [&str; 14] = [
    "file-order-no",
    "queue-firm",
    "file-district",
    "queue-product",
    "queue-kind",
    "file-amount",
    "file-months",
    "queue-state",
    "queue-officer",
    "file-submitted",
    "file-accepted",
    "file-decided",
    "file-due",
    "file-granted",
];

/// The file.
pub async fn export(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Query(query): Query<QueueQuery>,
    v: Visit,
) -> Answer {
    let tab = query.tab(&user);
    let (actor, filter) = (Actor::Bank(&user), query.filter_of(&user, tab));
    let colleagues = Colleagues::of(&state, &user, v.lang()).await?;
    // A byte order mark, so that spreadsheets read the Chinese names.
    let heads: Vec<String> = COLUMNS.iter().map(|key| v.t(key)).collect();
    let mut text = format!("\u{feff}{}", csv::line(&heads));
    let (mut count, mut cursor): (usize, Option<OrderCursor>) = (0, None);
    while count < LINES_MAX {
        let found = state.lending.list_for(&state.db, &actor, &filter, cursor, PAGE).await?;
        for order in found.orders.iter().take(LINES_MAX - count) {
            text.push_str(&csv::line(&cells(&v, &state, &colleagues, order)));
            count += 1;
        }
        cursor = found.next;
        if cursor.is_none() {
            break;
        }
    }
    let staff = user.staff();
    let line = AuditLine::new(staff.login(), staff.role().code(), "lending.orders.export");
    let detail = serde_json::json!({ "address": query.address(tab, ""), "orders": count });
    state.db.record(line.institution(user.bank().as_str()).detail(detail)).await?;
    Ok(csv::file(&format!("orders-{}", state.db.clock().today()), text))
}

fn cells(v: &Visit, state: &PortalState, colleagues: &Colleagues, order: &Order) -> Vec<String> {
    let lang = v.lang();
    let product = state.lending.products().find(&order.product);
    let at = |at: Option<jiff::Timestamp>| at.map(say::moment).unwrap_or_default();
    vec![
        order.order_no.clone(),
        order.subject_name.clone(),
        order.subject_district.clone().unwrap_or_default(),
        product.map_or(order.product.as_str(), |product| product.name(lang)).to_owned(),
        order.kind.text(lang).to_owned(),
        order.amount.grouped(),
        order.months.to_string(),
        order.state.text(lang).to_owned(),
        order.officer.as_deref().map(|login| colleagues.name(login)).unwrap_or_default(),
        at(order.submitted_at),
        at(order.accepted_at),
        at(order.decided_at),
        at(order.due_at),
        order.granted.as_ref().map(|terms| terms.amount.grouped()).unwrap_or_default(),
    ]
}
