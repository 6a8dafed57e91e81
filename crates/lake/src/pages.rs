//! The pages of a row group, each read when it is asked for and decompressed with a context that the thread keeps:
//! setting one up, as the library's own reader does for every column, takes longer than one page does.

use std::cell::RefCell;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use bytes::{Buf, Bytes};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowGroups, RowSelection};
use parquet::arrow::parquet_to_arrow_field_levels;
use parquet::basic::Compression;
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::page_index::offset_index::PageLocation;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use crate::footers::Footer;
use crate::sealing::SealedChunk;

/// Rows of one row group, ascending.
pub(crate) type Rows = Vec<Range<usize>>;

/// Reads the named columns of some rows of a row group.
pub(crate) fn read(
    file: &Arc<File>,
    footer: &Arc<Footer>,
    group: usize,
    names: &[&str],
    rows: &Rows,
    batch_rows: usize,
) -> std::result::Result<Vec<RecordBatch>, ArrowError> {
    let count: usize = rows.iter().map(Range::len).sum();
    if count == 0 {
        return Ok(Vec::new());
    }
    let metadata = footer.metadata();
    let columns = metadata.file_metadata().schema_descr();
    let fields = footer.arrow_schema().fields();
    let levels = parquet_to_arrow_field_levels(columns, footer.mask(names), Some(fields))?;
    let all = usize::try_from(metadata.row_group(group).num_rows()).unwrap_or(0);
    let selection = RowSelection::from_consecutive_ranges(rows.iter().cloned(), all);
    let group = Group {
        file: Arc::clone(file),
        footer: Arc::clone(footer),
        number: group,
        rows: rows.as_slice().into(),
    };
    let batch_rows = batch_rows.min(count);
    ParquetRecordBatchReader::try_new_with_row_groups(&levels, &group, batch_rows, Some(selection))?.collect()
}

/// A row group of which only some rows are wanted.
struct Group {
    file: Arc<File>,
    footer: Arc<Footer>,
    number: usize,
    rows: Arc<[Range<usize>]>,
}

impl Group {
    fn row_group(&self) -> &RowGroupMetaData {
        self.footer.metadata().row_group(self.number)
    }
}

