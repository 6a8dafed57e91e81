//! What the registrar knows: registration, changes, shareholders, key people, annual reports, abnormal listings.

use crate::books::Books;
use crate::cast::Role;
use crate::code;
use crate::item::{
    ABNORMAL_OPERATION, ENT_ANNUAL_REPORT, ENT_CHANGE, ENT_KEY_PERSON, ENT_REGISTRATION, ENT_SHAREHOLDER,
};
use crate::names;
use crate::outbox::Outbox;
use crate::subject::{Kind, Subject, TaxPayer, person_number};
use crate::time::Day;
use crate::trade::Segment;
use crate::{Case, CityError};

/// Writes everything the registrar sends about one organisation.
pub(crate) fn write(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    registration(case, out)?;
    changes(case, out)?;
    shareholders(case, out)?;
    key_people(case, out)?;
    let missed = annual_reports(case, out)?;
    abnormal(case, missed, out)
}

fn registration(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let revoked = who.closed.is_some() && case.dice.chance(0.15);
    let touched = if case.dice.chance(0.12) {
        case.city.until.plus(-case.dice.whole(0, 420) as i32).or_later(who.established)
    } else {
        who.established
    };
    let address = names::address(who.place, &mut case.dice);
    let (capital, suspended) = (capital_fen(case), case.dice.chance(0.006));
    let mut versions = vec![(who.established, "active", None)];
    if touched > who.established {
        versions.push((touched, "active", None));
    } else if suspended && who.closed.is_none() {
        versions[0].1 = "suspended";
    }
    if let Some(closed) = who.closed {
        versions.retain(|(at, ..)| *at < closed);
        versions.push((closed, if revoked { "revoked" } else { "deregistered" }, Some(closed)));
    }
    // Within one delivery a unit sends only the newest state of a subject.
    let batches: Vec<usize> = versions.iter().map(|(at, ..)| out.batch_of(ENT_REGISTRATION, *at)).collect();
    let mut place = 0;
    versions.retain(|_| {
        place += 1;
        batches.get(place).is_none_or(|next| *next != batches[place - 1])
    });
    let several = versions.len() > 1;
    for (at, status, since) in versions {
        let authority = format!("重庆市{}市场监督管理局", who.place.name_on(at));
        let row = out.row();
        row.text(&who.key).text(&who.name).text(who.ent_type);
        row.text(&names::person(case.city.seed, who.owner));
        row.text(&code::identity_hash(case.city.seed, who.owner));
        row.money(capital).text("CNY").date(who.established);
        row.opt_date(who.number.is_multiple_of(5).then(|| who.established.plus_months(240)));
        row.text(&address).text(who.place.division(at)).text(who.trade.class);
        row.text(&scope(who)).text(&authority).text(status).opt_date(since);
        if several {
            out.send_version(ENT_REGISTRATION, at)?
        } else {
            out.send(ENT_REGISTRATION, at)?
        };
    }
    Ok(())
}

/// Registered capital in fen: round sums, as firms choose them.
fn capital_fen(case: &mut Case<'_>) -> i64 {
    let steps: &[i64] = match case.who.kind {
        Kind::Enterprise => &[10, 50, 100, 100, 200, 300, 500, 500, 1_000, 1_000, 2_000, 5_000],
        Kind::Cooperative | Kind::Collective => &[30, 50, 100, 200, 500],
        _ => &[1, 2, 5, 10, 20],
    };
    case.dice.pick(steps) * 1_000_000
}

fn scope(who: &Subject) -> String {
    let goods = who.trade.goods;
    let verb = match who.trade.segment {
        Segment::Farm => "种植、养殖及销售",
        Segment::FoodPlant | Segment::Plant => "制造、销售",
        Segment::Wholesale => "批发",
        Segment::Retail => "零售",
        Segment::Build => "承揽",
        _ => "经营",
    };
    format!("一般项目:{goods}{verb},货物进出口。(除依法须经批准的项目外,凭营业执照依法自主开展经营活动)")
}

