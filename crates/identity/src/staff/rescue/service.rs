//! Asking for help, and helping.

use jiff::Timestamp;
use jq_base::ids::RescueId;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, Tx};

use super::policy::{Reach, reach};
use super::store::{self, Rescue};
use crate::staff::factor;
use crate::staff::model::{StaffEntry, StaffUser};
use crate::staff::store as staff_store;
use crate::{IdentityError, session};

/// Whether this person may help anybody.
pub fn may_help(helper: &StaffUser) -> bool {
    reach(helper) != Reach::None
}

/// Somebody who has shown the password says that the second factor is lost. While a request is open, no other is made.
/// Emits `identity.rescue_asked`.
pub async fn ask(tx: &mut Tx, user: &StaffUser, now: Timestamp) -> Result<(), IdentityError> {
    if !user.is_enrolled() || store::has_open(tx, user.account()).await? {
        return Ok(());
    }
    let rescue = Rescue {
        rescue_id: jq_db::fresh_id(now),
        account: user.account().clone(),
        login: user.login().to_owned(),
        institution: user.institution().to_owned(),
        asked_at: now,
    };
    store::insert(tx, &rescue).await?;
    note(tx, user, &rescue, "identity.rescue_asked", now).await?;
    Ok(())
}

/// The open requests that this person may decide, the oldest first; never their own.
pub async fn list_open(db: &Db, helper: &StaffUser) -> Result<Vec<Rescue>, IdentityError> {
    let institution = match reach(helper) {
        Reach::All => None,
        Reach::Institution(own) => Some(own),
        Reach::None => return Ok(Vec::new()),
    };
    Ok(store::list_open(db, institution, helper.login()).await?)
}

/// Lets the person enrol anew: the old second factors go, and every session ends. Emits `identity.rescue_granted`.
pub async fn grant(
    tx: &mut Tx,
    helper: &StaffUser,
    rescue: &RescueId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let rescue = decide(tx, helper, rescue, "granted", now).await?;
    factor::remove_all(tx, &rescue.account).await?;
    staff_store::unlock(tx, &rescue.login, now).await?;
    session::close_all(tx, &rescue.account, now).await?;
    note(tx, helper, &rescue, "identity.rescue_granted", now).await
}

/// Leaves everything as it is. Emits `identity.rescue_refused`.
pub async fn refuse(
    tx: &mut Tx,
    helper: &StaffUser,
    rescue: &RescueId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let rescue = decide(tx, helper, rescue, "refused", now).await?;
    note(tx, helper, &rescue, "identity.rescue_refused", now).await
}

/// The locked accounts that this person may unlock, with the moment at which each is free anyway.
pub async fn list_locked(
    db: &Db,
    helper: &StaffUser,
    now: Timestamp,
) -> Result<Vec<(StaffEntry, Timestamp)>, IdentityError> {
    let institution = match reach(helper) {
        Reach::All => None,
        Reach::Institution(own) => Some(own),
        Reach::None => return Ok(Vec::new()),
    };
    let mut locked = staff_store::list_locked(db, institution, now).await?;
    locked.retain(|(one, _)| one.login != helper.login());
    Ok(locked)
}

/// Takes the lock of somebody else's account back. Emits `identity.unlocked`.
pub async fn unlock(
    tx: &mut Tx,
    helper: &StaffUser,
    login: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    helper.require_fresh_second_factor(now)?;
    let found = staff_store::find_by_login_within(tx, login).await?.ok_or(IdentityError::NoAccount)?;
    if !reach(helper).covers(&found.institution) || found.login == helper.login() {
        return Err(IdentityError::NoAccount);
    }
    if staff_store::unlock(tx, &found.login, now).await? {
        let line = AuditLine::new(helper.login(), helper.role().code(), "identity.unlocked");
        tx.audit(line.institution(helper.institution()).subject(&found.login));
        tx.emit(Event::new("identity.unlocked", &found.login, serde_json::json!({})));
    }
    Ok(())
}

/// Decides an open request that is this person's business.
async fn decide(
    tx: &mut Tx,
    helper: &StaffUser,
    rescue: &RescueId,
    state: &str,
    now: Timestamp,
) -> Result<Rescue, IdentityError> {
    helper.require_fresh_second_factor(now)?;
    let found = store::find_open(tx, rescue).await?.ok_or(IdentityError::NoRescue)?;
    if !reach(helper).covers(&found.institution) || found.login == helper.login() {
        return Err(IdentityError::NoRescue);
    }
    if !store::decide(tx, rescue, state, helper.login(), now).await? {
        return Err(IdentityError::NoRescue);
    }
    Ok(found)
}

/// The audit line and the event of one step. The event names whose account it is and who did it, so that both those who
/// may help and the person can be told.
async fn note(
    tx: &mut Tx,
    who: &StaffUser,
    rescue: &Rescue,
    action: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let line = AuditLine::new(who.login(), who.role().code(), action).institution(who.institution());
    let detail = serde_json::json!({ "rescue": rescue.rescue_id });
    tx.audit(line.subject(&rescue.login).detail(detail));
    let asker = staff_store::find_by_login_within(tx, &rescue.login).await?;
    let told = serde_json::json!({
        "rescue": rescue.rescue_id,
        "login": rescue.login,
        "asked_by": rescue.login,
        "institution": rescue.institution,
        "portal": asker.map(|asker| asker.role.portal()),
        "helper": who.login(),
        "at": now.to_string(),
    });
    tx.emit(Event::new(action, &rescue.login, told));
    Ok(())
}
