//! The business records: one store that is a SQLite file or a PostgreSQL server, with the same SQL for both.
//!
//! What a capability changes is written in one [`Tx`] together with its audit lines, its events and the answer
//! it gave, so that none of them can be true without the others.
//!
//! ```
//! use jq_base::clock::Clock;
//! use jq_db::{Db, audit::AuditLine, outbox::Event, sql};
//!
//! # async fn run(path: &str) -> Result<(), jq_db::DbError> {
//! let db = Db::open(path, Clock::System).await?;
//! db.migrate().await?;
//!
//! let mut tx = db.begin().await?;
//! tx.execute(
//!     sql("insert into setting (name, value, changed_at) values ($1, $2, $3)")
//!         .bind("city.name")
//!         .bind("重庆")
//!         .bind(tx.now()),
//! )
//! .await?;
//! tx.audit(AuditLine::new("admin@city", "operator", "setting.change").subject("city.name"));
//! tx.emit(Event::new("setting.changed", "city.name", serde_json::json!({ "to": "重庆" })));
//! tx.commit().await?;
//!
//! let row = db.fetch_one(sql("select value from setting where name = $1").bind("city.name")).await?;
//! assert_eq!(row.text("value")?, "重庆");
//! assert!(jq_db::audit::verify(&db, None).await?.is_whole());
//! # Ok(())
//! # }
//! # let folder = std::env::temp_dir().join(format!("jq-db-example-{}", std::process::id()));
//! # let path = folder.join("business.db");
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(run(path.to_str().unwrap())).unwrap();
//! # std::fs::remove_dir_all(folder).unwrap();
//! ```
//!
//! Columns are `bigint`, `double precision` and `text`; instants are microseconds, yes and no are 1 and 0, money
//! is fen. Sums are cast (`cast(sum(amount_fen) as bigint)`), because PostgreSQL widens them. An order by text
//! that people see is not left to the database: it sorts by bytes in SQLite and by locale in some servers.
//!
//! Two pools stand behind one enum rather than sqlx's `Any` driver. `Any` accepts the same `$1` texts, but it is
//! opened by URL only, so that the durability settings of SQLite could not be typed, it panics on borrowed text
//! bound to SQLite, and it swaps the types of missing fractions. No other crate sees sqlx either way.
//!
//! It keeps no files within a transaction (those that belong to a record lie on a [`Shelf`]), never calls outward, and
//! never lets a second connection write to a SQLite file.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jq_base::clock::Clock;
use jq_base::ids::IdError;
use jq_base::seal::{Seal, SecretTable};
use tokio::sync::Notify;

use crate::backend::{Address, Backend};

pub mod audit;
mod backend;
mod error;
pub mod idempotency;
mod log_keeper;
mod log_sync;
pub mod migrate;
pub mod outbox;
mod query;
mod reseal;
mod row;
mod session;
pub mod setting;
mod shelf;
mod tx;

pub use backend::Engine;
pub use error::DbError;
pub use query::{Bound, IntoBound, Query, sql, sql_built};
pub use reseal::{Resealed, reseal};
pub use row::{Cell, FromCell, Row};
pub use shelf::{Shelf, ShelfError};
pub use tx::{ReadTx, Tx};

/// The tables of this crate with columns that lie sealed.
pub const SECRET_TABLES: [&SecretTable; 2] = [&setting::SECRETS, &outbox::SECRETS];

/// The open store; clones share it.
#[derive(Clone, Debug)]
pub struct Db {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    backend: Backend,
    clock: Clock,
    address: String,
    work: Notify,
    seal: OnceLock<Arc<dyn Seal>>,
    waiting: audit::Waiting,
}

