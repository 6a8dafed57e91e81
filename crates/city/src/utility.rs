//! Water, power and gas: what the meters say of the work done, and how the bills are paid.

use crate::cast::Role;
use crate::item::{GAS_BILL, POWER_BILL, WATER_BILL};
use crate::outbox::Outbox;
use crate::subject::Kind;
use crate::time::{Day, Month};
use crate::trade::Segment;
use crate::{Case, CityError};

/// One bill of one meter before it is written.
struct Bill {
    month: Month,
    usage: f64,
    fen: i64,
    billed: Day,
    due: Day,
    /// None while it is unpaid.
    paid: Option<Day>,
}

/// Writes the bills of one organisation.
pub(crate) fn write(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let company = if case.who.is_company() { 1.0 } else { 0.8 };
    let (power, water) = match case.who.trade.segment {
        Segment::Plant | Segment::FoodPlant => (0.88, 0.8),
        Segment::Catering | Segment::Travel => (0.62, 0.7),
        Segment::Farm => (0.35, 0.22),
        Segment::Retail => (0.38, 0.38),
        Segment::Transport | Segment::Build => (0.22, 0.2),
        _ => (0.24, 0.22),
    };
    let idle = if case.who.tax == crate::subject::TaxPayer::Nothing { 0.55 } else { 1.0 };
    let sure = case.who.role.is_some_and(|role| !matches!(role, Role::ThinService | Role::DormantFirm));
    let thin = case.who.role.is_some() && !sure;
    if sure || (!thin && case.dice.chance(power * company * idle)) {
        let meters = meter_count(case);
        for meter in 0..meters {
            power_meter(case, meter, meters, out)?;
        }
    }
    if sure || (!thin && case.dice.chance(water * company * idle)) {
        water_meter(case, out)?;
    }
    if case.dice.chance((case.who.trade.gas * 2.5 * idle).min(0.95)) {
        gas_meter(case, out)?;
    }
    Ok(())
}

/// Meters of the largest chains: with three years of bills they hold 200,000 records.
const METERS_MAX: f64 = 5_600.0;

/// Large subjects have several meters, chains dozens, a few of a million subjects thousands.
fn meter_count(case: &mut Case<'_>) -> u64 {
    match case.who.sales_wan {
        size if size > 8_000.0 => (4.0 / (1.0 - case.dice.unit())).min(METERS_MAX) as u64,
        size if size > 2_500.0 => case.dice.whole(2, 5) as u64,
        size if size > 900.0 => case.dice.whole(1, 2) as u64,
        _ => 1,
    }
}

/// The meter's bills; `unit_price` in yuan, `per_wan` the usage for 10,000 yuan of sales.
fn bills(case: &mut Case<'_>, per_wan: f64, unit_price: f64, least: f64) -> Vec<Bill> {
    let who = case.who;
    let thrift = case.dice.lognormal(1.0, 0.3);
    let forgetful = case.dice.between(0.0, 0.09);
    let mut list = Vec::with_capacity(36);
    for month in case.city.first.0..=case.city.last.0 {
        let month = Month(month);
        let Some(index) = case.path.index(month) else { continue };
        if month.last() <= who.established || !who.stands(month.last()) {
            continue;
        }
        let usage = (case.path.activity[index] / 10_000.0 * per_wan * thrift)
            .max(least * case.dice.between(0.7, 1.3));
        let usage = (usage * 100.0).round() / 100.0;
        let billed = month.day(26);
        let due = month.plus(1).day(15);
        let stress = case.path.stress[index];
        let paid = match stress {
            _ if stress > 0.5 && case.dice.chance(0.5 * stress) => None,
            _ if case.dice.chance(forgetful + 0.5 * stress) => Some(due.plus(case.dice.whole(1, 60) as i32)),
            _ => Some(billed.plus(case.dice.whole(1, 18) as i32)),
        };
        let fen = (usage * unit_price * 100.0).round() as i64;
        let paid = paid.filter(|day| *day <= case.city.until);
        list.push(Bill { month, usage, fen, billed, due, paid });
    }
    list
}

