//! A unit's own cells become the catalogue's: each column from where it stands, its codes and dates as the mapping
//! says. What the mapping does not know stays as it is, so that the rules name it as the unit wrote it.

use std::collections::BTreeMap;

use jiff::civil::{DateTime, Time};
use jq_catalog::{DateShape, Mapping};

use crate::cells::Cells;
use crate::layout::Layouts;
use crate::rule::Rule;
use crate::typed::TimeForm;

/// The way from a file's columns to the catalogue's.
#[derive(Debug)]
pub(crate) struct Translation {
    /// For each column of the catalogue where it comes from.
    columns: Vec<Column>,
    /// Columns that the file has.
    width: usize,
}

#[derive(Debug)]
struct Column {
    origin: Origin,
    codes: BTreeMap<String, String>,
    shapes: Vec<DateShape>,
    form: TimeForm,
}

#[derive(Debug)]
enum Origin {
    /// The column of the file at this place.
    Place(usize),
    /// The same in every row.
    Constant(String),
    /// The unit does not know it.
    Nowhere,
}

impl Translation {
    /// Prepares the way from a file with the unit's own header.
    pub(crate) fn new(layouts: &Layouts<'_>, mapping: &Mapping, header: &[String]) -> Self {
        let columns = layouts.plan.header.iter().map(|name| {
            let own = mapping.columns.get(name);
            let place = own.and_then(|own| header.iter().position(|column| column == own));
            let origin = match (place, mapping.constants.get(name)) {
                (Some(place), _) => Origin::Place(place),
                (None, Some(value)) => Origin::Constant(value.clone()),
                (None, None) => Origin::Nowhere,
            };
            Column {
                origin,
                codes: mapping.codes.get(name).cloned().unwrap_or_default(),
                shapes: mapping.dates.get(name).cloned().unwrap_or_default(),
                form: layouts.form(name),
            }
        });
        Self { columns: columns.collect(), width: header.len() }
    }

    /// The rows with the catalogue's columns. A row with too many or too few cells stays wrong.
    pub(crate) fn apply(&self, own: &Cells) -> Cells {
        let mut cells = Cells::new();
        let mut broken = own.broken().iter().peekable();
        for row in 0..own.len() {
            let fault = broken.next_if(|broken| broken.row == row);
            let width = own.width(row);
            if let Some(fault) = fault {
                let place = fault.place.and_then(|place| self.place_of(place));
                cells.break_row(place, fault.value.as_str(), fault.rule);
            } else if width != self.width {
                cells.break_row(None, format!("{width} ≠ {}", self.width), Rule::ColumnsWrong);
            }
            if width == self.width {
                for column in &self.columns {
                    column.write(own, row, cells.next_cell());
                    cells.end_cell();
                }
            }
            cells.end_row();
        }
        cells
    }

    /// The catalogue's column that a column of the file feeds.
    fn place_of(&self, place: usize) -> Option<usize> {
        self.columns.iter().position(|column| matches!(column.origin, Origin::Place(own) if own == place))
    }

    /// Where the file has a column of the catalogue.
    pub(crate) fn origin_of(&self, column: usize) -> Option<usize> {
        match self.columns.get(column)?.origin {
            Origin::Place(place) => Some(place),
            Origin::Constant(_) | Origin::Nowhere => None,
        }
    }
}

impl Column {
    fn write(&self, own: &Cells, row: usize, out: &mut String) {
        let text = match &self.origin {
            Origin::Place(place) => own.get(row, *place),
            Origin::Constant(value) => return out.push_str(value),
            Origin::Nowhere => return,
        };
        let trimmed = text.trim();
        if let Some(code) = self.codes.get(trimmed) {
            return out.push_str(code);
        }
        let moment = self.shapes.iter().find_map(|shape| shape.read(trimmed));
        match moment.and_then(|moment| written(moment, self.form)) {
            Some(moment) => out.push_str(&moment),
            None => out.push_str(text),
        }
    }
}

/// A moment in the catalogue's form; nothing when it says more than the form holds.
fn written(moment: DateTime, form: TimeForm) -> Option<String> {
    let date = moment.date();
    match form {
        TimeForm::Instant => Some(format!("{}+08:00", moment.strftime("%Y-%m-%dT%H:%M:%S"))),
        _ if moment.time() != Time::midnight() => None,
        TimeForm::Day => Some(date.to_string()),
        TimeForm::Month => (date.day() == 1).then(|| date.strftime("%Y-%m").to_string()),
    }
}
