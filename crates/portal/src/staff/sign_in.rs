//! How employees sign in: account and password, the same for each of their portals.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jq_identity::{IdentityError, StaffRole, Token, staff};
use jq_web::{FieldProblem, Visit, page, say};
use serde::Deserialize;

use super::demo::{self, Place};
use super::door::step;
use super::portal::door_of;
use super::{DoorWords, StaffPortal, Way};
use crate::refused::{Answer, Refused};
use crate::session;
use crate::state::PortalState;

/// Characters of an account that are shown again.
const ACCOUNT_CHARS: usize = 80;

/// The question for account and password.
#[derive(Template)]
#[template(path = "staff/sign_in.html")]
pub struct SignInPage {
    v: Visit,
    words: DoorWords,
    action: String,
    next: String,
    notice: Option<&'static str>,
    account: String,
    password: &'static str,
    places: Vec<Place>,
    errors: Vec<FieldProblem>,
    other: Option<Other>,
}

/// The portal that an account is for, when it is not for this one.
pub struct Other {
    /// Its name.
    pub name: String,
    /// Its sign-in.
    pub href: &'static str,
}

/// What the address of the sign-in carries.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Arrival {
    next: String,
    expired: String,
    account: String,
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    account: String,
    password: String,
    next: String,
}

/// `GET /<portal>/sign-in`
pub async fn ask<P: StaffPortal>(
    State(state): State<PortalState>,
    Query(arrival): Query<Arrival>,
    v: Visit,
) -> Answer {
    let notice = match () {
        () if !arrival.expired.is_empty() => Some("door-expired"),
        () if !arrival.next.is_empty() => Some("door-first"),
        () => None,
    };
    let way = Way::parse::<P>(&arrival.next);
    let mut asked = SignInPage::new::<P>(v, &state, &way, &arrival.account).await?;
    asked.notice = notice;
    Ok(page(&asked))
}

/// `POST /<portal>/sign-in`
pub async fn check<P: StaffPortal>(
    State(state): State<PortalState>,
    v: Visit,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Answer {
    let way = Way::parse::<P>(&form.next);
    let now = state.db.clock().now();
    let who = staff::Arrival {
        login: &form.account,
        password: &form.password,
        device: device_of(&headers),
        rule: state.factors.rule(),
    };
    let token = match staff::sign_in_by(&state.db, &who, now).await {
        Ok(token) => token,
        Err(error) => return SignInPage::wrong::<P>(v, &state, &way, &form.account, error).await,
    };
    let (user, due) = staff::recognise(&state.db, &token, now).await?;
    match P::User::try_from(user) {
        Ok(_) => Ok(session::open(&state, P::COOKIE, &token, &step::<P>(due, &way))),
        Err(error) => {
            end(&state, &token).await?;
            SignInPage::wrong::<P>(v, &state, &way, &form.account, error).await
        }
    }
}

/// `POST /<portal>/sign-out`
pub async fn sign_out<P: StaffPortal>(State(state): State<PortalState>, headers: HeaderMap) -> Answer {
    session::close(&state, &headers, P::COOKIE, &Way::parse::<P>("").sign_in::<P>(false)).await
}

/// What the browser calls itself.
fn device_of(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Ends a session that no portal of this door is for.
async fn end(state: &PortalState, token: &Token) -> Result<(), Refused> {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    jq_identity::session::sign_out(&mut tx, token, now).await?;
    Ok(tx.commit().await?)
}

impl SignInPage {
    async fn new<P: StaffPortal>(
        v: Visit,
        state: &PortalState,
        way: &Way,
        account: &str,
    ) -> Result<Self, Refused> {
        let places = if v.demo() { demo::places::<P>(state, v.lang()).await? } else { Vec::new() };
        Ok(Self {
            words: P::WORDS,
            action: format!("{}/sign-in", P::HOME),
            next: way.as_str().to_owned(),
            notice: None,
            account: account.chars().take(ACCOUNT_CHARS).collect(),
            password: if v.demo() { demo::PASSWORD } else { "" },
            places,
            errors: Vec::new(),
            other: None,
            v,
        })
    }

    /// The same page with what is wrong; what no typing mends is a page of its own.
    async fn wrong<P: StaffPortal>(
        v: Visit,
        state: &PortalState,
        way: &Way,
        account: &str,
        error: IdentityError,
    ) -> Answer {
        let (status, message, other) = match error {
            IdentityError::WrongLogin => (StatusCode::UNPROCESSABLE_ENTITY, v.t("door-wrong"), None),
            IdentityError::Locked { until } => {
                (StatusCode::TOO_MANY_REQUESTS, v.one("door-locked", "at", say::moment(until)), None)
            }
            IdentityError::OtherRole(role) => {
                (StatusCode::UNPROCESSABLE_ENTITY, v.t("door-other"), Other::of(&v, role))
            }
            error => return Err(error.into()),
        };
        let mut asked = Self::new::<P>(v, state, way, account).await?;
        asked.errors.push(FieldProblem { field: "account".to_owned(), message });
        asked.other = other;
        Ok(with_status(status, &asked))
    }

    /// The password stands in the form only beside an account of the demonstration that was clicked.
    fn shown_password(&self) -> &str {
        let clicked = self.errors.is_empty() && !self.account.is_empty();
        if clicked { self.password } else { "" }
    }

    /// The sign-in with one of the demonstration's accounts filled in.
    fn fill(&self, login: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("account", login).append_pair("next", &self.next);
        format!("{}?{}#account", self.action, query.finish())
    }
}

impl Other {
    fn of(v: &Visit, role: &str) -> Option<Self> {
        let (key, href) = door_of(role.parse::<StaffRole>().ok()?);
        Some(Self { name: v.t(key), href })
    }
}

fn with_status(status: StatusCode, asked: &SignInPage) -> Response {
    (status, page(asked)).into_response()
}
