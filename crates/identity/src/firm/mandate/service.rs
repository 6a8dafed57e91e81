//! Giving, accepting, declining and revoking a mandate.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use jq_base::clock;
use jq_base::ids::{AccountId, MandateId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::masked::Masked;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, DbError, Tx};

use super::super::kyc::{self, Check, KycMismatch, KycOutcome};
use super::super::model::{FirmPerson, FirmRole, FirmSubject, FirmUser};
use super::model::{AgentClaim, Mandate, MandateScope, MandateState, NewMandate};
use super::policy::{MandateEvent, OFFER_DAYS, faults};
use super::store;
use crate::{CodeKey, IdHashKey, IdentityError};

/// Offers somebody a mandate to act for the firm. Only the legal representative can. The agent is told by SMS.
/// Emits `identity.mandate_offered` and `notify.sms`.
pub async fn grant(
    tx: &mut Tx,
    key: &CodeKey,
    user: &FirmUser,
    new: &NewMandate,
    now: Timestamp,
) -> Result<Mandate, IdentityError> {
    if user.role() != FirmRole::LegalRep {
        return Err(IdentityError::OnlyLegalRep);
    }
    let offered_after = now.checked_sub(SignedDuration::from_hours(24 * OFFER_DAYS)).unwrap_or(now);
    let open = store::count_open(tx, user.subject(), offered_after, now).await?;
    let found = faults(new, user.person().mobile(), open, clock::date_of(now));
    let midnight = new.until.tomorrow().ok().and_then(clock::start_of);
    let (Some(ends_at), true) = (midnight, found.is_empty()) else {
        return Err(IdentityError::MandateFaults(found));
    };
    let mandate = Mandate {
        mandate_id: jq_db::fresh_id(now),
        subject: user.subject().clone(),
        subject_name: user.subject_name().to_owned(),
        grantor: user.account().clone(),
        agent_name: Masked::new(new.name.trim().to_owned()),
        agent_mobile: new.mobile.to_string(),
        agent: None,
        scopes: new.scopes.clone(),
        granted_at: now,
        ends_at,
        state: MandateState::Offered,
    };
    let mobile_hash = key.mobile_hash(&new.mobile);
    store::insert(tx, &mandate, &mobile_hash).await?;
    note(tx, &mandate, user.account(), user.role(), "identity.mandate_offered");
    tell(tx, &mandate, new, &mobile_hash);
    Ok(mandate)
}

/// The agent agrees and says who it is. When name and number fit, the agent is verified and may act from now on.
///
/// The caller commits whatever comes back as `Ok`, also a refusal: it is on record and counts against the tries.
/// Emits `identity.mandate_accepted` and `identity.verified`.
pub async fn accept(
    tx: &mut Tx,
    key: &CodeKey,
    id_key: &IdHashKey,
    person: &FirmPerson,
    mandate: &MandateId,
    claim: &AgentClaim,
    now: Timestamp,
) -> Result<KycOutcome, IdentityError> {
    let mandate = get_for_agent(tx, key, person, mandate, now).await?;
    let to = mandate.state.after(MandateEvent::Accept)?;
    if store::acts_already(tx, person.account(), &mandate.subject).await? {
        return Err(IdentityError::Mandate("offered to somebody who acts for the firm already"));
    }
    let checks = [
        (kyc::same_name(&claim.name, mandate.agent_name.for_storage()), KycMismatch::PersonName),
        (kyc::is_adult(&claim.resident_id, clock::date_of(now)), KycMismatch::Age),
    ];
    let mismatches = checks.into_iter().filter(|(agrees, _)| !agrees).map(|(_, wrong)| wrong).collect();
    let (subject, name) = (mandate.subject.clone(), mandate.subject_name.clone());
    let check = Check {
        account: person.account(),
        name: &claim.name,
        id_hash: &id_key.hash(&claim.resident_id),
        acts_for: FirmSubject { subject, name, role: FirmRole::Agent },
        checked_by: "mandate",
    };
    let outcome = kyc::conclude(tx, check, mismatches, now).await?;
    if matches!(outcome, KycOutcome::Verified(_)) {
        move_to(tx, &mandate, to, Some(person.account()), now).await?;
        note(tx, &mandate, person.account(), FirmRole::Agent, "identity.mandate_accepted");
    }
    Ok(outcome)
}

/// The agent says no to an offer, or lays a mandate down. Emits `identity.mandate_declined`.
pub async fn decline(
    tx: &mut Tx,
    key: &CodeKey,
    person: &FirmPerson,
    mandate: &MandateId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let mandate = get_for_agent(tx, key, person, mandate, now).await?;
    let to = mandate.state.after(MandateEvent::Decline)?;
    move_to(tx, &mandate, to, None, now).await?;
    if let Some(agent) = &mandate.agent {
        store::end_relation(tx, agent, &mandate.subject, now).await?;
    }
    note(tx, &mandate, person.account(), FirmRole::Agent, "identity.mandate_declined");
    Ok(())
}

