//! The draws that make a subject: kind, trade, age, size, tax standing, trouble, and a name.

use crate::City;
use crate::cast::Role;
use crate::dice::Dice;
use crate::names;
use crate::place::Place;
use crate::subject::{Course, Kind, TaxPayer, Trouble};
use crate::time::Day;
use crate::trade::{self, Segment, Trade};

/// What it is in law, in the shares of the city's registers.
pub(crate) fn draw_kind(dice: &mut Dice) -> Kind {
    dice.weighted(&[
        (Kind::Enterprise, 0.63),
        (Kind::Individual, 0.31),
        (Kind::Cooperative, 0.034),
        (Kind::FamilyFarm, 0.022),
        (Kind::Collective, 0.004),
    ])
}

/// Its trade: what the district is known for, or what the whole city does.
pub(crate) fn draw_trade(kind: Kind, place: &Place, dice: &mut Dice) -> &'static Trade {
    let chance = dice.unit();
    let local = place.speciality(dice.unit());
    match kind {
        Kind::Collective => trade::find("7215").unwrap_or(&trade::TRADES[0]),
        Kind::Cooperative | Kind::FamilyFarm => {
            let farms = place.known_for.iter().filter_map(|(class, _)| trade::find(class));
            let own = farms.into_iter().find(|trade| trade.segment == Segment::Farm);
            let usual =
                trade::find(dice.pick(&["0111", "0141", "0153", "0313"])).unwrap_or(&trade::TRADES[0]);
            own.filter(|_| chance < 0.6).unwrap_or(usual)
        }
        Kind::Individual => {
            local.filter(|trade| trade.share.1 > 0.0).unwrap_or_else(|| trade::at(chance, true))
        }
        Kind::Enterprise | Kind::Household => local.unwrap_or_else(|| trade::at(chance, false)),
    }
}

/// When it was registered; most firms are young, the dying ones had time to fall.
pub(crate) fn draw_established(city: &City, course: Course, dice: &mut Dice) -> Day {
    let years = -(1.0 - dice.between(0.0, 0.985)).ln() * 8.0;
    let least = if course == Course::Dying { 1_300 } else { 5 };
    let days = ((years.min(26.0) * 365.0) as i32).max(least + dice.whole(0, 200) as i32);
    city.until.plus(-days)
}

/// Yearly sales, 10,000 yuan: lognormal, with a heavy tail of large firms.
pub(crate) fn draw_sales(kind: Kind, trade: &Trade, dice: &mut Dice) -> f64 {
    let size = match kind {
        Kind::Individual => 0.3,
        Kind::Collective | Kind::Household => 0.5,
        _ => 1.0,
    };
    let usual = dice.lognormal(trade.sales_wan * size, 0.95);
    let giant = kind == Kind::Enterprise && dice.chance(0.012);
    if giant { usual * (1.0 - dice.unit()).powf(-0.7).min(25.0) * 4.0 } else { usual }
}

/// How it files; nearly half of all subjects file nothing.
pub(crate) fn draw_tax(kind: Kind, sales_wan: f64, dice: &mut Dice) -> TaxPayer {
    let files = match kind {
        Kind::Enterprise => 0.7,
        Kind::Individual => 0.31,
        Kind::Cooperative => 0.4,
        _ => 0.15,
    };
    match (dice.chance(files), kind) {
        (false, _) => TaxPayer::Nothing,
        (true, Kind::Enterprise) if sales_wan > 500.0 || dice.chance(0.34) => TaxPayer::General,
        (true, _) => TaxPayer::Small,
    }
}

/// The way into default.
pub(crate) fn draw_trouble(city: &City, role: Option<Role>, dice: &mut Dice) -> Trouble {
    let back = if role.is_some() { 240 } else { dice.whole(20, 900) as i32 };
    Trouble {
        default_on: city.until.plus(-back),
        lead_months: dice.whole(3, 9) as i32,
        floor: dice.between(0.12, 0.38),
    }
}

/// When it was struck off, if it was.
pub(crate) fn draw_closed(
    city: &City,
    tax: TaxPayer,
    trouble: Option<Trouble>,
    role: Option<Role>,
    established: Day,
    dice: &mut Dice,
) -> Option<Day> {
    let day = match trouble {
        _ if role.is_some() => return None,
        Some(trouble) if dice.chance(0.3) => trouble.default_on.plus(dice.whole(240, 600) as i32),
        None if tax == TaxPayer::Nothing && dice.chance(0.09) => {
            city.until.plus(-dice.whole(3, 1_500) as i32)
        }
        _ => return None,
    };
    (day < city.until && day > established.plus(60)).then_some(day)
}

/// The registrar's type.
pub(crate) fn draw_type(kind: Kind, role: Option<Role>, dice: &mut Dice) -> &'static str {
    match kind {
        Kind::Enterprise if role.is_some() => "llc",
        Kind::Enterprise => dice.weighted(&[
            ("llc", 0.83),
            ("sole_proprietorship", 0.055),
            ("branch", 0.05),
            ("partnership", 0.03),
            ("joint_stock", 0.014),
            ("foreign", 0.009),
            ("collective", 0.007),
            ("soe", 0.005),
        ]),
        Kind::Individual => "individual_business",
        Kind::FamilyFarm => "family_farm",
        Kind::Cooperative => "farmers_coop",
        Kind::Collective => "rural_collective",
        Kind::Household => "household",
    }
}

/// District, brand, trade and legal form, as registrars build names.
pub(crate) fn organisation_name(
    city: &City,
    number: u64,
    kind: Kind,
    ent_type: &str,
    place: &Place,
    trade: &Trade,
    established: Day,
) -> String {
    let brand = names::brand(city.seed, number, city.long_brands);
    let (short, district, word) = (place.short, place.name_on(established), trade.word);
    match (kind, ent_type) {
        (Kind::Cooperative, _) => format!("重庆市{district}{brand}{word}种养殖专业合作社"),
        (Kind::FamilyFarm, _) => format!("{district}{brand}{word}家庭农场"),
        (Kind::Collective, _) => format!("重庆市{district}{brand}村股份经济合作联合社"),
        (Kind::Individual, _) => format!("{district}{brand}{word}{}", individual_suffix(trade)),
        (_, "joint_stock") => format!("重庆{brand}{word}股份有限公司"),
        (_, "branch") => format!("重庆{brand}{word}有限公司{short}分公司"),
        (_, "partnership") => format!("重庆{brand}{word}合伙企业(有限合伙)"),
        (_, "sole_proprietorship") => format!("重庆市{district}{brand}{word}厂"),
        (_, "collective") => format!("重庆市{district}{brand}{word}集体企业"),
        (_, "soe") => format!("重庆市{district}{brand}{word}总公司"),
        _ if number.is_multiple_of(3) => format!("重庆市{district}{brand}{word}有限公司"),
        _ => format!("重庆{brand}{word}有限公司"),
    }
}

fn individual_suffix(trade: &Trade) -> &'static str {
    match trade.segment {
        Segment::Catering => "馆",
        Segment::Plant | Segment::FoodPlant => "加工厂",
        Segment::Farm => "种养场",
        Segment::Service | Segment::Tech => "服务部",
        Segment::Transport => "运输户",
        _ => "经营部",
    }
}
