//! Urging an order's bank, and sending out an order that lies with nobody.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_lending::order::OrderAct;
use jq_lending::{FieldRule, LendingError, Order};
use jq_supervision::SupervisionError;
use jq_web::{FieldProblem, Visit};
use serde::Deserialize;

use super::Watching;
use super::order::{Shown, again, find};
use crate::refused::Answer;
use crate::session::Desk;
use crate::state::PortalState;

/// What is said to the bank.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    text: String,
}

/// Which version the employee was looking at.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Seen {
    seen: u32,
}

/// `POST /desk/orders/{id}/urge`, `POST /oversight/orders/{id}/urge`
pub async fn urge<W: Watching>(
    State(state): State<PortalState>,
    user: W,
    Path(id): Path<String>,
    v: Visit,
    Form(said): Form<Said>,
) -> Answer {
    let order = find(&state, &user, &id).await?;
    let error = match urged(&state, &user, &order, &said.text).await {
        Ok(()) => return Ok(lead::<W>(&order, "urged")),
        Err(error) => error,
    };
    let mut shown = Shown { text: said.text.clone(), ..Shown::default() };
    let status = match error {
        SupervisionError::Text { min, max } => {
            let over = said.text.trim().chars().count() > max;
            let rule = if over { FieldRule::TooLong { max } } else { FieldRule::TooShort { min } };
            let message = format!("{}{}{}", v.t("watch-urge-text"), v.pick("：", ": "), rule.text(v.lang()));
            shown.errors = vec![FieldProblem { field: "text".to_owned(), message }];
            StatusCode::UNPROCESSABLE_ENTITY
        }
        SupervisionError::NothingToUrge { .. } => {
            shown.wrong = v.t("watch-nothing-to-urge");
            StatusCode::CONFLICT
        }
        SupervisionError::TooManyUrges { count } => {
            shown.wrong = v.n("watch-too-many", count);
            StatusCode::CONFLICT
        }
        error => return Err(error.into()),
    };
    again(v, &state, &user, &order, shown, status).await
}

async fn urged<W: Watching>(
    state: &PortalState,
    user: &W,
    order: &Order,
    text: &str,
) -> Result<(), SupervisionError> {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    state.supervision.urge(&mut tx, user.urger(), &order.order_id, text, now).await?;
    Ok(tx.commit().await?)
}

/// `POST /desk/orders/{id}/send` sends out an order that lies with nobody.
pub async fn send(
    State(state): State<PortalState>,
    user: Desk,
    Path(id): Path<String>,
    v: Visit,
    Form(seen): Form<Seen>,
) -> Answer {
    let order = find(&state, &user, &id).await?;
    let mut tx = state.db.begin().await?;
    let (now, act) = (tx.now(), OrderAct::Redispatch { officer: None });
    let sent = state.lending.act(&mut tx, &user.actor(), &order.order_id, act, Some(seen.seen), now).await;
    match sent {
        Ok(_) => {
            tx.commit().await?;
            Ok(lead::<Desk>(&order, "sent"))
        }
        Err(error @ (LendingError::NotAllowed(_) | LendingError::MovedOn { .. })) => {
            tx.rollback().await?;
            let order = find(&state, &user, &id).await?;
            let shown = Shown { wrong: error.explain(v.lang()), ..Shown::default() };
            again(v, &state, &user, &order, shown, StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}

fn lead<W: Watching>(order: &Order, done: &str) -> axum::response::Response {
    Redirect::to(&format!("{}/orders/{}?done={done}", W::HOME, order.order_id)).into_response()
}
