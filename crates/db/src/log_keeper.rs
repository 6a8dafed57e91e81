//! Writing the log of a SQLite file back into the file, beside whoever reads and writes. Left to itself SQLite does that
//! in the commit that fills the log, and every transaction behind that one waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::SqlitePool;

/// Commits after which the log is written back; some 20 pages each.
const COMMITS: u32 = 250;

/// Keeps the log short with a connection of its own.
#[derive(Clone, Debug)]
pub(crate) struct LogKeeper {
    connection: SqlitePool,
    /// Commits since the log was last written back.
    commits: Arc<AtomicU32>,
}

impl LogKeeper {
    pub(crate) fn new(connection: SqlitePool) -> Self {
        Self { connection, commits: Arc::default() }
    }

    /// Notes a commit; now and then the log is written back behind it.
    pub(crate) fn note_commit(&self) {
        // One of the commits that meet here goes on past the number, so that one alone writes back.
        if self.commits.fetch_add(1, Ordering::Relaxed) != COMMITS {
            return;
        }
        let keeper = self.clone();
        tokio::spawn(async move {
            // What cannot be written back now is by the next one, or by SQLite itself when the log is full.
            let _ = sqlx::query("pragma wal_checkpoint(passive)").execute(&keeper.connection).await;
            keeper.commits.store(0, Ordering::Relaxed);
        });
    }

    pub(crate) async fn close(&self) {
        self.connection.close().await;
    }
}
