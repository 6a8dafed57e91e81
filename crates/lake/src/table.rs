//! One table of the lake: its log, its newest version and the locks that keep writers in line.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use deltalake_core::kernel::transaction::{CommitBuilder, TableReference};
use deltalake_core::kernel::{Action, MetadataExt, StructType};
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::operations::vacuum::VacuumMode;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use futures::FutureExt;
use jiff::SignedDuration;
use jq_base::table::TableSpec;
use url::Url;

use crate::Boxed;
use crate::change;
use crate::error::LakeError;
use crate::leftovers::remove_leftovers;
use crate::load::LOADING;
use crate::log::{self, Commit, CommitNote};
use crate::pace::Pace;
use crate::schema;
use crate::sealing::Sealing;
use crate::sizes::Sizes;
use crate::snapshot::{ActiveFile, Snapshot};

/// Held by whoever delivers to the table or commits to its log.
const WRITER_LOCK: &str = ".writer-lock";
/// Held by whoever rewrites or removes files of the table.
const CARE_LOCK: &str = ".compaction-lock";
/// The folder of a table's log.
const LOG: &str = "_delta_log";
/// The log's first entry, which other tools may clean away once there is a checkpoint.
const FIRST_ENTRY: &str = "00000000000000000000.json";
/// Names the newest checkpoint.
const LAST_CHECKPOINT: &str = "_last_checkpoint";
/// How often work beside others looks whether it may commit now.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A table, opened once and refreshed when its log grows.
pub(crate) struct Table {
    pub(crate) spec: TableSpec,
    /// Columns of the data files.
    pub(crate) schema: SchemaRef,
    /// Columns that a reader with a permit is told.
    pub(crate) told_schema: SchemaRef,
    /// Columns of rows on their way in.
    pub(crate) row_schema: SchemaRef,
    /// The item's own columns.
    pub(crate) own: SchemaRef,
    pub(crate) root: PathBuf,
    pub(crate) sizes: Sizes,
    /// How the secret columns of new files are sealed, if they are.
    pub(crate) sealing: Option<Arc<Sealing>>,
    delta: tokio::sync::Mutex<Option<DeltaTable>>,
    snapshot: Mutex<Arc<Snapshot>>,
}

impl Table {
    pub(crate) fn new(
        lake_root: &Path,
        spec: TableSpec,
        sizes: Sizes,
        sealing: Option<Arc<Sealing>>,
    ) -> Self {
        let schema = schema::arrow_schema(&spec);
        let row_schema = schema::row_schema(&schema);
        let told_schema = schema::told_schema(&schema);
        let own = schema::own_schema(&schema);
        let root = lake_root.join(&spec.name);
        Self {
            spec,
            schema,
            told_schema,
            row_schema,
            own,
            root,
            sizes,
            sealing,
            delta: tokio::sync::Mutex::new(None),
            snapshot: Mutex::new(Arc::new(Snapshot::default())),
        }
    }

