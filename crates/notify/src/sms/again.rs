//! Sending a message again that did not arrive, because somebody of the service asks for it.

use jiff::Timestamp;
use jq_base::ids::MessageId;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_identity::DeskUser;

use super::store;
use crate::NotifyError;
use crate::events::due;

/// Has a message sent once more: the rules of the night and of what a phone gets hold for it as for a new one. It gets
/// a new round, so that the carrier does not take it for the one it had. False when it did not fail, was asked for
/// again before, or is one that nobody sends again, such as a code.
///
/// Emits `notify.sms_due`.
pub async fn send_again(
    tx: &mut Tx,
    user: &DeskUser,
    message: &MessageId,
    now: Timestamp,
) -> Result<bool, NotifyError> {
    let Some((round, phone)) = store::begin_round(tx, message, now).await? else { return Ok(false) };
    let staff = user.staff();
    let line = AuditLine::new(staff.login(), staff.role().code(), "notify.sms_sent_again");
    let detail = serde_json::json!({ "message": message.as_str(), "round": round });
    tx.audit(line.institution(staff.institution()).detail(detail));
    tx.emit(due(message, &phone));
    Ok(true)
}
