//! What lies in the lake: rows, files and bytes per table and tier.

use serde::Serialize;

use crate::Lake;
use crate::error::LakeError;
use crate::table::Tier;

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
    /// The newest change made by a source, RFC 3339; nothing when the table is empty.
    pub as_of: Option<String>,
}

impl TableStatus {
    /// Rows of all tiers.
    pub fn rows(&self) -> u64 {
        self.rows_current + self.rows_arrival + self.rows_history
    }
}

impl Lake {
    /// The state of every table, in the order of the catalogue.
    pub async fn status(&self) -> Result<Vec<TableStatus>, LakeError> {
        let mut all = Vec::new();
        for table in self.tables() {
            let snapshot = table.snapshot().await?;
            let as_of = self.as_of(&table.spec.name).await?;
            all.push(TableStatus {
                table: table.spec.name.clone(),
                version: snapshot.version,
                files: snapshot.files.len(),
                rows_current: snapshot.rows(Tier::Current),
                rows_arrival: snapshot.rows(Tier::Arrival),
                rows_history: snapshot.rows(Tier::History),
                bytes: snapshot.files.iter().map(|file| file.bytes).sum(),
                as_of: as_of.map(|found| found.source_updated_at.to_string()),
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

    /// A number that changes whenever any table gets a commit.
    pub async fn version(&self) -> Result<u64, LakeError> {
        let mut sum = 0;
        for table in self.tables() {
            sum += table.snapshot().await?.version;
        }
        Ok(sum)
    }
}
