//! Sending a text message that was asked for, by the rules of the night and of what one phone gets.
//!
//! Whether a message may go is decided, and noted, in one transaction, before it is handed over; nothing is sent inside
//! one. Whoever dies in between leaves a try without an end, and the next one hands the same message over under the same
//! reference.

use jiff::Timestamp;
use jq_base::ids::MessageId;
use jq_base::lang::Lang;
use jq_base::mobile::Mobile;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Published;

use super::gateway::{GatewayError, Handed, Sms};
use super::length::parts;
use super::model::{SmsKind, SmsReason, SmsState};
use super::rules::counted_since;
use super::sender::SmsSender;
use super::store::{self, Kept, New};
use super::texts::Text;
use crate::events::{SmsAsked, SmsDue};
use crate::inbox::{self, NewMessage};
use crate::{NotifyError, TextError};

/// A message that may go now: its try is on record.
struct Going {
    sms: Sms,
    try_no: u32,
    recipient: String,
}

/// Sends the message an event asks for, unless it was dealt with before or is of another kind than this lane's.
pub(crate) async fn asked(
    sender: &SmsSender,
    event: &Published,
    lane: SmsKind,
    is_last_try: bool,
) -> Result<(), NotifyError> {
    let asked = SmsAsked::read(event).map_err(NotifyError::Event)?;
    let text = sender.texts().get(&asked.template)?;
    if text.kind() != lane {
        return Ok(());
    }
    let message_id =
        MessageId::parse(event.event_id.as_str()).map_err(|_| TextError::Unknown(asked.template.clone()))?;
    let mobile = Mobile::parse(&asked.mobile).map_err(|_| TextError::Mobile)?;
    let mobile_hash = sender.key().mobile_hash(&mobile);
    let whole = text.render(&asked.values)?;
    let mut tx = sender.db().begin().await?;
    let new = New {
        message_id: &message_id,
        recipient: &event.subject,
        kind: text.kind(),
        mobile: &mobile,
        mobile_hash: &mobile_hash,
        template: text.id(),
        values: (!text.has_secrets()).then_some(&asked.values),
        shown_text: &text.render_shown(&asked.values)?,
        parts: parts(&whole),
        inbox_id: asked.inbox.as_deref(),
        asked_at: event.emitted_at,
    };
    store::insert(&mut tx, &new).await?;
    let sms = Sms {
        message_id,
        round: 1,
        mobile,
        text: whole,
        template: asked.template,
        values: text.ordered(&asked.values),
    };
    let going = admit(&mut tx, sender, sms, &mobile_hash).await?;
    tx.commit().await?;
    go(sender, going, is_last_try).await
}

/// Sends a message that has waited, unless something became of it meanwhile.
pub(crate) async fn is_due(sender: &SmsSender, due: &SmsDue, is_last_try: bool) -> Result<(), NotifyError> {
    let message_id = &due.message;
    let mut tx = sender.db().begin().await?;
    let Some(kept) = store::find(&mut tx, message_id).await? else { return Ok(()) };
    // Without its number it has arrived, or was never one to be sent later.
    let Some(mobile) = kept.mobile.clone() else { return Ok(()) };
    let values = kept.values.clone().unwrap_or_default();
    let text = sender.texts().get(&kept.template).ok();
    let sms = Sms {
        message_id: message_id.clone(),
        round: kept.round,
        mobile,
        text: kept.shown_text.clone(),
        values: text.map(|text| text.ordered(&values)).unwrap_or_default(),
        template: kept.template,
    };
    let going = admit(&mut tx, sender, sms, &kept.mobile_hash).await?;
    tx.commit().await?;
    go(sender, going, is_last_try).await
}

/// Decides whether a message may go now, and notes what was decided.
async fn admit(
    tx: &mut Tx,
    sender: &SmsSender,
    sms: Sms,
    mobile_hash: &str,
) -> Result<Option<Going>, NotifyError> {
    let (id, now) = (&sms.message_id, tx.now());
    store::hold_phone(tx, mobile_hash, now).await?;
    let Some(kept) = store::find(tx, id).await?.filter(|kept| kept.state.is_open()) else {
        return Ok(None);
    };
    let text = sender.texts().get(&kept.template).ok();
    let useless_at = text.and_then(Text::useless_after).and_then(|life| kept.asked_at.checked_add(life).ok());
    if useless_at.is_some_and(|at| at <= now) {
        fail(tx, id, &kept.recipient, (SmsReason::TooLate, None), now).await?;
        return Ok(None);
    }
    if kept.kind == SmsKind::Message {
        if let Some(until) = sender.rules().quiet_until(now) {
            store::wait(tx, id, until, SmsReason::Quiet).await?;
            return Ok(None);
        }
        if kept.state == SmsState::Waiting && store::has_earlier(tx, id, &kept).await? {
            store::wait(tx, id, now, SmsReason::Earlier).await?;
            return Ok(None);
        }
    }
    if !kept.is_counted {
        let had = store::had(tx, mobile_hash, kept.kind, counted_since(now)).await?;
        if let Some(reason) = sender.rules().over(kept.kind, had) {
            hold_back(tx, id, &kept, text, reason, now).await?;
            return Ok(None);
        }
    }
    store::begin(tx, id, now).await?;
    let try_no = store::begin_try(tx, id, (kept.round, sender.carrier().name()), now).await?;
    let sms = Sms { round: kept.round, ..sms };
    Ok(Some(Going { sms, try_no, recipient: kept.recipient }))
}