fn changes(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let years = f64::from(case.city.until.0 - who.established.0) / 365.0;
    let pace = if who.is_company() { 0.54 } else { 0.26 };
    let total = case.events((pace * years).min(14.0));
    for seq in 1..=total {
        let day = case.day_since(who.established.plus(30));
        let kind = case.dice.pick(&["address", "legal_rep", "capital", "scope", "shareholder", "name"]);
        let (before, after) = change_texts(case, kind);
        let row = out.row();
        row.text(&who.key).text(kind).text(&before).text(&after).date(day).int(i64::from(seq));
        out.send(ENT_CHANGE, day.plus(1))?;
    }
    Ok(())
}

fn change_texts(case: &mut Case<'_>, kind: &str) -> (String, String) {
    let (seed, number) = (case.city.seed, case.who.number);
    let former = person_number(number, 9 + case.dice.below(6) as u64);
    let owner = names::person(seed, case.who.owner);
    match kind {
        "address" => {
            (names::address(case.who.place, &mut case.dice), names::address(case.who.place, &mut case.dice))
        }
        "legal_rep" => (names::person(seed, former), owner),
        "capital" => {
            let wan = case.dice.whole(1, 20) * 10;
            (format!("{wan}万元人民币"), format!("{}万元人民币", wan * 2))
        }
        "shareholder" => (format!("{owner};{}", names::person(seed, former)), owner),
        "name" => (format!("{}(原名称)", case.who.name), case.who.name.clone()),
        _ => (format!("一般项目:{}销售。", case.who.trade.goods), scope(case.who)),
    }
}

fn shareholders(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let total = match who.kind {
        Kind::Enterprise if who.ent_type == "branch" => return Ok(()),
        Kind::Enterprise => {
            case.dice.weighted(&[(1_u64, 0.18), (2, 0.34), (3, 0.22), (4, 0.12), (5, 0.08), (7, 0.06)])
        }
        Kind::Cooperative => case.dice.whole(5, 8) as u64,
        _ => return Ok(()),
    };
    let capital = capital_fen(case);
    let mut left = 10_000_i64;
    for slot in 0..total {
        let part = if slot + 1 == total { left } else { case.dice.whole(left / 4, left * 3 / 4) };
        left -= part;
        let share = part as f64 / 10_000.0;
        let subscribed = capital / 10_000 * part;
        let from = if slot > 1 { case.day_since(who.established) } else { who.established };
        let by_company = slot > 0 && who.number > 40 && case.dice.chance(0.07);
        let (name, kind, key) = if by_company {
            let other = Subject::organisation(case.city, who.number - 7 - slot);
            (other.name, "legal", other.key)
        } else {
            let person = if slot == 0 { who.owner } else { person_number(who.number, slot) };
            let hash = code::identity_hash(case.city.seed, person);
            (names::person(case.city.seed, person), "natural", hash)
        };
        let paid = case.dice.chance(0.6).then(|| (subscribed as f64 * case.dice.between(0.1, 1.0)) as i64);
        let due = case.dice.chance(0.7).then(|| from.plus_months(60));
        let gone = (slot > 1 && case.dice.chance(0.1)).then(|| case.day_since(from.plus(20)));
        let row = out.row();
        row.text(&who.key).text(&name).text(kind).text(&key).money(subscribed).opt_date(due).opt_money(paid);
        row.ratio(share).date(from).opt_date(gone);
        out.send(ENT_SHAREHOLDER, gone.unwrap_or(from).plus(3))?;
    }
    Ok(())
}

