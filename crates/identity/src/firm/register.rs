//! Registering a person, checking the real name, and noting for whom the person may act.

use jiff::Timestamp;
use jq_base::ids::{AccountId, SubjectKey};
use jq_db::Tx;
use jq_db::audit::AuditLine;

use super::mandate;
use super::model::{FirmSubject, KycState, NewPerson};
use super::store;
use crate::{CodeKey, IdentityError};

/// Registers a person whose real name is still to be checked; fails when the mobile number is taken.
pub async fn register(
    tx: &mut Tx,
    key: &CodeKey,
    person: &NewPerson,
    now: Timestamp,
) -> Result<AccountId, IdentityError> {
    let account: AccountId = jq_db::fresh_id(now);
    if !store::insert_person(tx, key, &account, person, KycState::Pending, now).await? {
        return Err(IdentityError::Taken("mobile number"));
    }
    tx.audit(AuditLine::new(account.as_str(), "firm", "identity.register"));
    Ok(account)
}

/// Notes the outcome of a real-name check. `checked_by` names who or what checked, such as `register:face`.
pub async fn confirm(
    tx: &mut Tx,
    account: &AccountId,
    agrees: bool,
    checked_by: &str,
    now: Timestamp,
) -> Result<KycState, IdentityError> {
    let from = store::get_kyc(tx, account).await?;
    let to = from.after_check(agrees)?;
    if !store::move_kyc(tx, account, from, to, now).await? {
        return Err(IdentityError::Kyc("changing"));
    }
    let detail = serde_json::json!({ "from": from.code(), "to": to.code() });
    tx.audit(AuditLine::new(checked_by, "register", "identity.kyc").subject(account.as_str()).detail(detail));
    Ok(to)
}

/// Notes that a person may act for a subject. `noted_by` names whose word it is, such as `register` or the
/// legal representative's account. An agent may act only while a mandate holds.
pub async fn link(
    tx: &mut Tx,
    account: &AccountId,
    subject: &FirmSubject,
    noted_by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    store::get_kyc(tx, account).await?;
    store::put_relation(tx, account, subject, now).await?;
    let detail = serde_json::json!({ "account": account.as_str(), "role": subject.role.code() });
    let line = AuditLine::new(noted_by, "register", "identity.link");
    tx.audit(line.subject(subject.subject.as_str()).detail(detail));
    Ok(())
}

/// Ends a person's right to act for a subject, and every mandate the person gave or holds for it; it holds for the
/// next request that starts.
pub async fn unlink(
    tx: &mut Tx,
    account: &AccountId,
    subject: &SubjectKey,
    noted_by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if !store::end_relation(tx, account, subject, now).await? {
        return Err(IdentityError::NotYours);
    }
    mandate::end_with_relation(tx, account, subject, noted_by, now).await?;
    let detail = serde_json::json!({ "account": account.as_str() });
    let line = AuditLine::new(noted_by, "register", "identity.unlink");
    tx.audit(line.subject(subject.as_str()).detail(detail));
    Ok(())
}
