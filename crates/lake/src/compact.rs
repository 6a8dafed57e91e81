//! Compaction: arrivals are merged into the current tier and superseded versions move to history, range by range,
//! in one commit that no reader notices. Deliveries go on meanwhile: what comes in stays an arrival.

use std::path::PathBuf;
use std::sync::Arc;

use deltalake_core::kernel::{Action, Add, Remove};
use jq_base::clock::Clock;

use crate::Lake;
use crate::bounds::page_starts;
use crate::error::LakeError;
use crate::footers::Footers;
use crate::log::CommitNote;
use crate::merge::{Merge, Merged};
use crate::pace::{Pace, unless_left};
use crate::retention::Doomed;
use crate::side_by_side::side_by_side;
use crate::snapshot::{ActiveFile, Snapshot, Tier};
use crate::stretch::{Piece, stretches};
use crate::table::Table;
use crate::write::NewFile;

/// Small files of history that a stretch may have before they are merged as well.
const HISTORY_FILES_MAX: usize = 4;

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

impl Lake {
    /// Compacts one table as fast as it goes; nothing happens where nothing arrived since the last time and no column
    /// has become wider.
    pub async fn compact(&self, table: &str) -> Result<Compacted, LakeError> {
        self.compact_table(table, &Pace::default()).await
    }

    /// Compacts one table at this pace; nothing comes back when that is left for another time, because somebody else
    /// cares for the table or the work was told to stop.
    pub async fn compact_at(&self, table: &str, pace: &Pace) -> Result<Option<Compacted>, LakeError> {
        unless_left(self.compact_table(table, pace).await)
    }

    async fn compact_table(&self, table: &str, pace: &Pace) -> Result<Compacted, LakeError> {
        let table = Arc::clone(self.table(table)?);
        if !table.exists() {
            return Ok(Compacted::default());
        }
        let _alone = table.lock_for_care(pace).await?;
        let widened = self.widen(&table, pace).await?;
        let snapshot = table.snapshot().await?;
        if snapshot.tier(Tier::Arrival).next().is_none() {
            return Ok(Compacted { files_before: widened, files_after: widened, ..Compacted::default() });
        }
        self.rewrite(&table, snapshot, Doomed::default(), CommitNote::Compaction, pace).await
    }

    /// Rewrites the current tier with all arrivals, and without what is doomed, in one commit. The caller cares for
    /// the table alone.
    pub(crate) async fn rewrite(
        &self,
        table: &Arc<Table>,
        snapshot: Arc<Snapshot>,
        doomed: Doomed,
        note: CommitNote<'_>,
        pace: &Pace,
    ) -> Result<Compacted, LakeError> {
        let (footers, writer, at) = (Arc::clone(self.footers()), Arc::clone(table), pace.clone());
        let work = tokio::task::spawn_blocking(move || merge_all(&writer, &footers, &snapshot, &doomed, &at));
        let Merged { added, replaced, mut done } = work.await??;
        done.files_before = replaced.len();
        done.files_after = added.len();
        if done.files_before > 0 {
            let _lock = table.lock_for_writing(pace).await?;
            table.commit(exchange(added, &replaced), note).await?;
            let gone: Vec<PathBuf> = replaced.iter().map(|add| table.root.join(&add.path)).collect();
            self.footers().forget(gone.iter());
        }
        Ok(done)
    }
}

fn merge_all(
    table: &Table,
    footers: &Footers,
    snapshot: &Snapshot,
    doomed: &Doomed,
    pace: &Pace,
) -> Result<Merged, LakeError> {
    let file_rows = table.sizes.file_rows;
    let arrivals: Vec<&ActiveFile> = snapshot.tier(Tier::Arrival).collect();
    let stretches = stretches(snapshot, file_rows);
    let history = small_history(snapshot, stretches.len(), file_rows);
    let mut arrived = Vec::new();
    for file in &arrivals {
        arrived.extend(page_starts(footers, file)?);
    }
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for stretch in stretches {
        pieces.extend(stretch.pieces(footers, &arrived, file_rows)?);
    }
    let merge = Merge { table, footers, arrivals: &arrivals, history: &history, doomed, pace };
    let parts = side_by_side(pace.workers(), pieces.iter(), |piece, all| merge.piece(piece, all))?;
    let mut all = parts.into_iter().fold(Merged::default(), Merged::and);
    all.replaced.extend(arrivals.iter().chain(&history).map(|file| Arc::clone(&file.add)));
    for file in snapshot.tier(Tier::History).filter(|file| doomed.touches(file)) {
        if history.iter().all(|merged| merged.path != file.path) {
            merge.history_file(file, &mut all)?;
        }
    }
    Ok(all)
}

/// The small files of history, once there are many for so many stretches.
fn small_history(snapshot: &Snapshot, stretches: usize, file_rows: usize) -> Vec<&ActiveFile> {
    let small: Vec<&ActiveFile> =
        snapshot.tier(Tier::History).filter(|file| file.rows * 2 < file_rows as u64).collect();
    if small.len() > stretches * HISTORY_FILES_MAX { small } else { Vec::new() }
}

/// The actions that put new files in the place of others without changing what is known.
pub(crate) fn exchange(added: Vec<NewFile>, replaced: &[Arc<Add>]) -> Vec<Action> {
    let now = Clock::System.now().as_millisecond();
    let added = added.into_iter().map(|file| Action::Add(Add { data_change: false, ..file.into_add() }));
    added.chain(replaced.iter().map(|add| Action::Remove(remove(add, now)))).collect()
}

fn remove(add: &Add, now: i64) -> Remove {
    Remove {
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
