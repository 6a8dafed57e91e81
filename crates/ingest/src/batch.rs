//! Checking a whole batch as it streams by: blocks are checked side by side, put back in order, freed of double
//! keys and handed to the lake, which keeps them until the batch is decided.
//!
//! ```text
//! file ─▶ Source (digest, decoding) ─▶ blocks ─┬▶ check ─┬▶ in order: double keys, row numbers ─▶ Load
//!                                              └▶ check ─┘
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use hashbrown::{DefaultHashBuilder, HashTable};
use jq_lake::{Cell, KeyDigest, Load, RowsBuilder};

use crate::cells::{Cells, CellsFault};
use crate::check::{self, Against, CheckedBlock, ROW_NO};
use crate::error::IngestError;
use crate::fault::{Fault, FileFault};
use crate::manifest::Manifest;
use crate::plan::ItemPlan;
use crate::rule::Rule;
use crate::source::{Block, Source};

/// Blocks that wait between two steps.
const WAITING_MAX: usize = 2;

/// A checked batch, before it is compared with what the lake knows.
pub(crate) struct CheckedBatch {
    pub(crate) rows: u64,
    /// Good rows that withdraw their record.
    pub(crate) withdrawals: u64,
    pub(crate) keys: Keys,
    /// The subjects of good rows, where they say where the records can lie.
    pub(crate) subjects: Option<BTreeSet<String>>,
    pub(crate) faults: Vec<Fault>,
    /// The wrong rows as delivered, in the order of `faults`.
    pub(crate) wrong_rows: Vec<Vec<String>>,
    /// The good rows.
    pub(crate) load: Load,
}

/// The digests of a batch's natural keys, each with the row that has it.
#[derive(Default)]
pub(crate) struct Keys {
    rows: HashTable<KeyRow>,
    hasher: DefaultHashBuilder,
}

/// Ninety-six bits of a digest tell the keys of a batch apart; with the row they fill sixteen bytes.
struct KeyRow {
    high: u64,
    low: u32,
    row: u32,
}

impl Keys {
    fn parts(digest: KeyDigest) -> (u64, u32) {
        #[expect(clippy::cast_possible_truncation, reason = "two pieces of a digest")]
        let parts = ((digest >> 64) as u64, digest as u32);
        parts
    }

    /// Enters the key of a row; the row that has it already, if one does.
    fn enter(&mut self, digest: KeyDigest, row: u32) -> Option<u32> {
        let (high, low) = Self::parts(digest);
        let hasher = &self.hasher;
        let entry = self.rows.entry(
            hasher.hash_one(high),
            |known| known.high == high && known.low == low,
            |known| hasher.hash_one(known.high),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(known) => Some(known.get().row),
            hashbrown::hash_table::Entry::Vacant(place) => {
                place.insert(KeyRow { high, low, row });
                None
            }
        }
    }

    /// True when a row of the batch has this key.
    pub(crate) fn has(&self, digest: KeyDigest) -> bool {
        let (high, low) = Self::parts(digest);
        let same = |known: &KeyRow| known.high == high && known.low == low;
        self.rows.find(self.hasher.hash_one(high), same).is_some()
    }
}

/// What a file is checked with.
pub(crate) struct Checking<'p> {
    pub(crate) against: Against<'p>,
    /// Gives a builder with room for so many rows.
    pub(crate) builder: &'p (dyn Fn(usize) -> RowsBuilder + Sync),
}

/// Reads and checks every row of the file.
pub(crate) fn check(
    path: &Path,
    manifest: &Manifest,
    checking: &Checking<'_>,
    load: Load,
) -> Result<Result<CheckedBatch, FileFault>, IngestError> {
    let source = match Source::open(path, manifest) {
        Ok(source) => source,
        Err(fault) => return Ok(Err(fault)),
    };
    let (give, blocks) = sync_channel::<Block>(WAITING_MAX);
    let (tell, results) = sync_channel(WAITING_MAX);
    let blocks = Mutex::new(blocks);
    let subjects = (checking.against.plan.key_names_subject && !load.is_first()).then(BTreeSet::new);
    let mut collector = Collector::new(manifest, subjects, load);
    let (digest, outcome) = std::thread::scope(|scope| {
        let reader = scope.spawn(move || source.read(|block| give.send(block).is_ok()));
        for _ in 0..workers() {
            let (blocks, tell) = (&blocks, tell.clone());
            scope.spawn(move || check_blocks(blocks, &tell, checking));
        }
        drop(tell);
        let outcome = collector.collect(results);
        // Workers that wait for a block must see that none is wanted any more, or the reader waits for them.
        let digest = reader.join().expect("the reader does not panic");
        (digest, outcome)
    });
    let outcome = outcome?;
    Ok(digest.and(outcome).and_then(|()| collector.finish()))
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// What became of a block.
type Outcome = (usize, Result<CheckedBlock, BlockFault>);

enum BlockFault {
    Cells(CellsFault),
    Header(FileFault),
    Lake(jq_lake::LakeError),
}

fn check_blocks(blocks: &Mutex<Receiver<Block>>, tell: &SyncSender<Outcome>, checking: &Checking<'_>) {
    // A worker goes on until there are no more blocks, also when nobody listens: the reader must not be held up.
    loop {
        let next = blocks.lock().expect("no panic holds this lock").recv();
        let Ok(block) = next else { return };
        let number = block.number;
        // Nobody listens any more once the file is known to be wrong.
        let _ = tell.send((number, check_block(&block, checking)));
    }
}

fn check_block(block: &Block, checking: &Checking<'_>) -> Result<CheckedBlock, BlockFault> {
    let mut cells = Cells::split(&block.text).map_err(BlockFault::Cells)?;
    if block.number == 0 {
        check_header(&cells.take_header(), checking.against.plan).map_err(BlockFault::Header)?;
    }
    let rows = (checking.builder)(cells.len());
    check::check(cells, checking.against, rows).map_err(BlockFault::Lake)
}

fn check_header(found: &[String], plan: &ItemPlan) -> Result<(), FileFault> {
    let wanted = &plan.header;
    if found == wanted {
        return Ok(());
    }
    let missing = wanted.iter().find(|name| !found.contains(name));
    let strange = found.iter().find(|name| !wanted.contains(name));
    let difference = match (missing, strange) {
        (Some(missing), Some(strange)) => format!("-{missing} +{strange}"),
        (Some(missing), None) => format!("-{missing}"),
        (None, Some(strange)) => format!("+{strange}"),
        (None, None) => format!("{} …", wanted.iter().take(4).cloned().collect::<Vec<_>>().join(",")),
    };
    Err(FileFault::new(Rule::HeaderWrong, difference))
}

/// Puts the blocks back in order and gathers what came of them.
struct Collector<'p> {
    manifest: &'p Manifest,
    batch: CheckedBatch,
    header_seen: bool,
}

