//! The cells of one row: what stands in each, and whether it can be taken.

use jiff::civil::DateTime;
use jq_lake::{ForeignValue, day_number};
use quick_xml::events::BytesRef;

use super::super::{ROW_BYTES_MAX, too_long};
use super::package::push_reference;
use super::sheet::Inside;
use super::strings::{TEXT_BYTES_MAX, unescape};
use super::{Book, broken, day};
use crate::cells::Cells;
use crate::fault::FileFault;
use crate::rule::Rule;
use crate::typed::{self, TimeForm};

/// Characters of a formula that are told.
const FORMULA_CHARS: usize = 80;

/// What a cell holds, as it is written.
#[derive(Default)]
pub(super) struct Given {
    /// The sort of its value: `s`, `str`, `inlineStr`, `b`, `e`, `d`, or a number.
    pub(super) kind: String,
    pub(super) style: Option<usize>,
    pub(super) value: String,
    /// The formula whose value it is.
    pub(super) formula: Option<String>,
}

impl Given {
    pub(super) fn push(&mut self, inside: Inside, text: &str) -> Result<(), FileFault> {
        match inside {
            Inside::Nothing => {}
            Inside::Value => self.value.push_str(text),
            Inside::Formula => {
                let formula = self.formula.get_or_insert_default();
                let room = FORMULA_CHARS.saturating_sub(formula.chars().count());
                formula.extend(text.chars().take(room));
            }
        }
        if self.value.len() > TEXT_BYTES_MAX {
            return Err(broken(format!("> {TEXT_BYTES_MAX} bytes in one cell")));
        }
        Ok(())
    }

    pub(super) fn push_reference(
        &mut self,
        inside: Inside,
        reference: &BytesRef<'_>,
    ) -> Result<(), FileFault> {
        let mut text = String::new();
        if push_reference(reference, &mut text) {
            return self.push(inside, &text);
        }
        Err(broken(format!("&{};", &**reference)))
    }
}

/// The cells of a row.
pub(super) struct RowCells<'b> {
    book: &'b Book,
    texts: Vec<String>,
    /// Cells up to the last that is not empty.
    width: usize,
    /// Where the next cell is that does not say where it is.
    next: usize,
    bytes: usize,
    /// The first cell that cannot be taken.
    wrong: Option<(usize, String)>,
}

impl<'b> RowCells<'b> {
    pub(super) fn new(book: &'b Book) -> Self {
        Self { book, texts: Vec::new(), width: 0, next: 0, bytes: 0, wrong: None }
    }

    pub(super) fn clear(&mut self) {
        self.texts.iter_mut().for_each(String::clear);
        (self.width, self.next, self.bytes, self.wrong) = (0, 0, 0, None);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.width == 0
    }

    pub(super) fn next_column(&self) -> usize {
        self.next
    }

    /// The texts up to the last that is not empty.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts[..self.width]
    }

    /// Takes the cell of a column.
    pub(super) fn set(&mut self, column: usize, given: &Given, form: TimeForm) -> Result<(), FileFault> {
        self.next = column + 1;
        if self.texts.len() <= column {
            self.texts.resize_with(column + 1, String::new);
        }
        let out = &mut self.texts[column];
        out.clear();
        if !write(self.book, given, form, out)? {
            let told = match &given.formula {
                Some(formula) if given.value.is_empty() => format!("={formula}"),
                _ => given.value.clone(),
            };
            out.clone_from(&told);
            self.wrong.get_or_insert((column, told));
        }
        self.bytes += out.len();
        if self.bytes > ROW_BYTES_MAX {
            return Err(too_long());
        }
        if !out.is_empty() {
            self.width = self.width.max(column + 1);
        }
        Ok(())
    }

    /// Adds the row to the cells of a block. A row with more cells than there are columns keeps them, and is wrong.
    pub(super) fn push(&self, columns: usize, cells: &mut Cells) {
        if let Some((column, value)) = &self.wrong {
            cells.break_row((*column < columns).then_some(*column), value.as_str(), Rule::FormulaValue);
        }
        for column in 0..self.width.max(columns) {
            cells.push(self.texts.get(column).map_or("", String::as_str));
        }
        cells.end_row();
    }
}

/// Writes what a cell holds; false when a formula gave nothing, or an error.
fn write(book: &Book, given: &Given, form: TimeForm, out: &mut String) -> Result<bool, FileFault> {
    let value = given.value.as_str();
    match given.kind.as_str() {
        "str" | "inlineStr" => {
            out.push_str(value);
            if given.kind == "str" {
                unescape(out, 0);
            }
        }
        "e" => return Ok(false),
        _ if value.is_empty() => return Ok(given.formula.is_none()),
        "s" => {
            let text = value.trim().parse().ok().and_then(|number| book.strings.get(number));
            out.push_str(text.ok_or_else(|| broken(format!("no shared text {value}")))?);
        }
        "b" => out.push_str(match value {
            "true" => "1",
            "false" => "0",
            other => other,
        }),
        "d" => match value.trim_end_matches('Z').parse::<DateTime>() {
            Ok(moment) => typed::write(&local(moment), form, out),
            Err(_) => out.push_str(value),
        },
        _ => write_number(book, given, form, out),
    }
    Ok(true)
}

fn write_number(book: &Book, given: &Given, form: TimeForm, out: &mut String) {
    let Ok(number) = given.value.trim().parse::<f64>() else { return out.push_str(&given.value) };
    let is_day = given.style.is_some_and(|style| book.days.get(style).copied().unwrap_or(false));
    let moment = day::moment(number, book.from_1904).filter(|_| is_day);
    typed::write(&moment.unwrap_or(ForeignValue::Float(number)), form, out);
}

fn local(moment: DateTime) -> ForeignValue<'static> {
    let time = moment.time();
    let seconds = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let days = i64::from(day_number(moment.date()));
    ForeignValue::Local((days * 86_400 + seconds) * 1_000_000 + i64::from(time.subsec_nanosecond() / 1_000))
}
