//! What authorities decide about a firm: licences, penalties, serious lists, environment and work safety.

use crate::cast::Role;
use crate::item::{ADMIN_LICENSE, ADMIN_PENALTY, ENV_CREDIT, ENV_PERMIT, SERIOUS_DISHONESTY, WORK_SAFETY};
use crate::outbox::Outbox;
use crate::time::Day;
use crate::trade::Segment;
use crate::{Case, CityError};

/// An authority of the district: its name's ending and the short code in document numbers.
const AUTHORITIES: &[(&str, &str, &str)] = &[
    ("市场监督管理局", "scjg", "market"),
    ("应急管理局", "yjgl", "work_safety"),
    ("生态环境局", "sthj", "environment"),
    ("城市管理局", "csgl", "urban"),
    ("交通运输委员会", "jtys", "transport"),
    ("卫生健康委员会", "wsjk", "health"),
    ("住房和城乡建设委员会", "zfcx", "construction"),
];

/// Writes every decision about one organisation.
pub(crate) fn write(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    licences(case, out)?;
    penalties(case, out)?;
    serious_list(case, out)?;
    environment(case, out)?;
    work_safety(case, out)
}

/// Name of the authority, its code and the kind of matters it deals with.
fn authority(case: &mut Case<'_>, day: Day) -> (String, String, &'static str) {
    let pick = match case.who.trade.segment {
        Segment::Build => case.dice.pick(&[0, 1, 6, 6]),
        Segment::Transport => case.dice.pick(&[0, 4, 4]),
        Segment::Catering | Segment::Travel | Segment::FoodPlant => case.dice.pick(&[0, 0, 2, 3, 5]),
        Segment::Plant => case.dice.pick(&[0, 1, 2]),
        _ => case.dice.pick(&[0, 0, 3]),
    };
    let (ending, code, kind) = AUTHORITIES[pick];
    let place = case.who.place;
    (format!("重庆市{}{ending}", place.name_on(day)), format!("{}-{code}", place.division(day)), kind)
}

fn licences(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let (name, kind) = match who.trade.segment {
        Segment::FoodPlant => ("食品生产许可证", "general"),
        Segment::Catering | Segment::Retail => ("食品经营许可证", "general"),
        Segment::Build => ("建筑业企业资质证书", "accreditation"),
        Segment::Transport => ("道路运输经营许可证", "general"),
        Segment::Travel => ("特种行业许可证", "franchise"),
        _ => ("准予变更登记通知书", "registration"),
    };
    let years = f64::from(case.city.until.0 - who.established.0) / 365.0;
    for index in 0..case.events((1.0 + years * 0.3).min(9.0)) {
        let decided =
            if index == 0 { who.established.plus(8) } else { case.day_since(who.established.plus(8)) };
        if decided > case.city.until || !who.stands(decided) {
            continue;
        }
        let (office, code, _) = authority(case, decided);
        let ends = (kind != "registration").then(|| decided.plus_months(60));
        let state = match ends {
            Some(end) if end < case.city.until => "expired",
            _ if case.dice.chance(0.005) => "revoked",
            _ => "valid",
        };
        let document = format!("渝{}许〔{}〕{}-{index}号", who.place.short, decided.year(), who.number);
        let row = out.row();
        row.text(&who.key)
            .text(&document)
            .text(name)
            .text(kind)
            .text(&format!("准予从事{}相关活动", who.trade.goods));
        row.date(decided).date(decided).opt_date(ends).text(&office).text(&code).text(state);
        out.send(ADMIN_LICENSE, decided.plus(2))?;
    }
    Ok(())
}

fn penalties(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let trouble = if who.trouble.is_some() { 0.8 } else { 0.085 };
    let total = match who.role {
        Some(Role::CourtRecords) => 3,
        Some(_) => 0,
        None => case.events(trouble),
    };
    for index in 0..total {
        let decided = match who.trouble {
            Some(trouble) => trouble.default_on.plus(case.dice.whole(-200, 220) as i32),
            None => case.day_back(1_700),
        };
        if decided > case.city.until || !who.stands(decided) {
            continue;
        }
        let severity = case.dice.weighted(&[("minor", 0.38), ("general", 0.5), ("serious", 0.12)]);
        let (from, to, fine) = match severity {
            "minor" => (None, decided.plus_months(3), 0),
            "general" => {
                (Some(decided.plus_months(3)), decided.plus_months(12), case.dice.whole(5, 400) * 10_000)
            }
            _ => {
                (Some(decided.plus_months(12)), decided.plus_months(36), case.dice.whole(300, 5_000) * 10_000)
            }
        };
        let kind = match severity {
            "minor" => "warning",
            "general" => case.dice.pick(&["fine", "fine", "confiscate"]),
            _ => case.dice.pick(&["fine", "suspend", "restrict"]),
        };
        let (office, code, matter) = authority(case, decided);
        let repaired =
            from.map(|day| day.plus(case.dice.whole(5, 90) as i32)).filter(|day| *day < case.city.until);
        let repaired = repaired.filter(|day| *day < to && case.dice.chance(0.45));
        let taken = if kind == "confiscate" { fine / 4 } else { 0 };
        let document = format!("渝{}罚〔{}〕{}-{index}号", who.place.short, decided.year(), who.number);
        let row = out.row();
        row.text(&who.key).text(&document).text(matter).text("未按规定履行法定义务，经责令改正后查处");
        row.text("依据相关法律法规作出处罚").text(kind).money(fine).money(taken).date(decided).text(&office);
        row.text(&code).text(severity).opt_date(from).date(to).opt_date(repaired);
        out.send(ADMIN_PENALTY, repaired.unwrap_or(decided).plus(5))?;
    }
    Ok(())
}

