//! How a firm signs in: mobile number, then the code that arrives there.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use jq_base::mobile::Mobile;
use jq_identity::firm::{KycState, SignedIn};
use jq_identity::{IdentityError, firm};
use jq_web::{FieldProblem, Visit, cookies, page};
use serde::Deserialize;

use crate::firm::entrance;
use crate::refused::Answer;
use crate::session::{self, FIRM_COOKIE};
use crate::state::PortalState;
use crate::steps::{self, Step};

/// Remembers the number between the two questions.
const MOBILE_COOKIE: &str = "jq_mobile";
/// For how long, in seconds.
const MOBILE_REMEMBERED_S: u32 = 600;

/// The first question: the mobile number.
#[derive(Template)]
#[template(path = "firm/sign_in.html")]
pub struct MobilePage {
    /// The visit.
    pub v: Visit,
    /// The steps of the sign-in.
    pub steps: Vec<Step>,
    /// What was typed.
    pub mobile: String,
    /// What is wrong with it.
    pub errors: Vec<FieldProblem>,
}

/// The second question: the code.
#[derive(Template)]
#[template(path = "firm/code.html")]
pub struct CodePage {
    /// The visit.
    pub v: Visit,
    /// The steps of the sign-in.
    pub steps: Vec<Step>,
    /// Where the code was sent.
    pub mobile: String,
    /// What is wrong with the code.
    pub errors: Vec<FieldProblem>,
}

/// The form with the mobile number.
#[derive(Deserialize)]
pub struct MobileForm {
    #[serde(default)]
    mobile: String,
}

/// The form with the code.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

/// `GET /firm/sign-in`
pub async fn ask_mobile(Query(form): Query<MobileForm>, v: Visit) -> Response {
    page(&MobilePage::new(v, &form.mobile, None))
}

/// `POST /firm/sign-in`
pub async fn send_code(State(state): State<PortalState>, v: Visit, Form(form): Form<MobileForm>) -> Answer {
    let Ok(mobile) = Mobile::parse(&form.mobile) else {
        let wrong = MobilePage::new(v, &form.mobile, Some("signin-mobile-wrong"));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&wrong)).into_response());
    };
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match firm::request_code(&mut tx, &state.code_key, &mobile, now).await {
        Ok(_) => tx.commit().await?,
        // The code of a moment ago still holds.
        Err(IdentityError::CodeTooSoon { .. }) => tx.rollback().await?,
        Err(error) => return Err(error.into()),
    }
    let remembered = Some(MOBILE_REMEMBERED_S);
    Ok(session::lead(&state, MOBILE_COOKIE, mobile.for_storage(), remembered, "/firm/sign-in/code"))
}

/// `GET /firm/sign-in/code`
pub async fn ask_code(headers: HeaderMap, v: Visit) -> Response {
    match remembered(&headers) {
        Some(mobile) => page(&CodePage::new(v, &mobile, None)),
        None => Redirect::to("/firm/sign-in").into_response(),
    }
}

/// `POST /firm/sign-in/code`
pub async fn check_code(
    State(state): State<PortalState>,
    headers: HeaderMap,
    v: Visit,
    Form(form): Form<CodeForm>,
) -> Answer {
    let Some(mobile) = remembered(&headers) else {
        return Ok(Redirect::to("/firm/sign-in").into_response());
    };
    let now = state.db.clock().now();
    match firm::sign_in(&state.db, &state.code_key, &mobile, &form.code, now).await {
        Ok(signed_in) => Ok(let_in(&state, &headers, &signed_in)),
        Err(IdentityError::WrongCode) => {
            let wrong = CodePage::new(v, &mobile, Some("code-wrong"));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&wrong)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Opens the session and leads on: to the real-name check, to the choice of a firm, or to the page that was asked for.
fn let_in(state: &PortalState, headers: &HeaderMap, signed_in: &SignedIn) -> Response {
    let is_verified = signed_in.person.kyc() == KycState::Verified;
    let asked = entrance::way(headers).filter(|_| is_verified && signed_in.chosen.is_some());
    let to = match (asked, is_verified, &signed_in.chosen) {
        (Some(asked), ..) => asked,
        (None, false, _) => "/firm/verify",
        (None, true, None) => "/firm/choose",
        (None, true, Some(_)) => "/firm",
    };
    let mut response = session::open(state, FIRM_COOKIE, &signed_in.token, to);
    if asked.is_some() {
        entrance::forget(&mut response, state);
    }
    response
}

/// `POST /firm/sign-out`
pub async fn sign_out(State(state): State<PortalState>, headers: HeaderMap) -> Answer {
    session::close(&state, &headers, FIRM_COOKIE, "/").await
}

impl MobilePage {
    /// The question; `wrong` is the text key of what is wrong with the number.
    pub fn new(v: Visit, mobile: &str, wrong: Option<&str>) -> Self {
        let mobile = mobile.chars().take(20).collect();
        Self { steps: steps::sign_in(&v, 0), mobile, errors: errors(&v, "mobile", wrong), v }
    }
}

impl CodePage {
    /// The question; `wrong` is the text key of what is wrong with the code.
    pub fn new(v: Visit, mobile: &Mobile, wrong: Option<&str>) -> Self {
        let typed = mobile.for_storage().to_owned();
        Self { steps: steps::sign_in(&v, 1), mobile: typed, errors: errors(&v, "code", wrong), v }
    }

    fn mobile_spaced(&self) -> String {
        match (self.mobile.get(..3), self.mobile.get(3..7), self.mobile.get(7..)) {
            (Some(head), Some(middle), Some(tail)) => format!("{head} {middle} {tail}"),
            _ => self.mobile.clone(),
        }
    }
}

fn errors(v: &Visit, field: &str, wrong: Option<&str>) -> Vec<FieldProblem> {
    let problem = |key: &str| FieldProblem { field: field.to_owned(), message: v.t(key) };
    wrong.map(problem).into_iter().collect()
}

fn remembered(headers: &HeaderMap) -> Option<Mobile> {
    Mobile::parse(cookies::find(headers, MOBILE_COOKIE)?).ok()
}
