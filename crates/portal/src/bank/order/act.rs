//! An act of a bank: read from its form, done for the version the employee looked at, and told.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_identity::BankUser;
use jq_lending::order::OrderAct;
use jq_lending::{Actor, LendingError, Order, OrderEventKind};
use jq_web::{FieldProblem, Problem, Visit};

use super::form::{Typed, Values, problem, problems};
use super::read;
use super::show::{Notice, Shown, again};
use crate::bank;
use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;

/// `POST /bank/orders/{id}/do/{act}`
pub async fn perform(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path((id, act)): Path<(String, String)>,
    v: Visit,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let order = bank::find(&state, &user, &id).await?;
    let values = Values::new(pairs);
    let asked =
        act.parse::<OrderEventKind>().ok().and_then(|kind| Some((kind, read::act(&v, kind, &values)?)));
    let Some((kind, read)) = asked else {
        return Err(Problem::new(404, "lending/no-such-act").forward(address(&order)).into());
    };
    let seen = values.typed("seen").parse().unwrap_or(0);
    let wrong = |errors: Vec<FieldProblem>| Shown {
        typed: Some(Typed { form: kind.code().to_owned(), values: values.clone(), errors }),
        seen: Some(seen),
        ..Shown::default()
    };
    let act = match read {
        Ok(act) => act,
        Err(errors) => {
            return again(v, &state, &user, &order, wrong(errors), StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let error = match run(&state, &user, &order, act, seen).await {
        Ok(()) => {
            return Ok(Redirect::to(&format!("{}?done={}", address(&order), kind.code())).into_response());
        }
        Err(error) => error,
    };
    let (status, mut shown) = match &error {
        LendingError::Fields(errors) => {
            (StatusCode::UNPROCESSABLE_ENTITY, wrong(problems(&v, kind.code(), errors)))
        }
        LendingError::ReportConflict { .. } => {
            let conflict = problem(&v, kind.code(), "report_no", &error.explain(v.lang()));
            (StatusCode::CONFLICT, wrong(vec![conflict]))
        }
        LendingError::MovedOn { .. } | LendingError::NotAllowed(_) | LendingError::DoubleOpen { .. } => {
            (StatusCode::CONFLICT, wrong(Vec::new()))
        }
        LendingError::FourEyes | LendingError::WrongRole { .. } => (StatusCode::FORBIDDEN, wrong(Vec::new())),
        _ => return Err(error.into()),
    };
    if shown.typed.as_ref().is_some_and(|typed| typed.errors.is_empty()) {
        shown.notice = Some(Notice::refused(error.explain(v.lang())));
    }
    let order = bank::find(&state, &user, &id).await?;
    again(v, &state, &user, &order, shown, status).await
}

/// The order's page.
pub fn address(order: &Order) -> String {
    format!("/bank/orders/{}", order.order_id)
}

/// Does it. The same press sent twice is answered like the first.
async fn run(
    state: &PortalState,
    user: &BankUser,
    order: &Order,
    act: OrderAct,
    seen: u32,
) -> Result<(), LendingError> {
    let kind = act.kind();
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match state.lending.act(&mut tx, &Actor::Bank(user), &order.order_id, act, Some(seen), now).await {
        Ok(_) => Ok(tx.commit().await?),
        Err(error @ (LendingError::MovedOn { .. } | LendingError::NotAllowed(_))) => {
            tx.rollback().await?;
            let steps = state.lending.steps(&state.db, &order.order_id).await?;
            let own = |step: &jq_lending::OrderStep| {
                step.step_no == seen + 1 && step.event == kind && step.actor == user.staff().login()
            };
            if steps.iter().any(own) { Ok(()) } else { Err(error) }
        }
        Err(error) => Err(error),
    }
}
