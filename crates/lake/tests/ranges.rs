//! Many rows: how they are cut into ranges of subjects when they come, and what compaction makes of the ranges.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod house;

use std::collections::BTreeSet;

use house::{Bill, DataFile, House, PAID, SMALL, bills, permit, person, push, stamp};
use jiff::civil::date;
use jq_lake::{Pace, Retention, Sizes, Stop};

/// Bills of the persons with these numbers, one each, in their order.
fn numbered(numbers: impl Iterator<Item = u64>) -> Vec<(String, String, i64)> {
    numbers.map(|number| (person(number), format!("bill-{number}"), i64::try_from(number).unwrap())).collect()
}

fn as_bills(numbered: &[(String, String, i64)], version: i64) -> Vec<Bill<'_>> {
    numbered
        .iter()
        .map(|(subject, key, amount)| (subject.as_str(), key.as_str(), version, PAID, *amount))
        .collect()
}

/// Loads these bills as one batch, in blocks of 250, as a delivery does. What a cut-off delivery would leave in the
/// table's folder before its end comes back.
async fn load(house: &House, batch: &str, bills: &[Bill<'_>]) -> usize {
    let lock = house.lake.write_lock("bill").await.unwrap();
    let sample = || bills.iter().step_by(7).map(|bill| bill.0.to_owned()).collect();
    let mut load =
        house.lake.begin_load(&lock, "bill", stamp(batch), bills.len() as u64, sample).await.unwrap();
    for block in bills.chunks(250) {
        let mut rows = house.lake.rows("bill").unwrap();
        for bill in block {
            push(&mut rows, batch, *bill, &[]);
        }
        load.push(rows, Vec::new()).unwrap();
    }
    let spilled = std::fs::read_dir(house.folder.join("bill")).map_or(0, |entries| {
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with(".loading-")).count()
    });
    let loaded = tokio::task::spawn_blocking(move || load.finish(None)).await.unwrap().unwrap();
    house.lake.commit_load(&lock, loaded).await.unwrap();
    spilled
}

fn house(name: &str, sizes: Sizes) -> House {
    House::with(name, vec![bills(&[])], sizes)
}

/// The files follow one another without an overlap, and each holds about as many rows as a file should.
fn assert_even(files: &[DataFile]) {
    for pair in files.windows(2) {
        assert!(pair[0].last < pair[1].first, "{pair:?}");
    }
    let rows: Vec<u64> = files.iter().map(|file| file.rows).collect();
    let file_rows = SMALL.file_rows as u64;
    assert!(rows.iter().all(|rows| (file_rows / 2..=file_rows * 3 / 2).contains(rows)), "{rows:?}");
}

#[tokio::test]
async fn a_first_load_of_several_ranges_makes_even_files_that_do_not_overlap() {
    let house = house("ranges", SMALL);
    let all = numbered(0..2_400);
    load(&house, "2026-03-01", &as_bills(&all, 1)).await;
    let files = house.files("current");
    assert_eq!(files.len(), 5);
    assert_even(&files);
    assert_eq!(house.all_versions().await.len(), 2_400);
}

#[tokio::test]
async fn what_is_spilled_on_its_way_in_gives_the_same_rows_in_the_same_ranges() {
    let all = numbered(0..2_400);
    let (whole, spilling) =
        (house("waiting", SMALL), house("spilling", Sizes { waiting_bytes: 40_000, ..SMALL }));
    assert_eq!(load(&whole, "2026-03-01", &as_bills(&all, 1)).await, 0);
    assert_eq!(load(&spilling, "2026-03-01", &as_bills(&all, 1)).await, 1, "rows were spilled");
    assert_eq!(spilling.all_versions().await, whole.all_versions().await);
    let ranges = |house: &House| -> Vec<(String, String, u64)> {
        house.files("current").into_iter().map(|file| (file.first, file.last, file.rows)).collect()
    };
    assert_eq!(ranges(&spilling), ranges(&whole));
    let entries = std::fs::read_dir(spilling.folder.join("bill")).unwrap().flatten();
    let mut left = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".loading-"));
    assert!(left.next().is_none(), "what was spilled is gone");
}

#[tokio::test]
async fn arrivals_that_straddle_ranges_are_compacted_into_them_and_superseded_versions_become_history() {
    let house = house("straddling", SMALL);
    load(&house, "2026-03-01", &as_bills(&numbered(0..2_000), 1)).await;
    let later = numbered((0..2_000).step_by(3));
    house.take("2026-03-02", &as_bills(&later, 2)).await;
    load(&house, "2026-03-03", &as_bills(&numbered(2_000..2_900), 1)).await;
    let (before, sum) = (house.all_versions().await, house.sum().await);
    let done = house.lake.compact("bill").await.unwrap();
    assert_eq!((done.rows_current, done.rows_superseded), (2_900, later.len()));
    assert_eq!(house.all_versions().await, before);
    assert_eq!(house.sum().await, sum);
    assert!(house.files("arrival").is_empty());
    assert_even(&house.files("current"));
    assert_eq!(house.files("history").iter().map(|file| file.rows).sum::<u64>(), later.len() as u64);
    for (subject, key, _) in &later[..20] {
        let found = house.lake.read_subject(&permit(subject), "bill").await.unwrap();
        assert_eq!((found.len(), found[0].int("version")), (1, Some(2)), "{key}");
    }
}

