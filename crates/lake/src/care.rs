//! Care for what lies in the lake: records past their time are erased, and files that no version needs any more are
//! removed once every reader has had time to leave them.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::Lake;
use crate::compact::Compacted;
use crate::error::LakeError;
use crate::log::CommitNote;
use crate::pace::{Pace, unless_left};
use crate::retention::{Doomed, Retention};
use crate::snapshot::Tier;
use crate::table::Table;

/// What was removed from the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Vacuumed {
    pub files: usize,
    pub bytes: u64,
}

impl Lake {
    /// Erases records whose time is over. Afterwards no query finds them; their bytes go with the files that held
    /// them, which [`vacuum`](Self::vacuum) removes after its grace time.
    pub async fn erase(&self, table: &str, retention: Retention) -> Result<Compacted, LakeError> {
        self.erase_in(table, retention, &Pace::default()).await
    }

    /// The same at this pace; nothing comes back when it is left for another time.
    pub async fn erase_at(
        &self,
        table: &str,
        retention: Retention,
        pace: &Pace,
    ) -> Result<Option<Compacted>, LakeError> {
        unless_left(self.erase_in(table, retention, pace).await)
    }

    async fn erase_in(&self, table: &str, retention: Retention, pace: &Pace) -> Result<Compacted, LakeError> {
        let table = Arc::clone(self.table(table)?);
        if !table.exists() {
            return Ok(Compacted::default());
        }
        let _alone = table.lock_for_care(pace).await?;
        self.widen(&table, pace).await?;
        let snapshot = table.snapshot().await?;
        let (footers, seen, at) = (Arc::clone(self.footers()), Arc::clone(&snapshot), pace.clone());
        let doomed = tokio::task::spawn_blocking(move || Doomed::find(&footers, &seen, &retention, &at));
        let doomed = doomed.await??;
        if doomed.is_empty() {
            return Ok(Compacted::default());
        }
        self.rewrite(&table, snapshot, doomed, CommitNote::Retention, pace).await
    }

    /// Removes files that have not been part of the table for `grace` or longer: superseded by compaction, emptied
    /// by erasure, or left by a delivery that was cut off. Whoever reads an older version than that fails.
    pub async fn vacuum(&self, table: &str, grace: SignedDuration) -> Result<Vacuumed, LakeError> {
        self.vacuum_in(table, grace, &Pace::default()).await
    }

    /// The same at this pace; nothing comes back when it is left for another time.
    pub async fn vacuum_at(
        &self,
        table: &str,
        grace: SignedDuration,
        pace: &Pace,
    ) -> Result<Option<Vacuumed>, LakeError> {
        unless_left(self.vacuum_in(table, grace, pace).await)
    }

    async fn vacuum_in(
        &self,
        table: &str,
        grace: SignedDuration,
        pace: &Pace,
    ) -> Result<Vacuumed, LakeError> {
        let table = Arc::clone(self.table(table)?);
        if !table.exists() {
            return Ok(Vacuumed::default());
        }
        let _alone = table.lock_for_care(pace).await?;
        let _lock = table.lock_for_writing(pace).await?;
        table.remove_leftovers(grace)?;
        let before = bytes_on_disk(&table)?;
        let files = table.remove_unneeded(grace).await?;
        Ok(Vacuumed { files, bytes: before.saturating_sub(bytes_on_disk(&table)?) })
    }
}

/// Bytes of all data files that lie in the table's folder, needed or not.
fn bytes_on_disk(table: &Table) -> Result<u64, LakeError> {
    let mut bytes = 0;
    for tier in Tier::ALL {
        let folder = table.root.join(format!("tier={}", tier.name()));
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for entry in entries {
            let entry = entry.map_err(|error| table.disk_error(error))?;
            bytes += entry.metadata().map_or(0, |meta| meta.len());
        }
    }
    Ok(bytes)
}
