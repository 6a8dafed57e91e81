//! Scores the rows of a file, one after the other, by the points of a card.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use csv::ByteRecord;
use serde::Serialize;

use crate::card::{Scorecard, Server, Unknown};
use crate::error::TrainingError;
use crate::options::Unparsable;
use crate::problem::{Problem, quoted};
use crate::progress::{Listener, Step, tell};
use crate::source::Source;

/// How rows are scored.
#[derive(Debug, Clone, Default)]
pub struct ScoreOptions {
    /// Column that names the rows; `row_id` when the file has it, else the rows are counted from 1.
    pub row_id: Option<String>,
    /// Whether the chance of a bad end is written beside the score.
    pub with_probability: bool,
    /// What becomes of a word in a column of numbers.
    pub unparsable: Unparsable,
}

/// What was scored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Scored {
    /// The rows.
    pub rows: u64,
    /// Lowest score.
    pub score_min: Option<i64>,
    /// Highest score.
    pub score_max: Option<i64>,
    /// By column: cells without a value.
    pub missing: BTreeMap<String, u64>,
    /// By column: words that the card does not list; they count as the others.
    pub unlisted: BTreeMap<String, u64>,
    /// By column: cells that are no number and count as missing.
    pub not_numbers: BTreeMap<String, u64>,
}

/// The name of the column of rows' names when nothing is said.
const ROW_ID: &str = "row_id";

/// Scores a CSV file, plain or compressed with gzip, and writes `row_id,score` and, when asked, `probability`.
pub fn score(
    card: &Scorecard,
    path: &Path,
    output: &mut dyn Write,
    options: &ScoreOptions,
    listener: &mut Listener<'_>,
) -> Result<Scored, TrainingError> {
    let mut source = Source::open(path)?;
    let server = Server::new(card, &source)?;
    let row_id = match &options.row_id {
        Some(name) => Some(source.position(name)?),
        None => source.position(ROW_ID).ok(),
    };
    let scale = card.scale().filter(|_| options.with_probability);
    let mut writer = csv::Writer::from_writer(output);
    let header = [ROW_ID, "score", "probability"];
    write(&mut writer, &header[..2 + usize::from(scale.is_some())])?;
    let mut scored = Scored::default();
    let (mut row, mut bins) = (ByteRecord::new(), Vec::new());
    while source.next(&mut row)? {
        scored.rows += 1;
        let tell_unknown = |unknown: Unknown, at: usize, position: usize, cell: &[u8]| {
            if unknown == Unknown::NotNumber && options.unparsable == Unparsable::Refuse {
                return Err(source.cell_fault(position, Problem::NotNumber { value: quoted(cell) }));
            }
            scored.note(unknown, &card.variables[at].name);
            Ok(())
        };
        let score = server.score(&row, &mut bins, tell_unknown)?;
        scored.score_min = Some(scored.score_min.map_or(score, |known| known.min(score)));
        scored.score_max = Some(scored.score_max.map_or(score, |known| known.max(score)));
        let number = scored.rows.to_string();
        let name = row_id.map_or(number.as_bytes(), |position| &row[position]);
        let digits = score.to_string();
        match scale {
            Some(scale) => {
                let chance = format!("{:.6}", scale.probability(score));
                write(&mut writer, &[name, digits.as_bytes(), chance.as_bytes()])?;
            }
            None => write(&mut writer, &[name, digits.as_bytes()])?,
        }
        tell(listener, Step::Score, scored.rows);
    }
    writer.flush().map_err(TrainingError::Write)?;
    Ok(scored)
}

impl Scored {
    fn note(&mut self, unknown: Unknown, name: &str) {
        let counts = match unknown {
            Unknown::Missing => &mut self.missing,
            Unknown::Unlisted => &mut self.unlisted,
            Unknown::NotNumber => &mut self.not_numbers,
        };
        match counts.get_mut(name) {
            Some(count) => *count += 1,
            None => {
                counts.insert(name.to_owned(), 1);
            }
        }
    }
}

fn write<W: Write, T: AsRef<[u8]>>(writer: &mut csv::Writer<W>, cells: &[T]) -> Result<(), TrainingError> {
    writer.write_record(cells).map_err(|error| TrainingError::Write(error.into()))
}