fn key_people(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let posts: &[&str] = match who.kind {
        Kind::Enterprise if who.ent_type == "branch" => &["manager"],
        Kind::Enterprise if case.dice.chance(0.7) => {
            &["executive_director", "manager", "supervisor", "finance_head"]
        }
        Kind::Enterprise => &["chairman", "director", "director", "manager", "supervisor"],
        Kind::Cooperative => &["chairman", "director", "supervisor"],
        _ => &["operator"],
    };
    for (slot, post) in posts.iter().enumerate() {
        let person = match slot {
            0 => who.owner,
            1 if case.dice.chance(0.5) => who.owner,
            _ => person_number(who.number, slot as u64),
        };
        let from = case.dice.chance(0.9).then(|| case.day_since(who.established));
        let row = out.row();
        row.text(&who.key).text(&names::person(case.city.seed, person));
        row.text(&code::identity_hash(case.city.seed, person)).text(post).flag(slot == 0);
        row.opt_date(from).none();
        out.send(ENT_KEY_PERSON, from.unwrap_or(who.established).plus(3))?;
    }
    Ok(())
}

/// Writes the annual reports; returns the last year that should have been reported and was not.
fn annual_reports(case: &mut Case<'_>, out: &mut Outbox) -> Result<Option<i32>, CityError> {
    let who = case.who;
    let mut missed = None;
    let books = Books::of(case);
    let open = who.is_company() && case.dice.chance(0.55);
    let lazy = if who.tax == TaxPayer::Nothing { 0.16 } else { 0.03 };
    let first = who.established.year().max(case.city.until.year() - 5);
    for year in first..case.city.until.year() {
        let submitted = Day::ymd(year + 1, case.dice.whole(1, 6) as i32, case.dice.whole(1, 28) as i32);
        let stress = case.path.stress_at(submitted.month());
        if !who.stands(submitted) || submitted > case.city.until {
            continue;
        }
        if case.dice.chance(lazy + 0.6 * stress) && who.role.is_none_or(|role| role == Role::CourtRecords) {
            missed = Some(year);
            continue;
        }
        let figures = books.year(year);
        let heads = case.path.heads_at(crate::time::Month::of(year, 12)).max(1);
        let shown = |fen: i64| open.then_some(fen);
        let row = out.row();
        row.text(&who.key).int(i64::from(year)).int(heads).opt_money(shown(figures.assets));
        row.opt_money(shown(figures.equity)).opt_money(shown(figures.revenue));
        row.opt_money(shown(figures.revenue * 97 / 100)).opt_money(shown(figures.total_profit));
        row.opt_money(shown(figures.net_profit)).opt_money(shown(figures.tax));
        row.opt_money(shown(figures.liabilities)).flag(open).date(submitted);
        out.send(ENT_ANNUAL_REPORT, submitted.plus(2))?;
    }
    Ok(missed)
}

fn abnormal(case: &mut Case<'_>, missed: Option<i32>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let mut listed: Vec<(Day, &str)> = Vec::new();
    if let Some(year) = missed {
        listed.push((Day::ymd(year + 1, 7, 3 + case.dice.whole(0, 12) as i32), "no_annual_report"));
    }
    if who.role.is_none() && case.dice.chance(0.05) {
        let reason = case.dice.pick(&["address_lost", "no_disclosure", "false_info"]);
        listed.push((case.day_back(1_500), reason));
    }
    if let Some(trouble) = who.trouble
        && case.dice.chance(0.55)
    {
        listed.push((trouble.default_on.plus(case.dice.whole(30, 200) as i32), "address_lost"));
    }
    for (day, reason) in listed {
        if day >= case.city.until || !who.stands(day) {
            continue;
        }
        let back = case.dice.chance(if who.trouble.is_some() { 0.15 } else { 0.7 });
        let removed =
            back.then(|| day.plus(case.dice.whole(20, 500) as i32)).filter(|day| *day < case.city.until);
        let row = out.row();
        row.text(&who.key).text(reason).date(day);
        row.text(&format!("重庆市{}市场监督管理局", who.place.name_on(day))).opt_date(removed);
        row.opt_text(removed.map(|_| "列入事由消失,经申请移出"));
        out.send(ABNORMAL_OPERATION, removed.unwrap_or(day).plus(1))?;
    }
    Ok(())
}
