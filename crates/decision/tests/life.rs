//! The life of a flow: drafted, tried, proposed, put into service by a second person, watched, taken back, retired.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod town;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use jq_base::clock::Clock;
use jq_base::ids::{PermitId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_base::sign::{Sign, SignError, SignatureCheck};
use jq_base::sm3;
use jq_db::{Db, sql};
use jq_decision::flow::Stage;
use jq_decision::life::{
    BankDecision, LifeError, Package, PastApplication, Steward, TrialState, Verdict, VersionAct, VersionState,
};
use jq_decision::{Decisions, Flows, Outcome, StoredDecision, evaluate_fast};
use jq_lake::Scope;
use town::{Store, Town, store, town};

const FLOW: &str = "bank01_scorecard";

/// A platform's key, as far as these tests need one.
struct Key;

impl Sign for Key {
    fn sign(&self, message: &[u8]) -> Result<String, SignError> {
        Ok(sm3::keyed_hex(b"the platform's", message))
    }

    fn check(&self, message: &[u8], signature: &str) -> Result<SignatureCheck, SignError> {
        let genuine = SignatureCheck::Genuine { key_id: "k1".to_owned(), algorithm: "test".to_owned() };
        Ok(if self.sign(message)? == signature { genuine } else { SignatureCheck::Forged })
    }
}

struct Desk {
    town: Town,
    clock: Clock,
    db: Db,
    decisions: Decisions,
    _store: Store,
}

impl Desk {
    async fn new(name: &str) -> Self {
        let name = format!("life-{name}");
        let noon: Timestamp = "2026-11-10T12:00:00+08:00".parse().unwrap();
        let clock = Clock::fixed(noon);
        let store = store(&name, clock.clone()).await;
        let db = store.db.clone();
        let town = town(&name).await;
        let decisions = process(&db, &town);
        Self { town, clock, db, decisions, _store: store }
    }

    /// The flow as it serves, with another cap and another name of the version.
    fn text(&self, version: &str, cap_yuan: u32) -> String {
        let text = self.decisions.flows().text(FLOW).unwrap().to_owned();
        let text = text.replace("version = \"2026.10\"", &format!("version = \"{version}\""));
        text.replace("cap_yuan = 3000000", &format!("cap_yuan = {cap_yuan}"))
    }

    async fn serve(&self, text: &str) -> jq_decision::life::FlowVersion {
        let draft = self.decisions.draft_flow(&admin(), text).await.unwrap();
        self.decisions.try_flow(&draft.version_id, &self.applications()).await.unwrap().unwrap();
        self.decisions.propose_flow(&admin(), &draft.version_id).await.unwrap();
        self.decisions.approve_flow(&approver(), &draft.version_id).await.unwrap()
    }

    /// Two months of applications of the town's firms, all granted but those of the first.
    fn applications(&self) -> Vec<PastApplication> {
        let firms = self.town.subjects.iter().filter(|subject| subject.as_str().len() == 18);
        let of_one = |(at, subject): (usize, &SubjectKey)| {
            let granted = at > 0;
            let one = move |month: i8, subject: SubjectKey| PastApplication {
                subject,
                applied_on: date(2026, month, 15),
                granted,
                bad: granted.then_some(at == 1),
                district: Some("500116".to_owned()),
                industry: Some("3311".to_owned()),
                first_loan: at % 2 == 0,
            };
            (9..=10).map(|month| one(month, subject.clone())).collect::<Vec<_>>()
        };
        firms.enumerate().flat_map(of_one).collect()
    }

    async fn ask(&self, subject: &SubjectKey) -> Vec<StoredDecision> {
        self.decisions.prequal(&self.permit(subject)).await.unwrap()
    }

    fn permit(&self, subject: &SubjectKey) -> Permit {
        Permit::issue(
            PermitId::parse("permit-1").unwrap(),
            "firm:account-1",
            Purpose::Prequal,
            subject.clone(),
            self.decisions.items().into_iter().collect::<BTreeSet<_>>(),
            self.clock.now(),
            "own-request",
        )
    }

    /// To how many applications the flow in service says yes, with all features of each.
    async fn yes_by_whole_vectors(&self) -> u32 {
        let (flows, applications) = (self.decisions.flows(), self.applications());
        let months: BTreeSet<_> = applications.iter().map(|one| one.applied_on.first_of_month()).collect();
        let mut yes = 0;
        for month in months {
            let scope = Scope::Subjects(self.town.subjects.clone());
            let built = self.decisions.vectors(scope, month).await.unwrap();
            for application in applications.iter().filter(|one| one.applied_on.first_of_month() == month) {
                let Some(vector) = built.find(&application.subject) else { continue };
                let quick = evaluate_fast(flows.find(FLOW).unwrap(), &vector, month);
                yes += u32::from(quick.outcome == Outcome::Can);
            }
        }
        yes
    }

    async fn match_products(&self, subject: &SubjectKey) -> Vec<StoredDecision> {
        self.decisions.matching(&self.permit(subject)).await.unwrap();
        self.decisions.last_of(Stage::Matching, subject).await.unwrap()
    }

    async fn answer(&self, subject: &SubjectKey) -> StoredDecision {
        let answers = self.ask(subject).await;
        answers.into_iter().find(|one| one.decision.flow_id == FLOW).unwrap()
    }
}

/// Another process over the same store.
fn process(db: &Db, town: &Town) -> Decisions {
    Decisions::new(db.clone(), town.lake.clone(), Flows::embedded().unwrap()).with_signer(Arc::new(Key))
}

fn steward(login: &str, bank: &str) -> Steward {
    Steward { login: login.to_owned(), role: "bank_admin".to_owned(), bank_id: bank.to_owned() }
}

fn admin() -> Steward {
    steward("admin@bank01", "bank01")
}

fn approver() -> Steward {
    steward("approver@bank01", "bank01")
}

#[tokio::test]
async fn a_version_goes_into_service_by_two_people_after_a_trial_and_every_process_serves_it() {
    let desk = Desk::new("service").await;
    let other = process(&desk.db, &desk.town);
    let before = desk.answer(&desk.town.subjects[0]).await;
    let matched = desk.match_products(&desk.town.subjects[0]).await;

    let draft = desk.decisions.draft_flow(&admin(), &desk.text("2026.12", 2_900_000)).await.unwrap();
    assert_eq!(draft.state, VersionState::Draft);
    let untried = desk.decisions.propose_flow(&admin(), &draft.version_id).await;
    assert!(matches!(untried, Err(LifeError::NotTried)), "{untried:?}");

    desk.decisions.ask_trial(&admin(), &draft.version_id).await.unwrap();
    let asked = desk.decisions.find_version(&admin(), &draft.version_id).await.unwrap();
    assert!(matches!(asked.trial, TrialState::Asked(_)));
    let report = desk.decisions.try_flow(&draft.version_id, &desk.applications()).await.unwrap().unwrap();
    assert_eq!(report.against, Some(before.decision.flow_version.clone()));
    assert_eq!(report.applications, 18);
    let whole = desk.yes_by_whole_vectors().await;
    assert_eq!(report.before.unwrap().can, whole, "features that no flow looks at are not computed");
    let told = report.version.all() + report.unknown;
    assert_eq!(told, 18, "every application is in the report");
    assert_eq!((report.gains, report.loses), (0, 0), "a lower cap says yes to the same firms");
    assert!(report.version.limit_fen_median <= Some(290_000_000));

    desk.decisions.propose_flow(&admin(), &draft.version_id).await.unwrap();
    let same = desk.decisions.approve_flow(&admin(), &draft.version_id).await;
    assert!(matches!(same, Err(LifeError::SamePerson)), "{same:?}");
    let stranger = desk.decisions.approve_flow(&steward("admin@bank02", "bank02"), &draft.version_id).await;
    assert!(
        matches!(stranger, Err(LifeError::NotFound)),
        "another bank may not even know of it: {stranger:?}"
    );
    assert_eq!(desk.answer(&desk.town.subjects[0]).await.decision, before.decision, "nothing serves yet");

    let serving = desk.decisions.approve_flow(&approver(), &draft.version_id).await.unwrap();
    assert_eq!(serving.state, VersionState::Serving);
    let again = desk.decisions.approve_flow(&approver(), &draft.version_id).await;
    assert!(matches!(again, Err(LifeError::NotAllowed { .. })), "{again:?}");
    let after = desk.answer(&desk.town.subjects[0]).await;
    assert_eq!(after.decision.flow_version, serving.version, "every decision names its version");
    let elsewhere = other.current_flows().await.unwrap();
    assert_eq!(
        elsewhere.find(FLOW).unwrap().version(),
        serving.version,
        "without being told or started again"
    );

    // Answers can be made again by the version that gave each, also those of a flow that asks the changed one.
    let asking = matched.iter().find(|one| one.decision.flow_id == "platform_match_credit").unwrap();
    for one in [&before, &after, asking] {
        let again = other.replay(one).await.unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&one.decision).unwrap());
    }
    let acts: Vec<VersionAct> =
        desk.decisions.list_steps(FLOW).await.unwrap().iter().rev().map(|step| step.act).collect();
    assert_eq!(acts, [VersionAct::Draft, VersionAct::Try, VersionAct::Propose, VersionAct::Approve]);
    let lines = sql("select action from audit_line where action like 'decision.flow.%' order by action");
    let lines = desk.db.fetch_all(lines).await.unwrap();
    assert_eq!(lines.len(), 5, "the four acts and the reading of the trial");
}

