//! Opening and closing staff accounts, signing in with a password, being known with every request.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{AccountId, SessionId};
use jq_db::audit::AuditLine;
use jq_db::{Db, Tx};

use super::due::{Due, FactorRule};
use super::model::{NewStaff, StaffUser};
use super::store::{self, Found, Trial};
use super::user::{BankUser, DeskUser, OversightUser, UnitUser};
use crate::institution;
use crate::session::{self, Holder};
use crate::{IdentityError, PasswordHash, Token};

/// Wrong passwords in a row, or wrong second factors, after which an account is locked.
pub const LOCK_AFTER_TRIES: u32 = 5;
/// For how long: guessing becomes hopeless, and whoever mistyped is back before a colleague has to be asked. The
/// institution's administrator and the platform's security administrator can unlock at once ([`super::rescue::unlock`]).
pub const LOCK: SignedDuration = SignedDuration::from_mins(15);

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

/// Who comes to the door, and where.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// What was typed as account.
    pub login: &'a str,
    /// What was typed as password.
    pub password: &'a str,
    /// The browser and system, as it calls itself.
    pub device: &'a str,
    /// Whether everybody must have a second factor here.
    pub rule: FactorRule,
}

/// Signs in with login and password, as in a demonstration: the session owes the second factor only where one is
/// enrolled. What opens the door of the platform is [`sign_in_by`].
pub async fn sign_in(db: &Db, login: &str, password: &str, now: Timestamp) -> Result<Token, IdentityError> {
    let rule = FactorRule::WhereEnrolled;
    sign_in_by(db, &Arrival { login, password, device: "", rule }, now).await
}

/// Signs in with login and password. What the session still owes then is told by [`recognise`].
pub async fn sign_in_by(db: &Db, who: &Arrival<'_>, now: Timestamp) -> Result<Token, IdentityError> {
    let trial = check_password(db, who.login, who.password, now).await?;
    let strict = who.rule == FactorRule::Required;
    let mut tx = db.begin().await?;
    let token = session::open_staff(&mut tx, &trial.account, strict, who.device, now).await?;
    tx.audit(trial.line("identity.sign_in"));
    tx.commit().await?;
    Ok(token)
}

/// Checks a password. The try is counted first and in a transaction of its own; the slow check of the password runs
/// outside any transaction.
pub(super) async fn check_password(
    db: &Db,
    login: &str,
    password: &str,
    now: Timestamp,
) -> Result<Trial, IdentityError> {
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
    if fits {
        store::forget_tries(&mut tx, &trial.account).await?;
        tx.commit().await?;
        return Ok(trial);
    }
    tx.audit(trial.line("identity.sign_in_refused"));
    if trial.locks {
        tx.audit(trial.line("identity.locked"));
    }
    tx.commit().await?;
    Err(IdentityError::WrongLogin)
}

/// Whose session it is and what it still owes; only for the pages on which that is done.
pub async fn recognise(db: &Db, token: &Token, now: Timestamp) -> Result<(StaffUser, Due), IdentityError> {
    let session = session::find(db, token, Holder::Staff, now).await?;
    let user = store::get_user(db, session).await?;
    let due = user.standing.due(now);
    Ok((user, due))
}

/// The employee a request comes from; [`IdentityError::StepDue`] while the session owes a step of the sign-in.
pub async fn authenticate(db: &Db, token: &Token, now: Timestamp) -> Result<StaffUser, IdentityError> {
    match recognise(db, token, now).await? {
        (user, Due::Nothing) => Ok(user),
        (_, due) => Err(IdentityError::StepDue(due)),
    }
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

/// Ends the employee's session at one device; nothing happens when it has ended already.
pub async fn end_session(
    tx: &mut Tx,
    user: &StaffUser,
    session: &SessionId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if session::close_one(tx, user.account(), session, now).await? {
        tx.audit(own_line(user, "identity.device_signed_out"));
    }
    Ok(())
}

/// Ends the employee's sessions at all devices but this one; how many there were.
pub async fn end_other_sessions(tx: &mut Tx, user: &StaffUser, now: Timestamp) -> Result<u64, IdentityError> {
    let ended = session::close_others(tx, user.account(), user.session(), now).await?;
    tx.audit(own_line(user, "identity.devices_signed_out").detail(serde_json::json!({ "sessions": ended })));
    Ok(ended)
}

fn own_line(user: &StaffUser, action: &str) -> AuditLine {
    AuditLine::new(user.login(), user.role().code(), action)
        .institution(user.institution())
        .subject(user.login())
}
