//! The accounts of one institution: opening and closing them.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jq_base::ids::BranchId;
use jq_identity::admin::{self, Account, NewAccount, roles_for};
use jq_identity::institution::{self, Institution};
use jq_identity::{IdentityError, StaffRole, SystemUser};
use jq_web::{FieldProblem, Problem, Visit, page};
use serde::Deserialize;

use super::place::address;
use crate::form::Choice;
use crate::refused::{Answer, Refused};
use crate::session::System;
use crate::staff::me::Head;
use crate::staff::prove_first;
use crate::state::PortalState;

/// The page.
#[derive(Template)]
#[template(path = "system/accounts.html")]
struct AccountsPage {
    v: Visit,
    head: Head,
    id: String,
    name: String,
    active: bool,
    accounts: Vec<Row>,
    roles: Vec<Choice>,
    typed: AccountForm,
    /// The login and first password of an account that was just opened; shown once.
    opened: Option<(String, String)>,
    errors: Vec<FieldProblem>,
}

/// An account.
struct Row {
    login: String,
    name: String,
    role: &'static str,
    branch: String,
    /// `open`, `waits` or `closed`.
    state: &'static str,
    word: String,
}

/// The form of a new account.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AccountForm {
    login: String,
    name: String,
    role: String,
    branch: String,
}

/// `GET /system/institutions/{id}`
pub(super) async fn list(
    State(state): State<PortalState>,
    System(user): System,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let place = find(&state, &id).await?;
    Ok(page(&AccountsPage::new(v, &state, &user, &place).await?))
}

/// `POST /system/institutions/{id}`
pub(super) async fn open(
    State(state): State<PortalState>,
    System(user): System,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<AccountForm>,
) -> Answer {
    let place = find(&state, &id).await?;
    let (login, name) = (form.login.trim().to_lowercase(), form.name.trim().to_owned());
    let branch = Some(form.branch.trim()).filter(|branch| !branch.is_empty());
    let branch = branch.map(BranchId::parse).transpose().map_err(|_| IdentityError::NoInstitution)?;
    let wished: StaffRole = form.role.parse().map_err(|()| IdentityError::RoleElsewhere)?;
    let new =
        NewAccount { login: login.clone(), person_name: name, institution: place.id.clone(), branch, wished };
    if new.person_name.is_empty() {
        return wrong(v, &state, &user, &place, form, ("name", "account-name-missing")).await;
    }
    let now = state.db.clock().now();
    match admin::open_account(&state.db, &user, &new, now).await {
        Ok(password) => {
            let mut shown = AccountsPage::new(v, &state, &user, &place).await?;
            shown.opened = Some((login, password.expose().to_owned()));
            Ok(page(&shown))
        }
        Err(IdentityError::SecondFactorStale) => Ok(prove_first::<System>(&address(&id))),
        Err(IdentityError::Taken(_)) => {
            wrong(v, &state, &user, &place, form, ("login", "account-taken")).await
        }
        Err(IdentityError::BadLogin) => {
            wrong(v, &state, &user, &place, form, ("login", "account-login-wrong")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The page again, with what is wrong and what was typed.
async fn wrong(
    v: Visit,
    state: &PortalState,
    user: &SystemUser,
    place: &Institution,
    typed: AccountForm,
    (field, key): (&str, &str),
) -> Result<Response, Refused> {
    let message = v.t(key);
    let mut shown = AccountsPage::new(v, state, user, place).await?;
    shown.typed = typed;
    shown.errors.push(FieldProblem { field: field.to_owned(), message });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
}

/// The form of an account to be closed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CloseForm {
    login: String,
}

/// `POST /system/institutions/{id}/close`
pub(super) async fn close(
    State(state): State<PortalState>,
    System(user): System,
    Path(id): Path<String>,
    Form(form): Form<CloseForm>,
) -> Answer {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match admin::close_account(&mut tx, &user, &form.login, now).await {
        Ok(()) => tx.commit().await?,
        Err(IdentityError::SecondFactorStale) => return Ok(prove_first::<System>(&address(&id))),
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&address(&id)).into_response())
}

async fn find(state: &PortalState, id: &str) -> Result<Institution, Refused> {
    let found = institution::find(&state.db, id).await?;
    found.ok_or_else(|| Problem::new(404, "identity/no-institution").forward("/system").into())
}

impl AccountsPage {
    async fn new(
        v: Visit,
        state: &PortalState,
        user: &SystemUser,
        place: &Institution,
    ) -> Result<Self, Refused> {
        let accounts = admin::list_accounts(&state.db, user, &place.id).await?;
        let choice = |role: &StaffRole| Choice::plain(role.code(), role.text(v.lang()), "");
        Ok(Self {
            head: Head::told::<System>(&v, state, user.staff()).await?,
            id: place.id.clone(),
            name: place.name(v.lang()).to_owned(),
            active: place.active,
            accounts: accounts.into_iter().map(|account| Row::new(&v, account)).collect(),
            roles: roles_for(place.kind).iter().map(choice).collect(),
            typed: AccountForm::default(),
            opened: None,
            errors: Vec::new(),
            v,
        })
    }
}

impl Row {
    fn new(v: &Visit, account: Account) -> Self {
        let entry = account.entry;
        let (state, word) = match (entry.active, account.awaits_role) {
            (true, _) => ("open", v.t("account-open")),
            (false, true) => ("waits", v.t("account-waits")),
            (false, false) => ("closed", v.t("account-closed")),
        };
        Self {
            role: entry.role.text(v.lang()),
            branch: entry.branch.map(|branch| branch.to_string()).unwrap_or_default(),
            login: entry.login,
            name: entry.person_name,
            state,
            word,
        }
    }
}
