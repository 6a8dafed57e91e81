//! Opening, finding and closing sessions.

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{AccountId, SubjectKey};
use jq_db::audit::AuditLine;
use jq_db::{Db, Tx};

use super::store::{self, Session};
use super::{device, policy};
use crate::session::Holder;
use crate::{IdentityError, Token};

/// Characters that are kept of what a browser calls itself.
const DEVICE_CHARS: usize = 200;

/// Opens a firm's session for an account; the token is handed to its holder and not kept.
pub(crate) async fn open(
    tx: &mut Tx,
    account: &AccountId,
    subject: Option<SubjectKey>,
    now: Timestamp,
) -> Result<Token, IdentityError> {
    insert(tx, Holder::Firm, Session { subject_key: subject, ..fresh(Holder::Firm, account, now) }).await
}

/// Opens an employee's session at a device, and ends the oldest ones beyond the number that an account may have.
pub(crate) async fn open_staff(
    tx: &mut Tx,
    account: &AccountId,
    strict: bool,
    device: &str,
    now: Timestamp,
) -> Result<Token, IdentityError> {
    let agent = device.chars().take(DEVICE_CHARS).collect();
    let session = Session { strict, device: agent, ..fresh(Holder::Staff, account, now) };
    let id = session.id.clone();
    let token = insert(tx, Holder::Staff, session).await?;
    device::close_beyond(tx, account, &id, policy::STAFF_SESSIONS_MAX - 1, now).await?;
    Ok(token)
}

fn fresh(holder: Holder, account: &AccountId, now: Timestamp) -> Session {
    Session {
        id: jq_db::fresh_id(now),
        account_id: account.clone(),
        subject_key: None,
        seen_at: now,
        expires_at: now.checked_add(holder.life()).unwrap_or(Timestamp::MAX),
        strict: true,
        proven_at: None,
        device: String::new(),
    }
}

async fn insert(tx: &mut Tx, holder: Holder, session: Session) -> Result<Token, IdentityError> {
    let token = Token::fresh()?;
    store::insert(tx, &token.hash(), holder, &session).await?;
    Ok(token)
}

/// The session a token stands for, if it still holds; notes its use.
pub(crate) async fn find(
    db: &Db,
    token: &Token,
    holder: Holder,
    now: Timestamp,
) -> Result<Session, IdentityError> {
    let found = store::find(db, &token.hash(), holder).await?;
    let session = found
        .filter(|session| holder.holds(session.seen_at, session.expires_at, now))
        .ok_or(IdentityError::NotSignedIn)?;
    if policy::is_to_be_noted(session.seen_at, now) {
        let mut tx = db.begin().await?;
        store::note_use(&mut tx, &session.id, now).await?;
        tx.commit().await?;
    }
    Ok(session)
}

/// Signs out: the token is of no use from now on. A token that is no session's is not an error.
pub async fn sign_out(tx: &mut Tx, token: &Token, now: Timestamp) -> Result<(), IdentityError> {
    if let Some((account, holder)) = store::close(tx, &token.hash(), now).await? {
        tx.audit(AuditLine::new(account.as_str(), holder, "identity.sign_out"));
    }
    Ok(())
}

/// Ends every session of an account; how many there were.
pub(crate) async fn close_all(
    tx: &mut Tx,
    account: &AccountId,
    now: Timestamp,
) -> Result<u64, IdentityError> {
    Ok(store::close_all(tx, account, now).await?)
}

/// Forgets sessions, tokens, codes and counts of checks that ended more than two days ago; how many. Run daily.
pub async fn forget_expired(tx: &mut Tx, now: Timestamp) -> Result<u64, IdentityError> {
    let before = now.checked_sub(SignedDuration::from_hours(48)).unwrap_or(Timestamp::MIN);
    // Words that were used once are many, and nobody believes an expired one.
    let words = crate::client::proof::forget(tx, now).await?;
    Ok(words + store::forget(tx, before).await?)
}