fn serious_list(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let listed = match who.trouble {
        Some(trouble) if who.plays(Role::CourtRecords) => trouble.default_on.plus(120),
        Some(trouble) if case.dice.chance(0.14) => trouble.default_on.plus(case.dice.whole(60, 300) as i32),
        None if case.dice.chance(0.0045) => case.day_back(1_000),
        _ => return Ok(()),
    };
    if listed >= case.city.until || !who.stands(listed) {
        return Ok(());
    }
    let (list, name, reason) = case.dice.pick(&[
        ("market", "市场监督管理严重违法失信名单", "提交虚假材料取得登记"),
        ("wage_arrears", "拖欠农民工工资失信联合惩戒对象名单", "拖欠劳动报酬，逾期未支付"),
        ("work_safety", "安全生产严重失信主体名单", "发生生产安全责任事故"),
    ]);
    let (office, _, _) = authority(case, listed);
    let removed = listed.plus_months(14);
    let removed = (removed < case.city.until && case.dice.chance(0.3)).then_some(removed);
    let row = out.row();
    row.text(&who.key).text(list).text(name).text(reason).text(&office).date(listed);
    row.date(listed.plus_months(36)).opt_date(removed);
    out.send(SERIOUS_DISHONESTY, removed.unwrap_or(listed).plus(2))?;
    Ok(())
}

fn environment(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let share = if who.plays(Role::ThrivingMaker) { 1.0 } else { 0.5 };
    if !who.trade.segment.makes() || !case.dice.chance(share) {
        return Ok(());
    }
    let office = |day: Day| format!("重庆市{}生态环境局", who.place.name_on(day));
    let granted = case.day_since(who.established.plus(20));
    if who.stands(granted) {
        let kind =
            case.dice.pick(&["discharge_permit", "discharge_registration", "eia_approval", "eia_filing"]);
        let ends = kind.starts_with("discharge").then(|| granted.plus_months(60));
        let document = format!("渝环准〔{}〕{}号", granted.year(), who.number);
        let row = out.row();
        row.text(&who.key)
            .text(&document)
            .text(kind)
            .text(&format!("{}生产项目", who.trade.goods))
            .date(granted);
        row.opt_date(ends).text(&office(granted));
        out.send(ENV_PERMIT, granted.plus(3))?;
    }
    if !(share >= 1.0 || case.dice.chance(0.4)) {
        return Ok(());
    }
    for year in (case.city.until.year() - 4)..case.city.until.year() {
        let published = Day::ymd(year + 1, 6, 5);
        if who.established.year() > year || !who.stands(published) || published > case.city.until {
            continue;
        }
        let grade = case.dice.weighted(&[("green", 0.3), ("blue", 0.55), ("yellow", 0.12), ("red", 0.03)]);
        let score = match grade {
            "green" => case.dice.whole(90, 100),
            "blue" => case.dice.whole(75, 89),
            "yellow" => case.dice.whole(60, 74),
            _ => case.dice.whole(30, 59),
        };
        let row = out.row();
        row.text(&who.key).int(i64::from(year)).text(grade).int(score).flag(grade == "red");
        row.text(&office(published)).date(published);
        out.send(ENV_CREDIT, published.plus(4))?;
    }
    Ok(())
}

fn work_safety(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let mean = match who.trade.segment {
        _ if who.plays(Role::ThrivingMaker) => 4.0,
        Segment::Build => 0.45,
        Segment::Plant | Segment::FoodPlant => 0.25,
        _ => 0.008,
    };
    for index in 0..case.events(mean) {
        let day = case.day_back(1_500);
        if !who.stands(day) {
            continue;
        }
        let kind = case.dice.weighted(&[
            ("permit", 0.4),
            ("standardisation_grade", 0.3),
            ("hidden_danger", 0.24),
            ("accident", 0.05),
            ("blacklist", 0.01),
        ]);
        let ends = matches!(kind, "permit" | "standardisation_grade").then(|| day.plus_months(36));
        let state = match (kind, ends) {
            (_, Some(end)) if end < case.city.until => "expired",
            (_, Some(_)) => "valid",
            ("hidden_danger", _) => case.dice.pick(&["rectified", "rectified", "open"]),
            _ => "closed",
        };
        let grade = (kind == "standardisation_grade").then_some("三级");
        let document = format!("渝应急〔{}〕{}-{index}号", day.year(), who.number);
        let row = out.row();
        row.text(&who.key).text(&document).text(kind).opt_text(grade).date(day).opt_date(ends);
        row.text(&format!("重庆市{}应急管理局", who.place.name_on(day))).text(state);
        out.send(WORK_SAFETY, day.plus(3))?;
    }
    Ok(())
}
