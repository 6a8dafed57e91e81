//! The record of text messages, of each time one was handed over, and of what carriers told.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jq_base::ids::MessageId;
use jq_base::mobile::Mobile;
use jq_base::seal::{SecretLevel, SecretPlace, SecretTable};
use jq_db::{Bound, Db, DbError, Query, Row, Tx, sql, sql_built};

use super::model::{SmsKind, SmsReason, SmsState};
use super::rules::Had;

/// The number of a message that may be sent later lies sealed.
pub(crate) const SECRETS: SecretTable = SecretTable {
    name: "notify_sms",
    keys: &["message_id"],
    columns: &["mobile_sealed"],
    level: SecretLevel::Four,
    mixed: false,
};

/// A message as it is put on record: the text with its secrets hidden, and the number masked, because it may be that
/// of somebody who has no account. To be sent later, the number is kept sealed beside it, and the values; neither
/// where the text has a secret.
pub(super) struct New<'a> {
    pub(super) message_id: &'a MessageId,
    pub(super) recipient: &'a str,
    pub(super) kind: SmsKind,
    pub(super) mobile: &'a Mobile,
    pub(super) mobile_hash: &'a str,
    pub(super) template: &'a str,
    pub(super) values: Option<&'a BTreeMap<String, String>>,
    pub(super) shown_text: &'a str,
    pub(super) parts: u32,
    pub(super) inbox_id: Option<&'a str>,
    pub(super) asked_at: Timestamp,
}

/// A message on record.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) recipient: String,
    pub(super) kind: SmsKind,
    pub(super) mobile_hash: String,
    pub(super) mobile: Option<Mobile>,
    pub(super) template: String,
    pub(super) values: Option<BTreeMap<String, String>>,
    pub(super) shown_text: String,
    pub(super) inbox_id: Option<String>,
    pub(super) state: SmsState,
    pub(super) round: u32,
    pub(super) asked_at: Timestamp,
    pub(super) is_counted: bool,
}

fn number_of(message: &MessageId) -> SecretPlace {
    SECRETS.place("mobile_sealed", message.as_str())
}

/// Puts a message on record, to wait; nothing happens to one that is there.
pub(super) async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<(), DbError> {
    let query = sql("insert into notify_sms (message_id, recipient, kind, mobile, mobile_hash, template,
             shown_text, parts, inbox_id, state, round, asked_at, due_at, text_values, mobile_sealed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 1, $10, $10, $11, $12)
         on conflict (message_id) do nothing");
    let query = query.bind(new.message_id.as_str()).bind(new.recipient).bind(new.kind.code());
    let query = query.bind(new.mobile.to_string()).bind(new.mobile_hash).bind(new.template);
    let query = query.bind(new.shown_text).bind(new.parts).bind(new.inbox_id).bind(new.asked_at);
    let query = match new.values {
        Some(values) => query.bind(serde_json::json!(values)).bind_secret(
            SECRETS.level,
            number_of(new.message_id),
            new.mobile.for_storage(),
        ),
        None => query.bind(Bound::Text(None)).bind(Bound::Text(None)),
    };
    tx.execute(query).await.map(|_| ())
}

const KEPT: &str =
    "select recipient, kind, mobile_hash, mobile_sealed, template, text_values, shown_text, inbox_id,
    state, round, asked_at, counted_at from notify_sms where message_id = $1";

/// A message, as this transaction sees it.
pub(super) async fn find(tx: &mut Tx, message: &MessageId) -> Result<Option<Kept>, DbError> {
    let row = tx.fetch_optional(sql(KEPT).bind(message.as_str())).await?;
    row.map(|row| read(message, &row)).transpose()
}

fn read(message: &MessageId, row: &Row) -> Result<Kept, DbError> {
    let mobile = match row.opt_text("mobile_sealed")? {
        Some(_) => Mobile::parse(&row.secret("mobile_sealed", &number_of(message))?).ok(),
        None => None,
    };
    let values = match row.opt_text("text_values")? {
        Some(_) => Some(row.json("text_values")?),
        None => None,
    };
    Ok(Kept {
        recipient: row.text("recipient")?,
        kind: row.parsed("kind")?,
        mobile_hash: row.text("mobile_hash")?,
        mobile,
        template: row.text("template")?,
        values,
        shown_text: row.text("shown_text")?,
        inbox_id: row.opt_text("inbox_id")?,
        state: row.parsed("state")?,
        round: row.get("round")?,
        asked_at: row.instant("asked_at")?,
        is_counted: row.opt_int("counted_at")?.is_some(),
    })
}

