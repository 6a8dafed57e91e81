//! One version: its text, its trial, and what can be done with it now.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::FlowVersionId;
use jq_base::money::Money;
use jq_decision::life::trial::{Dimension, GROUP_MIN, GroupRow, Loans, Tally};
use jq_decision::life::{FlowVersion, LifeError, Package, TrialReport, TrialState, VersionAct};
use jq_identity::StaffUser;
use jq_web::{Visit, page, say};
use serde::Deserialize;

use super::flow::StepRow;
use super::list::VersionRow;
use super::{may, require, steward};
use crate::public::Fact;
use crate::refused::Answer;
use crate::staff::me::Head;
use crate::staff::{Inside, StaffPortal, prove_first};
use crate::state::PortalState;
use crate::words;

/// The page.
#[derive(Template)]
#[template(path = "staff/model_version.html")]
struct VersionPage {
    v: Visit,
    head: Head,
    row: VersionRow,
    text: String,
    facts: Vec<Fact>,
    /// A trial is under way.
    trying: bool,
    trial_problem: String,
    trial: Option<TrialView>,
    acts: Vec<ActForm>,
    /// Why the one act that waits cannot be done by this person.
    held: String,
    signed: bool,
    steps: Vec<StepRow>,
}

/// What can be done now.
struct ActForm {
    code: &'static str,
    text: String,
    lead: String,
    needs_note: bool,
    class: &'static str,
}

/// What a trial found, as people read it.
struct TrialView {
    about: String,
    rows: Vec<CompareRow>,
    moves: Vec<Fact>,
    groups: Vec<GroupTable>,
    group_note: String,
}

/// A figure of the version beside that of the flow in service.
struct CompareRow {
    label: String,
    now: String,
    before: String,
}

/// Who gains and who loses along one dimension.
struct GroupTable {
    id: &'static str,
    heading: String,
    rows: Vec<GroupView>,
}

struct GroupView {
    name: String,
    all: u32,
    share: String,
    share_before: String,
    gains: u32,
    loses: u32,
}

/// What is said with an act.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    note: String,
}

/// `GET /<portal>/models/versions/{id}`
pub(super) async fn show<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let by = steward(&user);
    let id = FlowVersionId::parse(&id).map_err(|_| LifeError::NotFound)?;
    let version = state.decisions.find_version(&by, &id).await?;
    let steps = state.decisions.list_steps(&version.flow_id).await?;
    let own = steps.into_iter().filter(|step| step.version_id.as_ref() == Some(&id));
    let steps = own.map(|step| StepRow::new(&v, step)).collect();
    let (acts, held) = acts(&v, &user, &version);
    let trying = matches!(version.trial, TrialState::Asked(_));
    let shown = page(&VersionPage {
        head: Head::told::<P>(&v, &state, &user).await?,
        row: VersionRow::new(&v, &version),
        facts: facts(&v, &version),
        trying,
        trial_problem: match &version.trial {
            TrialState::Failed(_, why) => why.clone(),
            _ => String::new(),
        },
        trial: version.trial.report().map(|report| TrialView::new(&v, &state, report)),
        signed: version.signature.is_some(),
        text: version.text,
        acts,
        held,
        steps,
        v,
    });
    // A trial takes seconds to minutes; the page looks again by itself, without a script.
    Ok(if trying { ([(header::REFRESH, "4")], shown).into_response() } else { shown })
}

/// `GET /<portal>/models/versions/{id}/package`
pub(super) async fn package<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    Path(id): Path<String>,
) -> Answer {
    let by = steward(&user);
    let id = FlowVersionId::parse(&id).map_err(|_| LifeError::NotFound)?;
    let version = state.decisions.find_version(&by, &id).await?;
    let package = Package::of(&version).ok_or(LifeError::NotFound)?;
    let name = format!("attachment; filename=\"{}.flow.json\"", version.flow_id);
    let body = serde_json::to_vec_pretty(&package).map_err(LifeError::Json)?;
    let headers =
        [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, body).into_response())
}

