//! Somebody whom a firm wants as its agent says yes, with name and identity number, or no, or lays the mandate down.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::MandateId;
use jq_identity::firm::choose_subject;
use jq_identity::firm::mandate::{self, AgentClaim};
use jq_identity::{IdentityError, KycOutcome};
use jq_web::{FieldProblem, Visit, page};

use super::{MandateView, held, pick};
use crate::firm::entrance;
use crate::firm::verify::firm::{Failed, Unchecked};
use crate::firm::verify::id_key;
use crate::firm::verify::typed::{Typed, problem};
use crate::form;
use crate::refused::{Answer, Refused};
use crate::session::Person;
use crate::state::PortalState;

/// The mandate, and the answer to it.
#[derive(Template)]
#[template(path = "firm/agent.html")]
pub struct AgentPage {
    v: Visit,
    acting: bool,
    mandate: MandateView,
    acts_already: bool,
    typed: Typed,
    failed: Failed,
}

/// `GET /firm/agents/{id}`
pub async fn show(
    State(state): State<PortalState>,
    person: Person,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let mandate = find(&state, &person, &id, &v).await?;
    Ok(page(&AgentPage::new(v, &person, mandate, Typed::default(), Failed::default())))
}

/// `POST /firm/agents/{id}/accept`
pub async fn accept(
    State(state): State<PortalState>,
    person: Person,
    Path(id): Path<String>,
    headers: HeaderMap,
    v: Visit,
    Form(typed): Form<Typed>,
) -> Answer {
    let shown = find(&state, &person, &id, &v).await?;
    let (name, resident_id) = match typed.read(&v, state.db.clock().today()) {
        Ok(read) => read,
        Err(errors) => {
            let failed = Failed { errors, tries_left: None };
            let again = AgentPage::new(v, &person, shown, typed.cut(), failed);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response());
        }
    };
    let (status, failed) = match take(&state, &person, &id, &AgentClaim { name, resident_id }).await {
        Ok(KycOutcome::Verified(subject)) => {
            let now = state.db.clock().now();
            choose_subject(&state.db, &person.token, &subject.subject, now).await?;
            return Ok(entrance::go_on(&headers, &state, "/firm?done=agent"));
        }
        Ok(KycOutcome::Refused { mismatches, tries_left }) => {
            let told = |wrong: &jq_identity::KycMismatch| problem(wrong.field(), wrong.text(v.lang()));
            let errors: Vec<FieldProblem> = mismatches.iter().map(told).collect();
            (StatusCode::UNPROCESSABLE_ENTITY, Failed { errors, tries_left: Some(tries_left) })
        }
        Err(Unchecked::UsedUp) => {
            let errors = vec![problem("name", v.t("kyc-used-up"))];
            (StatusCode::TOO_MANY_REQUESTS, Failed { errors, tries_left: Some(0) })
        }
        Err(Unchecked::Other(refused)) => return Err(refused),
    };
    let again = AgentPage::new(v, &person, shown, typed.cut(), failed);
    Ok((status, page(&again)).into_response())
}

/// `POST /firm/agents/{id}/decline`
pub async fn decline(State(state): State<PortalState>, person: Person, Path(id): Path<String>) -> Answer {
    let id = parse(&id)?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    mandate::decline(&mut tx, &state.code_key, &person.person, &id, now).await?;
    tx.commit().await?;
    Ok(Redirect::to("/firm/agents?done=declined").into_response())
}

async fn take(
    state: &PortalState,
    person: &Person,
    id: &str,
    claim: &AgentClaim,
) -> Result<KycOutcome, Unchecked> {
    let id = parse(id)?;
    let id_key = id_key(state).await.map_err(Unchecked::Other)?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let key = &state.code_key;
    let outcome = mandate::accept(&mut tx, key, &id_key, &person.person, &id, claim, now).await?;
    tx.commit().await?;
    Ok(outcome)
}

fn parse(id: &str) -> Result<MandateId, IdentityError> {
    MandateId::parse(id).map_err(|_| IdentityError::NoMandate)
}

/// The mandate, when it was offered to this person or is or was held by the person.
async fn find(state: &PortalState, person: &Person, id: &str, v: &Visit) -> Result<MandateView, Refused> {
    let id = parse(id)?;
    let found = pick(held(state, &person.person, v).await?, &id);
    found.ok_or_else(|| IdentityError::NoMandate.into())
}

impl AgentPage {
    fn new(v: Visit, person: &Person, mandate: MandateView, typed: Typed, failed: Failed) -> Self {
        let subjects = person.person.subjects();
        let acts_already = mandate.is_offered && subjects.iter().any(|held| held.subject == mandate.subject);
        Self { acting: person.acting.is_some(), mandate, acts_already, typed, failed, v }
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.failed.errors, field)
    }
}
