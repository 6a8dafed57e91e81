//! Officers mark warnings, and a model that is mostly wrong goes quiet.

use jiff::SignedDuration;
use jiff::civil::date;
use jq_testkit::{TestDb, each_database};
use jq_warning::{Mark, TrackRecord, WarningError, WarningState, Warnings};

use super::people::Town;
use super::watch::{Folder, Watch};

const NONE: (&str, f64) = ("open_execution_count", 0.0);
const ONE: (&str, f64) = ("open_execution_count", 1.0);

/// The shipped model, quiet after so many marked warnings of which fewer than half are right.
fn hasty(test: &TestDb, version: &str) -> Folder {
    let folder = std::env::temp_dir().join(format!("jq-warning-{}", jq_db::fresh_token(test.clock.now())));
    write(&folder, version);
    Folder(folder)
}

fn write(folder: &std::path::Path, version: &str) {
    let shipped = include_str!("../../../../decisions/warnings/new_enforcement.toml");
    let text = shipped
        .replace("quiet_after = 20", "quiet_after = 2")
        .replace("quiet_below = 0.3", "quiet_below = 0.5");
    let text = text.replace("version = \"2026.11\"", &format!("version = \"{version}\""));
    assert_ne!(text, shipped);
    let inner = folder.join("decisions/warnings");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::write(inner.join("new_enforcement.toml"), text).unwrap();
}

async fn record(warnings: &Warnings, test: &TestDb) -> TrackRecord {
    let records = warnings.records(None, test.clock.now()).await.unwrap();
    records.into_iter().find(|record| record.model == "new_enforcement").unwrap()
}

#[tokio::test]
async fn a_model_that_is_mostly_wrong_goes_quiet_until_it_is_changed() {
    each_database(async |test| {
        let watch = Watch::new(Town::new(test).await);
        let folder = hasty(test, "a");
        let warnings = watch.warnings.clone().over(folder.0.clone()).unwrap();
        let (_, loan) = watch.lend().await;
        watch.allow(&["new_enforcement"]).await;
        let rise = async || {
            watch.look_with(&warnings, &loan, &[NONE]).await;
            let looked = watch.look_with(&warnings, &loan, &[ONE]).await;
            assert_eq!(looked.raised, 1);
            watch.ledger().await.into_iter().max_by_key(|warning| warning.rise).unwrap()
        };
        watch.look_with(&warnings, &loan, &[NONE]).await;
        for _ in 0..2 {
            let warning = rise().await;
            assert!(!warning.quiet);
            watch.mark(&warning, Mark::Wrong).await.unwrap();
        }
        let told = watch.town.events("warning.raised").await.len();
        assert!(record(&warnings, test).await.quiet);
        let silent = rise().await;
        assert!(silent.quiet, "it stands in the ledger");
        assert_eq!(watch.town.events("warning.raised").await.len(), told, "and nobody is told");
        watch.mark(&silent, Mark::Right).await.unwrap();
        assert!(record(&warnings, test).await.quiet, "one of three is right");
        let next = rise().await;
        watch.mark(&next, Mark::Right).await.unwrap();
        let recovered = record(&warnings, test).await;
        assert!(!recovered.quiet);
        assert_eq!((recovered.raised, recovered.precision_permille()), (4, Some(500)));
        let wrong_again = watch.mark(&next, Mark::Wrong).await.unwrap();
        assert_eq!(wrong_again.state, WarningState::Wrong);
        assert!(record(&warnings, test).await.quiet);
        write(&folder.0, "b");
        warnings.reload().unwrap();
        assert!(!record(&warnings, test).await.quiet, "another version begins anew");
        std::fs::write(folder.0.join("decisions/warnings/new_enforcement.toml"), "id = 1").unwrap();
        assert!(warnings.reload().unwrap_err().to_string().contains("new_enforcement.toml:1"));
        assert_eq!(warnings.models().find("new_enforcement").unwrap().version, "b", "the running set stays");
    })
    .await;
}

#[tokio::test]
async fn a_mark_is_of_the_bank_and_stays_on_record() {
    each_database(async |test| {
        let watch = Watch::new(Town::new(test).await);
        let (_, loan) = watch.lend().await;
        watch.allow(&["new_enforcement"]).await;
        watch.look(&loan, &[NONE]).await;
        watch.look(&loan, &[ONE]).await;
        let warning = watch.list("bank01").await.remove(0);
        let stranger = super::watch::seer("bank02");
        let other = jq_warning::find(&test.db, &stranger, &warning.warning_id).await;
        assert!(matches!(other, Err(WarningError::NotFound)));
        let seen = watch.mark(&warning, Mark::Seen).await.unwrap();
        assert_eq!((seen.state, seen.seen_by.as_deref()), (WarningState::Seen, Some("officer@bank01")));
        let right = watch.mark(&warning, Mark::Right).await.unwrap();
        assert_eq!((right.state, right.note.as_str()), (WarningState::Right, "已核实"));
        let again = watch.mark(&warning, Mark::Right).await.unwrap();
        assert_eq!(again.marked_at, right.marked_at, "the same mark changes nothing");
        let back = watch.mark(&warning, Mark::Seen).await;
        assert!(matches!(back, Err(WarningError::NotAllowed { .. })));
        assert_eq!(watch.town.events("warning.marked").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_lead_is_counted_to_the_day_on_which_the_loan_was_late() {
    each_database(async |test| {
        let watch = Watch::new(Town::new(test).await);
        let (order, loan) = watch.lend().await;
        watch.allow(&["new_enforcement"]).await;
        watch.look(&loan, &[NONE]).await;
        watch.look(&loan, &[ONE]).await;
        let plan = watch.town.lending.loans(&test.db, &order.order_id).await.unwrap().remove(0);
        let due_on = plan.instalments[0].instalment.due_on;
        let days = i64::from(date(2026, 11, 10).until(due_on).unwrap().get_days()) + 1;
        test.advance(SignedDuration::from_hours(24 * days));
        watch.town.lending.sweep_now(test.clock.now()).await.unwrap();
        watch.work().await;
        let warning = watch.ledger().await.remove(0);
        assert_eq!(warning.lead_days(), Some(days));
        let record = record(&watch.warnings, test).await;
        assert_eq!((record.failed, record.lead_days), (1, Some(days)));
        let elsewhere = super::people::bank("bank02");
        let other = watch.warnings.records(Some(&elsewhere), test.clock.now()).await.unwrap();
        assert!(other.iter().all(|record| record.raised == 0));
    })
    .await;
}