impl<'p> Collector<'p> {
    fn new(manifest: &'p Manifest, subjects: Option<BTreeSet<String>>, load: Load) -> Self {
        let batch = CheckedBatch {
            rows: 0,
            withdrawals: 0,
            keys: Keys::default(),
            subjects,
            faults: Vec::new(),
            wrong_rows: Vec::new(),
            load,
        };
        Self { manifest, batch, header_seen: false }
    }

    fn collect(&mut self, results: Receiver<Outcome>) -> Result<Result<(), FileFault>, IngestError> {
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (number, outcome) in results {
            early.insert(number, outcome);
            while let Some(outcome) = early.remove(&next) {
                match outcome {
                    Ok(block) => self.take(block)?,
                    Err(BlockFault::Lake(error)) => return Err(error.into()),
                    Err(BlockFault::Header(fault) | BlockFault::Cells(CellsFault::Broken(fault))) => {
                        return Ok(Err(fault));
                    }
                    Err(BlockFault::Cells(CellsFault::Encoding { row })) => {
                        // The first block's first row is the header.
                        let row = self.batch.rows + row as u64 + u64::from(self.header_seen);
                        return Ok(Err(FileFault::new(Rule::EncodingWrong, format!("row {row}"))));
                    }
                }
                self.header_seen = true;
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
            let _ = block.rows.columns_mut()[ROW_NO].push(Cell::Int(place.into()));
            if let Some(fault) = fault {
                batch.faults.push(fault);
                batch.wrong_rows.push(block.cells.row(row));
                left_out.push(u32::try_from(row).unwrap_or(u32::MAX));
            }
        }
        batch.withdrawals += withdrawals;
        if let Some(subjects) = &mut batch.subjects {
            subjects.extend(block.subjects);
        }
        batch.load.push(block.rows, &left_out)?;
        Ok(())
    }

    fn finish(self) -> Result<CheckedBatch, FileFault> {
        if !self.header_seen {
            return Err(FileFault::new(Rule::HeaderWrong, "-"));
        }
        if self.batch.rows != self.manifest.rows {
            let detail = format!("{} ≠ {}", self.batch.rows, self.manifest.rows);
            return Err(FileFault::new(Rule::RowCount, detail));
        }
        Ok(self.batch)
    }
}

/// Subjects at places all over the file, so that its rows can be cut into even ranges before they are read. What
/// cannot be read right is only a worse guess.
pub(crate) fn sample(path: &Path, plan: &ItemPlan) -> Vec<String> {
    use std::io::{Read, Seek, SeekFrom};
    const PLACES: u64 = 2_000;
    const BYTES: usize = 2_048;
    let Ok(mut file) = std::fs::File::open(path) else { return Vec::new() };
    let size = file.metadata().map_or(0, |meta| meta.len());
    let mut subjects = Vec::new();
    let mut piece = [0; BYTES];
    for place in 0..PLACES {
        if file.seek(SeekFrom::Start(size / PLACES * place)).is_err() {
            break;
        }
        let Ok(read) = file.read(&mut piece) else { break };
        let text = String::from_utf8_lossy(&piece[..read]);
        let Some(row) = text.split('\n').nth(1) else { continue };
        let cells: Vec<&str> = row.split(',').collect();
        let subject = plan.subject.iter().find_map(|&(column, is_key)| {
            let cell = cells.get(column)?.trim();
            (!cell.is_empty()).then(|| if is_key { cell.to_owned() } else { format!("name:{cell}") })
        });
        subjects.extend(subject);
    }
    subjects
}
