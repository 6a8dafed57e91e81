//! A column of checked values, one for each row of a block, each perhaps empty.

use std::borrow::Cow;
use std::fmt::Write as _;

use jq_catalog::FieldKind;
use jq_lake::{Cell, Column};

/// A value that passed its own check.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Checked<'c> {
    Empty,
    Text(Cow<'c, str>),
    /// Whole number, year, or money in fen.
    Int(i64),
    /// A decimal times ten to the scale of its column.
    Scaled(i128),
    Bool(bool),
    Day(i32),
}

/// The values of one field.
#[derive(Debug)]
pub(crate) enum Values<'c> {
    Text(Vec<Option<Cow<'c, str>>>),
    /// Whole numbers, years, money in fen.
    Int(Vec<Option<i64>>),
    /// Decimals times ten to the scale of the column.
    Scaled(Vec<Option<i128>>),
    Bool(Vec<Option<bool>>),
    Day(Vec<Option<i32>>),
}

impl<'c> Values<'c> {
    /// An empty column for a kind of field, with room for so many rows.
    pub(crate) fn of(kind: FieldKind, rows: usize) -> Self {
        match kind {
            FieldKind::Int | FieldKind::Money | FieldKind::Year => Self::Int(Vec::with_capacity(rows)),
            FieldKind::Dec | FieldKind::Ratio => Self::Scaled(Vec::with_capacity(rows)),
            FieldKind::Bool => Self::Bool(Vec::with_capacity(rows)),
            FieldKind::Date | FieldKind::Month => Self::Day(Vec::with_capacity(rows)),
            _ => Self::Text(Vec::with_capacity(rows)),
        }
    }

    pub(crate) fn push_empty(&mut self) {
        match self {
            Self::Text(all) => all.push(None),
            Self::Int(all) => all.push(None),
            Self::Scaled(all) => all.push(None),
            Self::Bool(all) => all.push(None),
            Self::Day(all) => all.push(None),
        }
    }

    /// Adds a value of the column's kind.
    pub(crate) fn push(&mut self, value: &Checked<'c>) {
        match (self, value) {
            (Self::Text(all), Checked::Text(text)) => all.push(Some(text.clone())),
            (Self::Int(all), Checked::Int(value)) => all.push(Some(*value)),
            (Self::Scaled(all), Checked::Scaled(value)) => all.push(Some(*value)),
            (Self::Bool(all), Checked::Bool(value)) => all.push(Some(*value)),
            (Self::Day(all), Checked::Day(value)) => all.push(Some(*value)),
            (column, other) => {
                debug_assert!(*other == Checked::Empty, "a field's values are of the field's kind");
                column.push_empty();
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(all) => all.len(),
            Self::Int(all) => all.len(),
            Self::Scaled(all) => all.len(),
            Self::Bool(all) => all.len(),
            Self::Day(all) => all.len(),
        }
    }

    pub(crate) fn is_empty(&self, row: usize) -> bool {
        match self {
            Self::Text(all) => all[row].is_none(),
            Self::Int(all) => all[row].is_none(),
            Self::Scaled(all) => all[row].is_none(),
            Self::Bool(all) => all[row].is_none(),
            Self::Day(all) => all[row].is_none(),
        }
    }

    pub(crate) fn text(&self, row: usize) -> Option<&str> {
        match self {
            Self::Text(all) => all[row].as_deref(),
            _ => None,
        }
    }

    pub(crate) fn day(&self, row: usize) -> Option<i32> {
        match self {
            Self::Day(all) => all[row],
            _ => None,
        }
    }

    /// Puts the canonical form into a key.
    pub(crate) fn write(&self, row: usize, out: &mut String) {
        match self {
            Self::Text(all) => out.push_str(all[row].as_deref().unwrap_or_default()),
            Self::Int(all) => write_number(out, all[row]),
            Self::Scaled(all) => write_number(out, all[row]),
            Self::Bool(all) => write_number(out, all[row].map(u8::from)),
            Self::Day(all) => {
                if let Some(date) = all[row].and_then(jq_lake::day) {
                    let written = write!(out, "{date}");
                    debug_assert!(written.is_ok(), "writing to a string cannot fail");
                }
            }
        }
    }

    /// Moves the values into a column of the lake; false when it cannot hold one.
    pub(crate) fn fill(&self, column: &mut Column) -> bool {
        match self {
            Self::Text(all) => {
                column.make_room(all.len(), all.iter().flatten().map(|text| text.len()).sum());
                fill(all, column, |text| Cell::Text(text))
            }
            Self::Int(all) => fill(all, column, |value| Cell::Int(*value)),
            Self::Scaled(all) => fill(all, column, |value| Cell::Scaled(*value)),
            Self::Bool(all) => fill(all, column, |value| Cell::Bool(*value)),
            Self::Day(all) => fill(all, column, |value| Cell::Day(*value)),
        }
    }
}

fn write_number(out: &mut String, value: Option<impl std::fmt::Display>) {
    if let Some(value) = value {
        let written = write!(out, "{value}");
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
    }
}

fn fill<'v, T>(all: &'v [Option<T>], column: &mut Column, cell: impl Fn(&'v T) -> Cell<'v>) -> bool {
    column.fill(all.iter().map(|value| value.as_ref().map_or(Cell::Empty, &cell)))
}
