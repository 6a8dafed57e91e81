//! The data files of one version of a table.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use deltalake_core::kernel::{Add, LogicalFileView};

use crate::schema::UPSERT;

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
    pub(crate) const ALL: [Self; 3] = [Self::Current, Self::Arrival, Self::History];

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
    /// True when no row of the file withdraws its record.
    pub(crate) withdraws_nothing: bool,
    pub(crate) add: Arc<Add>,
}

impl ActiveFile {
    /// The file that the table's log describes.
    pub(crate) fn of_log(root: &Path, view: &LogicalFileView) -> Self {
        let add = add_of(view);
        let stats: serde_json::Value =
            add.stats.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let bound = |side: &str| stats[side]["subject_key"].as_str().map(str::to_owned);
        let tier = add.partition_values.get("tier").and_then(Option::as_deref).unwrap_or("arrival");
        Self {
            path: root.join(&add.path),
            tier: Tier::parse(tier),
            rows: stats["numRecords"].as_u64().unwrap_or(0),
            bytes: u64::try_from(add.size).unwrap_or(0),
            subject_min: bound("minValues"),
            subject_max: bound("maxValues"),
            only_first_versions: stats["maxValues"]["version"].as_i64() == Some(1),
            withdraws_nothing: stats["maxValues"]["op"].as_str() == Some(UPSERT),
            add: Arc::new(add),
        }
    }

    pub(crate) fn may_hold(&self, subject: &str) -> bool {
        let above = self.subject_min.as_deref().is_none_or(|min| min <= subject);
        let below = self.subject_max.as_deref().is_none_or(|max| subject <= max);
        above && below
    }

    /// The order in which files are read: by tier, then by subject.
    pub(crate) fn place(&self) -> (Tier, Option<&str>, &Path) {
        (self.tier, self.subject_min.as_deref(), self.path.as_path())
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

/// The files of one version of a table.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// The newest commit of the log.
    pub(crate) version: u64,
    /// The newest commit that changed what is known: a batch or an erasure, not a compaction.
    pub(crate) state: u64,
    /// True when the log does not tell yet that columns have become wider.
    pub(crate) is_narrow: bool,
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