#[tokio::test]
async fn what_does_not_check_is_refused_with_file_line_and_reason_and_nothing_changes() {
    let desk = Desk::new("checks").await;
    let refused = async |text: &str| desk.decisions.draft_flow(&admin(), text).await.unwrap_err();
    let whole = |error: &LifeError| {
        let mut text = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        text
    };
    let good = desk.text("2026.12", 2_900_000);
    let unknown = good.replace("feature = \"months_in_business\"", "feature = \"months_in_busyness\"");
    let said = whole(&refused(&unknown).await);
    assert!(said.contains("draft.toml:") && said.contains("months_in_busyness"), "{said}");
    let torn = refused("id = \"bank01_scorecard\"\nbank = {").await;
    assert!(whole(&torn).contains("draft.toml:"), "{torn:?}");
    let case = good.replace("outcome = \"cannot\"", "outcome = \"can\"");
    assert!(matches!(refused(&case).await, LifeError::Case(_)));
    let no_case = &good[..good.find("[[case]]").unwrap()];
    assert!(matches!(refused(no_case).await, LifeError::NoCase));
    let stolen = steward("admin@bank02", "bank02");
    let other = desk.decisions.draft_flow(&stolen, &good).await.unwrap_err();
    assert!(matches!(&other, LifeError::OtherBank { of } if of == "bank01"), "{other:?}");
    let renamed = good.replace("id = \"bank01\"", "id = \"bank02\"");
    let other = desk.decisions.draft_flow(&stolen, &renamed).await.unwrap_err();
    assert!(matches!(other, LifeError::OtherBank { .. }), "a flow does not change hands: {other:?}");
    let same = desk.decisions.flows().text(FLOW).unwrap().to_owned();
    assert!(matches!(refused(&same).await, LifeError::Same(_)));
    desk.decisions.draft_flow(&admin(), &good).await.unwrap();
    assert!(matches!(refused(&good).await, LifeError::Same(_)), "the same draft twice is one");
    assert!(desk.decisions.serving_version(FLOW).await.unwrap().is_none());
}

