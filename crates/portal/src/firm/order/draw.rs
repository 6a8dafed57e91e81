//! Asking for money under a signed line, up to what is left of it.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jq_base::money::Money;
use jq_lending::order::OrderAct;
use jq_lending::{Actor, LendingError, Order, OrderEventKind};
use jq_web::{FieldProblem, Visit, page};
use serde::Deserialize;

use super::OrderHead;
use super::act::{not_done, perform};
use crate::form;
use crate::refused::Answer;
use crate::session::Firm;
use crate::state::PortalState;
use crate::words;

/// Characters of a typed amount.
const AMOUNT_CHARS: usize = 40;

/// How much shall be paid out.
#[derive(Template)]
#[template(path = "firm/order_draw.html")]
pub struct DrawPage {
    v: Visit,
    head: OrderHead,
    available: String,
    asked: String,
    amount: String,
    rate: String,
    seen: u32,
    errors: Vec<FieldProblem>,
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DrawForm {
    seen: String,
    amount: String,
}

/// `GET /firm/orders/{id}/draw`
pub async fn ask(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let allowed = state.lending.allowed(&Actor::Firm(&user), &order);
    if !allowed.contains(&OrderEventKind::AskDraw) || order.available() == Money::ZERO {
        return Ok(super::back(&order));
    }
    let amount = words::typed_amount(order.available());
    Ok(page(&DrawPage::new(v, &state, &order, amount, Vec::new())))
}

/// `POST /firm/orders/{id}/draw`
pub async fn take(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<DrawForm>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let typed: String = form.amount.trim().chars().take(AMOUNT_CHARS).collect();
    let read = words::read_amount(&typed);
    let wrong = |v: Visit, errors| {
        let wrong = DrawPage::new(v, &state, &order, typed.clone(), errors);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&wrong)).into_response())
    };
    if read.is_none() && !typed.is_empty() {
        let message = v.t("apply-amount-wrong");
        return wrong(v, vec![FieldProblem { field: "amount".to_owned(), message }]);
    }
    let act = OrderAct::AskDraw { amount: read.unwrap_or_default() };
    match perform(&state, &user, &order, act, &form.seen, "asked").await {
        Ok(done) => Ok(done),
        Err(LendingError::Fields(errors)) => {
            let errors = form::problems(&v, &errors);
            wrong(v, errors)
        }
        Err(error) => not_done(error, v, &state, &user, &order, &form.seen).await,
    }
}

impl DrawPage {
    fn new(v: Visit, state: &PortalState, order: &Order, amount: String, errors: Vec<FieldProblem>) -> Self {
        let lang = v.lang();
        Self {
            head: OrderHead::new(&v, state, order),
            available: words::exact(lang, order.available()),
            asked: order.draw_asked.map(|asked| words::exact(lang, asked)).unwrap_or_default(),
            rate: order.granted.as_ref().map(|terms| terms.rate.to_string()).unwrap_or_default(),
            amount,
            seen: order.version,
            errors,
            v,
        }
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}
