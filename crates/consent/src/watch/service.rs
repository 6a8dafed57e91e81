//! Looking for unusual reading, again and again, and the bank's explanation.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jq_base::ids::{AlertId, SubjectKey};
use jq_base::lang::Lang;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, Tx};
use jq_identity::institution;
use serde_json::json;

use super::Alert;
use super::find::{Found, find, window};
use super::store;
use crate::content::watch::{LooksFor, WatchRule};
use crate::grant::service::short;
use crate::{BankReader, ConsentError, WatchRules};

/// The role that answers for a bank's reading.
const COMPLIANCE: &str = "bank_admin";

/// The firms of whose legal representatives the rules have to know: those that people read who read several.
pub async fn subjects_to_compare(
    db: &Db,
    rules: &WatchRules,
    now: Timestamp,
) -> Result<BTreeSet<SubjectKey>, ConsentError> {
    let mut subjects = BTreeSet::new();
    for rule in rules.list() {
        let LooksFor::SameRep { subjects_min, .. } = &rule.looks_for else { continue };
        let (from, to, _) = window(rule, now);
        let mut by_person: BTreeMap<String, BTreeSet<SubjectKey>> = BTreeMap::new();
        for one in store::list_read(db, from, to, None).await? {
            if one.is_person {
                by_person.entry(one.reader).or_default().insert(one.subject);
            }
        }
        let many = by_person.into_values().filter(|read| read.len() >= *subjects_min as usize);
        subjects.extend(many.flatten());
    }
    Ok(subjects)
}

/// Looks for unusual reading and keeps what is new. `reps` names the legal representatives, each by a word of its own,
/// of [`subjects_to_compare`]. Emits `consent.alert` for each. How many were new.
pub async fn notice_unusual(
    db: &Db,
    rules: &WatchRules,
    reps: &BTreeMap<SubjectKey, String>,
    now: Timestamp,
) -> Result<usize, ConsentError> {
    let mut all = Vec::new();
    for rule in rules.list() {
        let (from, to, day) = window(rule, now);
        let only = match &rule.looks_for {
            LooksFor::Listed { subjects } if subjects.is_empty() => continue,
            LooksFor::Listed { subjects } => Some(subjects),
            _ => None,
        };
        let read = store::list_read(db, from, to, only).await?;
        all.extend(find(rule, &read, reps, day).into_iter().map(|found| (rule, found)));
    }
    if all.is_empty() {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let mut new = 0;
    for (rule, found) in all {
        new += usize::from(keep(&mut tx, rule, found, now).await?);
    }
    tx.commit().await?;
    Ok(new)
}

/// False when it was noticed before.
async fn keep(tx: &mut Tx, rule: &WatchRule, found: Found, now: Timestamp) -> Result<bool, ConsentError> {
    let alert = Alert {
        alert_id: jq_db::fresh_id(now),
        rule_id: rule.id.clone(),
        bank: found.bank,
        reader: found.reader,
        role: found.role,
        about: found.about,
        day: found.day,
        count: found.count,
        found_at: now,
        answer: None,
        answered_by: None,
        answered_at: None,
    };
    if !store::insert(tx, &alert).await? {
        return Ok(false);
    }
    let detail = json!({
        "alert": alert.alert_id, "rule": rule.id, "reader": alert.reader, "about": alert.about, "count": alert.count,
    });
    let line = AuditLine::new("system", "system", "consent.alert").institution(alert.bank.as_str());
    tx.audit(line.detail(detail));
    let bank = institution::find_within(tx, alert.bank.as_str()).await?;
    let name = |lang| bank.as_ref().map_or(alert.bank.as_str(), |bank| bank.name(lang));
    let payload = json!({
        "alert_id": alert.alert_id,
        "bank": alert.bank,
        "bank_zh": name(Lang::Zh),
        "bank_en": name(Lang::En),
        "rule_zh": rule.name(Lang::Zh),
        "rule_en": rule.name(Lang::En),
        "reader": alert.reader,
        "count": alert.count,
        "at": now.to_string(),
    });
    tx.emit(Event::new("consent.alert", alert.bank.as_str(), payload));
    Ok(true)
}

/// The bank's compliance explains a case. Once only.
pub async fn answer_alert(
    tx: &mut Tx,
    reader: BankReader<'_>,
    id: &AlertId,
    text: &str,
    now: Timestamp,
) -> Result<Alert, ConsentError> {
    if reader.role != COMPLIANCE {
        return Err(ConsentError::MayNotRead);
    }
    let text = short(text)?;
    if text.is_empty() {
        return Err(ConsentError::ReasonTooShort { chars_min: 1 });
    }
    let own = |alert: &Alert| alert.bank == *reader.bank;
    let alert = store::find_in(tx, id).await?.filter(own).ok_or(ConsentError::NotFound)?;
    if alert.answer.is_some() || !store::answer(tx, id, text, reader.reader, now).await? {
        return Err(ConsentError::MovedOn);
    }
    let detail = json!({ "alert": id, "rule": alert.rule_id, "text": text });
    tx.audit(reader.line("consent.alert_answered").detail(detail));
    let (answer, answered_by) = (Some(text.to_owned()), Some(reader.reader.to_owned()));
    Ok(Alert { answer, answered_by, answered_at: Some(now), ..alert })
}
