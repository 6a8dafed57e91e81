//! Compaction: arrivals are merged into the current tier and superseded versions move to history, in
//! one commit that no reader notices.

use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch, not};
use arrow::datatypes::Int32Type;
use deltalake_core::kernel::{Action, Add};

use crate::Lake;
use crate::error::LakeError;
use crate::keys::key_digest;
use crate::scan;
use crate::table::{ActiveFile, CommitNote, Table, Tier};
use crate::write;

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Rows now in the compacted tier.
    pub rows_current: usize,
    /// Rows moved to history.
    pub rows_superseded: usize,
    /// Files replaced.
    pub files_before: usize,
}

impl Lake {
    /// Compacts one table; nothing happens where nothing arrived since the last time.
    pub async fn compact(&self, table: &str) -> Result<Compacted, LakeError> {
        let table = Arc::clone(self.table(table)?);
        if !table.exists() {
            return Ok(Compacted::default());
        }
        let _lock = table.lock().await?;
        let snapshot = table.snapshot().await?;
        if snapshot.tier(Tier::Arrival).next().is_none() {
            return Ok(Compacted::default());
        }
        let footers = Arc::clone(self.footers());
        let writer = Arc::clone(&table);
        let (actions, done) = tokio::task::spawn_blocking(move || {
            let old: Vec<&ActiveFile> =
                snapshot.files.iter().filter(|file| file.tier != Tier::History).collect();
            rewrite(&writer, &footers, &old)
        })
        .await??;
        table.commit(actions, CommitNote::Compaction).await?;
        Ok(done)
    }
}

fn rewrite(
    table: &Table,
    footers: &scan::Footers,
    old: &[&ActiveFile],
) -> Result<(Vec<Action>, Compacted), LakeError> {
    let mut batches = Vec::new();
    for file in old {
        batches.extend(scan::all(footers, file)?);
    }
    let all = concat_batches(&table.schema, &batches)?;
    let newest = newest_mask(&all);
    let current = filter_record_batch(&all, &newest)?;
    let superseded = filter_record_batch(&all, &not(&newest)?)?;
    let mut actions = vec![Action::Add(unchanged(write::write_file(table, &current, Tier::Current)?))];
    if superseded.num_rows() > 0 {
        actions.push(Action::Add(unchanged(write::write_file(table, &superseded, Tier::History)?)));
    }
    let now = match &actions[0] {
        Action::Add(add) => add.modification_time,
        _ => 0,
    };
    actions.extend(old.iter().map(|file| Action::Remove(remove(&file.add, now))));
    let done = Compacted {
        rows_current: current.num_rows(),
        rows_superseded: superseded.num_rows(),
        files_before: old.len(),
    };
    Ok((actions, done))
}

/// The newest version of each record, withdrawals included: they stand for "gone".
fn newest_mask(all: &RecordBatch) -> BooleanArray {
    let keys = all.column_by_name("natural_key").map(arrow::array::AsArray::as_string::<i32>);
    let numbers = all.column_by_name("version").map(arrow::array::AsArray::as_primitive::<Int32Type>);
    let (Some(keys), Some(numbers)) = (keys, numbers) else {
        return BooleanArray::from(vec![true; all.num_rows()]);
    };
    let digests: Vec<u128> = (0..all.num_rows()).map(|row| key_digest(keys.value(row))).collect();
    let mut best = std::collections::HashMap::with_capacity(all.num_rows());
    for (row, digest) in digests.iter().enumerate() {
        best.entry(*digest)
            .and_modify(|kept: &mut usize| {
                if numbers.value(row) > numbers.value(*kept) {
                    *kept = row;
                }
            })
            .or_insert(row);
    }
    digests.iter().enumerate().map(|(row, digest)| Some(best.get(digest) == Some(&row))).collect()
}

fn unchanged(mut add: Add) -> Add {
    add.data_change = false;
    add
}

fn remove(add: &Add, now: i64) -> deltalake_core::kernel::Remove {
    deltalake_core::kernel::Remove {
        path: add.path.clone(),
        data_change: false,
        deletion_timestamp: Some(now),
        extended_file_metadata: Some(true),
        partition_values: Some(add.partition_values.clone()),
        size: Some(add.size),
        tags: None,
        deletion_vector: None,
        base_row_id: None,
        default_row_commit_version: None,
    }
}
