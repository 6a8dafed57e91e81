//! Care for what lies in the lake: records past their time are erased, and files that no version needs any more are
//! removed once every reader has had time to leave them.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, TimestampMicrosecondType};
use deltalake_core::operations::vacuum::VacuumMode;
use jiff::SignedDuration;
use jiff::civil::Date;

use crate::Lake;
use crate::compact::{Compacted, rewrite};
use crate::error::LakeError;
use crate::table::CommitNote;
use crate::value::day_number;

/// Until when the records of a table are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Columns of dates or instants that say when the recorded event ended; of each record the first filled one
    /// counts, and a record without any is kept.
    pub since: Vec<String>,
    /// Records that ended before this day are erased, in all their versions.
    pub ended_before: Date,
    /// Repaired records that were received before this day are erased.
    pub repaired_before: Date,
}

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
        let table = Arc::clone(self.table(table)?);
        if !table.exists() {
            return Ok(Compacted::default());
        }
        let _alone = table.lock(".compaction-lock").await?;
        let snapshot = table.snapshot().await?;
        let footers = Arc::clone(self.footers());
        let writer = Arc::clone(&table);
        let (actions, done) = tokio::task::spawn_blocking(move || {
            let erase = move |rows: &RecordBatch| retention.over(rows);
            rewrite(&writer, &footers, &snapshot, Some(&erase))
        })
        .await??;
        if actions.is_empty() {
            return Ok(done);
        }
        let _lock = table.lock(".writer-lock").await?;
        table.commit(actions, CommitNote::Retention).await?;
        Ok(done)
    }

    /// Removes files that have not been part of the table for `grace` or longer: superseded by compaction, emptied
    /// by erasure, or left by a delivery that was cut off. Whoever reads an older version than that fails.
    pub async fn vacuum(&self, table: &str, grace: SignedDuration) -> Result<Vacuumed, LakeError> {
        let table = Arc::clone(self.table(table)?);
        if !table.exists() {
            return Ok(Vacuumed::default());
        }
        let _alone = table.lock(".compaction-lock").await?;
        let _lock = table.lock(".writer-lock").await?;
        table.remove_leftovers(grace)?;
        let before = table.bytes_on_disk()?;
        let files = table.vacuum(grace, VacuumMode::Full).await?;
        Ok(Vacuumed { files, bytes: before.saturating_sub(table.bytes_on_disk()?) })
    }
}

impl Retention {
    /// Which rows are past their time.
    fn over(&self, rows: &RecordBatch) -> Vec<bool> {
        let ended = day_number(self.ended_before);
        let repaired = day_number(self.repaired_before);
        let columns: Vec<&dyn Array> =
            self.since.iter().filter_map(|name| Some(rows.column_by_name(name)?.as_ref())).collect();
        let states = rows.column_by_name("repair_state").map(AsArray::as_string::<i32>);
        let received = rows.column_by_name("received_at").map(AsRef::<dyn Array>::as_ref);
        (0..rows.num_rows())
            .map(|row| {
                let end = columns.iter().find_map(|column| day_of(*column, row));
                let sealed = states.is_some_and(|all| all.value(row) == "repaired");
                let since = received.and_then(|column| day_of(column, row));
                end.is_some_and(|end| end < ended) || (sealed && since.is_some_and(|since| since < repaired))
            })
            .collect()
    }
}

/// The day in a row of a column of dates or instants.
fn day_of(column: &dyn Array, row: usize) -> Option<i32> {
    const DAY_MICROS: i64 = 86_400_000_000;
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Date32 => Some(column.as_primitive::<Date32Type>().value(row)),
        DataType::Timestamp(..) => {
            let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
            i32::try_from(micros.div_euclid(DAY_MICROS)).ok()
        }
        _ => None,
    }
}
