//! Real-name verification: a person shows to be a firm's legal representative or the head of a farm household.
//!
//! First the firm is found in the register by its code, then name and identity number are compared with what the
//! register holds. What disagrees is named field by field, never what the register says instead.

pub mod firm;
pub mod household;
mod records;
pub mod typed;

use askama::Template;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_base::uscc::Uscc;
use jq_identity::firm::KycState;
use jq_identity::{IdHashKey, KycMismatch};
use jq_web::{FieldProblem, Problem, Visit, page};
use serde::Deserialize;

use crate::firm::agents::{self, MandateView};
use crate::form;
use crate::refused::{Answer, Refused};
use crate::session::Person;
use crate::state::{DemoFirm, PortalState};
use crate::steps::{self, Step};

/// The names of the steps.
const STEPS: [&str; 3] = ["kyc-step-firm", "kyc-step-person", "kyc-step-done"];
/// Characters of a typed code that are kept when it is shown again.
const CODE_CHARS: usize = 40;

/// The first question: which firm.
#[derive(Template)]
#[template(path = "firm/verify.html")]
pub struct VerifyPage {
    v: Visit,
    acting: bool,
    verified: bool,
    steps: Vec<Step>,
    code: String,
    errors: Vec<FieldProblem>,
    offers: Vec<MandateView>,
    samples: Vec<DemoFirm>,
}

/// The form with the firm's code.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    firm_code: String,
}

/// `GET /firm/verify`
pub async fn ask(State(state): State<PortalState>, person: Person, v: Visit) -> Answer {
    Ok(page(&VerifyPage::new(v, &state, &person, "", None).await?))
}

/// `POST /firm/verify`
pub async fn find(
    State(state): State<PortalState>,
    person: Person,
    v: Visit,
    Form(form): Form<CodeForm>,
) -> Answer {
    let wrong = match Uscc::parse(&form.firm_code) {
        Err(error) => {
            let (label, colon) = (v.t("kyc-code"), v.pick("：", ": "));
            format!("{label}{colon}{}", error.text(v.lang()).replace(',', v.pick("，", ",")))
        }
        Ok(code) => match records::register_entry(&state, &person.person, &code).await? {
            Some(entry) if entry.active => {
                return Ok(Redirect::to(&format!("/firm/verify/firm/{code}")).into_response());
            }
            Some(_) => KycMismatch::Closed.text(v.lang()).to_owned(),
            None => KycMismatch::NotRegistered.text(v.lang()).to_owned(),
        },
    };
    let shown = VerifyPage::new(v, &state, &person, &form.firm_code, Some(wrong)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
}

/// The steps, the visitor being at `at`.
fn steps(v: &Visit, at: usize) -> Vec<Step> {
    steps::named(v, &STEPS, at)
}

/// The key with which typed identity numbers are compared; without one nobody can be verified here.
pub async fn id_key(state: &PortalState) -> Result<IdHashKey, Refused> {
    let kept = IdHashKey::kept(&state.db).await?;
    kept.ok_or_else(|| Problem::new(503, "identity/not-ready").forward("/").into())
}

impl VerifyPage {
    async fn new(
        v: Visit,
        state: &PortalState,
        person: &Person,
        code: &str,
        wrong: Option<String>,
    ) -> Result<Self, Refused> {
        let error = |message: String| FieldProblem { field: "firm_code".to_owned(), message };
        Ok(Self {
            acting: person.acting.is_some(),
            verified: person.person.kyc() == KycState::Verified,
            steps: steps(&v, 0),
            code: code.chars().take(CODE_CHARS).collect(),
            errors: wrong.map(error).into_iter().collect(),
            offers: agents::offers(state, &person.person, &v).await?,
            samples: state.demo_firms().into_iter().filter(|firm| !firm.code.is_empty()).collect(),
            v,
        })
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}
