//! Fine bins: each variable cut into at most 256 pieces, small enough to be kept as one byte a row and fine enough
//! that the best bins are made of whole pieces.
//!
//! Piece 0 is for missing values, then one for each special value, then those of the numbers in their order or of the
//! words, and for words last the piece of all others.

use hashbrown::HashMap;

use crate::cells::{Cell, CellReader, Kind};
use crate::error::TrainingError;
use crate::number::share_of;
use crate::options::{Reading, TrainOptions};
use crate::problem::{Problem, Said};
use crate::survey::{ColumnSurvey, WORD_BYTES_MAX};

/// Pieces of a variable at most: what a byte can count.
pub(crate) const PIECES_MAX: usize = 256;
/// Different numbers up to which each has a piece of its own.
const NUMBERS_OWN_MAX: usize = 230;
/// With more, a piece holds this part of the rows, unless one number alone is more.
const STEPS: usize = 115;
/// Words that have a piece of their own, at most.
const WORDS_OWN_MAX: usize = 230;
/// Special values of a column, at most: what is left of a byte.
const SPECIAL_MAX: usize = PIECES_MAX - 2 - NUMBERS_OWN_MAX;
/// A word of fewer rows has no piece of its own.
const WORD_ROWS_MIN: u64 = 10;

/// How the cells of a variable fall into pieces.
#[derive(Debug, Clone)]
pub(crate) struct Fine {
    pub(crate) name: String,
    pub(crate) position: usize,
    pub(crate) kind: Kind,
    pub(crate) special: Vec<String>,
    /// Where the second and each later piece of numbers begins.
    pub(crate) cuts: Vec<f64>,
    /// The words that have a piece, in the order of the pieces.
    pub(crate) words: Vec<String>,
    reader: CellReader,
    places: HashMap<Vec<u8>, u8>,
}

impl Fine {
    pub(crate) fn new(
        column: &ColumnSurvey,
        kind: Kind,
        rows: u64,
        options: &TrainOptions,
    ) -> Result<Self, TrainingError> {
        let reading: &Reading = &options.reading;
        let mut special = reading.special_of(&column.name);
        let codes = match kind {
            Kind::Number if !reading.plain_negatives => column.negative_codes(),
            _ => Vec::new(),
        };
        special.extend(codes.iter().map(f64::to_string));
        if special.len() > SPECIAL_MAX {
            let (least, most) = ("0".to_owned(), SPECIAL_MAX.to_string());
            return Err(TrainingError::Options(Problem::Option {
                name: Said::new("单列特殊值个数", "the number of a column's special values"),
                least,
                most,
            }));
        }
        let words = match kind {
            Kind::Number => Vec::new(),
            Kind::Category => {
                let rows_min = share_of(rows, options.binning.category_share_min).max(WORD_ROWS_MIN);
                frequent(column, rows_min, &reading.missing, &special)
            }
        };
        let first = 1 + special.len();
        let places = words.iter().enumerate();
        let places = places.map(|(at, word)| (word.as_bytes().to_owned(), byte(first + at))).collect();
        Ok(Self {
            name: column.name.clone(),
            position: column.position,
            kind,
            cuts: if kind == Kind::Number { cuts(&column.sample, &codes) } else { Vec::new() },
            words,
            reader: CellReader::new(kind, &reading.missing, &special),
            places,
            special,
        })
    }

    /// A column of numbers with these cuts.
    #[cfg(test)]
    pub(crate) fn of_numbers(name: &str, cuts: Vec<f64>) -> Self {
        Self {
            name: name.to_owned(),
            position: 0,
            kind: Kind::Number,
            special: Vec::new(),
            cuts,
            words: Vec::new(),
            reader: CellReader::new(Kind::Number, &[], &[]),
            places: HashMap::new(),
        }
    }

    /// The first piece that is neither for missing nor for special values.
    pub(crate) fn first(&self) -> usize {
        1 + self.special.len()
    }

    /// How many pieces there are.
    pub(crate) fn pieces(&self) -> usize {
        self.first()
            + match self.kind {
                Kind::Number => self.cuts.len() + 1,
                Kind::Category => self.words.len() + 1,
            }
    }