/// When the supplier writes the bill down: once unpaid, once paid, if that falls into another delivery.
fn versions(bill: &Bill, item: usize, out: &Outbox) -> Vec<(Day, Option<Day>)> {
    let first = bill.billed.plus(1);
    match bill.paid {
        None => vec![(first, None)],
        Some(paid) if out.batch_of(item, paid.plus(1)) == out.batch_of(item, first) => {
            vec![(paid.plus(1), Some(paid))]
        }
        Some(paid) => vec![(first, None), (paid.plus(1), Some(paid))],
    }
}

/// Unpaid although the day for paying is over when the row is written.
fn arrears(bill: &Bill, at: Day, paid: Option<Day>, until: Day) -> i64 {
    let seen = if bill.paid.is_none() { until } else { at };
    if paid.is_none() && seen > bill.due { bill.fen } else { 0 }
}

fn late_fee(bill: &Bill, paid: Option<Day>) -> i64 {
    paid.map_or(0, |paid| bill.fen * i64::from((paid.0 - bill.due.0).max(0)) / 1_000)
}

fn power_meter(case: &mut Case<'_>, meter: u64, meters: u64, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let tariff = match (who.trade.segment, who.kind) {
        (Segment::Farm, _) => "agriculture",
        (Segment::Plant | Segment::FoodPlant, _) if who.sales_wan > 1_500.0 => "large_industry",
        (_, Kind::Individual) if who.number.is_multiple_of(7) => "residential",
        _ => "general_commercial",
    };
    let price = match tariff {
        "agriculture" | "residential" => 0.55,
        "large_industry" => 0.68,
        _ => 0.82,
    };
    let capacity = (who.sales_wan * who.trade.power / 12.0 / 120.0 / meters as f64 / 5.0).ceil() * 5.0 + 10.0;
    let account = format!("31{:09}{meter:02}", who.number);
    let supplier = format!("国网重庆{}供电公司", who.place.short);
    for bill in bills(case, who.trade.power / meters as f64, price, 40.0) {
        let cut = bill.paid.is_none() && case.path.stress_at(bill.month) > 0.9 && case.dice.chance(0.3);
        let peak = bill.usage * case.dice.between(0.25, 0.45);
        let illegal = case.dice.chance(0.0003);
        for (at, paid) in versions(&bill, POWER_BILL, out) {
            let owed = arrears(&bill, at, paid, case.city.until);
            let row = out.row();
            row.text(&who.key).text(&supplier).text(&account).month(bill.month).text(tariff);
            row.dec(capacity).dec(bill.usage).dec(peak).money(bill.fen).date(bill.due).opt_date(paid);
            row.money(owed).flag(cut && owed > 0).flag(illegal);
            out.send(POWER_BILL, at)?;
        }
    }
    Ok(())
}

fn water_meter(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let account = format!("W{:09}", who.number);
    let supplier = format!("重庆{}供水公司", who.place.short);
    for bill in bills(case, who.trade.water, 4.6, 4.0) {
        for (at, paid) in versions(&bill, WATER_BILL, out) {
            let row = out.row();
            row.text(&who.key)
                .text(&supplier)
                .text(&account)
                .month(bill.month)
                .dec(bill.usage)
                .money(bill.fen);
            row.date(bill.billed).date(bill.due).opt_date(paid);
            row.money(arrears(&bill, at, paid, case.city.until)).money(late_fee(&bill, paid));
            out.send(WATER_BILL, at)?;
        }
    }
    Ok(())
}

fn gas_meter(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let account = format!("G{:09}", who.number);
    let supplier = format!("重庆{}燃气公司", who.place.short);
    let per_wan = if matches!(who.trade.segment, Segment::Catering | Segment::Travel) { 55.0 } else { 22.0 };
    for bill in bills(case, per_wan, 3.1, 6.0) {
        for (at, paid) in versions(&bill, GAS_BILL, out) {
            let row = out.row();
            row.text(&who.key)
                .text(&supplier)
                .text(&account)
                .month(bill.month)
                .dec(bill.usage)
                .money(bill.fen);
            row.date(bill.billed).date(bill.due).opt_date(paid);
            row.money(arrears(&bill, at, paid, case.city.until));
            out.send(GAS_BILL, at)?;
        }
    }
    Ok(())
}
