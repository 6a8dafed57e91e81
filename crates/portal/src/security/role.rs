//! Roles: accounts that wait for one, and changing the role of an open account.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Redirect};
use jq_base::lang::Lang;
use jq_identity::admin::{self, roles_for};
use jq_identity::{IdentityError, StaffEntry, StaffRole, institution, staff};
use jq_web::{Visit, page};
use serde::Deserialize;

use crate::form::Choice;
use crate::refused::{Answer, Refused};
use crate::session::Security;
use crate::staff::me::Head;
use crate::staff::prove_first;
use crate::state::PortalState;

/// The page.
#[derive(Template)]
#[template(path = "security/roles.html")]
struct RolesPage {
    v: Visit,
    head: Head,
    awaiting: Vec<Row>,
    login: String,
    /// The account that was looked up.
    found: Option<Row>,
}

/// An account whose role can be given.
struct Row {
    login: String,
    name: String,
    place: String,
    role: &'static str,
    active: bool,
    choices: Vec<Choice>,
}

/// What the address carries.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RolesQuery {
    login: String,
}

/// `GET /security`
pub(super) async fn list(
    State(state): State<PortalState>,
    Security(user): Security,
    Query(query): Query<RolesQuery>,
    v: Visit,
) -> Answer {
    let mut awaiting = Vec::new();
    for account in admin::list_awaiting(&state.db, &user).await? {
        awaiting.push(Row::new(&state, account.entry, v.lang()).await?);
    }
    let found = match staff::find_by_login(&state.db, &query.login).await? {
        Some(entry) if entry.active => Some(Row::new(&state, entry, v.lang()).await?),
        _ => None,
    };
    let head = Head::told::<Security>(&v, &state, user.staff()).await?;
    Ok(page(&RolesPage { login: query.login, head, awaiting, found, v }))
}

impl Row {
    async fn new(state: &PortalState, entry: StaffEntry, lang: Lang) -> Result<Self, Refused> {
        let place = institution::find(&state.db, &entry.institution).await?;
        let roles = place.as_ref().map(|place| roles_for(place.kind)).unwrap_or_default();
        let choice = |role: &StaffRole| Choice::plain(role.code(), role.text(lang), entry.role.code());
        Ok(Self {
            choices: roles.iter().map(choice).collect(),
            place: place.map_or_else(|| entry.institution.clone(), |place| place.name(lang).to_owned()),
            role: entry.role.text(lang),
            active: entry.active,
            login: entry.login,
            name: entry.person_name,
        })
    }
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RoleForm {
    login: String,
    role: String,
}

/// `POST /security/roles`
pub(super) async fn give(
    State(state): State<PortalState>,
    Security(user): Security,
    Form(form): Form<RoleForm>,
) -> Answer {
    let role: StaffRole = form.role.parse().map_err(|()| IdentityError::RoleElsewhere)?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match admin::give_role(&mut tx, &user, &form.login, role, now).await {
        Ok(()) => tx.commit().await?,
        Err(IdentityError::SecondFactorStale) => return Ok(prove_first::<Security>("/security")),
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to("/security").into_response())
}
