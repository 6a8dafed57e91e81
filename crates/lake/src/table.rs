//! One table of the lake: its log, its active data files and the lock that keeps writers in line.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use arrow::datatypes::SchemaRef;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TableReference};
use deltalake_core::kernel::{Action, Add, LogicalFileView, Transaction};
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::operations::vacuum::VacuumMode;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use jiff::SignedDuration;
use jq_base::table::TableSpec;
use url::Url;

use crate::error::LakeError;
use crate::leftovers::remove_leftovers;
use crate::schema;

/// How the folders begin in which a delivery spills rows; other readers of the table pass over them.
pub(crate) const LOADING: &str = ".loading-";
/// The folder of a table's log.
const LOG: &str = "_delta_log";
/// The log's first entry, which other tools may clean away once there is a checkpoint.
const FIRST_ENTRY: &str = "00000000000000000000.json";
/// Names the newest checkpoint.
const LAST_CHECKPOINT: &str = "_last_checkpoint";

/// Where a data file stands in the life of its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// The compacted newest versions, one row per record.
    Current,
    /// What came since, newest version wins.
    Arrival,
    /// Superseded versions.
    History,
}

impl Tier {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Arrival => "arrival",
            Self::Current => "current",
            Self::History => "history",
        }
    }

    fn parse(name: &str) -> Self {
        match name {
            "current" => Self::Current,
            "history" => Self::History,
            _ => Self::Arrival,
        }
    }
}

/// One data file that the newest version of the table holds.
#[derive(Debug, Clone)]
pub(crate) struct ActiveFile {
    pub(crate) path: PathBuf,
    pub(crate) tier: Tier,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) subject_min: Option<String>,
    pub(crate) subject_max: Option<String>,
    /// True when no row of the file is a later version of a record.
    pub(crate) only_first_versions: bool,
    pub(crate) add: Arc<Add>,
}

impl ActiveFile {
    pub(crate) fn may_hold(&self, subject: &str) -> bool {
        let above = self.subject_min.as_deref().is_none_or(|min| min <= subject);
        let below = self.subject_max.as_deref().is_none_or(|max| subject <= max);
        above && below
    }
}

/// The files of one version of a table.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) version: u64,
    pub(crate) files: Vec<ActiveFile>,
}

impl Snapshot {
    pub(crate) fn tier(&self, tier: Tier) -> impl Iterator<Item = &ActiveFile> {
        self.files.iter().filter(move |file| file.tier == tier)
    }

    pub(crate) fn rows(&self, tier: Tier) -> u64 {
        self.tier(tier).map(|file| file.rows).sum()
    }
}

/// A table, opened once and refreshed when its log grows.
pub(crate) struct Table {
    pub(crate) spec: TableSpec,
    /// Columns of the data files.
    pub(crate) schema: SchemaRef,
    /// Columns that a reader with a permit is told.
    pub(crate) told_schema: SchemaRef,
    /// Columns of rows on their way in.
    pub(crate) row_schema: SchemaRef,
    pub(crate) root: PathBuf,
    delta: tokio::sync::Mutex<Option<DeltaTable>>,
    snapshot: Mutex<Arc<Snapshot>>,
}