    pub(crate) fn log_error(&self, step: &'static str) -> impl FnOnce(DeltaTableError) -> LakeError + '_ {
        move |source| LakeError::Log { table: self.spec.name.clone(), step, source: Box::new(source) }
    }

    pub(crate) fn disk_error(&self, source: std::io::Error) -> LakeError {
        LakeError::Disk { path: self.root.display().to_string(), source }
    }

    /// True when a first batch has made the table; a log without an entry is what a process left that was stopped
    /// while it made one.
    pub(crate) fn exists(&self) -> bool {
        let log = self.root.join(LOG);
        log.join(FIRST_ENTRY).exists() || log.join(LAST_CHECKPOINT).exists()
    }

    /// Takes the right to commit, held until the file is dropped, also across processes. Work beside others can be told
    /// to stop while it waits.
    pub(crate) async fn lock_for_writing(&self, pace: &Pace) -> Result<File, LakeError> {
        if !pace.is_beside() {
            return self.lock(WRITER_LOCK).await;
        }
        loop {
            if let Some(file) = self.try_lock(WRITER_LOCK)? {
                return Ok(file);
            }
            pace.go_on()?;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Takes the right to rewrite and remove files, held until the file is dropped, also across processes. Work beside
    /// others does not wait for it.
    pub(crate) async fn lock_for_care(&self, pace: &Pace) -> Result<File, LakeError> {
        if pace.is_beside() {
            self.try_lock(CARE_LOCK)?.ok_or(LakeError::Left)
        } else {
            self.lock(CARE_LOCK).await
        }
    }

    fn try_lock(&self, name: &str) -> Result<Option<File>, LakeError> {
        let file = open_lock(&self.root, name).map_err(|error| self.disk_error(error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(self.disk_error(error)),
        }
    }

    async fn lock(&self, name: &'static str) -> Result<File, LakeError> {
        let root = self.root.clone();
        let file = tokio::task::spawn_blocking(move || {
            let file = open_lock(&root, name)?;
            file.lock()?;
            Ok(file)
        })
        .await?;
        file.map_err(|error| self.disk_error(error))
    }

    /// The newest committed state; reads the log only when a newer version stands there.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot>, LakeError> {
        if let Some(known) = self.newest_known() {
            return Ok(known);
        }
        if !self.exists() {
            return Ok(Arc::default());
        }
        let mut guard = self.delta.lock().await;
        self.load(&mut guard).await
    }

    fn known(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.lock().expect("no panic holds this lock"))
    }

    /// The state that was read last, if the log has not grown since.
    fn newest_known(&self) -> Option<Arc<Snapshot>> {
        let known = self.known();
        let next = self.root.join(LOG).join(format!("{:020}.json", known.version + 1));
        (known.version > 0 && !next.exists()).then_some(known)
    }

    fn remember(&self, delta: &DeltaTable) -> Result<Arc<Snapshot>, LakeError> {
        let snapshot = Arc::new(self.read_snapshot(delta)?);
        *self.snapshot.lock().expect("no panic holds this lock") = Arc::clone(&snapshot);
        Ok(snapshot)
    }

    fn load<'a>(&'a self, guard: &'a mut Option<DeltaTable>) -> Boxed<'a, Arc<Snapshot>> {
        async move {
            if let Some(delta) = guard.as_mut() {
                if let Some(known) = self.newest_known() {
                    return Ok(known);
                }
                delta.update_state().await.map_err(self.log_error("update"))?;
            } else {
                let url = self.url()?;
                let delta = DeltaTableBuilder::from_url(url).map_err(self.log_error("open"))?;
                *guard = Some(delta.load().await.map_err(self.log_error("load"))?);
            }
            let Some(delta) = guard.as_ref() else { return Ok(Arc::default()) };
            self.remember(delta)
        }
        .boxed()
    }

    fn url(&self) -> Result<Url, LakeError> {
        let root = std::path::absolute(&self.root).map_err(|error| self.disk_error(error))?;
        Url::from_directory_path(root)
            .map_err(|()| self.disk_error(std::io::Error::other("the data folder has no absolute path")))
    }

    fn read_snapshot(&self, delta: &DeltaTable) -> Result<Snapshot, LakeError> {
        let state = delta.snapshot().map_err(self.log_error("snapshot"))?;
        let is_narrow = change::is_narrow(&self.spec.name, &state.schema(), &self.schema)?;
        let mut files: Vec<ActiveFile> =
            state.log_data().iter().map(|view| ActiveFile::of_log(&self.root, &view)).collect();
        files.sort_by(|left, right| left.place().cmp(&right.place()));
        let (known, version) = (self.known(), state.version());
        let change = log::newest(&self.root, known.version, version, Commit::changes_what_is_known);
        Ok(Snapshot { version, state: change.map_or(known.state, |(version, _)| version), is_narrow, files })
    }

    /// Makes the table when this is its first batch. The caller holds the writer lock.
    pub(crate) fn create_if_missing(&self) -> Boxed<'_, ()> {
        async move {
            if self.exists() {
                return Ok(());
            }
            let delta = CreateBuilder::new()
                .with_location(self.url()?.to_string())
                .with_table_name(self.spec.name.clone())
                .with_save_mode(SaveMode::ErrorIfExists)
                .with_columns(schema::delta_columns(&self.schema))
                .with_partition_columns(schema::PARTITIONS)
                .with_configuration_property(deltalake_core::TableProperty::CheckpointInterval, Some("20"))
                .with_configuration_property(
                    deltalake_core::TableProperty::EnableExpiredLogCleanup,
                    Some("false"),
                )
                .await
                .map_err(self.log_error("create"))?;
            *self.delta.lock().await = Some(delta);
            Ok(())
        }
        .boxed()
    }

    /// Columns that the description has and the table does not yet are added to its log; older files are read with
    /// those columns empty.
    fn grow<'a>(&'a self, guard: &'a mut Option<DeltaTable>) -> Boxed<'a, ()> {
        async move {
            let Some(delta) = guard.as_ref() else { return Ok(()) };
            let known = delta.snapshot().map_err(self.log_error("snapshot"))?.schema();
            let missing: Vec<_> = schema::delta_columns(&self.schema)
                .into_iter()
                .filter(|column| known.field(column.name()).is_none())
                .collect();
            if missing.is_empty() {
                return Ok(());
            }
            let grown = delta.clone().add_columns().with_fields(missing).await;
            *guard = Some(grown.map_err(self.log_error("add columns"))?);
            Ok(())
        }
        .boxed()
    }

    /// Removes files that were not part of the table for `grace`; how many. The caller holds both locks.
    pub(crate) fn remove_unneeded(&self, grace: SignedDuration) -> Boxed<'_, usize> {
        async move {
            let mut guard = self.delta.lock().await;
            self.load(&mut guard).await?;
            let Some(delta) = guard.as_ref() else { return Ok(0) };
            let vacuum = delta
                .clone()
                .vacuum()
                .with_mode(VacuumMode::Full)
                .with_retention_period(chrono::Duration::milliseconds(
                    i64::try_from(grace.as_millis()).unwrap_or(i64::MAX),
                ))
                .with_enforce_retention_duration(false);
            let (vacuumed, told) = vacuum.await.map_err(self.log_error("vacuum"))?;
            *guard = Some(vacuumed);
            self.load(&mut guard).await?;
            Ok(told.files_deleted.len())
        }
        .boxed()
    }