#[tokio::test]
async fn a_version_taken_back_gives_way_to_the_one_before_and_then_to_the_shipped_one() {
    let desk = Desk::new("back").await;
    let shipped = desk.decisions.flows().find(FLOW).unwrap().version().to_owned();
    let first = desk.serve(&desk.text("2026.12", 2_900_000)).await;
    let second = desk.serve(&desk.text("2027.01", 2_800_000)).await;
    let state = async |id| desk.decisions.find_version(&admin(), id).await.unwrap().state;
    assert_eq!(second.follows.as_ref(), Some(&first.version_id));
    assert_eq!(state(&first.version_id).await, VersionState::Replaced);
    let silent = desk.decisions.fall_back_flow(&admin(), &second.version_id, "  ").await;
    assert!(matches!(silent, Err(LifeError::Note)), "{silent:?}");
    desk.decisions.fall_back_flow(&admin(), &second.version_id, "limits too high").await.unwrap();
    assert_eq!(state(&second.version_id).await, VersionState::FallenBack);
    assert_eq!(state(&first.version_id).await, VersionState::Serving);
    assert_eq!(desk.answer(&desk.town.subjects[1]).await.decision.flow_version, first.version);
    desk.decisions.fall_back_flow(&admin(), &first.version_id, "to begin anew").await.unwrap();
    assert_eq!(desk.answer(&desk.town.subjects[1]).await.decision.flow_version, shipped);
}

