//! What is seen of one column while rows stream by, and what follows from it.

use hashbrown::HashMap;

use crate::cells::{Cell, CellReader, Kind};
use crate::error::TrainingError;
use crate::fate::Fate;
use crate::number::{draw, figure, has_leading_zero};
use crate::options::{Reading, Unparsable};
use crate::problem::{Problem, quoted};
use crate::source::Source;

/// Numbers of a column that are kept to find its fine bins; fewer when there are very many columns.
const SAMPLE_MAX: usize = 50_000;
const SAMPLE_MIN: usize = 2_000;
const SAMPLE_ALL_MAX: usize = 8_000_000;
/// Different words of a column that are counted; words that turn up later count as others.
const WORDS_MAX: usize = 10_000;
const WORDS_MIN: usize = 500;
const WORDS_ALL_MAX: usize = 1_000_000;
/// Up to so many different values a column with words among its numbers is a code list.
const CODE_LIST_MAX: usize = 50;
/// So few different negative numbers beside others are codes,
const NEGATIVE_CODES_MAX: usize = 4;
/// and so few different others are a scale that may go below zero.
const SCALE_MAX: usize = 10;
/// Longer words are kept by their first bytes only.
pub(crate) const WORD_BYTES_MAX: usize = 200;
/// Share of a column's cells that must look alike for it to be of that kind.
const ALIKE_SHARE: f64 = 0.95;
/// Fewer rows say nothing about whether a column names its rows.
const NAMING_ROWS_MIN: u64 = 50;

/// What was seen of one column.
#[derive(Debug)]
pub(crate) struct ColumnSurvey {
    pub(crate) name: String,
    pub(crate) position: usize,
    reader: CellReader,
    numbers: u64,
    words: u64,
    coded: u64,
    dates: u64,
    first_word: Option<(u64, String)>,
    order: Order,
    pub(crate) sample: Vec<f64>,
    pub(crate) counted: HashMap<Box<[u8]>, u64>,
    is_category: bool,
    limits: Limits,
}

/// What is kept of one column at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    sample: usize,
    words: usize,
}

impl Limits {
    pub(super) fn of(columns: usize) -> Self {
        let share = |all: usize| all / columns.max(1);
        Self {
            sample: share(SAMPLE_ALL_MAX).clamp(SAMPLE_MIN, SAMPLE_MAX),
            words: share(WORDS_ALL_MAX).clamp(WORDS_MIN, WORDS_MAX),
        }
    }
}

/// Whether the numbers look like those that name rows.
#[derive(Debug)]
struct Order {
    is_whole: bool,
    is_rising: bool,
    is_falling: bool,
    last: Option<f64>,
    low: f64,
    high: f64,
}

impl Order {
    fn new() -> Self {
        Self {
            is_whole: true,
            is_rising: true,
            is_falling: true,
            last: None,
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
        }
    }

    fn take(&mut self, value: f64) {
        self.is_whole &= value.fract() == 0.0;
        if let Some(last) = self.last {
            self.is_rising &= value > last;
            self.is_falling &= value < last;
        }
        self.last = Some(value);
        self.low = self.low.min(value);
        self.high = self.high.max(value);
    }
}

impl ColumnSurvey {
    pub(super) fn new(name: &str, position: usize, reading: &Reading, limits: Limits) -> Self {
        let special = reading.special_of(name);
        Self {
            name: name.to_owned(),
            position,
            reader: CellReader::new(Kind::Number, &reading.missing, &special),
            numbers: 0,
            words: 0,
            coded: 0,
            dates: 0,
            first_word: None,
            order: Order::new(),
            sample: Vec::new(),
            counted: HashMap::new(),
            is_category: reading.categories.iter().any(|known| known == name),
            limits,
        }
    }

    pub(super) fn take(&mut self, cell: &[u8], source: &Source, seed: u64) -> Result<(), TrainingError> {
        match self.reader.read(cell) {
            Cell::Number(value) => {
                self.coded += u64::from(has_leading_zero(cell.trim_ascii()));
                self.order.take(value);
                self.keep(value, seed);
                self.numbers += 1;
                if self.is_category || self.words + self.coded > 0 || self.counted.len() <= CODE_LIST_MAX {
                    self.count(cell.trim_ascii());
                }
            }
            Cell::NotNumber(word) | Cell::Word(word) => {
                if std::str::from_utf8(word).is_err() {
                    return Err(source.cell_fault(self.position, Problem::NotUtf8));
                }
                self.words += 1;
                self.dates += u64::from(is_date(word));
                self.count(word);
                if self.first_word.is_none() {
                    self.first_word = Some((source.line(), quoted(word)));
                }
            }
            Cell::Missing => {
                // What is "not known" among numbers may be a word among words.
                if !cell.trim_ascii().is_empty() && (self.is_category || self.words > 0) {
                    self.count(cell.trim_ascii());
                }
            }
            Cell::Special(_) => {}
        }
        Ok(())
    }

    /// A sample in which each number seen so far has the same chance to be.
    fn keep(&mut self, value: f64, seed: u64) {
        if self.sample.len() < self.limits.sample {
            self.sample.push(value);
            return;
        }
        let salt = seed ^ (self.position as u64) << 32;
        if let Ok(at) = usize::try_from(draw(salt, self.numbers, self.numbers + 1))
            && let Some(place) = self.sample.get_mut(at)
        {
            *place = value;
        }
    }

