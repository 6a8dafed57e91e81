//! What an employee keeps of their own sign-in: second factors, devices, password. The same in every portal.

mod device;
mod factor;
mod passkey;
mod password;
mod show;
mod totp;

use axum::routing::{get, post};
use jq_identity::StaffUser;
use jq_identity::staff::rescue;
use jq_notify::inbox;
use jq_web::Visit;
use jq_web::audience::Pages;

use super::StaffPortal;
use crate::refused::Refused;
use crate::state::PortalState;

/// The addresses of these pages in one portal.
pub fn pages<P: StaffPortal>() -> Pages<PortalState> {
    let at = |rest: &str| format!("{}/me{rest}", P::HOME);
    let whom = P::AUDIENCE;
    Pages::default()
        .at(whom, &at(""), get(show::show::<P>))
        .at(whom, &at("/code"), get(totp::ask::<P>).post(totp::confirm::<P>))
        .at(whom, &at("/passkey"), get(passkey::ask::<P>).post(passkey::take::<P>))
        .at(whom, &at("/factors/remove"), post(factor::remove::<P>))
        .at(whom, &at("/devices/end"), post(device::end::<P>))
        .at(whom, &at("/password"), get(password::ask::<P>).post(password::change::<P>))
}

/// The head of these pages.
pub struct Head {
    /// The portal's first page.
    pub home: &'static str,
    /// The employee's own name.
    pub name: String,
    /// What they may do.
    pub role: &'static str,
    /// Whether they may help colleagues back in.
    pub helps: bool,
    /// Whether the session owes nothing, so that the portal's other pages open.
    pub inside: bool,
    /// Messages that are new, where the page tells.
    pub unread: u64,
}

impl Head {
    /// The head for an employee.
    pub fn of<P: StaffPortal>(v: &Visit, user: &StaffUser, inside: bool) -> Self {
        Self {
            home: P::HOME,
            // Shown to nobody but the employee.
            name: user.name().for_storage().clone(),
            role: user.role().text(v.lang()),
            helps: inside && rescue::may_help(user),
            inside,
            unread: 0,
        }
    }

    /// The head for an employee whose session owes nothing, with how many messages are new.
    pub async fn told<P: StaffPortal>(
        v: &Visit,
        state: &PortalState,
        user: &StaffUser,
    ) -> Result<Self, Refused> {
        let unread = inbox::count_unread(&state.db, &inbox::staff(user.login())).await?;
        Ok(Self { unread, ..Self::of::<P>(v, user, true) })
    }
}
