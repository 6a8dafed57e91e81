//! Reading data files: footers are read once and kept, and pages that cannot match are never touched.

use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use arrow::array::{AsArray, BooleanArray, RecordBatch, Scalar, StringArray};
use arrow::compute::kernels::cmp;
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowFilter, RowSelection, RowSelector,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::statistics::Statistics;

use crate::error::LakeError;
use crate::table::{ActiveFile, Snapshot};

/// Footers kept in memory at most.
const FOOTERS_MAX: usize = 20_000;

/// Footers of data files with their page indexes. Data files never change, so a footer stays right.
#[derive(Default)]
pub(crate) struct Footers {
    kept: Mutex<HashMap<PathBuf, ArrowReaderMetadata>>,
}

impl Footers {
    fn open(&self, file: &ActiveFile) -> Result<(File, ArrowReaderMetadata), LakeError> {
        let handle = File::open(&file.path)
            .map_err(|source| LakeError::Disk { path: file.path.display().to_string(), source })?;
        if let Some(kept) = self.kept.lock().expect("no panic holds this lock").get(&file.path) {
            return Ok((handle, kept.clone()));
        }
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let footer = ArrowReaderMetadata::load(&handle, options).map_err(|error| data_file(file, error))?;
        let mut kept = self.kept.lock().expect("no panic holds this lock");
        if kept.len() >= FOOTERS_MAX {
            kept.clear();
        }
        kept.insert(file.path.clone(), footer.clone());
        Ok((handle, footer))
    }
}

fn data_file(file: &ActiveFile, source: ParquetError) -> LakeError {
    LakeError::DataFile { file: file.path.display().to_string(), source: Box::new(source) }
}

/// The named columns of every row of a file.
pub(crate) fn columns(
    footers: &Footers,
    file: &ActiveFile,
    names: &[&str],
) -> Result<ParquetRecordBatchReader, LakeError> {
    let (handle, footer) = footers.open(file)?;
    let mask = mask(footer.metadata(), names);
    ParquetRecordBatchReaderBuilder::new_with_metadata(handle, footer)
        .with_projection(mask)
        .with_batch_size(16_384)
        .build()
        .map_err(|error| data_file(file, error))
}

fn mask(metadata: &ParquetMetaData, names: &[&str]) -> ProjectionMask {
    ProjectionMask::columns(metadata.file_metadata().schema_descr(), names.iter().copied())
}

/// All rows of a file.
pub(crate) fn all(footers: &Footers, file: &ActiveFile) -> Result<Vec<RecordBatch>, LakeError> {
    let (handle, footer) = footers.open(file)?;
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(handle, footer)
        .with_batch_size(65_536)
        .build()
        .map_err(|error| data_file(file, error))?;
    Ok(reader.collect::<Result<Vec<_>, ArrowError>>()?)
}

/// The largest value of columns that hold instants or whole numbers, from the footer alone.
pub(crate) fn upper_bounds<const N: usize>(
    footers: &Footers,
    file: &ActiveFile,
    names: [&str; N],
) -> Result<[Option<i64>; N], LakeError> {
    let (_, footer) = footers.open(file)?;
    let metadata = footer.metadata();
    Ok(names.map(|name| {
        let column = leaf(metadata, name)?;
        let maxima = metadata.row_groups().iter().map(|group| match group.column(column).statistics() {
            Some(Statistics::Int64(statistics)) => statistics.max_opt().copied(),
            _ => None,
        });
        maxima.flatten().max()
    }))
}

fn leaf(metadata: &ParquetMetaData, name: &str) -> Option<usize> {
    metadata.file_metadata().schema_descr().columns().iter().position(|column| column.name() == name)
}

