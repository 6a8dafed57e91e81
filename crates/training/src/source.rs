//! A CSV file, plain or compressed with gzip, read row by row; every fault names its line.
//!
//! A thread of its own unpacks and cuts rows while the caller works on those before; a few batches are on their way at
//! most, so that memory stays small.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use csv::ByteRecord;
use flate2::bufread::MultiGzDecoder;

use crate::error::TrainingError;
use crate::problem::Problem;

/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 17;
/// Rows handed over at once.
const BATCH_ROWS: usize = 512;
/// Batches on their way at most.
const BATCHES: usize = 4;
/// A row longer than this is no row: a quote was left open.
const ROW_BYTES_MAX: usize = 16 << 20;

/// What may separate cells.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows that are handed over, and how many of them are filled.
type Batch = Result<(Vec<ByteRecord>, usize), TrainingError>;

/// An open table.
pub(crate) struct Source {
    path: PathBuf,
    header: Vec<String>,
    line: u64,
    batches: Receiver<Batch>,
    spare: Sender<Vec<ByteRecord>>,
    rows: Vec<ByteRecord>,
    filled: usize,
    at: usize,
}

/// What the reading thread holds.
struct Cutter {
    path: PathBuf,
    cells: usize,
    reader: csv::Reader<Gauge>,
    since_row: Arc<AtomicUsize>,
}

/// Counts the bytes read since the last whole row, and refuses to go on where no row ends: a quote that was left open
/// would else take the rest of the file into memory.
struct Gauge {
    bytes: BufReader<Box<dyn Read + Send>>,
    since_row: Arc<AtomicUsize>,
}

impl Read for Gauge {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.since_row.load(Ordering::Relaxed) > ROW_BYTES_MAX {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let count = self.bytes.read(buffer)?;
        self.since_row.fetch_add(count, Ordering::Relaxed);
        Ok(count)
    }
}

impl Source {
    /// Opens a file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, TrainingError> {
        let failed = |source| TrainingError::Read { path: path.to_owned(), source };
        let mut file = BufReader::with_capacity(BUFFER_BYTES, File::open(path).map_err(failed)?);
        let is_compressed = file.fill_buf().map_err(failed)?.starts_with(&[0x1F, 0x8B]);
        let bytes: Box<dyn Read + Send> =
            if is_compressed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        let mut bytes = BufReader::with_capacity(BUFFER_BYTES, bytes);
        let separator = separator(bytes.fill_buf().map_err(failed)?);
        let since_row = Arc::new(AtomicUsize::new(0));
        let mut reader = csv::ReaderBuilder::new()
            .buffer_capacity(BUFFER_BYTES)
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(Gauge { bytes, since_row: Arc::clone(&since_row) });
        let mut first = ByteRecord::new();
        if !reader.read_byte_record(&mut first).map_err(|error| fault(path, 1, &error, &since_row))? {
            return Err(TrainingError::file(path, Problem::Empty));
        }
        let header = header(path, &first)?;
        let (hand_over, batches) = sync_channel(BATCHES);
        let (spare, spares) = channel();
        let cutter = Cutter { path: path.to_owned(), cells: header.len(), reader, since_row };
        thread::spawn(move || cutter.run(&hand_over, &spares));
        let (path, rows) = (path.to_owned(), Vec::new());
        Ok(Self { path, header, line: 1, batches, spare, rows, filled: 0, at: 0 })
    }

    /// The names of the columns.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Where a column stands.
    pub(crate) fn position(&self, name: &str) -> Result<usize, TrainingError> {
        self.header.iter().position(|known| known == name).ok_or_else(|| {
            let problem = Problem::ColumnUnknown { name: name.to_owned(), known: self.header.clone() };
            TrainingError::file(&self.path, problem)
        })
    }

    /// The next row; false at the end.
    pub(crate) fn next(&mut self, row: &mut ByteRecord) -> Result<bool, TrainingError> {
        if self.at == self.filled {
            // Whoever reads has ended when nothing more comes.
            let Ok(batch) = self.batches.recv() else { return Ok(false) };
            let (rows, filled) = batch?;
            let used = std::mem::replace(&mut self.rows, rows);
            let _ = self.spare.send(used);
            (self.filled, self.at) = (filled, 0);
        }
        std::mem::swap(row, &mut self.rows[self.at]);
        self.at += 1;
        self.line = row.position().map_or(self.line + 1, csv::Position::line);
        Ok(true)
    }

    /// Line of the row read last.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A fault of a cell in the row read last.
    pub(crate) fn cell_fault(&self, position: usize, problem: Problem) -> TrainingError {
        TrainingError::cell(&self.path, self.line, &self.header[position], problem)
    }
}

