//! The store under the lake's logs fails at any call: nothing is lost, nothing comes twice, and the same act done again
//! brings it to its end.

mod store;

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use jq_base::table::{ColumnKind, ColumnSpec, TableSpec};
use jq_lake::{Appended, Cell, Lake, LakeError, Retention, Stamp, Whereabouts, day_number, key_digest};
use store::{FAILURES, Failure, fail_after, stop_failing};
use tokio::sync::{Mutex, MutexGuard};

/// The log's version at which the table gets a checkpoint.
const CHECKPOINT: u64 = 19;

/// One test at a time may have the store fail.
static ALONE: Mutex<()> = Mutex::const_new(());

async fn alone() -> MutexGuard<'static, ()> {
    store::install();
    ALONE.lock().await
}

/// A lake with one table of bills, in a folder of its own.
struct House {
    folder: PathBuf,
    lake: Lake,
}

fn open(folder: &Path) -> Lake {
    let column = |name: &str, kind| ColumnSpec { name: name.to_owned(), kind, optional: true, level: 1 };
    let columns = vec![column("paid_on", ColumnKind::Date), column("amount_fen", ColumnKind::Money)];
    let bills = TableSpec { name: "bill".to_owned(), columns, also_subjects: vec![], key_level: 1 };
    Lake::open(folder, vec![bills]).expect("a folder for the lake")
}

impl House {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("jq-failing-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let lake = open(&folder);
        Self { folder, lake }
    }

    /// The same in another folder, so that it can be spoilt.
    fn copied(&self, name: &str) -> Self {
        let copy = Self::new(name);
        copy_folder(&self.folder, &copy.folder);
        copy
    }

    /// The same lake as another process would open it.
    fn seen_by_others(&self) -> Lake {
        open(&self.folder)
    }

    /// Hands over a batch with one bill, in its version.
    async fn take(&self, batch: &str, (key, version): (&str, i64)) -> Result<Appended, LakeError> {
        let mut rows = self.lake.rows("bill")?;
        rows.push([
            Cell::Text("91500102MAC8YUW23Y"),
            Cell::Text(key),
            Cell::Text("upsert"),
            Cell::Int(1),
            Cell::Int(version),
            Cell::Empty,
            Cell::Empty,
            Cell::Int(version),
            Cell::Day(day_number(paid_on(key))),
            Cell::Int(100),
        ])?;
        let stamp =
            Stamp { source_unit: "power".to_owned(), batch_id: batch.to_owned(), received_at: version };
        let lock = self.lake.write_lock("bill").await?;
        self.lake.append(&lock, "bill", stamp, rows).await
    }

    async fn compact(&self) -> Result<(), LakeError> {
        self.lake.compact("bill").await.map(|_| ())
    }

    async fn vacuum(&self) -> Result<(), LakeError> {
        self.lake.vacuum("bill", SignedDuration::ZERO).await.map(|_| ())
    }

