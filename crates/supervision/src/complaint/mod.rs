//! A firm complains about a look at its records; the service desk looks into it and answers.
//!
//! ```text
//! open ─▶ answered (by the service desk; within 15 working days)
//! ```
//!
//! About one look there is one open complaint. The bank is not told by the platform who complained; the desk speaks to
//! it.

mod store;

use jiff::Timestamp;
use jq_base::ids::{BankId, ComplaintId, SubjectKey};
use jq_base::workdays::Calendar;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_identity::{DeskUser, FirmUser};
use serde_json::json;

use crate::{SupervisionError, TEXT_CHARS};

pub use store::{find_complaint, list_complaints, list_complaints_of};

/// Working days within which the desk answers.
const ANSWER_DAYS: u32 = 15;

/// A complaint (投诉).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Its number.
    pub complaint_id: ComplaintId,
    /// Whose records were looked at.
    pub subject: SubjectKey,
    /// The subject's name.
    pub subject_name: String,
    /// Who complained, by account.
    pub made_by: String,
    /// The bank that looked, when it was one.
    pub bank: Option<BankId>,
    /// The look that it is about.
    pub look_id: String,
    /// When that was.
    pub look_at: Timestamp,
    /// Who looked.
    pub reader: String,
    /// What for, as the reader said.
    pub purpose: String,
    /// Whether the reader might read.
    pub granted: bool,
    /// What is wrong, in the firm's words.
    pub text: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it has to be answered; nothing when the holidays of that time are not published.
    pub answer_by: Option<Timestamp>,
    /// The desk's answer.
    pub answer: Option<String>,
    /// Who answered.
    pub answered_by: Option<String>,
    /// When.
    pub answered_at: Option<Timestamp>,
}

/// The look that a complaint is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplainedLook {
    /// Its name.
    pub look_id: String,
    /// When it was.
    pub at: Timestamp,
    /// Who looked.
    pub reader: String,
    /// Of which bank.
    pub bank: Option<BankId>,
    /// What for.
    pub purpose: String,
    /// Whether the reader might read.
    pub granted: bool,
}

/// Makes a complaint about a look at the records of the subject that the signed-in person acts for. Emits
/// `supervision.complained`.
pub async fn complain(
    tx: &mut Tx,
    user: &FirmUser,
    about: ComplainedLook,
    (text, calendar): (&str, &Calendar),
    now: Timestamp,
) -> Result<Complaint, SupervisionError> {
    let complaint = Complaint {
        complaint_id: jq_db::fresh_id(now),
        subject: user.subject().clone(),
        subject_name: user.subject_name().to_owned(),
        made_by: user.account().to_string(),
        bank: about.bank,
        look_id: about.look_id,
        look_at: about.at,
        reader: about.reader,
        purpose: about.purpose,
        granted: about.granted,
        text: checked(text)?,
        made_at: now,
        answer_by: calendar.due(now, ANSWER_DAYS).ok(),
        answer: None,
        answered_by: None,
        answered_at: None,
    };
    if !store::insert(tx, &complaint).await? {
        return Err(SupervisionError::ComplainedAlready);
    }
    let line = AuditLine::new(user.account().as_str(), user.role().code(), "supervision.complained");
    note(tx, line, &complaint);
    Ok(complaint)
}

/// The desk answers. Once only. Emits `supervision.complaint_answered`.
pub async fn answer_complaint(
    tx: &mut Tx,
    user: &DeskUser,
    id: &ComplaintId,
    text: &str,
    now: Timestamp,
) -> Result<Complaint, SupervisionError> {
    let text = checked(text)?;
    let found = store::find_in(tx, id).await?.ok_or(SupervisionError::ComplaintNotFound)?;
    if let Some(at) = found.answered_at {
        return Err(SupervisionError::Answered { at });
    }
    let staff = user.staff();
    if !store::answer(tx, id, &text, staff.login(), now).await? {
        return Err(SupervisionError::Answered { at: now });
    }
    let by = Some(staff.login().to_owned());
    let answered = Complaint { answer: Some(text), answered_by: by, answered_at: Some(now), ..found };
    let line = AuditLine::new(staff.login(), staff.role().code(), "supervision.complaint_answered");
    note(tx, line.institution(staff.institution()), &answered);
    Ok(answered)
}

/// The audit line and the event of one step; both have the line's name.
fn note(tx: &mut Tx, line: AuditLine, complaint: &Complaint) {
    let act = line.action.clone();
    let detail = json!({
        "complaint": complaint.complaint_id, "look": complaint.look_id, "bank": complaint.bank,
        "text": complaint.text, "answer": complaint.answer,
    });
    tx.audit(line.subject(complaint.subject.as_str()).detail(detail));
    let payload = json!({
        "complaint_id": complaint.complaint_id,
        "subject": complaint.subject,
        "subject_name": complaint.subject_name,
        "text": complaint.answer.as_ref().unwrap_or(&complaint.text),
        "answer_by": complaint.answer_by.map(|at| at.to_string()),
        "at": complaint.look_at.to_string(),
    });
    tx.emit(Event::new(act, complaint.subject.as_str(), payload));
}

fn checked(text: &str) -> Result<String, SupervisionError> {
    let text = text.trim();
    if TEXT_CHARS.contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(SupervisionError::Text { min: *TEXT_CHARS.start(), max: *TEXT_CHARS.end() })
}
