//! Every version of one record: what was known of it, since when, from which batch.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::RecordBatch;
use jiff::Timestamp;

use crate::Lake;
use crate::error::LakeError;
use crate::scan;
use crate::schema::{self, WITHDRAW};
use crate::value::{Row, Value, rows};

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
                for rows in scan::equal_rows(&footers, file, "natural_key", &wanted)? {
                    found.push(schema::conform(rows, &table.schema)?);
                }
            }
            Ok::<_, LakeError>(found)
        })
        .await??;
        let mut versions = rows(found);
        versions.sort_by_key(|row| row.int("version"));
        let mut seen = HashSet::new();
        versions.retain(|row| seen.insert(row.int("version")));
        Ok(versions)
    }

    /// The version of a record that was known at an instant; nothing when none was, or when it was withdrawn then.
    pub async fn known_at(
        &self,
        item: &str,
        natural_key: &str,
        at: Timestamp,
    ) -> Result<Option<Row>, LakeError> {
        let versions = self.history(item, natural_key).await?;
        let known = versions.into_iter().rev().find(|row| match row.get("received_at") {
            Some(Value::Instant(received)) => received <= at,
            _ => false,
        });
        Ok(known.filter(|row| row.text("op").as_deref() != Some(WITHDRAW)))
    }
}
