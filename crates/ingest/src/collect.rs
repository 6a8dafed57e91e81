//! Putting checked blocks back in order: rows are numbered, keys that come twice are found, good rows go to the lake.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::Receiver;

use jq_lake::{Cell, LakeError, Load};

use crate::cells::CellsFault;
use crate::check::{CheckedBlock, ROW_NO};
use crate::error::IngestError;
use crate::fault::{Fault, FileFault};
use crate::keys::Keys;
use crate::layout::Layout;
use crate::manifest::Manifest;
use crate::rule::Rule;
use crate::wrong::WrongRows;

/// A checked batch, before it is compared with what the lake knows.
pub(crate) struct CheckedBatch {
    pub(crate) rows: u64,
    /// Good rows that withdraw their record.
    pub(crate) withdrawals: u64,
    pub(crate) keys: Keys,
    /// The subjects of good rows, where they say where the records can lie.
    pub(crate) subjects: Option<BTreeSet<String>>,
    pub(crate) wrong: WrongRows,
    /// The columns of rows as delivered.
    pub(crate) header: Vec<String>,
    /// The good rows.
    pub(crate) load: Load,
}

/// What became of a block.
pub(crate) type Outcome = (usize, Result<CheckedBlock, BlockFault>);

/// Why a block could not be checked.
pub(crate) enum BlockFault {
    Cells(CellsFault),
    Lake(LakeError),
}

/// Gathers what came of a batch's blocks.
pub(crate) struct Collector<'p> {
    manifest: &'p Manifest,
    batch: CheckedBatch,
}

impl<'p> Collector<'p> {
    pub(crate) fn new(manifest: &'p Manifest, subjects: Option<BTreeSet<String>>, load: Load) -> Self {
        let batch = CheckedBatch {
            rows: 0,
            withdrawals: 0,
            keys: Keys::with_room(manifest.rows),
            subjects,
            wrong: WrongRows::default(),
            header: Vec::new(),
            load,
        };
        Self { manifest, batch }
    }

    pub(crate) fn collect(
        &mut self,
        results: Receiver<Outcome>,
    ) -> Result<Result<(), FileFault>, IngestError> {
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (number, outcome) in results {
            early.insert(number, outcome);
            while let Some(outcome) = early.remove(&next) {
                match outcome {
                    Ok(block) => self.take(block)?,
                    Err(BlockFault::Lake(error)) => return Err(error.into()),
                    Err(BlockFault::Cells(CellsFault::Broken(fault))) => return Ok(Err(fault)),
                    Err(BlockFault::Cells(CellsFault::Encoding { row })) => {
                        let row = self.batch.rows + row as u64 + 1;
                        return Ok(Err(FileFault::new(Rule::EncodingWrong, format!("row {row}"))));
                    }
                }
                next += 1;
            }
        }
        Ok(Ok(()))
    }

    fn take(&mut self, mut block: CheckedBlock) -> Result<(), IngestError> {
        let batch = &mut self.batch;
        let before = batch.rows;
        let count = block.cells.len();
        batch.rows += count as u64;
        let mut withdrawals = block.withdrawals.len() as u64;
        let mut faults = std::mem::take(&mut block.faults).into_iter();
        let mut left_out = Vec::new();
        for row in 0..count {
            let row_no = before + row as u64 + 1;
            let place = u32::try_from(row_no).unwrap_or(u32::MAX);
            let fault = match block.digests[row] {
                None => faults.next().map(|fault| Fault { row_no, ..fault }),
                Some(digest) => batch.keys.enter(digest, place).map(|first| {
                    withdrawals -= u64::from(block.withdrawals.binary_search(&row).is_ok());
                    let key = block.rows.text_of("natural_key", row).unwrap_or_default();
                    Fault::new(row_no, None, &format!("{key} (= {first})"), Rule::DuplicateKey)
                }),
            };
            if let Some(fault) = fault {
                let delivered = block.delivered.as_ref().unwrap_or(&block.cells);
                batch.wrong.add(fault, self.manifest.rows, || delivered.row(row));
                left_out.push(u32::try_from(row).unwrap_or(u32::MAX));
            }
        }
        let numbers = (before + 1..=batch.rows).map(|row| Cell::Int(i64::try_from(row).unwrap_or(i64::MAX)));
        if !block.rows.columns_mut()[ROW_NO].fill(numbers) {
            return Err(block.rows.wrong_cell(ROW_NO).into());
        }
        batch.withdrawals += withdrawals;
        if !batch.load.is_first() {
            batch.keys.note_instants(&block.updated_at);
        }
        if let Some(subjects) = &mut batch.subjects {
            subjects.extend(block.subjects);
        }
        batch.load.push(block.rows, left_out)?;
        Ok(())
    }

    pub(crate) fn finish(mut self, layout: &Layout) -> Result<CheckedBatch, FileFault> {
        if self.batch.rows != self.manifest.rows {
            let detail = format!("{} ≠ {}", self.batch.rows, self.manifest.rows);
            return Err(FileFault::new(Rule::RowCount, detail));
        }
        self.batch.header.clone_from(&layout.delivered);
        Ok(self.batch)
    }
}
