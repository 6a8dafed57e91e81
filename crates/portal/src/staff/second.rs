//! Showing the second factor: after the password, and again before what needs it fresh.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use jq_identity::staff::{Due, FactorKind, Proof, rescue};
use jq_identity::{IdentityError, StaffUser};
use jq_web::audience::Pages;
use jq_web::{FieldProblem, Visit, page, say};
use serde::Deserialize;

use super::me::Head;
use super::{Entrant, StaffPortal, Way};
use crate::refused::{Answer, Refused};
use crate::state::PortalState;

/// The addresses in one portal.
pub fn pages<P: StaffPortal>() -> Pages<PortalState> {
    let at = |rest: &str| format!("{}/sign-in/{rest}", P::HOME);
    Pages::default().at(P::AUDIENCE, &at("second"), get(ask::<P>).post(show::<P>)).at(
        P::AUDIENCE,
        &at("lost"),
        post(lost::<P>),
    )
}

/// The page.
#[derive(Template)]
#[template(path = "staff/second.html")]
struct SecondPage {
    v: Visit,
    head: Head,
    next: String,
    has_totp: bool,
    /// The question for the browser; empty when there is no passkey to ask.
    question: String,
    /// Where passkeys can be asked for.
    site: String,
    /// In a demonstration, an account without a second factor shows its password again.
    by_password: bool,
    /// The request for help was noted.
    asked_help: bool,
    errors: Vec<FieldProblem>,
}

/// What the address carries.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SecondQuery {
    next: String,
}

/// The form: one of the three proofs.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SecondForm {
    code: String,
    answer: String,
    password: String,
    next: String,
}

/// `GET /<portal>/sign-in/second`
async fn ask<P: StaffPortal>(
    State(state): State<PortalState>,
    entrant: Entrant<P>,
    Query(query): Query<SecondQuery>,
    v: Visit,
) -> Answer {
    let inside = entrant.due == Due::Nothing;
    match entrant.at(Due::SecondFactor) {
        Ok(user) => {
            let shown = SecondPage::new::<P>(v, &state, &user, inside, &query.next).await?;
            Ok(page(&shown))
        }
        Err(way) => Ok(way),
    }
}

/// `POST /<portal>/sign-in/second`
async fn show<P: StaffPortal>(
    State(state): State<PortalState>,
    entrant: Entrant<P>,
    v: Visit,
    Form(form): Form<SecondForm>,
) -> Answer {
    let inside = entrant.due == Due::Nothing;
    let user = match entrant.at(Due::SecondFactor) {
        Ok(user) => user,
        Err(way) => return Ok(way),
    };
    let proof = match &form {
        SecondForm { answer, .. } if !answer.is_empty() => Proof::Passkey(answer),
        SecondForm { password, .. } if !password.is_empty() => Proof::Password(password),
        SecondForm { code, .. } => Proof::Code(code),
    };
    let now = state.db.clock().now();
    let (status, message) = match state.factors.step_up(&state.db, &user, proof, now).await {
        Ok(()) => return Ok(Redirect::to(Way::parse::<P>(&form.next).as_str()).into_response()),
        Err(IdentityError::WrongFactor) => (StatusCode::UNPROCESSABLE_ENTITY, v.t("second-wrong")),
        Err(IdentityError::WrongLogin) => (StatusCode::UNPROCESSABLE_ENTITY, v.t("password-wrong")),
        Err(IdentityError::Locked { until }) => {
            (StatusCode::TOO_MANY_REQUESTS, v.one("second-locked", "at", say::moment(until)))
        }
        Err(error) => return Err(error.into()),
    };
    let mut shown = SecondPage::new::<P>(v, &state, &user, inside, &form.next).await?;
    shown.errors.push(FieldProblem { field: "code".to_owned(), message });
    Ok(with_status(status, &shown))
}

/// `POST /<portal>/sign-in/lost`
async fn lost<P: StaffPortal>(
    State(state): State<PortalState>,
    entrant: Entrant<P>,
    v: Visit,
    Form(form): Form<SecondForm>,
) -> Answer {
    let inside = entrant.due == Due::Nothing;
    let user = match entrant.at(Due::SecondFactor) {
        Ok(user) => user,
        Err(way) => return Ok(way),
    };
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    rescue::ask(&mut tx, &user, now).await?;
    tx.commit().await?;
    let mut shown = SecondPage::new::<P>(v, &state, &user, inside, &form.next).await?;
    shown.asked_help = true;
    Ok(page(&shown))
}

impl SecondPage {
    async fn new<P: StaffPortal>(
        v: Visit,
        state: &PortalState,
        user: &StaffUser,
        inside: bool,
        next: &str,
    ) -> Result<Self, Refused> {
        let now = state.db.clock().now();
        let factors = state.factors.list(&state.db, user.account()).await?;
        Ok(Self {
            head: Head::of::<P>(&v, user, inside),
            next: Way::parse::<P>(next).as_str().to_owned(),
            has_totp: factors.iter().any(|factor| factor.kind == FactorKind::Totp),
            question: state.factors.ask_passkey(&state.db, user, now).await?.unwrap_or_default(),
            site: state.factors.site_address().unwrap_or_default().to_owned(),
            by_password: factors.is_empty(),
            asked_help: false,
            errors: Vec::new(),
            v,
        })
    }
}

fn with_status(status: StatusCode, shown: &SecondPage) -> Response {
    (status, page(shown)).into_response()
}
