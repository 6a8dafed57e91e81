//! Use cases: hand a draft in, try it, propose it, put it into service, take it back, retire a flow; and look at all that.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jq_base::ids::{FlowVersionId, SubjectKey};
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Tx, fresh_id};
use jq_lake::Scope;
use serde::Deserialize;
use serde_json::json;

use super::model::{
    FlowStep, FlowVersion, LifeError, NOTE_CHARS_MAX, Steward, TEXT_BYTES_MAX, TrialState, VersionAct,
    VersionState,
};
use super::package::Package;
use super::store;
use super::trial::{self, PastApplication, TrialReport, Tried};
use crate::build::{Asking, build};
use crate::content::{self, ContentError, Flows};
use crate::flow::{CompiledFlow, FlowError, Quick, evaluate_fast};
use crate::query::LakeQuery;
use crate::service::Decisions;

/// Versions on a page.
const VERSIONS_MAX: u32 = 100;
/// The file that faults of a draft are named by.
const DRAFT: &str = "draft.toml";
/// By which feature the size of a firm is told.
const HEADCOUNT: &str = "si_headcount_latest";
/// The event that asks for a trial.
pub(super) const TRIAL_ASKED: &str = "decision.flow.trial_asked";

/// What a flow file says of itself.
#[derive(Deserialize)]
struct Named {
    id: String,
    bank: NamedBank,
}

#[derive(Deserialize)]
struct NamedBank {
    id: String,
}

impl Decisions {
    /// Hands a draft in: the text of a flow, new or in place of the one with its id. It has to check together with the
    /// flows in service, and its cases have to hold.
    pub async fn draft_flow(&self, by: &Steward, text: &str) -> Result<FlowVersion, LifeError> {
        let flow = self.check_draft(by, text).await?;
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let draft = FlowVersion {
            version_id: fresh_id(now),
            flow_id: flow.id().to_owned(),
            version: flow.version().to_owned(),
            bank_id: by.bank_id.clone(),
            text: text.to_owned(),
            state: VersionState::Draft,
            drafted_by: by.login.clone(),
            drafted_at: now,
            proposed_by: None,
            proposed_at: None,
            approved_by: None,
            approved_at: None,
            signature: None,
            follows: None,
            trial: TrialState::None,
            ended_at: None,
        };
        store::insert(&mut tx, &draft).await?;
        note(&mut tx, &draft.flow_id, Some(&draft), VersionAct::Draft, by, "").await?;
        tx.commit().await?;
        Ok(draft)
    }

