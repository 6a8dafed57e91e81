//! A source unit delivers batches, good and bad, and reads what came of them.

mod unit;

use jq_ingest::{BatchState, Counts, FAULTS_LISTED_MAX, Rule};
use unit::{A, B, Platform, REGISTERED, power_row};

#[tokio::test]
async fn good_rows_go_to_the_lake_and_wrong_ones_back_with_row_field_value_and_rule() {
    let platform = Platform::with_register().await;
    let mut rows: Vec<String> = (1..=40).map(|meter| power_row(A, &format!("m{meter}"), "2026-08")).collect();
    rows[6] = power_row(A, "m7", "2026-08").replace("120.50", "12O.50");
    rows[8] = power_row(A, "m9", "2026-13");
    let receipt = platform.deliver("power-1", "power", "power_bill", 1, &rows).await;
    assert_eq!(receipt.state, BatchState::Committed);
    assert_eq!(receipt.counts, Counts { rows: 40, accepted: 38, quarantined: 2, ..Counts::default() });
    let told: Vec<_> = receipt
        .faults
        .iter()
        .map(|fault| {
            (fault.row_no, fault.field.as_deref().unwrap(), fault.value.as_str(), fault.rule.as_str())
        })
        .collect();
    assert_eq!(told, [(7, "amount", "12O.50", "number_invalid"), (9, "month", "2026-13", "month_invalid")]);
    assert!(receipt.faults.iter().all(|fault| !fault.remedy_zh.is_empty() && !fault.remedy_en.is_empty()));
    assert_eq!(platform.count("power_bill").await, 38);
    let rejected =
        std::fs::read_to_string(platform.folder.join("ingest/receipts/power-1/rejected.csv")).unwrap();
    assert!(rejected.contains("12O.50") && rejected.lines().count() == 3);
    assert!(platform.folder.join("ingest/receipts/power-1/receipt.json").is_file());
}

#[tokio::test]
async fn the_same_batch_twice_changes_nothing() {
    let platform = Platform::with_register().await;
    let rows = [power_row(A, "m1", "2026-08"), power_row(A, "m2", "2026-08")];
    platform.deliver("power-1", "power", "power_bill", 1, &rows).await;
    let version = platform.lake.version().await.unwrap();
    let again = platform.deliver("power-1", "power", "power_bill", 1, &rows).await;
    assert!(again.repeated && again.state == BatchState::Committed);
    assert_eq!(platform.lake.version().await.unwrap(), version);
    assert_eq!(platform.count("power_bill").await, 2);
}

#[tokio::test]
async fn newer_replaces_older_is_ignored_and_withdrawn_is_gone() {
    let platform = Platform::with_register().await;
    let first = [power_row(A, "m1", "2026-08"), power_row(A, "m2", "2026-08"), power_row(A, "m3", "2026-08")];
    platform.deliver("power-1", "power", "power_bill", 1, &first).await;
    let second = [
        power_row(A, "m1", "2026-08").replace("120.50", "130.00").replace("2026-09-05T", "2026-09-06T"),
        power_row(A, "m2", "2026-08").replace("120.50", "1.00").replace("2026-09-05T", "2026-09-01T"),
        power_row(A, "m3", "2026-08").replace("upsert", "withdraw").replace("2026-09-05T", "2026-09-07T"),
        power_row(A, "m1", "2026-07"),
    ];
    let receipt = platform.deliver("power-2", "power", "power_bill", 2, &second).await;
    let counts = Counts { rows: 4, accepted: 1, updated: 1, older: 1, withdrawn: 1, ..Counts::default() };
    assert_eq!(receipt.counts, counts);
    let sum = "select sum(amount_fen) from power_bill";
    assert_eq!(platform.number(sum).await, 13_000 + 12_050 + 12_050);
    assert_eq!(platform.number("select count(*) from power_bill_all").await, 6, "every version is kept");
    platform.lake.compact("power_bill").await.unwrap();
    assert_eq!(platform.number(sum).await, 13_000 + 12_050 + 12_050, "compaction changes no answer");
    assert_eq!(platform.number("select count(*) from power_bill_all").await, 6);
    let versions = platform.lake.history("power_bill", "国网重庆|m1|2026-08-01").await.unwrap();
    let amounts: Vec<_> = versions.iter().map(|row| row.int("amount_fen")).collect();
    assert_eq!(amounts, [Some(12_050), Some(13_000)]);
}

