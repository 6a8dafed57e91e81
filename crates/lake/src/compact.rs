//! Compaction: arrivals are merged into the current tier and superseded versions move to history, range by range,
//! in one commit that no reader notices. Deliveries go on meanwhile: what comes in stays an arrival.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use deltalake_core::kernel::{Action, Add};
use jq_base::clock::Clock;

use crate::Lake;
use crate::error::LakeError;
use crate::keys::key_digest;
use crate::order::{Place, order, places};
use crate::scan;
use crate::schema::{self, FILE_ROWS};
use crate::side_by_side::side_by_side;
use crate::table::{ActiveFile, CommitNote, Snapshot, Table, Tier};
use crate::write::{NewFile, write_rows};

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Rows now in the files that were written.
    pub rows_current: usize,
    /// Rows moved to history.
    pub rows_superseded: usize,
    /// Rows that were erased.
    pub rows_erased: usize,
    /// Files replaced.
    pub files_before: usize,
    /// Files written in their stead.
    pub files_after: usize,
}

/// Says for each row whether a rewriting leaves it out.
pub(crate) type Erase = dyn Fn(&RecordBatch) -> Vec<bool> + Send + Sync;

impl Lake {
    /// Compacts one table; nothing happens where nothing arrived since the last time.
    pub async fn compact(&self, table: &str) -> Result<Compacted, LakeError> {
        let table = Arc::clone(self.table(table)?);
        if !table.exists() {
            return Ok(Compacted::default());
        }
        let _alone = table.lock(".compaction-lock").await?;
        let snapshot = table.snapshot().await?;
        if snapshot.tier(Tier::Arrival).next().is_none() {
            return Ok(Compacted::default());
        }
        let footers = Arc::clone(self.footers());
        let writer = Arc::clone(&table);
        let (actions, done) =
            tokio::task::spawn_blocking(move || rewrite(&writer, &footers, &snapshot, None)).await??;
        let _lock = table.lock(".writer-lock").await?;
        table.commit(actions, CommitNote::Compaction).await?;
        Ok(done)
    }
}

/// A stretch of subjects whose files are rewritten together.
struct Stretch<'s> {
    files: Vec<&'s ActiveFile>,
    from: Option<&'s str>,
    to: Option<&'s str>,
}

/// What came of a stretch.
#[derive(Default)]
struct Rewritten {
    added: Vec<NewFile>,
    replaced: Vec<Arc<Add>>,
    done: Compacted,
}

/// Rewrites the current tier with all arrivals, and where rows are erased the history too.
pub(crate) fn rewrite(
    table: &Table,
    footers: &scan::Footers,
    snapshot: &Snapshot,
    erase: Option<&Erase>,
) -> Result<(Vec<Action>, Compacted), LakeError> {
    let arrivals: Vec<&ActiveFile> = snapshot.tier(Tier::Arrival).collect();
    let parts = side_by_side(stretches(snapshot).into_iter(), |stretch, all| {
        merge(table, footers, &stretch, &arrivals, erase, all)
    })?;
    let mut all = parts.into_iter().fold(Rewritten::default(), Rewritten::and);
    all.replaced.extend(arrivals.iter().map(|file| Arc::clone(&file.add)));
    if let Some(erase) = erase {
        for file in snapshot.tier(Tier::History) {
            rewrite_history(table, footers, file, erase, &mut all)?;
        }
    }
    let now = Clock::System.now().as_millisecond();
    all.done.files_before = all.replaced.len();
    all.done.files_after = all.added.len();
    let added = all.added.into_iter().map(|file| Action::Add(unchanged(file.into_add())));
    let removed = all.replaced.iter().map(|add| Action::Remove(remove(add, now)));
    Ok((added.chain(removed).collect(), all.done))
}

impl Rewritten {
    fn and(mut self, other: Self) -> Self {
        self.added.extend(other.added);
        self.replaced.extend(other.replaced);
        self.done.rows_current += other.done.rows_current;
        self.done.rows_superseded += other.done.rows_superseded;
        self.done.rows_erased += other.done.rows_erased;
        self
    }
}

/// The current tier cut into stretches: small neighbours go together, large files stand alone. Their bounds meet,
/// so that every arrival belongs to exactly one.
fn stretches(snapshot: &Snapshot) -> Vec<Stretch<'_>> {
    let mut stretches: Vec<Stretch<'_>> = Vec::new();
    let mut rows = 0;
    for file in snapshot.tier(Tier::Current) {
        match stretches.last_mut() {
            Some(last) if rows + file.rows <= FILE_ROWS as u64 => {
                last.files.push(file);
                rows += file.rows;
            }
            _ => {
                let from = file.subject_min.as_deref();
                stretches.push(Stretch { files: vec![file], from, to: None });
                rows = file.rows;
            }
        }
    }
    if stretches.is_empty() {
        stretches.push(Stretch { files: Vec::new(), from: None, to: None });
    }
    for place in 1..stretches.len() {
        stretches[place - 1].to = stretches[place].from;
    }
    stretches[0].from = None;
    stretches
}

