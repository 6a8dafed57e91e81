//! The system administrator's acts.

use jiff::Timestamp;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, DbError, Tx};

use super::model::{Account, InitialPassword, NewAccount, roles_for};
use super::store;
use crate::institution::{self, Institution};
use crate::staff::{self, NewStaff};
use crate::{IdentityError, PasswordHash, SystemUser};

/// Characters of a login.
const LOGIN_CHARS: std::ops::RangeInclusive<usize> = 3..=80;

/// The accounts of an institution: open, waiting and closed ones, by login.
pub async fn list_accounts(db: &Db, _by: &SystemUser, institution: &str) -> Result<Vec<Account>, DbError> {
    store::list_of(db, institution).await
}

/// Opens an account that waits for its role, with a first password. Emits `identity.account_opened`.
pub async fn open_account(
    db: &Db,
    by: &SystemUser,
    new: &NewAccount,
    now: Timestamp,
) -> Result<InitialPassword, IdentityError> {
    by.staff().require_fresh_second_factor(now)?;
    let found = institution::find(db, &new.institution).await?.ok_or(IdentityError::NoInstitution)?;
    let login = new.login.trim().to_lowercase();
    let good = |sign: char| sign.is_alphanumeric() || "-_.@".contains(sign);
    if !LOGIN_CHARS.contains(&login.chars().count()) || !login.chars().all(good) {
        return Err(IdentityError::BadLogin);
    }
    if !roles_for(found.kind).contains(&new.wished) {
        return Err(IdentityError::RoleElsewhere);
    }
    let password = InitialPassword::fresh()?;
    let staff = NewStaff {
        login: login.clone(),
        // Slow on purpose, so that it stands outside the transaction.
        password: PasswordHash::of(password.expose()).await?,
        person_name: new.person_name.trim().to_owned(),
        institution: new.institution.clone(),
        branch: new.branch.clone(),
        role: new.wished,
    };
    let mut tx = db.begin().await?;
    let account = staff::create(&mut tx, &staff, by.staff().login(), now).await?;
    store::let_wait(&mut tx, &account).await?;
    note(&mut tx, by, "identity.account_opened", &login);
    tx.commit().await?;
    Ok(password)
}

/// Closes an account and ends its sessions at once. Emits `identity.account_closed`.
pub async fn close_account(
    tx: &mut Tx,
    by: &SystemUser,
    login: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    by.staff().require_fresh_second_factor(now)?;
    if !store::stop_waiting(tx, login).await? {
        staff::retire(tx, login, by.staff().login(), now).await?;
    }
    note(tx, by, "identity.account_closed", login);
    Ok(())
}

/// Takes an institution in. Emits `identity.institution_joined`.
pub async fn join_institution(
    tx: &mut Tx,
    by: &SystemUser,
    new: &Institution,
    now: Timestamp,
) -> Result<(), IdentityError> {
    by.staff().require_fresh_second_factor(now)?;
    institution::insert(tx, new, by.staff().login(), now).await?;
    tx.emit(Event::new(
        "identity.institution_joined",
        &new.id,
        serde_json::json!({ "kind": new.kind.code() }),
    ));
    Ok(())
}

/// Lets an institution leave, or come back. Emits `identity.institution_changed`.
pub async fn set_institution_active(
    tx: &mut Tx,
    by: &SystemUser,
    institution: &str,
    active: bool,
    now: Timestamp,
) -> Result<(), IdentityError> {
    by.staff().require_fresh_second_factor(now)?;
    institution::set_active(tx, institution, active, by.staff().login(), now).await?;
    tx.emit(Event::new("identity.institution_changed", institution, serde_json::json!({ "active": active })));
    Ok(())
}

fn note(tx: &mut Tx, by: &SystemUser, action: &str, login: &str) {
    let staff = by.staff();
    let line = AuditLine::new(staff.login(), staff.role().code(), action).institution(staff.institution());
    tx.audit(line.subject(login));
    tx.emit(Event::new(action, login, serde_json::json!({})));
}
