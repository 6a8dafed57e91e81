//! Checking a real name, with the few tries a day allows, every one on record.

use jiff::Timestamp;
use jq_base::ids::{AccountId, SubjectKey};
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;

use super::super::model::{FirmRole, FirmSubject, KycState};
use super::super::{register, store as people};
use super::model::{Claim, HouseholdExtract, KycMismatch, KycOutcome, RegisterExtract, SelfClaim};
use super::policy::{compare, same_name};
use super::store::{self, CHECKS_PER_DAY_MAX, SUBJECT_CHECKS_PER_DAY_MAX};
use crate::{IdHashKey, IdentityError};

/// Checks whether the person behind an account is the firm's legal representative, and lets the person act for the
/// firm when it is so. `extract` is what the register says about the claimed code; nothing when it knows none.
///
/// The caller commits whatever comes back as `Ok`, also a refusal: it is on record and counts against the tries.
/// Emits `identity.verified`.
pub async fn verify_legal_rep(
    tx: &mut Tx,
    account: &AccountId,
    claim: &Claim,
    extract: Option<&RegisterExtract>,
    key: &IdHashKey,
    now: Timestamp,
) -> Result<KycOutcome, IdentityError> {
    let subject = SubjectKey::from(claim.firm_code.clone());
    let id_hash = key.hash(&claim.resident_id);
    let mismatches = compare(claim, extract, &id_hash);
    let name = extract.map_or_else(String::new, |found| found.name.clone());
    let acts_for = FirmSubject { subject: subject.clone(), name, role: FirmRole::LegalRep };
    let check = Check { account, name: &claim.name, id_hash: &id_hash, acts_for, checked_by: "register" };
    let outcome = conclude(tx, check, mismatches, now).await?;
    if matches!(outcome, KycOutcome::Verified(_)) {
        // Whom the register no longer names does not act for the firm any longer.
        for former in store::list_former(tx, &subject, &id_hash).await? {
            register::unlink(tx, &former, &subject, "register", now).await?;
        }
    }
    Ok(outcome)
}

/// Checks whether the person behind an account is the head of a farm household, and lets the person act for it in
/// person. `extract` is what the records say about the household with this number; nothing when there is none.
///
/// The caller commits whatever comes back as `Ok`. Emits `identity.verified`.
pub async fn verify_self(
    tx: &mut Tx,
    account: &AccountId,
    claim: &SelfClaim,
    extract: Option<&HouseholdExtract>,
    key: &IdHashKey,
    now: Timestamp,
) -> Result<KycOutcome, IdentityError> {
    let id_hash = key.hash(&claim.resident_id);
    let subject = SubjectKey::parse(&id_hash).map_err(|_| IdentityError::Secret)?;
    let found = extract.filter(|found| found.subject == subject);
    let mismatches = match found {
        None => vec![KycMismatch::NotRegistered],
        Some(found) if !same_name(&claim.name, &found.name) => vec![KycMismatch::PersonName],
        Some(_) => Vec::new(),
    };
    let acts_for = FirmSubject { subject, name: claim.name.trim().to_owned(), role: FirmRole::OneSelf };
    let check = Check { account, name: &claim.name, id_hash: &id_hash, acts_for, checked_by: "register" };
    conclude(tx, check, mismatches, now).await
}

/// A check whose claim has been compared.
pub(in crate::firm) struct Check<'a> {
    pub(in crate::firm) account: &'a AccountId,
    pub(in crate::firm) name: &'a str,
    pub(in crate::firm) id_hash: &'a str,
    pub(in crate::firm) acts_for: FirmSubject,
    /// What the claim was compared with, such as `register` or `mandate`.
    pub(in crate::firm) checked_by: &'static str,
}

/// Counts the check, adds what contradicts earlier checks, and notes how it ended.
pub(in crate::firm) async fn conclude(
    tx: &mut Tx,
    check: Check<'_>,
    mut mismatches: Vec<KycMismatch>,
    now: Timestamp,
) -> Result<KycOutcome, IdentityError> {
    let subject = &check.acts_for.subject;
    let counted = [format!("account:{}", check.account), format!("subject:{subject}")];
    let maxima = [CHECKS_PER_DAY_MAX, SUBJECT_CHECKS_PER_DAY_MAX];
    let mut tries_left = u32::MAX;
    for (counted, max) in counted.iter().zip(maxima) {
        let left = store::count(tx, counted, max, now).await?.ok_or(IdentityError::ChecksUsedUp)?;
        tries_left = tries_left.min(left);
    }
    let (from, known_hash) = store::get_check(tx, check.account).await?;
    let another_number = known_hash.is_some_and(|known| known != check.id_hash);
    let others = store::list_names(tx, check.account, check.id_hash).await?;
    if another_number || others.iter().any(|other| !same_name(other, check.name)) {
        mismatches.push(KycMismatch::OtherPerson);
    }
    if !mismatches.is_empty() {
        refuse(tx, &check, from, &mismatches, now).await?;
        return Ok(KycOutcome::Refused { mismatches, tries_left });
    }
    for counted in &counted {
        store::uncount(tx, counted).await?;
    }
    accept(tx, check, from, now).await.map(KycOutcome::Verified)
}

async fn refuse(
    tx: &mut Tx,
    check: &Check<'_>,
    from: KycState,
    mismatches: &[KycMismatch],
    now: Timestamp,
) -> Result<(), IdentityError> {
    // Who was verified for one firm stays so when the claim about another one is wrong.
    let to = if from == KycState::Verified { from } else { from.after_check(false)? };
    if to != from && !people::move_kyc(tx, check.account, from, to, now).await? {
        return Err(IdentityError::Kyc("changing"));
    }
    let disagree: Vec<&str> = mismatches.iter().map(|mismatch| mismatch.code()).collect();
    let subject = check.acts_for.subject.as_str();
    let detail = serde_json::json!({
        "from": from.code(), "to": to.code(), "firm": subject, "role": check.acts_for.role.code(),
        "by": check.checked_by, "disagree": disagree,
    });
    let line = AuditLine::new(check.account.as_str(), "firm", "identity.kyc_refused");
    tx.audit(line.subject(subject).detail(detail));
    Ok(())
}

async fn accept(
    tx: &mut Tx,
    check: Check<'_>,
    from: KycState,
    now: Timestamp,
) -> Result<FirmSubject, IdentityError> {
    let to = if from == KycState::Verified { from } else { from.after_check(true)? };
    if !store::note_person(tx, check.account, from, check.name, check.id_hash, now).await? {
        return Err(IdentityError::Kyc("changing"));
    }
    let detail = serde_json::json!({ "from": from.code(), "to": to.code(), "by": check.checked_by });
    let line = AuditLine::new(check.account.as_str(), "firm", "identity.kyc");
    tx.audit(line.subject(check.acts_for.subject.as_str()).detail(detail));
    register::link(tx, check.account, &check.acts_for, check.checked_by, now).await?;
    let payload = serde_json::json!({
        "account": check.account.as_str(), "subject": check.acts_for.subject.as_str(),
        "subject_name": check.acts_for.name, "role": check.acts_for.role.code(),
    });
    tx.emit(Event::new("identity.verified", check.acts_for.subject.as_str(), payload));
    Ok(check.acts_for)
}
