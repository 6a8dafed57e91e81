//! A lake of bills in a folder of its own, small enough to be looked through.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jq_base::ids::{PermitId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_base::table::{ColumnKind, ColumnSpec, TableSpec};
use jq_lake::{Cell, Lake, RowsBuilder, Sizes, Stamp, Value, day_number};

pub(crate) const FIRM: &str = "91500102MAC8YUW23Y";
pub(crate) const OTHER: &str = "91500107MA7TEX0100";

/// Sizes with which a few thousand rows go the way of millions.
pub(crate) const SMALL: Sizes =
    Sizes { file_rows: 500, page_rows: 20, settled_page_rows: 20, waiting_bytes: usize::MAX };

/// Subject, key, version, day of payment and amount.
pub(crate) type Bill<'b> = (&'b str, &'b str, i64, Date, i64);

/// The columns of a bill, and these.
pub(crate) fn bills(more: &[(&str, ColumnKind)]) -> TableSpec {
    let own = [("paid_on", ColumnKind::Date), ("amount_fen", ColumnKind::Money)];
    let column = |(name, kind): &(&str, ColumnKind)| ColumnSpec {
        name: (*name).to_owned(),
        kind: *kind,
        optional: true,
        level: 1,
    };
    let columns = own.iter().chain(more).map(column).collect();
    TableSpec { name: "bill".to_owned(), columns, also_subjects: vec![], key_level: 1 }
}

pub(crate) struct House {
    pub(crate) folder: PathBuf,
    pub(crate) lake: Lake,
}

/// A data file that the newest version of the table names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DataFile {
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) rows: u64,
    pub(crate) path: String,
}

impl House {
    pub(crate) fn new(name: &str) -> Self {
        Self::with(name, vec![bills(&[])], Sizes::default())
    }

    pub(crate) fn with(name: &str, specs: Vec<TableSpec>, sizes: Sizes) -> Self {
        let folder = std::env::temp_dir().join(format!("jq-lake-{name}-{}", std::process::id()));
        let lake = Lake::open_with(&folder, specs, sizes, None).expect("the lake takes it");
        Self { folder, lake }
    }

    /// The same lake as a program sees it that knows the bill by these columns.
    pub(crate) fn reopened(&self, more: &[(&str, ColumnKind)]) -> Lake {
        Lake::open(&self.folder, vec![bills(more)]).expect("the lake takes it")
    }

