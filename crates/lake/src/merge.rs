//! One piece of a rewriting: of each record the newest version stays current, what it supersedes goes to history, and
//! what is doomed goes nowhere.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use deltalake_core::kernel::Add;

use crate::compact::Compacted;
use crate::error::LakeError;
use crate::footers::Footers;
use crate::keys::key_digest;
use crate::order::{Place, order, places};
use crate::pace::Pace;
use crate::retention::Doomed;
use crate::scan;
use crate::schema;
use crate::snapshot::{ActiveFile, Tier};
use crate::stretch::Piece;
use crate::table::Table;
use crate::write::{NewFile, write_rows};

/// What all pieces of a rewriting have in common.
pub(crate) struct Merge<'m> {
    pub(crate) table: &'m Table,
    pub(crate) footers: &'m Footers,
    pub(crate) arrivals: &'m [&'m ActiveFile],
    /// Files of history that are merged as well.
    pub(crate) history: &'m [&'m ActiveFile],
    pub(crate) doomed: &'m Doomed,
    pub(crate) pace: &'m Pace,
}

/// What came of pieces.
#[derive(Default)]
pub(crate) struct Merged {
    pub(crate) added: Vec<NewFile>,
    pub(crate) replaced: Vec<Arc<Add>>,
    pub(crate) done: Compacted,
}

impl Merged {
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.added.extend(other.added);
        self.replaced.extend(other.replaced);
        self.done.rows_current += other.done.rows_current;
        self.done.rows_superseded += other.done.rows_superseded;
        self.done.rows_erased += other.done.rows_erased;
        self
    }
}

impl Merge<'_> {
    /// Merges one piece into files of its own.
    pub(crate) fn piece(&self, piece: &Piece<'_>, all: &mut Merged) -> Result<(), LakeError> {
        self.pace.go_on()?;
        let began = Instant::now();
        let mut batches = self.within(self.arrivals, piece)?;
        let is_doomed = piece.files.iter().any(|file| self.doomed.touches(file));
        let mut newest = Vec::new();
        let mut superseded = Vec::new();
        if !batches.is_empty() || piece.files.len() > 1 || !piece.is_whole || is_doomed {
            batches.extend(self.current(piece)?);
            (newest, superseded) = newest_rows(&batches);
            if piece.is_first {
                all.replaced.extend(piece.files.iter().map(|file| Arc::clone(&file.add)));
            }
        }
        all.done.rows_superseded += superseded.len();
        let before = batches.len();
        batches.extend(self.within(self.history, piece)?);
        superseded.extend(places(&batches).filter(|(batch, _)| *batch >= before));
        self.write(&batches, newest, superseded, all)?;
        self.pace.rest(began);
        Ok(())
    }

    /// Rewrites a file of history without what is doomed.
    pub(crate) fn history_file(&self, file: &ActiveFile, all: &mut Merged) -> Result<(), LakeError> {
        let batches = self.all_rows(file)?;
        let rows = places(&batches).collect();
        self.write(&batches, Vec::new(), rows, all)?;
        all.replaced.push(Arc::clone(&file.add));
        Ok(())
    }

    fn write(
        &self,
        batches: &[RecordBatch],
        newest: Vec<Place>,
        superseded: Vec<Place>,
        all: &mut Merged,
    ) -> Result<(), LakeError> {
        self.pace.go_on()?;
        let doomed: Vec<Vec<bool>> = batches.iter().map(|rows| self.doomed.rows(rows)).collect();
        let rows = newest.len() + superseded.len();
        let kept = |(batch, row): &Place| !doomed[*batch].get(*row).is_some_and(|doomed| *doomed);
        let current = order(batches, newest.into_iter().filter(kept));
        let history = order(batches, superseded.into_iter().filter(kept));
        all.done.rows_current += current.len();
        all.done.rows_erased += rows - current.len() - history.len();
        write_rows(self.table, Tier::Current, batches, &current, self.pace, &mut all.added)?;
        write_rows(self.table, Tier::History, batches, &history, self.pace, &mut all.added)
    }

    /// The rows of the piece's own files that lie within it.
    fn current(&self, piece: &Piece<'_>) -> Result<Vec<RecordBatch>, LakeError> {
        if !piece.is_whole {
            return self.within(&piece.files, piece);
        }
        let mut batches = Vec::new();
        for file in &piece.files {
            batches.extend(self.all_rows(file)?);
        }
        Ok(batches)
    }

    /// The rows of these files that lie within a piece, in today's columns.
    fn within(&self, files: &[&ActiveFile], piece: &Piece<'_>) -> Result<Vec<RecordBatch>, LakeError> {
        let mut batches = Vec::new();
        for file in files {
            self.pace.go_on()?;
            let found = scan::subject_range(self.footers, file, piece.from.as_deref(), piece.to.as_deref())?;
            for rows in found {
                batches.push(schema::conform(rows, &self.table.schema)?);
            }
        }
        Ok(batches)
    }

    /// All rows of a file in today's columns.
    fn all_rows(&self, file: &ActiveFile) -> Result<Vec<RecordBatch>, LakeError> {
        let mut batches = Vec::new();
        for rows in scan::all(self.footers, file)? {
            self.pace.go_on()?;
            batches.push(schema::conform(rows?, &self.table.schema)?);
        }
        Ok(batches)
    }
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
