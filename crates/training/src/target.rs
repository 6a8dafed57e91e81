//! How each case ended: the column that says it, and which of its two values is the bad one.

use csv::ByteRecord;

use crate::error::TrainingError;
use crate::number::parse;
use crate::problem::{Problem, quoted};
use crate::source::Source;

/// Where the outcome stands and how it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    position: usize,
    bad: Vec<u8>,
    good: Option<Vec<u8>>,
}

impl Target {
    /// The target of a card: what is not the bad value is good, as long as it is one value.
    pub(crate) fn of_card(source: &Source, column: &str, bad: &str) -> Result<Self, TrainingError> {
        Ok(Self { position: source.position(column)?, bad: bad.as_bytes().to_owned(), good: None })
    }

    /// The bad value as text.
    pub(crate) fn bad_text(&self) -> String {
        String::from_utf8_lossy(&self.bad).into_owned()
    }

    /// How the row read last ended.
    pub(crate) fn is_bad(&mut self, source: &Source, row: &ByteRecord) -> Result<bool, TrainingError> {
        let cell = row[self.position].trim_ascii();
        if cell == self.bad {
            return Ok(true);
        }
        if self.good.as_deref() == Some(cell) {
            return Ok(false);
        }
        if cell.is_empty() {
            return Err(source.cell_fault(self.position, Problem::TargetEmpty));
        }
        match &self.good {
            None => {
                self.good = Some(cell.to_owned());
                Ok(false)
            }
            Some(good) => {
                let known = vec![quoted(&self.bad), quoted(good)];
                let problem = Problem::TargetOther { found: quoted(cell), known };
                Err(source.cell_fault(self.position, problem))
            }
        }
    }
}

/// The values of a target, seen one by one until it is known which they are.
pub(crate) struct TargetSurvey {
    position: usize,
    seen: Vec<Vec<u8>>,
}

impl TargetSurvey {
    pub(crate) fn new(source: &Source, column: &str) -> Result<Self, TrainingError> {
        Ok(Self { position: source.position(column)?, seen: Vec::new() })
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn take(&mut self, source: &Source, row: &ByteRecord) -> Result<(), TrainingError> {
        let cell = row[self.position].trim_ascii();
        if self.seen.iter().any(|known| known == cell) {
            return Ok(());
        }
        if cell.is_empty() {
            return Err(source.cell_fault(self.position, Problem::TargetEmpty));
        }
        self.seen.push(cell.to_owned());
        if self.seen.len() > 2 {
            return Err(source.cell_fault(self.position, Problem::TargetValues { seen: self.texts() }));
        }
        Ok(())
    }

    fn texts(&self) -> Vec<String> {
        self.seen.iter().map(|value| quoted(value)).collect()
    }

    /// Which value is bad: the one that was named, else the 1 beside a 0.
    pub(crate) fn settle(&self, source: &Source, bad: Option<&str>) -> Result<Target, TrainingError> {
        let name = &source.header()[self.position];
        let fail = |problem| TrainingError::column(source.path(), name, problem);
        let [first, second] = self.seen.as_slice() else {
            return Err(match self.seen.first() {
                Some(value) => fail(Problem::TargetConstant { value: quoted(value) }),
                None => TrainingError::file(source.path(), Problem::NoRows),
            });
        };
        let is_bad = |value: &[u8]| match bad {
            Some(bad) => value == bad.trim().as_bytes(),
            None => parse(value) == Some(1.0),
        };
        let is_zero = |value: &[u8]| bad.is_some() || parse(value) == Some(0.0);
        let target = |bad: &Vec<u8>, good: &Vec<u8>| Target {
            position: self.position,
            bad: bad.clone(),
            good: Some(good.clone()),
        };
        match (is_bad(first), is_bad(second)) {
            (true, false) if is_zero(second) => Ok(target(first, second)),
            (false, true) if is_zero(first) => Ok(target(second, first)),
            _ if bad.is_some() => Err(fail(Problem::TargetOther {
                found: self.texts().join(", "),
                known: vec![bad.unwrap_or_default().to_owned()],
            })),
            _ => Err(fail(Problem::TargetUnnamed { seen: self.texts() })),
        }
    }
}
