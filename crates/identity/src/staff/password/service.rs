//! Changing one's own password.

use jiff::Timestamp;
use jq_db::Db;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;

use super::rule::{self, PasswordFault};
use super::{PAST, store};
use crate::staff::model::StaffUser;
use crate::staff::service::check_password;
use crate::{IdentityError, PasswordHash, session};

/// Changes the employee's password, after the present one was typed right, and ends the sessions at all other devices:
/// whoever knew the old one is out. Emits `identity.password_changed`.
pub async fn change(
    db: &Db,
    user: &StaffUser,
    present: &str,
    (new, again): (&str, &str),
    now: Timestamp,
) -> Result<(), IdentityError> {
    let trial = check_password(db, user.login(), present, now).await?;
    if new != again {
        return Err(IdentityError::PasswordFault(PasswordFault::Unlike));
    }
    if let Some(fault) = rule::fault(new, user.login()) {
        return Err(IdentityError::PasswordFault(fault));
    }
    let mut former = store::list_past(db, user.account(), PAST).await?;
    former.push(trial.password.clone());
    for one in &former {
        if one.fits(new).await? {
            return Err(IdentityError::PasswordFault(PasswordFault::Used));
        }
    }
    let hash = PasswordHash::of(new).await?;
    let mut tx = db.begin().await?;
    store::keep_past(&mut tx, user.account(), &trial.password, PAST, now).await?;
    store::set(&mut tx, user.account(), &hash, now).await?;
    session::close_others(&mut tx, user.account(), user.session(), now).await?;
    let line = AuditLine::new(user.login(), user.role().code(), "identity.password_changed");
    tx.audit(line.institution(user.institution()).subject(user.login()));
    tx.emit(Event::new("identity.password_changed", user.login(), serde_json::json!({})));
    Ok(tx.commit().await?)
}
