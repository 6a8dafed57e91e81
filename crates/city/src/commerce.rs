//! Orders, honours and permits: trade over the border, bids, public contracts, subsidies, certificates, vehicles.

use crate::cast::Role;
use crate::item::{
    BID_AWARD, CERTIFICATION, CUSTOMS_CREDIT, CUSTOMS_TRADE, GOV_PROCUREMENT_CONTRACT, GOV_SUBSIDY, HONOR,
    PROJECT_FILING, TRANSPORT_OPERATION,
};
use crate::outbox::Outbox;
use crate::time::Month;
use crate::trade::Segment;
use crate::{Case, CityError};

/// Writes the business records of one organisation.
pub(crate) fn write(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    customs(case, out)?;
    projects(case, out)?;
    bids(case, out)?;
    contracts(case, out)?;
    subsidies(case, out)?;
    honours(case, out)?;
    certificates(case, out)?;
    vehicles(case, out)
}

fn customs(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let trades = match who.trade.segment {
        _ if who.plays(Role::ThrivingMaker) => 1.0,
        _ if !who.is_company() || who.sales_wan < 200.0 => 0.0,
        Segment::Plant => 0.55,
        Segment::FoodPlant | Segment::Wholesale => 0.32,
        Segment::Tech => 0.16,
        _ => 0.01,
    };
    if !case.dice.chance(trades) {
        return Ok(());
    }
    let share = case.dice.between(0.05, 0.4);
    let country = case.dice.pick(&["VNM", "DEU", "THA", "USA", "KAZ", "MYS"]);
    let hs4 = case.dice.pick(&["8708", "8204", "8205", "2005", "8507", "8534"]);
    let imports = case.dice.chance(0.35);
    let flows: &[&str] = if imports { &["export", "import"] } else { &["export"] };
    for month in case.city.first.0..case.city.last.0 {
        let month = Month(month);
        let Some(index) = case.path.index(month) else { continue };
        let reported = month.plus(1).day(12);
        if !who.stands(reported) || month.last() <= who.established {
            continue;
        }
        for flow in flows {
            let yuan = case.path.sales[index] * share * case.dice.between(0.7, 1.3);
            let yuan = if *flow == "import" { yuan * 0.4 } else { yuan };
            if yuan < 5_000.0 {
                continue;
            }
            let duty = if *flow == "import" { yuan * 6.0 } else { 0.0 };
            let row = out.row();
            row.text(&who.key).month(month).text(flow).text("general").int(1 + (yuan / 400_000.0) as i64);
            row.money((yuan * 100.0) as i64).money((yuan / 7.1 * 100.0) as i64).text(hs4).text(country);
            row.money(duty as i64);
            out.send(CUSTOMS_TRADE, reported)?;
        }
    }
    if who.role.is_some() || case.dice.chance(0.6) {
        let from = case.day_since(who.established.plus(100));
        let grade = case.dice.weighted(&[("regular", 0.9), ("aeo_advanced", 0.08), ("dishonest", 0.02)]);
        let row = out.row();
        row.text(&who.key).text(&format!("5002{:06}", who.number % 1_000_000)).text(grade).date(from).none();
        row.text("重庆海关");
        out.send(CUSTOMS_CREDIT, from.plus(6))?;
    }
    Ok(())
}

fn projects(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let mean = if who.trade.segment.makes() {
        0.8
    } else if who.is_company() {
        0.22
    } else {
        0.02
    };
    for index in 0..case.dealings(mean) {
        let day = case.day_back(1_700);
        if !who.stands(day) {
            continue;
        }
        let done = day.plus_months(18);
        let state = match done < case.city.until {
            true if case.dice.chance(0.85) => "finished",
            true => "cancelled",
            false if case.dice.chance(0.6) => "building",
            false => "filed",
        };
        let code = format!("{}-{}-04-05-{:06}{index}", day.year() % 100, who.place.division(day), who.number);
        let invest = (who.sales_wan * case.dice.between(0.1, 1.2)) as i64 * 1_000_000 + 20_000_000;
        let row = out.row();
        row.text(&who.key).text(&code).text(&format!("{}扩能项目", who.trade.goods)).text("filing");
        row.text(who.trade.class).money(invest).date(day.plus(40)).date(done).date(day).text(state);
        row.text(who.place.division(day));
        out.send(PROJECT_FILING, day.plus(1))?;
    }
    Ok(())
}

fn bids(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let (mean, kind) = match who.trade.segment {
        Segment::Build => (4.5, "construction"),
        Segment::Tech => (1.3, "service"),
        Segment::Service if who.is_company() => (0.7, "service"),
        Segment::Plant | Segment::Wholesale => (0.6, "goods"),
        _ => (0.02, "other"),
    };
    for index in 0..case.dealings(mean) {
        let day = case.day_back(1_800);
        if !who.stands(day) || who.trouble.is_some_and(|trouble| day > trouble.default_on) {
            continue;
        }
        let project = format!("{}{}采购项目", who.place.name_on(day), who.trade.goods);
        let amount = (who.sales_wan * case.dice.between(0.02, 0.3) * 1_000_000.0) as i64 + 3_000_000;
        let row = out.row();
        row.text(&format!("CQ{}{:07}{index:02}", day.year(), who.number)).text(&who.key).text(&project);
        row.text("第一标段").text(kind).text(&format!("重庆市{}公共事务中心", who.place.name_on(day)));
        row.money(amount).none().flag(case.dice.chance(0.06)).date(day).int(case.dice.whole(30, 400));
        out.send(BID_AWARD, day.plus(3))?;
    }
    Ok(())
}

