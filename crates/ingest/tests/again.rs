//! A batch that comes again: cut off and sent whole, interrupted and finished, under an id that was used, and while the
//! platform's or the unit's clock is wrong.

mod unit;

use jiff::SignedDuration;
use jq_base::sm3;
use jq_db::{audit, outbox, sql};
use jq_ingest::{BatchState, Counts, Receipt, Rule};
use unit::{A, B, Platform, REGISTERED, Slip, power_row};

const BILLS: Slip<'static> = Slip {
    id: "power-1",
    unit: "power",
    item: "power_bill",
    seq: 1,
    rows: 1,
    format: "csv",
    encoding: "utf-8",
    mode: "incremental",
};

impl Platform {
    /// Hands over bills with a manifest that says what the slip says.
    async fn send_bills(&self, slip: Slip<'_>, rows: &[String]) -> Receipt {
        self.send_bills_with(slip, rows, |manifest| manifest).await
    }

    async fn send_bills_with(
        &self,
        slip: Slip<'_>,
        rows: &[String],
        change: impl Fn(String) -> String,
    ) -> Receipt {
        let data = self.data("power_bill", rows);
        let manifest = change(Slip { rows: rows.len(), ..slip }.manifest(&sm3::hex(&data)));
        self.hand_over(slip.id, &manifest, Some(&data)).await
    }

    /// Puts the record of a batch back to where it stands while the rows are committed.
    async fn interrupt(&self, batch_id: &str) {
        let mut tx = self.test.db.begin().await.expect("a transaction");
        let back = sql("update ingest_batch set state = 'checked', finished_at = null where batch_id = $1");
        tx.execute(back.bind(batch_id)).await.expect("the record is there");
        tx.commit().await.expect("a commit");
    }

    async fn state_of(&self, batch_id: &str) -> BatchState {
        self.ingest.get_batch(batch_id).await.expect("the batch is on record").state
    }
}

fn bill(meter: &str) -> [String; 1] {
    [power_row(A, meter, "2026-08")]
}

#[tokio::test]
async fn a_file_that_was_cut_off_is_sent_whole_again_under_its_id_or_a_new_one() {
    for id in ["power-1", "power-1-again"] {
        let platform = Platform::with_register().await;
        let rows = [power_row(A, "m1", "2026-08"), power_row(A, "m2", "2026-08")];
        let data = platform.data("power_bill", &rows);
        let manifest = Slip { rows: 2, ..BILLS }.manifest(&sm3::hex(&data));
        let cut = platform.hand_over("power-1", &manifest, Some(&data[..data.len() - 40])).await;
        assert_eq!(
            (cut.state, cut.reason.as_deref()),
            (BatchState::Rejected, Some(Rule::DigestMismatch.id()))
        );
        assert!(cut.remedy_zh.unwrap().contains("序号不变，批次号可沿用"));
        assert!(cut.remedy_en.unwrap().contains("under the same or a new batch id"));
        assert_eq!(platform.count("power_bill").await, 0);
        let whole = platform.send_bills(Slip { id, ..BILLS }, &rows).await;
        assert_eq!((whole.state, whole.repeated, whole.counts.accepted), (BatchState::Committed, false, 2));
        assert_eq!(platform.count("power_bill").await, 2);
        let kept = platform.folder.join("ingest/receipts").join(id).join("receipt.json");
        assert!(std::fs::read_to_string(kept).unwrap().contains("\"committed\""));
        let late = platform.send_bills(BILLS, &rows).await;
        if id == "power-1" {
            assert!(late.repeated);
        } else {
            assert_eq!(late.reason.as_deref(), Some(Rule::SequenceRepeated.id()));
        }
        assert_eq!(platform.count("power_bill_all").await, 2);
    }
}

#[tokio::test]
async fn a_batch_that_was_stopped_before_its_receipt_is_brought_to_its_end() {
    let platform = Platform::with_register().await;
    let first = platform.send_bills(BILLS, &bill("m1")).await;
    platform.interrupt("power-1").await;
    std::fs::remove_dir_all(platform.folder.join("ingest/receipts/power-1")).unwrap();
    let again = platform.send_bills(BILLS, &bill("m1")).await;
    assert_eq!(again, first, "nobody had been told, so this is the first answer");
    assert_eq!(platform.state_of("power-1").await, BatchState::Committed);
    let once_more = platform.send_bills(BILLS, &bill("m1")).await;
    assert!(once_more.repeated);
    assert_eq!(platform.count("power_bill_all").await, 1);
}

#[tokio::test]
async fn a_receipt_that_was_not_written_is_written_when_the_batch_comes_again() {
    let platform = Platform::with_register().await;
    platform.send_bills(BILLS, &bill("m1")).await;
    let receipt = platform.folder.join("ingest/receipts/power-1/receipt.json");
    let written = std::fs::read_to_string(&receipt).unwrap();
    std::fs::remove_file(&receipt).unwrap();
    assert!(platform.send_bills(BILLS, &bill("m1")).await.repeated);
    assert_eq!(std::fs::read_to_string(&receipt).unwrap(), written);
}