/// Holds the phone until the end of the transaction, so that nobody else counts what it has had meanwhile.
pub(super) async fn hold_phone(tx: &mut Tx, mobile_hash: &str, now: Timestamp) -> Result<(), DbError> {
    let query = sql("insert into notify_phone (mobile_hash, counted_at) values ($1, $2)
         on conflict (mobile_hash) do update set counted_at = excluded.counted_at");
    tx.execute(query.bind(mobile_hash).bind(now)).await.map(|_| ())
}

/// How much of a kind a phone has been sent since these moments.
pub(super) async fn had(
    tx: &mut Tx,
    mobile_hash: &str,
    kind: SmsKind,
    (hour, day): (Timestamp, Timestamp),
) -> Result<Had, DbError> {
    let mut counts = [0; 2];
    for (count, since) in counts.iter_mut().zip([hour, day]) {
        let query = sql("select count(*) as had from notify_sms
             where mobile_hash = $1 and kind = $2 and counted_at > $3");
        let row = tx.fetch_one(query.bind(mobile_hash).bind(kind.code()).bind(since)).await?;
        *count = row.get("had")?;
    }
    Ok(Had { in_hour: counts[0], in_day: counts[1] })
}

/// Whether a message that was asked for before still has to go to the phone.
pub(super) async fn has_earlier(tx: &mut Tx, message: &MessageId, kept: &Kept) -> Result<bool, DbError> {
    let query = sql("select count(*) as earlier from notify_sms
         where mobile_hash = $1 and kind = 'message' and state in ('waiting', 'sending')
           and (asked_at < $2 or (asked_at = $2 and message_id < $3))");
    let query = query.bind(&kept.mobile_hash).bind(kept.asked_at).bind(message.as_str());
    Ok(tx.fetch_one(query).await?.int("earlier")? > 0)
}

/// Has a message wait until `due_at`.
pub(super) async fn wait(
    tx: &mut Tx,
    message: &MessageId,
    due_at: Timestamp,
    reason: SmsReason,
) -> Result<(), DbError> {
    let query = sql("update notify_sms set state = 'waiting', due_at = $2, released_at = null, reason = $3
         where message_id = $1 and state in ('waiting', 'sending')");
    tx.execute(query.bind(message.as_str()).bind(due_at).bind(reason.code())).await.map(|_| ())
}

/// Notes that a message is being handed over, and counts it for its phone if it is not counted yet.
pub(super) async fn begin(tx: &mut Tx, message: &MessageId, now: Timestamp) -> Result<(), DbError> {
    let query =
        sql("update notify_sms set state = 'sending', counted_at = coalesce(counted_at, $2), reason = null
         where message_id = $1 and state in ('waiting', 'sending')");
    tx.execute(query.bind(message.as_str()).bind(now)).await.map(|_| ())
}

/// Notes that a try begins; which one it is, from 1.
pub(super) async fn begin_try(
    tx: &mut Tx,
    message: &MessageId,
    (round, carrier): (u32, &str),
    now: Timestamp,
) -> Result<u32, DbError> {
    let last = sql("select coalesce(max(try_no), 0) as last from notify_sms_try where message_id = $1");
    let last: u32 = tx.fetch_one(last.bind(message.as_str())).await?.get("last")?;
    let query = sql("insert into notify_sms_try (message_id, try_no, round, carrier, started_at)
         values ($1, $2, $3, $4, $5)");
    let query = query.bind(message.as_str()).bind(last + 1).bind(round).bind(carrier);
    tx.execute(query.bind(now)).await?;
    Ok(last + 1)
}

/// Notes how a try ended: with the carrier's name for the message, or with what went wrong.
pub(super) async fn end_try(
    tx: &mut Tx,
    message: &MessageId,
    try_no: u32,
    (carrier_ref, error): (Option<&str>, Option<&str>),
    now: Timestamp,
) -> Result<(), DbError> {
    let query = sql("update notify_sms_try set ended_at = $3, carrier_ref = $4, error = $5
         where message_id = $1 and try_no = $2");
    let query = query.bind(message.as_str()).bind(try_no).bind(now).bind(carrier_ref).bind(error);
    tx.execute(query).await.map(|_| ())
}

/// Moves a message from one of these states; false when it is in none of them.
pub(super) async fn settle(
    tx: &mut Tx,
    message: &MessageId,
    from: &[SmsState],
    (to, reason): (SmsState, Option<SmsReason>),
    carrier_words: Option<&str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let text = format!(
        "update notify_sms set state = $2, reason = $3, carrier_words = $4, done_at = $5
         where message_id = $1 and state in ({})",
        Query::next_places(6, from.len()),
    );
    let query = sql_built(text).bind(message.as_str()).bind(to.code()).bind(reason.map(SmsReason::code));
    let query = query.bind(carrier_words).bind(now).bind_all(from.iter().map(|state| state.code()));
    Ok(tx.execute(query).await? == 1)
}

/// Notes that the phone has the message, whatever was believed before. The number is not needed any more.
pub(super) async fn deliver(tx: &mut Tx, message: &MessageId, now: Timestamp) -> Result<bool, DbError> {
    let query =
        sql("update notify_sms set state = 'delivered', reason = null, carrier_words = null, done_at = $2,
             mobile_sealed = null
         where message_id = $1 and state in ('waiting', 'sending', 'sent', 'undelivered', 'failed')");
    Ok(tx.execute(query.bind(message.as_str()).bind(now)).await? == 1)
}

/// Notes which message of a portal says the same.
pub(super) async fn set_inbox(tx: &mut Tx, message: &MessageId, inbox_id: &str) -> Result<(), DbError> {
    let query = sql("update notify_sms set inbox_id = $2 where message_id = $1");
    tx.execute(query.bind(message.as_str()).bind(inbox_id)).await.map(|_| ())
}

/// Notes what a carrier told; false when it had told it before.
pub(super) async fn note_receipt(
    tx: &mut Tx,
    message: &MessageId,
    round: u32,
    told: &str,
    words: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("insert into notify_sms_receipt (message_id, round, told, carrier_words, received_at)
         values ($1, $2, $3, $4, $5) on conflict (message_id, round, told) do nothing");
    let query = query.bind(message.as_str()).bind(round).bind(told).bind(words).bind(now);
    Ok(tx.execute(query).await? == 1)
}

/// The message, and its round, that a carrier calls so.
pub(super) async fn find_by_ref(
    db: &Db,
    carrier: &str,
    carrier_ref: &str,
) -> Result<Option<(MessageId, u32)>, DbError> {
    let query = sql("select message_id, round from notify_sms_try where carrier = $1 and carrier_ref = $2");
    let row = db.fetch_optional(query.bind(carrier).bind(carrier_ref)).await?;
    row.map(|row| Ok((row.parsed("message_id")?, row.get("round")?))).transpose()
}

/// A message that is due, and the phone it goes to.
pub(super) struct Due {
    pub(super) message_id: MessageId,
    pub(super) mobile_hash: String,
}

/// Messages that have waited long enough and that nobody has in hand, in the order in which they were asked for; none
/// to a phone for which an earlier one is being tried.
pub(super) async fn list_due(db: &Db, now: Timestamp, limit: u32) -> Result<Vec<Due>, DbError> {
    let query = sql("select message_id, mobile_hash from notify_sms
         where state = 'waiting' and due_at <= $1 and released_at is null and mobile_sealed is not null
           and not exists (select 1 from notify_sms other where other.mobile_hash = notify_sms.mobile_hash
               and other.kind = 'message' and other.state = 'sending' and other.asked_at < notify_sms.asked_at)
         order by asked_at, message_id limit $2");
    let read =
        |row: &Row| Ok(Due { message_id: row.parsed("message_id")?, mobile_hash: row.text("mobile_hash")? });
    db.fetch_all(query.bind(now).bind(limit)).await?.iter().map(read).collect()
}

/// Notes that somebody has the message in hand; false when it was so before.
pub(super) async fn release(tx: &mut Tx, message: &MessageId, now: Timestamp) -> Result<bool, DbError> {
    let query = sql("update notify_sms set released_at = $2
         where message_id = $1 and state = 'waiting' and released_at is null");
    Ok(tx.execute(query.bind(message.as_str()).bind(now)).await? == 1)
}

/// Messages whose last try began before `before` and never ended: whoever had them in hand is gone.
pub(super) async fn list_lost(db: &Db, before: Timestamp) -> Result<Vec<(MessageId, String)>, DbError> {
    let query = sql("select message_id, recipient from notify_sms where state = 'sending'
           and (select max(t.started_at) from notify_sms_try t where t.message_id = notify_sms.message_id) < $1
         order by asked_at, message_id");
    let read = |row: &Row| Ok((row.parsed("message_id")?, row.text("recipient")?));
    db.fetch_all(query.bind(before)).await?.iter().map(read).collect()
}

/// Begins another round of a message that failed, in hand from now; its round and phone, or nothing when it has not
/// failed or its number is not kept.
pub(super) async fn begin_round(
    tx: &mut Tx,
    message: &MessageId,
    now: Timestamp,
) -> Result<Option<(u32, String)>, DbError> {
    let query =
        sql("update notify_sms set state = 'waiting', round = round + 1, due_at = $2, released_at = $2,
             counted_at = null, done_at = null, reason = null, carrier_words = null
         where message_id = $1 and state in ('failed', 'undelivered') and mobile_sealed is not null
         returning round, mobile_hash");
    let row = tx.fetch_optional(query.bind(message.as_str()).bind(now)).await?;
    row.map(|row| Ok((row.get("round")?, row.text("mobile_hash")?))).transpose()
}