    /// The piece of a cell; the word itself where a number was expected.
    pub(crate) fn piece<'a>(&self, cell: &'a [u8]) -> Result<u8, &'a [u8]> {
        match self.reader.read(cell) {
            Cell::Missing => Ok(0),
            Cell::Special(at) => Ok(byte(1 + at)),
            Cell::Number(value) => Ok(byte(self.first() + self.cuts.partition_point(|cut| *cut <= value))),
            Cell::Word(word) => {
                Ok(self.places.get(word).copied().unwrap_or_else(|| byte(self.first() + self.words.len())))
            }
            Cell::NotNumber(word) => Err(word),
        }
    }
}

/// A piece as the byte it is kept as.
#[expect(clippy::cast_possible_truncation, reason = "no variable has more pieces than a byte counts")]
pub(crate) fn byte(piece: usize) -> u8 {
    debug_assert!(piece < PIECES_MAX);
    piece as u8
}

/// Where pieces of numbers begin: at each number when there are few, else so that pieces hold equally many rows and a
/// number that comes often has a piece of its own. Codes are no numbers.
fn cuts(sample: &[f64], codes: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = sample.iter().copied().filter(|value| !codes.contains(value)).collect();
    sorted.sort_by(f64::total_cmp);
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for value in sorted {
        match runs.last_mut() {
            // Both zeros are one number.
            Some((last, count)) if *last >= value => *count += 1,
            _ => runs.push((value, 1)),
        }
    }
    if runs.len() <= NUMBERS_OWN_MAX {
        return runs.iter().skip(1).map(|(value, _)| *value).collect();
    }
    let step = runs.iter().map(|(_, count)| count).sum::<usize>().div_ceil(STEPS);
    let mut cuts = Vec::new();
    let mut filled = 0;
    for (at, (value, count)) in runs.iter().enumerate() {
        let is_heavy = *count >= step;
        if at > 0 && filled > 0 && (is_heavy || filled >= step) {
            cuts.push(*value);
            filled = 0;
        }
        filled += count;
        if is_heavy && let Some((next, _)) = runs.get(at + 1) {
            cuts.push(*next);
            filled = 0;
        }
    }
    cuts
}

/// The words that come often enough, most frequent first.
fn frequent(column: &ColumnSurvey, rows_min: u64, missing: &[String], special: &[String]) -> Vec<String> {
    let mut words: Vec<(u64, &str)> = column
        .counted
        .iter()
        .filter(|(word, count)| **count >= rows_min && word.len() < WORD_BYTES_MAX)
        .filter_map(|(word, count)| Some((*count, std::str::from_utf8(word).ok()?)))
        .filter(|(_, word)| !missing.iter().chain(special).any(|apart| apart == word))
        .collect();
    words.sort_by(|(left, a), (right, b)| right.cmp(left).then(a.cmp(b)));
    words.into_iter().take(WORDS_OWN_MAX).map(|(_, word)| word.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_numbers_have_pieces_of_their_own_and_many_share_them_evenly() {
        assert_eq!(cuts(&[3.0, 1.0, 2.0, 1.0, 0.0, -0.0, -9.0], &[-9.0]), [1.0, 2.0, 3.0]);
        assert!(cuts(&[7.0; 10], &[]).is_empty());
        let many: Vec<f64> = (0..10_000_u32).map(f64::from).collect();
        let cuts = cuts(&many, &[]);
        assert!((100..=STEPS).contains(&cuts.len()), "{}", cuts.len());
        let widths: Vec<f64> = cuts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(widths.iter().all(|width| (*width - 87.0).abs() < 1.0), "{widths:?}");
    }

    #[test]
    fn a_number_that_comes_often_stands_alone() {
        let mut values: Vec<f64> = (0..10_000_u32).map(f64::from).collect();
        values.extend(std::iter::repeat_n(500.5, 3000));
        let cuts = cuts(&values, &[]);
        let at = cuts.iter().position(|cut| (cut - 500.5).abs() < 1e-9).expect("a piece begins there");
        assert!((cuts[at + 1] - 501.0).abs() < 1e-9);
        assert!(cuts.len() <= NUMBERS_OWN_MAX);
    }
}
