//! Use cases: build vectors, ask every bank's model for one subject, look a decision up, make it again.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jq_base::clock::date_of;
use jq_base::ids::{BankId, DecisionId, SubjectKey};
use jq_base::permit::Permit;
use jq_db::audit::AuditLine;
use jq_db::{Db, fresh_id, fresh_token};
use jq_lake::{Lake, LakeSession, Scope};

use crate::build::{Built, build};
use crate::content::Flows;
use crate::error::DecisionError;
use crate::feature::{DECLARED, FeatureSet};
use crate::flow::{CompiledFlow, evaluate};
use crate::model::Decision;
use crate::query::LakeQuery;
use crate::store::{self, StoredDecision};
use crate::vector::Vector;

/// Vectors written in one transaction at most, so that others can write between.
const VECTORS_PER_COMMIT: usize = 1_000;

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
            Self::Bank(bank) => flow.about().bank_id == bank.as_str(),
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
    db: Db,
    lake: Lake,
    flows: Arc<Flows>,
}

impl Decisions {
    /// Puts the parts together.
    pub fn new(db: Db, lake: Lake, flows: Flows) -> Self {
        Self { db, lake, flows: Arc::new(flows) }
    }

    /// The flows of all banks.
    pub fn flows(&self) -> &[CompiledFlow] {
        self.flows.list()
    }

    /// The features.
    pub fn features(&self) -> &FeatureSet {
        self.flows.features()
    }

    /// The catalogue items that the features are computed from: what a permit for pre-credit should cover.
    pub fn items(&self) -> Vec<String> {
        let sources = self.features().features().iter().flat_map(|feature| &feature.sources);
        let items: BTreeSet<String> = sources.filter(|item| *item != DECLARED).cloned().collect();
        items.into_iter().collect()
    }

    /// Asks every flow about the permit's subject, as of today, and puts the answers on record together.
    pub async fn prequal(&self, permit: &Permit) -> Result<Vec<StoredDecision>, DecisionError> {
        self.run(permit, AskedBy::Subject).await
    }

    /// Asks the flows of one bank, for that bank, about the subject of its permit. The subject's own last run stays
    /// what it was.
    pub async fn prequal_for(
        &self,
        bank: &BankId,
        permit: &Permit,
    ) -> Result<Vec<StoredDecision>, DecisionError> {
        self.run(permit, AskedBy::Bank(bank)).await
    }

    /// The flows of one bank.
    pub fn flows_of<'a>(&'a self, bank: &'a BankId) -> impl Iterator<Item = &'a CompiledFlow> {
        self.flows.list().iter().filter(|flow| flow.about().bank_id == bank.as_str())
    }

    async fn run(
        &self,
        permit: &Permit,
        asked_by: AskedBy<'_>,
    ) -> Result<Vec<StoredDecision>, DecisionError> {
        let now = self.db.clock().now();
        let as_of = date_of(now);
        let vector = self.permitted_vector(permit, as_of).await?;
        let run_id = fresh_token(now);
        let decisions: Vec<StoredDecision> = self
            .flows
            .list()
            .iter()
            .filter(|flow| asked_by.asks(flow))
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
        self.record(permit, asked_by, &decisions).await?;
        Ok(decisions)
    }

    /// Writes the answers of one run and the audit line in one transaction.
    async fn record(
        &self,
        permit: &Permit,
        asked_by: AskedBy<'_>,
        decisions: &[StoredDecision],
    ) -> Result<(), DecisionError> {
        let mut tx = self.db.begin().await?;
        let mut digest = jq_base::sm3::Hasher::new();
        for one in decisions {
            digest.update(serde_json::to_string(&one.decision)?.as_bytes());
            store::insert_decision(&mut tx, one, asked_by.word()).await?;
        }
        let answers: Vec<String> = decisions
            .iter()
            .map(|one| format!("{}={}", one.decision.flow_id, one.decision.outcome.code()))
            .collect();
        tx.audit(
            AuditLine::new(permit.reader(), asked_by.role(), "decision.prequal")
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
        let lake_version = self.lake_version().await?;
        let kept = store::find_vector(&self.db, subject, as_of, set.version(), &lake_version).await?;
        let allows = |item: &str| permit.allows(subject, item);
        if let Some(kept) = kept {
            return Ok(kept.limited_to(set, allows));
        }
        let query = LakeQuery::new(&self.lake, Scope::Subjects(vec![subject.clone()]));
        let asked = [subject.clone()];
        let built = build(&query, set, &asked, true, as_of, &lake_version, allows).await?;
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
        let lake_version = self.lake_version().await?;
        build(&query, self.features(), asked, only, as_of, &lake_version, |_| true).await
    }

    /// Builds and keeps today's vectors of the subjects that a batch touched; how many.
    pub async fn rebuild_touched(&self, subjects: Vec<SubjectKey>) -> Result<usize, DecisionError> {
        let today = self.db.clock().today();
        let vectors = self.vectors(Scope::Subjects(subjects), today).await?;
        self.keep(&vectors).await?;
        Ok(vectors.len())
    }

    /// Keeps vectors for later reads.
    pub async fn keep(&self, vectors: &Built) -> Result<(), DecisionError> {
        let mut left = vectors.iter().peekable();
        while left.peek().is_some() {
            let mut tx = self.db.begin().await?;
            for vector in left.by_ref().take(VECTORS_PER_COMMIT) {
                store::save_vector(&mut tx, &vector).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// The answers of the subject's own last run; empty when it never asked.
    pub async fn last_prequal(&self, subject: &SubjectKey) -> Result<Vec<StoredDecision>, DecisionError> {
        store::last_run(&self.db, subject).await
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

    /// Makes a decision again from what it rested on: the same flow version gives the same bytes.
    pub fn replay(&self, stored: &StoredDecision) -> Result<Decision, DecisionError> {
        let made = &stored.decision;
        match self.flows.find(&made.flow_id) {
            Some(flow) if flow.version() == made.flow_version => {
                Ok(evaluate(flow, &stored.vector, stored.as_of))
            }
            flow => Err(DecisionError::OtherVersion {
                flow: made.flow_id.clone(),
                loaded: flow.map(|flow| flow.version().to_owned()).unwrap_or_default(),
                made_by: made.flow_version.clone(),
            }),
        }
    }

    async fn lake_version(&self) -> Result<String, DecisionError> {
        Ok(self.lake.version().await.map_err(DecisionError::LakeVersion)?.to_string())
    }
}
