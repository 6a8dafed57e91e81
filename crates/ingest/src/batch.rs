//! Checking a whole batch as it streams by: blocks are checked side by side, put back in order, freed of double
//! keys and handed to the lake, which keeps them until the batch is decided.
//!
//! ```text
//! file ─▶ Source (digest, decoding) ─▶ blocks ─┬▶ cells, translation, check ─┬▶ in order: keys, row numbers ─▶ Load
//!                                              └▶ cells, translation, check ─┘
//! ```

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use jq_lake::{Load, RowsBuilder};

use crate::check::{self, Against, CheckedBlock};
use crate::collect::{BlockFault, CheckedBatch, Collector, Outcome};
use crate::error::IngestError;
use crate::fault::FileFault;
use crate::layout::Layouts;
use crate::manifest::Manifest;
use crate::source::{Block, Source};

/// Blocks that wait between two steps.
const WAITING_MAX: usize = 6;

/// What a file is checked with.
pub(crate) struct Checking<'p> {
    pub(crate) against: Against<'p>,
    pub(crate) layouts: Layouts<'p>,
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
    let source = match Source::open(path, manifest, checking.layouts) {
        Ok(source) => source,
        Err(fault) => return Ok(Err(fault)),
    };
    let (give, blocks) = sync_channel::<Block>(WAITING_MAX);
    let (tell, results) = sync_channel(WAITING_MAX);
    let blocks = Mutex::new(blocks);
    let subjects = (checking.against.plan.key_names_subject && !load.is_first()).then(BTreeSet::new);
    let mut collector = Collector::new(manifest, subjects, load);
    let (read, outcome) = std::thread::scope(|scope| {
        let reader = scope.spawn(move || source.read(|block| give.send(block).is_ok()));
        for _ in 0..workers() {
            let (blocks, tell) = (&blocks, tell.clone());
            scope.spawn(move || check_blocks(blocks, &tell, checking));
        }
        drop(tell);
        let outcome = collector.collect(results);
        // Workers that wait for a block must see that none is wanted any more, or the reader waits for them.
        let read = reader.join().expect("the reader does not panic");
        (read, outcome)
    });
    let outcome = outcome?;
    // What is wrong with the file as a whole counts before what is wrong with a block of it.
    Ok(read.and_then(|layout| outcome.and_then(|()| collector.finish(&layout))))
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

fn check_blocks(blocks: &Mutex<Receiver<Block>>, tell: &SyncSender<Outcome>, checking: &Checking<'_>) {
    // A worker goes on until there are no more blocks, also when nobody listens: the reader must not be held up.
    loop {
        let next = blocks.lock().expect("no panic holds this lock").recv();
        let Ok(block) = next else { return };
        let number = block.number;
        // Nobody listens any more once the file is known to be wrong.
        let _ = tell.send((number, check_block(block, checking)));
    }
}

fn check_block(block: Block, checking: &Checking<'_>) -> Result<CheckedBlock, BlockFault> {
    let cells = block.content.into_cells(&block.layout).map_err(BlockFault::Cells)?;
    let (cells, delivered) = match &block.layout.translation {
        None => (cells, None),
        Some(translation) => (translation.apply(&cells), Some(cells)),
    };
    let rows = (checking.builder)(cells.len());
    let checked = check::check(cells, checking.against, rows).map_err(BlockFault::Lake)?;
    Ok(CheckedBlock { delivered, ..checked })
}