impl Table {
    pub(crate) fn new(lake_root: &Path, spec: TableSpec) -> Self {
        let schema = schema::arrow_schema(&spec);
        let row_schema = schema::row_schema(&schema);
        let told_schema = schema::told_schema(&schema);
        let root = lake_root.join(&spec.name);
        Self {
            spec,
            schema,
            told_schema,
            row_schema,
            root,
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

    /// Takes one of the table's locks, held until the file is dropped, also across processes.
    pub(crate) async fn lock(&self, name: &str) -> Result<File, LakeError> {
        std::fs::create_dir_all(&self.root).map_err(|error| self.disk_error(error))?;
        let path = self.root.join(name);
        let file = tokio::task::spawn_blocking(move || {
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
            file.lock()?;
            Ok(file)
        })
        .await?;
        file.map_err(|error| self.disk_error(error))
    }

    /// The newest committed state; reads the log only when a newer version stands there.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot>, LakeError> {
        let known = Arc::clone(&self.snapshot.lock().expect("no panic holds this lock"));
        let next = self.root.join(LOG).join(format!("{:020}.json", known.version + 1));
        if known.version > 0 && !next.exists() {
            return Ok(known);
        }
        if !self.exists() {
            return Ok(known);
        }
        let mut guard = self.delta.lock().await;
        self.load(&mut guard).await
    }

    async fn load(&self, guard: &mut Option<DeltaTable>) -> Result<Arc<Snapshot>, LakeError> {
        if let Some(delta) = guard.as_mut() {
            delta.update_state().await.map_err(self.log_error("update"))?;
        } else {
            let url = self.url()?;
            let delta = DeltaTableBuilder::from_url(url).map_err(self.log_error("open"))?;
            *guard = Some(delta.load().await.map_err(self.log_error("load"))?);
        }
        let Some(delta) = guard.as_ref() else { return Ok(Arc::default()) };
        let snapshot = Arc::new(self.read_snapshot(delta)?);
        *self.snapshot.lock().expect("no panic holds this lock") = Arc::clone(&snapshot);
        Ok(snapshot)
    }

    fn url(&self) -> Result<Url, LakeError> {
        let root = std::path::absolute(&self.root).map_err(|error| self.disk_error(error))?;
        Url::from_directory_path(root)
            .map_err(|()| self.disk_error(std::io::Error::other("the data folder has no absolute path")))
    }

    fn read_snapshot(&self, delta: &DeltaTable) -> Result<Snapshot, LakeError> {
        let state = delta.snapshot().map_err(self.log_error("snapshot"))?;
        let mut files: Vec<ActiveFile> =
            state.log_data().iter().map(|view| self.active_file(add_of(&view))).collect();
        files.sort_by(|left, right| {
            (left.tier, &left.subject_min, &left.path).cmp(&(right.tier, &right.subject_min, &right.path))
        });
        Ok(Snapshot { version: state.version(), files })
    }

    fn active_file(&self, add: Add) -> ActiveFile {
        let stats: serde_json::Value =
            add.stats.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let bound = |side: &str| stats[side]["subject_key"].as_str().map(str::to_owned);
        let tier = add.partition_values.get("tier").and_then(Option::as_deref).unwrap_or("arrival");
        ActiveFile {
            path: self.root.join(&add.path),
            tier: Tier::parse(tier),
            rows: stats["numRecords"].as_u64().unwrap_or(0),
            bytes: u64::try_from(add.size).unwrap_or(0),
            subject_min: bound("minValues"),
            subject_max: bound("maxValues"),
            only_first_versions: stats["maxValues"]["version"].as_i64() == Some(1),
            add: Arc::new(add),
        }
    }

    /// Makes the table when this is its first batch. The caller holds the writer lock.
    pub(crate) async fn create_if_missing(&self) -> Result<(), LakeError> {
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

    /// Columns that the description has and the table does not yet are added to its log, wider types are told;
    /// older files are read with those columns empty.
    async fn grow(&self, guard: &mut Option<DeltaTable>) -> Result<(), LakeError> {
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

    /// Removes files that were not part of the table for `grace`; how many.
    pub(crate) async fn vacuum(&self, grace: SignedDuration, mode: VacuumMode) -> Result<usize, LakeError> {
        let mut guard = self.delta.lock().await;
        self.load(&mut guard).await?;
        let Some(delta) = guard.as_ref() else { return Ok(0) };
        let vacuum = delta
            .clone()
            .vacuum()
            .with_mode(mode)
            .with_retention_period(chrono::Duration::milliseconds(
                i64::try_from(grace.as_millis()).unwrap_or(i64::MAX),
            ))
            .with_enforce_retention_duration(false);
        let (vacuumed, told) = vacuum.await.map_err(self.log_error("vacuum"))?;
        *guard = Some(vacuumed);
        self.load(&mut guard).await?;
        Ok(told.files_deleted.len())
    }

    /// Bytes of all data files that lie in the table's folder, needed or not.
    pub(crate) fn bytes_on_disk(&self) -> Result<u64, LakeError> {
        let mut bytes = 0;
        for tier in [Tier::Current, Tier::Arrival, Tier::History] {
            let folder = self.root.join(format!("tier={}", tier.name()));
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for entry in entries {
                let entry = entry.map_err(|error| self.disk_error(error))?;
                bytes += entry.metadata().map_or(0, |meta| meta.len());
            }
        }
        Ok(bytes)
    }

    /// Removes what processes that were stopped had begun, where it is older than `grace`: spilled rows, and entries
    /// of the log that were not whole yet, which their store writes under the name with `#` and a number.
    pub(crate) fn remove_leftovers(&self, grace: SignedDuration) -> Result<(), LakeError> {
        remove_leftovers(&self.root, grace, |name| name.starts_with(LOADING))?;
        remove_leftovers(&self.root.join(LOG), grace, |name| name.contains('#'))
    }

    /// True when a commit of this batch is in the log already.
    pub(crate) async fn has_batch(&self, batch_id: &str) -> Result<bool, LakeError> {
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

    /// One atomic commit: all of the actions or none, on the disk before it is confirmed. The caller holds the writer
    /// lock.
    pub(crate) async fn commit(&self, actions: Vec<Action>, note: CommitNote<'_>) -> Result<u64, LakeError> {
        let mut guard = self.delta.lock().await;
        self.load(&mut guard).await?;
        self.grow(&mut guard).await?;
        let Some(delta) = guard.as_mut() else {
            return Err(LakeError::UnknownTable(self.spec.name.clone()));
        };
        let (operation, properties) = note.into_parts();
        let made = {
            let state = delta.snapshot().map_err(self.log_error("snapshot"))?;
            CommitBuilder::from(properties)
                .with_actions(actions)
                .build(Some(state as &dyn TableReference), delta.log_store(), operation)
                .await
                .map_err(self.log_error("commit"))?
        };
        self.sync_entry(made.version)?;
        Ok(self.load(&mut guard).await?.version)
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

/// The file as its commit added it.
fn add_of(view: &LogicalFileView) -> Add {
    Add {
        path: view.path().into_owned(),
        partition_values: view.partition_values_map(),
        size: view.size(),
        modification_time: view.modification_time(),
        data_change: true,
        stats: view.stats(),
        tags: None,
        deletion_vector: None,
        base_row_id: None,
        default_row_commit_version: None,
        clustering_provider: None,
    }
}

/// What a commit is for; it stands in the table's log.
pub(crate) enum CommitNote<'a> {
    /// A delivered batch; its id makes a second delivery visible.
    Batch(&'a str),
    /// Files rewritten without changing what is known.
    Compaction,
    /// Records whose time is over have been erased.
    Retention,
}

impl CommitNote<'_> {
    fn into_parts(self) -> (DeltaOperation, CommitProperties) {
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(schema::PARTITIONS.map(str::to_owned).to_vec()),
            predicate: None,
        };
        let note = |key: &str, value: &str| vec![(key.to_owned(), serde_json::Value::from(value))];
        let properties = CommitProperties::default();
        match self {
            Self::Batch(id) => {
                let properties = properties
                    .with_metadata(note("jinqiao.batch", id))
                    .with_application_transaction(Transaction::new(id, 1));
                (operation, properties)
            }
            Self::Compaction => (operation, properties.with_metadata(note("jinqiao.step", "compaction"))),
            Self::Retention => (operation, properties.with_metadata(note("jinqiao.step", "retention"))),
        }
    }
}
