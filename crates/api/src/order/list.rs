//! `GET /api/v1/orders` and one of them.

use axum::Json;
use axum::extract::State;
use jq_base::ids::OrderId;
use jq_db::audit::AuditLine;
use jq_lending::order::{OrderCursor, OrderFilter};
use jq_lending::{Order, OrderState};

use super::clock_view::ClockView;
use super::loan_view::LoanView;
use super::step_view::StepView;
use super::view::{OrderDetailView, OrderPageView, OrderView};
use crate::body::instant;
use crate::caller::BankClient;
use crate::code;
use crate::params::{Name, Params, wrong};
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;
use crate::words::{Word, codes, find as word_of};

/// Orders on a page when the caller names no number.
const LIMIT_DEFAULT: u32 = 50;
/// Orders on a page at most.
const LIMIT_MAX: u32 = 200;

#[utoipa::path(
    get,
    path = "/api/v1/orders",
    operation_id = "list_orders",
    tag = "orders",
    summary = "List your bank's orders",
    description = "The orders that are with the caller's bank, newest first, page by page.",
    params(
        ("state" = Option<String>, Query, description = "In one of these states, separated by commas.",
            example = "dispatched,accepted"),
        ("changed_after" = Option<String>, Query, description = "That changed at or after this RFC 3339 time.",
            example = "2026-11-10T01:30:00Z"),
        ("limit" = Option<u32>, Query, description = "Entries on a page; 50 when it is left out.",
            minimum = 1, maximum = 200, example = 50),
        ("cursor" = Option<String>, Query, description = "The next of the page before."),
    ),
    responses((status = 200, description = "A page of orders.", body = OrderPageView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    client: BankClient,
    params: Params,
) -> Result<Json<OrderPageView>, ApiProblem> {
    let limit = params.number("limit", &1, &LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
    let states = params.text("state").map(states).transpose()?.unwrap_or_default();
    let changed_since = params.text("changed_after").map(|text| {
        // A `+` that the address turned into a space is put back.
        instant(&text.trim().replace(' ', "+")).ok_or_else(|| {
            let words = Said::fixed(
                "应为 2026-11-10T01:30:00Z 形式的时间",
                "must be a time like 2026-11-10T01:30:00Z",
            );
            wrong("changed_after", words)
        })
    });
    let cursor = params.text("cursor").map(|text| {
        let words = Said::fixed("不是上一页给出的 next", "is not the next of a page before");
        text.parse::<OrderCursor>().map_err(|_| wrong("cursor", words))
    });
    let filter = OrderFilter { states, changed_since: changed_since.transpose()?, ..OrderFilter::default() };
    let actor = client.for_clerk(None);
    let page = state.lending.list_for(&state.db, &actor, &filter, cursor.transpose()?, limit).await?;
    let orders = page.orders.iter().map(|order| OrderView::new(order, &state.lending, false)).collect();
    Ok(Json(OrderPageView { orders, next: page.next.map(|next| next.to_string()) }))
}

fn states(text: &str) -> Result<Vec<OrderState>, ApiProblem> {
    let each = text.split(',').map(str::trim).filter(|code| !code.is_empty());
    let found: Option<Vec<OrderState>> = each.map(word_of).collect();
    found.ok_or_else(|| {
        let codes = codes::<OrderState>();
        wrong("state", Said::of(format!("每项应为以下之一：{codes}"), format!("each must be one of {codes}")))
    })
}

#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}",
    operation_id = "get_order",
    tag = "orders",
    summary = "Read an order",
    description = "An order that is with the caller's bank, with its times, steps and loans. Once the bank has accepted \
        it, the firm's contact is shown in full, and that is put on record. Another bank's order is answered like one \
        that does not exist.",
    params(("id" = String, Path, description = "The order's id.")),
    responses((status = 200, description = "The order.", body = OrderDetailView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn find(
    State(state): State<ApiState>,
    client: BankClient,
    Name(id): Name,
) -> Result<Json<OrderDetailView>, ApiProblem> {
    let id = order_id(&id)?;
    let (lending, actor) = (&state.lending, client.for_clerk(None));
    let order = lending.find_for(&state.db, &actor, &id).await?;
    let shows_contact = order.accepted_at.is_some() && order.contact.is_some() && !order.state.is_final();
    if shows_contact {
        note_contact(&state, &client, &order).await?;
    }
    let steps = lending.steps(&state.db, &id).await?;
    let loans = lending.loans(&state.db, &id).await?;
    let (now, today) = (state.db.clock().now(), state.db.clock().today());
    Ok(Json(OrderDetailView {
        allowed: lending.allowed(&actor, &order).into_iter().map(Word).collect(),
        clocks: lending.clocks(&order, &steps, now).iter().map(ClockView::from).collect(),
        steps: StepView::of(&steps, &order),
        loans: loans.iter().map(|loan| LoanView::new(loan, today)).collect(),
        order: OrderView::new(&order, lending, shows_contact),
    }))
}

/// The order of a path.
pub(crate) fn order_id(text: &str) -> Result<OrderId, ApiProblem> {
    OrderId::parse(text).map_err(|_| ApiProblem::new(&code::NO_ORDER))
}

/// Puts on record that the firm's contact was read.
async fn note_contact(state: &ApiState, client: &BankClient, order: &Order) -> Result<(), ApiProblem> {
    let mut tx = state.db.begin().await?;
    let line =
        AuditLine::new(client.id(), "client", "lending.contact.read").institution(client.bank().as_str());
    tx.audit(line.subject(order.subject.as_str()).detail(serde_json::json!({ "order": order.order_id })));
    Ok(tx.commit().await?)
}