/// `POST /<portal>/models/versions/{id}/{act}`
pub(super) async fn act<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    Path((id, act)): Path<(String, String)>,
    Form(said): Form<Said>,
) -> Answer {
    let by = steward(&user);
    let act: VersionAct = act.parse().map_err(|_| LifeError::NotFound)?;
    require(&user, act)?;
    let id = FlowVersionId::parse(&id).map_err(|_| LifeError::NotFound)?;
    let back = format!("{}/models/versions/{id}", P::HOME);
    let decisions = &state.decisions;
    match act {
        VersionAct::Try => decisions.ask_trial(&by, &id).await?,
        VersionAct::Propose => drop(decisions.propose_flow(&by, &id).await?),
        VersionAct::Approve => {
            let has_factor = user.is_strict() || user.is_enrolled();
            if has_factor && !user.is_fresh(state.db.clock().now()) {
                return Ok(prove_first::<P>(&back));
            }
            decisions.approve_flow(&by, &id).await?;
        }
        VersionAct::Reject => drop(decisions.reject_flow(&by, &id, &said.note).await?),
        VersionAct::FallBack => drop(decisions.fall_back_flow(&by, &id, &said.note).await?),
        _ => return Err(LifeError::NotFound.into()),
    }
    Ok(Redirect::to(&back).into_response())
}

/// What this person can do with the version now, and why not what waits.
fn acts(v: &Visit, user: &StaffUser, version: &FlowVersion) -> (Vec<ActForm>, String) {
    let mut held = String::new();
    let login = Some(user.login());
    let made = [Some(version.drafted_by.as_str()), version.proposed_by.as_deref()];
    let can = |act: &VersionAct| match act {
        VersionAct::Try => !matches!(version.trial, TrialState::Asked(_)),
        VersionAct::Propose => version.trial.report().is_some(),
        VersionAct::Approve => !made.contains(&login),
        // The flow's own page takes a flow out of service.
        VersionAct::Retire => false,
        _ => true,
    };
    let mut forms = Vec::new();
    for act in version.state.acts() {
        if !may(user, act) {
            continue;
        }
        if can(&act) {
            let again = act == VersionAct::Try && version.trial.report().is_some();
            forms.push(ActForm::new(v, act, again));
        } else if act == VersionAct::Approve {
            held = v.t("steward-held");
        }
    }
    (forms, held)
}

impl ActForm {
    fn new(v: &Visit, act: VersionAct, again: bool) -> Self {
        let key = match act {
            VersionAct::Try => "try",
            VersionAct::Propose => "propose",
            VersionAct::Approve => "approve",
            VersionAct::Reject => "reject",
            _ => "fall-back",
        };
        Self {
            code: act.code(),
            text: v.t(&format!("steward-do-{key}")),
            lead: v.t(&format!("steward-do-{key}-lead")),
            needs_note: act.needs_note(),
            class: if again || act.needs_note() { "btn quiet" } else { "btn" },
        }
    }
}

fn facts(v: &Visit, version: &FlowVersion) -> Vec<Fact> {
    let who = |by: &str, at| format!("{by} · {}", say::moment(at));
    let mut facts = vec![Fact::new(v.t("steward-drafted"), who(&version.drafted_by, version.drafted_at))];
    if let (Some(by), Some(at)) = (&version.proposed_by, version.proposed_at) {
        facts.push(Fact::new(v.t("steward-proposed"), who(by, at)));
    }
    if let (Some(by), Some(at)) = (&version.approved_by, version.approved_at) {
        facts.push(Fact::new(v.t("steward-approved"), who(by, at)));
    }
    if let Some(at) = version.ended_at {
        facts.push(Fact::new(v.t("steward-ended"), say::moment(at)));
    }
    facts
}

