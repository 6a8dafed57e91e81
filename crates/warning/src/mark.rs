//! What the bank's people say of a warning: seen, right, wrong.

use jiff::Timestamp;
use jq_base::ids::WarningId;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use serde_json::json;

use crate::ledger::Seer;
use crate::model::{Mark, Warning};
use crate::{WarningError, store};

/// The longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 500;

/// Who marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker<'a> {
    /// Who may see which warnings.
    pub seer: &'a Seer,
    /// In which role.
    pub role: &'a str,
}

/// Marks a warning that this person may know of; the same mark with the same note again changes nothing. Emits
/// `warning.marked`.
pub async fn mark(
    tx: &mut Tx,
    by: &Marker<'_>,
    id: &WarningId,
    mark: Mark,
    note: &str,
    now: Timestamp,
) -> Result<Warning, WarningError> {
    let note = note.trim();
    if note.chars().count() > NOTE_CHARS_MAX {
        return Err(WarningError::NoteTooLong { chars_max: NOTE_CHARS_MAX });
    }
    let found = store::find_within(tx, id).await?.filter(|found| by.seer.may_know(found));
    let found = found.ok_or(WarningError::NotFound)?;
    let state = found.state.after(mark)?;
    if state == found.state && (note.is_empty() || note == found.note) {
        return Ok(found);
    }
    let login = &by.seer.login;
    let mut next = Warning { state, ..found.clone() };
    if next.seen_at.is_none() {
        (next.seen_by, next.seen_at) = (Some(login.clone()), Some(now));
    }
    if mark != Mark::Seen {
        (next.marked_by, next.marked_at) = (Some(login.clone()), Some(now));
    }
    if !note.is_empty() {
        note.clone_into(&mut next.note);
    }
    if !store::update(tx, &found, &next).await? {
        return Err(WarningError::MovedOn);
    }
    let line = AuditLine::new(login, by.role, "warning.marked").institution(by.seer.bank.as_str());
    let detail = json!({ "warning": next.warning_id, "before": found.state.code(), "state": state.code() });
    tx.audit(line.subject(next.subject.as_str()).detail(detail));
    tx.emit(Event::new("warning.marked", next.subject.as_str(), payload(&next)));
    Ok(next)
}

/// What an event about a warning carries beside what belongs to its order: no word of what happened.
pub(crate) fn payload(warning: &Warning) -> serde_json::Value {
    json!({
        "warning_id": warning.warning_id,
        "level": warning.level.code(),
        "state": warning.state.code(),
        "bank": warning.bank,
        "branch": warning.branch,
        "officer": warning.officer,
        "subject": warning.subject,
        "subject_name": warning.subject_name,
        "order_id": warning.order_id,
        "order_no": warning.order_no,
        "loan_id": warning.loan_id,
        "at": warning.raised_at.to_string(),
    })
}
