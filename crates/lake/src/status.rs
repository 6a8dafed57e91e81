//! What lies in the lake: rows, files and bytes per table and tier, and how it has been cared for.

use jiff::Timestamp;
use serde::Serialize;

use crate::Lake;
use crate::error::LakeError;
use crate::log::{self, Commit};
use crate::snapshot::{Snapshot, Tier};

/// One table of the lake.
#[derive(Debug, Clone, Serialize)]
pub struct TableStatus {
    /// The item's id.
    pub table: String,
    /// Version of the table's log; 0 when no batch ever came.
    pub version: u64,
    /// Data files that the newest version holds.
    pub files: usize,
    /// Rows in the compacted tier.
    pub rows_current: u64,
    /// Rows that came since the last compaction.
    pub rows_arrival: u64,
    /// Superseded versions.
    pub rows_history: u64,
    /// Bytes on disk of the active files.
    pub bytes: u64,
    /// The same tier by tier.
    pub tiers: Tiers,
    /// The newest change made by a source; nothing when the table is empty.
    pub as_of: Option<Timestamp>,
    /// When the newest batch came in.
    pub received_at: Option<Timestamp>,
    /// When arrivals were last compacted; nothing when they never were.
    pub compacted_at: Option<Timestamp>,
}

/// The tiers of a table.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Tiers {
    pub current: TierStatus,
    pub arrival: TierStatus,
    pub history: TierStatus,
}

/// One tier of a table.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct TierStatus {
    pub files: usize,
    pub rows: u64,
    pub bytes: u64,
}

impl TableStatus {
    /// Rows of all tiers.
    pub fn rows(&self) -> u64 {
        self.rows_current + self.rows_arrival + self.rows_history
    }
}

impl TierStatus {
    fn of(snapshot: &Snapshot, tier: Tier) -> Self {
        Self {
            files: snapshot.tier(tier).count(),
            rows: snapshot.rows(tier),
            bytes: snapshot.tier(tier).map(|file| file.bytes).sum(),
        }
    }
}

impl Lake {
    /// The state of every table, in the order of the catalogue.
    pub async fn status(&self) -> Result<Vec<TableStatus>, LakeError> {
        let mut all = Vec::new();
        for table in self.tables() {
            let snapshot = table.snapshot().await?;
            let as_of = self.as_of(&table.spec.name).await?;
            let [current, arrival, history] =
                [Tier::Current, Tier::Arrival, Tier::History].map(|tier| TierStatus::of(&snapshot, tier));
            let compacted = log::newest(&table.root, 0, snapshot.version, Commit::is_compaction);
            all.push(TableStatus {
                table: table.spec.name.clone(),
                version: snapshot.version,
                files: snapshot.files.len(),
                rows_current: current.rows,
                rows_arrival: arrival.rows,
                rows_history: history.rows,
                bytes: current.bytes + arrival.bytes + history.bytes,
                tiers: Tiers { current, arrival, history },
                as_of: as_of.map(|found| found.source_updated_at),
                received_at: as_of.map(|found| found.received_at),
                compacted_at: compacted.and_then(|(_, commit)| commit.at),
            });
        }
        Ok(all)
    }

    /// The data files of a table whose every row is current or a withdrawal; nothing while arrivals are not
    /// compacted. For other engines that read the same files.
    pub async fn current_files(&self, table: &str) -> Result<Option<Vec<String>>, LakeError> {
        let snapshot = self.table(table)?.snapshot().await?;
        if snapshot.tier(Tier::Arrival).next().is_some() {
            return Ok(None);
        }
        Ok(Some(snapshot.tier(Tier::Current).map(|file| file.path.display().to_string()).collect()))
    }

    /// A number that changes whenever the table gets a commit, by this process or another.
    pub async fn version_of(&self, table: &str) -> Result<u64, LakeError> {
        Ok(self.table(table)?.snapshot().await?.version)
    }

    /// A number that changes whenever records come or go in any table, and not when they are only put in order.
    pub async fn version(&self) -> Result<u64, LakeError> {
        let mut sum = 0;
        for table in self.tables() {
            sum += table.snapshot().await?.state;
        }
        Ok(sum)
    }
}
