//! Which rows a card is learned from and which are kept to test it.

use std::hash::{DefaultHasher, Hash, Hasher};

use csv::ByteRecord;
use hashbrown::HashMap;
use serde::Serialize;

use crate::error::TrainingError;
use crate::number::{parse, unit};
use crate::options::{Split, TrainOptions};
use crate::problem::{Problem, quoted};
use crate::source::Source;

/// Part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What the card is learned from.
    Train,
    /// What it is tested on.
    Test,
}

/// Columns that a file of parts has.
const KEY_COLUMN: &str = "row_id";
const PART_COLUMN: &str = "part";

/// Salt of the draw, so that the parts have nothing in common with other draws of the seed.
const PART_SALT: u64 = 0x7061_7274;

/// A split that is ready to place rows.
pub(crate) enum Parts {
    All,
    Share {
        seed: u64,
        share: f64,
    },
    Column {
        position: usize,
    },
    From {
        position: usize,
        value: f64,
    },
    /// By a digest of the row's name, so that ten million names take little memory; that two of them share one is less
    /// likely than one in a hundred thousand.
    Listed {
        position: usize,
        parts: HashMap<u64, Part>,
    },
}

impl Parts {
    pub(crate) fn new(options: &TrainOptions, source: &Source) -> Result<Self, TrainingError> {
        Ok(match &options.split {
            Split::None => Self::All,
            Split::Share(share) => Self::Share { seed: options.seed ^ PART_SALT, share: *share },
            Split::Column(name) => Self::Column { position: source.position(name)? },
            Split::From { column, value } => Self::From { position: source.position(column)?, value: *value },
            Split::File(path) => {
                let key = options.row_id.as_deref().unwrap_or(KEY_COLUMN);
                let position = source.position(key)?;
                Self::Listed { position, parts: listed(&mut Source::open(path)?)? }
            }
        })
    }

    /// The part of the row read last, which is the `index`th.
    pub(crate) fn of(&self, source: &Source, row: &ByteRecord, index: u64) -> Result<Part, TrainingError> {
        let place = |is_test| if is_test { Part::Test } else { Part::Train };
        match self {
            Self::All => Ok(Part::Train),
            Self::Share { seed, share } => Ok(place(unit(*seed, index) < *share)),
            Self::Column { position } => named(source, *position, &row[*position]),
            Self::From { position, value } => {
                let cell = row[*position].trim_ascii();
                let number = parse(cell).ok_or_else(|| {
                    source.cell_fault(*position, Problem::NotNumber { value: quoted(cell) })
                })?;
                Ok(place(number >= *value))
            }
            Self::Listed { position, parts } => {
                let key = row[*position].trim_ascii();
                parts
                    .get(&digest(key))
                    .copied()
                    .ok_or_else(|| source.cell_fault(*position, Problem::PartMissing { key: quoted(key) }))
            }
        }
    }

    /// The column that places rows; it is never a variable, except when it is a time.
    pub(crate) fn column(&self) -> Option<usize> {
        match self {
            Self::Column { position } | Self::From { position, .. } => Some(*position),
            _ => None,
        }
    }
}

fn named(source: &Source, position: usize, cell: &[u8]) -> Result<Part, TrainingError> {
    match cell.trim_ascii() {
        b"train" => Ok(Part::Train),
        b"test" => Ok(Part::Test),
        other => Err(source.cell_fault(position, Problem::PartUnknown { value: quoted(other) })),
    }
}

fn listed(source: &mut Source) -> Result<HashMap<u64, Part>, TrainingError> {
    let (key, part) = (source.position(KEY_COLUMN)?, source.position(PART_COLUMN)?);
    let (mut row, mut parts) = (ByteRecord::new(), HashMap::new());
    while source.next(&mut row)? {
        parts.insert(digest(row[key].trim_ascii()), named(source, part, &row[part])?);
    }
    Ok(parts)
}

fn digest(name: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}
