//! Footers of data files with their page indexes and bloom filters: read once and kept.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use arrow::datatypes::Schema;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::bloom_filter::Sbbf;
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, RowGroupMetaData};
use parquet::file::page_index::offset_index::PageLocation;

use crate::error::LakeError;
use crate::sealing::{SealedChunk, Sealing, bound_to_file};
use crate::snapshot::ActiveFile;

/// Footers kept in memory at most.
const FOOTERS_MAX: usize = 20_000;

/// Footers of data files with their page indexes and bloom filters. Data files never change, so a footer stays
/// right.
#[derive(Default)]
pub(crate) struct Footers {
    kept: Mutex<HashMap<PathBuf, Arc<Footer>>>,
    sealing: Option<Arc<Sealing>>,
}

/// What is kept of a data file.
pub(crate) struct Footer {
    pub(crate) reader: ArrowReaderMetadata,
    /// Bloom filters by row group and column, of the columns that have one.
    pub(crate) blooms: HashMap<(usize, usize), Sbbf>,
    /// What is bound to all that the file seals, if it seals anything.
    sealed_for: Option<Arc<[u8]>>,
    sealing: Option<Arc<Sealing>>,
}

impl Footer {
    pub(crate) fn read(file: File, sealing: Option<&Arc<Sealing>>) -> Result<Self, ParquetError> {
        let mut options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        if let Some(sealing) = sealing {
            options = options.with_file_decryption_properties(sealing.opening()?);
        }
        let reader = ArrowReaderMetadata::load(&file, options)?;
        let columns = reader.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns);
        let is_sealed = columns.into_iter().any(|column| column.crypto_metadata().is_some());
        let sealed_for = if is_sealed { bound_to_file(&footer_bytes(&file)?) } else { None };
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, reader.clone());
        let mut blooms = HashMap::new();
        for (group, metadata) in reader.metadata().row_groups().iter().enumerate() {
            for (column, chunk) in metadata.columns().iter().enumerate() {
                if chunk.bloom_filter_offset().is_none() {
                    continue;
                }
                if let Some(bloom) = builder.get_row_group_column_bloom_filter(group, column)? {
                    blooms.insert((group, column), bloom);
                }
            }
        }
        Ok(Self { reader, blooms, sealed_for, sealing: sealing.cloned() })
    }

    /// True where the file has sealed columns that cannot be opened here.
    pub(crate) fn is_shut(&self) -> bool {
        self.sealed_for.is_some() && self.sealing.is_none()
    }

    pub(crate) fn metadata(&self) -> &ParquetMetaData {
        self.reader.metadata()
    }

    /// The place of a column that holds single values.
    pub(crate) fn leaf(&self, name: &str) -> Option<usize> {
        let schema = self.metadata().file_metadata().schema_descr();
        schema.columns().iter().position(|column| column.name() == name)
    }

    pub(crate) fn arrow_schema(&self) -> &Schema {
        self.reader.schema()
    }

    /// Where the pages of a column lie in a row group; nothing when the file does not say.
    pub(crate) fn pages(&self, group: usize, column: usize) -> Option<&[PageLocation]> {
        let index = self.metadata().offset_index()?;
        Some(index.get(group)?.get(column)?.page_locations().as_slice())
    }

    /// What opens a column chunk, if it is sealed.
    pub(crate) fn sealed_chunk(
        &self,
        group: usize,
        column: usize,
    ) -> Result<Option<SealedChunk>, ParquetError> {
        let chunk = self.metadata().row_group(group).column(column);
        SealedChunk::of(self.sealing.as_ref(), self.sealed_for.as_ref(), chunk, group, column)
    }

    /// The columns of these names.
    pub(crate) fn mask(&self, names: &[&str]) -> ProjectionMask {
        ProjectionMask::columns(self.metadata().file_metadata().schema_descr(), names.iter().copied())
    }
}

impl Footers {
    /// Footers of a lake whose secret columns are sealed so.
    pub(crate) fn sealed(sealing: Option<Arc<Sealing>>) -> Self {
        Self { kept: Mutex::default(), sealing }
    }

    /// How secret columns are sealed, if they are.
    pub(crate) fn sealing(&self) -> Option<&Arc<Sealing>> {
        self.sealing.as_ref()
    }

    pub(crate) fn of(&self, file: &ActiveFile) -> Result<Arc<Footer>, LakeError> {
        if let Some(kept) = self.kept.lock().expect("no panic holds this lock").get(&file.path) {
            return Ok(Arc::clone(kept));
        }
        let footer =
            Footer::read(open(file)?, self.sealing.as_ref()).map_err(|error| data_file(file, error))?;
        let footer = Arc::new(footer);
        let mut kept = self.kept.lock().expect("no panic holds this lock");
        if kept.len() >= FOOTERS_MAX {
            kept.clear();
        }
        kept.insert(file.path.clone(), Arc::clone(&footer));
        Ok(footer)
    }

    /// The file opened, with its footer.
    pub(crate) fn open(&self, file: &ActiveFile) -> Result<(File, Arc<Footer>), LakeError> {
        Ok((open(file)?, self.of(file)?))
    }

    /// Keeps no longer what was read of files that have left their table.
    pub(crate) fn forget<'f>(&self, files: impl Iterator<Item = &'f PathBuf>) {
        let mut kept = self.kept.lock().expect("no panic holds this lock");
        for file in files {
            kept.remove(file);
        }
    }
}

/// The bytes of a file's footer, as they lie at its end.
fn footer_bytes(file: &File) -> Result<Vec<u8>, ParquetError> {
    let mut tail = [0; 8];
    let length = file.metadata()?.len();
    let tail_at = length.checked_sub(tail.len() as u64).ok_or_else(no_footer)?;
    file.read_exact_at(&mut tail, tail_at)?;
    let [a, b, c, d, ..] = tail;
    let footer_length = u32::from_le_bytes([a, b, c, d]);
    let footer_at = tail_at.checked_sub(footer_length.into()).ok_or_else(no_footer)?;
    let mut footer = vec![0; usize::try_from(footer_length)?];
    file.read_exact_at(&mut footer, footer_at)?;
    Ok(footer)
}

fn no_footer() -> ParquetError {
    ParquetError::EOF("a file without a footer".to_owned())
}

pub(crate) fn open(file: &ActiveFile) -> Result<File, LakeError> {
    File::open(&file.path).map_err(|source| LakeError::Disk { path: file.path.display().to_string(), source })
}

pub(crate) fn data_file(file: &ActiveFile, source: ParquetError) -> LakeError {
    LakeError::DataFile { file: file.path.display().to_string(), source: Box::new(source) }
}
