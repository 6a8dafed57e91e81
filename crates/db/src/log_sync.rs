//! Bringing the log of a SQLite file to the disk: commits that wait at the same time share one wait for the disk.
//!
//! SQLite would wait for the disk inside each commit, with every other transaction queueing behind it. The writing
//! connection leaves that out (`synchronous=normal` writes the log and does not wait), and whoever commits waits here
//! until the log holds the commit on the disk. What is acknowledged is as safe as with `synchronous=full`: the log is
//! one file, so that whatever was committed before is on the disk too.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

/// Waits for the disk on behalf of commits.
#[derive(Clone, Debug)]
pub(crate) struct LogSync {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    log: PathBuf,
    /// Commits that were written to the log.
    written: AtomicU64,
    done: Mutex<Done>,
}

#[derive(Debug, Default)]
struct Done {
    /// The log's file; it stays the same one while a connection to the database is open.
    file: Option<Arc<File>>,
    /// How many of the commits are on the disk.
    synced: u64,
    /// Set once the disk has refused: what it holds since then nobody knows.
    broken: bool,
}

impl LogSync {
    /// For the database at this path.
    pub(crate) fn of(database: &Path) -> Self {
        // SQLite follows links before it names the log.
        let database = std::fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let mut log = database.into_os_string();
        log.push("-wal");
        let inner = Inner { log: log.into(), written: AtomicU64::new(0), done: Mutex::default() };
        Self { inner: Arc::new(inner) }
    }

    /// Comes back when everything that was committed before this call is on the disk.
    pub(crate) async fn sync(&self) -> io::Result<()> {
        self.sync_by(File::sync_data).await
    }

    async fn sync_by(&self, sync: fn(&File) -> io::Result<()>) -> io::Result<()> {
        let own = self.inner.written.fetch_add(1, Ordering::SeqCst) + 1;
        let mut done = self.inner.done.lock().await;
        if done.broken {
            return Err(io::Error::other(
                "the disk has refused the log before; the platform has to be restarted",
            ));
        }
        if done.synced >= own {
            return Ok(());
        }
        let file = match &done.file {
            Some(file) => Arc::clone(file),
            None => Arc::clone(done.file.insert(Arc::new(File::open(&self.inner.log)?))),
        };
        let upto = self.inner.written.load(Ordering::SeqCst);
        let synced = tokio::task::spawn_blocking(move || sync(&file)).await.unwrap_or_else(|stopped| {
            std::panic::resume_unwind(stopped.into_panic());
        });
        done.broken = synced.is_err();
        synced?;
        done.synced = upto;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SYNCS: AtomicU64 = AtomicU64::new(0);

    fn counted(log: &File) -> io::Result<()> {
        log.sync_data()?;
        std::thread::sleep(std::time::Duration::from_millis(20));
        SYNCS.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn refused(_: &File) -> io::Result<()> {
        Err(io::Error::other("no space"))
    }

    fn log(name: &str) -> (PathBuf, LogSync) {
        let database = std::env::temp_dir().join(format!("jq-db-sync-{name}-{}", std::process::id()));
        std::fs::write(&database, "").unwrap();
        let sync = LogSync::of(&database);
        std::fs::write(&sync.inner.log, "").unwrap();
        (database, sync)
    }

    #[tokio::test]
    async fn commits_that_wait_together_share_a_wait_for_the_disk() {
        let (database, sync) = log("shared");
        let waiting: Vec<_> = (0..50)
            .map(|_| {
                let sync = sync.clone();
                tokio::spawn(async move { sync.sync_by(counted).await })
            })
            .collect();
        for one in waiting {
            one.await.unwrap().unwrap();
        }
        let shared = SYNCS.load(Ordering::SeqCst);
        assert!((1..=3).contains(&shared), "{shared} waits for 50 commits");
        sync.sync_by(counted).await.unwrap();
        assert_eq!(SYNCS.load(Ordering::SeqCst), shared + 1, "a later commit is not on the disk yet");
        for path in [&database, &sync.inner.log] {
            std::fs::remove_file(path).unwrap();
        }
    }

    #[tokio::test]
    async fn a_disk_that_refused_once_is_not_believed_again() {
        let (database, sync) = log("refused");
        assert!(sync.sync_by(refused).await.is_err());
        assert!(sync.sync_by(counted).await.unwrap_err().to_string().contains("restarted"));
        for path in [&database, &sync.inner.log] {
            std::fs::remove_file(path).unwrap();
        }
    }
}
