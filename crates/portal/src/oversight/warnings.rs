//! How the warning models do, for those who supervise: how many warnings rose, how many were right, how long before, and
//! which models are quiet. No borrower is named.

use askama::Template;
use axum::extract::{Query, State};
use jq_base::ids::BankId;
use jq_warning::{MONTHS, Model, TrackRecord};
use jq_web::{Visit, page};
use serde::Deserialize;

use crate::bank::warnings::level_tone;
use crate::chart::{Chart, ChartCell, ChartRow};
use crate::form::Choice;
use crate::refused::Answer;
use crate::session::Oversight;
use crate::state::PortalState;
use crate::watch::Watcher;
use crate::watch::choice::{bank_choices, bank_names};
use crate::words;

/// Models that the chart shows at most: those with the most warnings.
const CHARTED_MAX: usize = 10;

/// The page.
#[derive(Template)]
#[template(path = "oversight/warnings.html")]
struct WarningsPage {
    v: Visit,
    me: Watcher,
    banks: Vec<Choice>,
    about: String,
    rows: Vec<ModelRow>,
    charts: Vec<Chart>,
}

/// One model.
pub struct ModelRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its level.
    pub level: &'static str,
    /// The colour of that word.
    pub tone: &'static str,
    /// Warnings that rose.
    pub raised: u64,
    /// Those nobody has marked.
    pub standing: u64,
    /// Those that were marked.
    pub marked: u64,
    /// The share of right ones among them; a dash where none was marked.
    pub precision: String,
    /// Those whose loan was late later.
    pub failed: u64,
    /// The median lead; a dash where no loan was late.
    pub lead: String,
    /// Pushed to nobody now.
    pub quiet: bool,
}

/// Whose warnings.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    bank: String,
}

/// `GET /oversight/warnings`
pub async fn show(
    State(state): State<PortalState>,
    user: Oversight,
    Query(asked): Query<Asked>,
    v: Visit,
) -> Answer {
    let names = bank_names(&state, &v).await?;
    let bank = BankId::parse(&asked.bank).ok().filter(|bank| names.contains_key(bank.as_str()));
    let now = state.db.clock().now();
    let (models, records) = (state.warnings.models(), state.warnings.records(bank.as_ref(), now).await?);
    let both = models.list().iter().zip(&records);
    let rows: Vec<ModelRow> = both.map(|(model, record)| ModelRow::new(&v, model, record)).collect();
    let chart = chart(&v, models.list(), &records);
    Ok(page(&WarningsPage {
        me: Watcher::of(&state, &user, v.lang()).await?,
        banks: bank_choices(&v, &names, bank.as_ref().map_or("", BankId::as_str)),
        about: v.n("warning-tally-about", MONTHS),
        rows,
        charts: chart.into_iter().collect(),
        v,
    }))
}

impl ModelRow {
    fn new(v: &Visit, model: &Model, record: &TrackRecord) -> Self {
        let dash = || "–".to_owned();
        Self {
            id: model.id.clone(),
            name: model.name.text(v.lang()).to_owned(),
            version: model.version.clone(),
            level: model.level.text(v.lang()),
            tone: level_tone(model.level).0,
            raised: record.raised,
            standing: record.standing,
            marked: record.marked(),
            precision: record.precision_permille().map_or_else(dash, words::permille),
            failed: record.failed,
            lead: record.lead_days.map_or_else(dash, |days| v.n("warning-days", days)),
            quiet: record.quiet,
        }
    }
}

/// Right, wrong and unmarked warnings of the models with the most of them; nothing while there are none.
fn chart(v: &Visit, models: &[Model], records: &[TrackRecord]) -> Option<Chart> {
    let mut both: Vec<(&Model, &TrackRecord)> = models.iter().zip(records).collect();
    both.retain(|(_, record)| record.raised > 0);
    both.sort_by_key(|(_, record)| std::cmp::Reverse(record.raised));
    both.truncate(CHARTED_MAX);
    let (first, most) = both.first()?;
    let count = |count: u64| ChartCell::new(i64::try_from(count).ok(), 0);
    let row = |(model, record): &(&Model, &TrackRecord)| ChartRow {
        label: model.name.text(v.lang()).to_owned(),
        cells: vec![count(record.right), count(record.wrong), count(record.standing)],
    };
    Some(Chart {
        kind: "bar",
        title: v.t("warning-tally-chart"),
        summary: v.text().with(
            "warning-tally-chart-told",
            &[("model", &first.name.text(v.lang())), ("n", &most.raised), ("right", &most.right)],
        ),
        unit: v.t("warning-tally-chart-unit"),
        axis: Some(v.t("warnings-model")),
        lines: vec![v.t("warning-tally-right"), v.t("warning-tally-wrong"), v.t("warning-tally-standing")],
        rows: both.iter().map(row).collect(),
    })
}
