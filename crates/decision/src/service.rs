//! Use cases: build vectors, ask every bank's model for one subject, look a decision up, make it again.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jq_base::clock::date_of;
use jq_base::ids::{BankId, DecisionId, SubjectKey};
use jq_base::permit::Permit;
use jq_base::sign::Sign;
use jq_db::audit::AuditLine;
use jq_db::{Db, fresh_id, fresh_token};
use jq_lake::{Lake, LakeSession, Scope};

use crate::build::{Asking, Built, build};
use crate::content::{Content, Flows};
use crate::error::DecisionError;
use crate::feature::{DECLARED, FeatureSet};
use crate::flow::{CompiledFlow, Stage, evaluate};
use crate::life::{self, Serving};
use crate::model::Decision;
use crate::query::LakeQuery;
use crate::store::{self, StoredDecision};
use crate::vector::Vector;

/// Who wants to know.
#[derive(Clone, Copy)]
enum AskedBy<'a> {
    /// The subject, from every bank.
    Subject,
    /// A bank, from its own models.
    Bank(&'a BankId),
}

impl AskedBy<'_> {
    fn asks(self, flow: &CompiledFlow) -> bool {
        match self {
            Self::Subject => true,
            // Kinds of products are the platform's own, whoever asks about them.
            Self::Bank(bank) => {
                flow.about().bank_id == bank.as_str() || flow.about().stage == Stage::Matching
            }
        }
    }

    /// The word kept with each answer.
    fn word(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Bank(_) => "bank",
        }
    }

    fn role(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Bank(_) => "client",
        }
    }

    fn institution(&self) -> &str {
        match self {
            Self::Subject => "",
            Self::Bank(bank) => bank.as_str(),
        }
    }
}

/// The banks' models over the lake and the business store; clones share everything.
#[derive(Clone)]
pub struct Decisions {
    pub(crate) db: Db,
    pub(crate) lake: Lake,
    pub(crate) serving: Serving,
}

impl Decisions {
    /// Puts the parts together.
    pub fn new(db: Db, lake: Lake, flows: Flows) -> Self {
        Self { db, lake, serving: Serving::new(flows) }
    }

    /// The same with the platform's signature under each version that is put into service. Without it none can be, and
    /// none that was serves.
    #[must_use]
    pub fn with_signer(self, signer: Arc<dyn Sign>) -> Self {
        Self { serving: self.serving.with_signer(signer), ..self }
    }

    /// The flows that serve, as this process last saw them.
    pub fn flows(&self) -> Arc<Flows> {
        self.serving.last()
    }

    /// The flows that serve now.
    pub async fn current_flows(&self) -> Result<Arc<Flows>, DecisionError> {
        Ok(self.serving.current(&self.db).await?)
    }

    /// What was put into service and could not be loaded, a sentence each; what served before serves on.
    pub fn faults(&self) -> Arc<Vec<String>> {
        self.serving.faults()
    }

    /// Everything that flows are compiled against, with the models and what is said of each.
    pub fn content(&self) -> &Content {
        self.serving.shipped().content()
    }

    /// The features.
    pub fn features(&self) -> &FeatureSet {
        self.serving.shipped().features()
    }

    /// The catalogue items that the features are computed from: what a permit for pre-credit should cover.
    pub fn items(&self) -> Vec<String> {
        let sources = self.features().features().iter().flat_map(|feature| &feature.sources);
        let items: BTreeSet<String> = sources.filter(|item| *item != DECLARED).cloned().collect();
        items.into_iter().collect()
    }

    /// Asks every flow about the permit's subject, as of today, and puts the answers on record together.
    pub async fn prequal(&self, permit: &Permit) -> Result<Vec<StoredDecision>, DecisionError> {
        self.run(Stage::PreCredit, permit, AskedBy::Subject).await
    }

