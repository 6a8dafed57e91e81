//! Asking the banks' models: what is not granted is not seen, answers are on record, and a decision can be made again.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod town;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jq_base::clock::Clock;
use jq_base::ids::{PermitId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::permit::{Permit, Purpose};
use jq_db::{Db, sql};
use jq_decision::flow::Stage;
use jq_decision::view::PrequalView;
use jq_decision::{CaughtUp, CompiledFlow, Decisions, Flows, Outcome};
use jq_lake::Scope;
use town::{Store, Town, store, town, town_without};

fn noon() -> Timestamp {
    "2026-11-10T12:00:00+08:00".parse().unwrap()
}

fn permit(subject: &SubjectKey, items: impl IntoIterator<Item = String>) -> Permit {
    Permit::issue(
        PermitId::parse("permit-1").unwrap(),
        "firm:account-1",
        Purpose::Prequal,
        subject.clone(),
        items.into_iter().collect::<BTreeSet<_>>(),
        noon(),
        "own-request",
    )
}

struct Desk {
    town: Town,
    db: Db,
    decisions: Decisions,
    _store: Store,
}

async fn desk(name: &str) -> Desk {
    desk_in(name, town(name).await).await
}

async fn desk_in(name: &str, town: Town) -> Desk {
    let store = store(name, Clock::fixed(noon())).await;
    let db = store.db.clone();
    let decisions = Decisions::new(db.clone(), town.lake.clone(), Flows::embedded().unwrap());
    Desk { town, db, decisions, _store: store }
}

#[tokio::test]
async fn every_bank_answers_and_the_answers_are_on_record() {
    let desk = desk("answers").await;
    let subject = &desk.town.subjects[0];
    let asked = desk.decisions.prequal(&permit(subject, desk.decisions.items())).await.unwrap();
    let stage = |flow: &&CompiledFlow| flow.about().stage == Stage::PreCredit;
    assert_eq!(asked.len(), desk.decisions.flows().list().iter().filter(stage).count());
    let last = desk.decisions.last_prequal(subject).await.unwrap();
    assert_eq!(last.len(), asked.len());
    for one in &last {
        assert!(asked.contains(one));
        assert_eq!(desk.decisions.get_decision(&one.decision_id).await.unwrap(), *one);
    }
    let lines =
        desk.db.fetch_all(sql("select action from audit_line where action = 'decision.prequal'")).await;
    assert_eq!(lines.unwrap().len(), 1);
    let farm = last.iter().find(|one| one.decision.flow_id == "bank03_farm").unwrap();
    assert_eq!(farm.decision.outcome, Outcome::NotApplicable);
}

#[tokio::test]
async fn a_decision_made_again_is_the_same_to_the_byte() {
    let desk = desk("replay").await;
    for subject in &desk.town.subjects {
        desk.decisions.prequal(&permit(subject, desk.decisions.items())).await.unwrap();
        for one in desk.decisions.last_prequal(subject).await.unwrap() {
            let again = desk.decisions.replay(&one).await.unwrap();
            assert_eq!(
                serde_json::to_string(&again).unwrap(),
                serde_json::to_string(&one.decision).unwrap(),
                "{} of {subject}",
                one.decision.flow_id
            );
        }
    }
}

#[tokio::test]
async fn a_kept_vector_and_a_fresh_one_give_the_same_answer() {
    let desk = desk("kept").await;
    let subject = &desk.town.subjects[1];
    let granted: Vec<String> =
        desk.decisions.items().into_iter().filter(|item| item != "power_bill").collect();
    let fresh = desk.decisions.prequal(&permit(subject, granted.clone())).await.unwrap();
    let kept = desk.decisions.catch_up().await.unwrap();
    assert!(kept.whole_city);
    assert_eq!(kept.vectors, desk.town.subjects.len());
    let kept = desk.decisions.prequal(&permit(subject, granted)).await.unwrap();
    for (fresh, kept) in fresh.iter().zip(&kept) {
        assert_eq!(fresh.vector, kept.vector);
        assert_eq!(fresh.decision, kept.decision);
        assert!(kept.vector.withheld.contains("power_bill"));
    }
}

/// The values as they are computed anew of one subject alone.
async fn anew(desk: &Desk, subject: &SubjectKey) -> Vec<Option<f64>> {
    let scope = Scope::Subjects(vec![subject.clone()]);
    let built = desk.decisions.vectors(scope, noon().to_zoned(TimeZone::UTC).date()).await.unwrap();
    built.find(subject).unwrap().values
}

#[tokio::test]
async fn after_a_batch_exactly_the_touched_are_kept_anew() {
    let desk = desk("touched").await;
    let [firm, other] = [0, 1].map(|at| desk.town.subjects[at].clone());
    desk.decisions.catch_up().await.unwrap();
    assert_eq!(desk.decisions.catch_up().await.unwrap(), CaughtUp::default(), "nothing came");
    let before = anew(&desk, &firm).await;
    desk.town.deliver_more("tax_payment", "three", std::slice::from_ref(&firm)).await;
    desk.town.deliver_more("power_bill", "three", std::slice::from_ref(&firm)).await;
    let now = anew(&desk, &firm).await;
    assert_ne!(before, now, "the batch says something new");
    // Nobody has caught up yet, and still nothing old is answered.
    for subject in &desk.town.subjects {
        let asked = desk.decisions.prequal(&permit(subject, desk.decisions.items())).await.unwrap();
        assert_eq!(asked[0].vector.values, anew(&desk, subject).await, "{subject}");
    }
    let done = desk.decisions.catch_up().await.unwrap();
    assert!(!done.whole_city);
    assert_eq!((done.vectors, done.touched), (1, [firm.clone()].into()));
    assert_eq!(done.items, ["tax_payment", "power_bill"].map(str::to_owned).into());
    // Compaction puts rows elsewhere and touches nobody.
    desk.town.lake.compact("tax_payment").await.unwrap();
    assert_eq!(desk.decisions.catch_up().await.unwrap(), CaughtUp::default());
    for subject in [firm, other] {
        let asked = desk.decisions.prequal(&permit(&subject, desk.decisions.items())).await.unwrap();
        assert_eq!(asked[0].vector.values, anew(&desk, &subject).await, "{subject}");
    }
}

#[tokio::test]
async fn a_source_that_connects_says_something_about_everybody() {
    let desk = desk_in("connects", town_without("connects", &["judgment_debtor"]).await).await;
    desk.decisions.catch_up().await.unwrap();
    let quiet = desk.town.subjects[2].clone();
    let asked = desk.decisions.prequal(&permit(&quiet, desk.decisions.items())).await.unwrap();
    assert!(asked[0].vector.unconnected.contains("judgment_debtor"));
    desk.town.deliver_more("judgment_debtor", "first", &[desk.town.subjects[0].clone()]).await;
    let asked = desk.decisions.prequal(&permit(&quiet, desk.decisions.items())).await.unwrap();
    assert!(!asked[0].vector.unconnected.contains("judgment_debtor"));
    assert!(desk.decisions.catch_up().await.unwrap().whole_city);
}

#[tokio::test]
async fn the_view_shows_the_best_answer_first_and_no_score() {
    let desk = desk("view").await;
    for subject in &desk.town.subjects {
        let asked = desk.decisions.prequal(&permit(subject, desk.decisions.items())).await.unwrap();
        for lang in [Lang::Zh, Lang::En] {
            let view = PrequalView::new("山城五金厂", &asked, desk.decisions.flows().list(), lang);
            assert_eq!(view.answers.len(), asked.len());
            let limits: Vec<i64> = view.answers.iter().filter_map(|answer| answer.limit_fen).collect();
            assert!(limits.is_sorted_by(|a, b| a >= b));
            // A flow may be called a scorecard; its points are what is never shown.
            let shown = serde_json::to_string(&view).unwrap().replace("bank01_scorecard", "");
            assert!(!shown.contains("score") && !shown.contains("multiplier"));
        }
    }
}