    async fn erase(&self) -> Result<(), LakeError> {
        let before = date(2021, 1, 1);
        let retention =
            Retention { since: vec!["paid_on".to_owned()], ended_before: before, repaired_before: before };
        self.lake.erase("bill", retention).await.map(|_| ())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // A folder that stays behind harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Old bills are past their time of keeping.
fn paid_on(key: &str) -> Date {
    if key.starts_with("old") { date(2020, 5, 1) } else { date(2026, 2, 1) }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// What the lake holds: how many rows, and of each bill all versions and the newest.
async fn held(lake: &Lake) -> (u64, Vec<String>) {
    let mut told = Vec::new();
    for key in ["a", "b", "old"] {
        let versions = lake.history("bill", key).await.expect("the lake can be read");
        let versions: Vec<i64> = versions.iter().filter_map(|row| row.int("version")).collect();
        let digest = key_digest(key);
        let known =
            lake.known("bill", Whereabouts::Anywhere, move |found| (found == digest).then_some(0)).await;
        let newest = known.expect("the lake can be read").get(&digest).map(|known| known.version);
        told.push(format!("{key} {versions:?} {newest:?}"));
    }
    (lake.status().await.expect("the lake can be read")[0].rows(), told)
}

async fn assert_holds(house: &House, rows: u64, wanted: [&str; 3], case: &str) {
    for lake in [house.lake.clone(), house.seen_by_others()] {
        assert_eq!(held(&lake).await, (rows, wanted.map(str::to_owned).to_vec()), "{case}");
    }
}

/// Data files in the table's folder, and those that its newest version holds.
async fn files(house: &House) -> (usize, usize) {
    let mut found = 0;
    for tier in ["current", "arrival", "history"] {
        let folder = house.folder.join("bill").join(format!("tier={tier}"));
        found += std::fs::read_dir(folder).map_or(0, Iterator::count);
    }
    (found, house.lake.status().await.expect("the lake can be read")[0].files)
}

/// Lets each of the last calls of `act` fail in turn, on a fresh copy of the house every time; after a failure the act is
/// done again, and all must be as `expected` says.
async fn at_each_of_the_last_calls(
    last: usize,
    start: &House,
    act: impl AsyncFn(&House) -> Result<(), LakeError>,
    expected: impl AsyncFn(&House, &str),
) {
    for failure in FAILURES {
        let house = start.copied("copy");
        fail_after(usize::MAX, failure);
        act(&house).await.expect("nothing fails yet");
        let calls = usize::MAX - stop_failing().expect("nothing has failed");
        assert!(calls > 0, "the act uses the store");
        for call in calls.saturating_sub(last)..calls {
            let house = start.copied("copy");
            fail_after(call, failure);
            let first = act(&house).await;
            let case = format!("{failure:?} at call {call}: {first:?}");
            assert_eq!(stop_failing(), None, "{case}: the failure has come");
            if first.is_err() {
                act(&house).await.unwrap_or_else(|error| panic!("{case}, then {error:?}"));
            }
            expected(&house, &case).await;
        }
    }
}

/// All calls of an act.
const ALL: usize = usize::MAX;

#[tokio::test]
async fn a_first_batch_makes_its_table_once_and_comes_once() {
    let _alone = alone().await;
    let empty = House::new("empty");
    let act = async |house: &House| house.take("b1", ("a", 1)).await.map(|_| ());
    at_each_of_the_last_calls(ALL, &empty, act, async |house, case| {
        assert_eq!(house.take("b1", ("a", 1)).await.unwrap(), Appended::AlreadyThere, "{case}");
        house.take("b2", ("a", 2)).await.unwrap();
        assert_holds(house, 2, ["a [1, 2] Some(2)", "b [] None", "old [] None"], case).await;
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_is_due_a_checkpoint_comes_once() {
    /// Those that commit the batch and write the checkpoint; what comes before only reads the log.
    const CALLS: usize = 24;
    let _alone = alone().await;
    let start = House::new("filled");
    for version in 1.. {
        start.take(&format!("b{version}"), ("a", version)).await.unwrap();
        if start.lake.version().await.unwrap() + 1 == CHECKPOINT {
            break;
        }
    }
    let act = async |house: &House| house.take("due", ("b", 1)).await.map(|_| ());
    let versions: Vec<u64> = (1..CHECKPOINT).collect();
    let told = format!("a {versions:?} Some({})", CHECKPOINT - 1);
    at_each_of_the_last_calls(CALLS, &start, act, async |house, case| {
        assert_eq!(house.take("due", ("b", 1)).await.unwrap(), Appended::AlreadyThere, "{case}");
        house.take("next", ("b", 2)).await.unwrap();
        assert_holds(house, CHECKPOINT + 1, [&told, "b [1, 2] Some(2)", "old [] None"], case).await;
    })
    .await;
}

#[tokio::test]
async fn compaction_erasure_and_vacuum_lose_nothing_and_leave_nothing_behind() {
    let _alone = alone().await;
    let house = House::new("care");
    for (batch, bill) in [("b1", ("a", 1)), ("b2", ("old", 1)), ("b3", ("a", 2))] {
        house.take(batch, bill).await.unwrap();
    }
    at_each_of_the_last_calls(ALL, &house, House::compact, async |house, case| {
        assert_holds(house, 3, ["a [1, 2] Some(2)", "b [] None", "old [1] Some(1)"], case).await;
    })
    .await;
    house.compact().await.unwrap();
    let kept = ["a [1, 2] Some(2)", "b [] None", "old [] None"];
    at_each_of_the_last_calls(ALL, &house, House::erase, async |house, case| {
        assert_holds(house, 2, kept, case).await;
    })
    .await;
    house.erase().await.unwrap();
    at_each_of_the_last_calls(ALL, &house, House::vacuum, async |house, case| {
        assert_holds(house, 2, kept, case).await;
        let (found, held) = files(house).await;
        assert_eq!(found, held, "{case}: files that no version holds are gone");
    })
    .await;
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_seen_as_committed_at_once() {
    let _alone = alone().await;
    let start = House::new("lost");
    start.take("b1", ("a", 1)).await.unwrap();
    for failure in [Failure::AnswerLost, Failure::FoundOwnWork] {
        let house = start.copied("copy");
        fail_after(0, failure);
        let taken = house.take("b2", ("a", 2)).await;
        assert_eq!(stop_failing(), None);
        assert_eq!(taken.unwrap(), Appended::Committed { version: 2 }, "{failure:?}");
    }
}
