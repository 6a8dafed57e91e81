//! The person whom the firm named, in full, for whoever handles the order; that it was shown is on record.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use jq_db::audit::AuditLine;
use jq_identity::BankUser;
use jq_lending::Order;
use jq_web::{Problem, Visit};

use super::act::address;
use super::firm::may_show_contact;
use super::show::{Shown, again};
use crate::bank;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;

/// `POST /bank/orders/{id}/contact-person`
pub async fn reveal(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let order = bank::find(&state, &user, &id).await?;
    if !may_show_contact(&user, &order) {
        return Err(Problem::new(403, "lending/not-for-contact").forward(address(&order)).into());
    }
    note(&state, &user, &order).await?;
    let shown = Shown { contact: true, ..Shown::default() };
    again(v, &state, &user, &order, shown, StatusCode::OK).await
}

/// Puts on record that the firm's contact was read.
async fn note(state: &PortalState, user: &BankUser, order: &Order) -> Result<(), Refused> {
    let staff = user.staff();
    let line = AuditLine::new(staff.login(), staff.role().code(), "lending.contact.read");
    let line = line.institution(staff.institution()).subject(order.subject.as_str());
    let mut tx = state.db.begin().await?;
    tx.audit(line.detail(serde_json::json!({ "order": order.order_id })));
    Ok(tx.commit().await?)
}
