//! One transaction: the change, its audit lines, its events and its answer become true together or not at all.

use jiff::Timestamp;
use jq_base::clock::Clock;
use jq_base::ids::EventId;

use crate::audit::{self, AuditLine};
use crate::outbox::{self, Event};
use crate::row::Row;
use crate::session::Session;
use crate::{Db, DbError, Query};

/// An open transaction that may write. Dropping it without [`Tx::commit`] undoes everything.
///
/// After a failed statement nothing more can be done in it, on both databases alike. A duplicate that is to be
/// expected is asked for with `on conflict do nothing`.
#[derive(Debug)]
pub struct Tx {
    db: Db,
    session: Session,
    lines: Vec<AuditLine>,
    events: Vec<(EventId, Event)>,
    answers_missing: usize,
    failed: bool,
    wakes: bool,
}

impl Tx {
    pub(crate) async fn begin(db: &Db) -> Result<Self, DbError> {
        let session = Session::writing(db.backend()).await?;
        Ok(Self {
            db: db.clone(),
            session,
            lines: Vec::new(),
            events: Vec::new(),
            answers_missing: 0,
            failed: false,
            wakes: false,
        })
    }

    /// The platform's clock.
    pub fn clock(&self) -> &Clock {
        self.db.clock()
    }

    /// The present moment of the platform's clock.
    pub fn now(&self) -> Timestamp {
        self.db.clock().now()
    }

    /// Runs a statement; the number of rows it changed.
    pub async fn execute(&mut self, query: Query) -> Result<u64, DbError> {
        self.usable()?;
        let query = query.sealed(self.db.seal())?;
        self.failed = true; // and stays so when the caller stops waiting half-way
        let done = self.session.execute(query).await;
        self.failed = done.is_err();
        done
    }

    /// All rows of a statement, also those of `returning`.
    pub async fn fetch_all(&mut self, query: Query) -> Result<Vec<Row>, DbError> {
        self.usable()?;
        let query = query.sealed(self.db.seal())?;
        self.failed = true;
        let found = self.session.fetch_all(query).await;
        self.failed = found.is_err();
        Ok(self.db.opening(found?))
    }

    /// The first row, if there is one.
    pub async fn fetch_optional(&mut self, query: Query) -> Result<Option<Row>, DbError> {
        Ok(self.fetch_all(query).await?.into_iter().next())
    }

    /// The first row; fails with [`DbError::NoRow`] when there is none.
    pub async fn fetch_one(&mut self, query: Query) -> Result<Row, DbError> {
        let text = query.text().to_owned();
        self.fetch_optional(query).await?.ok_or(DbError::NoRow(text))
    }

    /// Adds a line to the audit chain; it is written last, when the transaction commits.
    pub fn audit(&mut self, line: AuditLine) {
        self.lines.push(line);
    }

    /// Announces what happened; consumers get it after the commit, at least once, per subject in order.
    pub fn emit(&mut self, event: Event) -> EventId {
        let id: EventId = crate::fresh_id(self.now());
        self.events.push((id.clone(), event));
        id
    }

    /// Has workers of this process look for work as soon as the transaction is committed.
    pub fn wake_workers(&mut self) {
        self.wakes = true;
    }

    /// Commits. Only now are audit lines and events written and numbered, under one lock, so that their order is
    /// the order of the commits. What is committed is on the disk when this returns.
    pub async fn commit(self) -> Result<(), DbError> {
        let (db, wakes) = self.write().await?;
        db.backend().sync_commit().await?;
        if wakes {
            db.wake_workers();
        }
        Ok(())
    }

    /// Commits without waiting for the disk: everybody sees it at once, and it is on the disk as soon as any later commit
    /// is. For work that **ends with another commit before anything of it is shown**, so that it waits once, not twice.
    pub async fn commit_ahead(self) -> Result<(), DbError> {
        let (db, wakes) = self.write().await?;
        db.backend().note_commit();
        if wakes {
            db.wake_workers();
        }
        Ok(())
    }

    async fn write(mut self) -> Result<(Db, bool), DbError> {
        self.usable()?;
        if self.answers_missing > 0 {
            self.session.rollback().await?;
            return Err(DbError::AnswerMissing);
        }
        if !(self.lines.is_empty() && self.events.is_empty()) {
            let now = self.now();
            let (lines, events) = (std::mem::take(&mut self.lines), std::mem::take(&mut self.events));
            let before = count_up(&mut self.session, lines.len(), events.len()).await?;
            let seal = self.db.seal();
            outbox::write(&mut self.session, before.event_count, &events, seal, now).await?;
            audit::write(&mut self.session, lines, now).await?;
            self.wakes |= !events.is_empty();
        }
        self.session.commit().await?;
        Ok((self.db, self.wakes))
    }

    /// Undoes everything now instead of when the value is dropped.
    pub async fn rollback(self) -> Result<(), DbError> {
        self.session.rollback().await
    }

    pub(crate) fn answer_due(&mut self) {
        self.answers_missing += 1;
    }

    pub(crate) fn answer_kept(&mut self) {
        self.answers_missing = self.answers_missing.saturating_sub(1);
    }

    fn usable(&self) -> Result<(), DbError> {
        if self.failed { Err(DbError::Failed) } else { Ok(()) }
    }
}

/// The counts before this commit.
struct Before {
    event_count: i64,
}

/// Counts the lines and events of this commit. The row stays locked until the commit, which is what keeps two
/// writers on PostgreSQL from both continuing the chain at the same place.
async fn count_up(session: &mut Session, lines: usize, events: usize) -> Result<Before, DbError> {
    let (lines, events) = (whole(lines), whole(events));
    let query = crate::sql(
        "update commit_tip set line_count = line_count + $1, event_count = event_count + $2
         where tip_id = 1 returning event_count",
    );
    let query = query.bind(lines).bind(events);
    let text = query.text().to_owned();
    let row = session.fetch_all(query).await?.into_iter().next().ok_or(DbError::NoRow(text))?;
    Ok(Before { event_count: row.int("event_count")? - events })
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).expect("a transaction has fewer lines than 2^63")
}

/// One moment of the database, for reads that must agree with each other. Nothing can be written. [`ReadTx::end`]
/// gives the connection back at once; dropping it does so a little later.
#[derive(Debug)]
pub struct ReadTx {
    db: Db,
    session: Session,
}

impl ReadTx {
    pub(crate) async fn begin(db: &Db) -> Result<Self, DbError> {
        Ok(Self { db: db.clone(), session: Session::reading(db.backend()).await? })
    }

    /// All rows of a statement.
    pub async fn fetch_all(&mut self, query: Query) -> Result<Vec<Row>, DbError> {
        let found = self.session.fetch_all(query.sealed(self.db.seal())?).await?;
        Ok(self.db.opening(found))
    }

    /// The first row, if there is one.
    pub async fn fetch_optional(&mut self, query: Query) -> Result<Option<Row>, DbError> {
        Ok(self.fetch_all(query).await?.into_iter().next())
    }

    /// The first row; fails with [`DbError::NoRow`] when there is none.
    pub async fn fetch_one(&mut self, query: Query) -> Result<Row, DbError> {
        let text = query.text().to_owned();
        self.fetch_optional(query).await?.ok_or(DbError::NoRow(text))
    }

    /// Ends it.
    pub async fn end(self) -> Result<(), DbError> {
        self.session.rollback().await
    }
}
