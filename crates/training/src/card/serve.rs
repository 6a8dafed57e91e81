//! Adds up the points of a row.

use csv::ByteRecord;
use hashbrown::HashMap;

use super::{CardVariable, Scorecard};
use crate::binning::Content;
use crate::cells::{Cell, CellReader, Kind};
use crate::error::TrainingError;
use crate::source::Source;

/// A card that is ready for the columns of one file.
pub(crate) struct Server {
    base: i64,
    variables: Vec<Served>,
}

/// A variable whose cells are looked up.
struct Served {
    position: usize,
    reader: CellReader,
    kind: Kind,
    /// The first bin that is neither for missing nor for special values.
    first: usize,
    cuts: Vec<f64>,
    places: HashMap<Vec<u8>, usize>,
    points: Vec<i64>,
}

/// What was not known about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// A cell without a value.
    Missing,
    /// A word that the card does not list.
    Unlisted,
    /// A word where a number was expected.
    NotNumber,
}

impl Server {
    /// Finds the card's columns in a file.
    pub(crate) fn new(card: &Scorecard, source: &Source) -> Result<Self, TrainingError> {
        let missing = card.training.as_ref().map_or(&[][..], |training| &training.missing);
        let variables = card.variables.iter().map(|variable| {
            let position = source.position(&variable.name)?;
            Ok(Served::new(variable, position, missing))
        });
        Ok(Self { base: i64::from(card.base), variables: variables.collect::<Result<_, TrainingError>>()? })
    }

    /// The score of a row. `bins` gets the bin of each variable; `tell` hears of what was not known, with the variable
    /// and the cell, and may refuse it.
    pub(crate) fn score(
        &self,
        row: &ByteRecord,
        bins: &mut Vec<usize>,
        mut tell: impl FnMut(Unknown, usize, usize, &[u8]) -> Result<(), TrainingError>,
    ) -> Result<i64, TrainingError> {
        bins.clear();
        let mut score = self.base;
        for (at, variable) in self.variables.iter().enumerate() {
            let cell = &row[variable.position];
            let (bin, unknown) = variable.bin(cell);
            if let Some(unknown) = unknown {
                tell(unknown, at, variable.position, cell)?;
            }
            bins.push(bin);
            score += variable.points[bin];
        }
        Ok(score)
    }
}

impl Served {
    fn new(variable: &CardVariable, position: usize, missing: &[String]) -> Self {
        let (mut special, mut cuts, mut places) = (Vec::new(), Vec::new(), HashMap::new());
        for (at, bin) in variable.bins.iter().enumerate() {
            match &bin.content {
                Content::Special { value } => special.push(value.clone()),
                Content::Range { from, .. } => cuts.extend(*from),
                Content::Values { values } => {
                    places.extend(values.iter().map(|value| (value.as_bytes().to_owned(), at)));
                }
                Content::Missing | Content::Other => {}
            }
        }
        Self {
            position,
            reader: CellReader::new(variable.kind, missing, &special),
            kind: variable.kind,
            first: 1 + special.len(),
            cuts,
            places,
            points: variable.bins.iter().map(|bin| i64::from(bin.points)).collect(),
        }
    }

    fn bin(&self, cell: &[u8]) -> (usize, Option<Unknown>) {
        match self.reader.read(cell) {
            Cell::Missing => (0, Some(Unknown::Missing)),
            Cell::Special(at) => (1 + at, None),
            Cell::Number(value) => (self.first + self.cuts.partition_point(|cut| *cut <= value), None),
            Cell::Word(word) => match self.places.get(word) {
                Some(bin) => (*bin, None),
                None => (self.points.len() - 1, Some(Unknown::Unlisted)),
            },
            Cell::NotNumber(_) => {
                debug_assert_eq!(self.kind, Kind::Number);
                (0, Some(Unknown::NotNumber))
            }
        }
    }
}
