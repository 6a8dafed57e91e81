//! The first look at a file: what each column holds, so that nobody has to say it.
//!
//! One pass in memory that does not grow with the file: of the numbers of a column a sample is kept, of its words the
//! first ones are counted.

mod column;

use csv::ByteRecord;

use self::column::Limits;
pub(crate) use self::column::{ColumnSurvey, WORD_BYTES_MAX};
use crate::cells::Kind;
use crate::error::TrainingError;
use crate::fate::Fate;
use crate::options::{Reading, TrainOptions};
use crate::source::Source;

/// A column, and what it is or why it is no variable.
pub(crate) type Settled = (ColumnSurvey, Result<Kind, Fate>);

/// Looks at the columns while rows stream by.
pub(crate) struct Survey {
    pub(crate) columns: Vec<ColumnSurvey>,
    pub(crate) rows: u64,
    seed: u64,
}

impl Survey {
    /// A survey of all columns but those that are no variables.
    pub(crate) fn new(source: &Source, apart: &[usize], options: &TrainOptions) -> Self {
        let limits = Limits::of(source.header().len());
        let columns = source.header().iter().enumerate().filter(|(at, _)| !apart.contains(at));
        let columns =
            columns.map(|(at, name)| ColumnSurvey::new(name, at, &options.reading, limits)).collect();
        Self { columns, rows: 0, seed: options.seed }
    }

    pub(crate) fn take(&mut self, source: &Source, row: &ByteRecord) -> Result<(), TrainingError> {
        self.rows += 1;
        let seed = self.seed;
        self.columns.iter_mut().try_for_each(|column| column.take(&row[column.position], source, seed))
    }

    /// What each column is.
    pub(crate) fn settle(self, reading: &Reading, source: &Source) -> Result<Vec<Settled>, TrainingError> {
        let rows = self.rows;
        let settled = self.columns.into_iter().map(|column| {
            let kind = column.settle(rows, reading, source)?;
            Ok((column, kind))
        });
        settled.collect()
    }
}
