//! Choosing a new password: when it is due, or when its holder wants one.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_identity::staff::{self, Due};
use jq_identity::{IdentityError, StaffUser};
use jq_web::{FieldProblem, Visit, page, say};
use serde::Deserialize;

use super::Head;
use crate::refused::Answer;
use crate::staff::{Entrant, StaffPortal, Way};
use crate::state::PortalState;

/// The page.
#[derive(Template)]
#[template(path = "staff/password.html")]
struct PasswordPage {
    v: Visit,
    head: Head,
    login: String,
    next: String,
    errors: Vec<FieldProblem>,
}

/// What the address carries.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PasswordQuery {
    next: String,
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PasswordForm {
    present: String,
    new: String,
    again: String,
    next: String,
}

/// `GET /<portal>/me/password`
pub(super) async fn ask<P: StaffPortal>(
    entrant: Entrant<P>,
    Query(query): Query<PasswordQuery>,
    v: Visit,
) -> Answer {
    let inside = entrant.due == Due::Nothing;
    Ok(match entrant.at(Due::Password) {
        Ok(user) => page(&PasswordPage::new::<P>(v, &user, inside, &query.next)),
        Err(way) => way,
    })
}

/// `POST /<portal>/me/password`
pub(super) async fn change<P: StaffPortal>(
    State(state): State<PortalState>,
    entrant: Entrant<P>,
    v: Visit,
    Form(form): Form<PasswordForm>,
) -> Answer {
    let inside = entrant.due == Due::Nothing;
    let user = match entrant.at(Due::Password) {
        Ok(user) => user,
        Err(way) => return Ok(way),
    };
    let now = state.db.clock().now();
    let new = (form.new.as_str(), form.again.as_str());
    let (status, field, message) =
        match staff::password::change(&state.db, &user, &form.present, new, now).await {
            Ok(()) => {
                let asked = if form.next.is_empty() { format!("{}/me", P::HOME) } else { form.next };
                return Ok(Redirect::to(Way::parse::<P>(&asked).as_str()).into_response());
            }
            Err(IdentityError::WrongLogin) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "present", v.t("password-wrong"))
            }
            Err(IdentityError::Locked { until }) => {
                (StatusCode::TOO_MANY_REQUESTS, "present", v.one("door-locked", "at", say::moment(until)))
            }
            Err(IdentityError::PasswordFault(fault)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "new", fault.text(v.lang()))
            }
            Err(error) => return Err(error.into()),
        };
    let mut shown = PasswordPage::new::<P>(v, &user, inside, &form.next);
    shown.errors.push(FieldProblem { field: field.to_owned(), message });
    Ok((status, page(&shown)).into_response())
}

impl PasswordPage {
    fn new<P: StaffPortal>(v: Visit, user: &StaffUser, inside: bool, next: &str) -> Self {
        let next = if next.is_empty() { String::new() } else { Way::parse::<P>(next).as_str().to_owned() };
        let head = Head::of::<P>(&v, user, inside);
        Self { head, login: user.login().to_owned(), next, errors: Vec::new(), v }
    }

    fn is_wrong(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field == field)
    }
}
