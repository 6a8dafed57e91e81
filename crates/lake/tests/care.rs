//! The lake over the years: batches come, are compacted, fall due and go; what is asked has the same answer
//! before and after.

mod house;

use house::{FIRM, House, OTHER, PAID, deliver, permit, push, withdraw};
use jiff::SignedDuration;
use jiff::civil::date;
use jq_base::table::ColumnKind;
use jq_lake::{Arrived, Cell, ExportFormat, Retention, Value, Whereabouts, key_digest};

async fn lived_in(name: &str) -> House {
    let house = House::new(name);
    let (early, late) = (date(2020, 5, 1), PAID);
    house.take("2026-03-01", &[(FIRM, "old", 1, early, 100), (FIRM, "new", 1, late, 20)]).await;
    house.take("2026-03-02", &[(FIRM, "new", 2, late, 21), (OTHER, "far", 1, late, 3)]).await;
    house.take("2026-03-03", &[(FIRM, "more", 1, late, 4)]).await;
    house
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
async fn a_long_question_is_answered_and_one_that_is_too_long_is_refused() {
    let house = lived_in("long").await;
    let ask = async |conditions: i32| {
        let each = (0..conditions).map(|amount| format!("amount_fen <> {}", 1_000 + amount));
        let all = each.collect::<Vec<_>>().join(" and ");
        house.lake.sql(&format!("select sum(amount_fen) from bill where {all}")).await
    };
    assert_eq!(ask(251).await.unwrap()[0].at(0), Some(Value::Int(128)));
    let refused = ask(5_000).await.unwrap_err();
    assert!(refused.to_string().contains("in (…)"), "{refused}");
    let amounts = (1_000..6_000).map(|amount| amount.to_string()).collect::<Vec<_>>().join(", ");
    let query = format!("select sum(amount_fen) from bill where amount_fen not in ({amounts})");
    assert_eq!(house.lake.sql(&query).await.unwrap()[0].at(0), Some(Value::Int(128)));
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
    let done = house.lake.erase("bill", five_years()).await.unwrap();
    assert_eq!(done.rows_erased, 1);
    assert_eq!(house.sum().await, Some(Value::Int(28)));
    assert!(house.lake.history("bill", "old").await.unwrap().is_empty());
    assert_eq!(house.lake.history("bill", "new").await.unwrap().len(), 2, "the others keep their past");
    let before = house.on_disk("current");
    assert_eq!(house.lake.vacuum("bill", SignedDuration::from_hours(24)).await.unwrap().files, 0);
    assert_eq!(house.on_disk("current"), before);
    let vacuumed = house.lake.vacuum("bill", SignedDuration::ZERO).await.unwrap();
    assert!(vacuumed.files > 0 && vacuumed.bytes > 0, "{vacuumed:?}");
    assert_eq!(house.on_disk("current"), 1);
    assert_eq!(house.sum().await, Some(Value::Int(28)));
    assert_eq!(house.lake.erase("bill", five_years()).await.unwrap().rows_erased, 0);
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

/// Bills paid before 2021 are past their time.
fn five_years() -> Retention {
    Retention {
        since: vec!["paid_on".to_owned()],
        ended_before: date(2021, 1, 1),
        repaired_before: date(2021, 1, 1),
    }
}

#[tokio::test]
async fn a_record_goes_or_stays_with_all_its_versions() {
    let house = House::new("versions");
    let (early, late) = (date(2020, 5, 1), PAID);
    let first = [(FIRM, "goes", 1, late, 1), (FIRM, "stays", 1, early, 2), (FIRM, "withdrawn", 1, early, 4)];
    house.take("2026-03-01", &first).await;
    let mut rows = house.lake.rows("bill").unwrap();
    push(&mut rows, "2026-03-02", (FIRM, "goes", 2, early, 8), &[]);
    push(&mut rows, "2026-03-02", (FIRM, "stays", 2, late, 16), &[]);
    withdraw(&mut rows, "2026-03-02", FIRM, "withdrawn", 2);
    deliver(&house.lake, "2026-03-02", rows).await;
    for _ in ["as arrivals", "compacted"] {
        assert_eq!(house.all_versions().await.len(), 6);
        house.lake.compact("bill").await.unwrap();
    }
    assert_eq!(house.lake.erase("bill", five_years()).await.unwrap().rows_erased, 4);
    assert_eq!(house.lake.history("bill", "stays").await.unwrap().len(), 2, "its newest version has time");
    assert!(house.lake.history("bill", "goes").await.unwrap().is_empty(), "its newest version has none");
    let withdrawn = house.lake.history("bill", "withdrawn").await.unwrap();
    assert!(withdrawn.is_empty(), "a withdrawal says nothing of the time and goes with what it withdrew");
    assert_eq!(house.sum().await, Some(Value::Int(16)));
}

#[tokio::test]
async fn a_repaired_record_goes_when_it_has_been_sealed_long_enough() {
    let house = House::new("sealed");
    for (batch, key) in [("2020-03-01", "long ago"), ("2026-03-01", "lately")] {
        let mut rows = house.lake.rows_with_envelope("bill").unwrap();
        let (text, at) = (Cell::Text, Cell::Int(house::at(batch).as_microsecond()));
        let source = [text(FIRM), text(key), text("upsert"), text("power"), Cell::Empty, text(batch)];
        let times = [Cell::Int(1), at, at, Cell::Empty, Cell::Empty];
        let state = [Cell::Int(1), text("clean"), text("repaired"), Cell::Empty, Cell::Int(1)];
        rows.push(source.into_iter().chain(times).chain(state)).unwrap();
        deliver(&house.lake, batch, rows).await;
    }
    assert_eq!(house.lake.erase("bill", five_years()).await.unwrap().rows_erased, 1);
    assert!(house.lake.history("bill", "long ago").await.unwrap().is_empty());
    assert_eq!(house.lake.history("bill", "lately").await.unwrap().len(), 1);
}

#[tokio::test]
async fn erasure_reads_arrivals_too_and_touches_nothing_where_nothing_is_due() {
    let house = House::new("due");
    house.take("2026-03-01", &[(FIRM, "a", 1, PAID, 1)]).await;
    house.take("2026-03-02", &[(FIRM, "b", 1, PAID, 2)]).await;
    assert_eq!(house.lake.erase("bill", five_years()).await.unwrap(), jq_lake::Compacted::default());
    assert_eq!(house.files("arrival").len(), 1, "what arrived waits for compaction");
    house.take("2026-03-03", &[(OTHER, "c", 1, date(2020, 12, 31), 4)]).await;
    assert_eq!(house.lake.erase("bill", five_years()).await.unwrap().rows_erased, 1);
    assert_eq!(house.sum().await, Some(Value::Int(3)));
}

#[tokio::test]
async fn the_lakes_version_tells_of_records_that_come_or_go_and_of_nothing_else() {
    let house = lived_in("version").await;
    let before = house.lake.version().await.unwrap();
    house.lake.compact("bill").await.unwrap();
    house.lake.vacuum("bill", SignedDuration::ZERO).await.unwrap();
    assert_eq!(house.lake.version().await.unwrap(), before);
    assert_eq!(house.reopened(&[]).version().await.unwrap(), before, "whoever comes later sees the same");
    house.lake.erase("bill", five_years()).await.unwrap();
    let erased = house.lake.version().await.unwrap();
    assert!(erased > before);
    house.take("2026-03-04", &[(FIRM, "next", 1, PAID, 1)]).await;
    assert!(house.lake.version().await.unwrap() > erased);
}

#[tokio::test]
async fn whom_a_batch_touched_is_known_before_and_after_compaction() {
    let house = lived_in("touched").await;
    let batches = |arrived: Arrived| match arrived {
        Arrived::Batches(batches) => batches,
        Arrived::Anything => panic!("the log tells of batches"),
    };
    let (firm, other) = (permit(FIRM).subject().clone(), permit(OTHER).subject().clone());
    let start = house.lake.states().await.unwrap()["bill"];
    house.take("2026-03-04", &[(OTHER, "far", 2, PAID, 5)]).await;
    for compacted in [false, true] {
        if compacted {
            house.lake.compact("bill").await.unwrap();
        }
        let now = house.lake.states().await.unwrap()["bill"];
        let since = batches(house.lake.arrived("bill", start, now).await.unwrap());
        assert_eq!(since, ["2026-03-04"]);
        assert_eq!(house.lake.touched("bill", &since).await.unwrap(), [other.clone()].into());
        assert!(house.lake.touches("bill", &since, &other).await.unwrap());
        assert!(!house.lake.touches("bill", &since, &firm).await.unwrap());
        let all = batches(house.lake.arrived("bill", 0, now).await.unwrap());
        assert_eq!(all, ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]);
        assert_eq!(house.lake.touched("bill", &all).await.unwrap(), [firm.clone(), other.clone()].into());
    }
    let before = house.lake.states().await.unwrap()["bill"];
    house.lake.erase("bill", five_years()).await.unwrap();
    let after = house.lake.states().await.unwrap()["bill"];
    assert_eq!(house.lake.arrived("bill", before, after).await.unwrap(), Arrived::Anything);
    assert_eq!(house.lake.arrived("bill", after, after).await.unwrap(), Arrived::Batches(vec![]));
}

#[tokio::test]
async fn the_status_tells_tier_by_tier_what_there_is_and_when_it_was_compacted() {
    let house = lived_in("status").await;
    let before = house.lake.status().await.unwrap().remove(0);
    assert_eq!((before.rows_current, before.rows_arrival, before.rows_history), (2, 3, 0));
    assert_eq!((before.tiers.arrival.files, before.compacted_at), (2, None));
    house.lake.compact("bill").await.unwrap();
    house.take("2026-03-04", &[(FIRM, "next", 1, PAID, 1)]).await;
    let after = house.lake.status().await.unwrap().remove(0);
    let tiers = after.tiers;
    assert_eq!((tiers.current.rows, tiers.arrival.rows, tiers.history.rows), (4, 1, 1));
    assert_eq!(tiers.current.bytes + tiers.arrival.bytes + tiers.history.bytes, after.bytes);
    assert!(after.compacted_at.is_some());
    assert_eq!(after.received_at, Some(house::at("2026-03-04")));
}

#[tokio::test]
async fn an_item_that_gets_a_column_reads_its_old_records_with_it_empty() {
    let house = lived_in("column").await;
    let grown = house.reopened(&[("note", ColumnKind::Text)]);
    let mut rows = grown.rows("bill").unwrap();
    push(&mut rows, "2026-03-04", (OTHER, "noted", 1, PAID, 5), &[Cell::Text("by hand")]);
    deliver(&grown, "2026-03-04", rows).await;
    for _ in ["before compaction", "after"] {
        let rows = grown.sql("select natural_key, note from bill where amount_fen < 6 order by 1").await;
        let told: Vec<_> =
            rows.unwrap().iter().map(|row| (row.text("natural_key"), row.text("note"))).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(told, [(text("far"), None), (text("more"), None), (text("noted"), text("by hand"))]);
        assert_eq!(grown.read_subject(&permit(OTHER), "bill").await.unwrap().len(), 2);
        grown.compact("bill").await.unwrap();
    }
}

#[tokio::test]
async fn records_are_known_by_their_subjects_and_without_them() {
    let house = lived_in("keys").await;
    let with = Whereabouts::WithSubjects(vec![FIRM.to_owned()]);
    let wanted = [key_digest("new"), key_digest("far"), key_digest("never")];
    let near =
        house.lake.known("bill", with, move |digest| wanted.contains(&digest).then_some(0)).await.unwrap();
    assert_eq!((near[&key_digest("new")].version, near[&key_digest("new")].content), (2, None));
    let all =
        house.lake.known("bill", Whereabouts::Anywhere, move |digest| wanted.contains(&digest).then_some(0));
    let all = all.await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[&key_digest("far")].subject.as_deref(), Some(OTHER));
}

