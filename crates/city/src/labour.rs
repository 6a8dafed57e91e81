//! What payroll leaves behind: social insurance by kind and month, and the housing fund.

use crate::cast::Role;
use crate::item::{HOUSING_FUND_PAYMENT, SOCIAL_INSURANCE_PAYMENT};
use crate::outbox::Outbox;
use crate::subject::{Kind, TaxPayer};
use crate::time::Month;
use crate::{Case, CityError};

/// Insurance kinds with the joint rate of employer and employee.
const KINDS: [(&str, f64); 4] =
    [("pension", 0.24), ("unemployment", 0.01), ("injury", 0.006), ("medical", 0.11)];
/// Share of insured firms that give the housing fund more than three times the people.
const DISAGREEMENT_SHARE: f64 = 0.03;

/// Writes the payroll records of one organisation.
pub(crate) fn write(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let insured = insures(case);
    let covered = case.dice.between(0.7, 1.0);
    if insured {
        social_insurance(case, covered, out)?;
    }
    let saves = case.who.role.is_some() || case.dice.chance(if insured { 0.8 } else { 0.1 });
    if saves && (insured || case.who.is_company()) && !silent(case) {
        let apart = insured && case.dice.chance(DISAGREEMENT_SHARE) && case.who.role.is_none();
        housing_fund(case, covered, apart, out)?;
    }
    Ok(())
}

/// Roles without payroll records.
fn silent(case: &Case<'_>) -> bool {
    case.who.plays(Role::ThinService) || case.who.plays(Role::DormantFirm) || case.who.plays(Role::PepperCoop)
}

fn insures(case: &mut Case<'_>) -> bool {
    let heads = case.path.heads_at(case.city.last).max(case.path.heads_at(case.city.first));
    let share = match (case.who.kind, case.who.tax) {
        _ if silent(case) => return false,
        _ if case.who.role.is_some() => 1.0,
        (Kind::Enterprise, TaxPayer::General) if heads > 8 => 0.62,
        (Kind::Enterprise, TaxPayer::General) => 0.3,
        (Kind::Enterprise, TaxPayer::Small) => 0.16,
        (Kind::Cooperative, _) => 0.05,
        _ => 0.015,
    };
    case.dice.chance(share)
}

fn social_insurance(case: &mut Case<'_>, covered: f64, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let base = case.wage_month() * case.dice.between(0.6, 1.0);
    let (mut before, mut behind) = (None, 0_i64);
    for month in case.city.first.0..=case.city.last.0 {
        let month = Month(month);
        if month.last() <= who.established || !who.stands(month.day(25)) {
            continue;
        }
        let heads = (case.path.heads_at(month) as f64 * covered).round().max(1.0) as i64;
        let known = before.unwrap_or(heads);
        let churn = i64::from(case.dice.count(heads as f64 * 0.02)).min(heads);
        let (new, left) = (((heads - known).max(0) + churn).min(heads), (known - heads).max(0) + churn);
        before = Some(heads);
        let fails = case.dice.chance(0.8 * case.path.stress_at(month).powi(2));
        behind = if fails { behind + 1 } else { 0 };
        let payday = month.day(8 + case.dice.whole(0, 12) as i32);
        for (kind, rate) in KINDS {
            let base_total = (base * heads as f64 * 100.0) as i64;
            let payable = (base_total as f64 * rate) as i64;
            let paid = if fails { 0 } else { payable };
            let row = out.row();
            row.text(&who.key).month(month).text(kind).int(heads).int(new).int(left);
            row.money(base_total).money(payable).money(paid).money(payable - paid).int(behind);
            row.opt_date((!fails).then_some(payday));
            out.send(SOCIAL_INSURANCE_PAYMENT, if fails { month.last() } else { payday.plus(2) })?;
        }
    }
    Ok(())
}

fn housing_fund(case: &mut Case<'_>, covered: f64, apart: bool, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let account = format!("50{:08}01", who.number);
    let base = case.wage_month() * case.dice.between(0.6, 1.0);
    let ratio = case.dice.whole(5, 12) as f64 / 100.0;
    for month in case.city.first.0..=case.city.last.0 {
        let month = Month(month);
        if month.last() <= who.established || !who.stands(month.day(25)) {
            continue;
        }
        let share = if apart { covered * 3.6 } else { covered * 0.9 };
        let heads =
            (case.path.heads_at(month) as f64 * share).round().max(if apart { 6.0 } else { 1.0 }) as i64;
        let stress = case.path.stress_at(month);
        let status = match () {
            () if case.dice.chance(0.9 * stress) => "arrears",
            () if case.dice.chance(0.004) => "deferred",
            () => "normal",
        };
        let base_total = (base * heads as f64 * 100.0) as i64;
        let payable = (base_total as f64 * ratio * 2.0) as i64;
        let paid = if status == "normal" { payable } else { 0 };
        let payday = month.day(10 + case.dice.whole(0, 12) as i32);
        let row = out.row();
        row.text(&who.key).text(&account).month(month).int(heads).money(base_total).ratio(ratio);
        row.money(payable).money(paid).text(status).opt_date((paid > 0).then_some(payday));
        let at = if paid > 0 { payday.plus(2) } else { month.last() };
        let written = out.send(HOUSING_FUND_PAYMENT, at)?;
        if apart && month == case.city.last {
            let note = "housing fund headcount more than 3 times that of social insurance";
            out.plant(written, "headcount", "cross:headcount_3x", note)?;
        }
    }
    Ok(())
}
