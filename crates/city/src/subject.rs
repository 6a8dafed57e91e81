//! Who lives in the city: every subject follows from the seed and its own number, and from nothing else.

use crate::City;
use crate::cast::{self, Role};
use crate::code;
use crate::dice::Dice;
use crate::draw::{
    draw_closed, draw_established, draw_kind, draw_sales, draw_tax, draw_trade, draw_trouble, draw_type,
    organisation_name,
};
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
        if kind == Kind::Enterprise && tax == TaxPayer::Nothing {
            // A company that files nothing does next to nothing.
            sales_wan *= 0.03;
        }
        let trouble = (course == Course::Dying).then(|| draw_trouble(city, role, dice));
        let closed = draw_closed(city, tax, trouble, role, established, dice);
        let registrar = if dice.chance(0.04) { "500000" } else { place.division(established) };
        let key = code::uscc(kind.class(), registrar, established.year(), city.seed, number);
        let ent_type = draw_type(kind, role, dice);
        let name = organisation_name(city, number, kind, ent_type, place, trade, established);
        let owner = owner_of(city, number);
        Self {
            number,
            key,
            name,
            kind,
            ent_type,
            place,
            trade,
            established,
            closed,
            owner,
            tax,
            sales_wan,
            course,
            trouble,
            role,
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
        let course =
            dice.weighted(&[(Course::Growing, 0.3), (Course::Steady, 0.55), (Course::Declining, 0.15)]);
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

    /// A company that files no tax and does next to nothing.
    pub(crate) fn dormant(&self) -> bool {
        self.is_company() && self.tax == TaxPayer::Nothing
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