#[tokio::test]
async fn a_snapshot_withdraws_what_it_no_longer_holds_unless_it_has_wrong_rows() {
    let platform = Platform::with_register().await;
    let first = [power_row(A, "m1", "2026-08"), power_row(A, "m2", "2026-08")];
    platform.deliver("power-1", "power", "power_bill", 1, &first).await;
    let receipt = platform.deliver_snapshot("power-2", "power", "power_bill", 2, &first[..1]).await;
    let counts = Counts { rows: 1, unchanged: 1, no_longer_listed: 1, ..Counts::default() };
    assert_eq!(receipt.counts, counts, "what the file does not hold is no row of it");
    assert_eq!(platform.count("power_bill").await, 1);
    let mut wrong: Vec<String> =
        (10..60).map(|meter| power_row(A, &format!("m{meter}"), "2026-08")).collect();
    wrong[0] = wrong[0].replace("120.50", "many");
    let receipt = platform.deliver_snapshot("power-3", "power", "power_bill", 3, &wrong).await;
    assert_eq!((receipt.counts.withdrawn, receipt.counts.no_longer_listed), (0, 0));
    assert_eq!(receipt.notes.len(), 1);
    assert_eq!(platform.count("power_bill").await, 50);
}

#[tokio::test]
async fn what_a_later_snapshot_lists_again_is_back_though_nothing_changed_at_its_source() {
    let platform = Platform::with_register().await;
    let both = [power_row(A, "m1", "2026-08"), power_row(A, "m2", "2026-08")];
    platform.deliver_snapshot("power-1", "power", "power_bill", 1, &both).await;
    platform.deliver_snapshot("power-2", "power", "power_bill", 2, &both[..1]).await;
    assert_eq!(platform.count("power_bill").await, 1);
    let receipt = platform.deliver_snapshot("power-3", "power", "power_bill", 3, &both).await;
    assert_eq!(receipt.counts, Counts { rows: 2, accepted: 1, unchanged: 1, ..Counts::default() });
    assert_eq!(platform.count("power_bill").await, 2);
}

#[tokio::test]
async fn a_batch_with_more_than_five_percent_wrong_is_held_and_can_be_sent_again() {
    let platform = Platform::with_register().await;
    let mut rows: Vec<String> = (1..=20).map(|meter| power_row(A, &format!("m{meter}"), "2026-08")).collect();
    rows[0] = rows[0].replace("120.50", "x");
    let receipt = platform.deliver("power-1", "power", "power_bill", 1, &rows).await;
    assert_eq!(receipt.state, BatchState::Committed, "5 % is not more than 5 %");
    rows[1] = rows[1].replace("120.50", "y");
    let rows: Vec<String> = rows.iter().map(|row| row.replace("2026-08", "2026-07")).collect();
    let receipt = platform.deliver("power-2", "power", "power_bill", 2, &rows).await;
    assert_eq!((receipt.state, receipt.reason.as_deref()), (BatchState::Held, Some("too_many_wrong")));
    assert_eq!(receipt.counts, Counts { rows: 20, quarantined: 2, held: 18, ..Counts::default() });
    assert_eq!(platform.count("power_bill").await, 19, "nothing of a held batch is taken");
    let mended: Vec<String> =
        rows.iter().map(|row| row.replace(",x,", ",120.50,").replace(",y,", ",120.50,")).collect();
    let receipt = platform.deliver("power-3", "power", "power_bill", 2, &mended).await;
    assert_eq!(receipt.state, BatchState::Committed);
    assert_eq!(platform.count("power_bill").await, 39);
}