impl TrialView {
    fn new(v: &Visit, state: &PortalState, report: &TrialReport) -> Self {
        let about: [(&str, &dyn std::fmt::Display); 4] = [
            ("n", &v.whole(report.applications)),
            ("from", &report.from),
            ("to", &report.to),
            ("unknown", &report.unknown),
        ];
        let banks = report.banks;
        let moves = [
            ("steward-gains", report.gains),
            ("steward-loses", report.loses),
            ("steward-both-yes", banks.both_yes),
            ("steward-both-no", banks.both_no),
            ("steward-version-only", banks.version_only),
            ("steward-bank-only", banks.bank_only),
        ];
        Self {
            about: v.text().with("steward-trial-about", &about),
            rows: compare(v, &report.version, report.before.as_ref()),
            moves: moves.map(|(key, count)| Fact::new(v.t(key), v.whole(count))).into(),
            groups: Dimension::ALL
                .into_iter()
                .map(|dimension| GroupTable::new(v, state, dimension, &report.groups))
                .filter(|table| !table.rows.is_empty())
                .collect(),
            group_note: v.n("steward-group-note", GROUP_MIN),
        }
    }
}

fn compare(v: &Visit, now: &Tally, before: Option<&Tally>) -> Vec<CompareRow> {
    type Says = fn(&Visit, &Tally) -> String;
    let figures: [(&str, Says); 7] = [
        ("steward-share", |_, tally| percent(tally.can, tally.all())),
        ("steward-cannot", |v, tally| v.whole(tally.cannot)),
        ("steward-visit", |v, tally| v.whole(tally.need_visit)),
        ("steward-not-enough", |v, tally| v.whole(tally.not_enough_data)),
        ("steward-limit", |v, tally| {
            let limit = tally.limit_fen_median.map(Money::from_fen);
            limit.map_or_else(|| "–".to_owned(), |limit| words::amount(v.lang(), limit))
        }),
        ("steward-bad-yes", |v, tally| loans(v, tally.loans_can)),
        ("steward-bad-no", |v, tally| loans(v, tally.loans_other)),
    ];
    let row = |(key, says): (&str, Says)| CompareRow {
        label: v.t(key),
        now: says(v, now),
        before: before.map_or_else(|| "–".to_owned(), |before| says(v, before)),
    };
    figures.map(row).into()
}

fn loans(v: &Visit, loans: Loans) -> String {
    let values: [(&str, &dyn std::fmt::Display); 3] =
        [("share", &percent(loans.bad, loans.all)), ("bad", &loans.bad), ("all", &loans.all)];
    v.text().with("steward-bad-of", &values)
}

fn percent(part: u32, all: u32) -> String {
    let permille = (u64::from(part) * 1_000).checked_div(u64::from(all));
    permille.map_or_else(|| "–".to_owned(), words::permille)
}

impl GroupTable {
    fn new(v: &Visit, state: &PortalState, dimension: Dimension, groups: &[GroupRow]) -> Self {
        let rows = groups.iter().filter(|row| row.dimension == dimension);
        let view = |row: &GroupRow| GroupView {
            name: group_name(v, state, row),
            all: row.all,
            share: percent(row.can, row.all),
            share_before: percent(row.can_before, row.all),
            gains: row.gains,
            loses: row.loses,
        };
        let heading = v.t(match dimension {
            Dimension::Size => "steward-by-size",
            Dimension::District => "steward-by-district",
            Dimension::Industry => "steward-by-industry",
            Dimension::FirstLoan => "steward-by-first",
        });
        Self { id: dimension.code(), heading, rows: rows.map(view).collect() }
    }
}

/// A group in words.
fn group_name(v: &Visit, state: &PortalState, row: &GroupRow) -> String {
    if row.group.is_empty() {
        return v.t("steward-group-rest");
    }
    let code = row.group.as_str();
    match row.dimension {
        Dimension::Size => v.one("steward-size", "n", code.trim_end_matches('-')),
        Dimension::District => {
            let found = state.catalog.districts().find(code, state.db.clock().today());
            found.map_or_else(|| code.to_owned(), |found| found.name(v.lang()).to_owned())
        }
        Dimension::Industry => {
            state.catalog.industry(code).map_or(code, |found| found.name(v.lang())).to_owned()
        }
        Dimension::FirstLoan => v.t(if code == "first" { "steward-first" } else { "steward-again" }),
    }
}
