//! Charts of a report: one item's records summed by month or quarter, in whole numbers.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use jq_base::lang::Lang;

use crate::content::{ChartScale, ChartSpec, ChartStep, NewestOf, ReportContent};
use crate::format;
use crate::record::{Record, compare};
use crate::view::{ChartView, Series, Tick};

/// Intervals of the y axis.
const INTERVALS: i64 = 4;
/// A chart of fewer points says less than the table.
const POINTS_MIN: usize = 2;

/// The chart over the records, or nothing when there is too little to draw.
pub(crate) fn chart(
    spec: &ChartSpec,
    records: &[&Record],
    content: &ReportContent,
    lang: Lang,
) -> Option<ChartView> {
    let sums = sums(spec, records);
    let (first, last) = (*sums.keys().next()?, *sums.keys().next_back()?);
    let mut points = Vec::new();
    let mut at = last;
    while points.len() < spec.points && at >= first {
        points.push((label(spec.by, at), sums.get(&at).copied()));
        at = before(spec.by, at)?;
    }
    points.reverse();
    if points.len() < POINTS_MIN {
        return None;
    }
    let decimals = if spec.scale == ChartScale::One { 0 } else { 2 };
    let (labels, values): (Vec<String>, Vec<Option<i64>>) = points.into_iter().unzip();
    let title = spec.title.get(lang).to_owned();
    let latest = values.last().copied().flatten().unwrap_or(0);
    let alt = content.sentence(
        "chart",
        lang,
        &[
            ("title", &title),
            ("first", labels.first().map_or("", String::as_str)),
            ("last", labels.last().map_or("", String::as_str)),
            ("latest", &format::scaled(latest, decimals)),
            ("unit", spec.unit.get(lang)),
        ],
    );
    let ticks = ticks(values.iter().flatten().copied().max().unwrap_or(0), decimals);
    Some(ChartView {
        id: spec.id.clone(),
        item_id: spec.item.clone(),
        kind: spec.kind,
        unit: spec.unit.get(lang).to_owned(),
        decimals,
        labels,
        series: vec![Series { name: title.clone(), values }],
        title,
        ticks,
        alt,
    })
}

/// Scaled sums by the first day of their month or quarter.
fn sums(spec: &ChartSpec, records: &[&Record]) -> BTreeMap<Date, i64> {
    let wanted: Vec<&Record> =
        records.iter().copied().filter(|record| record.matches(&spec.filter)).collect();
    let wanted = spec.newest_of.as_ref().map_or_else(|| wanted.clone(), |rule| newest(rule, &wanted));
    let mut sums: BTreeMap<Date, i128> = BTreeMap::new();
    for record in wanted {
        if let (Some(date), Some(value)) = (record.date(&spec.x), record.number_e4(&spec.value)) {
            *sums.entry(start(spec.by, date)).or_default() += value;
        }
    }
    let unit = match spec.scale {
        ChartScale::One => 10_000,
        ChartScale::Thousand => 10 * 10_000,
        ChartScale::Wan => 10_000 * 10_000,
    };
    sums.into_iter().map(|(at, sum)| (at, format::rounded(sum, unit))).collect()
}

/// Of records that replace one another, the newest.
fn newest<'a>(rule: &NewestOf, records: &[&'a Record]) -> Vec<&'a Record> {
    let mut kept: BTreeMap<Vec<Option<String>>, &Record> = BTreeMap::new();
    for record in records.iter().copied() {
        let key: Vec<_> = rule.keys.iter().map(|field| record.word(field)).collect();
        let newer = |known: &Record| match (record.get(&rule.by), known.get(&rule.by)) {
            (Some(new), Some(old)) => compare(new, old).is_gt(),
            (new, _) => new.is_some(),
        };
        if kept.get(&key).is_none_or(|known| newer(known)) {
            kept.insert(key, record);
        }
    }
    kept.into_values().collect()
}

fn start(step: ChartStep, date: Date) -> Date {
    let month = match step {
        ChartStep::Month => date.month(),
        ChartStep::Quarter => (date.month() - 1) / 3 * 3 + 1,
    };
    Date::new(date.year(), month, 1).unwrap_or(date)
}

