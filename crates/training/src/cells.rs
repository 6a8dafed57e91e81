//! How a cell of a column is read: not known, a value with a bin of its own, a number or a word.

use serde::{Deserialize, Serialize};

use crate::number::parse;
use crate::options::Reading;

/// Words that no column of numbers holds as a value.
const NOT_KNOWN: [&[u8]; 11] =
    [b"NA", b"N/A", b"#N/A", b"NaN", b"nan", b"null", b"NULL", b"None", b"none", b"?", b"."];

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Numbers, whose order means something.
    Number,
    /// Words and codes.
    Category,
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    Missing,
    /// One of the special values, by its position.
    Special(usize),
    Number(f64),
    Word(&'a [u8]),
    /// A word in a column of numbers.
    NotNumber(&'a [u8]),
}

/// Reads the cells of one column.
#[derive(Debug, Clone)]
pub(crate) struct CellReader {
    kind: Kind,
    missing: Vec<Vec<u8>>,
    special: Vec<(Vec<u8>, Option<f64>)>,
}

impl CellReader {
    pub(crate) fn new(kind: Kind, missing: &[String], special: &[String]) -> Self {
        let special = special.iter().map(|value| (value.as_bytes().to_owned(), parse(value.as_bytes())));
        Self {
            kind,
            missing: missing.iter().map(|word| word.as_bytes().to_owned()).collect(),
            special: special.collect(),
        }
    }

    /// Reads a cell; spaces around it do not count.
    pub(crate) fn read<'a>(&self, cell: &'a [u8]) -> Cell<'a> {
        let cell = cell.trim_ascii();
        if cell.is_empty() || self.missing.iter().any(|word| word == cell) {
            return Cell::Missing;
        }
        match self.kind {
            Kind::Number => self.number(cell),
            Kind::Category => match self.special.iter().position(|(text, _)| text == cell) {
                Some(at) => Cell::Special(at),
                None => Cell::Word(cell),
            },
        }
    }

    fn number<'a>(&self, cell: &'a [u8]) -> Cell<'a> {
        if let Some(value) = parse(cell) {
            let is_same = |special: &Option<f64>| *special == Some(value);
            return match self.special.iter().position(|(_, special)| is_same(special)) {
                Some(at) => Cell::Special(at),
                None => Cell::Number(value),
            };
        }
        match self.special.iter().position(|(text, _)| text == cell) {
            Some(at) => Cell::Special(at),
            None if NOT_KNOWN.contains(&cell) => Cell::Missing,
            None => Cell::NotNumber(cell),
        }
    }
}

impl Reading {
    /// The special values of a column.
    pub(crate) fn special_of(&self, column: &str) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for one in &self.special {
            if one.column.as_deref().is_none_or(|name| name == column) && !values.contains(&one.value) {
                values.push(one.value.clone());
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_special_number_is_known_by_its_value_and_a_special_word_by_its_letters() {
        let number =
            CellReader::new(Kind::Number, &["unknown".to_owned()], &["0".to_owned(), "X".to_owned()]);
        assert_eq!(number.read(b" 0.0 "), Cell::Special(0));
        assert_eq!(number.read(b"X"), Cell::Special(1));
        assert_eq!(number.read(b"unknown"), Cell::Missing);
        assert_eq!(number.read(b"NA"), Cell::Missing);
        assert_eq!(number.read(b"7"), Cell::Number(7.0));
        assert_eq!(number.read(b"seven"), Cell::NotNumber(b"seven"));
        let category = CellReader::new(Kind::Category, &[], &["0".to_owned()]);
        assert_eq!(category.read(b"00"), Cell::Word(b"00"));
        assert_eq!(category.read(b"0"), Cell::Special(0));
        assert_eq!(category.read(b"NA"), Cell::Word(b"NA"));
    }
}
