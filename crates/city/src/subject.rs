//! Who lives in the city: every subject follows from the seed and its own number, and from nothing else.

use crate::City;
use crate::cast::{self, Role};
use crate::code;
use crate::dice::Dice;
use crate::names;
use crate::place::{self, Place};
use crate::time::Day;
use crate::trade::{self, Segment, Trade};

/// What a subject is in law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Enterprise,
    Individual,
    Cooperative,
    /// A family farm registered as an individual business.
    FamilyFarm,
    Collective,
    /// A farm household, known by the hash of its head's identity number.
    Household,
}

impl Kind {
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Individual => "individual_business",
            Self::Cooperative => "farmers_coop",
            Self::FamilyFarm => "family_farm",
            Self::Collective => "rural_collective",
            Self::Household => "household",
        }
    }

    /// First two characters of the credit code.
    const fn class(self) -> &'static str {
        match self {
            Self::Enterprise => "91",
            Self::Individual | Self::FamilyFarm => "92",
            Self::Cooperative | Self::Household => "93",
            Self::Collective => "N2",
        }
    }
}

/// Where business is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    Growing,
    Steady,
    Declining,
    /// Falls into distress and defaults.
    Dying,
}

impl Course {
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Growing => "growing",
            Self::Steady => "steady",
            Self::Declining => "declining",
            Self::Dying => "dying",
        }
    }
}

/// How the subject files taxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaxPayer {
    /// Dormant or exempt: no filing at all.
    Nothing,
    /// Small-scale, by the quarter.
    Small,
    /// General, by the month.
    General,
}

/// The way into default.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trouble {
    /// The day of the first unpaid debt.
    pub(crate) default_on: Day,
    /// Months from the first signs to the default.
    pub(crate) lead_months: i32,
    /// What is left of the sales when it comes.
    pub(crate) floor: f64,
}

/// One subject of the city.
#[derive(Debug)]
pub(crate) struct Subject {
    /// Organisations come first, households after them.
    pub(crate) number: u64,
    /// Credit code, or the household head's identity hash.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) ent_type: &'static str,
    pub(crate) place: &'static Place,
    pub(crate) trade: &'static Trade,
    pub(crate) established: Day,
    /// When it was struck off the register.
    pub(crate) closed: Option<Day>,
    /// The person who answers for it.
    pub(crate) owner: u64,
    pub(crate) tax: TaxPayer,
    /// Yearly sales at today's level, 10,000 yuan.
    pub(crate) sales_wan: f64,
    pub(crate) course: Course,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) role: Option<Role>,
}

impl Subject {
    /// The organisation with that number.
    pub(crate) fn organisation(city: &City, number: u64) -> Self {
        let dice = &mut Dice::new(city.seed, 0x5B_0001, number);
        let role = cast::role(number);
        let mut kind = draw_kind(dice);
        let mut place = place::at(dice.unit(), |place| place.weight);
        if matches!(kind, Kind::Cooperative | Kind::FamilyFarm | Kind::Collective) {
            place = place::at(dice.unit(), |place| place.farm_weight + 0.3);
        }
        let mut trade = draw_trade(kind, place, dice);
        let mut course = dice.weighted(&[
            (Course::Growing, 0.27),
            (Course::Steady, 0.43),
            (Course::Declining, 0.22),
            (Course::Dying, 0.08),
        ]);
        let mut established = draw_established(city, course, dice);
        let mut sales_wan = draw_sales(kind, trade, dice);
        let mut tax = draw_tax(kind, sales_wan, dice);
        if tax == TaxPayer::Nothing && course == Course::Dying {
            course = Course::Declining;
        }
        if let Some(role) = role {
            let part = cast::part(role, city.until);
            (kind, place, trade, course) = (part.kind, part.place, part.trade, part.course);
            (established, sales_wan, tax) = (part.established, part.sales_wan, part.tax);
        }
        let trouble = (course == Course::Dying).then(|| draw_trouble(city, role, dice));
        let closed = draw_closed(city, tax, trouble, role, established, dice);
        let registrar = if dice.chance(0.04) { "500000" } else { place.division(established) };
        let key = code::uscc(kind.class(), registrar, established.year(), city.seed, number);
        let ent_type = draw_type(kind, role, dice);
        let name = organisation_name(city, number, kind, ent_type, place, trade, established);
        let owner = owner_of(city, number);
        Self {
            number, key, name, kind, ent_type, place, trade, established, closed, owner, tax, sales_wan, course,
            trouble, role,
        }
    }

    /// The farm household with that number.
    pub(crate) fn household(city: &City, number: u64) -> Self {
        let dice = &mut Dice::new(city.seed, 0x5B_0002, number);
        let role = cast::household_role(number - u64::from(city.organisations));
        let mut place = place::at(dice.unit(), |place| place.farm_weight);
        let mut trade = place
            .known_for
            .iter()
            .filter_map(|(class, _)| trade::find(class))
            .find(|trade| trade.segment == Segment::Farm)
            .filter(|_| dice.chance(0.75))
            .or_else(|| trade::find(dice.pick(&["0111", "0141", "0313"])))
            .unwrap_or(&trade::TRADES[0]);
        if let Some(role) = role {
            let part = cast::part(role, city.until);
            (place, trade) = (part.place, part.trade);
        }
        let owner = person_number(number, 0);
        let course = dice.weighted(&[(Course::Growing, 0.3), (Course::Steady, 0.55), (Course::Declining, 0.15)]);
        Self {
            number,
            key: code::identity_hash(city.seed, owner),
            name: names::person(city.seed, owner),
            kind: Kind::Household,
            ent_type: "household",
            place,
            trade,
            established: Day::ymd(2010, 1, 1),
            closed: None,
            owner,
            tax: TaxPayer::Nothing,
            sales_wan: dice.lognormal(4.0, 0.5),
            course,
            trouble: None,
            role,
        }
    }