#[tokio::test]
async fn other_content_under_the_id_of_a_stopped_batch_is_refused_and_the_stopped_one_finished() {
    let platform = Platform::with_register().await;
    platform.send_bills(BILLS, &bill("m1")).await;
    let digest = platform.ingest.get_batch("power-1").await.unwrap().file_sm3;
    platform.interrupt("power-1").await;
    let other = platform.send_bills(BILLS, &bill("m2")).await;
    assert_eq!(other.reason.as_deref(), Some(Rule::BatchIdReused.id()));
    let kept = platform.ingest.get_batch("power-1").await.unwrap();
    assert_eq!((kept.state, kept.file_sm3), (BatchState::Committed, digest));
    assert_eq!(platform.count("power_bill_all").await, 1);
}

#[tokio::test]
async fn a_batch_that_was_stopped_before_its_commit_does_not_use_up_its_number() {
    let platform = Platform::with_register().await;
    let data = platform.data("power_bill", &bill("m1"));
    let manifest = BILLS.manifest(&sm3::hex(&data));
    platform.hand_over("power-1", &manifest, None).await;
    platform.interrupt("power-1").await;
    let renamed = platform.send_bills(Slip { id: "power-1b", ..BILLS }, &bill("m1")).await;
    assert_eq!((renamed.state, renamed.counts.accepted), (BatchState::Committed, 1));
}

#[tokio::test]
async fn a_stopped_batch_whose_rows_are_in_keeps_its_number_and_is_finished_by_the_next() {
    let platform = Platform::with_register().await;
    platform.send_bills(BILLS, &bill("m1")).await;
    platform.interrupt("power-1").await;
    let same_number = platform.send_bills(Slip { id: "power-1b", ..BILLS }, &bill("m1")).await;
    assert_eq!(same_number.reason.as_deref(), Some(Rule::SequenceRepeated.id()));
    assert_eq!(platform.state_of("power-1").await, BatchState::Committed);
}

#[tokio::test]
async fn a_committed_batch_keeps_its_record_whatever_comes_under_its_id() {
    let platform = Platform::with_register().await;
    let first = platform.send_bills(BILLS, &bill("m1")).await;
    let others: [(&str, &str); 3] = [
        ("\"power_bill\"", "\"no_such_item\""),
        ("\"schema_version\":1", "\"schema_version\":9"),
        (
            "\"source_unit\":\"power\",\"item_id\":\"power_bill\"",
            "\"source_unit\":\"sw\",\"item_id\":\"tax_filing\"",
        ),
    ];
    for (from, to) in others {
        let other = platform.send_bills_with(BILLS, &bill("m2"), |manifest| manifest.replace(from, to)).await;
        assert_eq!(other.reason.as_deref(), Some(Rule::BatchIdReused.id()), "{to}");
        let kept = platform.ingest.get_batch("power-1").await.unwrap();
        assert_eq!((kept.state, &kept.receipt), (BatchState::Committed, &first), "{to}");
        let file = platform.folder.join("ingest/receipts/power-1/receipt.json");
        assert!(std::fs::read_to_string(file).unwrap().contains("\"committed\""), "{to}");
    }
    assert!(platform.send_bills(BILLS, &bill("m1")).await.repeated);
}

