//! Knowledge as an asset: patents, marks, software, research, and the titles that go with them.

use crate::cast::Role;
use crate::item::{
    HITECH_CERTIFICATION, IP_PLEDGE, PATENT, RD_ACTIVITY, SME_GRADE, SOFTWARE_COPYRIGHT, TRADEMARK,
};
use crate::names;
use crate::outbox::Outbox;
use crate::time::Day;
use crate::trade::Segment;
use crate::{Case, CityError};

/// Writes the knowledge records of one organisation.
pub(crate) fn write(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let tech = case.who.trade.segment == Segment::Tech || case.who.trade.class == "3989";
    let star = case.who.plays(Role::TechFirm);
    let big = (case.who.sales_wan / 800.0).clamp(0.3, 4.0);
    let maker = case.who.trade.segment.makes();
    let patents = match (star, tech, maker) {
        (true, ..) => 14.0,
        (_, true, _) => 2.2 * big,
        (_, _, true) => 2.6 * big,
        _ if case.who.is_company() => 0.06,
        _ => 0.01,
    };
    let first = patents_of(case, patents, out)?;
    if let Some(patent) = first
        && (star || case.dice.chance(0.02))
    {
        pledge(case, &patent, out)?;
    }
    marks(case, out)?;
    let software = match (star, case.who.trade.segment == Segment::Tech) {
        (true, _) => 9.0,
        (_, true) => 2.6,
        _ => 0.05,
    };
    software_of(case, software, out)?;
    let researches = star || case.who.is_company() && (tech || maker) && case.dice.chance(0.19 * big);
    if researches {
        research(case, out)?;
        titles(case, star, out)?;
    }
    grade(case, star || researches, out)
}

/// Writes the patents; returns the number of a valid one.
fn patents_of(case: &mut Case<'_>, mean: f64, out: &mut Outbox) -> Result<Option<String>, CityError> {
    let who = case.who;
    let mut valid = None;
    for index in 0..case.events(mean) {
        let applied = case.day_since(who.established.plus(100));
        if !who.stands(applied) || applied > case.city.until {
            continue;
        }
        let kind = case.dice.weighted(&[("utility", 0.6), ("invention", 0.25), ("design", 0.15)]);
        let wait = if kind == "invention" { case.dice.whole(500, 1_000) } else { case.dice.whole(150, 330) };
        let granted = Some(applied.plus(wait as i32)).filter(|day| *day <= case.city.until);
        let state = match granted {
            None => "pending",
            Some(_) if case.dice.chance(0.12) => "lapsed",
            Some(_) => "valid",
        };
        let letter = match kind {
            "invention" => 1,
            "utility" => 2,
            _ => 3,
        };
        let number = format!("ZL{}{letter}{:07}{index:02}", applied.year(), who.number);
        let title = format!(
            "一种{}{}",
            who.trade.goods,
            case.dice.pick(&["装置", "加工方法", "检测系统", "生产设备"])
        );
        let ipc = case.dice.pick(&["B23P 19/00", "G06F 16/20", "A23L 19/20", "B25B 13/00", "H01M 10/05"]);
        let fee = (state == "valid").then(|| case.city.until.plus(case.dice.whole(20, 360) as i32));
        let row = out.row();
        row.text(&who.key).text(&number).text(&title).text(kind).date(applied).opt_date(granted).text(state);
        row.text(ipc).int(case.dice.whole(1, 6)).opt_date(fee);
        out.send(PATENT, granted.unwrap_or(applied).plus(20))?;
        if state == "valid" && valid.is_none() {
            valid = Some(number);
        }
    }
    Ok(valid)
}

fn pledge(case: &mut Case<'_>, patent: &str, out: &mut Outbox) -> Result<(), CityError> {
    let from = case.day_back(600).or_later(case.who.established);
    let bank = names::bank(&mut case.dice);
    let row = out.row();
    row.text(&case.who.key)
        .text(&format!("渝质{}{:07}", from.year(), case.who.number))
        .text(patent)
        .text(bank);
    row.money(case.dice.whole(10, 60) * 10_000_000).date(from).date(from.plus_months(24)).none();
    out.send(IP_PLEDGE, from.plus(5))?;
    Ok(())
}

