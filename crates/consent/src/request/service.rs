//! Asking for a consent and answering. Each act is audited and announced in the caller's transaction.

use jiff::Timestamp;
use jq_base::ids::{ConsentRequestId, SubjectKind};
use jq_base::lang::Lang;
use jq_catalog::Catalog;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_identity::FirmUser;
use serde_json::json;

use super::model::{Answer, NewRequest, Request, RequestState};
use super::store;
use crate::content::purposes::get_terms;
use crate::grant::new::NewGrant;
use crate::grant::policy::{check_grantor, check_left_out};
use crate::grant::service::{days_after, grant, short};
use crate::permit::policy::known_items;
use crate::{BankReader, ConsentError};

/// Asks a subject for a consent. Nothing is read and nothing opens by it. Emits `consent.asked`.
///
/// One request for a purpose waits at a time, and after a no the bank waits as long as `consent/purposes.toml` says.
pub async fn request(
    tx: &mut Tx,
    catalog: &Catalog,
    reader: BankReader<'_>,
    new: NewRequest,
    now: Timestamp,
) -> Result<Request, ConsentError> {
    let asked = check(catalog, reader, new, now)?;
    let wait = get_terms(asked.purpose)?.ask_again_days;
    if let Some(refused_at) = store::last_refusal(tx, &asked).await? {
        let again_at = days_after(refused_at, wait);
        if now < again_at {
            return Err(ConsentError::AskAgainAt(again_at));
        }
    }
    store::close_lapsed(tx, &asked, now).await?;
    if !store::insert(tx, &asked).await? {
        return Err(ConsentError::AskedAlready);
    }
    audit(tx, reader.line("consent.asked"), &asked, now);
    tx.emit(event("consent.asked", &asked, asked.items.len()));
    Ok(asked)
}

/// The request as it will be kept, when it keeps to the terms of its purpose.
fn check(
    catalog: &Catalog,
    reader: BankReader<'_>,
    new: NewRequest,
    now: Timestamp,
) -> Result<Request, ConsentError> {
    let items: Vec<&str> = new.items.iter().map(String::as_str).collect();
    known_items(catalog, &items)?;
    let terms = get_terms(new.purpose)?;
    terms.check_items(&new.items)?;
    check_left_out(catalog, &new.items, &new.left_out)?;
    if new.subject.kind() == SubjectKind::Local {
        return Err(ConsentError::NotFound);
    }
    Ok(Request {
        request_id: jq_db::fresh_id(now),
        subject: new.subject,
        subject_name: new.subject_name,
        bank: reader.bank.clone(),
        bank_zh: new.bank_zh,
        bank_en: new.bank_en,
        asked_by: reader.reader.to_owned(),
        days: terms.days(new.days)?,
        queries_max: terms.queries(new.queries_max)?,
        items: new.items,
        left_out: new.left_out,
        purpose: new.purpose,
        product: new.product,
        order: new.order,
        note: short(&new.note)?.to_owned(),
        asked_at: now,
        answer_by: days_after(now, terms.answer_days),
        answered_at: None,
        answer_reason: None,
        consent_id: None,
        recorded: RequestState::Asked,
    })
}

/// Answers a bank's request. A yes gives a consent, to what was asked or to less, and emits `consent.granted` too.
/// Emits `consent.answered`.
pub async fn answer_request(
    tx: &mut Tx,
    catalog: &Catalog,
    user: &FirmUser,
    request_id: &ConsentRequestId,
    answer: Answer,
    now: Timestamp,
) -> Result<Request, ConsentError> {
    check_grantor(user)?;
    let own = |request: &Request| request.subject == *user.subject();
    let asked = store::find_in(tx, request_id).await?.filter(own).ok_or(ConsentError::NotFound)?;
    let state = asked.state(now).after_answer(matches!(answer, Answer::Yes { .. }))?;
    let (given, answer_reason) = match answer {
        Answer::Yes { items, left_out, days, text_hash, evidence } => {
            let left_out = asked.left_out_with(&items, left_out);
            let new = NewGrant { items, left_out, days, text_hash, evidence, ..asked.as_new_grant() };
            if !new.items.is_subset(&asked.items) || days > asked.days {
                return Err(ConsentError::MoreThanAsked);
            }
            (Some(grant(tx, catalog, user, new, now).await?), None)
        }
        Answer::No { reason } => (None, Some(short(&reason)?.to_owned())),
    };
    let items_count = given.as_ref().map_or(asked.items.len(), |grant| grant.items.len());
    let consent_id = given.map(|grant| grant.consent_id);
    let answered = Request { recorded: state, answered_at: Some(now), answer_reason, consent_id, ..asked };
    if !store::answer(tx, &answered, user.account()).await? {
        return Err(ConsentError::MovedOn);
    }
    let line = AuditLine::new(user.account().as_str(), user.role().code(), "consent.answered");
    audit(tx, line, &answered, now);
    tx.emit(event("consent.answered", &answered, items_count));
    Ok(answered)
}

/// Completes and writes the audit line of one act upon a request.
fn audit(tx: &mut Tx, mut line: AuditLine, request: &Request, now: Timestamp) {
    line.purpose = Some(request.purpose.code().to_owned());
    let detail = json!({
        "request": request.request_id,
        "bank": request.bank,
        "state": request.state(now).code(),
        "days": request.days,
        "left_out": request.left_out,
        "consent": request.consent_id,
    });
    tx.audit(line.subject(request.subject.as_str()).items(request.items.iter().cloned()).detail(detail));
}

/// What a message about a request needs: names and terms, no record of the subject. `items_count` is how many
/// items were asked for, or granted after a yes.
fn event(act: &str, request: &Request, items_count: usize) -> Event {
    let answer = match request.recorded {
        RequestState::Granted => Some("yes"),
        RequestState::Refused => Some("no"),
        RequestState::Asked | RequestState::Lapsed => None,
    };
    let payload = json!({
        "request_id": request.request_id,
        "subject": request.subject,
        "subject_name": request.subject_name,
        "bank": request.bank,
        "bank_zh": request.bank_zh,
        "bank_en": request.bank_en,
        "asked_by": request.asked_by,
        "purpose": request.purpose.code(),
        "purpose_zh": request.purpose.text(Lang::Zh),
        "purpose_en": request.purpose.text(Lang::En),
        "items_count": items_count,
        "product": request.product,
        "order": request.order,
        "answer_by": request.answer_by.to_string(),
        "answer": answer,
        "reason": request.answer_reason,
        "consent_id": request.consent_id,
    });
    Event::new(act, request.subject.as_str(), payload)
}
