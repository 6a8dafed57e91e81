//! Reading data files: pages that cannot match are never touched.

use std::fs::File;

use arrow::array::{AsArray, BooleanArray, RecordBatch, Scalar, StringArray};
use arrow::compute::kernels::cmp;
use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::{
    ArrowPredicate, ArrowPredicateFn, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowFilter,
    RowSelection, RowSelector,
};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::statistics::Statistics;

use crate::error::LakeError;
use crate::footers::{Footer, Footers, data_file, open};
use crate::snapshot::{ActiveFile, Snapshot};

/// Rows read at once from a whole file.
const BATCH_ROWS: usize = 16_384;

/// The named columns of every row of a file.
pub(crate) fn columns(
    footers: &Footers,
    file: &ActiveFile,
    names: &[&str],
) -> Result<ParquetRecordBatchReader, LakeError> {
    let (handle, footer) = footers.open(file)?;
    ParquetRecordBatchReaderBuilder::new_with_metadata(handle, footer.reader.clone())
        .with_projection(footer.mask(names))
        .with_batch_size(BATCH_ROWS)
        .build()
        .map_err(|error| data_file(file, error))
}

/// All rows of a file, in pieces.
pub(crate) fn all(footers: &Footers, file: &ActiveFile) -> Result<ParquetRecordBatchReader, LakeError> {
    let (handle, footer) = footers.open(file)?;
    ParquetRecordBatchReaderBuilder::new_with_metadata(handle, footer.reader.clone())
        .with_batch_size(BATCH_ROWS)
        .build()
        .map_err(|error| data_file(file, error))
}

/// The named columns of the pages that may hold one of the subjects (ascending); nothing when no page does.
pub(crate) fn pages_of(
    footers: &Footers,
    file: &ActiveFile,
    names: &[&str],
    subjects: &[String],
) -> Result<Option<ParquetRecordBatchReader>, LakeError> {
    let touches = |min: Option<&[u8]>, max: Option<&[u8]>| {
        let from = subjects.partition_point(|subject| min.is_some_and(|min| subject.as_bytes() < min));
        subjects.get(from).is_some_and(|subject| max.is_none_or(|max| subject.as_bytes() <= max))
    };
    let bound = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
    if !touches(bound(&file.subject_min).as_deref(), bound(&file.subject_max).as_deref()) {
        return Ok(None);
    }
    let (handle, footer) = footers.open(file)?;
    let Some(column) = footer.leaf("subject_key") else { return Ok(None) };
    let Some((groups, selection)) = select(&footer, column, |_| true, touches) else { return Ok(None) };
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(handle, footer.reader.clone())
        .with_projection(footer.mask(names))
        .with_batch_size(BATCH_ROWS)
        .with_row_groups(groups)
        .with_row_selection(selection)
        .build();
    reader.map(Some).map_err(|error| data_file(file, error))
}

