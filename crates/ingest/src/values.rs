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
            Self::Text(all) => fill(all, column, |text| Cell::Text(text)),
            Self::Int(all) => fill(all, column, |value| Cell::Int(*value)),
            Self::Scaled(all) => fill(all, column, |value| Cell::Scaled(*value)),
            Self::Bool(all) => fill(all, column, |value| Cell::Bool(*value)),
            Self::Day(all) => fill(all, column, |value| Cell::Day(*value)),
        }
    }

    /// Mixes the values into each row's digest. Empty ones leave it as it is, so that a column that comes later
    /// changes no digest of rows without it.
    pub(crate) fn digest(&self, column: u64, digests: &mut [u64]) {
        match self {
            Self::Text(all) => {
                mix_all(all, column, digests, |text| twox_hash::XxHash3_64::oneshot(text.as_bytes()));
            }
            Self::Int(all) => mix_all(all, column, digests, |value| value.cast_unsigned()),
            Self::Scaled(all) => mix_all(all, column, digests, |value| {
                let bits = value.cast_unsigned();
                #[expect(clippy::cast_possible_truncation, reason = "both halves go in")]
                let halves = (bits as u64) ^ ((bits >> 64) as u64).rotate_left(32);
                halves
            }),
            Self::Bool(all) => mix_all(all, column, digests, |value| 1 + u64::from(*value)),
            Self::Day(all) => mix_all(all, column, digests, |value| i64::from(*value).cast_unsigned()),
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
    let mut fits = true;
    for value in all {
        fits &= column.push(value.as_ref().map_or(Cell::Empty, &cell));
    }
    fits
}

fn mix_all<T>(all: &[Option<T>], column: u64, digests: &mut [u64], value: impl Fn(&T) -> u64) {
    for (digest, cell) in digests.iter_mut().zip(all) {
        if let Some(cell) = cell {
            *digest = mix(*digest, value(cell) ^ column);
        }
    }
}

/// One step of a digest: the order of steps counts.
pub(crate) fn mix(digest: u64, value: u64) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let product = u128::from(digest.rotate_left(23) ^ value) * u128::from(ODD);
    #[expect(clippy::cast_possible_truncation, reason = "both halves go in")]
    let folded = (product as u64) ^ ((product >> 64) as u64);
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_tells_values_and_columns_apart_and_passes_over_what_is_empty() {
        let digest = |columns: &[(u64, Option<i64>)]| {
            let mut digests = [7];
            for (column, value) in columns {
                Values::Int(vec![*value]).digest(*column, &mut digests);
            }
            digests[0]
        };
        let one = digest(&[(1, Some(5)), (2, Some(6))]);
        assert_ne!(one, digest(&[(1, Some(6)), (2, Some(5))]));
        assert_ne!(one, digest(&[(1, Some(5)), (3, Some(6))]));
        assert_eq!(one, digest(&[(1, Some(5)), (2, Some(6)), (3, None)]));
    }
}