impl RowGroups for Group {
    fn num_rows(&self) -> usize {
        usize::try_from(self.row_group().num_rows()).unwrap_or(0)
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        let chunk = self.row_group().column(column);
        let decompressed = match chunk.compression() {
            Compression::UNCOMPRESSED => Some(false),
            Compression::ZSTD(_) => Some(true),
            _ => None,
        };
        let sealed = self.footer.sealed_chunk(self.number, column)?;
        let indexed = self.footer.pages(self.number, column).is_some_and(|pages| !pages.is_empty());
        let reader: Box<dyn PageReader> = match decompressed {
            Some(compressed) if indexed => Box::new(
                ChunkPages {
                    file: Arc::clone(&self.file),
                    footer: Arc::clone(&self.footer),
                    group: self.number,
                    column,
                    compressed,
                    sealed,
                    dictionary: None,
                    next: 0,
                    rows: Arc::clone(&self.rows),
                }
                .begun(),
            ),
            // A file that another program wrote is read as the library does it.
            _ if sealed.is_some() => {
                return Err(ParquetError::NYI("sealed pages of another program".to_owned()));
            }
            _ => Box::new(SerializedPageReader::new(Arc::clone(&self.file), chunk, self.num_rows(), None)?),
        };
        Ok(Box::new(OneChunk(Some(reader))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(std::iter::once(self.row_group()))
    }

    fn metadata(&self) -> &ParquetMetaData {
        self.footer.metadata()
    }
}

/// The one column chunk of a row group.
struct OneChunk(Option<Box<dyn PageReader>>);

impl Iterator for OneChunk {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for OneChunk {}

/// The pages of a column chunk; those without a wanted row are stepped over together.
struct ChunkPages {
    file: Arc<File>,
    footer: Arc<Footer>,
    group: usize,
    column: usize,
    compressed: bool,
    sealed: Option<SealedChunk>,
    /// Where the dictionary lies, until it has been read.
    dictionary: Option<PageLocation>,
    /// The page that comes next.
    next: usize,
    rows: Arc<[Range<usize>]>,
}

impl ChunkPages {
    fn begun(mut self) -> Self {
        let start = i64::try_from(self.chunk().byte_range().0).unwrap_or(i64::MAX);
        self.dictionary =
            self.pages().first().filter(|first| first.offset > start).map(|first| PageLocation {
                offset: start,
                compressed_page_size: i32::try_from(first.offset - start).unwrap_or(i32::MAX),
                first_row_index: 0,
            });
        self
    }

    fn chunk(&self) -> &ColumnChunkMetaData {
        self.footer.metadata().row_group(self.group).column(self.column)
    }

    fn pages(&self) -> &[PageLocation] {
        self.footer.pages(self.group, self.column).unwrap_or_default()
    }

    /// The first row of a page, and of what comes after the last.
    fn first_row(&self, page: usize) -> usize {
        let rows = || self.footer.metadata().row_group(self.group).num_rows();
        let first = self.pages().get(page).map_or_else(rows, |page| page.first_row_index);
        usize::try_from(first).unwrap_or(0)
    }

    /// The page after this one, or after the unwanted ones that begin with it.
    fn after(&self, page: usize) -> usize {
        let (start, end) = (self.first_row(page), self.first_row(page + 1));
        let place = self.rows.partition_point(|rows| rows.end <= start);
        match self.rows.get(place) {
            None => self.pages().len(),
            Some(rows) if rows.start < end => page + 1,
            Some(rows) => {
                let wanted = |page: &PageLocation| {
                    usize::try_from(page.first_row_index).is_ok_and(|row| row <= rows.start)
                };
                self.pages().partition_point(wanted) - 1
            }
        }
    }

    /// Reads a page; `number` is none for the dictionary.
    fn read(&self, location: PageLocation, number: Option<usize>) -> Result<Option<Page>> {
        let file = InPlace(Arc::clone(&self.file));
        let page = match &self.sealed {
            None => self.as_it_lies(file, location)?,
            Some(sealed) => {
                let start = u64::try_from(location.offset)?;
                let bytes = file.get_bytes(start, usize::try_from(location.compressed_page_size)?)?;
                let opened = sealed.open(&bytes, number)?;
                let compressed_page_size = i32::try_from(opened.len())?;
                let location = PageLocation { offset: 0, compressed_page_size, first_row_index: 0 };
                self.as_it_lies(opened, location)?
            }
        };
        if self.compressed { page.map(decompressed).transpose() } else { Ok(page) }
    }

    /// A page with its contents as they lie: told that they are not compressed, the library hands them on.
    fn as_it_lies(&self, pages: impl ChunkReader + 'static, location: PageLocation) -> Result<Option<Page>> {
        let chunk = ColumnChunkMetaData::builder(self.chunk().column_descr_ptr())
            .set_data_page_offset(location.offset)
            .set_total_compressed_size(location.compressed_page_size.into())
            .build()?;
        SerializedPageReader::new(Arc::new(pages), &chunk, 0, Some(vec![location]))?.get_next_page()
    }
}

/// A file that is read where it is asked for: the library's own way opens it anew and seeks for every page.
struct InPlace(Arc<File>);

impl Length for InPlace {
    fn len(&self) -> u64 {
        self.0.metadata().map_or(0, |metadata| metadata.len())
    }
}

impl ChunkReader for InPlace {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let rest = usize::try_from(self.len().saturating_sub(start)).unwrap_or(usize::MAX);
        Ok(self.get_bytes(start, rest)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut bytes = vec![0; length];
        self.0.read_exact_at(&mut bytes, start)?;
        Ok(bytes.into())
    }
}

impl Iterator for ChunkPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for ChunkPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        if let Some(dictionary) = self.dictionary.take() {
            return self.read(dictionary, None);
        }
        let Some(location) = self.pages().get(self.next).cloned() else { return Ok(None) };
        self.next += 1;
        self.read(location, Some(self.next - 1))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        if self.dictionary.is_some() {
            return Ok(Some(PageMetadata { num_rows: None, num_levels: None, is_dict: true }));
        }
        if self.next >= self.pages().len() {
            return Ok(None);
        }
        let rows = self.first_row(self.after(self.next)) - self.first_row(self.next);
        Ok(Some(PageMetadata { num_rows: Some(rows), num_levels: None, is_dict: false }))
    }

    fn skip_next_page(&mut self) -> Result<()> {
        if self.dictionary.take().is_none() {
            self.next = self.after(self.next);
        }
        Ok(())
    }
}

/// The page with its contents decompressed.
fn decompressed(page: Page) -> Result<Page> {
    Ok(match page {
        Page::DataPage { buf, num_values, encoding, def_level_encoding, rep_level_encoding, statistics } => {
            let buf = decompress(&buf)?.into();
            Page::DataPage { buf, num_values, encoding, def_level_encoding, rep_level_encoding, statistics }
        }
        Page::DictionaryPage { buf, num_values, encoding, is_sorted } => {
            Page::DictionaryPage { buf: decompress(&buf)?.into(), num_values, encoding, is_sorted }
        }
        Page::DataPageV2 { .. } => return Err(ParquetError::NYI("data pages of version 2".to_owned())),
    })
}

fn decompress(bytes: &[u8]) -> Result<Vec<u8>> {
    thread_local! {
        static CONTEXT: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
    }
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten();
    let size = size.and_then(|size| usize::try_from(size).ok());
    let size = size.ok_or_else(|| ParquetError::General("a page that does not say its size".to_owned()))?;
    CONTEXT.with_borrow_mut(|context| {
        let context = match context {
            Some(context) => context,
            None => context.insert(zstd::bulk::Decompressor::new()?),
        };
        Ok(context.decompress(bytes, size)?)
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};
    use arrow::compute::concat_batches;
    use parquet::arrow::ArrowWriter;
    use parquet::basic::ZstdLevel;
    use parquet::file::properties::WriterProperties;
    use proptest::prelude::*;

    use super::*;

    /// A file whose columns differ in where their pages end: one has few values, one falls back from its dictionary.
    fn write(rows: usize, page_rows: usize, compression: Compression) -> (File, RecordBatch) {
        let number: Int64Array =
            (0..rows).map(|row| (row % 7 != 0).then(|| i64::try_from(row).unwrap())).collect();
        let few = StringArray::from_iter_values((0..rows).map(|row| format!("value {}", row / 50 % 5)));
        let many = StringArray::from_iter_values((0..rows).map(|row| format!("{row:0>40}")));
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("number", Arc::new(number) as _, true),
            ("few", Arc::new(few) as _, false),
            ("many", Arc::new(many) as _, false),
        ])
        .unwrap();
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_data_page_row_count_limit(page_rows)
            .set_write_batch_size(page_rows)
            .set_dictionary_page_size_limit(2_000)
            .build();
        let mut file = nameless_file();
        let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        (file, batch)
    }