fn before(step: ChartStep, at: Date) -> Option<Date> {
    let months = if step == ChartStep::Month { 1 } else { 3 };
    at.checked_sub(months.months()).ok()
}

fn label(step: ChartStep, at: Date) -> String {
    match step {
        ChartStep::Month => format::month(at),
        ChartStep::Quarter => format!("{:04}Q{}", at.year(), (at.month() - 1) / 3 + 1),
    }
}

/// Marks from 0 in even steps of 1, 2, 2.5 or 5 times a power of ten, up to at least `largest`.
fn ticks(largest: i64, decimals: u8) -> Vec<Tick> {
    let one = 10_i64.pow(u32::from(decimals));
    let least = largest.max(one).saturating_add(INTERVALS - 1) / INTERVALS;
    let mut power = 1_i64;
    let step = loop {
        let steps = [power, power * 2, power * 5 / 2, power * 5];
        if let Some(step) = steps.into_iter().find(|&step| step >= least) {
            break step;
        }
        match power.checked_mul(10) {
            Some(next) if next <= i64::MAX / 10 => power = next,
            _ => break least,
        }
    };
    let whole = step % one == 0;
    (0..=INTERVALS)
        .map(|index| {
            let value = step.saturating_mul(index);
            let text = if whole { format::scaled(value / one, 0) } else { format::scaled(value, decimals) };
            Tick { value, text }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::record;

    fn spec(id: &str) -> ChartSpec {
        let content = ReportContent::embedded().unwrap();
        content
            .sections
            .iter()
            .flat_map(|section| &section.charts)
            .find(|chart| chart.id == id)
            .unwrap()
            .clone()
    }

    fn filing(from: &str, to: &str, seq: &str, sales: &str, tax: &str) -> Record {
        record(
            &format!("{to}{seq}{tax}"),
            &[
                ("tax_type", tax),
                ("tax_period_from", from),
                ("tax_period_to", to),
                ("filing_seq", seq),
                ("sales_amount", sales),
            ],
        )
    }

    #[test]
    fn a_corrected_filing_replaces_the_first_and_other_taxes_do_not_count() {
        let records = [
            filing("2026-01-01", "2026-03-31", "1", "fen:500000000", "vat"),
            filing("2026-01-01", "2026-03-31", "2", "fen:600000000", "vat"),
            filing("2026-07-01", "2026-07-31", "1", "fen:100000000", "vat"),
            filing("2026-08-01", "2026-08-31", "1", "fen:100005000", "vat"),
            filing("2026-08-01", "2026-08-31", "1", "fen:999999999", "cit"),
        ];
        let content = ReportContent::embedded().unwrap();
        let records: Vec<&Record> = records.iter().collect();
        let chart = chart(&spec("sales_by_quarter"), &records, &content, Lang::Zh).unwrap();
        assert_eq!(chart.labels, ["2026Q1", "2026Q2", "2026Q3"]);
        assert_eq!(chart.series[0].values, [Some(60_000), None, Some(20_001)], "600.00, nothing, 200.01");
        assert_eq!(chart.ticks.last().unwrap().text, "800");
        assert_eq!(chart.alt, "申报销售额（按季）：2026Q1 至 2026Q3，最近一期 200.01 万元。");
    }

    #[test]
    fn one_month_is_no_chart() {
        let only =
            record("a", &[("month", "2026-09-01"), ("insurance_kind", "pension"), ("headcount", "12")]);
        let content = ReportContent::embedded().unwrap();
        assert!(chart(&spec("headcount_by_month"), &[&only], &content, Lang::En).is_none());
    }

    #[test]
    fn the_axis_ends_at_a_round_number_above_the_largest_value() {
        let last = |largest, decimals| ticks(largest, decimals).last().unwrap().text.clone();
        assert_eq!(last(47, 0), "80");
        assert_eq!(last(40, 0), "40");
        assert_eq!(last(67_700, 2), "800");
        assert_eq!(last(0, 0), "4");
        assert_eq!(last(95, 2), "1.00");
    }
}