#[tokio::test]
async fn mended_rows_come_back_and_leave_the_quarantine() {
    let platform = Platform::with_register().await;
    let mut rows: Vec<String> = (1..=40).map(|meter| power_row(A, &format!("m{meter}"), "2026-08")).collect();
    rows[3] = rows[3].replace("120.50", "12O.50");
    platform.deliver("power-1", "power", "power_bill", 1, &rows).await;
    assert_eq!(platform.ingest.list_quarantine(None, 10).await.unwrap().len(), 1);
    let rejected = platform.folder.join("ingest/receipts/power-1/rejected.csv");
    let mended = std::fs::read_to_string(&rejected).unwrap().replace("12O.50", "120.50");
    let path = platform.folder.join("mended.csv");
    std::fs::write(&path, mended).unwrap();
    let receipt = platform.ingest.resubmit(&path, &unit::operator()).await.unwrap();
    assert_eq!((receipt.state, receipt.counts.accepted), (BatchState::Committed, 1));
    assert_eq!(platform.count("power_bill").await, 40);
    assert!(platform.ingest.list_quarantine(None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_row_about_nobody_waits_and_does_not_count_as_wrong() {
    let platform = Platform::with_register().await;
    let rows = [power_row(B, "m1", "2026-08"), power_row(A, "m2", "2026-08")];
    let receipt = platform.deliver("power-1", "power", "power_bill", 1, &rows).await;
    assert_eq!(receipt.state, BatchState::Committed);
    assert_eq!((receipt.counts.accepted, receipt.counts.unmatched, receipt.counts.quarantined), (1, 1, 0));
    assert_eq!(receipt.faults[0].rule, "subject_unknown");
}

#[tokio::test]
async fn chinese_in_gb18030_is_read_as_chinese() {
    let platform = Platform::with_register().await;
    let rows = [power_row(A, "m1", "2026-08")];
    let receipt = platform.deliver_gb18030("power-1", "power", "power_bill", 1, &rows).await;
    assert_eq!(receipt.state, BatchState::Committed);
    let supplier = platform.lake.sql("select supplier from power_bill").await.unwrap();
    assert_eq!(supplier[0].text("supplier").as_deref(), Some("国网重庆"));
}

#[tokio::test]
async fn a_file_that_cannot_be_trusted_is_turned_away_whole_with_its_reason() {
    let platform = Platform::with_register().await;
    let rows = [power_row(A, "m1", "2026-08"), power_row(A, "m2", "2026-08")];
    let cases: [(&str, Rule, unit::Damage); 9] = [
        ("unknown-item", Rule::ItemUnknown, unit::Damage::Item("no_such_item")),
        ("other-unit", Rule::UnitMismatch, unit::Damage::Unit("sw")),
        ("digest", Rule::DigestMismatch, unit::Damage::Digest),
        ("no-file", Rule::FileMissing, unit::Damage::NoFile),
        ("cut", Rule::DigestMismatch, unit::Damage::Cut),
        ("encoding", Rule::EncodingWrong, unit::Damage::Encoding),
        ("header", Rule::HeaderWrong, unit::Damage::Header),
        ("rows", Rule::RowCount, unit::Damage::Rows),
        ("gap", Rule::SequenceGap, unit::Damage::Sequence),
    ];
    platform.deliver("power-1", "power", "power_bill", 1, &[power_row(A, "m0", "2026-08")]).await;
    for (name, rule, damage) in cases {
        let receipt = platform.deliver_damaged(name, &rows, damage).await;
        assert_eq!(receipt.state, BatchState::Rejected, "{name}");
        assert_eq!(receipt.reason.as_deref(), Some(rule.id()), "{name}");
        assert!(receipt.reason_zh.is_some() && receipt.remedy_en.is_some(), "{name}");
        assert_eq!(platform.count("power_bill").await, 1, "{name}: nothing was taken");
    }
}

#[tokio::test]
async fn a_batch_that_came_too_early_is_taken_when_its_turn_has_come() {
    let platform = Platform::with_register().await;
    let row = |meter: &str| [power_row(A, meter, "2026-08")];
    platform.deliver("power-1", "power", "power_bill", 1, &row("m1")).await;
    let early = platform.deliver("power-3", "power", "power_bill", 3, &row("m3")).await;
    assert_eq!(early.reason.as_deref(), Some("sequence_gap"));
    platform.deliver("power-2", "power", "power_bill", 2, &row("m2")).await;
    let again = platform.deliver("power-3", "power", "power_bill", 3, &row("m3")).await;
    assert_eq!((again.state, again.counts.accepted), (BatchState::Committed, 1));
}

#[tokio::test]
async fn a_manifest_that_cannot_be_read_is_answered_too() {
    let platform = Platform::with_register().await;
    let folder = platform.folder.join("drops/broken");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("manifest.json"), "{ \"batch_id\": ").unwrap();
    let deliveries = platform.ingest.find(&[folder]).unwrap();
    let receipt = platform.ingest.take(&deliveries[0], &unit::operator()).await.unwrap();
    assert_eq!(receipt.reason.as_deref(), Some("manifest_invalid"));
}

#[tokio::test]
async fn a_broken_archive_is_answered_and_does_not_keep_the_others_out() {
    let platform = Platform::with_register().await;
    let folder = platform.folder.join("drops/mixed");
    std::fs::create_dir_all(folder.join("good")).unwrap();
    std::fs::write(folder.join("good/manifest.json"), "{}").unwrap();
    std::fs::write(folder.join("power.zip"), b"PK\x03\x04 cut off").unwrap();
    let deliveries = platform.ingest.find(std::slice::from_ref(&folder)).unwrap();
    let mut reasons = Vec::new();
    for delivery in &deliveries {
        reasons.push(platform.ingest.take(delivery, &unit::operator()).await.unwrap().reason.unwrap());
    }
    reasons.sort();
    assert_eq!(reasons, ["archive_broken", "manifest_invalid"]);
    let alone = platform.ingest.find(&[folder.join("power.zip")]);
    assert!(alone.unwrap_err().is_about_archive(), "alone it is told at once");
}

#[tokio::test]
async fn a_batch_id_is_never_used_for_other_content() {
    let platform = Platform::with_register().await;
    platform.deliver("power-1", "power", "power_bill", 1, &[power_row(A, "m1", "2026-08")]).await;
    let receipt =
        platform.deliver("power-1", "power", "power_bill", 2, &[power_row(A, "m2", "2026-08")]).await;
    assert_eq!(receipt.reason.as_deref(), Some("batch_id_reused"));
    let kept = platform.ingest.get_batch("power-1").await.unwrap();
    assert_eq!(kept.state, BatchState::Committed, "the first batch keeps its record");
}

#[tokio::test]
async fn each_kind_of_wrong_row_is_named_by_its_rule() {
    let platform = Platform::with_register().await;
    let good = power_row(A, "m0", "2026-08");
    let cases = [
        (good.replace(A, "91500102MAC8YUW23X"), "uscc_check_digit"),
        (good.replace(A, "91500102MAC8YUW2"), "uscc_format"),
        (good.replace("国网重庆", ""), "required_missing"),
        (good.replace("general_commercial", "nuclear"), "code_unknown"),
        (good.replace("120.50", "-1.00"), "below_minimum"),
        (good.replace("2026-08-25", "2026-02-30"), "date_invalid"),
        (good.replace("2026-08-20", "2027-08-20"), "date_in_future"),
        (good.replace("2026-08", "2027-01"), "date_in_future"),
        (good.replace("upsert", "delete"), "op_unknown"),
        (good.replace("2026-09-05T08:00:00+08:00", "yesterday"), "instant_invalid"),
        (good.replace("2026-09-05T", "2027-09-05T"), "date_in_future"),
        (format!("{good},more"), "columns_wrong"),
        (good.replace("m0", "m1"), "duplicate_key"),
        (good.replace("m0", "m\u{7}"), "text_invalid"),
    ];
    let mut rows: Vec<String> =
        (1..=300).map(|meter| power_row(A, &format!("m{meter}"), "2026-08")).collect();
    rows.extend(cases.iter().map(|(row, _)| row.clone()));
    let receipt = platform.deliver("power-1", "power", "power_bill", 1, &rows).await;
    assert_eq!(receipt.state, BatchState::Committed);
    let told: Vec<&str> = receipt.faults.iter().map(|fault| fault.rule.as_str()).collect();
    let wanted: Vec<&str> = cases.iter().map(|(_, rule)| *rule).collect();
    assert_eq!(told, wanted);
    assert_eq!(receipt.counts.accepted, 300, "no good row was harmed");
}

#[tokio::test]
async fn only_the_registers_own_batches_make_a_subject_known() {
    let platform = Platform::empty().await;
    let receipt =
        platform.deliver("power-1", "power", "power_bill", 1, &[power_row(A, "m1", "2026-08")]).await;
    assert_eq!(receipt.counts.unmatched, 1);
    platform.deliver("scjg-1", "scjg", "ent_registration", 1, &[REGISTERED.to_owned()]).await;
    let rejected = platform.folder.join("ingest/receipts/power-1/rejected.csv");
    let receipt = platform.ingest.resubmit(&rejected, &unit::operator()).await.unwrap();
    assert_eq!(receipt.counts.accepted, 1, "once registered, the waiting row is taken");
}

#[tokio::test]
async fn of_more_wrong_rows_than_a_receipt_lists_none_is_taken_for_mended() {
    let platform = Platform::empty().await;
    let rows: Vec<String> =
        (0..=FAULTS_LISTED_MAX).map(|meter| power_row(A, &format!("m{meter}"), "2026-08")).collect();
    let receipt = platform.deliver("power-1", "power", "power_bill", 1, &rows).await;
    assert_eq!(receipt.counts.unmatched, rows.len() as u64);
    let rejected = platform.folder.join("ingest/receipts/power-1/rejected.csv");
    let again = platform.ingest.resubmit(&rejected, &unit::operator()).await.unwrap();
    assert_eq!(again.counts.unmatched, rows.len() as u64, "still nobody knows the subject");
    let waiting = platform.ingest.list_quarantine(Some("power-1"), u32::MAX).await.unwrap();
    assert!(waiting.iter().all(|row| row.state == "unmatched"), "none has left the quarantine");
}
