//! Institutions: which take part, taking one in, letting one leave and come back.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect};
use jq_identity::institution::{self, Institution, InstitutionKind};
use jq_identity::{IdentityError, admin};
use jq_web::{Visit, page};
use serde::Deserialize;

use crate::form::Choice;
use crate::refused::Answer;
use crate::session::System;
use crate::staff::me::Head;
use crate::staff::prove_first;
use crate::state::PortalState;

/// The kinds that stand by themselves; branches stand under their bank.
const KINDS: [InstitutionKind; 5] = [
    InstitutionKind::Platform,
    InstitutionKind::Supervisor,
    InstitutionKind::Regulator,
    InstitutionKind::Bank,
    InstitutionKind::Unit,
];

/// The page.
#[derive(Template)]
#[template(path = "system/places.html")]
struct PlacesPage {
    v: Visit,
    head: Head,
    kinds: Vec<Kind>,
    choices: Vec<Choice>,
}

/// The institutions of a kind.
struct Kind {
    name: &'static str,
    places: Vec<Place>,
}

/// An institution.
struct Place {
    id: String,
    name: String,
}

/// `GET /system`
pub(super) async fn list(State(state): State<PortalState>, System(user): System, v: Visit) -> Answer {
    let mut kinds = Vec::new();
    for kind in KINDS {
        let found = institution::list_kind(&state.db, kind).await?;
        let place = |one: Institution| Place { name: one.name(v.lang()).to_owned(), id: one.id };
        kinds.push(Kind { name: kind.text(v.lang()), places: found.into_iter().map(place).collect() });
    }
    let choice = |kind: &InstitutionKind| Choice::plain(kind.code(), kind.text(v.lang()), "bank");
    let choices = InstitutionKind::ALL.iter().map(choice).collect();
    let head = Head::told::<System>(&v, &state, user.staff()).await?;
    Ok(page(&PlacesPage { v, head, kinds, choices }))
}

/// The form of a new institution.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PlaceForm {
    id: String,
    kind: String,
    name_zh: String,
    name_en: String,
    parent: String,
}

/// `POST /system`
pub(super) async fn join(
    State(state): State<PortalState>,
    System(user): System,
    Form(form): Form<PlaceForm>,
) -> Answer {
    let kind: InstitutionKind = form.kind.parse().map_err(|()| IdentityError::NoInstitution)?;
    let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (Some(name_zh), Some(name_en)) = (typed(&form.name_zh), typed(&form.name_en)) else {
        return Err(IdentityError::NoInstitution.into());
    };
    let new = Institution {
        id: form.id.trim().to_owned(),
        kind,
        parent: typed(&form.parent),
        name_zh,
        name_en,
        district: None,
        active: true,
    };
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match admin::join_institution(&mut tx, &user, &new, now).await {
        Ok(()) => tx.commit().await?,
        Err(IdentityError::SecondFactorStale) => return Ok(prove_first::<System>("/system")),
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&address(&new.id)).into_response())
}

/// The form of an institution that leaves or comes back.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ActiveForm {
    active: String,
}

/// `POST /system/institutions/{id}/active`
pub(super) async fn set_active(
    State(state): State<PortalState>,
    System(user): System,
    Path(id): Path<String>,
    Form(form): Form<ActiveForm>,
) -> Answer {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match admin::set_institution_active(&mut tx, &user, &id, form.active == "yes", now).await {
        Ok(()) => tx.commit().await?,
        Err(IdentityError::SecondFactorStale) => return Ok(prove_first::<System>(&address(&id))),
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&address(&id)).into_response())
}

/// The page of an institution.
pub(super) fn address(id: &str) -> String {
    format!("/system/institutions/{id}")
}
