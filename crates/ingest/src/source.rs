//! Reading a batch's data file once, from front to end: its digest is proved, and its rows are cut into blocks for
//! the workers, whatever format they come in.

mod decode;
mod jsonl;
mod parquet;
mod text;
mod xlsx;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use jq_base::sm3::Hasher;
use jq_lake::ForeignRows;

pub(crate) use jsonl::first_keys;
pub(crate) use parquet::subjects as parquet_subjects;

use crate::cells::{Cells, CellsFault};
use crate::fault::FileFault;
use crate::layout::{Layout, Layouts};
use crate::manifest::{Format, Manifest};
use crate::rule::Rule;

/// Bytes read at once.
const CHUNK_BYTES: usize = 1 << 17;
/// Text of one block, about.
const BLOCK_BYTES: usize = 1 << 19;
/// A row longer than this is not a row.
const ROW_BYTES_MAX: usize = 64 << 20;

/// Whole rows of a file.
pub(crate) struct Block {
    /// Place among the blocks, from 0.
    pub(crate) number: usize,
    pub(crate) layout: Arc<Layout>,
    pub(crate) content: Content,
}

/// Rows as their format has them.
pub(crate) enum Content {
    /// Rows of CSV, as UTF-8 unless the sender lied about the character set.
    Csv(Vec<u8>),
    /// Lines of JSON, likewise.
    Jsonl(Vec<u8>),
    Parquet(ForeignRows),
    /// Rows that had to be taken apart to find where they end.
    Cells(Cells),
}

impl Content {
    /// Takes the rows apart.
    pub(crate) fn into_cells(self, layout: &Layout) -> Result<Cells, CellsFault> {
        match self {
            Self::Csv(text) => Cells::split(text),
            Self::Jsonl(text) => jsonl::cells(&text, layout),
            Self::Parquet(rows) => Ok(parquet::cells(&rows, layout)),
            Self::Cells(cells) => Ok(cells),
        }
    }
}

/// A data file being read.
pub(crate) struct Source<'p> {
    file: File,
    manifest: &'p Manifest,
    layouts: Layouts<'p>,
}

impl<'p> Source<'p> {
    pub(crate) fn open(path: &Path, manifest: &'p Manifest, layouts: Layouts<'p>) -> Result<Self, FileFault> {
        let file = File::open(path).map_err(|error| missing(manifest, &error))?;
        Ok(Self { file, manifest, layouts })
    }

    /// Reads to the end and hands every block on; `give` says false when no more are wanted. A wrong digest counts
    /// before everything else that is wrong, so a file cut off in the middle is called that.
    pub(crate) fn read(mut self, give: impl FnMut(Block) -> bool) -> Result<Arc<Layout>, FileFault> {
        match self.manifest.format {
            Format::Csv | Format::Jsonl => text::read(self, give),
            Format::Parquet => {
                self.prove()?;
                parquet::read(self, give)
            }
            Format::Xlsx => {
                self.prove()?;
                xlsx::read(self, give)
            }
        }
    }

    /// Proves the digest of a file that cannot be read from front to end alone.
    fn prove(&mut self) -> Result<(), FileFault> {
        let mut hasher = Hasher::new();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let length = self.file.read(&mut chunk).map_err(|error| missing(self.manifest, &error))?;
            if length == 0 {
                break;
            }
            hasher.update(&chunk[..length]);
        }
        self.file.seek(SeekFrom::Start(0)).map_err(|error| missing(self.manifest, &error))?;
        compare(&hasher.finish_hex(), self.manifest)
    }
}

fn missing(manifest: &Manifest, error: &std::io::Error) -> FileFault {
    FileFault::new(Rule::FileMissing, format!("{}: {error}", manifest.file))
}

/// The digest that was found against the one that the manifest states.
fn compare(found: &str, manifest: &Manifest) -> Result<(), FileFault> {
    if found.eq_ignore_ascii_case(&manifest.sm3) {
        return Ok(());
    }
    let short = |digest: &str| digest.chars().take(12).chain("…".chars()).collect::<String>();
    let detail = format!("{} ≠ {}", short(found), short(&manifest.sm3));
    Err(FileFault::new(Rule::DigestMismatch, detail))
}

/// A row that is longer than any row.
fn too_long() -> FileFault {
    FileFault::new(Rule::FileBroken, format!("> {ROW_BYTES_MAX} bytes without a row's end"))
}