fn contracts(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let mean = match who.trade.segment {
        _ if who.plays(Role::TechFirm) => 4.0,
        Segment::Tech | Segment::Service if who.is_company() => 0.7,
        Segment::Wholesale | Segment::Build => 0.35,
        _ => 0.03,
    };
    for index in 0..case.dealings(mean) {
        let day = case.day_back(1_700);
        if !who.stands(day) {
            continue;
        }
        let amount = (who.sales_wan * case.dice.between(0.02, 0.25) * 1_000_000.0) as i64 + 1_000_000;
        let done = day.plus(240) < case.city.until;
        let paid = done.then_some(amount);
        let row = out.row();
        row.text(&who.key).text(&format!("CQHT{}{:07}{index:02}", day.year(), who.number));
        row.text(&format!("CQXM{}{:05}", day.year(), who.number % 100_000));
        row.text(&format!("重庆市{}机关事务中心", who.place.name_on(day)))
            .none()
            .text(who.trade.goods)
            .money(amount);
        row.date(day).date(day.plus(180)).opt_money(paid).text(if done { "done" } else { "performing" });
        out.send(GOV_PROCUREMENT_CONTRACT, day.plus(7))?;
    }
    Ok(())
}

fn subsidies(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let mean = match who.trade.segment {
        _ if who.plays(Role::TechFirm) => 5.0,
        Segment::Tech => 0.9,
        Segment::Plant | Segment::FoodPlant => 1.2,
        _ if who.is_company() => 0.25,
        _ => 0.03,
    };
    for index in 0..case.dealings(mean) {
        let approved = case.day_back(1_700);
        let paid = approved.plus(case.dice.whole(10, 60) as i32);
        if !who.stands(paid) || paid > case.city.until {
            continue;
        }
        let (kind, name) = case.dice.pick(&[
            ("job", "稳岗补贴"),
            ("tech_upgrade", "技术改造专项资金"),
            ("rnd", "企业研发准备金补助"),
            ("industry", "产业扶持资金"),
            ("interest", "贷款贴息"),
        ]);
        let amount = case.dice.lognormal(40_000.0, 0.9) as i64 * 100;
        let row = out.row();
        row.text(&who.key).text(&format!("ZJ-{kind}")).text(name);
        row.text(&format!("重庆市{}财政局", who.place.name_on(paid))).text(kind).money(amount).date(approved);
        row.date(paid).int(i64::from(index) + 1);
        out.send(GOV_SUBSIDY, paid.plus(5))?;
    }
    Ok(())
}

fn honours(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let mean = if who.sales_wan > 800.0 { 0.4 } else { 0.08 };
    for _ in 0..case.dealings(mean) {
        let day = case.day_back(1_700);
        if !who.stands(day) || who.trouble.is_some() {
            continue;
        }
        let (code, name) = case.dice.pick(&[
            ("H01", "守合同重信用企业"),
            ("H02", "劳动关系和谐企业"),
            ("H03", "优秀民营企业"),
            ("H04", "纳税先进单位"),
        ]);
        let level =
            case.dice.weighted(&[("district", 0.6), ("city", 0.25), ("industry", 0.12), ("national", 0.03)]);
        let row = out.row();
        row.text(&who.key).text(code).text(name).text(level);
        row.text(&format!("重庆市{}人民政府", who.place.name_on(day)))
            .date(day)
            .date(day.plus_months(36))
            .none();
        out.send(HONOR, day.plus(10))?;
    }
    Ok(())
}

fn certificates(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let (mean, kinds): (f64, &[&str]) = match who.trade.segment {
        Segment::Plant => (0.7, &["iso9001", "iso14001", "ccc"]),
        Segment::FoodPlant => (1.1, &["food", "iso9001", "organic"]),
        Segment::Build => (0.6, &["construction", "iso9001"]),
        Segment::Farm => (0.5, &["green_food", "organic", "geo_indication"]),
        _ => (0.04, &["iso9001", "other"]),
    };
    for index in 0..case.dealings(mean) {
        let day = case.day_back(1_500);
        if !who.stands(day) {
            continue;
        }
        let kind = case.dice.pick(kinds);
        let ends = day.plus_months(36);
        let state = match ends < case.city.until {
            true => "expired",
            false if case.dice.chance(0.03) => "suspended",
            false => "valid",
        };
        let row = out.row();
        row.text(&who.key).text(&format!("CQC{}{:07}{index:02}", day.year(), who.number)).text(kind);
        row.text(&format!("{}的生产和服务", who.trade.goods))
            .text("巴渝认证中心")
            .date(day)
            .date(ends)
            .text(state);
        out.send(CERTIFICATION, day.plus(5))?;
    }
    Ok(())
}

fn vehicles(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let mean = match who.trade.class {
        "5431" => 7.5,
        "8111" | "8391" => 0.5,
        "5930" | "6020" => 2.5,
        _ => 0.03,
    };
    let kind = match who.trade.class {
        "8111" => "repair",
        "8391" => "training",
        _ => "freight",
    };
    for index in 0..case.dealings(mean) {
        let ends = case.city.until.plus(case.dice.whole(-200, 900) as i32);
        let known = case.day_back(900);
        if !who.stands(known) {
            continue;
        }
        let plate =
            format!("渝{}{:06}{index:02}", if who.number.is_multiple_of(2) { "A" } else { "D" }, who.number);
        let row = out.row();
        row.text(&who.key).text(&format!("渝交运管许可{:07}", who.number)).text(&plate).text(kind);
        row.dec(case.dice.between(2.0, 30.0)).date(ends);
        row.text(if ends < case.city.until { "overdue" } else { "passed" });
        row.text(if who.closed.is_some() { "cancelled" } else { "operating" });
        out.send(TRANSPORT_OPERATION, known)?;
    }
    Ok(())
}
