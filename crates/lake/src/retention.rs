//! Which records are past their time of keeping.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Int32Type, TimestampMicrosecondType};
use jiff::civil::Date;

use crate::bounds::{may_be_before, may_hold_text};
use crate::error::LakeError;
use crate::footers::Footers;
use crate::keys::{KeyDigest, key_digest};
use crate::pace::Pace;
use crate::scan;
use crate::schema::WITHDRAW;
use crate::snapshot::{ActiveFile, Snapshot};
use crate::value::{DAY_MICROS, day_number};

const REPAIRED: &str = "repaired";

/// Until when the records of a table are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Columns of dates or instants that say when the recorded event ended; of each record the first filled one
    /// counts, and a record without any is kept. The newest version decides; a withdrawal without content leaves it
    /// to the one before.
    pub since: Vec<String>,
    /// Records that ended before this day are erased, in all their versions.
    pub ended_before: Date,
    /// Repaired records that were received before this day are erased.
    pub repaired_before: Date,
}

/// What one version says of its record's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Time {
    /// It is over.
    Over,
    /// It is not.
    Running,
    /// Nothing.
    Untold,
}

impl Retention {
    /// What each row says of its record's time.
    fn times(&self, rows: &RecordBatch) -> Vec<Time> {
        let (ended, repaired) = (day_number(self.ended_before), day_number(self.repaired_before));
        let columns: Vec<&dyn Array> =
            self.since.iter().filter_map(|name| Some(rows.column_by_name(name)?.as_ref())).collect();
        let states = rows.column_by_name("repair_state").map(AsArray::as_string::<i32>);
        let received = rows.column_by_name("received_at").map(AsRef::<dyn Array>::as_ref);
        let ops = rows.column_by_name("op").map(AsArray::as_string::<i32>);
        let time = |row| {
            let end = columns.iter().find_map(|column| day_of(*column, row));
            let is_sealed = states.is_some_and(|all| all.value(row) == REPAIRED);
            let since = received.and_then(|column| day_of(column, row)).filter(|_| is_sealed);
            if end.is_some_and(|end| end < ended) || since.is_some_and(|since| since < repaired) {
                Time::Over
            } else if end.is_none() && ops.is_some_and(|all| all.value(row) == WITHDRAW) {
                Time::Untold
            } else {
                Time::Running
            }
        };
        (0..rows.num_rows()).map(time).collect()
    }

    /// False when the file's footer shows that the time of none of its records is over.
    fn may_concern(&self, footers: &Footers, file: &ActiveFile) -> Result<bool, LakeError> {
        for column in &self.since {
            if may_be_before(footers, file, column, day_number(self.ended_before))? {
                return Ok(true);
            }
        }
        let repaired_before = day_number(self.repaired_before);
        Ok(may_hold_text(footers, file, "repair_state", REPAIRED)?
            && may_be_before(footers, file, "received_at", repaired_before)?)
    }

    /// The columns that decide.
    fn columns(&self) -> Vec<&str> {
        let envelope = ["natural_key", "op", "version", "repair_state", "received_at"];
        envelope.into_iter().chain(self.since.iter().map(String::as_str)).collect()
    }
}

/// Records whose time is over, with the files that hold a version of them.
#[derive(Debug, Default)]
pub(crate) struct Doomed {
    keys: HashSet<KeyDigest>,
    files: HashSet<PathBuf>,
}

impl Doomed {
    /// Finds the records of a snapshot whose time is over.
    pub(crate) fn find(
        footers: &Footers,
        snapshot: &Snapshot,
        retention: &Retention,
        pace: &Pace,
    ) -> Result<Self, LakeError> {
        let columns = retention.columns();
        let mut over: HashMap<KeyDigest, i32> = HashMap::new();
        for file in &snapshot.files {
            pace.go_on()?;
            if !retention.may_concern(footers, file)? {
                continue;
            }
            each_version(footers, file, &columns, retention, |key, version, time| {
                if time == Time::Over {
                    over.entry(key).and_modify(|newest| *newest = version.max(*newest)).or_insert(version);
                }
            })?;
        }
        if over.is_empty() {
            return Ok(Self::default());
        }
        // A later version that still has time keeps its record.
        let mut running = HashSet::new();
        let mut found: Vec<(&ActiveFile, HashSet<KeyDigest>)> = Vec::new();
        for file in &snapshot.files {
            pace.go_on()?;
            let mut within = HashSet::new();
            each_version(footers, file, &columns, retention, |key, version, time| {
                let Some(newest) = over.get(&key) else { return };
                within.insert(key);
                if time == Time::Running && version > *newest {
                    running.insert(key);
                }
            })?;
            found.push((file, within));
        }
        let keys: HashSet<KeyDigest> = over.into_keys().filter(|key| !running.contains(key)).collect();
        let held = found.into_iter().filter(|(_, within)| !within.is_disjoint(&keys));
        let files = held.map(|(file, _)| file.path.clone()).collect();
        Ok(Self { keys, files })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// True when the file holds a version of a doomed record.
    pub(crate) fn touches(&self, file: &ActiveFile) -> bool {
        self.files.contains(&file.path)
    }

    /// Which rows are doomed; of no rows when none are.
    pub(crate) fn rows(&self, rows: &RecordBatch) -> Vec<bool> {
        let keys = rows.column_by_name("natural_key").map(AsArray::as_string::<i32>);
        match keys {
            Some(keys) if !self.is_empty() => {
                (0..rows.num_rows()).map(|row| self.keys.contains(&key_digest(keys.value(row)))).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn each_version(
    footers: &Footers,
    file: &ActiveFile,
    columns: &[&str],
    retention: &Retention,
    mut each: impl FnMut(KeyDigest, i32, Time),
) -> Result<(), LakeError> {
    for rows in scan::columns(footers, file, columns)? {
        let rows = rows?;
        let keys = rows.column_by_name("natural_key").map(AsArray::as_string::<i32>);
        let versions = rows.column_by_name("version").map(AsArray::as_primitive::<Int32Type>);
        let (Some(keys), Some(versions)) = (keys, versions) else { continue };
        for (row, time) in retention.times(&rows).into_iter().enumerate() {
            each(key_digest(keys.value(row)), versions.value(row), time);
        }
    }
    Ok(())
}

/// The day in a row of a column of dates or instants.
fn day_of(column: &dyn Array, row: usize) -> Option<i32> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Date32 => Some(column.as_primitive::<Date32Type>().value(row)),
        DataType::Timestamp(..) => {
            let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
            i32::try_from(micros.div_euclid(DAY_MICROS)).ok()
        }
        _ => None,
    }
}
