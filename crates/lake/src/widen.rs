//! Columns that have become wider. Every file is rewritten with them, and the log tells of them in the same commit: each
//! version of a table is of one kind, so that any reader of Delta tables reads it. Our own reads do not wait for that,
//! they widen what they find.

use std::sync::Arc;
use std::time::Instant;

use crate::Lake;
use crate::compact::exchange;
use crate::error::LakeError;
use crate::footers::Footers;
use crate::pace::Pace;
use crate::scan;
use crate::schema;
use crate::side_by_side::side_by_side;
use crate::snapshot::ActiveFile;
use crate::table::Table;
use crate::write::{FileWriter, NewFile, Stay};

impl Lake {
    /// Rewrites a table whose columns have become wider, how many files; of any other nothing is touched. The caller
    /// cares for the table alone.
    pub(crate) async fn widen(&self, table: &Arc<Table>, pace: &Pace) -> Result<usize, LakeError> {
        let before = table.snapshot().await?;
        if !before.is_narrow {
            return Ok(0);
        }
        let mut added = self.widened(table, before.files.clone(), pace).await?;
        let _lock = table.lock_for_writing(pace).await?;
        let now = table.snapshot().await?;
        let is_new = |file: &&ActiveFile| before.files.iter().all(|known| known.path != file.path);
        let delivered = now.files.iter().filter(is_new).cloned().collect();
        added.extend(self.widened(table, delivered, pace).await?);
        let replaced: Vec<_> = now.files.iter().map(|file| Arc::clone(&file.add)).collect();
        table.commit_wider(exchange(added, &replaced)).await?;
        self.footers().forget(now.files.iter().map(|file| &file.path));
        Ok(replaced.len())
    }

    /// Files with the same rows in today's columns.
    pub(crate) async fn widened(
        &self,
        table: &Arc<Table>,
        files: Vec<ActiveFile>,
        pace: &Pace,
    ) -> Result<Vec<NewFile>, LakeError> {
        let (footers, table, pace) = (Arc::clone(self.footers()), Arc::clone(table), pace.clone());
        let added = tokio::task::spawn_blocking(move || {
            side_by_side(pace.workers(), files.iter(), |file, added: &mut Vec<NewFile>| {
                let began = Instant::now();
                added.push(widened_file(&table, &footers, file, &pace)?);
                pace.rest(began);
                Ok(())
            })
        });
        Ok(added.await??.into_iter().flatten().collect())
    }
}

fn widened_file(
    table: &Table,
    footers: &Footers,
    file: &ActiveFile,
    pace: &Pace,
) -> Result<NewFile, LakeError> {
    let rows = usize::try_from(file.rows).unwrap_or(usize::MAX);
    let mut wider = FileWriter::create(table, file.tier, Stay::Settled, rows)?;
    for rows in scan::all(footers, file)? {
        pace.go_on()?;
        let rows = schema::conform(rows?, &table.schema);
        wider.write(
            &rows.map_err(|source| LakeError::DoesNotFit { table: table.spec.name.clone(), source })?,
        )?;
    }
    wider.close()
}
