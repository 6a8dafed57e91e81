//! Reading data files: pages that cannot match are never touched.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch, Scalar, StringArray};
use arrow::compute::kernels::cmp;
use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::{
    ArrowPredicate, ArrowPredicateFn, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowFilter,
    RowSelection, RowSelector,
};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::page_index::offset_index::PageLocation;
use parquet::file::statistics::Statistics;

use crate::error::LakeError;
use crate::footers::{Footer, Footers, data_file, open};
use crate::pages::{self, Rows};
use crate::snapshot::ActiveFile;

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
    let places = select(&footer, column, |_| true, touches);
    let Some((groups, selection)) = selection(&footer, &places) else { return Ok(None) };
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
    let places = select(&footer, column, |_| true, touches);
    let Some((groups, selection)) = selection(&footer, &places) else { return Ok(Vec::new()) };
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
    filtered(file, handle, &footer, groups, Some(selection), Box::new(predicate))
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
    filtered(file, handle, &footer, groups, None, predicate)
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
    let places = select(&footer, column, in_bloom, touches);
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let handle = Arc::new(open(file)?);
    let names = schema.fields().iter().map(|field| field.name().as_str());
    let names: Vec<&str> = names.filter(|name| footer.leaf(name).is_some()).collect();
    let mut found = Vec::new();
    for (group, rows) in places {
        let subjects = pages::read(&handle, &footer, group, &[by], &rows, BATCH_ROWS)?;
        let rows = equal_to(subject, &subjects, &rows);
        found.extend(pages::read(&handle, &footer, group, &names, &rows, BATCH_ROWS)?);
    }
    Ok(found)
}

/// Of rows whose one column was read those that equal the text.
fn equal_to(text: &str, read: &[RecordBatch], rows: &Rows) -> Rows {
    let mut places = rows.iter().cloned().flatten();
    let mut equal: Rows = Vec::new();
    for value in read.iter().flat_map(|batch| batch.column(0).as_string::<i32>()) {
        let Some(place) = places.next() else { break };
        if value != Some(text) {
            continue;
        }
        match equal.last_mut() {
            Some(last) if last.end == place => last.end += 1,
            _ => equal.push(place..place + 1),
        }
    }
    equal
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
) -> Result<Vec<RecordBatch>, LakeError> {
    let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(handle, footer.reader.clone())
        .with_batch_size(BATCH_ROWS)
        .with_row_groups(groups)
        .with_row_filter(RowFilter::new(vec![predicate]));
    if let Some(selection) = selection {
        builder = builder.with_row_selection(selection);
    }
    let reader = builder.build().map_err(|error| data_file(file, error))?;
    Ok(reader.collect::<Result<Vec<_>, ArrowError>>()?)
}

/// The rows on pages of a column that may hold what is looked for, by row group. `touches` judges the smallest and
/// largest value of a row group or page.
fn select(
    footer: &Footer,
    column: usize,
    wants_group: impl Fn(usize) -> bool,
    touches: impl Fn(Option<&[u8]>, Option<&[u8]>) -> bool,
) -> Vec<(usize, Rows)> {
    let mut selected = Vec::new();
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
        let rows = select_pages(footer, group, column, &touches);
        if !rows.is_empty() {
            selected.push((group, rows));
        }
    }
    selected
}

fn select_pages(
    footer: &Footer,
    group: usize,
    column: usize,
    touches: impl Fn(Option<&[u8]>, Option<&[u8]>) -> bool,
) -> Rows {
    let whole = usize::try_from(footer.metadata().row_group(group).num_rows()).unwrap_or(0);
    let index = footer.metadata().column_index().map(|index| &index[group][column]);
    let (Some(ColumnIndexMetaData::BYTE_ARRAY(index)), Some(pages)) = (index, footer.pages(group, column))
    else {
        return std::iter::once(0..whole).collect();
    };
    let mut rows: Rows = Vec::new();
    for (page, location) in pages.iter().enumerate() {
        if !touches(index.min_value(page), index.max_value(page)) {
            continue;
        }
        let row = |location: &PageLocation| usize::try_from(location.first_row_index).unwrap_or(0);
        let (start, end) = (row(location), pages.get(page + 1).map_or(whole, row));
        match rows.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => rows.push(start..end),
        }
    }
    rows
}

/// Row groups and a selection over them, as the library's reader takes them; nothing when no row is selected.
fn selection(footer: &Footer, places: &[(usize, Rows)]) -> Option<(Vec<usize>, RowSelection)> {
    let mut selectors: Vec<RowSelector> = Vec::new();
    for (group, rows) in places {
        let whole = usize::try_from(footer.metadata().row_group(*group).num_rows()).unwrap_or(0);
        selectors.extend(RowSelection::from_consecutive_ranges(rows.iter().cloned(), whole).iter().copied());
    }
    (!places.is_empty()).then(|| (places.iter().map(|(group, _)| *group).collect(), selectors.into()))
}

/// Which rows are looked for, and how much of them.
pub(crate) struct SubjectQuery<'q> {
    pub(crate) subject: &'q str,
    /// Further columns that may carry the subject.
    pub(crate) also: &'q [String],
    /// The columns that are read.
    pub(crate) schema: &'q Schema,
}

/// Reads one subject from those of the files that can hold it.
pub(crate) fn subject_in<'f>(
    footers: &Footers,
    files: impl IntoIterator<Item = &'f ActiveFile>,
    query: &SubjectQuery<'_>,
) -> Result<Vec<RecordBatch>, LakeError> {
    let SubjectQuery { subject, also, schema } = *query;
    let mut found = Vec::new();
    for file in files {
        if file.may_hold(subject) {
            found.extend(subject_rows(footers, file, "subject_key", subject, schema)?);
        }
        for column in also {
            found.extend(subject_rows(footers, file, column, subject, schema)?);
        }
    }
    Ok(found)
}