    /// Asks the flows of one bank, for that bank, about the subject of its permit. The subject's own last run stays
    /// what it was.
    pub async fn prequal_for(
        &self,
        bank: &BankId,
        permit: &Permit,
    ) -> Result<Vec<StoredDecision>, DecisionError> {
        self.run(Stage::PreCredit, permit, AskedBy::Bank(bank)).await
    }

    /// Whether the subject may apply at all: the platform's flows for admission, and those of the products.
    pub async fn admission(
        &self,
        permit: &Permit,
        product_ids: &[&str],
    ) -> Result<Vec<StoredDecision>, DecisionError> {
        let wanted = |flow: &CompiledFlow| product_ids.iter().any(|id| flow.about().is_for(id));
        self.run_some(Stage::Admission, permit, AskedBy::Subject, wanted).await
    }

    /// How well the products fit the subject, best first; those it may not have are left out.
    pub async fn matching(&self, permit: &Permit) -> Result<Vec<StoredDecision>, DecisionError> {
        Ok(ranked(self.run(Stage::Matching, permit, AskedBy::Subject).await?))
    }

    /// The same for a bank about the subject of its permit.
    pub async fn matching_for(
        &self,
        bank: &BankId,
        permit: &Permit,
    ) -> Result<Vec<StoredDecision>, DecisionError> {
        Ok(ranked(self.run(Stage::Matching, permit, AskedBy::Bank(bank)).await?))
    }

    /// How well the products fitted the subject when it last asked, best first.
    pub async fn last_matching(&self, subject: &SubjectKey) -> Result<Vec<StoredDecision>, DecisionError> {
        Ok(ranked(self.last_of(Stage::Matching, subject).await?))
    }

    /// Whether a loan of this product may be renewed and for how much, by the bank's own flows.
    pub async fn renewal_for(
        &self,
        bank: &BankId,
        product_id: &str,
        permit: &Permit,
    ) -> Result<Vec<StoredDecision>, DecisionError> {
        let wanted = |flow: &CompiledFlow| flow.about().is_for(product_id);
        self.run_some(Stage::Renewal, permit, AskedBy::Bank(bank), wanted).await
    }

    /// True when the bank has a flow for pre-credit.
    pub fn answers_for(&self, bank: &BankId) -> bool {
        let own = |flow: &CompiledFlow| {
            flow.about().bank_id == bank.as_str() && flow.about().stage == Stage::PreCredit
        };
        self.flows().list().iter().any(own)
    }

    /// Whether these items are all that some flow looks at which would speak of a subject to the bank: one of its own
    /// for pre-credit, or where it has none one of the platform's for matching.
    pub fn can_speak(&self, bank: &BankId, items: &BTreeSet<String>) -> bool {
        let own = self.answers_for(bank);
        let speaks = |flow: &&CompiledFlow| match flow.about().stage {
            Stage::PreCredit => own && flow.about().bank_id == bank.as_str(),
            Stage::Matching => !own,
            Stage::Admission | Stage::Renewal => false,
        };
        let opened = |flow: &CompiledFlow| {
            let mut sources = flow.inputs_in(self.features()).flat_map(|feature| &feature.sources);
            sources.all(|item| item == DECLARED || items.contains(item))
        };
        self.flows().list().iter().filter(speaks).any(opened)
    }

    async fn run(
        &self,
        stage: Stage,
        permit: &Permit,
        asked_by: AskedBy<'_>,
    ) -> Result<Vec<StoredDecision>, DecisionError> {
        self.run_some(stage, permit, asked_by, |_| true).await
    }

