//! A batch arrives: its rows become one atomic commit, and the same batch never becomes two.

use std::sync::Arc;

use deltalake_core::kernel::Action;

use crate::Lake;
use crate::error::LakeError;
use crate::rows::{CheckedRows, RowsBuilder};
use crate::table::{CommitNote, Tier};
use crate::write;

/// What came of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// The rows are in the lake, at this version of the table.
    Committed { version: u64 },
    /// The batch was there already; nothing was written.
    AlreadyThere,
}

/// The right to write one table, held until dropped: nobody else classifies or commits meanwhile.
pub struct WriteLock {
    _file: std::fs::File,
}

impl Lake {
    /// A builder for rows of the table.
    pub fn rows(&self, table: &str) -> Result<RowsBuilder, LakeError> {
        let table = self.table(table)?;
        Ok(RowsBuilder::new(&table.spec.name, Arc::clone(&table.schema)))
    }

    /// Takes the table for writing, waiting for whoever writes it now, in this process or another.
    pub async fn write_lock(&self, table: &str) -> Result<WriteLock, LakeError> {
        Ok(WriteLock { _file: self.table(table)?.lock().await? })
    }

    /// True when the batch was committed to the table before.
    pub async fn has_batch(&self, table: &str, batch_id: &str) -> Result<bool, LakeError> {
        self.table(table)?.has_batch(batch_id).await
    }

    /// Commits the rows of a batch, all or none. The first rows of a table go to the compacted tier at
    /// once, later ones arrive beside it.
    pub async fn append(
        &self,
        _lock: &WriteLock,
        table: &str,
        batch_id: &str,
        rows: CheckedRows,
    ) -> Result<Appended, LakeError> {
        let table = Arc::clone(self.table(table)?);
        table.create_if_missing().await?;
        if table.has_batch(batch_id).await? {
            return Ok(Appended::AlreadyThere);
        }
        let first = table.snapshot().await?.files.is_empty();
        let tier = if first { Tier::Current } else { Tier::Arrival };
        let actions = if rows.is_empty() {
            Vec::new()
        } else {
            let writer = Arc::clone(&table);
            let rows = rows.rows;
            vec![Action::Add(
                tokio::task::spawn_blocking(move || write::write_file(&writer, &rows, tier)).await??,
            )]
        };
        let version = table.commit(actions, CommitNote::Batch(batch_id)).await?;
        Ok(Appended::Committed { version })
    }
}