/// The rows whose subject lies from `from` up to, but not including, `to`.
pub(crate) fn subject_range(
    footers: &Footers,
    file: &ActiveFile,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<Vec<RecordBatch>, LakeError> {
    let (handle, footer) = footers.open(file)?;
    let Some(column) = footer.leaf("subject_key") else { return Ok(Vec::new()) };
    let touches = |min: Option<&[u8]>, max: Option<&[u8]>| {
        let above = max.is_none_or(|max| from.is_none_or(|from| from.as_bytes() <= max));
        let below = min.is_none_or(|min| to.is_none_or(|to| min < to.as_bytes()));
        above && below
    };
    let Some((groups, selection)) = select(&footer, column, |_| true, touches) else {
        return Ok(Vec::new());
    };
    let bounds =
        [from, to].map(|bound| bound.map(|text| Scalar::new(StringArray::from(vec![text.to_owned()]))));
    let within = move |batch: RecordBatch| {
        let subjects = batch.column(0).as_string::<i32>();
        let [from, to] = &bounds;
        let above = from.as_ref().map(|from| cmp::gt_eq(subjects, from)).transpose()?;
        let below = to.as_ref().map(|to| cmp::lt(subjects, to)).transpose()?;
        match (above, below) {
            (Some(above), Some(below)) => arrow::compute::and(&above, &below),
            (Some(one), None) | (None, Some(one)) => Ok(one),
            (None, None) => Ok(BooleanArray::from(vec![true; batch.num_rows()])),
        }
    };
    let predicate = ArrowPredicateFn::new(footer.mask(&["subject_key"]), within);
    filtered(file, handle, &footer, groups, Some(selection), Box::new(predicate), None)
}

/// The rows of a file whose column equals the text, without help from its order.
pub(crate) fn equal_rows(
    footers: &Footers,
    file: &ActiveFile,
    by: &str,
    text: &str,
) -> Result<Vec<RecordBatch>, LakeError> {
    let (handle, footer) = footers.open(file)?;
    let groups = (0..footer.metadata().num_row_groups()).collect();
    let predicate = is_equal(&footer, by, text);
    filtered(file, handle, &footer, groups, None, predicate, None)
}

/// The rows whose column `by` equals `subject`; where the file is sorted by that column only the pages
/// that can hold the subject are read.
pub(crate) fn subject_rows(
    footers: &Footers,
    file: &ActiveFile,
    by: &str,
    subject: &str,
    schema: &Schema,
) -> Result<Vec<RecordBatch>, LakeError> {
    let footer = footers.of(file)?;
    let Some(column) = footer.leaf(by) else { return Ok(Vec::new()) };
    let wanted = subject.as_bytes();
    let touches = |min: Option<&[u8]>, max: Option<&[u8]>| {
        min.is_none_or(|min| min <= wanted) && max.is_none_or(|max| wanted <= max)
    };
    let in_bloom = |group| footer.blooms.get(&(group, column)).is_none_or(|bloom| bloom.check(&subject));
    let Some((groups, selection)) = select(&footer, column, in_bloom, touches) else {
        return Ok(Vec::new());
    };
    let predicate = is_equal(&footer, by, subject);
    filtered(file, open(file)?, &footer, groups, Some(selection), predicate, Some(schema))
}

fn is_equal(footer: &Footer, by: &str, text: &str) -> Box<dyn ArrowPredicate> {
    let wanted = Scalar::new(StringArray::from(vec![text.to_owned()]));
    let equal = move |batch: RecordBatch| cmp::eq(batch.column(0).as_string::<i32>(), &wanted);
    Box::new(ArrowPredicateFn::new(footer.mask(&[by]), equal))
}

fn filtered(
    file: &ActiveFile,
    handle: File,
    footer: &Footer,
    groups: Vec<usize>,
    selection: Option<RowSelection>,
    predicate: Box<dyn ArrowPredicate>,
    schema: Option<&Schema>,
) -> Result<Vec<RecordBatch>, LakeError> {
    let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(handle, footer.reader.clone())
        .with_batch_size(BATCH_ROWS)
        .with_row_groups(groups)
        .with_row_filter(RowFilter::new(vec![predicate]));
    if let Some(selection) = selection {
        builder = builder.with_row_selection(selection);
    }
    if let Some(schema) = schema {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        builder = builder.with_projection(footer.mask(&names));
    }
    let reader = builder.build().map_err(|error| data_file(file, error))?;
    Ok(reader.collect::<Result<Vec<_>, ArrowError>>()?)
}

/// The row groups and pages of a column that may hold what is looked for; nothing when none does. `touches` judges
/// the smallest and largest value of a row group or page.
fn select(
    footer: &Footer,
    column: usize,
    wants_group: impl Fn(usize) -> bool,
    touches: impl Fn(Option<&[u8]>, Option<&[u8]>) -> bool,
) -> Option<(Vec<usize>, RowSelection)> {
    let mut groups = Vec::new();
    let mut selectors = Vec::new();
    for (group, metadata) in footer.metadata().row_groups().iter().enumerate() {
        let may_hold = match metadata.column(column).statistics() {
            Some(Statistics::ByteArray(statistics)) => {
                touches(statistics.min_bytes_opt(), statistics.max_bytes_opt())
            }
            _ => true,
        };
        if !may_hold || !wants_group(group) {
            continue;
        }
        let pages = select_pages(footer.metadata(), group, column, &touches);
        if pages.iter().any(|selector| !selector.skip) {
            groups.push(group);
            selectors.extend(pages);
        }
    }
    (!groups.is_empty()).then(|| (groups, RowSelection::from(selectors)))
}

fn select_pages(
    metadata: &ParquetMetaData,
    group: usize,
    column: usize,
    touches: impl Fn(Option<&[u8]>, Option<&[u8]>) -> bool,
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
        let length = end - start;
        let selected = touches(index.min_value(page), index.max_value(page));
        selectors.push(if selected { RowSelector::select(length) } else { RowSelector::skip(length) });
    }
    selectors
}

/// Which rows are looked for, and how much of them.
pub(crate) struct SubjectQuery<'q> {
    pub(crate) subject: &'q str,
    /// Further columns that may carry the subject.
    pub(crate) also: &'q [String],
    /// The columns that are read.
    pub(crate) schema: &'q Schema,
}

/// Reads one subject from every file of a snapshot that can hold it.
pub(crate) fn subject_in(
    footers: &Footers,
    snapshot: &Snapshot,
    query: &SubjectQuery<'_>,
    wants: impl Fn(&ActiveFile) -> bool,
) -> Result<Vec<RecordBatch>, LakeError> {
    let SubjectQuery { subject, also, schema } = *query;
    let mut found = Vec::new();
    for file in snapshot.files.iter().filter(|file| wants(file)) {
        if file.may_hold(subject) {
            found.extend(subject_rows(footers, file, "subject_key", subject, schema)?);
        }
        for column in also {
            found.extend(subject_rows(footers, file, column, subject, schema)?);
        }
    }
    Ok(found)
}
