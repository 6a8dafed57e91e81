//! A farm household is known by the identity number of its head. The records hold no names of households, so the
//! number must come with something that only the household has at hand: the certificate of a land contract.

use askama::Template;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use jq_base::resident_id::ResidentId;
use jq_identity::firm::kyc::{self, HouseholdExtract, SelfClaim};
use jq_identity::{KycMismatch, KycOutcome};
use jq_web::{Problem, Visit, page};

use super::firm::{Failed, Unchecked, verified};
use super::typed::{Typed, problem};
use super::{id_key, records, steps};
use crate::form;
use crate::refused::Answer;
use crate::session::Person;
use crate::state::PortalState;
use crate::steps::Step;

/// The question for a farm household.
#[derive(Template)]
#[template(path = "firm/verify_household.html")]
pub struct HouseholdPage {
    v: Visit,
    acting: bool,
    steps: Vec<Step>,
    typed: Typed,
    failed: Failed,
}

/// `GET /firm/verify/household`
pub async fn ask(person: Person, v: Visit) -> Answer {
    Ok(page(&HouseholdPage::new(v, &person, Typed::default(), Failed::default())))
}

/// `POST /firm/verify/household`
pub async fn check(
    State(state): State<PortalState>,
    person: Person,
    headers: HeaderMap,
    v: Visit,
    Form(typed): Form<Typed>,
) -> Answer {
    let again = |v: Visit, status: StatusCode, failed: Failed| {
        Ok((status, page(&HouseholdPage::new(v, &person, typed.clone().cut(), failed))).into_response())
    };
    let read = typed.read(&v, state.db.clock().today());
    let mut errors = read.as_ref().err().cloned().unwrap_or_default();
    if typed.certificate_no.trim().is_empty() {
        errors.push(problem("certificate_no", v.t("kyc-certificate-missing")));
    }
    let (Ok((name, resident_id)), true) = (read, errors.is_empty()) else {
        return again(v, StatusCode::UNPROCESSABLE_ENTITY, Failed { errors, tries_left: None });
    };
    match verify(&state, &person, name, resident_id, &typed.certificate_no).await {
        Ok(KycOutcome::Verified(subject)) => verified(&state, &person, &headers, &subject).await,
        Ok(KycOutcome::Refused { mismatches, tries_left }) => {
            let told = |wrong: &KycMismatch| match wrong {
                KycMismatch::NotRegistered => problem("certificate_no", v.t("kyc-household-unknown")),
                wrong => problem(wrong.field(), wrong.text(v.lang())),
            };
            let errors = mismatches.iter().map(told).collect();
            again(v, StatusCode::UNPROCESSABLE_ENTITY, Failed { errors, tries_left: Some(tries_left) })
        }
        Err(Unchecked::UsedUp) => {
            let errors = vec![problem("name", v.t("kyc-used-up"))];
            again(v, StatusCode::TOO_MANY_REQUESTS, Failed { errors, tries_left: Some(0) })
        }
        Err(Unchecked::Other(refused)) => Err(refused),
    }
}

async fn verify(
    state: &PortalState,
    person: &Person,
    name: String,
    resident_id: ResidentId,
    certificate_no: &str,
) -> Result<KycOutcome, Unchecked> {
    let key = id_key(state).await.map_err(Unchecked::Other)?;
    let subject = key
        .subject(&resident_id)
        .ok_or_else(|| Unchecked::Other(Problem::new(503, "identity/not-ready").forward("/").into()))?;
    let known = records::holds_land_contract(state, &person.person, &subject, certificate_no).await;
    let extract = known.map_err(Unchecked::Other)?.then(|| HouseholdExtract { subject, name: name.clone() });
    let claim = SelfClaim { name, resident_id };
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let account = person.person.account();
    let outcome = kyc::verify_self(&mut tx, account, &claim, extract.as_ref(), &key, now).await?;
    tx.commit().await?;
    Ok(outcome)
}

impl HouseholdPage {
    fn new(v: Visit, person: &Person, typed: Typed, failed: Failed) -> Self {
        Self { acting: person.acting.is_some(), steps: steps(&v, 1), typed, failed, v }
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.failed.errors, field)
    }
}
