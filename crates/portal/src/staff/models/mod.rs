//! Looking after models: a bank's people after those of the bank, the platform's administrators after the platform's own.
//! A new version is handed in, tried on past applications, proposed, and put into service by a second person.

mod draft;
mod flow;
mod list;
mod version;

use axum::routing::{get, post};
use jq_decision::life::{Steward, VersionAct, VersionState};
use jq_identity::{IdentityError, StaffRole, StaffUser};
use jq_web::audience::{Audience, Pages};

use super::StaffPortal;
use crate::refused::Refused;
use crate::state::PortalState;

/// The addresses in one portal, for those of it who may know of its models.
pub fn pages<P: StaffPortal>(whom: Audience) -> Pages<PortalState> {
    let at = |rest: &str| format!("{}/models{rest}", P::HOME);
    Pages::default()
        .at(whom, &at(""), get(list::show::<P>))
        .at(whom, &at("/new"), get(draft::ask::<P>).post(draft::take::<P>))
        .at(whom, &at("/flows/{flow}"), get(flow::show::<P>).post(flow::retire::<P>))
        .at(whom, &at("/versions/{id}"), get(version::show::<P>))
        .at(whom, &at("/versions/{id}/package"), get(version::package::<P>))
        .at(whom, &at("/versions/{id}/{act}"), post(version::act::<P>))
}

/// After whose models an employee looks.
fn steward(user: &StaffUser) -> Steward {
    let bank_id = match user.role() {
        StaffRole::SystemAdmin | StaffRole::SecurityAdmin => Steward::PLATFORM.to_owned(),
        _ => user.institution().to_owned(),
    };
    let (login, role) = (user.login().to_owned(), user.role().code().to_owned());
    Steward { login, role, bank_id }
}

/// Whether somebody may hand versions in and have them tried and proposed.
fn may_draft(user: &StaffUser) -> bool {
    matches!(user.role(), StaffRole::BankAdmin | StaffRole::Approver | StaffRole::SystemAdmin)
}

/// Whether somebody may do this with a version; a bank's customer managers only look, and the platform's security
/// administrators look over what its system administrators propose.
fn may(user: &StaffUser, act: VersionAct) -> bool {
    let looks_over = matches!(act, VersionAct::Approve | VersionAct::Reject | VersionAct::FallBack);
    may_draft(user) || (looks_over && user.role() == StaffRole::SecurityAdmin)
}

/// Refuses who may not do this.
fn require(user: &StaffUser, act: VersionAct) -> Result<(), Refused> {
    if may(user, act) { Ok(()) } else { Err(IdentityError::NotYours.into()) }
}

/// Colour and icon of a state; the word always stands beside them.
fn tone(state: VersionState) -> (&'static str, &'static str) {
    match state {
        VersionState::Draft => ("", "file-text"),
        VersionState::Proposed => ("soon", "bell"),
        VersionState::Serving => ("good", "circle-check"),
        VersionState::FallenBack => ("bad", "alert-triangle"),
        VersionState::Replaced | VersionState::Retired | VersionState::Rejected => ("", "circle-x"),
    }
}
