//! Data files written anew with the same rows: sealed under the keys that are active now, in today's sizes. After a key
//! has been turned this is what frees the lake from the former one.

use std::sync::Arc;

use crate::Lake;
use crate::compact::exchange;
use crate::error::LakeError;
use crate::log::CommitNote;
use crate::pace::Pace;

impl Lake {
    /// Writes every data file of a table anew, how many. Readers and deliveries go on meanwhile; the former files go
    /// with the next vacuum.
    pub async fn renew(&self, table: &str) -> Result<usize, LakeError> {
        let table = Arc::clone(self.table(table)?);
        if !table.exists() {
            return Ok(0);
        }
        let pace = Pace::default();
        let _alone = table.lock_for_care(&pace).await?;
        self.widen(&table, &pace).await?;
        let snapshot = table.snapshot().await?;
        let added = self.widened(&table, snapshot.files.clone(), &pace).await?;
        let replaced: Vec<_> = snapshot.files.iter().map(|file| Arc::clone(&file.add)).collect();
        let _lock = table.lock_for_writing(&pace).await?;
        table.commit(exchange(added, &replaced), CommitNote::Compaction).await?;
        self.footers().forget(snapshot.files.iter().map(|file| &file.path));
        Ok(replaced.len())
    }
}
