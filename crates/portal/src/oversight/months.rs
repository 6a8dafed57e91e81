//! How the city's figures went over the months, as charts.

use jq_base::money::Money;
use jq_base::rate::Rate;
use jq_lending::figures::Figures;
use jq_web::Visit;

use crate::chart::{Chart, ChartCell, ChartRow};

/// Fen in ten thousand yuan.
const FEN_PER_WAN: i64 = 1_000_000;

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

/// Decisions, shares, days and money of these months.
pub(crate) fn charts(v: &Visit, months: &[Figures]) -> Vec<Chart> {
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
    let told = lines.iter().enumerate().filter_map(|(place, line)| told(v, key, line, place, &rows));
    let summary = told.collect::<Vec<_>>().join(v.pick("；", "; "));
    Chart {
        kind,
        title: v.t(key),
        summary,
        unit: v.t(&format!("{key}-unit")),
        axis: None,
        lines: lines.iter().map(|line| v.t(line.key)).collect(),
        rows,
    }
}

/// How a line went, from the first month of which something is known to the last.
fn told(v: &Visit, key: &str, line: &Line, place: usize, rows: &[ChartRow]) -> Option<String> {
    let mut known = rows.iter().filter_map(|row| row.cells.get(place)).filter(|cell| !cell.plain.is_empty());
    let value = |cell: &ChartCell| v.one(&format!("{key}-value"), "n", &cell.text);
    let first = known.next()?;
    let last = known.next_back().unwrap_or(first);
    Some(
        v.text().with(
            "chart-told",
            &[("line", &v.t(line.key)), ("first", &value(first)), ("last", &value(last))],
        ),
    )
}
