//! The papers a farm leaves behind: subsidies, sprays, quarantine, insurance; the land has its own file.

use crate::crop::PESTICIDES;
use crate::farm::Farm;
use crate::item::{AGRI_INSURANCE, AGRI_SUBSIDY, ANIMAL_QUARANTINE, PESTICIDE_PURCHASE, PLANT_QUARANTINE};
use crate::land;
use crate::names;
use crate::outbox::Outbox;
use crate::subject::Kind;
use crate::time::{Day, Month};
use crate::{Case, CityError};

/// Writes every paper of one farm.
pub(crate) fn write(case: &mut Case<'_>, farm: &Farm, out: &mut Outbox) -> Result<(), CityError> {
    land::write(case, farm, out)?;
    subsidies(case, farm, out)?;
    sprays(case, farm, out)?;
    animals(case, farm, out)?;
    plants(case, farm, out)?;
    insurance(case, farm, out)
}

/// Into how many lines a source splits what could be one: none in small cities, many in the full one.
fn pieces(case: &mut Case<'_>, most: f64) -> i64 {
    let most = 1.0 + (most - 1.0) * case.city.farm_detail;
    (most * case.dice.between(0.6, 1.4)).round().max(1.0) as i64
}

fn subsidies(case: &mut Case<'_>, farm: &Farm, out: &mut Outbox) -> Result<(), CityError> {
    let audited = case.dice.between(0.92, 1.0);
    let last = case.city.until.year();
    for year in last - 4..=last {
        if farm.held_mu() > 0.0 {
            subsidy(
                case,
                ("soil_fertility", "耕地地力保护补贴"),
                (year, 5, 0),
                (farm.held_mu(), 9_800),
                out,
            )?;
        }
        for (slot, field) in farm.fields.iter().enumerate() {
            let (program, fen) = if field.crop.grain {
                (("grain", "实际种粮农民一次性补贴"), 11_500)
            } else {
                (("other", "特色产业发展补助"), 6_000)
            };
            let month = if field.crop.grain { 7 } else { 9 };
            subsidy(case, program, (year, month, slot as i64), (field.mu * audited, fen), out)?;
        }
        if farm.eco > 0.0 {
            subsidy(
                case,
                ("eco_compensation", "退耕还林补助"),
                (year, 10, 0),
                (farm.eco / 50.0, 5_000),
                out,
            )?;
        }
        if case.dice.chance(0.05) {
            let fen = case.dice.whole(400, 9_000) * 100;
            subsidy(case, ("machinery", "农机购置与应用补贴"), (year, 8, 0), (1.0, fen), out)?;
        }
    }
    Ok(())
}

fn subsidy(
    case: &mut Case<'_>,
    (code, name): (&str, &str),
    (year, month, slot): (i32, i32, i64),
    (area, fen): (f64, i64),
    out: &mut Outbox,
) -> Result<(), CityError> {
    let who = case.who;
    let first = Month::of(year, month).day(case.dice.whole(5, 25) as i32);
    let lines = pieces(case, 13.0);
    for line in 0..lines {
        let paid = first.plus(line as i32 / 4);
        if paid > case.city.until || paid < who.established {
            continue;
        }
        let part = area / lines as f64;
        let row = out.row();
        row.text(&who.key);
        row.opt_text((who.kind == Kind::Household).then(|| format!("HH{:08}", who.number)).as_deref());
        row.text(code).text(name).int(i64::from(year));
        if code == "machinery" {
            row.none()
        } else {
            row.dec(part)
        };
        row.none().money(fen).money((part * fen as f64).round() as i64).date(paid);
        row.text(who.place.division(paid)).int(slot * 100 + line + 1);
        out.send(AGRI_SUBSIDY, paid.plus(3))?;
    }
    Ok(())
}

fn sprays(case: &mut Case<'_>, farm: &Farm, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let habit = case.dice.between(0.8, 1.2);
    let shop = format!("农药经许{}{:04}", who.place.code, who.number % 9_973);
    let mut receipt = 0;
    for month in case.city.first.0..=case.city.last.0 {
        let month = Month(month);
        for field in farm.fields.iter().filter(|field| field.crop.sprays.contains(&month.number())) {
            receipt += 1;
            let lines = pieces(case, 13.0);
            let day = month.day(case.dice.whole(1, 27) as i32);
            if day > case.city.until || day < who.established {
                continue;
            }
            for line in 1..=lines {
                let (reg, name, toxicity, unit, price) = case.dice.pick(PESTICIDES);
                let quantity = (field.mu * field.crop.dose * habit / lines as f64 * 100.0).ceil() / 100.0;
                let row = out.row();
                row.text(&who.key).text(&shop).text(&format!("R{:08}{receipt:04}", who.number)).int(line);
                row.text(reg).text(name).text(toxicity).text(field.crop.code).dec(quantity).text(unit);
                row.money((quantity * price * 100.0) as i64).date(day).flag(false);
                out.send(PESTICIDE_PURCHASE, day.plus(2))?;
            }
        }
    }
    Ok(())
}

