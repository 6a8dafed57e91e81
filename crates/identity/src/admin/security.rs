//! The security administrator's acts; unlocking and lost second factors are in [`crate::staff::rescue`].

use jiff::Timestamp;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, DbError, Tx};

use super::model::{Account, roles_for};
use super::store;
use crate::{IdentityError, SecurityUser, StaffRole, institution, session, staff};

/// The accounts that wait for a role, the oldest first.
pub async fn list_awaiting(db: &Db, _by: &SecurityUser) -> Result<Vec<Account>, DbError> {
    store::list_awaiting(db).await
}

/// Gives an account its role, or another one; it must be one of the kind of its institution. The sessions end, so that
/// nobody goes on in the former role. Nobody changes their own. Emits `identity.role_given`.
pub async fn give_role(
    tx: &mut Tx,
    by: &SecurityUser,
    login: &str,
    role: StaffRole,
    now: Timestamp,
) -> Result<(), IdentityError> {
    by.staff().require_fresh_second_factor(now)?;
    let found = staff::find_by_login_within(tx, login).await?.ok_or(IdentityError::NoAccount)?;
    if found.login == by.staff().login() {
        return Err(IdentityError::OwnAccount);
    }
    let place =
        institution::find_within(tx, &found.institution).await?.ok_or(IdentityError::NoInstitution)?;
    if !roles_for(place.kind).contains(&role) {
        return Err(IdentityError::RoleElsewhere);
    }
    if !store::set_role(tx, &found.account, role, now).await? {
        return Err(IdentityError::NoAccount);
    }
    session::close_all(tx, &found.account, now).await?;
    let detail = serde_json::json!({ "from": found.role.code(), "to": role.code() });
    let staff = by.staff();
    let line = AuditLine::new(staff.login(), staff.role().code(), "identity.role_given");
    tx.audit(line.institution(staff.institution()).subject(&found.login).detail(detail.clone()));
    tx.emit(Event::new("identity.role_given", &found.login, detail));
    Ok(())
}
