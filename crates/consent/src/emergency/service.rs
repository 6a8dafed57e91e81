//! Asking for a reading in an emergency, deciding about it, reading under it, and telling the firm when it is over.

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{EmergencyId, SubjectKind};
use jq_base::lang::Lang;
use jq_catalog::Catalog;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, DbError, Tx};
use jq_identity::institution;
use serde_json::json;

use super::model::{Emergency, NewEmergency, can_open};
use super::store;
use crate::content::limits::limits;
use crate::content::purposes::get_terms;
use crate::grant::service::short;
use crate::permit::decide::Ask;
use crate::permit::policy::known_items;
use crate::{BankReader, ConsentError, Denial};

/// The roles that may be the second person.
const SECOND: [&str; 2] = ["approver", "bank_admin"];

/// What a permit rests on that was issued in an emergency begins with this; the emergency's number follows.
pub const EMERGENCY: &str = "emergency:";

/// Asks for a reading in an emergency. Nothing opens by it. Emits `consent.emergency_asked`.
///
/// The items keep to the terms of the purpose, as a consent's do. Natural persons are not read this way.
pub async fn ask_emergency(
    tx: &mut Tx,
    catalog: &Catalog,
    reader: BankReader<'_>,
    new: NewEmergency,
    now: Timestamp,
) -> Result<Emergency, ConsentError> {
    if !reader.is_person() || new.subject.kind() != SubjectKind::Organisation {
        return Err(ConsentError::MayNotRead);
    }
    let items: Vec<&str> = new.items.iter().map(String::as_str).collect();
    known_items(catalog, &items)?;
    get_terms(new.purpose)?.check_items(&new.items)?;
    let terms = &limits()?.emergency;
    let reason = short(&new.reason)?.to_owned();
    if reason.chars().count() < terms.reason_chars_min {
        return Err(ConsentError::ReasonTooShort { chars_min: terms.reason_chars_min });
    }
    let asked = Emergency {
        emergency_id: jq_db::fresh_id(now),
        bank: reader.bank.clone(),
        subject: new.subject,
        subject_name: new.subject_name,
        order: new.order,
        purpose: new.purpose,
        items: new.items,
        reason,
        asked_by: reader.reader.to_owned(),
        asked_at: now,
        approve_by: now + SignedDuration::from_hours(terms.wait_hours.into()),
        approved: None,
        decided_by: None,
        decided_at: None,
        ends_at: None,
        readings_max: terms.readings_max,
        readings_used: 0,
        announced_at: None,
    };
    store::insert(tx, &asked).await?;
    note(tx, reader.line("consent.emergency_asked"), &asked).await?;
    Ok(asked)
}

/// The second person says yes or no. Emits `consent.emergency_decided`.
pub async fn decide_emergency(
    tx: &mut Tx,
    reader: BankReader<'_>,
    id: &EmergencyId,
    yes: bool,
    now: Timestamp,
) -> Result<Emergency, ConsentError> {
    if !SECOND.contains(&reader.role) {
        return Err(ConsentError::MayNotRead);
    }
    let own = |one: &Emergency| one.bank == *reader.bank;
    let asked = store::find_in(tx, id).await?.filter(own).ok_or(ConsentError::NotFound)?;
    asked.check_decision(reader.reader, now)?;
    let minutes = limits()?.emergency.minutes;
    let ends_at = yes.then(|| now + SignedDuration::from_mins(minutes.into()));
    let by = Some(reader.reader.to_owned());
    let decided = Emergency { approved: Some(yes), decided_by: by, decided_at: Some(now), ends_at, ..asked };
    if !store::decide(tx, &decided).await? {
        return Err(ConsentError::MovedOn);
    }
    note(tx, reader.line("consent.emergency_decided"), &decided).await?;
    Ok(decided)
}

/// Counts one reading under an emergency that is open for this reader, order and purpose and names every item. What
/// the permit then rests on; nothing when there is none, or when this no stands in any emergency. Who names a consent
/// wants to read under that one and no other way: naming one does not lead past a withdrawal of another.
pub(crate) async fn take_emergency(
    tx: &mut Tx,
    reader: BankReader<'_>,
    ask: &Ask<'_>,
    denial: &Denial,
) -> Result<Option<String>, DbError> {
    let may = reader.is_person() && ask.consent.is_none() && can_open(denial);
    let Some(order) = ask.order.filter(|_| may) else { return Ok(None) };
    for one in store::list_open(tx, reader, ask.subject, order, ask.now).await? {
        let covers = one.purpose == ask.purpose && ask.items.is_subset(&one.items);
        if covers && store::count_reading(tx, &one.emergency_id, ask.now).await? {
            return Ok(Some(format!("{EMERGENCY}{}", one.emergency_id)));
        }
    }
    Ok(None)
}

/// Tells the firms of emergencies that are over and were read under. Run again and again it tells each once. Emits
/// `consent.emergency_over`. How many were told.
pub async fn announce_emergencies(db: &Db) -> Result<usize, ConsentError> {
    let mut tx = db.begin().await?;
    let now = tx.now();
    let mut told = 0;
    for over in store::list_over(&mut tx, now).await? {
        if store::note_announced(&mut tx, &over.emergency_id, now).await? && over.readings_used > 0 {
            note(&mut tx, AuditLine::new("system", "system", "consent.emergency_over"), &over).await?;
            told += 1;
        }
    }
    tx.commit().await?;
    Ok(told)
}

/// The audit line and the event of one step; both have the line's name.
async fn note(tx: &mut Tx, mut line: AuditLine, one: &Emergency) -> Result<(), DbError> {
    let act = line.action.clone();
    line.purpose = Some(one.purpose.code().to_owned());
    let detail = json!({
        "emergency": one.emergency_id, "order": one.order, "reason": one.reason, "asked_by": one.asked_by,
        "approved": one.approved, "decided_by": one.decided_by, "ends_at": one.ends_at.map(|at| at.to_string()),
        "readings": one.readings_used,
    });
    tx.audit(line.subject(one.subject.as_str()).items(one.items.iter().cloned()).detail(detail));
    let bank = institution::find_within(tx, one.bank.as_str()).await?;
    let name = |lang| bank.as_ref().map_or(one.bank.as_str(), |bank| bank.name(lang));
    let payload = json!({
        "emergency_id": one.emergency_id,
        "subject": one.subject,
        "subject_name": one.subject_name,
        "bank": one.bank,
        "bank_zh": name(Lang::Zh),
        "bank_en": name(Lang::En),
        "order_id": one.order,
        "purpose": one.purpose.code(),
        "purpose_zh": one.purpose.text(Lang::Zh),
        "purpose_en": one.purpose.text(Lang::En),
        "items_count": one.items.len(),
        "data": { "text": one.reason },
        "asked_by": one.asked_by,
        "answer": one.approved.map(|yes| if yes { "yes" } else { "no" }),
        "at": one.decided_at.unwrap_or(one.asked_at).to_string(),
        "count": one.readings_used,
    });
    tx.emit(Event::new(act, one.subject.as_str(), payload));
    Ok(())
}
