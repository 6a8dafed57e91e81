//! The two databases: how each is opened, and the few places where they truly differ.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use crate::DbError;
use crate::log_keeper::LogKeeper;
use crate::log_sync::LogSync;

/// How long a transaction waits for its turn before it fails.
const TURN_WAIT: Duration = Duration::from_secs(30);
/// Pages of a SQLite file's log at which whoever commits writes them back, should [`LogKeeper`] not have done so.
const LOG_PAGES_MAX: &str = "50000";
/// Connections that read a SQLite file beside the one that writes.
const SQLITE_READERS: u32 = 4;
/// Connections of one process to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;

/// Which database it is; for messages and `doctor`, never for a fork in the SQL of a capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// A server given by URL.
    Postgres,
}

#[derive(Debug)]
pub(crate) enum Backend {
    Sqlite { writer: SqlitePool, readers: SqlitePool, log: LogKeeper, sync: LogSync },
    Postgres(PgPool),
}

/// Where the business records are.
pub(crate) enum Address {
    File(PathBuf),
    Server(String),
}

impl Address {
    pub(crate) fn parse(text: &str) -> Result<Self, DbError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Server(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").unwrap_or(text);
        if path.is_empty() || path.contains("://") || path.starts_with(':') {
            return Err(DbError::Address(text.to_owned()));
        }
        Ok(Self::File(PathBuf::from(path)))
    }

    /// The address as it may stand in a log: no user, no password, no options.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Server(url) => {
                let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
                let place = rest.split('?').next().unwrap_or_default();
                let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
                format!("postgres://{place}")
            }
        }
    }
}

impl Backend {
    pub(crate) async fn open(address: &Address) -> Result<Self, sqlx::Error> {
        match address {
            Address::File(path) => open_file(path.clone()).await,
            Address::Server(url) => open_server(url).await,
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Has what follows from a commit done behind it.
    pub(crate) fn note_commit(&self) {
        if let Self::Sqlite { log, .. } = self {
            log.note_commit();
        }
    }

    /// Comes back when what was just committed is on the disk. PostgreSQL has seen to it itself.
    pub(crate) async fn sync_commit(&self) -> Result<(), DbError> {
        self.note_commit();
        if let Self::Sqlite { sync, .. } = self {
            sync.sync().await.map_err(|error| DbError::Commit(sqlx::Error::Io(error)))?;
        }
        Ok(())
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, log, .. } => {
                log.close().await;
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// One connection writes, so transactions queue here instead of meeting in the file; readers see the last commit.
/// [`LogSync`] has every commit on the disk before it is confirmed.
async fn open_file(path: PathBuf) -> Result<Backend, sqlx::Error> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
    }
    let base = SqliteConnectOptions::new()
        .filename(&path)
        .pragma("wal_autocheckpoint", LOG_PAGES_MAX)
        .busy_timeout(TURN_WAIT)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .statement_cache_capacity(500);
    let writing = base.clone().create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let writing = writing.synchronous(SqliteSynchronous::Normal);
    let pool = || {
        SqlitePoolOptions::new()
            .acquire_timeout(TURN_WAIT)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
    };
    let writer = pool().max_connections(1).connect_lazy_with(writing);
    first_connection(&writer).await?;
    let log = LogKeeper::new(pool().max_connections(1).connect_lazy_with(base.clone()));
    let reading = base.pragma("query_only", "on");
    let readers = pool().max_connections(SQLITE_READERS).connect_lazy_with(reading);
    Ok(Backend::Sqlite { writer, readers, log, sync: LogSync::of(&path) })
}

/// Turning a new file to WAL needs it alone and cannot wait for a lock, so a process that starts at the same
/// moment tries again.
async fn first_connection(writer: &SqlitePool) -> Result<(), sqlx::Error> {
    const TRIES: u32 = 100;
    const PAUSE: Duration = Duration::from_millis(50);
    let mut tries = 1;
    loop {
        match writer.acquire().await {
            Ok(_) => return Ok(()),
            Err(sqlx::Error::Database(error)) if tries < TRIES && error.message().contains("locked") => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// A statement outside a transaction only reads, as with SQLite's readers; [`crate::Tx`] asks for more.
async fn open_server(url: &str) -> Result<Backend, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    let options = options
        .application_name("jinqiao")
        .options([("default_transaction_read_only", "on")])
        .statement_cache_capacity(500);
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(TURN_WAIT)
        .connect_with(options)
        .await?;
    Ok(Backend::Postgres(pool))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown = |text: &str| Address::parse(text).map(|address| address.shown()).unwrap();
        assert_eq!(
            shown("postgres://jq:secret@db:5432/jinqiao?sslmode=require"),
            "postgres://db:5432/jinqiao"
        );
        assert_eq!(shown("sqlite:///var/lib/jinqiao/business.db"), "/var/lib/jinqiao/business.db");
        assert_eq!(shown("jinqiao-data/business.db"), "jinqiao-data/business.db");
        assert!(matches!(Address::parse("mysql://x"), Err(DbError::Address(_))));
        assert!(matches!(Address::parse(":memory:"), Err(DbError::Address(_))));
    }
}