    fn nameless_file() -> File {
        let path = std::env::temp_dir().join(format!("jq-lake-pages-{}", uuid::Uuid::now_v7().simple()));
        let file = File::options().read(true).write(true).create_new(true).open(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        file
    }

    fn check(rows: usize, page_rows: usize, compression: Compression, wanted: &Rows) {
        let (file, batch) = write(rows, page_rows, compression);
        let footer = Arc::new(Footer::read(file.try_clone().unwrap(), None).unwrap());
        let found = read(&Arc::new(file), &footer, 0, &["many", "number", "few"], wanted, 100).unwrap();
        let found = concat_batches(&batch.schema(), &found).unwrap();
        let pieces: Vec<RecordBatch> =
            wanted.iter().map(|rows| batch.slice(rows.start, rows.len())).collect();
        assert_eq!(found, concat_batches(&batch.schema(), &pieces).unwrap());
    }

    #[test]
    fn rows_of_plain_and_of_compressed_files_are_read() {
        let wanted = vec![3..4, 700..702];
        check(1_000, 64, Compression::UNCOMPRESSED, &wanted);
        check(1_000, 64, Compression::ZSTD(ZstdLevel::default()), &wanted);
    }

    #[test]
    fn no_rows_are_no_batches() {
        let (file, _) = write(10, 4, Compression::ZSTD(ZstdLevel::default()));
        let footer = Arc::new(Footer::read(file.try_clone().unwrap(), None).unwrap());
        assert!(read(&Arc::new(file), &footer, 0, &["few"], &Vec::new(), 10).unwrap().is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn wanted_rows_are_those_of_the_file(
            page_rows in 1_usize..200,
            gaps in prop::collection::vec((0_usize..300, 1_usize..40), 1..12),
        ) {
            let mut wanted: Rows = Vec::new();
            let mut end = 0;
            for (gap, length) in gaps {
                let start = end + gap + usize::from(end > 0);
                end = start + length;
                wanted.push(start..end);
            }
            check(end + 17, page_rows, Compression::ZSTD(ZstdLevel::default()), &wanted);
        }
    }
}
