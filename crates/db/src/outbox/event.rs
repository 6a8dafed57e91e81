//! Events as they are written and read back.

use jiff::Timestamp;
use jq_base::ids::EventId;
use jq_base::seal::{Seal, SecretLevel, SecretPlace, SecretTable};

use crate::row::Row;
use crate::session::Session;
use crate::{Db, DbError, sql};

/// Payloads that are secret, beside those that are not; those of earlier releases lie in clear.
pub(crate) const SECRETS: SecretTable = SecretTable {
    name: "outbox_event",
    keys: &["position"],
    columns: &["payload"],
    level: SecretLevel::Three,
    mixed: true,
};

/// Something that happened (事件).
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What kind, such as `consent.withdrawn`.
    pub kind: String,
    /// About whom or what; events of one subject are delivered in order.
    pub subject: String,
    /// What a consumer needs to know.
    pub payload: serde_json::Value,
    secret: bool,
}

impl Event {
    /// An event of `kind` about `subject`.
    pub fn new(kind: impl Into<String>, subject: impl Into<String>, payload: serde_json::Value) -> Self {
        Self { kind: kind.into(), subject: subject.into(), payload, secret: false }
    }

    /// The same with a payload that lies sealed where the store seals, because it holds a mobile number or the like.
    /// Consumers get it as it was; [`list_after_with`] does not find it.
    #[must_use]
    pub fn secret(self) -> Self {
        Self { secret: true, ..self }
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
        let position = row.int("position")?;
        Ok(Self { payload: row.secret_json("payload", &place(position))?, ..Self::read_closed(row)? })
    }

    /// The same without its payload, which need not open.
    pub(super) fn read_closed(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            position: row.int("position")?,
            event_id: row.parsed("event_id")?,
            kind: row.text("kind")?,
            subject: row.text("subject")?,
            payload: serde_json::Value::Null,
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

/// A page of a partner's events.
#[derive(Clone, Debug, PartialEq)]
pub struct EventPage {
    /// The events, oldest first.
    pub events: Vec<Published>,
    /// The position to go on after: nothing of the partner's lies between the last event and it.
    pub next: i64,
    /// There may be more right away.
    pub more: bool,
}

/// Like [`list_after`], only of events whose payload has this member with this text.
pub async fn list_after_with(
    db: &Db,
    position: i64,
    (member, text): (&str, &str),
    limit: u32,
) -> Result<EventPage, DbError> {
    let tip = db.fetch_one(sql("select event_count from commit_tip where tip_id = 1")).await?;
    let tip = tip.int("event_count")?;
    // The member as it is written; `_` in it matches more than itself, so every event is looked at again.
    let written = format!("%{}:{}%", serde_json::json!(member), serde_json::json!(text));
    let query = sql("select position, event_id, kind, subject, payload, emitted_at from outbox_event
         where position > $1 and position <= $2 and payload like $3 escape '!' order by position limit $4");
    let query = query.bind(position).bind(tip).bind(written).bind(limit);
    let rows = db.fetch_all(query).await?;
    let more = rows.len() >= limit as usize;
    let found = rows.iter().map(Published::read).collect::<Result<Vec<_>, _>>()?;
    let last = found.last().map_or(position, |event| event.position);
    let next = if more { last } else { tip.max(position) };
    let events = found.into_iter().filter(|event| event.payload[member] == text).collect();
    Ok(EventPage { events, next, more })
}

/// Writes the events of one commit after `position`. The caller holds the commit lock.
pub(crate) async fn write(
    session: &mut Session,
    position: i64,
    events: &[(EventId, Event)],
    seal: Option<&dyn Seal>,
    now: Timestamp,
) -> Result<(), DbError> {
    for (position, (id, event)) in (position + 1..).zip(events) {
        let query = sql("insert into outbox_event (position, event_id, kind, subject, payload, emitted_at)
             values ($1, $2, $3, $4, $5, $6)");
        let query = query.bind(position).bind(id.as_str()).bind(&event.kind).bind(&event.subject);
        let query = if event.secret {
            query.bind_secret(SECRETS.level, place(position), event.payload.to_string())
        } else {
            query.bind(&event.payload)
        };
        session.execute(query.bind(now).sealed(seal)?).await?;
    }
    Ok(())
}

/// Where the payload of an event lies, should it be sealed.
fn place(position: i64) -> SecretPlace {
    SECRETS.place("payload", position.to_string())
}
