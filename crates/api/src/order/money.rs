//! `POST /api/v1/orders/{id}/drawdowns` and `POST /api/v1/loans/{id}/repayments`: what a bank reports of money.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jq_base::ids::{LoanId, OrderId};
use jq_lending::{Order, OrderStep};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::Told;
use super::list::order_id;
use super::terms_body::{DrawBody, RepayBody};
use super::view::OrderView;
use crate::body::Sent;
use crate::caller::BankClient;
use crate::code;
use crate::once::{Begun, Call, Key, begin};
use crate::params::Name;
use crate::problem::ApiProblem;
use crate::state::ApiState;

/// What came of a report of money paid out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Drawdown)]
pub(crate) struct DrawnView {
    /// The loan's id; repayments are reported under it.
    loan_id: String,
    /// The order after it.
    order: OrderView,
}

/// What came of a report of a payment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RepaymentTaken)]
pub(crate) struct RepaidView {
    /// The loan.
    loan_id: String,
    /// How much of the payment was principal, in fen.
    principal_fen: i64,
    /// How much of it was interest, in fen.
    interest_fen: i64,
    /// The order after it.
    order: OrderView,
}

#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/drawdowns",
    operation_id = "report_drawdown",
    tag = "orders",
    summary = "Report money paid out",
    description = "The bank has paid money out under the line: a loan with its plan of repayment comes of it, which the \
        firm sees. The same report told twice counts once.",
    params(
        ("id" = String, Path, description = "The order's id."),
        ("Idempotency-Key" = String, Header,
            description = "Made up by the caller for this act; the same one is sent when it is tried again.",
            min_length = 1, max_length = 255),
    ),
    request_body(content = DrawBody, example = json!({
        "clerk": "officer@bank01", "loan_ref": "LN-0001", "amount_fen": 20_000_000, "drawn_on": "2026-11-20",
        "report_no": "DR-0001"
    })),
    responses((status = 201, description = "The loan.", body = DrawnView,
        headers(("Idempotent-Replayed" = String, description = "True when this is the answer to an earlier try.")))),
    security(("client_credentials" = [])),
)]
pub(crate) async fn draw(
    State(state): State<ApiState>,
    client: BankClient,
    Name(id): Name,
    key: Key,
    sent: Sent,
) -> Result<Response, ApiProblem> {
    let (id, digest) = (order_id(&id)?, sent.digest.clone());
    let body = sent.read(DrawBody::read)?;
    let mut call = match begin(&state, &client, key, &digest).await? {
        Begun::New(call) => call,
        Begun::Before(answer) => return Ok(answer),
    };
    let report_no = body.report_no.clone();
    let order = report(&state, &client, &mut call, &id, body.told()).await?;
    let steps = state.lending.steps_within(&mut call.tx, &id).await?;
    let step = reported(&steps, "draw", &report_no)?;
    let loan_id = step.data["loan_id"].as_str().unwrap_or_default().to_owned();
    let view = DrawnView { loan_id, order: OrderView::new(&order, &state.lending, false) };
    call.finish(StatusCode::CREATED, &view).await
}

#[utoipa::path(
    post,
    path = "/api/v1/loans/{id}/repayments",
    operation_id = "report_repayment",
    tag = "orders",
    summary = "Report a payment",
    description = "The firm has paid. Interest of the plan that is due comes first when the bank does not say how much \
        is principal. The same report told twice counts once.",
    params(
        ("id" = String, Path, description = "The loan's id."),
        ("Idempotency-Key" = String, Header,
            description = "Made up by the caller for this act; the same one is sent when it is tried again.",
            min_length = 1, max_length = 255),
    ),
    request_body(content = RepayBody, example = json!({
        "clerk": "officer@bank01", "amount_fen": 4_249_504, "paid_on": "2026-12-20", "report_no": "RP-0001"
    })),
    responses((status = 201, description = "The payment is taken.", body = RepaidView,
        headers(("Idempotent-Replayed" = String, description = "True when this is the answer to an earlier try.")))),
    security(("client_credentials" = [])),
)]
pub(crate) async fn repay(
    State(state): State<ApiState>,
    client: BankClient,
    Name(id): Name,
    key: Key,
    sent: Sent,
) -> Result<Response, ApiProblem> {
    let digest = sent.digest.clone();
    let body = sent.read(RepayBody::read)?;
    let loan_id = LoanId::parse(&id).map_err(|_| ApiProblem::new(&code::NO_LOAN))?;
    let order_id = own_loan(&state, &client, &loan_id).await?;
    let mut call = match begin(&state, &client, key, &digest).await? {
        Begun::New(call) => call,
        Begun::Before(answer) => return Ok(answer),
    };
    let report_no = body.report_no.clone();
    let order = report(&state, &client, &mut call, &order_id, body.told(loan_id)).await?;
    let steps = state.lending.steps_within(&mut call.tx, &order_id).await?;
    let step = reported(&steps, "repay", &report_no)?;
    let fen = |member: &str| step.data[member].as_i64().unwrap_or_default();
    let view = RepaidView {
        loan_id: id,
        principal_fen: fen("principal_fen"),
        interest_fen: fen("amount_fen") - fen("principal_fen"),
        order: OrderView::new(&order, &state.lending, false),
    };
    call.finish(StatusCode::CREATED, &view).await
}

async fn report(
    state: &ApiState,
    client: &BankClient,
    call: &mut Call,
    order: &OrderId,
    told: Told,
) -> Result<Order, ApiProblem> {
    let (actor, now) = (client.for_clerk(Some(&told.clerk)), call.tx.now());
    Ok(state.lending.act(&mut call.tx, &actor, order, told.act, told.seen, now).await?)
}

/// The order of a loan of the caller's bank; another bank's loan is answered like one that does not exist.
async fn own_loan(state: &ApiState, client: &BankClient, loan: &LoanId) -> Result<OrderId, ApiProblem> {
    let order = state.lending.order_of_loan(&state.db, loan).await?;
    match state.lending.find_for(&state.db, &client.for_clerk(None), &order).await {
        Ok(_) => Ok(order),
        Err(jq_lending::LendingError::NotYours | jq_lending::LendingError::OrderNotFound) => {
            Err(ApiProblem::new(&code::NO_LOAN))
        }
        Err(other) => Err(other.into()),
    }
}

/// The step that came of a report.
fn reported<'s>(steps: &'s [OrderStep], event: &str, report_no: &str) -> Result<&'s OrderStep, ApiProblem> {
    let of_report =
        |step: &&OrderStep| step.event.code() == event && step.data["report_no"].as_str() == Some(report_no);
    steps.iter().rev().find(of_report).ok_or_else(|| ApiProblem::new(&code::NO_LOAN))
}
