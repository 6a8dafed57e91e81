//! The demo phone: shows the messages that a carrier would have delivered.

use jiff::Timestamp;
use jq_base::ids::MessageId;
use jq_base::mobile::Mobile;
use jq_db::{Db, DbError, Row, sql};

use super::gateway::{Gateway, GatewayError, Handed, Sending, Sms};

/// A carrier that keeps every message in full for the page that shows the demo phone.
#[derive(Clone, Debug)]
pub struct DemoPhone {
    db: Db,
}

impl DemoPhone {
    /// A demo phone on this store.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    async fn keep(&self, sms: &Sms) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let query = sql("insert into notify_message (message_id, mobile, message_text, arrived_at)
             values ($1, $2, $3, $4) on conflict (message_id) do nothing");
        let now = tx.now();
        // A message that is sent again on purpose comes again, a second try of the same round does not.
        let id = if sms.round == 1 { sms.message_id.to_string() } else { sms.reference() };
        let query = query.bind(id).bind(sms.mobile.for_storage()).bind(&sms.text);
        tx.execute(query.bind(now)).await?;
        tx.commit().await
    }
}

impl Gateway for DemoPhone {
    fn name(&self) -> &'static str {
        "demo"
    }

    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        Box::pin(async move {
            self.keep(sms).await.map_err(|error| GatewayError::Passing(error.into()))?;
            Ok(Handed::default())
        })
    }
}

/// A message on the demo phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The message.
    pub message_id: MessageId,
    /// Whose phone.
    pub mobile: Mobile,
    /// The text with its signature.
    pub text: String,
    /// When it came.
    pub arrived_at: Timestamp,
}

/// The messages on the demo phone, of one number or of all, newest first.
pub async fn list_received(db: &Db, mobile: Option<&Mobile>, limit: u32) -> Result<Vec<Received>, DbError> {
    let query = match mobile {
        Some(mobile) => sql("select message_id, mobile, message_text, arrived_at from notify_message
             where mobile = $1 order by arrived_at desc, message_id desc limit $2")
        .bind(mobile.for_storage()),
        None => sql("select message_id, mobile, message_text, arrived_at from notify_message
             order by arrived_at desc, message_id desc limit $1"),
    };
    let read = |row: &Row| {
        Ok(Received {
            message_id: row.parsed("message_id")?,
            mobile: row.parsed("mobile")?,
            text: row.text("message_text")?,
            arrived_at: row.instant("arrived_at")?,
        })
    };
    db.fetch_all(query.bind(limit)).await?.iter().map(read).collect()
}
