//! What a commit is for: noted in the table's log, and read back from it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use deltalake_core::kernel::Transaction;
use deltalake_core::kernel::transaction::CommitProperties;
use jiff::Timestamp;

/// The entries of a commit by which the lake knows its own.
const BATCH: &str = "jinqiao.batch";
const STEP: &str = "jinqiao.step";

/// What a commit is for; it stands in the table's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommitNote<'a> {
    /// A delivered batch; its id makes a second delivery visible.
    Batch(&'a str),
    /// Files rewritten without changing what is known.
    Compaction,
    /// Records whose time is over have been erased.
    Retention,
    /// Columns have become wider, and all files with them.
    Widening,
}

impl CommitNote<'_> {
    pub(crate) fn properties(self) -> CommitProperties {
        let noted = |key: &str, value: &str| {
            CommitProperties::default().with_metadata([(key.to_owned(), serde_json::Value::from(value))])
        };
        match self {
            Self::Batch(id) => noted(BATCH, id).with_application_transaction(Transaction::new(id, 1)),
            Self::Compaction => noted(STEP, "compaction"),
            Self::Retention => noted(STEP, "retention"),
            Self::Widening => noted(STEP, "widening"),
        }
    }
}

/// A commit as the log tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) at: Option<Timestamp>,
    /// The batch that came in by it.
    pub(crate) batch: Option<String>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Compaction,
    /// Work on the files or the layout that leaves every record as it was.
    Upkeep,
    /// Records came or went.
    Change,
}

impl Commit {
    /// True when records came or went by it.
    pub(crate) fn changes_what_is_known(&self) -> bool {
        self.kind == Kind::Change
    }

    pub(crate) fn is_compaction(&self) -> bool {
        self.kind == Kind::Compaction
    }

    /// Reads the commit that made this version; nothing when the log no longer has it.
    fn read(table: &Path, version: u64) -> Option<Self> {
        let path = table.join(format!("_delta_log/{version:020}.json"));
        let mut line = String::new();
        BufReader::new(File::open(path).ok()?).read_line(&mut line).ok()?;
        Some(Self::parse(&line))
    }

    /// The commit from its first line, where writers of Delta tables say what they do.
    fn parse(line: &str) -> Self {
        let action: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        let info = &action["commitInfo"];
        let at = info["timestamp"].as_i64().and_then(|millis| Timestamp::from_millisecond(millis).ok());
        let operation = info["operation"].as_str().unwrap_or_default();
        let kind = match info[STEP].as_str() {
            Some("compaction") => Kind::Compaction,
            Some("widening") => Kind::Upkeep,
            None if operation.starts_with("VACUUM") || operation == "ADD COLUMN" => Kind::Upkeep,
            _ => Kind::Change,
        };
        Self { at, batch: info[BATCH].as_str().map(str::to_owned), kind }
    }
}

/// The newest commit after `after` and up to `version` of which `wanted` holds, with its version. A commit that the
/// log no longer has ends the search.
pub(crate) fn newest(
    table: &Path,
    after: u64,
    version: u64,
    wanted: impl Fn(&Commit) -> bool,
) -> Option<(u64, Commit)> {
    let commits = (after + 1..=version).rev();
    let mut commits = commits.map_while(|version| Some((version, Commit::read(table, version)?)));
    commits.find(|(_, commit)| wanted(commit))
}

/// The commits after `after` and up to `version`, oldest first; nothing when the log no longer has one of them.
pub(crate) fn between(table: &Path, after: u64, version: u64) -> Option<Vec<Commit>> {
    (after + 1..=version).map(|version| Commit::read(table, version)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(info: &serde_json::Value) -> Commit {
        Commit::parse(&serde_json::json!({ "commitInfo": info }).to_string())
    }

    #[test]
    fn only_batches_and_erasures_change_what_is_known() {
        let step = |step: &str| serde_json::json!({ "operation": "WRITE", STEP: step, "timestamp": 1_000 });
        let batch = commit(&serde_json::json!({ "operation": "WRITE", BATCH: "b-1" }));
        assert!(batch.changes_what_is_known());
        assert_eq!(batch.batch.as_deref(), Some("b-1"));
        assert!(commit(&step("retention")).changes_what_is_known());
        assert!(!commit(&step("compaction")).changes_what_is_known());
        assert!(!commit(&step("widening")).changes_what_is_known());
        assert!(!commit(&serde_json::json!({ "operation": "VACUUM END" })).changes_what_is_known());
        assert!(!commit(&serde_json::json!({ "operation": "ADD COLUMN" })).changes_what_is_known());
        assert!(Commit::parse("not a commit").changes_what_is_known(), "what nobody knows may be a change");
    }

    #[test]
    fn a_compaction_says_when_it_was() {
        let found =
            commit(&serde_json::json!({ "operation": "WRITE", STEP: "compaction", "timestamp": 1_000 }));
        assert!(found.is_compaction());
        assert_eq!(found.at, Some("1970-01-01T00:00:01Z".parse().unwrap()));
    }
}