    fn count(&mut self, word: &[u8]) {
        let word = &word[..word.len().min(WORD_BYTES_MAX)];
        if let Some(count) = self.counted.get_mut(word) {
            *count += 1;
        } else if self.counted.len() < self.limits.words {
            self.counted.insert(word.into(), 1);
        }
    }

    /// What the column is, or why it is no variable.
    pub(super) fn settle(
        &self,
        rows: u64,
        reading: &Reading,
        source: &Source,
    ) -> Result<Result<Kind, Fate>, TrainingError> {
        let seen = self.numbers + self.words;
        let is_one_word = self.numbers == 0 && self.counted.len() == 1;
        // One value beside missing ones is a variable: that something is not known may say a lot.
        if seen == 0 || seen == rows && (is_one_word || self.words == 0 && self.is_one_number()) {
            return Ok(Err(Fate::Constant));
        }
        if reading.categories.contains(&self.name) {
            return Ok(Ok(Kind::Category));
        }
        let is_asked = reading.numbers.contains(&self.name);
        let is_numeric = self.words == 0 || figure(self.numbers) >= ALIKE_SHARE * figure(seen);
        if is_asked || is_numeric && self.coded == 0 {
            if self.words > 0 && !is_asked && self.counted.len() <= CODE_LIST_MAX {
                return Ok(Ok(Kind::Category));
            }
            if let Some((line, value)) = &self.first_word
                && reading.unparsable == Unparsable::Refuse
            {
                let problem =
                    Problem::MixedColumn { value: value.clone(), texts: self.words, numbers: self.numbers };
                return Err(TrainingError::cell(source.path(), *line, &self.name, problem));
            }
            return Ok(if !is_asked && self.names_rows(rows) {
                Err(Fate::Identifier)
            } else {
                Ok(Kind::Number)
            });
        }
        if figure(self.dates) >= ALIKE_SHARE * figure(seen) {
            return Ok(Err(Fate::Date));
        }
        let is_naming = rows >= NAMING_ROWS_MIN
            && self.counted.len() as u64 * 10 >= rows.min(self.limits.words as u64) * 9;
        Ok(if is_naming { Err(Fate::Identifier) } else { Ok(Kind::Category) })
    }

    /// Whole negative numbers of which there are so few different ones beside numbers that are not negative that they
    /// are codes; lowest first.
    pub(crate) fn negative_codes(&self) -> Vec<f64> {
        let mut codes: Vec<f64> = Vec::new();
        for value in self.sample.iter().filter(|value| **value < 0.0) {
            if value.fract() != 0.0 || codes.len() > NEGATIVE_CODES_MAX {
                return Vec::new();
            }
            if !codes.contains(value) {
                codes.push(*value);
            }
        }
        let others = self.sample.iter().filter(|value| **value >= 0.0).count();
        let is_few = (1..=NEGATIVE_CODES_MAX).contains(&codes.len()) && others > self.sample.len() / 4;
        codes.sort_by(f64::total_cmp);
        if is_few && self.is_beyond_scale() { codes } else { Vec::new() }
    }

    /// True when there are more than a handful of different numbers that are not negative.
    fn is_beyond_scale(&self) -> bool {
        let mut seen: Vec<f64> = Vec::new();
        self.sample.iter().filter(|value| **value >= 0.0).any(|value| {
            if !seen.contains(value) {
                seen.push(*value);
            }
            seen.len() > SCALE_MAX
        })
    }

    fn is_one_number(&self) -> bool {
        self.numbers > 0 && self.order.low >= self.order.high
    }

    /// True for whole numbers of which each row has its own, one after the other or densely packed.
    fn names_rows(&self, rows: u64) -> bool {
        if !self.order.is_whole || self.numbers < rows || rows < NAMING_ROWS_MIN {
            return false;
        }
        if self.order.is_rising || self.order.is_falling {
            return true;
        }
        let is_dense = self.order.high - self.order.low < 4.0 * figure(rows);
        let mut sorted = self.sample.clone();
        sorted.sort_by(f64::total_cmp);
        is_dense && sorted.windows(2).all(|pair| pair[0] < pair[1])
    }
}

/// True for days such as 2/28/1997, 1997-02-28 or 2026-11-10T08:00:00.
fn is_date(word: &[u8]) -> bool {
    let day = word.split(|byte| matches!(byte, b' ' | b'T')).next().unwrap_or_default();
    let parts: Vec<&[u8]> = day.split(|byte| matches!(byte, b'-' | b'/' | b'.')).collect();
    parts.len() == 3
        && parts.iter().all(|part| (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn days_are_known_in_the_usual_forms() {
        for day in ["2/28/1997", "1997-02-28", "2026-11-10T08:00:00", "28.2.1997", "2026-11-10 08:00"] {
            assert!(is_date(day.as_bytes()), "{day}");
        }
        for word in ["1-2", "a/b/c", "12345/1/1", "North-West-1", "1.2.3.4"] {
            assert!(!is_date(word.as_bytes()), "{word}");
        }
    }
}