#[tokio::test]
async fn ranges_to_which_nothing_came_are_not_rewritten() {
    let house = house("untouched", SMALL);
    let all = numbered(0..2_000);
    load(&house, "2026-03-01", &as_bills(&all, 1)).await;
    let before = house.files("current");
    let near: Vec<_> =
        all.into_iter().filter(|(subject, _, _)| *subject <= before[0].last).take(40).collect();
    house.take("2026-03-02", &as_bills(&near, 2)).await;
    let done = house.lake.compact("bill").await.unwrap();
    assert_eq!((done.files_before, done.files_after), (2, 2), "the first range and the arrival");
    let after = house.files("current");
    assert_eq!(after[1..], before[1..]);
    assert_ne!(after[0].path, before[0].path);
}

#[tokio::test]
async fn a_range_that_lost_most_of_its_records_is_joined_to_its_neighbour() {
    let house = house("joined", SMALL);
    let mut all = numbered(0..2_000);
    all.sort();
    let mut bills = as_bills(&all, 1);
    for bill in &mut bills[50..500] {
        bill.3 = date(2019, 1, 1);
    }
    load(&house, "2026-03-01", &bills).await;
    let retention = Retention {
        since: vec!["paid_on".to_owned()],
        ended_before: date(2021, 1, 1),
        repaired_before: date(2021, 1, 1),
    };
    assert_eq!(house.lake.erase("bill", retention).await.unwrap().rows_erased, 450);
    assert!(house.files("current")[0].rows < 100, "{:?}", house.files("current"));
    house.take("2026-03-02", &as_bills(&all[1_990..], 2)).await;
    house.lake.compact("bill").await.unwrap();
    assert_even(&house.files("current"));
    assert_eq!(house.all_versions().await.len(), 1_560);
}

#[tokio::test]
async fn a_table_that_outgrew_its_first_file_is_cut_into_even_ones() {
    let house = house("outgrown", SMALL);
    house.take("2026-03-01", &as_bills(&numbered(0..50), 1)).await;
    for (batch, from) in [("2026-03-02", 50), ("2026-03-03", 900), ("2026-03-04", 1_750)] {
        house.take(batch, &as_bills(&numbered(from..from + 850), 1)).await;
    }
    let before = house.all_versions().await;
    house.lake.compact("bill").await.unwrap();
    let files = house.files("current");
    assert_eq!(files.len(), 5);
    assert_even(&files);
    assert_eq!(house.all_versions().await, before);
}

#[tokio::test]
async fn history_does_not_fall_into_ever_more_small_files() {
    let house = house("history", SMALL);
    let all = numbered(0..100);
    for version in 1..=20 {
        let batch = format!("2026-03-{version:02}");
        house.take(&batch, &as_bills(&all, version)).await;
        house.lake.compact("bill").await.unwrap();
        assert!(house.files("history").len() <= 8, "{:?}", house.files("history"));
    }
    assert_eq!(house.all_versions().await.len(), 2_000);
    assert_eq!(house.lake.history("bill", "bill-7").await.unwrap().len(), 20);
}

#[tokio::test]
async fn work_beside_others_is_left_where_somebody_cares_for_the_table() {
    let house = house("busy", SMALL);
    house.take("2026-03-01", &as_bills(&numbered(0..10), 1)).await;
    house.take("2026-03-02", &as_bills(&numbered(10..20), 1)).await;
    let lock = std::fs::File::create(house.folder.join("bill/.compaction-lock")).unwrap();
    lock.lock().unwrap();
    let pace = Pace::beside(Stop::default());
    assert_eq!(house.lake.compact_at("bill", &pace).await.unwrap(), None);
    assert_eq!(house.files("arrival").len(), 1);
    drop(lock);
    assert_eq!(house.lake.compact_at("bill", &pace).await.unwrap().map(|done| done.rows_current), Some(20));
}

#[tokio::test]
async fn work_that_is_told_to_stop_leaves_the_table_and_the_disk_as_they_were() {
    let house = house("stopped", SMALL);
    load(&house, "2026-03-01", &as_bills(&numbered(0..2_000), 1)).await;
    house.take("2026-03-02", &as_bills(&numbered(0..2_000), 2)).await;
    let on_disk = || ["current", "arrival", "history"].map(|tier| house.on_disk(tier));
    let (before, disk) = (house.files("current"), on_disk());
    // A writer holds the table, so that the work is done but for the commit when it is told to stop.
    let writer = house.lake.write_lock("bill").await.unwrap();
    let stop = Stop::default();
    let (lake, pace) = (house.lake.clone(), Pace::beside(stop.clone()));
    let work = tokio::spawn(async move { lake.compact_at("bill", &pace).await });
    while on_disk() == disk {
        tokio::task::yield_now().await;
    }
    stop.say();
    assert_eq!(work.await.unwrap().unwrap(), None);
    drop(writer);
    assert_eq!((house.files("current"), on_disk()), (before, disk));
    let keys: BTreeSet<String> = house.all_versions().await.into_iter().collect();
    assert_eq!(keys.len(), 4_000);
}
