//! What the lake knows of given records, so that a batch's rows can be told apart: new, newer, the
//! same, older.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use jiff::Timestamp;

use crate::Lake;
use crate::error::LakeError;
use crate::scan;
use crate::table::Tier;

/// The newest known version of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Microseconds since 1970 at which the source last changed the record.
    pub source_updated_at: i64,
    /// The first eight bytes of the content's SM3.
    pub content_hash: i64,
    /// 1 for the first version.
    pub version: i32,
    /// True when the source withdrew the record.
    pub withdrawn: bool,
    /// True when the record was repaired: a delivery must not bring it back.
    pub repaired: bool,
}

/// A 128-bit digest of a natural key; enough to tell a city's records apart.
pub type KeyDigest = u128;

/// The digest of a natural key, the same in every process.
pub fn key_digest(natural_key: &str) -> KeyDigest {
    twox_hash::XxHash3_128::oneshot(natural_key.as_bytes())
}

impl Lake {
    /// The newest known version of each of the records whose key digest `wanted` accepts.
    pub async fn known<F>(&self, table: &str, wanted: F) -> Result<HashMap<KeyDigest, Known>, LakeError>
    where
        F: Fn(KeyDigest) -> bool + Send + 'static,
    {
        let table = Arc::clone(self.table(table)?);
        let snapshot = table.snapshot().await?;
        let cache = Arc::clone(self.footers());
        tokio::task::spawn_blocking(move || {
            let mut known = HashMap::new();
            for file in snapshot.files.iter().filter(|file| file.tier != Tier::History) {
                let columns =
                    ["natural_key", "source_updated_at", "content_hash", "version", "op", "repair_state"];
                for batch in scan::columns(&cache, file, &columns)? {
                    note(&batch?, &wanted, &mut known);
                }
            }
            Ok(known)
        })
        .await?
    }

    /// The subjects of a table, each once: who is registered.
    pub async fn subjects(&self, table: &str) -> Result<Vec<String>, LakeError> {
        let table = Arc::clone(self.table(table)?);
        let snapshot = table.snapshot().await?;
        let cache = Arc::clone(self.footers());
        tokio::task::spawn_blocking(move || {
            let mut subjects = Vec::new();
            for file in snapshot.files.iter().filter(|file| file.tier != Tier::History) {
                for batch in scan::columns(&cache, file, &["subject_key"])? {
                    let batch = batch?;
                    let column = batch.column(0).as_string::<i32>();
                    subjects.extend(column.iter().flatten().map(str::to_owned));
                }
            }
            subjects.sort_unstable();
            subjects.dedup();
            Ok(subjects)
        })
        .await?
    }

    /// The instant of the newest record the lake holds of the table, and when a batch last came in.
    pub async fn as_of(&self, table: &str) -> Result<Option<AsOf>, LakeError> {
        let table = Arc::clone(self.table(table)?);
        let snapshot = table.snapshot().await?;
        if let Some(found) = self.as_of_cache(&table.spec.name, snapshot.version) {
            return Ok(found);
        }
        let cache = Arc::clone(self.footers());
        let read = Arc::clone(&snapshot);
        let found = tokio::task::spawn_blocking(move || newest(&cache, &read)).await??;
        self.remember_as_of(&table.spec.name, snapshot.version, found);
        Ok(found)
    }
}

/// How fresh a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The newest change a source made to any record.
    pub source_updated_at: Timestamp,
    /// When the newest batch was received.
    pub received_at: Timestamp,
}

fn newest(cache: &scan::Footers, snapshot: &crate::table::Snapshot) -> Result<Option<AsOf>, LakeError> {
    let mut newest: Option<(i64, i64)> = None;
    for file in &snapshot.files {
        let bounds = scan::upper_bounds(cache, file, ["source_updated_at", "received_at"])?;
        if let [Some(updated), Some(received)] = bounds {
            let (known_updated, known_received) = newest.unwrap_or((i64::MIN, i64::MIN));
            newest = Some((known_updated.max(updated), known_received.max(received)));
        }
    }
    Ok(newest.and_then(|(updated, received)| {
        Some(AsOf {
            source_updated_at: Timestamp::from_microsecond(updated).ok()?,
            received_at: Timestamp::from_microsecond(received).ok()?,
        })
    }))
}

fn note<F: Fn(KeyDigest) -> bool>(
    batch: &arrow::array::RecordBatch,
    wanted: &F,
    known: &mut HashMap<KeyDigest, Known>,
) {
    let text = |name: &str| batch.column_by_name(name).map(arrow::array::AsArray::as_string::<i32>);
    let (Some(keys), Some(ops), Some(states)) = (text("natural_key"), text("op"), text("repair_state"))
    else {
        return;
    };
    let (Some(updated), Some(hashes), Some(versions)) = (
        batch
            .column_by_name("source_updated_at")
            .map(arrow::array::AsArray::as_primitive::<TimestampMicrosecondType>),
        batch.column_by_name("content_hash").map(arrow::array::AsArray::as_primitive::<Int64Type>),
        batch.column_by_name("version").map(arrow::array::AsArray::as_primitive::<Int32Type>),
    ) else {
        return;
    };
    for row in 0..batch.num_rows() {
        let digest = key_digest(keys.value(row));
        if !wanted(digest) {
            continue;
        }
        let found = Known {
            source_updated_at: updated.value(row),
            content_hash: hashes.value(row),
            version: versions.value(row),
            withdrawn: ops.value(row) == "withdraw",
            repaired: states.value(row) == "repaired",
        };
        let kept = known.entry(digest).or_insert(found);
        if found.version > kept.version {
            *kept = found;
        }
    }
}