    /// An enterprise, as against a person's own business or a farmers' association.
    pub(crate) fn is_company(&self) -> bool {
        self.kind == Kind::Enterprise
    }

    /// Whether it still stood on `day`.
    pub(crate) fn stands(&self, day: Day) -> bool {
        self.established <= day && self.closed.is_none_or(|closed| day < closed)
    }

    /// Asks whether the subject plays this part in the demo.
    pub(crate) fn plays(&self, role: Role) -> bool {
        self.role == Some(role)
    }
}

/// Person `slot` of subject `number`: 0 answers for it, others hold shares or posts.
pub(crate) fn person_number(number: u64, slot: u64) -> u64 {
    number * 16 + slot
}

/// Who answers for an organisation; one in fourteen belongs to the owner of the one before.
fn owner_of(city: &City, number: u64) -> u64 {
    let linked = number > 20 && Dice::new(city.seed, 0x5B_0003, number).chance(0.07);
    person_number(if linked { number - 1 } else { number }, 0)
}

fn draw_kind(dice: &mut Dice) -> Kind {
    dice.weighted(&[
        (Kind::Enterprise, 0.63),
        (Kind::Individual, 0.31),
        (Kind::Cooperative, 0.034),
        (Kind::FamilyFarm, 0.022),
        (Kind::Collective, 0.004),
    ])
}

fn draw_trade(kind: Kind, place: &Place, dice: &mut Dice) -> &'static Trade {
    let chance = dice.unit();
    let local = place.speciality(dice.unit());
    match kind {
        Kind::Collective => trade::find("7215").unwrap_or(&trade::TRADES[0]),
        Kind::Cooperative | Kind::FamilyFarm => {
            let farms = place.known_for.iter().filter_map(|(class, _)| trade::find(class));
            let own = farms.into_iter().find(|trade| trade.segment == Segment::Farm);
            let usual = trade::find(dice.pick(&["0111", "0141", "0153", "0313"])).unwrap_or(&trade::TRADES[0]);
            own.filter(|_| chance < 0.6).unwrap_or(usual)
        }
        Kind::Individual => local.filter(|trade| trade.share.1 > 0.0).unwrap_or_else(|| trade::at(chance, true)),
        Kind::Enterprise | Kind::Household => local.unwrap_or_else(|| trade::at(chance, false)),
    }
}

fn draw_established(city: &City, course: Course, dice: &mut Dice) -> Day {
    let years = -(1.0 - dice.between(0.0, 0.985)).ln() * 6.0;
    let least = if course == Course::Dying { 1_300 } else { 5 };
    let days = ((years.min(26.0) * 365.0) as i32).max(least + dice.whole(0, 200) as i32);
    city.until.plus(-days)
}

fn draw_sales(kind: Kind, trade: &Trade, dice: &mut Dice) -> f64 {
    let size = match kind {
        Kind::Individual => 0.3,
        Kind::Collective | Kind::Household => 0.5,
        _ => 1.0,
    };
    let usual = dice.lognormal(trade.sales_wan * size, 0.95);
    let giant = kind == Kind::Enterprise && dice.chance(0.012);
    if giant { usual * (1.0 - dice.unit()).powf(-0.7).min(25.0) * 4.0 } else { usual }
}

fn draw_tax(kind: Kind, sales_wan: f64, dice: &mut Dice) -> TaxPayer {
    let files = match kind {
        Kind::Enterprise => 0.7,
        Kind::Individual => 0.31,
        Kind::Cooperative => 0.4,
        _ => 0.15,
    };
    match (dice.chance(files), kind) {
        (false, _) => TaxPayer::Nothing,
        (true, Kind::Enterprise) if sales_wan > 500.0 || dice.chance(0.22) => TaxPayer::General,
        (true, _) => TaxPayer::Small,
    }
}

fn draw_trouble(city: &City, role: Option<Role>, dice: &mut Dice) -> Trouble {
    let back = if role.is_some() { 240 } else { dice.whole(20, 900) as i32 };
    Trouble {
        default_on: city.until.plus(-back),
        lead_months: dice.whole(3, 9) as i32,
        floor: dice.between(0.12, 0.38),
    }
}

fn draw_closed(
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
        None if tax == TaxPayer::Nothing && dice.chance(0.09) => city.until.plus(-dice.whole(3, 1_500) as i32),
        _ => return None,
    };
    (day < city.until && day > established.plus(60)).then_some(day)
}

fn draw_type(kind: Kind, role: Option<Role>, dice: &mut Dice) -> &'static str {
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

fn organisation_name(
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
