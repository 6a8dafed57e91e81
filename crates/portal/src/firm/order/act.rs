//! What the firm does with an order: hand in papers, take it back. Every form names the version it shows, so that an
//! act upon an older one is not done, and the firm sees what happened meanwhile.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jq_identity::FirmUser;
use jq_lending::order::OrderAct;
use jq_lending::{Actor, LendingError, Order, OrderEventKind};
use jq_web::{FieldProblem, Visit, page};
use serde::Deserialize;

use super::OrderHead;
use super::refusal::appeal_until;
use super::show::{Notice, Shown, again};
use crate::form;
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// Characters of a note that are kept when it is shown again.
const NOTE_CHARS: usize = 1_000;

/// A form with the version it shows.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NoteForm {
    seen: String,
    note: String,
}

/// The question whether an order shall be taken back.
#[derive(Template)]
#[template(path = "firm/order_withdraw.html")]
pub struct WithdrawPage {
    v: Visit,
    head: OrderHead,
    note: String,
    seen: u32,
    errors: Vec<FieldProblem>,
}

/// Whether the bank called.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ContactedForm {
    seen: String,
    reached: String,
}

/// Why a refusal should be looked at again.
#[derive(Template)]
#[template(path = "firm/order_appeal.html")]
pub struct AppealPage {
    v: Visit,
    head: OrderHead,
    refusal: String,
    until: String,
    days: u32,
    note: String,
    seen: u32,
    errors: Vec<FieldProblem>,
}

/// `POST /firm/orders/{id}/supply`
pub async fn supply(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<NoteForm>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let act = OrderAct::Supply { note: form.note.clone() };
    match perform(&state, &user, &order, act, &form.seen, "supplied").await {
        Ok(done) => Ok(done),
        Err(LendingError::Fields(errors)) => {
            let note = form.note.chars().take(NOTE_CHARS).collect();
            let shown = Shown { errors: form::problems(&v, &errors), note, ..Shown::default() };
            again(v, &state, &user, &order, shown, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => not_done(error, v, &state, &user, &order, &form.seen).await,
    }
}

/// `GET /firm/orders/{id}/withdraw`
pub async fn ask_withdraw(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    if !state.lending.allowed(&Actor::Firm(&user), &order).contains(&OrderEventKind::Withdraw) {
        return Ok(super::back(&order));
    }
    Ok(page(&WithdrawPage::new(v, &state, &order, String::new(), Vec::new())))
}

/// `POST /firm/orders/{id}/withdraw`
pub async fn withdraw(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<NoteForm>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let act = OrderAct::Withdraw { note: form.note.clone() };
    match perform(&state, &user, &order, act, &form.seen, "withdrawn").await {
        Ok(done) => Ok(done),
        Err(LendingError::Fields(errors)) => {
            let note = form.note.chars().take(NOTE_CHARS).collect();
            let errors = form::problems(&v, &errors);
            let wrong = WithdrawPage::new(v, &state, &order, note, errors);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&wrong)).into_response())
        }
        Err(error) => not_done(error, v, &state, &user, &order, &form.seen).await,
    }
}

/// `POST /firm/orders/{id}/contacted`
pub async fn contacted(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<ContactedForm>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let reached = match form.reached.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Ok(super::back(&order)),
    };
    let done = if reached { "reached" } else { "not-reached" };
    match perform(&state, &user, &order, OrderAct::ConfirmContact { reached }, &form.seen, done).await {
        Ok(done) => Ok(done),
        Err(error) => not_done(error, v, &state, &user, &order, &form.seen).await,
    }
}

/// `GET /firm/orders/{id}/appeal`
pub async fn ask_appeal(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    match appeal_page(v, &state, &user, &order, String::new(), Vec::new()) {
        Some(shown) => Ok(page(&shown)),
        None => Ok(super::back(&order)),
    }
}

/// `POST /firm/orders/{id}/appeal`
pub async fn appeal(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<NoteForm>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let act = OrderAct::Appeal { note: form.note.clone() };
    match perform(&state, &user, &order, act, &form.seen, "appealed").await {
        Ok(done) => Ok(done),
        Err(LendingError::Fields(errors)) => {
            let note = form.note.chars().take(NOTE_CHARS).collect();
            let errors = form::problems(&v, &errors);
            match appeal_page(v, &state, &user, &order, note, errors) {
                Some(wrong) => Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&wrong)).into_response()),
                None => Ok(super::back(&order)),
            }
        }
        Err(error) => not_done(error, v, &state, &user, &order, &form.seen).await,
    }
}

/// The form, while an appeal can be made.
fn appeal_page(
    v: Visit,
    state: &PortalState,
    user: &FirmUser,
    order: &Order,
    note: String,
    errors: Vec<FieldProblem>,
) -> Option<AppealPage> {
    let now = state.db.clock().now();
    let until = appeal_until(&v, state, user, order, now)?;
    let days = state.lending.limits().appeal_days;
    let head = OrderHead::new(&v, state, order);
    let refusal = order.refusal.as_ref().map(|refusal| refusal.text.clone()).unwrap_or_default();
    Some(AppealPage { head, refusal, until, days, note, seen: order.version, errors, v })
}

/// Does it and leads to the order. The same press sent twice is answered like the first.
pub async fn perform(
    state: &PortalState,
    user: &FirmUser,
    order: &Order,
    act: OrderAct,
    seen: &str,
    done: &str,
) -> Result<Response, LendingError> {
    let kind = act.kind();
    let to = Redirect::to(&format!("{}?done={done}", super::address(&order.order_id))).into_response();
    let seen = version(seen);
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match state.lending.act(&mut tx, &Actor::Firm(user), &order.order_id, act, Some(seen), now).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(to)
        }
        Err(error @ (LendingError::MovedOn { .. } | LendingError::NotAllowed(_))) => {
            tx.rollback().await?;
            let steps = state.lending.steps(&state.db, &order.order_id).await?;
            let own = steps.iter().any(|step| {
                step.step_no == seen + 1 && step.event == kind && step.actor == user.account().as_str()
            });
            if own { Ok(to) } else { Err(error) }
        }
        Err(error) => Err(error),
    }
}

/// The order as it is now, with what happened since the firm looked; other refusals are pages of their own.
pub async fn not_done(
    error: LendingError,
    v: Visit,
    state: &PortalState,
    user: &FirmUser,
    order: &Order,
    seen: &str,
) -> Result<Response, Refused> {
    if !matches!(error, LendingError::MovedOn { .. } | LendingError::NotAllowed(_)) {
        return Err(error.into());
    }
    let order = super::find(state, user, order.order_id.as_str()).await?;
    let notice = Some(Notice::refused(error.explain(v.lang())));
    let shown = Shown { notice, seen: Some(version(seen)), ..Shown::default() };
    again(v, state, user, &order, shown, StatusCode::CONFLICT).await
}

/// The version a form shows; a form without one has seen nothing.
fn version(seen: &str) -> u32 {
    seen.parse().unwrap_or(0)
}

impl WithdrawPage {
    fn new(v: Visit, state: &PortalState, order: &Order, note: String, errors: Vec<FieldProblem>) -> Self {
        Self { head: OrderHead::new(&v, state, order), note, seen: order.version, errors, v }
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}

impl AppealPage {
    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}