#[tokio::test]
async fn what_a_record_says_is_told_to_a_batch_that_is_as_old() {
    let house = House::new("contents");
    let records =
        [(FIRM, "one", 1, PAID, 5), (FIRM, "like it", 1, PAID, 5), (OTHER, "unlike it", 1, PAID, 6)];
    house.take("2026-03-01", &records).await;
    house.take("2026-03-02", &[(FIRM, "two", 1, PAID, 5), (OTHER, "unlike it", 2, PAID, 5)]).await;
    let as_old = house::at("2026-03-02").as_microsecond();
    for compacted in [false, true] {
        let wanted = ["one", "like it", "unlike it", "two"].map(key_digest);
        let ask = |at: i64| {
            house.lake.known("bill", Whereabouts::Anywhere, move |key| wanted.contains(&key).then_some(at))
        };
        let first = ask(house::at("2026-03-01").as_microsecond()).await.unwrap();
        let second = ask(as_old).await.unwrap();
        let [one, like, unlike, two] = wanted;
        assert!(first[&one].content.is_some() && first[&one].content == first[&like].content, "{compacted}");
        assert_eq!(
            (first[&unlike].content, first[&two].content),
            (None, None),
            "the newest versions are younger"
        );
        assert_eq!((second[&one].content, second[&two].content), (None, first[&one].content));
        assert_eq!(second[&unlike].content, first[&one].content);
        house.lake.compact("bill").await.unwrap();
    }
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
