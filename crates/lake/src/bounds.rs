//! What a file's footer says of the values in it, without a row being read.

use parquet::file::metadata::RowGroupMetaData;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::statistics::Statistics;

use crate::error::LakeError;
use crate::footers::Footers;
use crate::snapshot::ActiveFile;
use crate::value::DAY_MICROS;

/// The largest value of columns that hold instants or whole numbers, from the footer alone.
pub(crate) fn upper_bounds<const N: usize>(
    footers: &Footers,
    file: &ActiveFile,
    names: [&str; N],
) -> Result<[Option<i64>; N], LakeError> {
    let footer = footers.of(file)?;
    Ok(names.map(|name| {
        let column = footer.leaf(name)?;
        let maxima =
            footer.metadata().row_groups().iter().map(|group| match group.column(column).statistics() {
                Some(Statistics::Int64(statistics)) => statistics.max_opt().copied(),
                _ => None,
            });
        maxima.flatten().max()
    }))
}

/// False when no row of the file has an earlier day than this in a column of days or instants.
pub(crate) fn may_be_before(
    footers: &Footers,
    file: &ActiveFile,
    column: &str,
    day: i32,
) -> Result<bool, LakeError> {
    some_group(footers, file, column, |statistics| match statistics {
        Statistics::Int32(days) => days.min_opt().is_none_or(|min| *min < day),
        Statistics::Int64(instants) => {
            instants.min_opt().is_none_or(|min| *min < i64::from(day) * DAY_MICROS)
        }
        _ => true,
    })
}

/// False when no row of the file has this text in a column.
pub(crate) fn may_hold_text(
    footers: &Footers,
    file: &ActiveFile,
    column: &str,
    text: &str,
) -> Result<bool, LakeError> {
    some_group(footers, file, column, |statistics| match statistics {
        Statistics::ByteArray(texts) => {
            let above = texts.min_bytes_opt().is_none_or(|min| min <= text.as_bytes());
            above && texts.max_bytes_opt().is_none_or(|max| text.as_bytes() <= max)
        }
        _ => true,
    })
}

/// True when a row group has a filled value in the column and `may` says so of its statistics, or nobody knows.
fn some_group(
    footers: &Footers,
    file: &ActiveFile,
    column: &str,
    may: impl Fn(&Statistics) -> bool,
) -> Result<bool, LakeError> {
    let footer = footers.of(file)?;
    let Some(place) = footer.leaf(column) else { return Ok(false) };
    let judge = |group: &RowGroupMetaData| {
        group.column(place).statistics().is_none_or(|statistics| {
            let rows = u64::try_from(group.num_rows()).unwrap_or(0);
            statistics.null_count_opt() != Some(rows) && may(statistics)
        })
    };
    Ok(footer.metadata().row_groups().iter().any(judge))
}

/// The first subject of each page with the page's rows, in the order of the file: how its rows are spread.
pub(crate) fn page_starts(footers: &Footers, file: &ActiveFile) -> Result<Vec<(String, usize)>, LakeError> {
    let footer = footers.of(file)?;
    let whole = || vec![(file.subject_min.clone().unwrap_or_default(), whole_rows(file))];
    let metadata = footer.metadata();
    let Some(place) = footer.leaf("subject_key") else { return Ok(whole()) };
    let (Some(columns), Some(offsets)) = (metadata.column_index(), metadata.offset_index()) else {
        return Ok(whole());
    };
    let mut starts = Vec::new();
    for (group, rows) in metadata.row_groups().iter().map(RowGroupMetaData::num_rows).enumerate() {
        let ColumnIndexMetaData::BYTE_ARRAY(index) = &columns[group][place] else { return Ok(whole()) };
        let firsts = offsets[group][place].page_locations().iter().map(|location| location.first_row_index);
        let ends = firsts.clone().skip(1).chain(std::iter::once(rows));
        for (page, (first, end)) in firsts.zip(ends).enumerate() {
            let start = index.min_value(page).and_then(|bytes| std::str::from_utf8(bytes).ok());
            let rows = usize::try_from(end - first).unwrap_or(0);
            starts.push((start.unwrap_or_default().to_owned(), rows));
        }
    }
    Ok(starts)
}

fn whole_rows(file: &ActiveFile) -> usize {
    usize::try_from(file.rows).unwrap_or(usize::MAX)
}
