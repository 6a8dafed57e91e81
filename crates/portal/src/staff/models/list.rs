//! The models that somebody looks after: which serve, how they do, and which versions wait.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use jq_decision::CompiledFlow;
use jq_decision::life::{FlowVersion, Verdict, VersionState, Watched};
use jq_web::{Visit, page, say};

use super::{may_draft, steward, tone};
use crate::refused::Answer;
use crate::staff::me::Head;
use crate::staff::{Inside, StaffPortal};
use crate::state::PortalState;

/// The page.
#[derive(Template)]
#[template(path = "staff/models.html")]
struct ModelsPage {
    v: Visit,
    head: Head,
    may_draft: bool,
    faults: Vec<String>,
    serving: Vec<FlowRow>,
    retired: Vec<String>,
    versions: Vec<VersionRow>,
}

/// A flow in service.
struct FlowRow {
    id: String,
    name: String,
    stage: &'static str,
    version: String,
    /// Shipped, or since when it serves.
    since: String,
    watched: String,
    watched_tone: &'static str,
}

/// A version of a flow.
pub(super) struct VersionRow {
    pub(super) id: String,
    pub(super) flow: String,
    pub(super) version: String,
    pub(super) state: &'static str,
    pub(super) tone: &'static str,
    pub(super) icon: &'static str,
    pub(super) drafted: String,
    pub(super) by: String,
}

impl VersionRow {
    pub(super) fn new(v: &Visit, version: &FlowVersion) -> Self {
        let (tone, icon) = tone(version.state);
        Self {
            id: version.version_id.to_string(),
            flow: version.flow_id.clone(),
            version: version.version.clone(),
            state: version.state.text(v.lang()),
            tone,
            icon,
            drafted: say::moment(version.drafted_at),
            by: version.drafted_by.clone(),
        }
    }
}

/// `GET /<portal>/models`
pub(super) async fn show<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    v: Visit,
) -> Answer {
    let by = steward(&user);
    let decisions = &state.decisions;
    let flows = decisions.current_flows().await?;
    let versions = decisions.list_versions(&by).await?;
    let mut serving_of: BTreeMap<&str, &FlowVersion> = BTreeMap::new();
    for version in versions.iter().filter(|one| one.state == VersionState::Serving) {
        serving_of.insert(&version.flow_id, version);
    }
    let mut serving = Vec::new();
    for flow in flows.list().iter().filter(|flow| flow.about().bank_id == by.bank_id) {
        let watched = decisions.last_watch(flow.id()).await?;
        serving.push(FlowRow::new(&v, flow, serving_of.get(flow.id()).copied(), watched.as_ref()));
    }
    let retired = decisions.list_retired(&by).await?;
    Ok(page(&ModelsPage {
        head: Head::told::<P>(&v, &state, &user).await?,
        may_draft: may_draft(&user),
        faults: decisions.faults().to_vec(),
        serving,
        retired,
        versions: versions.iter().map(|version| VersionRow::new(&v, version)).collect(),
        v,
    }))
}

impl FlowRow {
    fn new(v: &Visit, flow: &CompiledFlow, version: Option<&FlowVersion>, watched: Option<&Watched>) -> Self {
        let about = flow.about();
        // What was found of another version says nothing of this one.
        let watched = watched.filter(|watched| watched.version == flow.version());
        let since = version.and_then(|version| version.approved_at);
        Self {
            id: flow.id().to_owned(),
            name: about.product.text(v.lang()).to_owned(),
            stage: about.stage.text(v.lang()),
            version: flow.version().to_owned(),
            since: since.map_or_else(|| v.t("steward-shipped"), say::moment),
            watched: watched.map_or_else(String::new, |watched| v.t(verdict_key(watched.verdict))),
            watched_tone: watched.map_or("", |watched| verdict_tone(watched.verdict)),
        }
    }
}

pub(super) fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::TooFew => "steward-watch-too-few",
        Verdict::Calm => "steward-watch-calm",
        Verdict::Drifted => "steward-watch-drifted",
        Verdict::Jumped => "steward-watch-jumped",
        Verdict::Overridden => "steward-watch-overridden",
    }
}

pub(super) fn verdict_tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::TooFew => "",
        Verdict::Calm => "good",
        Verdict::Drifted | Verdict::Jumped | Verdict::Overridden => "bad",
    }
}