    async fn run_some(
        &self,
        stage: Stage,
        permit: &Permit,
        asked_by: AskedBy<'_>,
        wanted: impl Fn(&CompiledFlow) -> bool,
    ) -> Result<Vec<StoredDecision>, DecisionError> {
        let now = self.db.clock().now();
        let as_of = date_of(now);
        let flows = self.current_flows().await?;
        let vector = self.permitted_vector(permit, as_of).await?;
        let run_id = fresh_token(now);
        let decisions: Vec<StoredDecision> = flows
            .answering(stage, permit.subject())
            .into_iter()
            .filter(|flow| asked_by.asks(flow) && wanted(flow))
            .map(|flow| StoredDecision {
                decision_id: fresh_id(now),
                run_id: run_id.clone(),
                subject: permit.subject().clone(),
                as_of,
                created_at: now,
                permit_id: permit.id().clone(),
                decision: evaluate(flow, &vector, as_of),
                vector: vector.clone(),
            })
            .collect();
        self.record(stage, permit, asked_by, &decisions).await?;
        Ok(decisions)
    }

    /// Writes the answers of one run and the audit line in one transaction.
    async fn record(
        &self,
        stage: Stage,
        permit: &Permit,
        asked_by: AskedBy<'_>,
        decisions: &[StoredDecision],
    ) -> Result<(), DecisionError> {
        let mut tx = self.db.begin().await?;
        let mut digest = jq_base::sm3::Hasher::new();
        if let Some(one) = decisions.first() {
            store::insert_input(&mut tx, &one.run_id, &one.vector).await?;
        }
        for one in decisions {
            digest.update(serde_json::to_string(&one.decision)?.as_bytes());
            store::insert_decision(&mut tx, one, stage, asked_by.word()).await?;
        }
        let answers: Vec<String> = decisions
            .iter()
            .map(|one| format!("{}={}", one.decision.flow_id, one.decision.outcome.code()))
            .collect();
        tx.audit(
            AuditLine::new(permit.reader(), asked_by.role(), action(stage))
                .institution(asked_by.institution())
                .subject(permit.subject().as_str())
                .items(permit.items().iter().cloned())
                .permit(permit.purpose().code(), permit.id().as_str())
                .detail(serde_json::json!({ "answers": answers }))
                .result_hash(digest.finish_hex()),
        );
        tx.commit().await?;
        Ok(())
    }

    /// The vector of the permit's subject with nothing in it that the permit does not cover.
    async fn permitted_vector(&self, permit: &Permit, as_of: Date) -> Result<Vector, DecisionError> {
        let (subject, set) = (permit.subject(), self.features());
        let allows = |item: &str| permit.allows(subject, item);
        if let Some(kept) = self.kept_vector(subject, as_of, &allows).await? {
            return Ok(kept.limited_to(set, allows));
        }
        let query = LakeQuery::new(&self.lake, Scope::Subjects(vec![subject.clone()]));
        let lake_version = self.lake_version().await?;
        let subjects = std::slice::from_ref(subject);
        let asking = Asking { set, subjects, only: true, as_of, lake_version: &lake_version, items: None };
        let built = build(&query, asking, allows).await?;
        let empty = || Vector::empty(set, subject.clone(), as_of, &lake_version);
        Ok(built.find(subject).unwrap_or_else(empty).limited_to(set, allows))
    }

    /// Builds the vectors of these subjects, or of the whole city, as of a day; they are returned, not kept.
    pub async fn vectors(&self, scope: Scope, as_of: Date) -> Result<Built, DecisionError> {
        let (asked, only) = match &scope {
            Scope::All => (Vec::new(), false),
            Scope::Subjects(subjects) => (subjects.clone(), true),
        };
        self.vectors_of(LakeQuery::new(&self.lake, scope), &asked, only, as_of).await
    }

    /// Builds the vectors of the whole city as [`Self::vectors`] does, asking in this session, which may have its
    /// questions answered elsewhere.
    pub async fn vectors_in(&self, session: LakeSession, as_of: Date) -> Result<Built, DecisionError> {
        self.vectors_of(LakeQuery::in_session(&self.lake, session), &[], false, as_of).await
    }