fn animals(case: &mut Case<'_>, farm: &Farm, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let village = names::village(who.place, &mut case.dice);
    for year in 0..3 {
        let most = 3 + (130.0 * case.city.farm_detail) as i64;
        let trips = farm.pigs.min(most);
        for trip in 0..trips {
            let heads = farm.pigs / trips + i64::from(trip < farm.pigs % trips);
            let day = case.city.until.plus(-(year * 365) - case.dice.whole(1, 364) as i32);
            if day < who.established {
                continue;
            }
            let row = out.row();
            row.text(&who.key).text(&format!("50{}{:08}{year}{trip:03}", day.year(), who.number)).text("pig");
            row.text("slaughter")
                .int(heads)
                .text("head")
                .text(&village)
                .text("定点屠宰场")
                .date(day)
                .text("pass");
            row.text(&format!("1{}{:08}{trip:03}", who.place.code, who.number));
            out.send(ANIMAL_QUARANTINE, day.plus(1))?;
        }
    }
    Ok(())
}

fn plants(case: &mut Case<'_>, farm: &Farm, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let village = names::village(who.place, &mut case.dice);
    for (index, field) in farm.fields.iter().filter(|field| !field.crop.grain).enumerate() {
        for year in (case.city.until.year() - 2)..=case.city.until.year() {
            for load in 0..pieces(case, 5.0) {
                let day = Month::of(year, field.crop.sold).day(case.dice.whole(1, 28) as i32);
                if day > case.city.until || day < who.established {
                    continue;
                }
                let tons = field.mu * field.yield_kg * field.bearing(year) / 1_000.0 / 5.0;
                if tons < 0.2 {
                    continue;
                }
                let number = format!("ZJ{year}{:08}{index}{load:02}", who.number);
                let row = out.row();
                row.text(&who.key).text(&number).text(field.crop.code).text("product").dec(tons).text("t");
                row.text(&village).text("重庆主城批发市场").date(day).date(day.plus(30)).text("pass");
                out.send(PLANT_QUARANTINE, day.plus(1))?;
            }
        }
    }
    Ok(())
}

fn insurance(case: &mut Case<'_>, farm: &Farm, out: &mut Outbox) -> Result<(), CityError> {
    let last = case.city.until.year();
    let insured = case.dice.between(0.85, 1.05);
    for year in last - 4..=last {
        for (index, field) in farm.fields.iter().enumerate() {
            let from = Month::of(year, field.crop.sown).day(1 + case.dice.whole(0, 20) as i32);
            let cover = Cover {
                product: field.crop.insurance,
                unit: "mu",
                quantity: field.mu * insured,
                sum: field.crop.insured.0,
                premium: field.crop.insured.1,
            };
            policy(case, &cover, from, index, out)?;
        }
        if farm.pigs > 0 {
            let from = Month::of(year, 1 + case.dice.whole(0, 3) as i32).day(8);
            let quantity = (farm.pigs as f64 * 0.85 * insured).round().max(1.0);
            let cover = Cover { product: "pig", unit: "head", quantity, sum: 800.0, premium: 40.0 };
            policy(case, &cover, from, 9, out)?;
        }
    }
    Ok(())
}

/// What a policy covers; sums in yuan for each mu or head.
struct Cover {
    product: &'static str,
    unit: &'static str,
    quantity: f64,
    sum: f64,
    premium: f64,
}

fn policy(
    case: &mut Case<'_>,
    cover: &Cover,
    from: Day,
    index: usize,
    out: &mut Outbox,
) -> Result<(), CityError> {
    let who = case.who;
    if from > case.city.until || from < who.established || !(case.dice.chance(0.9) || who.role.is_some()) {
        return Ok(());
    }
    let number = format!("PNY{}{:08}{index:02}", from.year(), who.number);
    let lines = pieces(case, 5.0);
    let claimed = case.dice.chance(0.08);
    for line in 1..=lines {
        let quantity = (cover.quantity / lines as f64 * if cover.unit == "mu" { 100.0 } else { 1.0 }).round();
        let quantity = if cover.unit == "mu" { quantity / 100.0 } else { quantity.max(1.0) };
        let premium = (quantity * cover.premium * 100.0) as i64;
        let sum = (quantity * cover.sum * 100.0) as i64;
        let claim_day = from.plus(case.dice.whole(40, 300) as i32);
        let claim = (claimed && claim_day < case.city.until).then(|| sum / case.dice.whole(5, 20));
        let row = out.row();
        row.text(&who.key)
            .text(&number)
            .int(line)
            .text("巴渝农业保险联合体")
            .text(cover.product)
            .dec(quantity);
        row.text(cover.unit).money(sum).money(premium).money(premium * 3 / 10).date(from);
        row.date(from.plus_months(12).plus(-1)).money(claim.unwrap_or(0)).opt_date(claim.map(|_| claim_day));
        out.send(AGRI_INSURANCE, claim.map_or(from, |_| claim_day).plus(5))?;
    }
    Ok(())
}
