//! Signing in with a code, being known with every request, choosing for whom to act.

use jiff::Timestamp;
use jq_base::ids::SubjectKey;
use jq_base::mobile::Mobile;
use jq_db::audit::AuditLine;
use jq_db::{Db, Tx};

use super::model::{FirmPerson, FirmSession, FirmSubject, FirmUser};
use super::store;
use crate::session::{self, Holder};
use crate::{CodeKey, IdentityError, Token};

/// Somebody who has just signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session's token, for the cookie.
    pub token: Token,
    /// The person and the subjects to choose from.
    pub person: FirmPerson,
    /// The subject, when there is only one.
    pub chosen: Option<SubjectKey>,
}

/// Signs in with the code that was sent. A wrong try is counted even though it fails, hence its own transaction.
pub async fn sign_in(
    db: &Db,
    key: &CodeKey,
    mobile: &Mobile,
    code: &str,
    now: Timestamp,
) -> Result<SignedIn, IdentityError> {
    let mobile_hash = key.mobile_hash(mobile);
    let mut tx = db.begin().await?;
    let Some((kept, sent_at)) = store::try_code(&mut tx, &mobile_hash, now).await? else {
        return Err(IdentityError::WrongCode);
    };
    let account = store::find_verified(&mut tx, mobile).await?;
    let given = key.code_hash(&mobile_hash, sent_at, code.trim());
    let Some(account) = account.filter(|_| given == kept) else {
        tx.audit(AuditLine::new("nobody", "firm", "identity.sign_in_refused"));
        tx.commit().await?;
        return Err(IdentityError::WrongCode);
    };
    store::use_up_code(&mut tx, &mobile_hash, now).await?;
    let person = store::get_person(&mut tx, &account).await?;
    let chosen = match person.subjects() {
        [only] => Some(only.subject.clone()),
        _ => None,
    };
    let token = session::open(&mut tx, Holder::Firm, &account, chosen.clone(), now).await?;
    let mut line = AuditLine::new(account.as_str(), "firm", "identity.sign_in");
    line.subject = chosen.as_ref().map(ToString::to_string);
    tx.audit(line);
    tx.commit().await?;
    Ok(SignedIn { token, person, chosen })
}

/// Who a request comes from. Reads the store each time: a relation that has ended ends at once.
pub async fn authenticate(db: &Db, token: &Token, now: Timestamp) -> Result<FirmSession, IdentityError> {
    let session = session::find(db, token, Holder::Firm, now).await?;
    let person = store::get_person_now(db, &session.account_id).await?;
    let acting_for = session.subject_key.and_then(|chosen| find_subject(&person, &chosen));
    Ok(match acting_for {
        Some(acting_for) => FirmSession::Acting(FirmUser { session: session.id, person, acting_for }),
        None => FirmSession::Choosing(person),
    })
}

/// Chooses for which subject the person acts from now on in this session.
pub async fn choose_subject(
    db: &Db,
    token: &Token,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<FirmUser, IdentityError> {
    let session = session::find(db, token, Holder::Firm, now).await?;
    let mut tx: Tx = db.begin().await?;
    let person = store::get_person(&mut tx, &session.account_id).await?;
    let acting_for = find_subject(&person, subject).ok_or(IdentityError::NotYours)?;
    if !session::choose(&mut tx, &session.id, subject).await? {
        return Err(IdentityError::NotSignedIn);
    }
    let line = AuditLine::new(session.account_id.as_str(), acting_for.role.code(), "identity.choose_subject");
    tx.audit(line.subject(subject.as_str()));
    tx.commit().await?;
    Ok(FirmUser { session: session.id, person, acting_for })
}

fn find_subject(person: &FirmPerson, subject: &SubjectKey) -> Option<FirmSubject> {
    person.subjects().iter().find(|held| held.subject == *subject).cloned()
}
