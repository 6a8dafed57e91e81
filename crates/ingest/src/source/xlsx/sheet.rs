//! The rows of a sheet as they stream by, and the ranges of cells that were merged into one.

use std::sync::Arc;

use quick_xml::events::Event;

use super::super::{BLOCK_BYTES, Block, Content};
use super::book::is;
use super::cell::{Given, RowCells};
use super::package::{Package, Part, attribute};
use super::strings::push_text;
use super::{Book, broken};
use crate::cells::Cells;
use crate::fault::FileFault;
use crate::layout::{Layout, Layouts};
use crate::rule::Rule;
use crate::typed::TimeForm;

/// Rows of a block.
const BLOCK_ROWS: usize = 8_192;
/// Merged ranges that are named.
const RANGES_TOLD: usize = 3;
/// Columns of a sheet.
const COLUMNS_MAX: usize = 16_384;

/// Reads the sheet; `give` says false when no more rows are wanted.
pub(super) fn read(
    package: &mut Package,
    book: &Book,
    layouts: Layouts<'_>,
    give: &mut impl FnMut(Block) -> bool,
) -> Result<Arc<Layout>, FileFault> {
    let mut sheet = Sheet { part: package.needed(&book.sheet)?, row: RowCells::new(book) };
    let mut rows = Rows { layouts, layout: None, cells: Cells::new(), number: 0 };
    let mut fault = None;
    sheet.begin()?;
    while sheet.next_row(rows.forms())? {
        if fault.is_some() {
            continue;
        }
        match rows.take(&sheet.row) {
            Ok(None) => {}
            Ok(Some(block)) => {
                if !give(block) {
                    break;
                }
            }
            // Merged cells may be the reason, and are what a person must be told of.
            Err(wrong) => fault = Some(wrong),
        }
    }
    let merged = sheet.merged()?;
    if !merged.is_empty() {
        return Err(FileFault::new(Rule::CellsMerged, merged));
    }
    if let Some(fault) = fault {
        return Err(fault);
    }
    if let Some(block) = rows.cut() {
        give(block);
    }
    rows.layout.ok_or_else(|| FileFault::new(Rule::HeaderWrong, "-"))
}

/// Rows on their way into blocks.
struct Rows<'p> {
    layouts: Layouts<'p>,
    layout: Option<Arc<Layout>>,
    cells: Cells,
    number: usize,
}

impl Rows<'_> {
    /// How the columns tell times.
    fn forms(&self) -> &[TimeForm] {
        self.layout.as_ref().map_or(&[], |layout| &layout.forms)
    }

    fn take(&mut self, row: &RowCells<'_>) -> Result<Option<Block>, FileFault> {
        let Some(layout) = &self.layout else {
            let header: Vec<String> = row.texts().iter().map(|name| name.trim().to_owned()).collect();
            self.layout = Some(Arc::new(self.layouts.of_header(&header)?));
            return Ok(None);
        };
        row.push(layout.delivered.len(), &mut self.cells);
        let full = self.cells.bytes() >= BLOCK_BYTES || self.cells.len() >= BLOCK_ROWS;
        Ok(if full { self.cut() } else { None })
    }

    fn cut(&mut self) -> Option<Block> {
        let layout = Arc::clone(self.layout.as_ref()?);
        let cells = std::mem::replace(&mut self.cells, Cells::new());
        self.number += 1;
        Some(Block { number: self.number - 1, layout, content: Content::Cells(cells) })
    }
}

/// A sheet being read.
struct Sheet<'p, 'b> {
    part: Part<'p>,
    /// The row that was read last.
    row: RowCells<'b>,
}

impl Sheet<'_, '_> {
    /// Goes to the first row.
    fn begin(&mut self) -> Result<(), FileFault> {
        loop {
            match self.part.next()? {
                Event::Start(tag) if is(&tag, "sheetData") => return Ok(()),
                Event::Eof => return Err(broken("no rows")),
                _ => {}
            }
        }
    }

    /// Reads the next row that is not empty; false when there is none.
    fn next_row(&mut self, forms: &[TimeForm]) -> Result<bool, FileFault> {
        self.row.clear();
        loop {
            let (column, given) = match self.part.next()? {
                Event::Start(tag) if is(&tag, "c") => {
                    let place = attribute(&tag, "r");
                    let column = match place.as_deref() {
                        Some(place) => column_of(place).ok_or_else(|| broken(place.to_owned()))?,
                        None => self.row.next_column(),
                    };
                    let style = attribute(&tag, "s").and_then(|style| style.parse().ok());
                    let kind = attribute(&tag, "t").map(std::borrow::Cow::into_owned).unwrap_or_default();
                    (column, Given { kind, style, ..Given::default() })
                }
                Event::End(tag) => match tag.local_name().as_ref() {
                    "row" if !self.row.is_empty() => return Ok(true),
                    "sheetData" => return Ok(false),
                    _ => continue,
                },
                Event::Eof => return Err(broken("rows without an end")),
                _ => continue,
            };
            if column >= COLUMNS_MAX {
                return Err(broken(format!("> {COLUMNS_MAX} columns")));
            }
            let given = self.cell(given)?;
            let form = forms.get(column).copied().unwrap_or(TimeForm::Day);
            self.row.set(column, &given, form)?;
        }
    }

    /// Reads what is in a cell, up to its end.
    fn cell(&mut self, mut given: Given) -> Result<Given, FileFault> {
        let mut inside = Inside::Nothing;
        loop {
            match self.part.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "v" => inside = Inside::Value,
                    "f" => {
                        inside = Inside::Formula;
                        given.formula = Some(String::new());
                    }
                    "is" => {
                        push_text(&mut self.part, "is", &mut given.value)?;
                        inside = Inside::Nothing;
                    }
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "c" => return Ok(given),
                    "v" | "f" => inside = Inside::Nothing,
                    _ => {}
                },
                Event::Text(text) => given.push(inside, &text.xml10_content())?,
                Event::CData(text) => given.push(inside, &text.xml10_content())?,
                Event::GeneralRef(reference) => given.push_reference(inside, &reference)?,
                Event::Eof => return Err(broken("a cell without an end")),
                _ => {}
            }
        }
    }

    /// The first merged ranges, in words; empty when there are none. Reads to the end of the sheet.
    fn merged(&mut self) -> Result<String, FileFault> {
        let mut ranges = Vec::new();
        let mut count = 0;
        loop {
            match self.part.next()? {
                Event::Start(tag) if is(&tag, "mergeCell") => {
                    count += 1;
                    if ranges.len() < RANGES_TOLD {
                        let range = attribute(&tag, "ref").unwrap_or_default();
                        ranges.push(range.chars().take(20).collect::<String>());
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if count > ranges.len() {
            ranges.push(format!("… ({count})"));
        }
        Ok(ranges.join(", "))
    }
}

/// In which part of a cell a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    Nothing,
    Value,
    Formula,
}

/// The column of a place such as `AB12`, from 0.
fn column_of(place: &str) -> Option<usize> {
    let mut column = 0_usize;
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    for letter in letters {
        column = column.checked_mul(26)? + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_as_their_letters_say() {
        for (place, column) in
            [("A1", Some(0)), ("Z9", Some(25)), ("AA10", Some(26)), ("XFD1", Some(16_383)), ("12", None)]
        {
            assert_eq!(column_of(place), column, "{place}");
        }
        assert_eq!(column_of(&"Z".repeat(40)), None);
    }
}
