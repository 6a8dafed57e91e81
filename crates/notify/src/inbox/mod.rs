//! Messages in the portals: put there in the transaction of the change they tell of, read when people look.

use jiff::Timestamp;
use jq_base::ids::{MessageId, SubjectKey};
use jq_base::lang::Lang;
use jq_db::{Db, DbError, Row, Tx, sql};

use crate::sms::model::SmsReason;

/// A message for a portal, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// Whose inbox: [`firm`] or [`staff`].
    pub recipient: String,
    /// One line, Chinese and English.
    pub title: (String, String),
    /// What happened and what to do next, Chinese and English.
    pub body: (String, String),
    /// The page where it can be done, such as `/firm/consents`.
    pub link: String,
}

/// A message as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The message.
    pub message_id: MessageId,
    /// One line, in the reader's language.
    pub title: String,
    /// What happened and what to do next, in the reader's language.
    pub body: String,
    /// The page where it can be done.
    pub link: String,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was read first.
    pub read_at: Option<Timestamp>,
    /// Why the SMS that says the same was held back from a phone, if it was (已拦下).
    pub held_back: Option<SmsReason>,
}

/// The inbox of a subject, read by everyone who acts for it.
pub fn firm(subject: &SubjectKey) -> String {
    format!("firm:{subject}")
}

/// The inbox of the person with the mobile number of this keyed hash, whoever they act for.
pub fn person(mobile_hash: &str) -> String {
    format!("mobile:{mobile_hash}")
}

/// The inbox of a member of staff.
pub fn staff(login: &str) -> String {
    format!("staff:{login}")
}

/// Puts a message into a portal's inbox.
pub async fn put(tx: &mut Tx, message: &NewMessage, now: Timestamp) -> Result<MessageId, DbError> {
    let id: MessageId = jq_db::fresh_id(now);
    put_once(tx, &id, message, now).await?;
    Ok(id)
}

/// Puts a message that has a name already; false when it is there.
pub async fn put_once(
    tx: &mut Tx,
    id: &MessageId,
    message: &NewMessage,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("insert into notify_inbox
             (message_id, recipient, title_zh, title_en, body_zh, body_en, link, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (message_id) do nothing");
    let query =
        query.bind(id.as_str()).bind(&message.recipient).bind(&message.title.0).bind(&message.title.1);
    let query = query.bind(&message.body.0).bind(&message.body.1).bind(&message.link).bind(now);
    Ok(tx.execute(query).await? == 1)
}

/// The newest messages of a recipient.
pub async fn list(db: &Db, recipient: &str, lang: Lang, limit: u32) -> Result<Vec<Message>, DbError> {
    let query = sql("select message_id, title_zh, title_en, body_zh, body_en, link, created_at, read_at,
             (select min(reason) from notify_sms s
                 where s.inbox_id = notify_inbox.message_id and s.state = 'held_back') as held_back
         from notify_inbox where recipient = $1 order by created_at desc, message_id desc limit $2");
    let read = |row: &Row| {
        Ok(Message {
            message_id: row.parsed("message_id")?,
            title: row.text(lang.pick("title_zh", "title_en"))?,
            body: row.text(lang.pick("body_zh", "body_en"))?,
            link: row.text("link")?,
            created_at: row.instant("created_at")?,
            read_at: row.get("read_at")?,
            held_back: row.opt_parsed("held_back")?,
        })
    };
    db.fetch_all(query.bind(recipient).bind(limit)).await?.iter().map(read).collect()
}

/// How many messages a recipient has not read.
pub async fn count_unread(db: &Db, recipient: &str) -> Result<u64, DbError> {
    let query = sql("select count(*) as unread from notify_inbox where recipient = $1 and read_at is null");
    db.fetch_one(query.bind(recipient)).await?.get("unread")
}

/// Notes that the recipient has read a message; false when it is not the recipient's or was read before.
pub async fn mark_read(
    tx: &mut Tx,
    recipient: &str,
    message: &MessageId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update notify_inbox set read_at = $3
         where message_id = $2 and recipient = $1 and read_at is null");
    Ok(tx.execute(query.bind(recipient).bind(message.as_str()).bind(now)).await? == 1)
}

/// Notes that the recipient has read everything; how many messages were new.
pub async fn mark_all_read(tx: &mut Tx, recipient: &str, now: Timestamp) -> Result<u64, DbError> {
    let query = sql("update notify_inbox set read_at = $2 where recipient = $1 and read_at is null");
    tx.execute(query.bind(recipient).bind(now)).await
}
