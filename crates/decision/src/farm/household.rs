//! What a household earns besides its own farm: wages, subsidies that come every year, rent and dividends.

use super::Income;
use super::checks::{Check, Checks};
use super::coefficients::{ModelText, WageText};
use crate::trace::Sink;
use crate::vector::Vector;

/// Where the household's figures stand in the vector.
#[derive(Debug, Clone)]
pub(super) struct HouseholdPlaces {
    pub(super) wage_base: usize,
    pub(super) wage_months: usize,
    pub(super) flexible_base: usize,
    pub(super) flexible_months: usize,
    pub(super) village_wage: usize,
    pub(super) subsidies: [usize; 3],
    pub(super) subsidy_households: usize,
    pub(super) rent_received: usize,
    pub(super) dividend: usize,
    pub(super) double_parcels: usize,
}

/// Wages proved by an employer, paid for oneself, or recorded by the village.
pub(super) fn wage<S: Sink>(
    text: &WageText,
    places: &HouseholdPlaces,
    vector: &Vector,
    checks: &mut Checks<'_>,
    sink: &mut S,
) -> Option<Income> {
    let value = |at: usize| vector.values[at];
    let cap = text.cap_times_average * text.average_wage_month;
    let employed = value(places.wage_base).zip(value(places.wage_months)).and_then(|(base, months)| {
        let haircut = text.haircuts.iter().find(|haircut| months >= haircut.months)?;
        let income =
            Income { amount: base.min(cap) * months * haircut.share, confidence: haircut.confidence };
        Some(income.lowered(checks.hit_if(months < 12.0, Check::MonthGap, sink)))
    });
    let flexible = value(places.flexible_base).zip(value(places.flexible_months)).map(|(base, months)| {
        Income { amount: text.flexible_share * base.min(cap) * months, confidence: text.flexible_confidence }
    });
    let village = value(places.village_wage)
        .map(|wage| Income { amount: text.village_share * wage, confidence: text.village_confidence });
    Income::join(Income::join(employed, flexible), village)
}

/// Subsidies that come every year: mostly the latest year, partly the two before it.
pub(super) fn subsidy<S: Sink>(
    model: &ModelText,
    places: &HouseholdPlaces,
    vector: &Vector,
    checks: &mut Checks<'_>,
    sink: &mut S,
) -> Option<Income> {
    let text = &model.subsidy;
    let [latest, before, earlier] = places.subsidies.map(|at| vector.values[at]);
    let latest = latest?;
    let (years, average) = match (before, earlier) {
        (Some(before), Some(earlier)) => (3, Some(f64::midpoint(before, earlier))),
        (before, earlier) => (1 + usize::from(before.or(earlier).is_some()), before.or(earlier)),
    };
    let amount = text.share_latest * latest + average.map_or(0.0, |average| text.share_before * average);
    let several = vector.values[places.subsidy_households].is_some_and(|households| households > 1.0);
    let lowered = checks.hit_if(several, Check::SubsidyNameMismatch, sink);
    Some(Income { amount, confidence: text.confidence[years - 1] }.lowered(lowered))
}

/// Rent for land given to others, and dividends of the rural collective.
pub(super) fn property<S: Sink>(
    model: &ModelText,
    places: &HouseholdPlaces,
    vector: &Vector,
    checks: &mut Checks<'_>,
    sink: &mut S,
) -> Option<Income> {
    let text = &model.property;
    let twice = vector.values[places.double_parcels].is_some_and(|parcels| parcels > 0.0);
    let lowered = checks.hit_if(twice, Check::LandDoubleCount, sink);
    let rent = vector.values[places.rent_received]
        .map(|rent| Income { amount: rent * text.share, confidence: text.confidence }.lowered(lowered));
    let dividend =
        vector.values[places.dividend].map(|amount| Income { amount, confidence: text.confidence });
    Income::join(rent, dividend)
}
