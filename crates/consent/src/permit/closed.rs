//! Subjects that are no more: whatever they granted, no bank reads them.

use jiff::Timestamp;
use jq_base::ids::SubjectKey;
use jq_db::audit::AuditLine;
use jq_db::{DbError, Tx};

use super::store;
use crate::ConsentError;
use crate::grant::suspension::{SuspensionWhy, suspend_until};

/// Notes that a subject is no more, such as `deregistered`; it holds for the next read that starts after the
/// commit. What it gave stands still, and the banks get stop
/// notices. `by` names whose word it is, such as `register`. Saying it again changes nothing.
pub async fn close_subject(
    tx: &mut Tx,
    subject: &SubjectKey,
    why: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), ConsentError> {
    if store::close(tx, subject, why, by, now).await? {
        suspend_until(tx, subject, SuspensionWhy::Deregistered, Timestamp::MAX, by, now).await?;
        let detail = serde_json::json!({ "why": why });
        let line = AuditLine::new(by, "register", "consent.subject_closed");
        tx.audit(line.subject(subject.as_str()).detail(detail));
    }
    Ok(())
}

/// Notes that a subject was closed by mistake or is back, by whoever closed it. What had come to a stand waits for the
/// legal representative to confirm it.
pub async fn open_subject(tx: &mut Tx, subject: &SubjectKey, by: &str) -> Result<(), DbError> {
    if store::open(tx, subject, by).await? {
        let line = AuditLine::new(by, "register", "consent.subject_opened");
        tx.audit(line.subject(subject.as_str()));
    }
    Ok(())
}