    /// Removes what processes that were stopped had begun, where it is older than `grace`: spilled rows, and entries
    /// of the log that were not whole yet, which their store writes under the name with `#` and a number.
    pub(crate) fn remove_leftovers(&self, grace: SignedDuration) -> Result<(), LakeError> {
        remove_leftovers(&self.root, grace, |name| name.starts_with(LOADING))?;
        remove_leftovers(&self.root.join(LOG), grace, |name| name.contains('#'))
    }

    /// True when a commit of this batch is in the log already.
    pub(crate) fn has_batch<'a>(&'a self, batch_id: &'a str) -> Boxed<'a, bool> {
        async move {
            if !self.exists() {
                return Ok(false);
            }
            let mut guard = self.delta.lock().await;
            self.load(&mut guard).await?;
            let Some(delta) = guard.as_ref() else { return Ok(false) };
            let state = delta.snapshot().map_err(self.log_error("snapshot"))?;
            let seen = state
                .snapshot()
                .transaction_version(delta.log_store().as_ref(), batch_id)
                .await
                .map_err(self.log_error("find batch"))?;
            Ok(seen.is_some())
        }
        .boxed()
    }

    /// One atomic commit: all of the actions or none, on the disk before it is confirmed. The caller holds the writer
    /// lock.
    pub(crate) async fn commit(&self, actions: Vec<Action>, note: CommitNote<'_>) -> Result<u64, LakeError> {
        let mut guard = self.delta.lock().await;
        self.load(&mut guard).await?;
        self.grow(&mut guard).await?;
        self.commit_actions(&mut guard, actions, note).await
    }

    /// The same together with the columns that the description has today. The actions replace every file that was
    /// written with narrower ones.
    pub(crate) async fn commit_wider(&self, mut actions: Vec<Action>) -> Result<u64, LakeError> {
        let mut guard = self.delta.lock().await;
        self.load(&mut guard).await?;
        if let Some(delta) = guard.as_ref() {
            let metadata = delta.snapshot().map_err(self.log_error("snapshot"))?.metadata().clone();
            let columns = StructType::try_new(schema::delta_columns(&self.schema)).map_err(Into::into);
            let columns = columns.map_err(self.log_error("widen"))?;
            let metadata = metadata.with_schema(&columns).map_err(Into::into);
            actions.push(Action::Metadata(metadata.map_err(self.log_error("widen"))?));
        }
        self.commit_actions(&mut guard, actions, CommitNote::Widening).await
    }

    fn commit_actions<'a>(
        &'a self,
        guard: &'a mut Option<DeltaTable>,
        actions: Vec<Action>,
        note: CommitNote<'a>,
    ) -> Boxed<'a, u64> {
        async move {
            let Some(delta) = guard.as_mut() else {
                return Err(LakeError::UnknownTable(self.spec.name.clone()));
            };
            let operation = DeltaOperation::Write {
                mode: SaveMode::Append,
                partition_by: Some(schema::PARTITIONS.map(str::to_owned).to_vec()),
                predicate: None,
            };
            let state = delta.snapshot().map_err(self.log_error("snapshot"))?;
            let committed = CommitBuilder::from(note.properties())
                .with_actions(actions)
                .build(Some(state as &dyn TableReference), delta.log_store(), operation)
                .await
                .map_err(self.log_error("commit"))?;
            self.sync_entry(committed.version)?;
            // What was committed is the newest state; the log need not be read for it.
            delta.state = Some(committed.snapshot);
            Ok(self.remember(delta)?.version)
        }
        .boxed()
    }

    /// Has an entry of the log on the disk, where a power cut does not reach it. Its store leaves that to the system.
    pub(crate) fn sync_entry(&self, version: u64) -> Result<(), LakeError> {
        let log = self.root.join(LOG);
        for path in [log.join(format!("{version:020}.json")), log] {
            File::open(path).and_then(|file| file.sync_all()).map_err(|error| self.disk_error(error))?;
        }
        Ok(())
    }
}

fn open_lock(root: &Path, name: &str) -> std::io::Result<File> {
    std::fs::create_dir_all(root)?;
    OpenOptions::new().create(true).truncate(false).write(true).open(root.join(name))
}