    async fn vectors_of(
        &self,
        query: LakeQuery,
        asked: &[SubjectKey],
        only: bool,
        as_of: Date,
    ) -> Result<Built, DecisionError> {
        let (set, lake_version) = (self.features(), self.lake_version().await?);
        let asking = Asking { set, subjects: asked, only, as_of, lake_version: &lake_version, items: None };
        build(&query, asking, |_| true).await
    }

    /// The catalogue items that the flows of a stage look at, for whoever is to permit them.
    pub fn items_of(&self, stage: Stage) -> Vec<String> {
        let serving = self.flows();
        let flows = serving.list().iter().filter(|flow| flow.about().stage == stage);
        let features = flows.flat_map(|flow| flow.inputs_in(self.features()));
        let sources = features.flat_map(|feature| &feature.sources).filter(|item| *item != DECLARED);
        let items: BTreeSet<String> = sources.cloned().collect();
        items.into_iter().collect()
    }

    /// The answers of the subject's own last run of a stage; empty when it never asked.
    pub async fn last_of(
        &self,
        stage: Stage,
        subject: &SubjectKey,
    ) -> Result<Vec<StoredDecision>, DecisionError> {
        store::last_run(&self.db, subject, stage).await
    }

    /// The answers of the subject's own last run; empty when it never asked.
    pub async fn last_prequal(&self, subject: &SubjectKey) -> Result<Vec<StoredDecision>, DecisionError> {
        store::last_run(&self.db, subject, Stage::PreCredit).await
    }

    /// One decision.
    pub async fn get_decision(&self, id: &DecisionId) -> Result<StoredDecision, DecisionError> {
        store::find_decision(&self.db, id).await?.ok_or_else(|| DecisionError::NotFound(id.clone()))
    }

    /// Decisions of a subject, newest first.
    pub async fn list_decisions(
        &self,
        subject: &SubjectKey,
        limit: u32,
    ) -> Result<Vec<StoredDecision>, DecisionError> {
        store::list_decisions(&self.db, subject, limit).await
    }

    /// Makes a decision again from what it rested on, by the same version of its flow, which may serve no more: the
    /// same bytes come out.
    pub async fn replay(&self, stored: &StoredDecision) -> Result<Decision, DecisionError> {
        let (made, flows) = (&stored.decision, self.current_flows().await?);
        let again = |flow: &CompiledFlow| evaluate(flow, &stored.vector, stored.as_of);
        let is_same = |flow: &&CompiledFlow| flow.version() == made.flow_version;
        if let Some(flow) = flows.find(&made.flow_id).filter(is_same) {
            return Ok(again(flow));
        }
        let former = life::former(&self.db, &flows, &made.flow_id, &made.flow_version).await?;
        match former.as_ref().and_then(|former| former.find(&made.flow_id)) {
            Some(flow) => Ok(again(flow)),
            None => Err(DecisionError::OtherVersion {
                flow: made.flow_id.clone(),
                loaded: flows.find(&made.flow_id).map(|flow| flow.version().to_owned()).unwrap_or_default(),
                made_by: made.flow_version.clone(),
            }),
        }
    }

    pub(crate) async fn lake_version(&self) -> Result<String, DecisionError> {
        Ok(self.lake.version().await.map_err(DecisionError::LakeVersion)?.to_string())
    }
}

/// The word on the audit line of a run.
fn action(stage: Stage) -> &'static str {
    match stage {
        Stage::Admission => "decision.admission",
        Stage::PreCredit => "decision.prequal",
        Stage::Matching => "decision.matching",
        Stage::Renewal => "decision.renewal",
    }
}

/// The answers that have a rank, best first.
fn ranked(mut answers: Vec<StoredDecision>) -> Vec<StoredDecision> {
    answers.retain(|one| one.decision.rank.is_some());
    let rank = |one: &StoredDecision| one.decision.rank.unwrap_or_default();
    answers.sort_by(|one, other| rank(other).total_cmp(&rank(one)));
    answers
}