/// Keeps a message from a phone that has had enough. It is not lost: it stands in the portal, marked so.
async fn hold_back(
    tx: &mut Tx,
    id: &MessageId,
    kept: &Kept,
    text: Option<&Text>,
    reason: SmsReason,
    now: Timestamp,
) -> Result<(), NotifyError> {
    let open = [SmsState::Waiting, SmsState::Sending];
    store::settle(tx, id, &open, (SmsState::HeldBack, Some(reason)), None, now).await?;
    if kept.inbox_id.is_none()
        && let Some(message) = in_portal(kept, text)
        && inbox::put_once(tx, id, &message, now).await?
    {
        store::set_inbox(tx, id, id.as_str()).await?;
    }
    note(tx, "notify.sms_held_back", &kept.recipient, (id, Some(reason)));
    Ok(())
}

/// What stands in the person's portal in place of a text that is told nowhere else.
fn in_portal(kept: &Kept, text: Option<&Text>) -> Option<NewMessage> {
    let said = text?.in_portal()?;
    let values = kept.values.as_ref()?;
    let (zh, en) = (said.said(values, Lang::Zh)?, said.said(values, Lang::En)?);
    Some(NewMessage {
        recipient: inbox::person(&kept.mobile_hash),
        title: (zh.0, en.0),
        body: (zh.1, en.1),
        link: said.link.clone(),
    })
}

/// Hands a message over and notes how that went. A carrier that fails for now is tried again, unless this was the last
/// time.
async fn go(sender: &SmsSender, going: Option<Going>, is_last_try: bool) -> Result<(), NotifyError> {
    let Some(Going { sms, try_no, recipient }) = going else { return Ok(()) };
    let answer = sender.carrier().gateway.send(&sms).await;
    let mut tx = sender.db().begin().await?;
    let (id, now) = (&sms.message_id, tx.now());
    let words = answer.as_ref().err().map(GatewayError::words);
    let carrier_ref = answer.as_ref().ok().and_then(|handed: &Handed| handed.carrier_ref.as_deref());
    store::end_try(&mut tx, id, try_no, (carrier_ref, words.as_deref()), now).await?;
    let outcome = match answer {
        Ok(_) => {
            // A receipt may have been faster.
            store::settle(&mut tx, id, &[SmsState::Sending], (SmsState::Sent, None), None, now).await?;
            note(&mut tx, "notify.sms_sent", &recipient, (id, None));
            Ok(())
        }
        Err(GatewayError::Lasting(words)) => {
            fail(&mut tx, id, &recipient, (SmsReason::Refused, Some(&words)), now).await?;
            Ok(())
        }
        Err(GatewayError::Passing(_)) if is_last_try => {
            fail(&mut tx, id, &recipient, (SmsReason::Unreachable, words.as_deref()), now).await?;
            Ok(())
        }
        Err(error) => Err(error.into()),
    };
    tx.commit().await?;
    outcome
}

/// Notes that a message did not go, where the service sees it.
async fn fail(
    tx: &mut Tx,
    id: &MessageId,
    recipient: &str,
    (reason, words): (SmsReason, Option<&str>),
    now: Timestamp,
) -> Result<(), NotifyError> {
    let open = [SmsState::Waiting, SmsState::Sending];
    if store::settle(tx, id, &open, (SmsState::Failed, Some(reason)), words, now).await? {
        note(tx, "notify.sms_failed", recipient, (id, Some(reason)));
    }
    Ok(())
}

/// Puts on record what became of a message, and why.
pub(super) fn note(
    tx: &mut Tx,
    action: &str,
    recipient: &str,
    (id, reason): (&MessageId, Option<SmsReason>),
) {
    let detail = serde_json::json!({ "message": id.as_str(), "reason": reason.map(SmsReason::code) });
    tx.audit(AuditLine::new("notify", "system", action).subject(recipient).detail(detail));
}
