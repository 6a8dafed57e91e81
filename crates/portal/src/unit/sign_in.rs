//! How a source unit signs in: account and password.

use askama::Template;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jq_identity::{IdentityError, staff};
use jq_web::{FieldProblem, Visit, page};
use serde::Deserialize;

use crate::refused::Answer;
use crate::session::{self, UNIT_COOKIE};
use crate::state::PortalState;

/// The question for account and password.
#[derive(Template)]
#[template(path = "unit/sign_in.html")]
pub struct SignInPage {
    /// The visit.
    pub v: Visit,
    /// What was typed.
    pub account: String,
    /// What is wrong.
    pub errors: Vec<FieldProblem>,
}

/// The form.
#[derive(Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
}

/// `GET /unit/sign-in`
pub async fn ask(v: Visit) -> Response {
    page(&SignInPage { v, account: String::new(), errors: Vec::new() })
}

/// `POST /unit/sign-in`
pub async fn check(State(state): State<PortalState>, v: Visit, Form(form): Form<SignInForm>) -> Answer {
    let now = state.db.clock().now();
    let token = match staff::sign_in(&state.db, &form.account, &form.password, now).await {
        Ok(token) => token,
        Err(IdentityError::WrongLogin) => return Ok(SignInPage::wrong(v, form.account, "unit-signin-wrong")),
        Err(IdentityError::Locked { .. }) => {
            return Ok(SignInPage::wrong(v, form.account, "unit-signin-locked"));
        }
        Err(error) => return Err(error.into()),
    };
    match staff::authenticate_unit(&state.db, &token, now).await {
        Ok(_) => Ok(session::open(&state, UNIT_COOKIE, &token, "/unit")),
        Err(IdentityError::OtherRole(_)) => Ok(SignInPage::wrong(v, form.account, "unit-signin-other")),
        Err(error) => Err(error.into()),
    }
}

/// `POST /unit/sign-out`
pub async fn sign_out(State(state): State<PortalState>, headers: HeaderMap) -> Answer {
    session::close(&state, &headers, UNIT_COOKIE, "/unit/sign-in").await
}

impl SignInPage {
    fn wrong(v: Visit, account: String, key: &str) -> Response {
        let errors = vec![FieldProblem { field: "account".to_owned(), message: v.t(key) }];
        (StatusCode::UNPROCESSABLE_ENTITY, page(&Self { v, account, errors })).into_response()
    }
}
