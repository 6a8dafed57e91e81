//! Enrolling a passkey. The browser does it, so this page needs its script; who has none enrols a phone.

use askama::Template;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jq_identity::staff::Due;
use jq_identity::{IdentityError, StaffUser};
use jq_web::{FieldProblem, Visit, page};
use serde::Deserialize;

use super::Head;
use super::show::back;
use super::totp::refused;
use crate::refused::Answer;
use crate::staff::{Entrant, StaffPortal};
use crate::state::PortalState;

/// The page.
#[derive(Template)]
#[template(path = "staff/passkey.html")]
struct PasskeyPage {
    v: Visit,
    head: Head,
    /// The question for the browser.
    question: String,
    /// Where passkeys can be enrolled.
    site: String,
    name: String,
    errors: Vec<FieldProblem>,
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PasskeyForm {
    name: String,
    /// What the browser answered.
    answer: String,
}

/// `GET /<portal>/me/passkey`
pub(super) async fn ask<P: StaffPortal>(
    State(state): State<PortalState>,
    entrant: Entrant<P>,
    v: Visit,
) -> Answer {
    let inside = entrant.due == Due::Nothing;
    match entrant.at(Due::Enrolment) {
        Ok(user) => shown::<P>(v, &state, &user, inside, None).await,
        Err(way) => Ok(way),
    }
}

/// `POST /<portal>/me/passkey`
pub(super) async fn take<P: StaffPortal>(
    State(state): State<PortalState>,
    entrant: Entrant<P>,
    v: Visit,
    Form(form): Form<PasskeyForm>,
) -> Answer {
    let inside = entrant.due == Due::Nothing;
    let user = match entrant.at(Due::Enrolment) {
        Ok(user) => user,
        Err(way) => return Ok(way),
    };
    let now = state.db.clock().now();
    match state.factors.take_new_passkey(&state.db, &user, &form.name, &form.answer, now).await {
        Ok(()) => Ok(back::<P>()),
        Err(IdentityError::WrongFactor) => shown::<P>(v, &state, &user, inside, Some(form.name)).await,
        Err(error) => refused::<P>(error),
    }
}

/// The page with a fresh question; with the name that was typed when the answer to the last one was worth nothing.
async fn shown<P: StaffPortal>(
    v: Visit,
    state: &PortalState,
    user: &StaffUser,
    inside: bool,
    failed: Option<String>,
) -> Answer {
    let now = state.db.clock().now();
    let question = match state.factors.ask_new_passkey(&state.db, user, now).await {
        Ok(question) => question,
        Err(error) => return refused::<P>(error),
    };
    let status = if failed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let problem = FieldProblem { field: "passkey".to_owned(), message: v.t("passkey-failed") };
    let shown = PasskeyPage {
        head: Head::of::<P>(&v, user, inside),
        question,
        site: state.factors.site_address().unwrap_or_default().to_owned(),
        errors: if failed.is_some() { vec![problem] } else { Vec::new() },
        name: failed.unwrap_or_default(),
        v,
    };
    Ok((status, page(&shown)).into_response())
}
