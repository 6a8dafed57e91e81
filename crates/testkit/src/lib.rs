//! Stores for tests: a SQLite file and, when a server is named, a PostgreSQL schema, each fresh and taken away after;
//! a program with a key of its own; and a real Kannel.
//!
//! ```
//! use jq_testkit::each_database;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! each_database(async |test| {
//!     let mut tx = test.db.begin().await.unwrap();
//!     tx.set_setting("city.name", "重庆").await.unwrap();
//!     tx.commit().await.unwrap();
//!     assert_eq!(test.db.setting("city.name").await.unwrap().as_deref(), Some("重庆"));
//! })
//! .await;
//! # });
//! ```
//!
//! The server is named by `JINQIAO_TEST_PG_URL`; `.ci/postgres.sh` starts one. Where `CI` is set the server must be
//! named too, so that a run that tests half of it does not pass for a whole one.

mod kannel;
mod signer;

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use jq_base::clock::Clock;
use jq_db::{Db, DbError, fresh_token, sql_built};

pub use kannel::{Arrived, Kannel};
pub use signer::Signer;

/// When the test clock stands: a Tuesday morning in Beijing.
pub const MORNING: &str = "2026-11-10T09:30:00+08:00";
/// The environment variable that names a PostgreSQL server for tests.
pub const SERVER_VARIABLE: &str = "JINQIAO_TEST_PG_URL";

/// A clock that stands at `at`, an RFC 3339 text.
pub fn clock_at(at: &str) -> Clock {
    Clock::fixed(at.parse().expect("a test gives an RFC 3339 time"))
}

/// The instant of an RFC 3339 text.
pub fn instant(text: &str) -> Timestamp {
    text.parse().expect("a test gives an RFC 3339 time")
}

/// A store of its own for one test, with a clock that stands at [`MORNING`] until it is moved.
#[derive(Debug)]
pub struct TestDb {
    /// The open store.
    pub db: Db,
    /// Its clock.
    pub clock: Clock,
    url: String,
    place: Place,
}

/// What is taken away after the test.
#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Schema { server: String, schema: String },
}

impl TestDb {
    /// A SQLite file with all tables.
    pub async fn sqlite() -> Self {
        Self::sqlite_empty().await.migrated().await
    }

    /// A PostgreSQL schema with all tables; `None` when no server is named.
    pub async fn postgres() -> Option<Self> {
        match Self::postgres_empty().await {
            Some(test) => Some(test.migrated().await),
            None => None,
        }
    }

    /// A SQLite file without tables.
    pub async fn sqlite_empty() -> Self {
        let folder = std::env::temp_dir().join(format!("jinqiao-test-{}", fresh_token(Clock::System.now())));
        let url = format!("sqlite://{}", folder.join("business.db").display());
        Self::open(url, Place::Folder(folder)).await
    }

    /// A PostgreSQL schema without tables; `None` when no server is named.
    pub async fn postgres_empty() -> Option<Self> {
        let server = server()?;
        let schema = format!("t{}", fresh_token(Clock::System.now()).replace('-', ""));
        let create = format!("create schema {schema}");
        statements(&server, [create]).await.expect("the test server takes a schema");
        let joint = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joint}options=-c%20search_path%3D{schema}");
        Some(Self::open(url, Place::Schema { server, schema }).await)
    }

    /// Where the store is, for a second process.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens the same store again, with the same clock, as a second process would.
    pub async fn open_again(&self) -> Db {
        Db::open(&self.url, self.clock.clone()).await.expect("a store that is open opens again")
    }

    /// `count` handles for tasks that meet each other, in turn of this process and of a second one.
    pub async fn handles(&self, count: usize) -> Vec<Db> {
        let other = self.open_again().await;
        (0..count).map(|at| if at % 2 == 0 { self.db.clone() } else { other.clone() }).collect()
    }

    /// Moves the clock on.
    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// The folder of a SQLite file.
    pub fn folder(&self) -> Option<&PathBuf> {
        match &self.place {
            Place::Folder(folder) => Some(folder),
            Place::Schema { .. } => None,
        }
    }

    async fn open(url: String, place: Place) -> Self {
        let clock = clock_at(MORNING);
        let db = Db::open(&url, clock.clone()).await.expect("a fresh test store opens");
        Self { db, clock, url, place }
    }

    async fn migrated(self) -> Self {
        self.db.migrate().await.expect("the migrations fit a fresh store");
        self
    }
}

impl Drop for TestDb {
    /// Takes the store away, also when the test failed.
    fn drop(&mut self) {
        match &self.place {
            Place::Folder(folder) => {
                let _left = std::fs::remove_dir_all(folder);
            }
            Place::Schema { server, schema } => drop_schema(server.clone(), schema.clone()),
        }
    }
}

/// Runs `test` on a fresh SQLite file and, when a server is named, on a fresh PostgreSQL schema.
pub async fn each_database(test: impl AsyncFn(&TestDb)) {
    run(&test, TestDb::sqlite().await).await;
    if let Some(postgres) = TestDb::postgres().await {
        run(&test, postgres).await;
    }
}

/// Like [`each_database`], without tables.
pub async fn each_empty_database(test: impl AsyncFn(&TestDb)) {
    run(&test, TestDb::sqlite_empty().await).await;
    if let Some(postgres) = TestDb::postgres_empty().await {
        run(&test, postgres).await;
    }
}

async fn run(test: &impl AsyncFn(&TestDb), store: TestDb) {
    test(&store).await;
    store.db.close().await;
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment which server to use")]
fn server() -> Option<String> {
    let named = std::env::var(SERVER_VARIABLE).ok().filter(|url| !url.is_empty());
    assert!(
        named.is_some() || std::env::var("CI").is_err(),
        "in CI the tests run on PostgreSQL too: set {SERVER_VARIABLE}, for instance by `source .ci/postgres.sh start`"
    );
    named
}

async fn statements(server: &str, texts: impl IntoIterator<Item = String>) -> Result<(), DbError> {
    let db = Db::open(server, Clock::System).await?;
    let mut tx = db.begin().await?;
    for text in texts {
        tx.execute(sql_built(text)).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(())
}

/// A runtime of its own, because the test's may be ending. A failed test may have left a transaction open, whose
/// locks cannot go away while this waits; its schema is left to the end of the server.
fn drop_schema(server: String, schema: String) {
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        let patience = "set local lock_timeout = '3s'".to_owned();
        let drop = format!("drop schema if exists {schema} cascade");
        let _left = runtime.block_on(statements(&server, [patience, drop]));
    };
    let _left = std::thread::spawn(work).join();
}
