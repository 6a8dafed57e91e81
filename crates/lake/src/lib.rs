//! The lake keeps every version of every credit record and finds one firm's records in milliseconds.
//!
//! One Delta table per catalogue item, on Parquet files that other tools read as well. A batch is one
//! atomic commit and carries its id, so that the same batch is never taken twice. Data files lie in
//! three tiers:
//!
//! ```text
//! batch ─▶ arrival ─▶(compaction)─▶ current     the newest version of each record
//!                              └──▶ history     what it superseded
//! ```
//!
//! A reader sees the whole of a batch or none of it. One subject's records leave the lake only through a
//! [`Permit`](jq_base::permit::Permit). Arrow, Parquet, DataFusion and Delta stay inside this crate:
//! typed rows go in ([`RowsBuilder`]) and typed rows come out ([`Row`]).
//!
//! Care for it goes on beside readers: compaction, erasure of what is past its time, wider columns. Each is one commit
//! that puts new files in the place of old ones; the old ones stay until nobody can be reading them any more.
//!
//! The lake never changes a data file in place, and never decides whether a record is right.

mod append;
mod bounds;
mod burden;
mod care;
mod change;
mod compact;
mod contents;
mod error;
mod export;
mod footers;
mod foreign;
mod foreign_pages;
mod history;
mod keys;
mod leftovers;
mod load;
mod log;
mod merge;
mod order;
mod pace;
mod pages;
mod question;
mod read;
mod renew;
mod retention;
mod rows;
mod scan;
mod schema;
mod sealing;
mod side_by_side;
mod sizes;
mod snapshot;
mod sql;
mod status;
mod stretch;
mod table;
mod thrift;
mod touched;
mod value;
mod warm;
mod widen;
mod write;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use jq_base::table::TableSpec;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use append::WriteLock;
pub use burden::Burden;
pub use care::Vacuumed;
pub use compact::Compacted;
pub use error::LakeError;
pub use export::ExportFormat;
pub use foreign::{ForeignError, ForeignFile, ForeignReader, ForeignRows, ForeignValue};
pub use keys::{AsOf, KeyDigest, Known, KnownRecords, Whereabouts, key_digest};
pub use leftovers::remove_leftovers;
pub use load::{Appended, Decide, Incoming, Load, Loaded};
pub use pace::{Pace, Stop};
pub use retention::Retention;
pub use rows::{Cell, Column, RowsBuilder, Stamp};
pub use schema::{ENVELOPE, ROW_COLUMNS};
pub use sealing::LakeKeys;
pub use sizes::Sizes;
pub use sql::{Figures, LakeSession, Scope, session_state};
pub use status::{TableStatus, TierStatus, Tiers};
pub use touched::{Arrived, States};
pub use value::{Row, Value, day, day_number};

use footers::Footers;
use sealing::Sealing;
use table::Table;

/// Work that libraries do, boxed so that it is compiled here once: an async function is compiled again in every crate
/// that awaits it.
pub(crate) type Boxed<'a, T> = BoxFuture<'a, Result<T, error::LakeError>>;

type AsOfCache = HashMap<String, (u64, Option<AsOf>)>;

/// The lake under one folder. Cloning is cheap; clones share what they have read.
#[derive(Clone)]
pub struct Lake {
    inner: Arc<Inner>,
}

struct Inner {
    root: PathBuf,
    order: Vec<Arc<Table>>,
    by_name: HashMap<String, Arc<Table>>,
    footers: Arc<Footers>,
    as_of: Mutex<AsOfCache>,
    reading: Arc<Semaphore>,
}

/// Reads of one subject's records that go on at once, for each core: one that computes and one that waits for the
/// disk. More would only take the cores from each other.
const READS_PER_CORE: usize = 2;

impl Lake {
    /// Opens the lake under `root` with one table per description; tables appear on disk with their
    /// first batch.
    pub fn open(root: &Path, specs: Vec<TableSpec>) -> Result<Self, LakeError> {
        Self::open_with(root, specs, Sizes::default(), None)
    }

    /// Opens a lake that keeps to these sizes. Without keys nothing is sealed, and what is sealed is not read.
    pub fn open_with(
        root: &Path,
        specs: Vec<TableSpec>,
        sizes: Sizes,
        keys: Option<LakeKeys>,
    ) -> Result<Self, LakeError> {
        std::fs::create_dir_all(root)
            .map_err(|source| LakeError::Disk { path: root.display().to_string(), source })?;
        let seals = keys.as_ref().is_some_and(|keys| keys.seals_new_files);
        let sealing = keys.map(|keys| Arc::new(Sealing::new(keys.sealer)));
        let of_new_files = sealing.as_ref().filter(|_| seals);
        let table = |spec| Arc::new(Table::new(root, spec, sizes, of_new_files.cloned()));
        let order: Vec<Arc<Table>> = specs.into_iter().map(table).collect();
        let by_name = order.iter().map(|table| (table.spec.name.clone(), Arc::clone(table))).collect();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let inner = Inner {
            root: root.to_owned(),
            order,
            by_name,
            footers: Arc::new(Footers::sealed(sealing)),
            as_of: Mutex::default(),
            reading: Arc::new(Semaphore::new(cores * READS_PER_CORE)),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The folder of the lake.
    pub fn root(&self) -> &Path {
        &self.inner.root
    }

    pub(crate) fn table(&self, name: &str) -> Result<&Arc<Table>, LakeError> {
        self.inner.by_name.get(name).ok_or_else(|| LakeError::UnknownTable(name.to_owned()))
    }

    pub(crate) fn tables(&self) -> &[Arc<Table>] {
        &self.inner.order
    }

    /// Waits until one subject's records may be read.
    pub(crate) async fn reading_turn(&self) -> Option<OwnedSemaphorePermit> {
        // It is never closed, so there is always a turn.
        Arc::clone(&self.inner.reading).acquire_owned().await.ok()
    }

    pub(crate) fn footers(&self) -> &Arc<Footers> {
        &self.inner.footers
    }

    #[expect(clippy::option_option, reason = "nothing remembered differs from remembered as empty")]
    pub(crate) fn as_of_cache(&self, table: &str, version: u64) -> Option<Option<AsOf>> {
        let cache = self.inner.as_of.lock().expect("no panic holds this lock");
        cache.get(table).filter(|(known, _)| *known == version).map(|(_, found)| *found)
    }

    pub(crate) fn remember_as_of(&self, table: &str, version: u64, found: Option<AsOf>) {
        let mut cache = self.inner.as_of.lock().expect("no panic holds this lock");
        cache.insert(table.to_owned(), (version, found));
    }
}