#[tokio::test]
async fn an_id_that_a_unit_used_is_not_taken_away_by_another() {
    let platform = Platform::with_register().await;
    let held = platform.send_bills(BILLS, &[power_row(A, "m1", "2026-13")]).await;
    assert_eq!(held.state, BatchState::Held);
    let foreign = |manifest: String| {
        manifest.replace("\"power\",\"item_id\":\"power_bill\"", "\"sw\",\"item_id\":\"tax_filing\"")
    };
    let other = platform.send_bills_with(BILLS, &bill("m1"), foreign).await;
    assert_eq!(other.reason.as_deref(), Some(Rule::BatchIdReused.id()));
    assert_eq!(platform.ingest.list_quarantine(Some("power-1"), 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn wrong_rows_of_an_earlier_try_do_not_stay() {
    let platform = Platform::with_register().await;
    let rejected = platform.folder.join("ingest/receipts/power-1/rejected.csv");
    for whole in [false, true] {
        platform.send_bills(BILLS, &[power_row(A, "m1", "2026-13")]).await;
        assert!(rejected.is_file());
        let receipt = if whole {
            platform.send_bills(BILLS, &bill("m1")).await
        } else {
            platform.hand_over("power-1", &BILLS.manifest(&sm3::hex(b"other")), Some(b"cut")).await
        };
        assert_eq!(receipt.state, if whole { BatchState::Committed } else { BatchState::Rejected });
        assert!(platform.ingest.list_quarantine(None, 10).await.unwrap().is_empty());
        assert!(!rejected.exists());
    }
}

#[tokio::test]
async fn a_firm_that_another_process_registered_is_known_at_once() {
    let platform = Platform::with_register().await;
    let rows = [power_row(B, "m1", "2026-08")];
    assert_eq!(platform.send_bills(BILLS, &rows).await.counts.unmatched, 1);
    let register = [REGISTERED.replace(A, B)];
    let data = platform.data("ent_registration", &register);
    let slip = Slip { id: "scjg-2", unit: "scjg", item: "ent_registration", seq: 2, ..BILLS };
    let other = platform.second_process().await;
    let taken = platform.hand_to(&other, "scjg-2", &slip.manifest(&sm3::hex(&data)), Some(&data)).await;
    assert_eq!(taken.counts.accepted, 1, "{:?}", taken.faults);
    let known = platform.send_bills(Slip { id: "power-2", seq: 2, ..BILLS }, &rows).await;
    assert_eq!((known.counts.accepted, known.counts.unmatched), (1, 0));
}

#[tokio::test]
async fn a_clock_that_is_put_back_changes_neither_versions_nor_what_was_known_nor_the_records_order() {
    let platform = Platform::with_register().await;
    let dated = |day: &str| [power_row(A, "m1", "2026-08").replace("2026-09-05T", &format!("{day}T"))];
    let first = platform.send_bills(BILLS, &dated("2026-09-05")).await;
    platform.test.advance(SignedDuration::from_hours(-24 * 80));
    let second = platform.send_bills(Slip { id: "power-2", seq: 2, ..BILLS }, &dated("2026-11-09")).await;
    assert_eq!(second.counts, Counts { rows: 1, updated: 1, ..Counts::default() }, "not of the future");
    let late = platform.send_bills(Slip { id: "power-3", seq: 3, ..BILLS }, &dated("2026-10-01")).await;
    assert_eq!(late.counts.older, 1, "the source's time decides, not the platform's");
    assert!(first.received_at <= second.received_at && second.received_at <= late.received_at);

    platform.lake.compact("power_bill").await.unwrap();
    let versions = platform.lake.history("power_bill", "国网重庆|m1|2026-08-01").await.unwrap();
    let told: Vec<_> = versions.iter().map(|row| (row.int("version"), row.text("batch_id"))).collect();
    let version = |number, batch: &str| (Some(number), Some(batch.to_owned()));
    assert_eq!(told, [version(1, "power-1"), version(2, "power-2")]);
    let key = "国网重庆|m1|2026-08-01";
    let before = first.received_at - SignedDuration::from_secs(1);
    assert!(platform.lake.known_at("power_bill", key, before).await.unwrap().is_none());

    let report = audit::verify(&platform.test.db, None).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    let events = outbox::list_after(&platform.test.db, 0, 100).await.unwrap();
    let told: Vec<(i64, &str)> =
        events.iter().map(|event| (event.position, event.subject.as_str())).collect();
    assert_eq!(told, [(1, "scjg-1"), (2, "power-1"), (3, "power-2"), (4, "power-3")]);
}

#[tokio::test]
async fn a_row_of_the_future_is_turned_away_and_taken_when_its_time_has_come() {
    let platform = Platform::with_register().await;
    let tomorrow = [power_row(A, "m1", "2026-08").replace("2026-09-05T", "2026-11-11T")];
    let early = platform.send_bills(BILLS, &tomorrow).await;
    assert_eq!((early.state, early.faults[0].rule.as_str()), (BatchState::Held, Rule::DateInFuture.id()));
    platform.test.advance(SignedDuration::from_hours(24));
    let taken = platform.send_bills(BILLS, &tomorrow).await;
    assert_eq!((taken.state, taken.counts.accepted), (BatchState::Committed, 1));
}

#[tokio::test]
async fn a_snapshot_from_a_wrong_clock_bars_no_record_for_ever() {
    for sent_at in ["2099-01-01T08:00:00+08:00", "2026-09-01T08:00:00+08:00"] {
        let platform = Platform::with_register().await;
        let rows = [power_row(A, "m1", "2026-08"), power_row(A, "m2", "2026-08")];
        platform.send_bills(BILLS, &rows).await;
        let snapshot = Slip { id: "power-2", seq: 2, mode: "snapshot", ..BILLS };
        let sent = |manifest: String| manifest.replace("2026-09-10T08:00:00+08:00", sent_at);
        let gone = platform.send_bills_with(snapshot, &rows[..1], sent).await;
        assert_eq!(gone.counts.no_longer_listed, 1);
        assert_eq!(platform.count("power_bill").await, 1);
        let old = [rows[1].replace("2026-09-05T08", "2026-09-04T08")];
        let old = platform.send_bills(Slip { id: "power-3", seq: 3, ..BILLS }, &old).await;
        assert_eq!(old.counts.older, 1, "{sent_at}");
        let back = platform.send_bills(Slip { id: "power-4", seq: 4, ..BILLS }, &rows[1..]).await;
        assert_eq!(back.counts.accepted, 1, "{sent_at}");
        assert_eq!(platform.count("power_bill").await, 2);
    }
}
