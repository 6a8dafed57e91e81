//! The city's figures of a period, each with what it counts, and how they went over the months.

use askama::Template;
use axum::extract::{Query, State};
use jiff::ToSpan;
use jiff::civil::Date;
use jq_base::ids::BankId;
use jq_lending::figures::{Cut, Figure, FigureTexts, FigureValue, Period};
use jq_web::{Problem, Visit, page};
use serde::Deserialize;

use super::months::charts;
use crate::chart::Chart;
use crate::form::Choice;
use crate::refused::Answer;
use crate::session::Oversight;
use crate::state::PortalState;
use crate::watch::Watcher;
use crate::watch::choice::{bank_choices, bank_names, district_choices};
use crate::words;

/// Months that the charts show.
const MONTHS: u16 = 12;
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
    months_about: String,
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
        value: said(&v, figures.value(figure)),
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
        months_about: v.one("figures-months-about", "day", words::day(v.lang(), today, today)),
        v,
    }))
}

/// The periods to choose from, with the keys of their names; the first is shown when none is named.
const PERIODS: [(&str, &str); 6] = [
    ("", "figures-12m"),
    ("year", "figures-year"),
    ("quarter", "figures-quarter"),
    ("last-quarter", "figures-last-quarter"),
    ("month", "figures-month"),
    ("last-month", "figures-last-month"),
];

/// The period that a word of the address names; the last twelve months when it names none.
pub fn period_of(word: &str, today: Date) -> Period {
    let month = today.first_of_month();
    let quarter = month.saturating_sub(i64::from((month.month() - 1) % 3).months());
    let until = |end: Date, months: i64| Period::new(end.saturating_sub(months.months()), end);
    let so_far = |from: Date| Period::new(from, today.saturating_add(1.day()));
    let named = match word {
        "month" => so_far(month),
        "last-month" => until(month, 1),
        "quarter" => so_far(quarter),
        "last-quarter" => until(quarter, 3),
        "year" => Some(Period::year_so_far(today)),
        _ => None,
    };
    named.unwrap_or_else(|| Period::year_to(today))
}

/// The periods to choose from.
pub fn periods(v: &Visit, chosen: &str) -> Vec<Choice> {
    PERIODS.into_iter().map(|(word, key)| Choice::plain(word, &v.t(key), chosen)).collect()
}

/// A figure as it stands on a page: amounts as people say them, rates to the hundredth of a percent.
pub fn said(v: &Visit, value: FigureValue) -> String {
    match value {
        FigureValue::Amount(amount) => words::amount(v.lang(), amount),
        FigureValue::Rate(Some(rate)) => {
            let hundredths = (rate.ppm() + 50) / 100;
            format!("{}.{:02}%", hundredths / 100, hundredths % 100)
        }
        value => value.text(v.lang()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn periods_end_today_or_where_the_next_begins() {
        let ends = |word: &str, today: Date| {
            let period = period_of(word, today);
            (period.from(), period.last_day())
        };
        let today = date(2026, 11, 10);
        assert_eq!(ends("month", today), (date(2026, 11, 1), today));
        assert_eq!(ends("last-month", today), (date(2026, 10, 1), date(2026, 10, 31)));
        assert_eq!(ends("quarter", today), (date(2026, 10, 1), today));
        assert_eq!(ends("last-quarter", today), (date(2026, 7, 1), date(2026, 9, 30)));
        assert_eq!(ends("last-quarter", date(2026, 3, 31)), (date(2025, 10, 1), date(2025, 12, 31)));
        assert_eq!(ends("year", today), (date(2026, 1, 1), today));
        assert_eq!(ends("nonsense", today), (date(2025, 11, 11), today));
    }
}