/// The rows whose column `by` equals `subject`; where the file is sorted by that column only the pages
/// that can hold the subject are read.
pub(crate) fn subject_rows(
    footers: &Footers,
    file: &ActiveFile,
    by: &str,
    subject: &str,
) -> Result<Vec<RecordBatch>, LakeError> {
    let (handle, footer) = footers.open(file)?;
    let metadata = Arc::clone(footer.metadata());
    let Some(column) = leaf(&metadata, by) else { return Ok(Vec::new()) };
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(handle, footer);
    let mut groups = Vec::new();
    let mut selectors = Vec::new();
    for group in 0..metadata.num_row_groups() {
        if !group_may_hold(&metadata, group, column, subject)
            || !bloom_may_hold(&builder, group, column, subject)
        {
            continue;
        }
        let pages = page_selection(&metadata, group, column, subject);
        if pages.iter().any(|selector| !selector.skip) {
            groups.push(group);
            selectors.extend(pages);
        }
    }
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = Scalar::new(StringArray::from(vec![subject.to_owned()]));
    let predicate =
        ArrowPredicateFn::new(mask(&metadata, &[by]), move |batch: RecordBatch| equal(&batch, &wanted));
    let reader = builder
        .with_row_groups(groups)
        .with_row_selection(RowSelection::from(selectors))
        .with_row_filter(RowFilter::new(vec![Box::new(predicate)]))
        .build()
        .map_err(|error| data_file(file, error))?;
    Ok(reader.collect::<Result<Vec<_>, ArrowError>>()?)
}

fn equal(batch: &RecordBatch, wanted: &Scalar<StringArray>) -> Result<BooleanArray, ArrowError> {
    cmp::eq(batch.column(0).as_string::<i32>(), wanted)
}

fn group_may_hold(metadata: &ParquetMetaData, group: usize, column: usize, subject: &str) -> bool {
    match metadata.row_group(group).column(column).statistics() {
        Some(Statistics::ByteArray(statistics)) => {
            let above = statistics.min_bytes_opt().is_none_or(|min| min <= subject.as_bytes());
            let below = statistics.max_bytes_opt().is_none_or(|max| subject.as_bytes() <= max);
            above && below
        }
        _ => true,
    }
}

fn bloom_may_hold(
    builder: &ParquetRecordBatchReaderBuilder<File>,
    group: usize,
    column: usize,
    subject: &str,
) -> bool {
    match builder.get_row_group_column_bloom_filter(group, column) {
        Ok(Some(filter)) => filter.check(&subject),
        _ => true,
    }
}

/// Which pages of a row group can hold the subject, by the page index.
fn page_selection(
    metadata: &ParquetMetaData,
    group: usize,
    column: usize,
    subject: &str,
) -> Vec<RowSelector> {
    let rows = usize::try_from(metadata.row_group(group).num_rows()).unwrap_or(0);
    let whole = vec![RowSelector::select(rows)];
    let (Some(column_index), Some(offset_index)) = (metadata.column_index(), metadata.offset_index()) else {
        return whole;
    };
    let ColumnIndexMetaData::BYTE_ARRAY(index) = &column_index[group][column] else { return whole };
    let locations = offset_index[group][column].page_locations();
    let mut selectors = Vec::new();
    for (page, location) in locations.iter().enumerate() {
        let start = usize::try_from(location.first_row_index).unwrap_or(0);
        let end = locations
            .get(page + 1)
            .map_or(rows, |next| usize::try_from(next.first_row_index).unwrap_or(rows));
        let above = index.min_value(page).is_none_or(|min| min <= subject.as_bytes());
        let below = index.max_value(page).is_none_or(|max| subject.as_bytes() <= max);
        let length = end - start;
        selectors.push(if above && below { RowSelector::select(length) } else { RowSelector::skip(length) });
    }
    selectors
}

/// Reads one subject from every file of a snapshot that can hold it.
pub(crate) fn subject_in(
    footers: &Footers,
    snapshot: &Snapshot,
    also: &[String],
    subject: &str,
    wants: impl Fn(&ActiveFile) -> bool,
) -> Result<Vec<RecordBatch>, LakeError> {
    let mut found = Vec::new();
    for file in snapshot.files.iter().filter(|file| wants(file)) {
        if file.may_hold(subject) {
            found.extend(subject_rows(footers, file, "subject_key", subject)?);
        }
        for column in also {
            found.extend(subject_rows(footers, file, column, subject)?);
        }
    }
    Ok(found)
}