fn merge(
    table: &Table,
    footers: &scan::Footers,
    stretch: &Stretch<'_>,
    arrivals: &[&ActiveFile],
    erase: Option<&Erase>,
    all: &mut Rewritten,
) -> Result<(), LakeError> {
    let mut batches = Vec::new();
    for file in arrivals {
        for batch in scan::subject_range(footers, file, stretch.from, stretch.to)? {
            batches.push(schema::conform(batch, &table.schema)?);
        }
    }
    if batches.is_empty() && stretch.files.len() < 2 && erase.is_none() {
        return Ok(());
    }
    for file in &stretch.files {
        batches.extend(all_rows(table, footers, file)?);
    }
    let erased: Vec<Vec<bool>> = erase.map(|erase| batches.iter().map(erase).collect()).unwrap_or_default();
    let gone = erased.iter().flatten().filter(|gone| **gone).count();
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    if gone == 0 && erase.is_some() && stretch.files.len() < 2 && rows == stretch_rows(stretch) {
        return Ok(());
    }
    let kept = |(batch, row): &Place| erased.get(*batch).is_none_or(|erased| !erased[*row]);
    let (newest, superseded) = newest_rows(&batches);
    let current = order(&batches, newest.into_iter().filter(kept));
    let history = order(&batches, superseded.into_iter().filter(kept));
    all.done.rows_current += current.len();
    all.done.rows_superseded += history.len();
    all.done.rows_erased += gone;
    write_rows(table, Tier::Current, &batches, &current, &mut all.added)?;
    write_rows(table, Tier::History, &batches, &history, &mut all.added)?;
    all.replaced.extend(stretch.files.iter().map(|file| Arc::clone(&file.add)));
    Ok(())
}

/// All rows of a file in today's columns.
fn all_rows(
    table: &Table,
    footers: &scan::Footers,
    file: &ActiveFile,
) -> Result<Vec<RecordBatch>, LakeError> {
    let rows = scan::all(footers, file)?.map(|batch| schema::conform(batch?, &table.schema));
    Ok(rows.collect::<Result<_, _>>()?)
}

fn stretch_rows(stretch: &Stretch<'_>) -> usize {
    stretch.files.iter().map(|file| usize::try_from(file.rows).unwrap_or(usize::MAX)).sum()
}

fn rewrite_history(
    table: &Table,
    footers: &scan::Footers,
    file: &ActiveFile,
    erase: &Erase,
    all: &mut Rewritten,
) -> Result<(), LakeError> {
    let batches = all_rows(table, footers, file)?;
    let erased: Vec<Vec<bool>> = batches.iter().map(erase).collect();
    let gone = erased.iter().flatten().filter(|gone| **gone).count();
    if gone == 0 {
        return Ok(());
    }
    let kept: Vec<Place> = places(&batches).filter(|(batch, row)| !erased[*batch][*row]).collect();
    write_rows(table, Tier::History, &batches, &kept, &mut all.added)?;
    all.done.rows_erased += gone;
    all.replaced.push(Arc::clone(&file.add));
    Ok(())
}

/// The newest version of each record, withdrawals included, which stand for "gone"; then what it supersedes. The
/// same version found twice is kept once.
fn newest_rows(batches: &[RecordBatch]) -> (Vec<Place>, Vec<Place>) {
    let rows = batches.iter().map(RecordBatch::num_rows).sum();
    let mut best: HashMap<u128, (i32, Place)> = HashMap::with_capacity(rows);
    let mut superseded = Vec::new();
    for (number, batch) in batches.iter().enumerate() {
        let keys = batch.column_by_name("natural_key").map(AsArray::as_string::<i32>);
        let versions = batch.column_by_name("version").map(AsArray::as_primitive::<Int32Type>);
        let (Some(keys), Some(versions)) = (keys, versions) else { continue };
        for row in 0..batch.num_rows() {
            let (found, place) = (versions.value(row), (number, row));
            match best.entry(key_digest(keys.value(row))) {
                Entry::Vacant(empty) => {
                    empty.insert((found, place));
                }
                Entry::Occupied(mut kept) => {
                    let known = kept.get().0;
                    if found > known {
                        superseded.push(kept.insert((found, place)).1);
                    } else if found < known {
                        superseded.push(place);
                    }
                }
            }
        }
    }
    (best.into_values().map(|(_, place)| place).collect(), superseded)
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