/// The legal representative takes a mandate back; it holds for the next request that starts.
/// Emits `identity.mandate_revoked`.
pub async fn revoke(
    tx: &mut Tx,
    user: &FirmUser,
    mandate: &MandateId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if user.role() != FirmRole::LegalRep {
        return Err(IdentityError::OnlyLegalRep);
    }
    let found = store::find(tx, mandate, now).await?.map(|(mandate, _)| mandate);
    let of_this_firm = |mandate: &Mandate| mandate.subject == *user.subject();
    let mandate = found.filter(of_this_firm).ok_or(IdentityError::NoMandate)?;
    let to = mandate.state.after(MandateEvent::Revoke)?;
    move_to(tx, &mandate, to, None, now).await?;
    if let Some(agent) = &mandate.agent {
        store::end_relation(tx, agent, &mandate.subject, now).await?;
    }
    note(tx, &mandate, user.account(), user.role(), "identity.mandate_revoked");
    Ok(())
}

/// The mandates that were given for the subject the user acts for, newest first.
pub async fn list_given(db: &Db, user: &FirmUser, now: Timestamp) -> Result<Vec<Mandate>, DbError> {
    store::list_given(db, user.subject(), now).await
}

/// The mandates that wait for a person's answer, and those the person holds or held, newest first.
pub async fn list_held(
    db: &Db,
    key: &CodeKey,
    person: &FirmPerson,
    now: Timestamp,
) -> Result<Vec<Mandate>, DbError> {
    store::list_held(db, person.account(), &key.mobile_hash(person.mobile()), now).await
}

/// The newest mandate under which a signed-in agent may do this for the firm.
pub async fn find_held(
    tx: &mut Tx,
    user: &FirmUser,
    scope: MandateScope,
    now: Timestamp,
) -> Result<Option<MandateId>, DbError> {
    store::find_held(tx, user.account(), user.subject(), scope, now).await
}

/// What an agent may do for a firm at `now`.
pub(in crate::firm) async fn held_scopes(
    db: &Db,
    account: &AccountId,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<BTreeSet<MandateScope>, DbError> {
    store::held_scopes(db, account, subject, now).await
}

/// Ends the mandates that somebody gave or holds for a firm, because that person's right to act for it ends.
pub(in crate::firm) async fn end_with_relation(
    tx: &mut Tx,
    account: &AccountId,
    subject: &SubjectKey,
    noted_by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    for (mandate, agent) in store::end_all(tx, account, subject, now).await? {
        if let Some(agent) = agent {
            store::end_relation(tx, &agent, subject, now).await?;
        }
        let detail = serde_json::json!({ "mandate": mandate.as_str() });
        let line = AuditLine::new(noted_by, "register", "identity.mandate_ended");
        tx.audit(line.subject(subject.as_str()).detail(detail));
    }
    Ok(())
}

/// The mandate, when it was offered to this person's number or is held by the person.
async fn get_for_agent(
    tx: &mut Tx,
    key: &CodeKey,
    person: &FirmPerson,
    mandate: &MandateId,
    now: Timestamp,
) -> Result<Mandate, IdentityError> {
    let (mandate, mobile_hash) = store::find(tx, mandate, now).await?.ok_or(IdentityError::NoMandate)?;
    let theirs = match &mandate.agent {
        Some(agent) => agent == person.account(),
        None => mobile_hash == key.mobile_hash(person.mobile()),
    };
    if theirs { Ok(mandate) } else { Err(IdentityError::NoMandate) }
}

async fn move_to(
    tx: &mut Tx,
    mandate: &Mandate,
    to: MandateState,
    agent: Option<&AccountId>,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let moved = store::move_to(tx, &mandate.mandate_id, mandate.state, to, agent, now).await?;
    if moved { Ok(()) } else { Err(IdentityError::Mandate("changing")) }
}

/// Puts an act about a mandate on record and announces it under the same name.
fn note(tx: &mut Tx, mandate: &Mandate, actor: &AccountId, role: FirmRole, action: &str) {
    let scopes: Vec<&str> = mandate.scopes.iter().map(|scope| scope.code()).collect();
    let detail = serde_json::json!({
        "mandate": mandate.mandate_id.as_str(), "scopes": scopes, "until": mandate.until().to_string(),
    });
    let line = AuditLine::new(actor.as_str(), role.code(), action);
    tx.audit(line.subject(mandate.subject.as_str()).detail(detail));
    let payload = serde_json::json!({
        "mandate": mandate.mandate_id.as_str(), "subject": mandate.subject.as_str(),
        "subject_name": mandate.subject_name, "agent_mobile": mandate.agent_mobile,
        "scopes": scopes, "until": mandate.until().to_string(),
    });
    tx.emit(Event::new(action, mandate.subject.as_str(), payload));
}

/// Tells the agent that a mandate waits.
fn tell(tx: &mut Tx, mandate: &Mandate, new: &NewMandate, mobile_hash: &str) {
    let scopes: Vec<&str> = mandate.scopes.iter().map(|scope| scope.text(Lang::Zh)).collect();
    let payload = serde_json::json!({
        "template": "mandate_offered",
        "mobile": new.mobile.for_storage(),
        "values": {
            "subject": mandate.subject_name, "scopes": scopes.join("、"),
            "until": mandate.until().to_string(), "days": OFFER_DAYS.to_string(),
        },
    });
    tx.emit(Event::new("notify.sms", format!("mobile:{mobile_hash}"), payload).secret());
}
