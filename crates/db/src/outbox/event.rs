//! Events as they are written and read back.

use jiff::Timestamp;
use jq_base::ids::EventId;

use crate::row::Row;
use crate::session::Session;
use crate::{Db, DbError, sql};

/// Something that happened (事件).
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What kind, such as `consent.withdrawn`.
    pub kind: String,
    /// About whom or what; events of one subject are delivered in order.
    pub subject: String,
    /// What a consumer needs to know.
    pub payload: serde_json::Value,
}

impl Event {
    /// An event of `kind` about `subject`.
    pub fn new(kind: impl Into<String>, subject: impl Into<String>, payload: serde_json::Value) -> Self {
        Self { kind: kind.into(), subject: subject.into(), payload }
    }
}

/// An event after its commit.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Published {
    /// Its place in the order of the commits, from 1 without gaps.
    pub position: i64,
    /// Its name, for a receiver to know it again.
    pub event_id: EventId,
    /// What kind.
    pub kind: String,
    /// About whom or what.
    pub subject: String,
    /// What a consumer needs to know.
    pub payload: serde_json::Value,
    /// When it was committed.
    pub emitted_at: Timestamp,
}

impl Published {
    pub(super) fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            position: row.int("position")?,
            event_id: row.parsed("event_id")?,
            kind: row.text("kind")?,
            subject: row.text("subject")?,
            payload: row.json("payload")?,
            emitted_at: row.instant("emitted_at")?,
        })
    }
}

/// Events after a position, oldest first: what a partner that polls has not seen yet.
pub async fn list_after(db: &Db, position: i64, limit: u32) -> Result<Vec<Published>, DbError> {
    let query = sql("select position, event_id, kind, subject, payload, emitted_at from outbox_event
         where position > $1 order by position limit $2");
    db.fetch_all(query.bind(position).bind(limit)).await?.iter().map(Published::read).collect()
}

/// Writes the events of one commit after `position`. The caller holds the commit lock.
pub(crate) async fn write(
    session: &mut Session,
    position: i64,
    events: &[(EventId, Event)],
    now: Timestamp,
) -> Result<(), DbError> {
    for (position, (id, event)) in (position + 1..).zip(events) {
        let query = sql("insert into outbox_event (position, event_id, kind, subject, payload, emitted_at)
             values ($1, $2, $3, $4, $5, $6)");
        let query = query.bind(position).bind(id.as_str()).bind(&event.kind).bind(&event.subject);
        session.execute(query.bind(&event.payload).bind(now)).await?;
    }
    Ok(())
}