    /// The flow of a text that may become a draft.
    async fn check_draft(&self, by: &Steward, text: &str) -> Result<CompiledFlow, LifeError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(LifeError::TooLong(text.len()));
        }
        let flows = self.serving.current(&self.db).await?;
        let named: Named = content::parse(DRAFT, text).map_err(|error| LifeError::Content(error.into()))?;
        let owner = self.owner(&flows, &named.id).await?.unwrap_or_else(|| named.bank.id.clone());
        if let Some(other) = [owner, named.bank.id].into_iter().find(|bank| *bank != by.bank_id) {
            return Err(LifeError::OtherBank { of: other });
        }
        let flow = together(&flows, &named.id, text)?;
        let waiting = store::list_of_flow(&self.db, flow.id(), VERSIONS_MAX).await?;
        let waiting = waiting.iter().filter(|one| one.state.after(VersionAct::Reject).is_ok());
        let known = waiting.map(|one| one.version.as_str());
        let serving = flows.find(flow.id()).map(CompiledFlow::version);
        if known.chain(serving).any(|version| version == flow.version()) {
            return Err(LifeError::Same(flow.version().to_owned()));
        }
        if flow.cases().is_empty() {
            return Err(LifeError::NoCase);
        }
        for case in flow.cases() {
            case.run(&flow, self.features()).map_err(LifeError::Case)?;
        }
        Ok(flow)
    }

    /// Whose flow it is, among those that serve, are shipped, or were ever drafted.
    async fn owner(&self, flows: &Flows, flow_id: &str) -> Result<Option<String>, LifeError> {
        let known = flows.find(flow_id).or_else(|| self.serving.shipped().find(flow_id));
        if let Some(flow) = known {
            return Ok(Some(flow.about().bank_id.clone()));
        }
        let drafted = store::list_of_flow(&self.db, flow_id, 1).await?;
        Ok(drafted.into_iter().next().map(|version| version.bank_id))
    }

    /// Asks for a trial of a draft; whoever listens for `decision.flow.trial_asked` does it.
    pub async fn ask_trial(&self, by: &Steward, id: &FlowVersionId) -> Result<(), LifeError> {
        let mut tx = self.db.begin().await?;
        let version = self.own(&mut tx, by, id).await?;
        version.state.after(VersionAct::Try)?;
        if !matches!(version.trial, TrialState::Asked(_)) {
            store::save_trial(&mut tx, id, "asked", None).await?;
            note(&mut tx, &version.flow_id, Some(&version), VersionAct::Try, by, "").await?;
            tx.emit(Event::new(TRIAL_ASKED, &version.flow_id, payload(&version, by)));
        }
        Ok(tx.commit().await?)
    }

    /// Tries a draft on past applications and keeps the report: as known on the first of the month of each application.
    pub async fn try_flow(
        &self,
        id: &FlowVersionId,
        applications: &[PastApplication],
    ) -> Result<Option<TrialReport>, LifeError> {
        let version = store::find(&self.db, id).await?.ok_or(LifeError::NotFound)?;
        version.state.after(VersionAct::Try)?;
        let flows = self.serving.current(&self.db).await?;
        let flow = together(&flows, &version.flow_id, &version.text)?;
        // A challenger is tried against its champion.
        let before = flow.about().trial.as_ref().map_or(version.flow_id.as_str(), |trial| &trial.of);
        let report = self.tried(&flow, flows.find(before), applications).await?;
        let mut tx = self.db.begin().await?;
        match &report {
            Some(report) => {
                store::save_trial(&mut tx, id, "done", Some(&serde_json::to_string(report)?)).await?;
            }
            None => store::save_trial(&mut tx, id, "failed", Some(NO_APPLICATIONS)).await?,
        }
        let items = self.items_behind(flow.inputs().iter().copied());
        let detail = json!({ "flow": version.flow_id, "version": version.version,
            "applications": applications.len() });
        tx.audit(AuditLine::new("system", "system", "decision.flow.tried").items(items).detail(detail));
        tx.commit().await?;
        Ok(report)
    }

    /// Notes that a trial could not be done.
    pub async fn fail_trial(&self, id: &FlowVersionId, why: &str) -> Result<(), LifeError> {
        let mut tx = self.db.begin().await?;
        store::save_trial(&mut tx, id, "failed", Some(why)).await?;
        Ok(tx.commit().await?)
    }

    async fn tried(
        &self,
        flow: &CompiledFlow,
        before: Option<&CompiledFlow>,
        applications: &[PastApplication],
    ) -> Result<Option<TrialReport>, LifeError> {
        let mut by_month: BTreeMap<Date, Vec<&PastApplication>> = BTreeMap::new();
        for application in applications {
            by_month.entry(application.applied_on.first_of_month()).or_default().push(application);
        }
        let headcount = self.features().position(HEADCOUNT);
        let looked_at = [Some(flow), before].into_iter().flatten().flat_map(CompiledFlow::inputs);
        let items = self.items_behind(looked_at.copied().chain(headcount));
        let lake_version = self.lake_version().await.map_err(|error| LifeError::Vectors(Box::new(error)))?;
        let (mut tried, mut unknown) = (Vec::new(), 0);
        for (month, applications) in by_month {
            let subjects: BTreeSet<SubjectKey> =
                applications.iter().map(|application| application.subject.clone()).collect();
            let subjects: Vec<SubjectKey> = subjects.into_iter().collect();
            let query = LakeQuery::new(&self.lake, Scope::Subjects(subjects.clone()));
            let (set, lake_version) = (self.features(), lake_version.as_str());
            let (subjects, items) = (subjects.as_slice(), Some(&items));
            let asking = Asking { set, subjects, only: true, as_of: month, lake_version, items };
            let built = build(&query, asking, |_| true).await;
            let built = built.map_err(|error| LifeError::Vectors(Box::new(error)))?;
            for application in applications {
                let Some(vector) = built.find(&application.subject) else {
                    unknown += 1;
                    continue;
                };
                let answer = |flow: &CompiledFlow| -> Quick { evaluate_fast(flow, &vector, month) };
                tried.push(Tried {
                    application,
                    headcount: headcount.and_then(|at| vector.values[at]),
                    version: answer(flow),
                    before: before.map(answer),
                });
            }
        }
        Ok(trial::report(before.map(|before| before.version().to_owned()), &tried, unknown))
    }

    /// The items that these features, by position, are computed from.
    fn items_behind(&self, features: impl Iterator<Item = usize>) -> BTreeSet<String> {
        let all = self.features().features();
        features.flat_map(|at| all[at].sources.iter().cloned()).collect()
    }

    /// Asks a second person to put a tried draft into service.
    pub async fn propose_flow(&self, by: &Steward, id: &FlowVersionId) -> Result<FlowVersion, LifeError> {
        let mut tx = self.db.begin().await?;
        let version = self.own(&mut tx, by, id).await?;
        let state = version.state.after(VersionAct::Propose)?;
        if version.trial.report().is_none() {
            return Err(LifeError::NotTried);
        }
        let (now, login) = (tx.now(), Some(by.login.clone()));
        let next = FlowVersion { state, proposed_by: login, proposed_at: Some(now), ..version.clone() };
        moved(&mut tx, &version, &next, VersionAct::Propose, by, "").await?;
        tx.commit().await?;
        Ok(next)
    }

    /// Puts a proposed version into service, as a second person; the platform signs it.
    pub async fn approve_flow(&self, by: &Steward, id: &FlowVersionId) -> Result<FlowVersion, LifeError> {
        let flows = self.serving.current(&self.db).await?;
        let mut tx = self.db.begin().await?;
        let version = self.own(&mut tx, by, id).await?;
        let state = version.state.after(VersionAct::Approve)?;
        let made_by = [Some(&version.drafted_by), version.proposed_by.as_ref()];
        if made_by.into_iter().flatten().any(|maker| *maker == by.login) {
            return Err(LifeError::SamePerson);
        }
        // What it stands beside may have changed since it was handed in.
        let flow = together(&flows, &version.flow_id, &version.text)?;
        let follows = store::serving_version(&mut tx, &version.flow_id).await?;
        let next = FlowVersion {
            state,
            version: flow.version().to_owned(),
            approved_by: Some(by.login.clone()),
            approved_at: Some(tx.now()),
            signature: Some(String::new()),
            follows: follows.clone(),
            ..version.clone()
        };
        let signed = Package::of(&next).ok_or(LifeError::NotFound)?;
        let signed = signed.signed(self.serving.signer()?).map_err(LifeError::Sign)?;
        let next = FlowVersion { signature: Some(signed.signature), ..next };
        if let Some(before) = follows {
            self.end(&mut tx, &before, VersionAct::Replace, by, "").await?;
        }
        moved(&mut tx, &version, &next, VersionAct::Approve, by, "").await?;
        store::save_service(&mut tx, &next.flow_id, Some(id), false).await?;
        tx.commit().await?;
        Ok(next)
    }

    /// Says that a draft or a proposed version is not to be used, and why.
    pub async fn reject_flow(
        &self,
        by: &Steward,
        id: &FlowVersionId,
        why: &str,
    ) -> Result<FlowVersion, LifeError> {
        let why = reason(why)?;
        let mut tx = self.db.begin().await?;
        let rejected = self.end(&mut tx, id, VersionAct::Reject, by, why).await?;
        tx.commit().await?;
        Ok(rejected)
    }

    /// Takes a version back: the one before it answers again, or the shipped one, or where there is neither the flow
    /// answers no more.
    pub async fn fall_back_flow(
        &self,
        by: &Steward,
        id: &FlowVersionId,
        why: &str,
    ) -> Result<FlowVersion, LifeError> {
        let why = reason(why)?;
        let mut tx = self.db.begin().await?;
        let back = self.end(&mut tx, id, VersionAct::FallBack, by, why).await?;
        let gone = match &back.follows {
            Some(before) => {
                self.end(&mut tx, before, VersionAct::Return, by, "").await?;
                false
            }
            None => self.serving.shipped().find(&back.flow_id).is_none(),
        };
        store::save_service(&mut tx, &back.flow_id, back.follows.as_ref(), gone).await?;
        tx.commit().await?;
        Ok(back)
    }

    /// Takes a flow out of service: it answers no more.
    pub async fn retire_flow(&self, by: &Steward, flow_id: &str, why: &str) -> Result<(), LifeError> {
        let why = reason(why)?;
        let flows = self.serving.current(&self.db).await?;
        let flow = flows.find(flow_id).filter(|flow| flow.about().bank_id == by.bank_id);
        flow.ok_or_else(|| LifeError::NoFlow(flow_id.to_owned()))?;
        // Others may ask it.
        flows.with(&[], &BTreeSet::from([flow_id.to_owned()])).map_err(LifeError::Content)?;
        let mut tx = self.db.begin().await?;
        match store::serving_version(&mut tx, flow_id).await? {
            Some(id) => drop(self.end(&mut tx, &id, VersionAct::Retire, by, why).await?),
            None => note(&mut tx, flow_id, None, VersionAct::Retire, by, why).await?,
        }
        store::save_service(&mut tx, flow_id, None, true).await?;
        Ok(tx.commit().await?)
    }

    /// The version, when this person may know of it.
    pub async fn find_version(&self, by: &Steward, id: &FlowVersionId) -> Result<FlowVersion, LifeError> {
        let found = store::find(&self.db, id).await?.filter(|version| version.bank_id == by.bank_id);
        found.ok_or(LifeError::NotFound)
    }

    /// The version of that id, whoever's it is: for the operator of the platform.
    pub async fn find_any_version(&self, id: &FlowVersionId) -> Result<Option<FlowVersion>, LifeError> {
        store::find(&self.db, id).await
    }

    /// The newest versions of the flows that this person looks after.
    pub async fn list_versions(&self, by: &Steward) -> Result<Vec<FlowVersion>, LifeError> {
        store::list_of_bank(&self.db, &by.bank_id, VERSIONS_MAX).await
    }

    /// The versions of one of the flows that this person looks after, the newest first.
    pub async fn list_versions_of(&self, by: &Steward, flow_id: &str) -> Result<Vec<FlowVersion>, LifeError> {
        let mut versions = store::list_of_flow(&self.db, flow_id, VERSIONS_MAX).await?;
        versions.retain(|version| version.bank_id == by.bank_id);
        Ok(versions)
    }

    /// The text with which one of the flows that this person looks after serves, or served as shipped.
    pub async fn flow_text(&self, by: &Steward, flow_id: &str) -> Result<Option<String>, LifeError> {
        let flows = self.serving.current(&self.db).await?;
        let known = [flows.as_ref(), self.serving.shipped()];
        let own = known
            .into_iter()
            .find(|flows| flows.find(flow_id).is_some_and(|flow| flow.about().bank_id == by.bank_id));
        Ok(own.and_then(|flows| flows.text(flow_id)).map(str::to_owned))
    }

    /// What was done with a flow, the newest first.
    pub async fn list_steps(&self, flow_id: &str) -> Result<Vec<FlowStep>, LifeError> {
        store::list_steps(&self.db, flow_id).await
    }

    /// The version of a flow that serves, when it is not the shipped one.
    pub async fn serving_version(&self, flow_id: &str) -> Result<Option<FlowVersion>, LifeError> {
        let services = store::list_services(&self.db).await?;
        Ok(services.into_iter().find(|one| one.flow_id == flow_id).and_then(|one| one.version))
    }

    /// Of the flows that this person looks after those that answer no more.
    pub async fn list_retired(&self, by: &Steward) -> Result<Vec<String>, LifeError> {
        let (mut own, flows) = (Vec::new(), self.serving.current(&self.db).await?);
        for service in store::list_services(&self.db).await?.into_iter().filter(|one| one.retired) {
            if self.owner(&flows, &service.flow_id).await?.as_ref() == Some(&by.bank_id) {
                own.push(service.flow_id);
            }
        }
        Ok(own)
    }

    /// The version as this transaction sees it, when this person may move it.
    async fn own(&self, tx: &mut Tx, by: &Steward, id: &FlowVersionId) -> Result<FlowVersion, LifeError> {
        let found = store::find_within(tx, id).await?.filter(|version| version.bank_id == by.bank_id);
        found.ok_or(LifeError::NotFound)
    }

    /// Ends a version by an act, or has it serve again.
    async fn end(
        &self,
        tx: &mut Tx,
        id: &FlowVersionId,
        act: VersionAct,
        by: &Steward,
        why: &str,
    ) -> Result<FlowVersion, LifeError> {
        let version = self.own(tx, by, id).await?;
        let state = version.state.after(act)?;
        let ended_at = (act != VersionAct::Return).then(|| tx.now());
        let next = FlowVersion { state, ended_at, ..version.clone() };
        moved(tx, &version, &next, act, by, why).await?;
        Ok(next)
    }
}

