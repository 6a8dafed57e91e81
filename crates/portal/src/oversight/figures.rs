//! The city's figures of a period, each with what it counts, and how they went over the months.

use askama::Template;
use axum::extract::{Query, State};
use jiff::civil::Date;
use jq_base::ids::BankId;
use jq_base::money::Money;
use jq_base::rate::Rate;
use jq_lending::figures::{Cut, Figure, FigureTexts, Figures, Period};
use jq_web::{Problem, Visit, page};
use serde::Deserialize;

use crate::chart::{Chart, ChartCell, ChartRow};
use crate::form::Choice;
use crate::refused::Answer;
use crate::session::Oversight;
use crate::state::PortalState;
use crate::watch::Watcher;
use crate::watch::list::{bank_choices, bank_names, district_choices};

/// Months that the charts show.
const MONTHS: u16 = 12;
/// Fen in ten thousand yuan.
const FEN_PER_WAN: i64 = 1_000_000;
/// The figures that stand on top.
const HEADLINES: [Figure; 6] = [
    Figure::Submitted,
    Figure::ApprovalShare,
    Figure::HandlingMean,
    Figure::InTimeShare,
    Figure::ApprovedAmount,
    Figure::RenewalShare,
];

/// The figures.
#[derive(Template)]
#[template(path = "oversight/figures.html")]
pub struct FiguresPage {
    v: Visit,
    me: Watcher,
    periods: Vec<Choice>,
    banks: Vec<Choice>,
    districts: Vec<Choice>,
    about: String,
    headlines: Vec<FigureView>,
    figures: Vec<FigureView>,
    charts: Vec<Chart>,
}

/// A figure with what it counts.
pub struct FigureView {
    /// Its word.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// What it counts.
    pub definition: String,
}

/// The words of the address. What it says wrongly is taken as not said.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct FiguresQuery {
    pub(super) period: String,
    bank: String,
    district: String,
}

/// `GET /oversight`
pub async fn show(
    State(state): State<PortalState>,
    user: Oversight,
    Query(query): Query<FiguresQuery>,
    v: Visit,
) -> Answer {
    let (now, today) = (state.db.clock().now(), state.db.clock().today());
    let period = period_of(&query.period, today);
    let district = query.district.trim();
    let cut = Cut {
        bank: BankId::parse(&query.bank).ok(),
        district: (!district.is_empty()).then(|| district.to_owned()),
        ..Cut::default()
    };
    let figures = state.lending.figures(&state.db, period, &cut).await?;
    let months = state.lending.figures_by_month(&state.db, today, MONTHS, &cut).await?;
    let texts = FigureTexts::embedded().map_err(|error| Problem::internal(&error))?;
    let view = |figure: Figure| FigureView {
        id: figure.code(),
        name: figure.text(v.lang()),
        value: figures.value(figure).text(v.lang()),
        definition: texts.definition(figure, v.lang()).to_owned(),
    };
    let rest = Figure::ALL.iter().copied().filter(|figure| !HEADLINES.contains(figure));
    let banks = bank_names(&state, &v).await?;
    let about = v.text().with("figures-about", &[("from", &period.from()), ("to", &period.last_day())]);
    Ok(page(&FiguresPage {
        me: Watcher::of(&state, &user, v.lang()).await?,
        periods: periods(&v, &query.period),
        banks: bank_choices(&v, &banks, &query.bank),
        districts: district_choices(&state, &v, now, &query.district),
        about,
        headlines: HEADLINES.into_iter().map(view).collect(),
        figures: rest.map(view).collect(),
        charts: charts(&v, &months),
        v,
    }))
}

/// The period that a word of the address names; the last twelve months when it names none.
pub fn period_of(word: &str, today: Date) -> Period {
    match word {
        "month" => Period::month_of(today),
        "quarter" => Period::days_to(today, 90),
        "year" => Period::year_so_far(today),
        _ => Period::year_to(today),
    }
}

/// The periods to choose from.
pub fn periods(v: &Visit, chosen: &str) -> Vec<Choice> {
    [("", "figures-12m"), ("year", "figures-year"), ("quarter", "figures-90d"), ("month", "figures-month")]
        .into_iter()
        .map(|(word, key)| Choice::plain(word, &v.t(key), chosen))
        .collect()
}

/// A line of a chart: its name and the figure of each month in the chart's smallest unit.
struct Line {
    key: &'static str,
    value: fn(&Figures) -> Option<i64>,
}

/// Ten thousands of yuan, in hundredths.
fn wan(amount: Money) -> i64 {
    amount.fen() / (FEN_PER_WAN / 100)
}

/// Percent, in tenths, half up.
fn tenths(share: Option<Rate>) -> Option<i64> {
    share.map(|share| (share.ppm() + 500) / 1_000)
}

fn count(count: u64) -> Option<i64> {
    i64::try_from(count).ok()
}

fn charts(v: &Visit, months: &[Figures]) -> Vec<Chart> {
    vec![
        chart(
            v,
            months,
            "chart-decisions",
            "bar",
            0,
            &[
                Line { key: "chart-approved", value: |one| count(one.approved.count) },
                Line { key: "chart-refused", value: |one| count(one.refused) },
            ],
        ),
        chart(
            v,
            months,
            "chart-share",
            "line",
            1,
            &[
                Line { key: "chart-approval", value: |one| tenths(one.approval_share()) },
                Line { key: "chart-in-time", value: |one| tenths(one.decided_in_time_share()) },
            ],
        ),
        chart(
            v,
            months,
            "chart-days",
            "line",
            1,
            &[
                Line {
                    key: "chart-from-submitted",
                    value: |one| one.from_submitted.mean.and_then(|days| count(days.tenths())),
                },
                Line {
                    key: "chart-from-accepted",
                    value: |one| one.from_accepted.mean.and_then(|days| count(days.tenths())),
                },
            ],
        ),
        chart(
            v,
            months,
            "chart-money",
            "bar",
            2,
            &[
                Line { key: "chart-granted", value: |one| Some(wan(one.approved.amount)) },
                Line { key: "chart-drawn", value: |one| Some(wan(one.drawn.amount)) },
            ],
        ),
    ]
}

fn chart(
    v: &Visit,
    months: &[Figures],
    key: &str,
    kind: &'static str,
    decimals: u8,
    lines: &[Line],
) -> Chart {
    let row = |figures: &Figures| ChartRow {
        label: figures.period.from().strftime("%Y-%m").to_string(),
        cells: lines.iter().map(|line| ChartCell::new((line.value)(figures), decimals)).collect(),
    };
    let rows: Vec<ChartRow> = months.iter().map(row).collect();
    let ends = |place: usize| {
        let said = |row: &ChartRow| row.cells.get(place).map(|cell| cell.text.clone()).unwrap_or_default();
        (rows.first().map(said).unwrap_or_default(), rows.last().map(said).unwrap_or_default())
    };
    let told = lines.iter().enumerate().map(|(place, line)| {
        let (first, last) = ends(place);
        v.text().with("chart-told", &[("line", &v.t(line.key)), ("first", &first), ("last", &last)])
    });
    let summary = told.collect::<Vec<_>>().join(v.pick("；", "; "));
    Chart {
        kind,
        title: v.t(key),
        summary,
        unit: v.t(&format!("{key}-unit")),
        lines: lines.iter().map(|line| v.t(line.key)).collect(),
        rows,
    }
}
