//! Sending a text message that was asked for.

use jiff::Timestamp;
use jq_base::ids::MessageId;
use jq_base::mobile::Mobile;
use jq_db::Db;
use jq_db::audit::AuditLine;
use jq_db::outbox::Published;

use super::gateway::{Gateway, Sms};
use super::store::{self, Recorded};
use super::texts::Texts;
use crate::events::SmsAsked;
use crate::{GatewayError, NotifyError, TextError};

/// Sends the message an event asks for, unless it was dealt with before. Nothing is sent inside a transaction.
pub(crate) async fn send(
    db: &Db,
    gateway: &dyn Gateway,
    texts: &Texts,
    event: &Published,
    now: Timestamp,
) -> Result<(), NotifyError> {
    let asked = SmsAsked::read(event).map_err(NotifyError::Event)?;
    let text = texts.get(&asked.template)?;
    let message_id =
        MessageId::parse(event.event_id.as_str()).map_err(|_| TextError::Unknown(asked.template.clone()))?;
    let mobile = Mobile::parse(&asked.mobile).map_err(|_| TextError::Mobile)?;
    let sms = Sms { message_id, mobile, text: text.render(&asked.values)? };
    let recorded = Recorded {
        message_id: &sms.message_id,
        recipient: &event.subject,
        mobile: &sms.mobile,
        template: &asked.template,
        shown_text: &text.render_shown(&asked.values)?,
    };
    let mut tx = db.begin().await?;
    let to_do = store::begin(&mut tx, &recorded, now).await?;
    tx.commit().await?;
    if !to_do {
        return Ok(());
    }
    let refused = match gateway.send(&sms).await {
        Ok(()) => None,
        Err(GatewayError::Lasting(reason)) => Some(reason),
        Err(error) => return Err(error.into()),
    };
    let mut tx = db.begin().await?;
    store::finish(&mut tx, &sms.message_id, refused.as_deref(), now).await?;
    let action = if refused.is_some() { "notify.sms_refused" } else { "notify.sms_sent" };
    let detail = serde_json::json!({ "template": asked.template, "message": sms.message_id.as_str() });
    tx.audit(AuditLine::new("notify", "system", action).subject(&event.subject).detail(detail));
    tx.commit().await?;
    Ok(())
}
