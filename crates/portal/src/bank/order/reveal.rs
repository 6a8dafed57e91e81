//! The person whom the firm named, in full, for whoever handles the order, gives a reason and has just shown the second
//! factor; that it was shown, and why, is on record.

use std::ops::RangeInclusive;

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use jq_db::audit::AuditLine;
use jq_identity::{BankUser, IdentityError};
use jq_lending::Order;
use jq_web::{Problem, Visit};
use serde::Deserialize;

use super::act::address;
use super::firm::may_show_contact;
use super::show::{Shown, again};
use crate::bank;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::staff::prove_first;
use crate::state::PortalState;

/// Characters of a reason.
const REASON: RangeInclusive<usize> = 2..=200;

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RevealForm {
    reason: String,
}

/// `POST /bank/orders/{id}/contact-person`
pub async fn reveal(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<RevealForm>,
) -> Answer {
    let order = bank::find(&state, &user, &id).await?;
    if !may_show_contact(&user, &order) {
        return Err(Problem::new(403, "lending/not-for-contact").forward(address(&order)).into());
    }
    let reason = form.reason.trim();
    if !REASON.contains(&reason.chars().count()) {
        return Err(Problem::new(422, "lending/contact-reason").forward(address(&order)).into());
    }
    match user.staff().require_fresh_second_factor(state.db.clock().now()) {
        Err(IdentityError::SecondFactorStale) => return Ok(prove_first::<Bank>(&address(&order))),
        proven => proven?,
    }
    note(&state, &user, &order, reason).await?;
    let shown = Shown { contact: true, ..Shown::default() };
    again(v, &state, &user, &order, shown, StatusCode::OK).await
}

/// Puts on record that the firm's contact was read.
async fn note(state: &PortalState, user: &BankUser, order: &Order, reason: &str) -> Result<(), Refused> {
    let staff = user.staff();
    let line = AuditLine::new(staff.login(), staff.role().code(), "lending.contact.read");
    let line = line.institution(staff.institution()).subject(order.subject.as_str());
    let mut tx = state.db.begin().await?;
    tx.audit(line.detail(serde_json::json!({ "order": order.order_id, "reason": reason })));
    Ok(tx.commit().await?)
}
