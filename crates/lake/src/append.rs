//! Who writes a table, and the short way for rows that are already decided.

use std::sync::Arc;

use crate::Lake;
use crate::error::LakeError;
use crate::load::Appended;
use crate::pace::Pace;
use crate::rows::{RowsBuilder, Stamp};

/// The right to write one table, held until dropped: nobody else classifies or commits meanwhile.
pub struct WriteLock {
    _file: std::fs::File,
}

impl Lake {
    /// A builder for delivered rows of the table: [`ROW_COLUMNS`](crate::ROW_COLUMNS), then the item's own.
    pub fn rows(&self, table: &str) -> Result<RowsBuilder, LakeError> {
        self.rows_sized(table, 0)
    }

    /// The same, with room for so many rows.
    pub fn rows_sized(&self, table: &str, rows: usize) -> Result<RowsBuilder, LakeError> {
        let table = self.table(table)?;
        Ok(RowsBuilder::new(&table.spec.name, Arc::clone(&table.row_schema), rows))
    }

    /// A builder for rows whose whole envelope is known: [`ENVELOPE`](crate::ENVELOPE), then the item's own.
    pub fn rows_with_envelope(&self, table: &str) -> Result<RowsBuilder, LakeError> {
        let table = self.table(table)?;
        Ok(RowsBuilder::new(&table.spec.name, Arc::clone(&table.schema), 0))
    }

    /// Takes the table for writing, waiting for whoever writes it now, in this process or another. Columns that have
    /// become wider are rewritten before.
    pub async fn write_lock(&self, table: &str) -> Result<WriteLock, LakeError> {
        let (table, pace) = (self.table(table)?, Pace::default());
        if table.snapshot().await?.is_narrow {
            let _alone = table.lock_for_care(&pace).await?;
            self.widen(table, &pace).await?;
        }
        Ok(WriteLock { _file: table.lock_for_writing(&pace).await? })
    }

    /// True when the batch was committed to the table before.
    pub async fn has_batch(&self, table: &str, batch_id: &str) -> Result<bool, LakeError> {
        self.table(table)?.has_batch(batch_id).await
    }

    /// Commits rows whose versions are decided (0 counts as 1) as one batch, all or none.
    pub async fn append(
        &self,
        lock: &WriteLock,
        table: &str,
        stamp: Stamp,
        rows: RowsBuilder,
    ) -> Result<Appended, LakeError> {
        let mut load = self.begin_load(lock, table, stamp, 1, Vec::new).await?;
        let loaded = tokio::task::spawn_blocking(move || {
            load.push(rows, Vec::new())?;
            load.finish(None)
        });
        self.commit_load(lock, loaded.await??).await
    }
}
