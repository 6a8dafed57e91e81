//! The lake over the years: batches come, are compacted, fall due and go; what is asked has the same answer
//! before and after.

use std::path::{Path, PathBuf};

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use jq_base::table::{ColumnKind, ColumnSpec, TableSpec};
use jq_lake::{Cell, ExportFormat, Lake, Retention, Stamp, Value, Whereabouts, day_number, key_digest};

const FIRM: &str = "91500102MAC8YUW23Y";
const OTHER: &str = "91500107MA7TEX0100";

fn bills(with_note: bool) -> TableSpec {
    let column = |name: &str, kind| ColumnSpec { name: name.to_owned(), kind, optional: true };
    let mut columns = vec![column("paid_on", ColumnKind::Date), column("amount_fen", ColumnKind::Money)];
    if with_note {
        columns.push(column("note", ColumnKind::Text));
    }
    TableSpec { name: "bill".to_owned(), columns, also_subjects: vec![] }
}

struct House {
    folder: PathBuf,
    lake: Lake,
}

impl House {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("jq-lake-{name}-{}", std::process::id()));
        let lake = Lake::open(&folder, vec![bills(false)]).expect("the lake takes it");
        Self { folder, lake }
    }

    /// Takes records as one batch: subject, key, version, day of payment and amount.
    async fn take(&self, batch: &str, records: &[(&str, &str, i64, jiff::civil::Date, i64)]) {
        let mut rows = self.lake.rows("bill").expect("the lake takes it");
        for (subject, key, version, paid_on, amount) in records {
            rows.push([
                Cell::Text(subject),
                Cell::Text(key),
                Cell::Text("upsert"),
                Cell::Int(1),
                Cell::Int(at(batch).as_microsecond()),
                Cell::Empty,
                Cell::Empty,
                Cell::Int(*version),
                Cell::Int(0),
                Cell::Day(day_number(*paid_on)),
                Cell::Int(*amount),
            ])
            .expect("the lake takes it");
        }
        let stamp = Stamp {
            source_unit: "power".to_owned(),
            batch_id: batch.to_owned(),
            received_at: at(batch).as_microsecond(),
        };
        let lock = self.lake.write_lock("bill").await.expect("the lake takes it");
        self.lake.append(&lock, "bill", stamp, rows).await.expect("the lake takes it");
    }

    async fn sum(&self) -> Option<Value> {
        self.lake.sql("select sum(amount_fen) from bill").await.expect("the lake takes it")[0].at(0)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // A folder that stays behind harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// When a batch came in: batch `2026-03-05` on that day.
fn at(batch: &str) -> Timestamp {
    format!("{batch}T00:00:00Z").parse().expect("a day")
}

async fn lived_in(name: &str) -> House {
    let house = House::new(name);
    let early = date(2020, 5, 1);
    let late = date(2026, 2, 1);
    house.take("2026-03-01", &[(FIRM, "old", 1, early, 100), (FIRM, "new", 1, late, 20)]).await;
    house.take("2026-03-02", &[(FIRM, "new", 2, late, 21), (OTHER, "far", 1, late, 3)]).await;
    house.take("2026-03-03", &[(FIRM, "more", 1, late, 4)]).await;
    house
}

fn files_under(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "parquet")).count()
}

#[tokio::test]
async fn compaction_changes_no_answer_and_keeps_what_it_supersedes() {
    let house = lived_in("compaction").await;
    assert_eq!(house.sum().await, Some(Value::Int(128)));
    let done = house.lake.compact("bill").await.unwrap();
    assert_eq!((done.rows_current, done.rows_superseded), (4, 1));
    assert_eq!(house.sum().await, Some(Value::Int(128)));
    let versions = house.lake.history("bill", "new").await.unwrap();
    let amounts: Vec<_> = versions.iter().map(|row| row.int("amount_fen")).collect();
    assert_eq!(amounts, [Some(20), Some(21)]);
    assert_eq!(house.lake.compact("bill").await.unwrap(), jq_lake::Compacted::default());
}

#[tokio::test]
async fn a_session_that_was_opened_before_a_compaction_reads_on() {
    let house = lived_in("session").await;
    let session = house.lake.session(jq_lake::Scope::All);
    session.sql("select count(*) from bill").await.unwrap();
    house.lake.compact("bill").await.unwrap();
    house.lake.vacuum("bill", SignedDuration::from_hours(1)).await.unwrap();
    let rows = session.sql("select sum(amount_fen) from bill").await.unwrap();
    assert_eq!(rows[0].at(0), Some(Value::Int(128)));
}

#[tokio::test]
async fn a_record_is_told_as_it_was_known_then() {
    let house = lived_in("known").await;
    house.lake.compact("bill").await.unwrap();
    for (when, amount) in [
        ("2026-02-28T00:00:00Z", None),
        ("2026-03-01T12:00:00Z", Some(20)),
        ("2026-03-02T12:00:00Z", Some(21)),
    ] {
        let known = house.lake.known_at("bill", "new", when.parse().unwrap()).await.unwrap();
        assert_eq!(known.and_then(|row| row.int("amount_fen")), amount, "{when}");
    }
}

