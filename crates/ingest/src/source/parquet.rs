//! Parquet files: columns by name, rows of one row group after the other, values as text in the catalogue's shapes.

use std::fs::File;
use std::sync::Arc;

use jq_lake::{ForeignError, ForeignFile, ForeignRows};

use super::{BLOCK_BYTES, Block, Content, ROW_BYTES_MAX, Source, too_long};
use crate::cells::Cells;
use crate::fault::FileFault;
use crate::layout::{Layout, Layouts};
use crate::plan::ItemPlan;
use crate::rule::Rule;
use crate::typed::{self, TimeForm};

/// Reads a Parquet file; see [`Source::read`]. Its digest has been proved.
pub(super) fn read(
    source: Source<'_>,
    mut give: impl FnMut(Block) -> bool,
) -> Result<Arc<Layout>, FileFault> {
    let Source { file, manifest, layouts } = source;
    let file = ForeignFile::open(file).map_err(|error| fault(&error))?;
    let layout = Arc::new(layouts.of_names(file.columns())?);
    if file.rows() != manifest.rows {
        return Err(FileFault::new(Rule::RowCount, format!("{} ≠ {}", file.rows(), manifest.rows)));
    }
    let (mut rows, mut number) = (0, 0);
    for piece in file.read(&layout.delivered).map_err(|error| fault(&error))? {
        let piece = piece.map_err(|error| fault(&error))?;
        rows += piece.len() as u64;
        if rows > file.rows() {
            break;
        }
        for block in cut(&piece) {
            let block = Block { number, layout: Arc::clone(&layout), content: Content::Parquet(block?) };
            number += 1;
            if !give(block) {
                return Ok(layout);
            }
        }
    }
    if rows == file.rows() {
        return Ok(layout);
    }
    let detail = format!("footer: {} rows, pages: {rows}", file.rows());
    Err(FileFault::new(Rule::FileBroken, detail))
}

/// Cuts rows so that no block has much more text than others, whatever stands in them.
fn cut(piece: &ForeignRows) -> impl Iterator<Item = Result<ForeignRows, FileFault>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        if from == piece.len() {
            return None;
        }
        let (start, mut bytes) = (from, 0);
        while from < piece.len() && bytes < BLOCK_BYTES {
            let row = piece.row_bytes(from);
            if row > ROW_BYTES_MAX {
                from = piece.len();
                return Some(Err(too_long()));
            }
            bytes += row;
            from += 1;
        }
        Some(Ok(piece.slice(start, from - start)))
    })
}

/// The rows' values as text.
pub(super) fn cells(rows: &ForeignRows, layout: &Layout) -> Cells {
    let mut cells = Cells::new();
    for row in 0..rows.len() {
        for (column, form) in layout.forms.iter().enumerate() {
            if let Some(value) = rows.value(row, column) {
                typed::write(&value, *form, cells.next_cell());
            }
            cells.end_cell();
        }
        cells.end_row();
    }
    cells
}

/// Subjects from all over the file, about as many as wanted; none where it cannot be read.
pub(crate) fn subjects(file: File, layouts: Layouts<'_>, wanted: usize) -> Vec<String> {
    read_subjects(file, layouts, wanted).unwrap_or_default()
}

fn read_subjects(file: File, layouts: Layouts<'_>, wanted: usize) -> Option<Vec<String>> {
    let file = ForeignFile::open(file).ok()?;
    let layout = layouts.of_names(file.columns()).ok()?;
    let ItemPlan { subject, header, .. } = layouts.plan;
    let columns = subject.iter().filter_map(|(column, is_key)| {
        let name = match &layout.translation {
            None => header[*column].as_str(),
            Some(translation) => layout.delivered[translation.origin_of(*column)?].as_str(),
        };
        Some((name, *is_key))
    });
    let (names, keys): (Vec<&str>, Vec<bool>) = columns.unzip();
    let step = usize::try_from(file.rows()).ok()?.div_ceil(wanted).max(1);
    let mut found = Vec::new();
    let mut before = 0;
    for piece in file.read(&names).ok()? {
        let piece = piece.ok()?;
        for row in (before..before + piece.len()).filter(|row| row % step == 0) {
            let mut columns = keys.iter().enumerate();
            found.extend(columns.find_map(|(column, is_key)| {
                let mut text = if *is_key { String::new() } else { "name:".to_owned() };
                typed::write(&piece.value(row - before, column)?, TimeForm::Day, &mut text);
                Some(text)
            }));
        }
        before += piece.len();
    }
    Some(found)
}

fn fault(error: &ForeignError) -> FileFault {
    let rule = match error {
        ForeignError::Broken(_) => Rule::FileBroken,
        ForeignError::Type { .. } => Rule::ColumnType,
    };
    FileFault::new(rule, error.to_string())
}
