//! The record of text messages.

use jiff::Timestamp;
use jq_base::ids::MessageId;
use jq_base::mobile::Mobile;
use jq_db::{DbError, Tx, sql};

/// A message as it is recorded; the text has its secrets hidden, and the number is masked, because it may be that of
/// somebody who has no account.
pub(super) struct Recorded<'a> {
    pub(super) message_id: &'a MessageId,
    pub(super) recipient: &'a str,
    pub(super) mobile: &'a Mobile,
    pub(super) template: &'a str,
    pub(super) shown_text: &'a str,
}

/// Records that a message is being sent; false when it has been dealt with before.
pub(super) async fn begin(tx: &mut Tx, sms: &Recorded<'_>, now: Timestamp) -> Result<bool, DbError> {
    let query =
        sql("insert into notify_sms (message_id, recipient, mobile, template, shown_text, state, asked_at)
         values ($1, $2, $3, $4, $5, 'sending', $6)
         on conflict (message_id) do update set state = notify_sms.state
         returning state");
    let query = query.bind(sms.message_id.as_str()).bind(sms.recipient).bind(sms.mobile.to_string());
    let row = tx.fetch_one(query.bind(sms.template).bind(sms.shown_text).bind(now)).await?;
    Ok(row.text("state")? == "sending")
}

/// Records how it went: `sent`, or `refused` with the reason.
pub(super) async fn finish(
    tx: &mut Tx,
    message: &MessageId,
    refused_because: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    let query = sql("update notify_sms set state = $2, done_at = $3, reason = $4
         where message_id = $1 and state = 'sending'");
    let state = if refused_because.is_some() { "refused" } else { "sent" };
    tx.execute(query.bind(message.as_str()).bind(state).bind(now).bind(refused_because)).await.map(|_| ())
}
