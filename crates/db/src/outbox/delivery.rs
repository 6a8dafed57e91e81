//! Getting events to their consumers, one claim at a time.

use jiff::{SignedDuration, Timestamp};

use super::event::Published;
use crate::row::Row;
use crate::{Db, DbError, Query, Tx, fresh_token, sql, sql_built};

/// How often a delivery is tried before it is dead.
pub const TRIES_MAX: u32 = 10;
/// Events spread to one consumer in one transaction.
const SPREAD_MAX: i64 = 1_000;
const PAUSE_FIRST: SignedDuration = SignedDuration::from_secs(10);
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(1);

/// An event in the hands of a consumer, until its lease ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Whose delivery it is.
    pub consumer: String,
    /// The event.
    pub event: Published,
    /// Which try this is, from 1.
    pub attempt: u32,
    claim: String,
}

impl Delivery {
    /// Whether it is dead when this try fails.
    pub fn is_last_try(&self) -> bool {
        self.attempt >= TRIES_MAX
    }
}

/// Gives `consumer` a delivery of every event of `kinds` it has not been given yet; how many events were looked at.
/// A consumer that is new starts with the first event on record.
pub async fn spread(db: &Db, consumer: &str, kinds: &[String]) -> Result<u64, DbError> {
    let start = cursor(db, consumer).await?.unwrap_or(0);
    if start >= newest(db).await? {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let add = sql("insert into outbox_cursor (consumer, position) values ($1, 0) on conflict do nothing");
    tx.execute(add.bind(consumer)).await?;
    // Writing the row locks it, so that two processes do not give the same events twice.
    let lock = sql("update outbox_cursor set position = position where consumer = $1 returning position");
    let start = tx.fetch_one(lock.bind(consumer)).await?.int("position")?;
    let newest = tx.fetch_one(sql("select event_count from commit_tip where tip_id = 1")).await?;
    let end = newest.int("event_count")?.min(start + SPREAD_MAX);
    if !kinds.is_empty() {
        let text = format!(
            "insert into outbox_delivery (consumer, position, subject, state, attempts, next_try_at, lease_until)
             select cast($1 as text), position, subject, 'waiting', 0, $2, 0 from outbox_event
             where position > $3 and position <= $4 and kind in ({})",
            Query::next_places(5, kinds.len()),
        );
        let give = sql_built(text).bind(consumer).bind(tx.now()).bind(start).bind(end);
        tx.execute(give.bind_all(kinds)).await?;
    }
    let moved = sql("update outbox_cursor set position = $2 where consumer = $1");
    tx.execute(moved.bind(consumer).bind(end)).await?;
    tx.commit().await?;
    Ok(u64::try_from(end - start).unwrap_or_default())
}

async fn cursor(db: &Db, consumer: &str) -> Result<Option<i64>, DbError> {
    let query = sql("select position from outbox_cursor where consumer = $1").bind(consumer);
    db.fetch_optional(query).await?.map(|row| row.int("position")).transpose()
}

async fn newest(db: &Db) -> Result<i64, DbError> {
    db.fetch_one(sql("select event_count from commit_tip where tip_id = 1")).await?.int("event_count")
}

/// How many events consumers have still to be given or to be done with, those that a consumer does not listen to
/// included until it has passed them by.
pub async fn count_waiting(db: &Db) -> Result<u64, DbError> {
    let behind = sql("select
            (select count(*) from outbox_delivery where state = 'waiting')
          + (select cast(coalesce(sum(event_count - position), 0) as bigint)
               from outbox_cursor, commit_tip where tip_id = 1) as behind");
    Ok(u64::try_from(db.fetch_one(behind).await?.int("behind")?).unwrap_or_default())
}

/// The consumer's next delivery that is due, held until `lease_end` on the clock that `lease_now` was read from:
/// the oldest one of a subject first, and never two of one subject at a time.
pub async fn claim(
    db: &Db,
    consumer: &str,
    lease_now: Timestamp,
    lease_end: Timestamp,
) -> Result<Option<Delivery>, DbError> {
    let due = || {
        sql("select d.position from outbox_delivery d
             where d.consumer = $1 and d.state = 'waiting' and d.next_try_at <= $2 and d.lease_until <= $3
               and not exists (select 1 from outbox_delivery e
                   where e.consumer = d.consumer and e.subject = d.subject
                     and e.state = 'waiting' and e.position < d.position)
             order by d.position limit 1")
    };
    loop {
        let found = db.fetch_optional(due().bind(consumer).bind(db.clock().now()).bind(lease_now)).await?;
        let Some(found) = found else { return Ok(None) };
        let position = found.int("position")?;
        let claim = fresh_token(db.clock().now());
        let take = sql("update outbox_delivery set lease_until = $4, claim = $5, attempts = attempts + 1
             where consumer = $1 and position = $2 and state = 'waiting' and lease_until <= $3
             returning attempts");
        let take = take.bind(consumer).bind(position).bind(lease_now).bind(lease_end).bind(&claim);
        let mut tx = db.begin().await?;
        let Some(taken) = tx.fetch_optional(take).await? else { continue };
        let event = sql("select position, event_id, kind, subject, payload, emitted_at from outbox_event
             where position = $1");
        let row = tx.fetch_one(event.bind(position)).await?;
        let (event, attempt) = (Published::read_closed(&row)?, taken.get("attempts")?);
        let delivery = Delivery { consumer: consumer.to_owned(), event, attempt, claim };
        let failed = match Published::read(&row) {
            _ if attempt > TRIES_MAX => "the worker stopped while delivering, every time",
            Err(DbError::Seal(_)) => "the payload lies sealed and does not open",
            event => {
                let event = event?;
                tx.commit().await?;
                return Ok(Some(Delivery { event, ..delivery }));
            }
        };
        fail(&mut tx, &delivery, failed).await?;
        tx.commit().await?;
    }
}

/// Notes that the consumer is done with the event. A consumer that writes to this store may call it in its own
/// transaction, so that its work and the note are one. False when the lease had gone to someone else.
pub async fn finish(tx: &mut Tx, delivery: &Delivery) -> Result<bool, DbError> {
    let query = sql("update outbox_delivery set state = 'done', lease_until = 0, last_error = null
         where consumer = $1 and position = $2 and claim = $3 and state = 'waiting'");
    let query = query.bind(&delivery.consumer).bind(delivery.event.position).bind(&delivery.claim);
    Ok(tx.execute(query).await? == 1)
}

/// Holds the delivery longer; false when the lease had gone to someone else.
pub async fn renew(tx: &mut Tx, delivery: &Delivery, lease_end: Timestamp) -> Result<bool, DbError> {
    let query = sql("update outbox_delivery set lease_until = $4
         where consumer = $1 and position = $2 and claim = $3 and state = 'waiting'");
    let query = query.bind(&delivery.consumer).bind(delivery.event.position).bind(&delivery.claim);
    Ok(tx.execute(query.bind(lease_end)).await? == 1)
}

/// Notes that the consumer failed: it is tried again after a pause that doubles, or is dead after [`TRIES_MAX`].
pub async fn fail(tx: &mut Tx, delivery: &Delivery, error: &str) -> Result<(), DbError> {
    let state = if delivery.is_last_try() { "dead" } else { "waiting" };
    end_try(tx, delivery, state, error).await
}

/// Notes that the consumer failed in a way that no further try can mend: it is dead at once and holds up nothing
/// of its subject, until an operator has it tried again.
pub async fn give_up(tx: &mut Tx, delivery: &Delivery, error: &str) -> Result<(), DbError> {
    end_try(tx, delivery, "dead", error).await
}

async fn end_try(tx: &mut Tx, delivery: &Delivery, state: &str, error: &str) -> Result<(), DbError> {
    let next = tx.now().checked_add(pause_after(delivery.attempt)).unwrap_or(Timestamp::MAX);
    let query = sql("update outbox_delivery
         set state = $4, lease_until = 0, next_try_at = $5, last_error = $6
         where consumer = $1 and position = $2 and claim = $3 and state = 'waiting'");
    let query = query.bind(&delivery.consumer).bind(delivery.event.position).bind(&delivery.claim);
    tx.execute(query.bind(state).bind(next).bind(error)).await?;
    Ok(())
}

/// How long after its `attempt`-th failure (from 1) something is tried again: 10 seconds, doubled, at most an hour.
pub fn pause_after(attempt: u32) -> SignedDuration {
    let doubled = 1_i32.checked_shl(attempt.saturating_sub(1).min(30)).unwrap_or(i32::MAX);
    PAUSE_FIRST.checked_mul(doubled).unwrap_or(PAUSE_MAX).min(PAUSE_MAX)
}

/// A delivery that was given up.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Dead {
    /// Whose delivery it is.
    pub consumer: String,
    /// The event.
    pub event: Published,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// The deliveries that were given up, newest first. A payload that no key opens is null.
pub async fn list_dead(db: &Db, limit: u32) -> Result<Vec<Dead>, DbError> {
    let query = sql("select d.consumer, d.attempts, d.last_error,
             e.position, e.event_id, e.kind, e.subject, e.payload, e.emitted_at
         from outbox_delivery d join outbox_event e on e.position = d.position
         where d.state = 'dead' order by d.position desc, d.consumer limit $1");
    let read = |row: &Row| {
        Ok(Dead {
            consumer: row.text("consumer")?,
            event: Published::read(row).or_else(|error| match error {
                DbError::Seal(_) => Published::read_closed(row),
                other => Err(other),
            })?,
            attempts: row.get("attempts")?,
            last_error: row.opt_text("last_error")?,
        })
    };
    db.fetch_all(query.bind(limit)).await?.iter().map(read).collect()
}

/// Has a dead delivery tried again from now; false when it is not dead.
pub async fn try_again(tx: &mut Tx, consumer: &str, position: i64) -> Result<bool, DbError> {
    let query = sql("update outbox_delivery set state = 'waiting', attempts = 0, next_try_at = $3
         where consumer = $1 and position = $2 and state = 'dead'");
    let now = tx.now();
    tx.wake_workers();
    Ok(tx.execute(query.bind(consumer).bind(position).bind(now)).await? == 1)
}

/// Forgets events from before `before` that every consumer is done with; how many.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    let deliveries = sql("delete from outbox_delivery where state = 'done'
         and position in (select position from outbox_event where emitted_at < $1)");
    tx.execute(deliveries.bind(before)).await?;
    let events = sql("delete from outbox_event where emitted_at < $1
         and position <= (select min(position) from outbox_cursor)
         and position not in (select position from outbox_delivery)");
    tx.execute(events.bind(before)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_an_hour() {
        let seconds = |attempt| pause_after(attempt).as_secs();
        assert_eq!([1, 2, 3, 9, 10, 40].map(seconds), [10, 20, 40, 2_560, 3_600, 3_600]);
    }
}
