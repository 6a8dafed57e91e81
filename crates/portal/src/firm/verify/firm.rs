//! The second question for a firm: the name and identity number of its legal representative.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jq_base::ids::SubjectKey;
use jq_base::uscc::Uscc;
use jq_credit::register::RegisterEntry;
use jq_identity::firm::kyc::{self, Claim, RegisterExtract};
use jq_identity::firm::{FirmSubject, choose_subject};
use jq_identity::{IdentityError, KycOutcome};
use jq_web::{FieldProblem, Problem, Visit, page};

use super::typed::{Typed, problem};
use super::{id_key, records, steps};
use crate::firm::entrance;
use crate::form;
use crate::refused::{Answer, Refused};
use crate::session::Person;
use crate::state::{DemoFirm, PortalState};
use crate::steps::Step;

/// The second question.
#[derive(Template)]
#[template(path = "firm/verify_firm.html")]
pub struct FirmPage {
    v: Visit,
    acting: bool,
    steps: Vec<Step>,
    firm: Named,
    typed: Typed,
    failed: Failed,
    sample: Option<DemoFirm>,
}

/// The firm that was found.
pub struct Named {
    code: String,
    name: String,
}

/// What did not agree, and how often it can be tried again today.
#[derive(Default)]
pub struct Failed {
    /// The fields that disagree.
    pub errors: Vec<FieldProblem>,
    /// How often it can be tried again today; nothing when nothing was tried.
    pub tries_left: Option<u32>,
}

/// `GET /firm/verify/firm/{code}`
pub async fn ask(
    State(state): State<PortalState>,
    person: Person,
    Path(code): Path<String>,
    v: Visit,
) -> Answer {
    let (code, entry) = found(&state, &person, &code).await?;
    Ok(page(&FirmPage::new(v, &state, &person, &code, &entry, Typed::default(), Failed::default())))
}

/// `POST /firm/verify/firm/{code}`
pub async fn check(
    State(state): State<PortalState>,
    person: Person,
    Path(code): Path<String>,
    headers: HeaderMap,
    v: Visit,
    Form(typed): Form<Typed>,
) -> Answer {
    let (code, entry) = found(&state, &person, &code).await?;
    let again = |v: Visit, status: StatusCode, failed: Failed| {
        let shown = FirmPage::new(v, &state, &person, &code, &entry, typed.clone().cut(), failed);
        Ok((status, page(&shown)).into_response())
    };
    let (name, resident_id) = match typed.read(&v, state.db.clock().today()) {
        Ok(read) => read,
        Err(errors) => {
            let failed = Failed { errors, tries_left: None };
            return again(v, StatusCode::UNPROCESSABLE_ENTITY, failed);
        }
    };
    let claim = Claim { name, resident_id, firm_code: code.clone(), firm_name: entry.name.clone() };
    match verify(&state, &person, &claim, &entry).await {
        Ok(KycOutcome::Verified(subject)) => verified(&state, &person, &headers, &subject).await,
        Ok(KycOutcome::Refused { mismatches, tries_left }) => {
            let told = |wrong: &jq_identity::KycMismatch| problem(wrong.field(), wrong.text(v.lang()));
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

/// Why nothing was compared.
pub enum Unchecked {
    /// No more tries today.
    UsedUp,
    /// Something else.
    Other(Refused),
}

impl From<IdentityError> for Unchecked {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::ChecksUsedUp => Self::UsedUp,
            error => Self::Other(error.into()),
        }
    }
}

impl From<jq_consent::ConsentError> for Unchecked {
    fn from(error: jq_consent::ConsentError) -> Self {
        Self::Other(error.into())
    }
}

impl From<jq_db::DbError> for Unchecked {
    fn from(error: jq_db::DbError) -> Self {
        Self::Other(error.into())
    }
}

async fn verify(
    state: &PortalState,
    person: &Person,
    claim: &Claim,
    entry: &RegisterEntry,
) -> Result<KycOutcome, Unchecked> {
    let key = id_key(state).await.map_err(Unchecked::Other)?;
    let extract = RegisterExtract {
        subject: SubjectKey::from(claim.firm_code.clone()),
        name: entry.name.clone(),
        legal_rep_name: entry.legal_rep_name.clone(),
        legal_rep_id_hash: entry.legal_rep_id_hash.clone(),
        active: entry.active,
    };
    let account = person.person.account();
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let outcome = kyc::verify_legal_rep(&mut tx, account, claim, Some(&extract), &key, now).await?;
    if let KycOutcome::Verified(firm) = &outcome {
        // What the former one gave waits for the new one to look at it.
        jq_consent::suspend_of_former(&mut tx, &firm.subject, "register", now).await?;
    }
    tx.commit().await?;
    Ok(outcome)
}

/// Who is verified acts for the subject from now on in this session.
pub async fn verified(
    state: &PortalState,
    person: &Person,
    headers: &HeaderMap,
    subject: &FirmSubject,
) -> Result<Response, Refused> {
    let now = state.db.clock().now();
    choose_subject(&state.db, &person.token, &subject.subject, now).await?;
    Ok(entrance::go_on(headers, state, "/firm?done=verified"))
}

/// The firm with this code, as the register knows it.
async fn found(state: &PortalState, person: &Person, code: &str) -> Result<(Uscc, RegisterEntry), Refused> {
    let unknown = || Problem::new(404, "identity/no-such-firm").forward("/firm/verify");
    let code = Uscc::parse(code).map_err(|_| unknown())?;
    let entry = records::register_entry(state, &person.person, &code).await?;
    Ok(entry.map(|entry| (code, entry)).ok_or_else(unknown)?)
}

impl FirmPage {
    fn new(
        v: Visit,
        state: &PortalState,
        person: &Person,
        code: &Uscc,
        entry: &RegisterEntry,
        typed: Typed,
        failed: Failed,
    ) -> Self {
        Self {
            acting: person.acting.is_some(),
            steps: steps(&v, 1),
            firm: Named { code: code.to_string(), name: entry.name.clone() },
            typed,
            failed,
            sample: state.demo_firms().into_iter().find(|firm| firm.code == code.as_str()),
            v,
        }
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.failed.errors, field)
    }
}
