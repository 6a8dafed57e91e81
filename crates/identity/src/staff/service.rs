//! Opening and closing staff accounts, signing in with a password, being known with every request.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::AccountId;
use jq_db::audit::AuditLine;
use jq_db::{Db, Tx};

use super::model::{NewStaff, StaffUser};
use super::store::{self, Found};
use super::user::{BankUser, DeskUser, OversightUser, UnitUser};
use crate::institution;
use crate::session::{self, Holder};
use crate::{IdentityError, PasswordHash, Token};

/// Wrong passwords in a row after which an account is locked.
pub const LOCK_AFTER_TRIES: u32 = 5;
/// For how long.
const LOCK: SignedDuration = SignedDuration::from_mins(15);

/// Opens an account; fails when the login is taken, or when the branch is not one of the employee's bank.
/// `opened_by` names who opened it.
pub async fn create(
    tx: &mut Tx,
    staff: &NewStaff,
    opened_by: &str,
    now: Timestamp,
) -> Result<AccountId, IdentityError> {
    if let Some(branch) = &staff.branch {
        let found = institution::find_within(tx, branch.as_str()).await?;
        let parent = found.and_then(|branch| branch.parent);
        if parent.as_deref() != Some(staff.institution.as_str()) {
            return Err(IdentityError::NoInstitution);
        }
    }
    let account: AccountId = jq_db::fresh_id(now);
    if !store::insert(tx, &account, staff, now).await? {
        return Err(IdentityError::Taken("login"));
    }
    let detail = serde_json::json!({ "role": staff.role.code(), "institution": staff.institution });
    let line = AuditLine::new(opened_by, "operator", "identity.staff_opened");
    tx.audit(line.subject(staff.login.to_lowercase()).detail(detail));
    Ok(account)
}

/// Opens many accounts at once, with one line on record that says how many of each role. Fails when a login is taken,
/// or when a branch is not one of the employee's bank.
pub async fn create_all(
    tx: &mut Tx,
    staff: &[NewStaff],
    opened_by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let branches = institution::list_branch_banks(tx).await?;
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for one in staff {
        let bank = one.branch.as_ref().map(|branch| branches.get(branch.as_str()));
        if bank.is_some_and(|bank| bank != Some(&one.institution)) {
            return Err(IdentityError::NoInstitution);
        }
        *counts.entry(one.role.code()).or_default() += 1;
    }
    if !store::insert_all(tx, staff, now).await? {
        return Err(IdentityError::Taken("login"));
    }
    let line = AuditLine::new(opened_by, "operator", "identity.staff_opened");
    tx.audit(line.detail(serde_json::json!({ "roles": counts })));
    Ok(())
}

/// Closes an account and ends its sessions at once.
pub async fn retire(tx: &mut Tx, login: &str, closed_by: &str, now: Timestamp) -> Result<(), IdentityError> {
    let account = store::deactivate(tx, login, now).await?.ok_or(IdentityError::NoAccount)?;
    session::close_all(tx, &account, now).await?;
    let line = AuditLine::new(closed_by, "operator", "identity.staff_closed");
    tx.audit(line.subject(login.to_lowercase()));
    Ok(())
}

/// Signs in with login and password. The try is counted first and in a transaction of its own; the slow check
/// of the password runs outside any transaction.
pub async fn sign_in(db: &Db, login: &str, password: &str, now: Timestamp) -> Result<Token, IdentityError> {
    let login = login.trim().to_lowercase();
    let mut tx = db.begin().await?;
    let found = store::begin_try(&mut tx, &login, LOCK_AFTER_TRIES, LOCK, now).await?;
    tx.commit().await?;
    let trial = match found {
        Found::Open(trial) => trial,
        Found::Locked(until) => return Err(IdentityError::Locked { until }),
        Found::Nobody => {
            PasswordHash::fits_nobody(password).await?;
            return Err(IdentityError::WrongLogin);
        }
    };
    let fits = trial.password.fits(password).await?;
    let mut tx = db.begin().await?;
    let line = |action: &str| {
        AuditLine::new(&login, &trial.role, format!("identity.{action}")).institution(&trial.institution)
    };
    if !fits {
        tx.audit(line("sign_in_refused"));
        if trial.locks {
            tx.audit(line("locked"));
        }
        tx.commit().await?;
        return Err(IdentityError::WrongLogin);
    }
    store::forget_tries(&mut tx, &trial.account).await?;
    let token = session::open(&mut tx, Holder::Staff, &trial.account, None, now).await?;
    tx.audit(line("sign_in"));
    tx.commit().await?;
    Ok(token)
}

/// The employee a request comes from.
pub async fn authenticate(db: &Db, token: &Token, now: Timestamp) -> Result<StaffUser, IdentityError> {
    let session = session::find(db, token, Holder::Staff, now).await?;
    store::get_user(db, &session.account_id, session.id).await
}

/// The employee of a source unit a request comes from; [`IdentityError::OtherRole`] for other staff.
pub async fn authenticate_unit(db: &Db, token: &Token, now: Timestamp) -> Result<UnitUser, IdentityError> {
    authenticate(db, token, now).await?.try_into()
}

/// The employee of a bank a request comes from; [`IdentityError::OtherRole`] for other staff.
pub async fn authenticate_bank(db: &Db, token: &Token, now: Timestamp) -> Result<BankUser, IdentityError> {
    authenticate(db, token, now).await?.try_into()
}

/// The employee of the platform a request comes from; [`IdentityError::OtherRole`] for other staff.
pub async fn authenticate_desk(db: &Db, token: &Token, now: Timestamp) -> Result<DeskUser, IdentityError> {
    authenticate(db, token, now).await?.try_into()
}

/// The supervisor or regulator a request comes from; [`IdentityError::OtherRole`] for other staff.
pub async fn authenticate_oversight(
    db: &Db,
    token: &Token,
    now: Timestamp,
) -> Result<OversightUser, IdentityError> {
    authenticate(db, token, now).await?.try_into()
}