    /// Takes records as one batch.
    pub(crate) async fn take(&self, batch: &str, records: &[Bill<'_>]) {
        let mut rows = self.lake.rows("bill").expect("the lake takes it");
        for record in records {
            push(&mut rows, batch, *record, &[]);
        }
        deliver(&self.lake, batch, rows).await;
    }

    pub(crate) async fn sum(&self) -> Option<Value> {
        self.lake.sql("select sum(amount_fen) from bill").await.expect("the lake takes it")[0].at(0)
    }

    /// Every version of every record, as lines of text.
    pub(crate) async fn all_versions(&self) -> Vec<String> {
        let query =
            "select subject_key, natural_key, version, op, paid_on, amount_fen, batch_id from bill_all";
        let rows = self.lake.sql(&format!("{query} order by natural_key, version")).await;
        let text = |row: &jq_lake::Row| {
            let cells = (0..7).map(|column| row.at(column).map(|value| value.to_text()).unwrap_or_default());
            cells.collect::<Vec<_>>().join("|")
        };
        rows.expect("the lake takes it").iter().map(text).collect()
    }

    /// The files of a tier, by the table's log, in the order of their subjects.
    pub(crate) fn files(&self, tier: &str) -> Vec<DataFile> {
        let log = self.folder.join("bill/_delta_log");
        let entries = std::fs::read_dir(log).expect("a log").flatten().map(|entry| entry.path());
        let mut commits: Vec<PathBuf> =
            entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
        commits.sort();
        let mut files = BTreeMap::new();
        for commit in commits {
            for line in std::fs::read_to_string(commit).expect("a commit").lines() {
                let action: serde_json::Value = serde_json::from_str(line).expect("JSON");
                if let Some(path) = action["remove"]["path"].as_str() {
                    files.remove(path);
                }
                if let Some(path) = action["add"]["path"].as_str() {
                    files.insert(path.to_owned(), data_file(&action["add"]));
                }
            }
        }
        let mut files: Vec<DataFile> =
            files.into_values().filter(|file| file.path.starts_with(&format!("tier={tier}/"))).collect();
        files.sort();
        files
    }

    /// Data files of a tier that lie on the disk, needed or not.
    pub(crate) fn on_disk(&self, tier: &str) -> usize {
        let folder = self.folder.join(format!("bill/tier={tier}"));
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        entries.flatten().filter(|entry| is_data(&entry.path())).count()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // A folder that stays behind harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn is_data(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "parquet")
}

fn data_file(add: &serde_json::Value) -> DataFile {
    let stats: serde_json::Value = serde_json::from_str(add["stats"].as_str().expect("stats")).expect("JSON");
    let subject = |side: &str| stats[side]["subject_key"].as_str().expect("a subject").to_owned();
    DataFile {
        first: subject("minValues"),
        last: subject("maxValues"),
        rows: stats["numRecords"].as_u64().expect("a number"),
        path: add["path"].as_str().expect("a path").to_owned(),
    }
}

/// Adds a bill to rows on their way in, with the cells of further columns.
pub(crate) fn push(rows: &mut RowsBuilder, batch: &str, bill: Bill<'_>, more: &[Cell<'_>]) {
    let (subject, key, version, paid_on, amount) = bill;
    let own = [Cell::Day(day_number(paid_on)), Cell::Int(amount)];
    let cells = envelope(batch, subject, key, "upsert", version);
    rows.push(cells.into_iter().chain(own).chain(more.iter().copied())).expect("the lake takes it");
}

/// Adds the withdrawal of a record without any content.
pub(crate) fn withdraw(rows: &mut RowsBuilder, batch: &str, subject: &str, key: &str, version: i64) {
    rows.push(envelope(batch, subject, key, "withdraw", version)).expect("the lake takes it");
}

fn envelope<'a>(batch: &str, subject: &'a str, key: &'a str, op: &'a str, version: i64) -> [Cell<'a>; 8] {
    let updated_at = Cell::Int(at(batch).as_microsecond());
    let (text, none) = (Cell::Text, Cell::Empty);
    [text(subject), text(key), text(op), Cell::Int(1), updated_at, none, none, Cell::Int(version)]
}

pub(crate) fn stamp(batch: &str) -> Stamp {
    Stamp {
        source_unit: "power".to_owned(),
        batch_id: batch.to_owned(),
        received_at: at(batch).as_microsecond(),
    }
}

/// Commits rows as one batch.
pub(crate) async fn deliver(lake: &Lake, batch: &str, rows: RowsBuilder) {
    let lock = lake.write_lock("bill").await.expect("the lake takes it");
    lake.append(&lock, "bill", stamp(batch), rows).await.expect("the lake takes it");
}

/// When a batch came in: batch `2026-03-05` on that day.
pub(crate) fn at(batch: &str) -> Timestamp {
    format!("{batch}T00:00:00Z").parse().expect("a day")
}

/// A day on which bills are paid.
pub(crate) const PAID: Date = date(2026, 2, 1);

/// A person's key; their order has nothing to do with their numbers.
pub(crate) fn person(number: u64) -> String {
    format!("{:016x}{number:048x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// What allows a subject to read its bills.
pub(crate) fn permit(subject: &str) -> Permit {
    Permit::issue(
        PermitId::parse("permit-1").expect("an id"),
        "firm",
        Purpose::ReportSelf,
        SubjectKey::parse(subject).expect("a subject"),
        BTreeSet::from(["bill".to_owned()]),
        at("2026-03-01"),
        "own records",
    )
}
