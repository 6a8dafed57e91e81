//! One flow: what serves, how it does against its trial, what was done with it, and taking it out of service.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect};
use jq_decision::life::{FlowStep, VersionAct, Watched};
use jq_web::{Problem, Visit, page, say};
use serde::Deserialize;

use super::list::{VersionRow, verdict_key, verdict_tone};
use super::{may_draft, require, steward};
use crate::public::Fact;
use crate::refused::Answer;
use crate::staff::me::Head;
use crate::staff::{Inside, StaffPortal};
use crate::state::PortalState;

/// The page.
#[derive(Template)]
#[template(path = "staff/model_flow.html")]
struct FlowPage {
    v: Visit,
    head: Head,
    may_draft: bool,
    id: String,
    name: String,
    serves: bool,
    facts: Vec<Fact>,
    verdict: String,
    verdict_tone: &'static str,
    watched: Vec<Fact>,
    versions: Vec<VersionRow>,
    steps: Vec<StepRow>,
}

/// What was done.
pub(super) struct StepRow {
    pub(super) act: &'static str,
    pub(super) at: String,
    pub(super) by: String,
    pub(super) note: String,
    /// The page of the version; empty for the shipped one.
    pub(super) version: String,
}

impl StepRow {
    pub(super) fn new(v: &Visit, step: FlowStep) -> Self {
        Self {
            act: step.act.text(v.lang()),
            at: say::moment(step.at),
            by: if step.actor == "system" { v.t("steward-watch") } else { step.actor },
            note: step.note,
            version: step.version_id.map(|id| id.to_string()).unwrap_or_default(),
        }
    }
}

/// Why a flow is taken out of service.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    note: String,
}

/// `GET /<portal>/models/flows/{flow}`
pub(super) async fn show<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let by = steward(&user);
    let decisions = &state.decisions;
    let flows = decisions.current_flows().await?;
    let flow = flows.find(&id).filter(|flow| flow.about().bank_id == by.bank_id);
    let versions = decisions.list_versions_of(&by, &id).await?;
    let retired = decisions.list_retired(&by).await?;
    if flow.is_none() && versions.is_empty() && !retired.contains(&id) {
        return Err(Problem::new(404, "model/no-such-model").forward(format!("{}/models", P::HOME)).into());
    }
    let name = flow.map_or_else(|| id.clone(), |flow| flow.about().product.text(v.lang()).to_owned());
    let mut facts = vec![Fact::code(v.t("model-id"), id.clone())];
    if let Some(flow) = flow {
        facts.push(Fact::new(v.t("model-stage"), flow.about().stage.text(v.lang())));
        facts.push(Fact::code(v.t("model-version"), flow.version()));
    }
    let is_of_this = |watched: &Watched| flow.is_some_and(|flow| flow.version() == watched.version);
    let watched = decisions.last_watch(&id).await?.filter(is_of_this);
    let steps = decisions.list_steps(&id).await?;
    Ok(page(&FlowPage {
        head: Head::told::<P>(&v, &state, &user).await?,
        may_draft: may_draft(&user),
        serves: flow.is_some(),
        name,
        facts,
        verdict: watched.as_ref().map(|one| v.t(verdict_key(one.verdict))).unwrap_or_default(),
        verdict_tone: watched.as_ref().map_or("", |one| verdict_tone(one.verdict)),
        watched: watched.map(|watched| watch_facts(&v, &watched)).unwrap_or_default(),
        versions: versions.iter().map(|version| VersionRow::new(&v, version)).collect(),
        steps: steps.into_iter().map(|step| StepRow::new(&v, step)).collect(),
        id,
        v,
    }))
}

/// `POST /<portal>/models/flows/{flow}`
pub(super) async fn retire<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Answer {
    let by = steward(&user);
    require(&user, VersionAct::Retire)?;
    state.decisions.retire_flow(&by, &id, &said.note).await?;
    Ok(Redirect::to(&format!("{}/models/flows/{id}", P::HOME)).into_response())
}

fn watch_facts(v: &Visit, watched: &Watched) -> Vec<Fact> {
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    let index = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    let answers: [(&str, &dyn std::fmt::Display); 2] = [("n", &watched.answers), ("days", &watched.days)];
    let overrides: [(&str, &dyn std::fmt::Display); 2] =
        [("against", &watched.overrides.against), ("decided", &watched.overrides.decided)];
    vec![
        Fact::new(v.t("steward-answers"), v.text().with("steward-answers-in", &answers)),
        Fact::new(v.t("steward-yes-now"), percent(watched.share())),
        Fact::new(v.t("steward-yes-trial"), percent(watched.trial_share())),
        Fact::new(v.t("steward-psi"), index(watched.psi)),
        Fact::new(v.t("steward-psi-chance"), index(watched.psi_by_chance)),
        Fact::new(v.t("steward-overrides"), v.text().with("steward-overrides-of", &overrides)),
    ]
}
