//! Signing up and in with a code, being known with every request, choosing for whom to act.

use jiff::Timestamp;
use jq_base::ids::{AccountId, SubjectKey};
use jq_base::mobile::Mobile;
use jq_db::audit::AuditLine;
use jq_db::{Db, Tx};

use super::mandate::{self, MandateScope};
use super::model::{FirmPerson, FirmRole, FirmSession, FirmSubject, FirmUser, KycState, NewPerson};
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

/// Signs in with the code that was sent. A number that nobody was known by gets an account now, whose holder can
/// do nothing until the real name is checked. A wrong try is counted even though it fails, hence its own transaction.
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
    if key.code_hash(&mobile_hash, sent_at, code.trim()) != kept {
        tx.audit(AuditLine::new("nobody", "firm", "identity.sign_in_refused"));
        tx.commit().await?;
        return Err(IdentityError::WrongCode);
    }
    store::use_up_code(&mut tx, &mobile_hash, now).await?;
    let account = match store::find_account(&mut tx, key, mobile).await? {
        Some(account) => account,
        None => sign_up(&mut tx, key, mobile, now).await?,
    };
    let person = store::get_person(&mut tx, &account, now).await?;
    let chosen = match person.subjects() {
        [only] => Some(only.subject.clone()),
        _ => None,
    };
    let token = session::open(&mut tx, &account, chosen.clone(), now).await?;
    let mut line = AuditLine::new(account.as_str(), "firm", "identity.sign_in");
    line.subject = chosen.as_ref().map(ToString::to_string);
    tx.audit(line);
    tx.commit().await?;
    Ok(SignedIn { token, person, chosen })
}

/// Opens an account for a number whose holder has just shown the code.
async fn sign_up(
    tx: &mut Tx,
    key: &CodeKey,
    mobile: &Mobile,
    now: Timestamp,
) -> Result<AccountId, IdentityError> {
    let account: AccountId = jq_db::fresh_id(now);
    let nameless = NewPerson { mobile: mobile.clone(), person_name: String::new() };
    if !store::insert_person(tx, key, &account, &nameless, KycState::Pending, now).await? {
        return Err(IdentityError::Taken("mobile number"));
    }
    tx.audit(AuditLine::new(account.as_str(), "firm", "identity.sign_up"));
    Ok(account)
}

/// Who a request comes from. Reads the store each time: a relation or mandate that has ended ends at once.
pub async fn authenticate(db: &Db, token: &Token, now: Timestamp) -> Result<FirmSession, IdentityError> {
    let session = session::find(db, token, Holder::Firm, now).await?;
    let person = store::get_person_now(db, &session.account_id, now).await?;
    if person.kyc != KycState::Verified {
        return Ok(FirmSession::Unverified(person));
    }
    let Some(acting_for) = session.subject_key.and_then(|chosen| find_subject(&person, &chosen)) else {
        return Ok(FirmSession::Choosing(person));
    };
    let scopes = match acting_for.role {
        FirmRole::LegalRep | FirmRole::OneSelf => MandateScope::ALL.into(),
        FirmRole::Agent => mandate::held_scopes(db, &person.account, &acting_for.subject, now).await?,
    };
    Ok(FirmSession::Acting(FirmUser { session: session.id, person, acting_for, scopes }))
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
    let person = store::get_person(&mut tx, &session.account_id, now).await?;
    let acting_for = find_subject(&person, subject).ok_or(IdentityError::NotYours)?;
    if !session::choose(&mut tx, &session.id, subject).await? {
        return Err(IdentityError::NotSignedIn);
    }
    let line = AuditLine::new(session.account_id.as_str(), acting_for.role.code(), "identity.choose_subject");
    tx.audit(line.subject(subject.as_str()));
    tx.commit().await?;
    match authenticate(db, token, now).await? {
        FirmSession::Acting(user) => Ok(user),
        FirmSession::Choosing(_) | FirmSession::Unverified(_) => Err(IdentityError::NotYours),
    }
}

fn find_subject(person: &FirmPerson, subject: &SubjectKey) -> Option<FirmSubject> {
    person.subjects().iter().find(|held| held.subject == *subject).cloned()
}
