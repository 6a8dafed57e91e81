//! Messages that wait: those that are due are handed on in their order, and those that nobody has in hand any more are
//! shown to the service.

use jiff::{SignedDuration, Timestamp};

use super::model::{SmsReason, SmsState};
use super::sender::SmsSender;
use super::service::note;
use super::store;
use crate::NotifyError;
use crate::events::due;

/// Messages that are handed on in one transaction.
const AT_ONCE: u32 = 500;
/// After how long without an end a try is given up: longer than all its tries take.
const LOST_AFTER: SignedDuration = SignedDuration::from_hours(6);

/// Hands on what is due, and gives up what is lost.
pub(crate) async fn look(sender: &SmsSender) -> Result<(), NotifyError> {
    give_up_lost(sender).await?;
    while hand_on(sender).await? {}
    Ok(())
}

/// False when nothing is due.
async fn hand_on(sender: &SmsSender) -> Result<bool, NotifyError> {
    let found = store::list_due(sender.db(), sender.db().clock().now(), AT_ONCE).await?;
    if found.is_empty() {
        return Ok(false);
    }
    let mut tx = sender.db().begin().await?;
    let now = tx.now();
    for one in &found {
        if store::release(&mut tx, &one.message_id, now).await? {
            tx.emit(due(&one.message_id, &one.mobile_hash));
        }
    }
    tx.commit().await?;
    Ok(true)
}

async fn give_up_lost(sender: &SmsSender) -> Result<(), NotifyError> {
    let now = sender.db().clock().now();
    let before = now.checked_sub(LOST_AFTER).unwrap_or(Timestamp::MIN);
    let found = store::list_lost(sender.db(), before).await?;
    if found.is_empty() {
        return Ok(());
    }
    let mut tx = sender.db().begin().await?;
    for (message, recipient) in found {
        let to = (SmsState::Failed, Some(SmsReason::Unknown));
        if store::settle(&mut tx, &message, &[SmsState::Sending], to, None, now).await? {
            note(&mut tx, "notify.sms_failed", &recipient, (&message, Some(SmsReason::Unknown)));
        }
    }
    tx.commit().await?;
    Ok(())
}
