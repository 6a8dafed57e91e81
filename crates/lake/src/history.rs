//! Every version of one record: what was known of it, since when, from which batch.

use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;

use crate::Lake;
use crate::error::LakeError;
use crate::scan;
use crate::value::{Row, rows};

impl Lake {
    /// All versions of the record with this natural key, oldest first.
    pub async fn history(&self, item: &str, natural_key: &str) -> Result<Vec<Row>, LakeError> {
        let table = Arc::clone(self.table(item)?);
        let snapshot = table.snapshot().await?;
        let footers = Arc::clone(self.footers());
        let wanted = natural_key.to_owned();
        let found: Vec<RecordBatch> = tokio::task::spawn_blocking(move || {
            let mut found = Vec::new();
            for file in &snapshot.files {
                for batch in scan::all(&footers, file)? {
                    let Some(keys) = batch.column_by_name("natural_key") else { continue };
                    let same: BooleanArray =
                        keys.as_string::<i32>().iter().map(|key| Some(key == Some(&wanted))).collect();
                    let batch = filter_record_batch(&batch, &same)?;
                    if batch.num_rows() > 0 {
                        found.push(batch);
                    }
                }
            }
            Ok::<_, LakeError>(found)
        })
        .await??;
        let mut versions = rows(found);
        versions.sort_by_key(|row| row.int("version"));
        Ok(versions)
    }
}