/// What is kept of a trial without applications.
const NO_APPLICATIONS: &str = "no past application of a known subject";

/// The flow of a text, compiled together with those that serve.
fn together(flows: &Flows, flow_id: &str, text: &str) -> Result<CompiledFlow, LifeError> {
    let all = flows.with(&[(flow_id, text)], &BTreeSet::new());
    let all = all.map_err(|error| {
        LifeError::Content(match error {
            // Told by a name that its author knows.
            ContentError::Flow(fault) if fault.file == flows.file_of(flow_id) => {
                ContentError::Flow(FlowError { file: DRAFT.to_owned(), ..fault })
            }
            other => other,
        })
    })?;
    let found = all.find(flow_id).cloned();
    found.ok_or_else(|| LifeError::NoFlow(flow_id.to_owned()))
}

/// A reason that can be kept.
fn reason(why: &str) -> Result<&str, LifeError> {
    let why = why.trim();
    let fits = !why.is_empty() && why.chars().count() <= NOTE_CHARS_MAX;
    if fits { Ok(why) } else { Err(LifeError::Note) }
}

/// Writes a version as it stands now, with its step, audit line and event.
async fn moved(
    tx: &mut Tx,
    from: &FlowVersion,
    to: &FlowVersion,
    act: VersionAct,
    by: &Steward,
    why: &str,
) -> Result<(), LifeError> {
    if !store::update(tx, from.state, to).await? {
        return Err(LifeError::MovedOn);
    }
    note(tx, &to.flow_id, Some(to), act, by, why).await?;
    let kind = match act {
        VersionAct::Propose => "decision.flow.proposed",
        VersionAct::Approve => "decision.flow.approved",
        VersionAct::Reject => "decision.flow.rejected",
        VersionAct::FallBack => "decision.flow.fallen_back",
        _ => return Ok(()),
    };
    tx.emit(Event::new(kind, &to.flow_id, payload(to, by)));
    Ok(())
}