impl Cutter {
    /// Hands batches over until the file ends, a row is wrong, or nobody listens.
    fn run(mut self, hand_over: &SyncSender<Batch>, spares: &Receiver<Vec<ByteRecord>>) {
        loop {
            let mut rows = spares.try_recv().unwrap_or_default();
            let (filled, fault) = self.fill(&mut rows);
            let is_last = filled < BATCH_ROWS;
            if filled > 0 && hand_over.send(Ok((rows, filled))).is_err() {
                return;
            }
            if let Some(fault) = fault {
                // Nobody may be listening any more, and then nobody asks.
                let _ = hand_over.send(Err(fault));
                return;
            }
            if is_last {
                return;
            }
        }
    }

    /// Fills a batch as far as it goes.
    fn fill(&mut self, rows: &mut Vec<ByteRecord>) -> (usize, Option<TrainingError>) {
        rows.resize_with(BATCH_ROWS, ByteRecord::new);
        for (at, row) in rows.iter_mut().enumerate() {
            let line = self.reader.position().line();
            match self.reader.read_byte_record(row) {
                Ok(true) => self.since_row.store(0, Ordering::Relaxed),
                Ok(false) => return (at, None),
                Err(error) => return (at, Some(fault(&self.path, line, &error, &self.since_row))),
            }
            if row.len() != self.cells {
                let line = row.position().map_or(line, csv::Position::line);
                let problem = Problem::Ragged { expected: self.cells as u64, found: row.len() as u64 };
                return (at, Some(TrainingError::row(&self.path, line, problem)));
            }
        }
        (rows.len(), None)
    }
}

/// What separates the cells of a header: a comma, unless something else does so more often.
fn separator(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut is_quoted = false;
    let mut counts = SEPARATORS.map(|separator| (0, separator));
    for byte in line {
        is_quoted ^= *byte == b'"';
        if !is_quoted && let Some(count) = counts.iter_mut().find(|(_, separator)| separator == byte) {
            count.0 += 1;
        }
    }
    // Of those that come equally often the first counts.
    counts.into_iter().rev().max_by_key(|(count, _)| *count).map_or(b',', |(_, separator)| separator)
}

/// Names the columns; one without a name, such as a row's number often is, is called by its place.
fn header(path: &Path, first: &ByteRecord) -> Result<Vec<String>, TrainingError> {
    let mut names: Vec<String> = Vec::with_capacity(first.len());
    for (at, cell) in first.iter().enumerate() {
        let name = std::str::from_utf8(cell).map_err(|_| TrainingError::row(path, 1, Problem::NotUtf8))?;
        let name = name.trim_start_matches('\u{feff}').trim();
        let name = if name.is_empty() { format!("column_{}", at + 1) } else { name.to_owned() };
        if names.contains(&name) {
            return Err(TrainingError::row(path, 1, Problem::HeaderTwice { name }));
        }
        names.push(name);
    }
    Ok(names)
}

/// What went wrong while a row was read that begins in `line`.
fn fault(path: &Path, line: u64, error: &csv::Error, since_row: &AtomicUsize) -> TrainingError {
    if since_row.load(Ordering::Relaxed) > ROW_BYTES_MAX {
        return TrainingError::row(path, line, Problem::RowTooLong { bytes_max: ROW_BYTES_MAX });
    }
    let line = error.position().map_or(line, csv::Position::line);
    TrainingError::row(path, line, Problem::Csv { detail: error.to_string() })
}