#[tokio::test]
async fn what_is_past_its_time_is_erased_and_its_bytes_go_after_the_grace() {
    let house = lived_in("retention").await;
    house.lake.compact("bill").await.unwrap();
    let retention = Retention {
        since: vec!["paid_on".to_owned()],
        ended_before: date(2021, 1, 1),
        repaired_before: date(2021, 1, 1),
    };
    let done = house.lake.erase("bill", retention.clone()).await.unwrap();
    assert_eq!(done.rows_erased, 1);
    assert_eq!(house.sum().await, Some(Value::Int(28)));
    assert!(house.lake.history("bill", "old").await.unwrap().is_empty());
    assert_eq!(house.lake.history("bill", "new").await.unwrap().len(), 2, "the others keep their past");
    let current = house.folder.join("bill/tier=current");
    let before = files_under(&current);
    assert_eq!(house.lake.vacuum("bill", SignedDuration::from_hours(24)).await.unwrap().files, 0);
    assert_eq!(files_under(&current), before);
    let vacuumed = house.lake.vacuum("bill", SignedDuration::ZERO).await.unwrap();
    assert!(vacuumed.files > 0 && vacuumed.bytes > 0, "{vacuumed:?}");
    assert_eq!(files_under(&current), 1);
    assert_eq!(house.sum().await, Some(Value::Int(28)));
    assert_eq!(house.lake.erase("bill", retention).await.unwrap().rows_erased, 0);
}

#[tokio::test]
async fn what_a_delivery_left_when_it_was_cut_off_goes_after_the_grace() {
    let house = lived_in("left").await;
    let left = house.folder.join("bill/.loading-0");
    std::fs::create_dir(&left).unwrap();
    std::fs::write(left.join("0"), "half a batch").unwrap();
    house.lake.vacuum("bill", SignedDuration::from_hours(1)).await.unwrap();
    assert!(left.exists(), "it may still be at work");
    house.lake.vacuum("bill", SignedDuration::ZERO).await.unwrap();
    assert!(!left.exists());
    assert_eq!(house.sum().await, Some(Value::Int(128)));
}

#[tokio::test]
async fn an_item_that_gets_a_column_reads_its_old_records_with_it_empty() {
    let house = lived_in("column").await;
    let grown = Lake::open(&house.folder, vec![bills(true)]).unwrap();
    let mut rows = grown.rows("bill").unwrap();
    rows.push([
        Cell::Text(OTHER),
        Cell::Text("noted"),
        Cell::Text("upsert"),
        Cell::Int(1),
        Cell::Int(at("2026-03-04").as_microsecond()),
        Cell::Empty,
        Cell::Empty,
        Cell::Int(1),
        Cell::Int(0),
        Cell::Day(day_number(date(2026, 3, 1))),
        Cell::Int(5),
        Cell::Text("by hand"),
    ])
    .unwrap();
    let stamp = Stamp { source_unit: "power".to_owned(), batch_id: "2026-03-04".to_owned(), received_at: 1 };
    let lock = grown.write_lock("bill").await.unwrap();
    grown.append(&lock, "bill", stamp, rows).await.unwrap();
    drop(lock);
    for _ in ["before compaction", "after"] {
        let rows = grown.sql("select natural_key, note from bill where amount_fen < 6 order by 1").await;
        let told: Vec<_> =
            rows.unwrap().iter().map(|row| (row.text("natural_key"), row.text("note"))).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(told, [(text("far"), None), (text("more"), None), (text("noted"), text("by hand"))]);
        grown.compact("bill").await.unwrap();
    }
}

#[tokio::test]
async fn records_are_known_by_their_subjects_and_without_them() {
    let house = lived_in("keys").await;
    let with = Whereabouts::WithSubjects(vec![FIRM.to_owned()]);
    let wanted = [key_digest("new"), key_digest("far"), key_digest("never")];
    let near = house.lake.known("bill", with, move |digest| wanted.contains(&digest)).await.unwrap();
    assert_eq!(near[&key_digest("new")].version, 2);
    let all = house.lake.known("bill", Whereabouts::Anywhere, move |digest| wanted.contains(&digest));
    let all = all.await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[&key_digest("far")].subject.as_deref(), Some(OTHER));
}

#[tokio::test]
async fn exported_records_are_the_current_ones() {
    let house = lived_in("export").await;
    let csv = house.folder.join("bill.csv");
    assert_eq!(house.lake.export("bill", ExportFormat::Csv, &csv).await.unwrap(), 4);
    let text = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(text.lines().count(), 5);
    assert!(text.lines().next().unwrap().starts_with("subject_key,natural_key"));
    let parquet = house.folder.join("bill.parquet");
    assert_eq!(house.lake.export("bill", ExportFormat::Parquet, &parquet).await.unwrap(), 4);
    assert!(std::fs::read(&parquet).unwrap().starts_with(b"PAR1"));
}
