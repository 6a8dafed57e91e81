//! Giving a consent and taking it back. Each act is audited and announced in the caller's transaction.

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{ConsentId, StopNoticeId};
use jq_base::lang::Lang;
use jq_catalog::Catalog;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_identity::firm::mandate;
use jq_identity::{FirmRole, FirmUser, MandateScope};
use serde_json::{Value, json};

use super::evidence::Evidence;
use super::model::Grant;
use super::new::{Given, NewGrant};
use super::suspension::{SuspensionWhy, user_line};
use super::{policy, store};
use crate::ConsentError;
use crate::content::text;
use crate::stop::{StopWhy, send};

/// The longest reason or note, in characters.
pub(crate) const TEXT_CHARS_MAX: usize = 500;

/// Gives a consent for the subject that the signed-in person acts for. An older one for the same bank, purpose,
/// product and order gives way to it. Emits `consent.granted`.
pub async fn grant(
    tx: &mut Tx,
    catalog: &Catalog,
    user: &FirmUser,
    mut new: NewGrant,
    now: Timestamp,
) -> Result<Grant, ConsentError> {
    policy::check_grantor(user)?;
    let terms = policy::check_terms(catalog, &mut new)?;
    let agreed = text::agreed(catalog, user.subject_name(), &new, terms)?;
    store::keep_text(tx, &agreed).await?;
    let given = Given {
        subject: user.subject(),
        subject_name: user.subject_name(),
        grantor: user.account(),
        role: user.role(),
        evidence: evidence(tx, user, new.evidence.clone(), now).await?,
        at: now,
    };
    let grant = new.given(given, terms, agreed);
    store::supersede(tx, &grant, now).await?;
    if !store::insert(tx, &grant).await? {
        return Err(ConsentError::MovedOn);
    }
    record(tx, user_line(user, "consent.granted"), &grant, now);
    announce(tx, &grant, "consent.granted", None);
    Ok(grant)
}

/// What the caller knows of the act, and in which session and under which mandate it was done.
async fn evidence(
    tx: &mut Tx,
    user: &FirmUser,
    known: Evidence,
    now: Timestamp,
) -> Result<Evidence, ConsentError> {
    let mandate = match user.role() {
        FirmRole::Agent => mandate::find_held(tx, user, MandateScope::Consent, now).await?,
        FirmRole::LegalRep | FirmRole::OneSelf => None,
    };
    Ok(Evidence { session: user.session().to_string(), mandate, ..known })
}

/// Takes a consent back, also one that stands still. The bank's next reading that starts after the commit is refused,
/// on every node, and the bank gets a stop notice. Emits `consent.withdrawn`.
pub async fn withdraw(
    tx: &mut Tx,
    user: &FirmUser,
    consent_id: &ConsentId,
    reason: &str,
    now: Timestamp,
) -> Result<Grant, ConsentError> {
    policy::check_grantor(user)?;
    let reason = short(reason)?;
    let own = |grant: &Grant| grant.subject == *user.subject();
    let read = store::find_grant_in(tx, consent_id).await?.filter(own).ok_or(ConsentError::NotFound)?;
    if !read.state(now).can_be_withdrawn() {
        return Err(ConsentError::GrantEnded(read.state(now)));
    }
    if !store::withdraw(tx, consent_id, reason, now).await? {
        let state = store::find_grant_in(tx, consent_id).await?.map(|grant| grant.state(now));
        return Err(state.map_or(ConsentError::NotFound, ConsentError::GrantEnded));
    }
    let grant = Grant { withdrawn_at: Some(now), withdraw_reason: Some(reason.to_owned()), ..read };
    let notice = send(tx, &grant, StopWhy::Withdrawn, now).await?;
    record(tx, user_line(user, "consent.withdrawn"), &grant, now);
    announce(tx, &grant, "consent.withdrawn", Some(&notice));
    Ok(grant)
}

/// The moment so many days of 24 hours later.
pub(crate) fn days_after(from: Timestamp, days: u32) -> Timestamp {
    from.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).unwrap_or(Timestamp::MAX)
}

/// A person's words without the spaces around them, when they are not too many.
pub(crate) fn short(text: &str) -> Result<&str, ConsentError> {
    let text = text.trim();
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(ConsentError::TextTooLong { chars_max: TEXT_CHARS_MAX });
    }
    Ok(text)
}

/// Completes and writes the audit line of one act upon a consent.
pub(super) fn record(tx: &mut Tx, mut line: AuditLine, grant: &Grant, now: Timestamp) {
    let detail = json!({
        "consent": grant.consent_id,
        "bank": grant.bank,
        "state": grant.state(now).code(),
        "valid_to": grant.valid_to.to_string(),
        "queries_max": grant.queries_max,
        "queries_used": grant.queries_used,
        "text_version": grant.text_version,
        "text_hash": grant.text_hash,
        "left_out": grant.left_out,
        "reason": grant.withdraw_reason,
        "suspended": grant.suspended_why().map(SuspensionWhy::code),
        "evidence": grant.evidence,
    });
    line.purpose = Some(grant.purpose.code().to_owned());
    tx.audit(line.subject(grant.subject.as_str()).items(grant.items.iter().cloned()).detail(detail));
}

/// Announces one act upon a consent, with the stop notice that the bank got for it.
pub(super) fn announce(tx: &mut Tx, grant: &Grant, act: &str, notice: Option<&StopNoticeId>) {
    let mut payload = payload(grant);
    payload["notice_id"] = notice.map(StopNoticeId::as_str).into();
    tx.emit(Event::new(act, grant.subject.as_str(), payload));
}

/// What a message about a consent needs: names and terms, no record of the subject.
pub(crate) fn payload(grant: &Grant) -> Value {
    let why = grant.suspended_why();
    json!({
        "consent_id": grant.consent_id,
        "subject": grant.subject,
        "subject_name": grant.subject_name,
        "bank": grant.bank,
        "bank_zh": grant.bank_zh,
        "bank_en": grant.bank_en,
        "purpose": grant.purpose.code(),
        "purpose_zh": grant.purpose.text(Lang::Zh),
        "purpose_en": grant.purpose.text(Lang::En),
        "items_count": grant.items.len(),
        "valid_to": grant.valid_to.to_string(),
        "product": grant.product,
        "order": grant.order,
        "reason": grant.withdraw_reason,
        "why": why.map(SuspensionWhy::code),
        "why_zh": why.map(|why| why.text(Lang::Zh)),
        "why_en": why.map(|why| why.text(Lang::En)),
    })
}