#[tokio::test]
async fn a_retired_flow_answers_nobody_and_two_people_bring_it_back() {
    let desk = Desk::new("retired").await;
    let asked = desk.ask(&desk.town.subjects[0]).await.len();
    let needed = desk.decisions.retire_flow(&admin(), FLOW, "the product ends").await;
    assert!(matches!(needed, Err(LifeError::Content(_))), "another flow asks it: {needed:?}");
    let (flow, own) = ("bank06_orders_table", steward("admin@bank06", "bank06"));
    let other = desk.decisions.retire_flow(&admin(), flow, "envy").await;
    assert!(matches!(other, Err(LifeError::NoFlow(_))), "{other:?}");
    desk.decisions.retire_flow(&own, flow, "the product ends").await.unwrap();
    assert_eq!(desk.ask(&desk.town.subjects[0]).await.len(), asked - 1);
    assert_eq!(desk.decisions.list_retired(&own).await.unwrap(), [flow]);
    let shipped = desk.decisions.flow_text(&own, flow).await.unwrap().unwrap();
    let draft = desk.decisions.draft_flow(&own, &shipped).await.unwrap();
    desk.decisions.try_flow(&draft.version_id, &desk.applications()).await.unwrap().unwrap();
    desk.decisions.propose_flow(&own, &draft.version_id).await.unwrap();
    desk.decisions.approve_flow(&steward("approver@bank06", "bank06"), &draft.version_id).await.unwrap();
    assert_eq!(desk.ask(&desk.town.subjects[0]).await.len(), asked);
    assert!(desk.decisions.list_retired(&own).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_text_changed_in_the_store_is_not_served_and_what_served_before_serves_on() {
    let desk = Desk::new("tampered").await;
    let serving = desk.serve(&desk.text("2026.12", 2_900_000)).await;
    let package = Package::of(&serving).unwrap();
    assert!(matches!(package.check(&Key).unwrap(), SignatureCheck::Genuine { .. }));
    let swapped = Package { approved_by: "somebody@bank01".to_owned(), ..package };
    assert_eq!(swapped.check(&Key).unwrap(), SignatureCheck::Forged);
    assert_eq!(desk.decisions.current_flows().await.unwrap().find(FLOW).unwrap().version(), serving.version);

    let mut tx = desk.db.begin().await.unwrap();
    let change =
        "update decision_flow_version set text = replace(text, 'cap_yuan = 2900000', 'cap_yuan = 9000000')";
    tx.execute(sql(change)).await.unwrap();
    tx.set_setting("decision.flows", "somebody says so").await.unwrap();
    tx.commit().await.unwrap();
    let running = desk.decisions.current_flows().await.unwrap();
    assert_eq!(running.find(FLOW).unwrap().version(), serving.version, "this process keeps what it has");
    assert_eq!(desk.decisions.faults().len(), 1);
    let fresh = process(&desk.db, &desk.town);
    let flows = fresh.current_flows().await.unwrap();
    let shipped = Flows::embedded().unwrap();
    assert_eq!(flows.find(FLOW).unwrap().version(), shipped.find(FLOW).unwrap().version());
    assert!(fresh.faults()[0].contains("signature"), "{:?}", fresh.faults());
}

/// Answers as subjects would get them, put into the store by hand: `count` of that outcome.
async fn answered(desk: &Desk, version: &str, count: usize, outcome: &str, limit_fen: Option<i64>) {
    let mut tx = desk.db.begin().await.unwrap();
    for at in 0..count {
        let query = sql("insert into decision_result
                 (decision_id, run_id, subject_key, flow_id, flow_version, feature_version, lake_version, as_of,
                  outcome, limit_fen, vector, decision, permit_id, created_at, asked_by, stage)
             values ($1, $1, $2, $3, $4, '', '', '2026-11-11', $5, $6, '', '', '', $7, 'subject', 'pre_credit')");
        let query = query.bind(format!("{outcome}-{at}")).bind(desk.town.subjects[at % 9].as_str());
        let query = query.bind(FLOW).bind(version).bind(outcome).bind(limit_fen).bind(desk.clock.now());
        tx.execute(query).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_version_that_goes_astray_is_taken_back_by_itself() {
    let desk = Desk::new("astray").await;
    let shipped = desk.decisions.flows().find(FLOW).unwrap().version().to_owned();
    let serving = desk.serve(&desk.text("2026.12", 2_900_000)).await;
    desk.clock.advance(SignedDuration::from_hours(30));
    let trial = serving.trial.report().unwrap();
    let mostly_no = trial.version.can * 2 < trial.version.all();
    let (outcome, limit) = if mostly_no { ("can", Some(5_000_000)) } else { ("cannot", None) };

    answered(&desk, &serving.version, 40, outcome, limit).await;
    let few = desk.decisions.watch_flows(&[]).await.unwrap();
    assert_eq!(few[0].verdict, Verdict::TooFew, "{few:?}");
    assert_eq!(few[0].answers, 40);
    assert_eq!(desk.decisions.last_watch(FLOW).await.unwrap().as_ref(), few.first());

    let mut tx = desk.db.begin().await.unwrap();
    tx.execute(sql("delete from decision_result")).await.unwrap();
    tx.commit().await.unwrap();
    answered(&desk, &serving.version, 300, outcome, limit).await;
    let many = desk.decisions.watch_flows(&[]).await.unwrap();
    assert_eq!(many[0].verdict, Verdict::Jumped, "{many:?}");
    let gone = desk.decisions.find_version(&admin(), &serving.version_id).await.unwrap();
    assert_eq!(gone.state, VersionState::FallenBack);
    assert_eq!(desk.answer(&desk.town.subjects[0]).await.decision.flow_version, shipped);
    let step = &desk.decisions.list_steps(FLOW).await.unwrap()[0];
    assert_eq!((step.act, step.actor.as_str()), (VersionAct::FallBack, "system"));
    assert!(step.note.contains("jumped: 300 answers"), "{}", step.note);
    let told =
        desk.db.fetch_all(sql("select kind from outbox_event where kind = 'decision.flow.fallen_back'"));
    assert_eq!(told.await.unwrap().len(), 1);
    assert!(desk.decisions.watch_flows(&[]).await.unwrap().is_empty(), "nothing is left to watch");
}

#[tokio::test]
async fn a_bank_that_decides_otherwise_again_and_again_has_the_version_taken_back() {
    let desk = Desk::new("override").await;
    let serving = desk.serve(&desk.text("2026.12", 2_900_000)).await;
    desk.clock.advance(SignedDuration::from_hours(1));
    answered(&desk, &serving.version, 9, "can", Some(5_000_000)).await;
    desk.clock.advance(SignedDuration::from_hours(48));
    let decided = |granted: usize| -> Vec<BankDecision> {
        let one = |at: usize| BankDecision {
            subject: desk.town.subjects[at % 9].clone(),
            flow_id: FLOW.to_owned(),
            at: desk.clock.now(),
            granted: at < granted,
        };
        (0..45).map(one).collect()
    };
    let agreed = desk.decisions.watch_flows(&decided(40)).await.unwrap();
    assert_eq!((agreed[0].overrides.decided, agreed[0].overrides.against), (45, 5));
    assert_eq!(agreed[0].verdict, Verdict::TooFew, "few answers, but the bank agrees");
    let refused = desk.decisions.watch_flows(&decided(10)).await.unwrap();
    assert_eq!(refused[0].verdict, Verdict::Overridden, "{refused:?}");
    assert!(desk.decisions.serving_version(FLOW).await.unwrap().is_none());
}