fn marks(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let mean = match who.trade.segment {
        Segment::FoodPlant => 3.2,
        Segment::Plant => 1.4,
        Segment::Farm | Segment::Wholesale | Segment::Tech => 0.9,
        _ if who.is_company() => 0.55,
        _ => 0.35,
    };
    let mark = names::brand(case.city.seed, who.number, case.city.long_brands);
    for index in 0..case.events(mean) {
        let applied = case.day_since(who.established.plus(30));
        if !who.stands(applied) {
            continue;
        }
        let registered =
            Some(applied.plus(case.dice.whole(240, 420) as i32)).filter(|day| *day <= case.city.until);
        let state = match registered {
            Some(_) => "registered",
            None if case.dice.chance(0.1) => "rejected",
            None => "pending",
        };
        let row = out.row();
        row.text(&who.key).text(&format!("7{:07}{index:02}", who.number)).text(&mark);
        row.int(case.dice.whole(1, 45)).date(applied).opt_date(registered);
        row.opt_date(registered.map(|day| day.plus_months(120))).text(state);
        row.flag(case.dice.chance(0.002)).flag(case.dice.chance(0.004));
        out.send(TRADEMARK, registered.unwrap_or(applied).plus(15))?;
    }
    Ok(())
}

fn software_of(case: &mut Case<'_>, mean: f64, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    for index in 0..case.events(mean) {
        let day = case.day_since(who.established.plus(90));
        if !who.stands(day) {
            continue;
        }
        let name =
            format!("{}管理软件", case.dice.pick(&["生产", "仓储", "质量追溯", "客户", "设备", "能耗"]));
        let row = out.row();
        row.text(&who.key).text(&format!("{}SR{:07}{index:02}", day.year(), who.number)).text(&name);
        row.text(&format!("V{}.0", 1 + index % 3)).date(day.plus(-60)).date(day);
        row.text(if case.dice.chance(0.96) { "original" } else { "transferred" });
        out.send(SOFTWARE_COPYRIGHT, day.plus(10))?;
    }
    Ok(())
}

fn research(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    for year in (case.city.until.year() - 4)..case.city.until.year() {
        let known = Day::ymd(year + 1, 5, 20);
        if who.established.year() > year || !who.stands(known) {
            continue;
        }
        for project in 0..case.dice.whole(1, 3) {
            let expense = (who.sales_wan * case.dice.between(0.02, 0.06)) as i64 * 1_000_000 + 5_000_000;
            let level =
                case.dice.weighted(&[("own", 0.7), ("district", 0.15), ("city", 0.12), ("national", 0.03)]);
            let grant = if level == "own" { 0 } else { case.dice.whole(5, 60) * 1_000_000 };
            let number = format!("RD{year}{:07}{project}", who.number);
            let row = out.row();
            row.text(&who.key)
                .int(i64::from(year))
                .text(&number)
                .text(&format!("{}关键技术研发", who.trade.goods));
            row.text(level).money(grant).money(expense).int(case.dice.whole(3, 20)).money(expense * 4 / 5);
            row.text(if year + 2 < case.city.until.year() { "accepted" } else { "running" });
            out.send(RD_ACTIVITY, known)?;
        }
    }
    Ok(())
}

fn titles(case: &mut Case<'_>, star: bool, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    for (kind, share, months) in [("hitech", 0.55, 36), ("sci_sme", 0.6, 12), ("gazelle", 0.04, 36)] {
        let granted = case.day_back(900);
        if !(star && kind != "gazelle" || case.dice.chance(share)) || !who.stands(granted.plus(-200)) {
            continue;
        }
        let row = out.row();
        row.text(&who.key).text(kind).text(&format!("GR{}51{:07}", granted.year(), who.number)).date(granted);
        row.date(granted.plus_months(months)).text("重庆市科学技术局").none();
        out.send(HITECH_CERTIFICATION, granted.plus(20))?;
    }
    Ok(())
}

fn grade(case: &mut Case<'_>, likely: bool, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    if !case.dice.chance(if who.plays(Role::TechFirm) {
        1.0
    } else if likely {
        0.6
    } else {
        0.012
    }) {
        return Ok(());
    }
    let grades =
        [("innovative", 0.6), ("specialised", 0.34), ("little_giant", 0.05), ("single_champion", 0.01)];
    let (grade, granted) = (case.dice.weighted(&grades), case.day_back(1_000));
    if !who.is_company() || !who.stands(granted) {
        return Ok(());
    }
    let row = out.row();
    row.text(&who.key).text(grade).text(&format!("{}年第1批", granted.year())).date(granted);
    row.date(granted.plus_months(36)).flag(false).none();
    out.send(SME_GRADE, granted.plus(10))?;
    Ok(())
}
