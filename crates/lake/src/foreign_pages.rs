//! Looking at the footer and at the head of every page of somebody's Parquet file: whether they lie where they say,
//! and how much memory they would take.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

use crate::foreign::ForeignError;
use crate::thrift::{PageHead, is_sound_footer};

const MAGIC: &[u8; 4] = b"PAR1";
/// The footer's length and the mark behind it.
const TAIL_BYTES: u64 = 8;
/// Largest footer.
const FOOTER_BYTES_MAX: u64 = 16 << 20;
/// Largest page in memory.
const PAGE_BYTES_MAX: u64 = 128 << 20;
/// Pages that are in memory at once, one or two of each column, in bytes.
const PAGES_BYTES_MAX: u64 = 1 << 30;
/// Pages of a file.
const PAGES_MAX: u32 = 2_000_000;
/// Largest head of a page.
const HEAD_BYTES_MAX: usize = 1 << 20;

fn broken(what: impl Into<String>) -> ForeignError {
    ForeignError::Broken(what.into())
}

/// Finds that the file has a footer, and that nothing in it counts more than there is.
pub(crate) fn check_footer(file: &File) -> Result<(), ForeignError> {
    let size = file.metadata()?.len();
    let head = bytes_at(file, 0, MAGIC.len())?;
    if size < TAIL_BYTES + 4 || head != MAGIC {
        return Err(broken("no Parquet file"));
    }
    let tail = bytes_at(file, size - TAIL_BYTES, 8)?;
    let Some((length, mark)) = tail.split_first_chunk::<4>() else { return Err(broken("no footer")) };
    let length = u64::from(u32::from_le_bytes(*length));
    if mark != MAGIC {
        return Err(broken("no footer"));
    }
    if length > FOOTER_BYTES_MAX || length > size - TAIL_BYTES - 4 {
        return Err(broken(format!("a footer of {length} bytes")));
    }
    let footer = bytes_at(file, size - TAIL_BYTES - length, usize::try_from(length).unwrap_or(0))?;
    if is_sound_footer(&footer) { Ok(()) } else { Err(broken("the footer contradicts itself")) }
}

/// Finds that all pages lie in the file and fit into memory; true when some hold texts that grow when they are read.
pub(crate) fn check_pages(file: &File, metadata: &ParquetMetaData) -> Result<bool, ForeignError> {
    let mut walk = PageWalk { file, size: file.metadata()?.len(), pages: 0, grows: false };
    for group in metadata.row_groups() {
        let mut bytes = 0;
        for column in group.columns() {
            bytes += walk.column(column)?;
        }
        if bytes > PAGES_BYTES_MAX {
            return Err(broken(format!("pages of {bytes} bytes at once")));
        }
    }
    Ok(walk.grows)
}

struct PageWalk<'f> {
    file: &'f File,
    size: u64,
    pages: u32,
    grows: bool,
}

impl PageWalk<'_> {
    /// Looks at every page of a column in one row group; the bytes that reading it takes at most.
    fn column(&mut self, column: &ColumnChunkMetaData) -> Result<u64, ForeignError> {
        let name = column.column_path();
        // The other codecs unpack without a limit.
        let packed = column.compression();
        if !matches!(
            packed,
            Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::ZSTD(_) | Compression::LZ4_RAW
        ) {
            return Err(broken(format!("{name}: {packed}; zstd, Snappy, LZ4_RAW")));
        }
        let from = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
        let range = u64::try_from(from).ok().zip(u64::try_from(column.compressed_size()).ok());
        let end = range.and_then(|(from, length)| from.checked_add(length)).filter(|end| *end <= self.size);
        let (Some((mut at, _)), Some(end)) = (range, end) else {
            return Err(broken(format!("{name}: beyond the file's end")));
        };
        let (mut dictionary, mut largest) = (0, 0);
        while at < end {
            let head = self.head(at, end).ok_or_else(|| broken(format!("{name}: no page at {at}")))?;
            let room = end - at - head.length as u64;
            if head.packed > room || head.unpacked > PAGE_BYTES_MAX || head.entries > head.unpacked {
                return Err(broken(format!("{name}: a page of {} bytes", head.unpacked)));
            }
            if head.entries > 0 {
                dictionary = head.unpacked;
            } else {
                largest = largest.max(head.unpacked);
            }
            self.grows |= head.grows;
            self.pages += 1;
            if self.pages > PAGES_MAX {
                return Err(broken(format!("more than {PAGES_MAX} pages")));
            }
            at += head.length as u64 + head.packed;
        }
        Ok(dictionary + largest)
    }

    /// The head of the page that begins there.
    fn head(&self, at: u64, end: u64) -> Option<PageHead> {
        let room = usize::try_from(end - at).unwrap_or(usize::MAX);
        let mut window = 4_096;
        loop {
            let bytes = bytes_at(self.file, at, window.min(room)).ok()?;
            let head = PageHead::read(&bytes);
            if head.is_some() || window >= room || window >= HEAD_BYTES_MAX {
                return head;
            }
            window *= 16;
        }
    }
}

fn bytes_at(mut file: &File, at: u64, length: usize) -> Result<Vec<u8>, ForeignError> {
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
