//! An employee's own sign-in on one page.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jq_base::clock;
use jq_identity::staff::{Due, Factor, FactorKind};
use jq_identity::{StaffUser, session};
use jq_web::{Visit, page, say};

use super::Head;
use super::device::DeviceRow;
use crate::refused::Answer;
use crate::staff::{Entrant, StaffPortal};
use crate::state::PortalState;

/// The page.
#[derive(Template)]
#[template(path = "staff/me.html")]
struct MePage {
    v: Visit,
    head: Head,
    login: String,
    factors: Vec<FactorRow>,
    /// One-time codes are enrolled already.
    has_totp: bool,
    /// Where passkeys can be enrolled; empty where they cannot.
    site: String,
    devices: Vec<DeviceRow>,
}

/// A second factor that can be shown.
struct FactorRow {
    /// What the form sends.
    value: String,
    name: String,
    since: String,
    used: String,
}

impl FactorRow {
    fn new(v: &Visit, factor: Factor) -> Self {
        let day = |at| clock::date_of(at).to_string();
        let (value, name) = match factor.kind {
            FactorKind::Totp => ("totp".to_owned(), v.t("me-totp")),
            FactorKind::Passkey(id) if factor.name.is_empty() => (id, v.t("me-passkey")),
            FactorKind::Passkey(id) => (id, factor.name),
        };
        Self {
            value,
            name,
            since: day(factor.since),
            used: factor.used_at.map(say::moment).unwrap_or_default(),
        }
    }
}

/// `GET /<portal>/me`
pub(super) async fn show<P: StaffPortal>(
    State(state): State<PortalState>,
    entrant: Entrant<P>,
    v: Visit,
) -> Answer {
    let inside = entrant.due == Due::Nothing;
    let user = match entrant.at(Due::Enrolment) {
        Ok(user) => user,
        Err(way) => return Ok(way),
    };
    shown::<P>(v, &state, &user, inside).await
}

async fn shown<P: StaffPortal>(v: Visit, state: &PortalState, user: &StaffUser, inside: bool) -> Answer {
    let now = state.db.clock().now();
    let factors = state.factors.list(&state.db, user.account()).await?;
    let devices = session::list_devices(&state.db, user.account(), now).await?;
    let shown = MePage {
        head: Head::of::<P>(&v, user, inside),
        login: user.login().to_owned(),
        has_totp: factors.iter().any(|factor| factor.kind == FactorKind::Totp),
        factors: factors.into_iter().map(|factor| FactorRow::new(&v, factor)).collect(),
        site: state.factors.site_address().unwrap_or_default().to_owned(),
        devices: devices.iter().map(|device| DeviceRow::new(&v, device, user.session())).collect(),
        v,
    };
    Ok(page(&shown).into_response())
}

/// Back to the page.
pub(super) fn back<P: StaffPortal>() -> Response {
    axum::response::Redirect::to(&format!("{}/me", P::HOME)).into_response()
}
