//! Helping colleagues back in: unlocking accounts, and letting somebody who lost the second factor enrol a new one.

use askama::Template;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jq_base::ids::RescueId;
use jq_identity::staff::{self, Rescue, rescue};
use jq_identity::{IdentityError, StaffEntry, StaffUser};
use jq_web::audience::{Audience, Pages};
use jq_web::{Visit, page, say};
use serde::Deserialize;

use super::me::Head;
use super::{Inside, StaffPortal, prove_first};
use crate::refused::{Answer, Refused};
use crate::state::PortalState;

/// The addresses in one portal, for those of it who may help.
pub fn pages<P: StaffPortal>(whom: Audience) -> Pages<PortalState> {
    let at = |rest: &str| format!("{}/colleagues{rest}", P::HOME);
    Pages::default().at(whom, &at(""), get(list::<P>)).at(whom, &at("/rescue"), post(decide::<P>)).at(
        whom,
        &at("/unlock"),
        post(unlock::<P>),
    )
}

/// The page.
#[derive(Template)]
#[template(path = "staff/colleagues.html")]
struct ColleaguesPage {
    v: Visit,
    head: Head,
    rescues: Vec<RescueRow>,
    locked: Vec<LockedRow>,
}

/// Somebody who lost the second factor.
struct RescueRow {
    id: String,
    login: String,
    name: String,
    asked: String,
}

/// Somebody whose account is locked.
struct LockedRow {
    login: String,
    name: String,
    until: String,
}

/// `GET /<portal>/colleagues`
async fn list<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    v: Visit,
) -> Answer {
    may_help(&user)?;
    let now = state.db.clock().now();
    let mut rescues = Vec::new();
    for one in rescue::list_open(&state.db, &user).await? {
        let person = staff::find_by_login(&state.db, &one.login).await?;
        rescues.push(RescueRow::new(one, person));
    }
    let locked = rescue::list_locked(&state.db, &user, now).await?;
    let locked = locked.into_iter().map(|(one, until)| LockedRow {
        login: one.login,
        name: one.person_name,
        until: say::moment(until),
    });
    let head = Head::told::<P>(&v, &state, &user).await?;
    Ok(page(&ColleaguesPage { head, rescues, locked: locked.collect(), v }))
}

impl RescueRow {
    fn new(one: Rescue, person: Option<StaffEntry>) -> Self {
        Self {
            id: one.rescue_id.to_string(),
            name: person.map(|person| person.person_name).unwrap_or_default(),
            login: one.login,
            asked: say::moment(one.asked_at),
        }
    }
}

/// The form of a request.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RescueForm {
    rescue: String,
    answer: String,
}

/// `POST /<portal>/colleagues/rescue`
async fn decide<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    Form(form): Form<RescueForm>,
) -> Answer {
    may_help(&user)?;
    let id = RescueId::parse(&form.rescue).map_err(|_| IdentityError::NoRescue)?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let done = match form.answer.as_str() {
        "grant" => rescue::grant(&mut tx, &user, &id, now).await,
        _ => rescue::refuse(&mut tx, &user, &id, now).await,
    };
    match done {
        Ok(()) => tx.commit().await?,
        Err(IdentityError::SecondFactorStale) => return Ok(prove_first::<P>(&here::<P>())),
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&here::<P>()).into_response())
}

/// The form of a locked account.
#[derive(Default, Deserialize)]
#[serde(default)]
struct UnlockForm {
    login: String,
}

/// `POST /<portal>/colleagues/unlock`
async fn unlock<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    Form(form): Form<UnlockForm>,
) -> Answer {
    may_help(&user)?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match rescue::unlock(&mut tx, &user, &form.login, now).await {
        Ok(()) => tx.commit().await?,
        Err(IdentityError::SecondFactorStale) => return Ok(prove_first::<P>(&here::<P>())),
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&here::<P>()).into_response())
}

fn here<P: StaffPortal>() -> String {
    format!("{}/colleagues", P::HOME)
}

/// Only administrators help; the service asks again.
fn may_help(user: &StaffUser) -> Result<(), Refused> {
    if rescue::may_help(user) { Ok(()) } else { Err(IdentityError::OtherRole(user.role().code()).into()) }
}
