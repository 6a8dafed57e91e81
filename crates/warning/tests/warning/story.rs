//! A batch brings an enforcement case against a borrower, and the lending bank is warned.

use jiff::civil::date;
use jq_base::ids::SubjectKey;
use jq_decision::CaughtUp;
use jq_testkit::each_database;
use jq_warning::{Level, WarningState, look};

use super::lake::Value;
use super::people::Town;
use super::watch::Watch;

fn neighbour() -> SubjectKey {
    SubjectKey::parse("91500107MA7TEX0100").unwrap()
}

fn case(amount_fen: i64) -> [(&'static str, Value); 5] {
    [
        ("filed_on", Value::On(date(2026, 11, 2))),
        ("execution_amount", Value::Fen(amount_fen)),
        ("unperformed_amount", Value::Fen(amount_fen)),
        ("state", Value::Text("open")),
        ("closed_on", Value::Nothing),
    ]
}

/// The firm is in the register; courts have delivered, about somebody else.
async fn with_records(watch: &Watch<'_>) {
    let firm = watch.subject().clone();
    watch.lake.deliver("ent_registration", "reg-1", &firm, &[("status", Value::Text("active"))]).await;
    watch.lake.deliver("ent_registration", "reg-2", &neighbour(), &[("status", Value::Text("active"))]).await;
    watch.lake.deliver("judgment_debtor", "court-1", &neighbour(), &case(100)).await;
    watch.lake.deliver("dishonest_debtor", "list-1", &neighbour(), &[]).await;
}

#[tokio::test]
async fn a_batch_with_an_enforcement_warns_the_lending_bank_once() {
    each_database(async |test| {
        let watch = Watch::new(Town::new(test).await);
        with_records(&watch).await;
        watch.decisions.catch_up().await.unwrap();
        let (order, _) = watch.lend().await;
        let grant = watch.allow(&[]).await;
        watch.work().await;
        assert!(watch.ledger().await.is_empty(), "what is known when a loan begins raises nothing");
        assert!(watch.town.events("consent.read").await.is_empty(), "and is no reading");
        look(&watch.warnings, &CaughtUp::default()).await.unwrap();

        let firm = watch.subject().clone();
        watch.lake.deliver("judgment_debtor", "court-2", &firm, &case(8_000_000)).await;
        let done = watch.decisions.catch_up().await.unwrap();
        assert!(!done.whole_city && done.touched.contains(&firm), "{done:?}");
        assert_eq!(look(&watch.warnings, &done).await.unwrap().raised, 1);
        assert_eq!(look(&watch.warnings, &done).await.unwrap().raised, 0, "done twice, warned once");

        let warned = watch.list("bank01").await;
        let [warning] = warned.as_slice() else { panic!("{warned:?}") };
        assert_eq!((warning.model.as_str(), warning.level), ("new_enforcement", Level::Red));
        assert_eq!((warning.rise, warning.state, warning.quiet), (1, WarningState::Open, false));
        assert_eq!(warning.officer.as_deref(), order.officer.as_deref());
        assert_eq!(warning.told.facts[0].value, Some(1.0));
        assert!(warning.arrived.contains("judgment_debtor"));
        assert!(watch.list("bank02").await.is_empty(), "no other bank knows");
        let told = watch.town.events("warning.raised").await;
        assert_eq!(told.len(), 1);
        let said = told[0].payload.to_string();
        assert!(!said.contains("enforcement") && !said.contains("执行"), "{said}");
        let permits = jq_consent::list_permits(&test.db, &firm, 10).await.unwrap();
        assert!(permits.iter().any(|one| one.permit_id == warning.permit_id), "the firm sees the look");

        watch.withdraw(&grant).await;
        watch.work().await;
        assert!(watch.list("bank01").await.is_empty(), "what a withdrawn consent had opened is not shown");
        assert_eq!(watch.ledger().await[0].state, WarningState::Ended);
        assert_eq!(watch.town.events("warning.ended").await.len(), 1);
        watch.lake.deliver("dishonest_debtor", "list-2", &firm, &[("removed_on", Value::Nothing)]).await;
        let done = watch.decisions.catch_up().await.unwrap();
        assert_eq!(look(&watch.warnings, &done).await.unwrap().raised, 0, "nobody is warned any more");
        assert!(watch.town.events("consent.read_refused").await.is_empty(), "and nobody asked in vain");
    })
    .await;
}
