//! What a firm owns and has pledged: real estate, mortgages, seizures, movables.

use crate::cast::Role;
use crate::item::{CHATTEL_REGISTRATION, REAL_ESTATE_MORTGAGE, REAL_ESTATE_SEIZURE, REAL_ESTATE_TITLE};
use crate::names;
use crate::outbox::Outbox;
use crate::time::Day;
use crate::{Case, CityError};

/// Writes the property records of one organisation.
pub(crate) fn write(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    real_estate(case, out)?;
    movables(case, out)
}

fn real_estate(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let owns = match () {
        () if who.role.is_some_and(|role| matches!(role, Role::ZhacaiPlant | Role::CourtRecords)) => 2.0,
        () if who.sales_wan > 2_000.0 => 3.0,
        () if who.sales_wan > 500.0 => 1.0,
        () if who.is_company() => 0.33,
        () => 0.1,
    };
    let total = if owns >= 2.0 { case.events(owns).max(1) } else { case.events(owns) };
    for index in 0..total {
        let bought = case.day_since(who.established.plus(60));
        if !who.stands(bought) {
            continue;
        }
        let district = who.place.name_on(bought);
        let certificate = format!("渝（{}）{district}不动产权第{:07}{index:02}号", bought.year(), who.number);
        let kind = case.dice.weighted(&[("house", 0.7), ("land", 0.27), ("forest", 0.03)]);
        let area = case.dice.lognormal(if kind == "house" { 180.0 } else { 4_000.0 }, 0.8);
        let right = case.dice.weighted(&[
            ("granted", 0.85),
            ("allocated", 0.05),
            ("collective", 0.06),
            ("leased", 0.04),
        ]);
        let address = names::address(who.place, &mut case.dice);
        let row = out.row();
        row.text(&who.key).text(&certificate).text(&format!("{}{:09}{index:02}", who.place.code, who.number));
        row.text(kind).text(if kind == "house" { "商业服务" } else { "工业" }).text(right).dec(area);
        if kind == "house" {
            row.dec(area * 0.92)
        } else {
            row.none()
        };
        row.text(&address).text("sole").date(bought).date(bought.plus_months(480)).flag(true);
        out.send(REAL_ESTATE_TITLE, bought.plus(1))?;
        burdens(case, &certificate, bought, area, out)?;
    }
    Ok(())
}

/// Mortgages and seizures on one title.
fn burdens(
    case: &mut Case<'_>,
    title: &str,
    bought: Day,
    area: f64,
    out: &mut Outbox,
) -> Result<(), CityError> {
    let who = case.who;
    if case.dice.chance(0.27) {
        let from = case.day_since(bought.plus(20));
        let to = from.plus_months(36);
        if who.stands(from) {
            let ended = (to < case.city.until && case.dice.chance(0.8)).then(|| to.plus(-20));
            let number = title.replace("不动产权", "不动产证明");
            let bank = names::bank(&mut case.dice);
            let secured = (area * case.dice.between(1_500.0, 5_000.0)) as i64 * 100;
            let row = out.row();
            row.text(&who.key).text(&number).text(title).text(bank).money(secured).date(from).date(to).int(1);
            row.date(from).opt_date(ended);
            out.send(REAL_ESTATE_MORTGAGE, ended.unwrap_or(from).plus(1))?;
        }
    }
    let Some(trouble) = who.trouble else { return Ok(()) };
    let from = trouble.default_on.plus(case.dice.whole(40, 160) as i32);
    if from < case.city.until && who.stands(from) && (who.role.is_some() || case.dice.chance(0.4)) {
        let (court, place) = names::court(who.place);
        let number = format!("({})渝{place}执保{}号", from.year(), who.number);
        let row = out.row();
        row.text(&who.key).text(&number).text(title).text(&court).text("seizure");
        row.date(from).date(from.plus_months(36)).none();
        out.send(REAL_ESTATE_SEIZURE, from.plus(1))?;
    }
    Ok(())
}

fn movables(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let mean = match who.sales_wan {
        size if size > 2_000.0 => 1.0,
        size if size > 400.0 => 0.32,
        _ => 0.045,
    };
    for index in 0..case.events(mean) {
        let day = case.day_back(1_400);
        if !who.stands(day) {
            continue;
        }
        let kind = case.dice.pick(&["equipment", "inventory", "receivable", "receivable", "finance_lease"]);
        let bank = names::bank(&mut case.dice);
        let secured = (who.sales_wan * case.dice.between(0.05, 0.3)) as i64 * 1_000_000 + 10_000_000;
        let ends = day.plus_months(24);
        let ended = (ends < case.city.until && case.dice.chance(0.6)).then(|| ends.plus(-15));
        let row = out.row();
        row.text(&who.key)
            .text(&format!("CQ{}{:08}{index:02}", day.year(), who.number))
            .text(kind)
            .text(bank);
        row.money(secured).date(day).date(ends).opt_date(ended);
        out.send(CHATTEL_REGISTRATION, ended.unwrap_or(day).plus(1))?;
    }
    Ok(())
}
