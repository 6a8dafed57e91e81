//! Asking for a reading in an emergency: the page with what it means, and the reason.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_base::permit::Purpose;
use jq_consent::{ConsentError, EmergencyTerms, NewEmergency, emergency_terms, purpose_terms};
use jq_identity::BankUser;
use jq_lending::Order;
use jq_web::{FieldProblem, Problem, Visit, page};
use serde::Deserialize;

use super::act::address;
use super::firm::{may_read_records, needed_items};
use crate::bank::{self, Me};
use crate::form;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;

/// Characters of a reason that are shown again.
const REASON_CHARS: usize = 1_000;

/// The question.
#[derive(Template)]
#[template(path = "bank/emergency.html")]
struct EmergencyPage {
    v: Visit,
    me: Me,
    back: String,
    order_no: String,
    subject: String,
    limits: String,
    items: usize,
    reason: String,
    errors: Vec<FieldProblem>,
}

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    reason: String,
}

/// `GET /bank/orders/{id}/emergency`
pub async fn form(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let (order, terms) = find(&state, &user, &id).await?;
    Ok(page(&EmergencyPage::new(v, &state, &user, &order, terms, String::new(), Vec::new()).await?))
}

/// `POST /bank/orders/{id}/emergency`
pub async fn ask(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    v: Visit,
    Form(asking): Form<Asking>,
) -> Answer {
    let (order, terms) = find(&state, &user, &id).await?;
    let new = NewEmergency {
        subject: order.subject.clone(),
        subject_name: order.subject_name.clone(),
        order: order.order_id.clone(),
        purpose: Purpose::PreLoan,
        items: items(&state, &order).into_iter().map(str::to_owned).collect(),
        reason: asking.reason.clone(),
    };
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let message =
        match jq_consent::ask_emergency(&mut tx, &state.catalog, bank::reader(&user), new, now).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(Redirect::to("/bank/emergencies").into_response());
            }
            Err(ConsentError::ReasonTooShort { chars_min }) => v.n("emergency-reason-short", chars_min),
            Err(ConsentError::TextTooLong { chars_max }) => v.n("emergency-reason-long", chars_max),
            Err(error) => return Err(error.into()),
        };
    let errors = vec![FieldProblem { field: "reason".to_owned(), message }];
    let reason = asking.reason.chars().take(REASON_CHARS).collect();
    let again = EmergencyPage::new(v, &state, &user, &order, terms, reason, errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response())
}

/// The order, for somebody who reads its firm's records.
async fn find(
    state: &PortalState,
    user: &BankUser,
    id: &str,
) -> Result<(Order, &'static EmergencyTerms), Refused> {
    let order = bank::find(state, user, id).await?;
    if !may_read_records(user, &order) {
        return Err(Problem::new(403, "lending/not-for-reading").forward(address(&order)).into());
    }
    let terms = emergency_terms().ok_or(ConsentError::NotGrantable(Purpose::PreLoan))?;
    Ok((order, terms))
}

/// What the product needs, as far as a bank can be granted it before a loan.
fn items<'a>(state: &'a PortalState, order: &Order) -> Vec<&'a str> {
    let allowed = |item: &&str| purpose_terms(Purpose::PreLoan).is_some_and(|terms| terms.allows(item));
    needed_items(state, order).into_iter().filter(allowed).collect()
}

impl EmergencyPage {
    async fn new(
        v: Visit,
        state: &PortalState,
        user: &BankUser,
        order: &Order,
        terms: &EmergencyTerms,
        reason: String,
        errors: Vec<FieldProblem>,
    ) -> Result<Self, Refused> {
        Ok(Self {
            me: Me::of(state, user, v.lang()).await?,
            back: address(order),
            order_no: order.order_no.clone(),
            subject: order.subject_name.clone(),
            limits: v
                .text()
                .with("emergency-limits", &[("minutes", &terms.minutes), ("readings", &terms.readings_max)]),
            items: items(state, order).len(),
            reason,
            errors,
            v,
        })
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}