impl Db {
    /// Opens the store at `sqlite:///path`, a plain path (made when missing) or `postgres://…`.
    pub async fn open(url: &str, clock: Clock) -> Result<Self, DbError> {
        let address = Address::parse(url)?;
        let shown = address.shown();
        let backend = Backend::open(&address)
            .await
            .map_err(|source| DbError::Open { address: shown.clone(), source })?;
        Ok(Self {
            inner: Arc::new(Inner {
                backend,
                clock,
                address: shown,
                work: Notify::new(),
                seal: OnceLock::new(),
                waiting: audit::Waiting::default(),
            }),
        })
    }

    /// Has secret fields sealed from now on, here and in all clones; the first call counts.
    #[must_use]
    pub fn sealing(self, seal: Arc<dyn Seal>) -> Self {
        self.inner.seal.get_or_init(|| seal);
        self
    }

    /// The platform's clock.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Which database it is.
    pub fn engine(&self) -> Engine {
        self.inner.backend.engine()
    }

    /// Where the store is, without a password.
    pub fn address(&self) -> &str {
        &self.inner.address
    }

    /// Brings the tables up to this release; see [`migrate`].
    pub async fn migrate(&self) -> Result<migrate::Applied, DbError> {
        migrate::run(self, &migrate::embedded()).await
    }

    /// Starts a transaction that may write. On SQLite there is one at a time; a task that holds one must not
    /// start another.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Tx::begin(self).await
    }

    /// One moment of the store, for several reads that must agree.
    pub async fn read(&self) -> Result<ReadTx, DbError> {
        ReadTx::begin(self).await
    }

    /// All rows of a reading statement, as of the last commit.
    pub async fn fetch_all(&self, query: Query) -> Result<Vec<Row>, DbError> {
        Ok(self.opening(session::read(self.backend(), query.sealed(self.seal())?).await?))
    }

    /// The first row of a reading statement, if there is one.
    pub async fn fetch_optional(&self, query: Query) -> Result<Option<Row>, DbError> {
        Ok(self.fetch_all(query).await?.into_iter().next())
    }

    /// The first row of a reading statement; fails with [`DbError::NoRow`] when there is none.
    pub async fn fetch_one(&self, query: Query) -> Result<Row, DbError> {
        let text = query.text().to_owned();
        self.fetch_optional(query).await?.ok_or(DbError::NoRow(text))
    }

    /// Has the workers of this process look for work now.
    pub fn wake_workers(&self) {
        self.inner.work.notify_waiters();
    }

    /// Comes back when a transaction of this process commits work or events after this call, awaited or not.
    pub fn work_committed(&self) -> impl Future<Output = ()> + Send + '_ {
        self.inner.work.notified()
    }

    /// Closes all connections; what is open is waited for.
    pub async fn close(&self) {
        self.inner.backend.close().await;
    }

    pub(crate) fn waiting(&self) -> &audit::Waiting {
        &self.inner.waiting
    }

    pub(crate) fn seal(&self) -> Option<&dyn Seal> {
        self.inner.seal.get().map(AsRef::as_ref)
    }

    pub(crate) fn shared_seal(&self) -> Option<Arc<dyn Seal>> {
        self.inner.seal.get().cloned()
    }

    /// Rows that came back, able to open what is sealed in them.
    pub(crate) fn opening(&self, rows: Vec<Row>) -> Vec<Row> {
        let seal = self.inner.seal.get();
        rows.into_iter().map(|row| row.opening(seal)).collect()
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.inner.backend
    }
}

/// A new identifier that sorts by the time it was given out (UUID version 7, by the platform's clock).
///
/// ```
/// let id: jq_base::ids::OrderId = jq_db::fresh_id(jiff::Timestamp::UNIX_EPOCH);
/// ```
pub fn fresh_id<T: std::str::FromStr<Err = IdError>>(now: Timestamp) -> T {
    fresh_token(now).parse().unwrap_or_else(|_| unreachable!("a uuid is 36 letters, digits and dashes"))
}

/// The same as text, for claims and other names that are nobody's identifier.
pub fn fresh_token(now: Timestamp) -> String {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
    uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos)).to_string()
}