/// Puts an act on record.
async fn note(
    tx: &mut Tx,
    flow_id: &str,
    version: Option<&FlowVersion>,
    act: VersionAct,
    by: &Steward,
    why: &str,
) -> Result<(), LifeError> {
    store::insert_step(tx, flow_id, version.map(|version| &version.version_id), act, by, why).await?;
    let action = format!("decision.flow.{}", act.code().replace('-', "_"));
    let detail = json!({ "flow": flow_id, "version": version.map(|version| &version.version),
        "version_id": version.map(|version| &version.version_id), "why": why });
    tx.audit(AuditLine::new(&by.login, &by.role, action).institution(&by.bank_id).detail(detail));
    Ok(())
}

/// What an event about a version carries.
fn payload(version: &FlowVersion, by: &Steward) -> serde_json::Value {
    let (owner, portal) =
        if version.bank_id == Steward::PLATFORM { ("platform", "system") } else { ("bank", "bank") };
    let asked_by = version.proposed_by.as_ref().unwrap_or(&version.drafted_by);
    json!({
        "version_id": version.version_id,
        "flow_id": version.flow_id,
        "version": version.version,
        "bank": version.bank_id,
        "owner": owner,
        "portal": portal,
        "asked_by": asked_by,
        "login": by.login,
        "state": version.state.code(),
    })
}
