//! A farm as it truly is: land, crops, animals, rents and the four incomes behind the papers.

use crate::City;
use crate::code;
use crate::crop::{self, Crop};
use crate::dice::Dice;
use crate::subject::{Course, Kind, Subject};
use crate::time::Day;
use crate::trade::Segment;

/// Numbers of people who are no subjects themselves begin here.
const NEIGHBOURS: u64 = 1 << 40;

/// A field of contracted land.
pub(crate) struct Parcel {
    pub(crate) code: String,
    pub(crate) mu: f64,
}

/// Land that passes from one who holds it to one who works it.
pub(crate) struct Lease {
    pub(crate) contract: String,
    pub(crate) parcel: Parcel,
    /// Key of the other side.
    pub(crate) partner: String,
    /// Number of a neighbour whose own certificate shows the parcel.
    pub(crate) neighbour: Option<u64>,
    pub(crate) from: Day,
    pub(crate) years: i32,
    /// Rent per mu and year, fen.
    pub(crate) rent: i64,
}

/// A crop on its true area.
pub(crate) struct Field {
    pub(crate) crop: &'static Crop,
    pub(crate) mu: f64,
    pub(crate) yield_kg: f64,
    pub(crate) price: f64,
    pub(crate) cost: f64,
    /// Year in which trees were set.
    pub(crate) planted: i32,
}

/// The whole farm.
pub(crate) struct Farm {
    pub(crate) fields: Vec<Field>,
    /// Pigs sold a year.
    pub(crate) pigs: i64,
    pub(crate) members: i64,
    pub(crate) own: Vec<Parcel>,
    pub(crate) rented_in: Vec<Lease>,
    pub(crate) rented_out: Vec<Lease>,
    /// Wages of the members, yuan a year.
    pub(crate) wage: f64,
    /// Eco-compensation, yuan a year.
    pub(crate) eco: f64,
}

/// The four incomes, yuan a year.
pub(crate) struct Income {
    pub(crate) wage: f64,
    pub(crate) subsidy: f64,
    pub(crate) operating: f64,
    pub(crate) property: f64,
}

/// Whether the subject works land or keeps animals.
pub(crate) fn farms(who: &Subject) -> bool {
    let farmer = matches!(who.kind, Kind::Household | Kind::Cooperative | Kind::FamilyFarm);
    farmer || who.is_company() && who.trade.segment == Segment::Farm
}

impl Farm {
    /// The farm of a subject.
    pub(crate) fn of(city: &City, who: &Subject) -> Self {
        let dice = &mut Dice::new(city.seed, 0xFA_0001, who.number);
        let household = who.kind == Kind::Household;
        let (own, planned) = draw_land(city, who, household, dice);
        let held: f64 = own.iter().map(|parcel| parcel.mu).sum();
        let lets = household && who.number > 3 && (dice.chance(0.28) || who.role.is_some());
        let rented_out = if lets { let_out(city, who, &own, dice) } else { Vec::new() };
        let away: f64 = rented_out.iter().map(|lease| lease.parcel.mu).sum();
        let rented_in = rent_in(city, who, (planned - held + away).max(0.0), dice);
        let worked = held - away + rented_in.iter().map(|lease| lease.parcel.mu).sum::<f64>();
        let pigs = match (who.trade.class, household) {
            ("0313", true) => dice.whole(20, 160),
            ("0313", false) => dice.lognormal(700.0, 0.7) as i64,
            (_, true) if dice.chance(0.45) || who.role.is_some() => dice.whole(2, 20),
            _ => 0,
        };
        let workers = match household {
            true if who.role.is_some() => 1,
            true => dice.count(0.9).min(3),
            false => 0,
        };
        let wage = (0..workers).map(|_| dice.between(7.0, 11.5) * dice.between(2_800.0, 5_600.0)).sum();
        Self {
            fields: draw_fields(city, who, worked * dice.between(0.86, 0.98), dice),
            pigs,
            members: if household { dice.whole(2, 6) } else { dice.whole(6, 90) },
            own,
            rented_in,
            rented_out,
            wage,
            eco: if household && dice.chance(0.2) { dice.between(150.0, 900.0) } else { 0.0 },
        }
    }

    /// Area under all crops, mu.
    pub(crate) fn planted_mu(&self) -> f64 {
        self.fields.iter().map(|field| field.mu).sum()
    }

    /// Own contracted land, mu.
    pub(crate) fn held_mu(&self) -> f64 {
        self.own.iter().map(|parcel| parcel.mu).sum()
    }

    /// The true incomes of the year that ends with `year`.
    pub(crate) fn income(&self, year: i32) -> Income {
        let rent_paid: f64 =
            self.rented_in.iter().map(|lease| lease.parcel.mu * lease.rent as f64 / 100.0).sum();
        let harvest: f64 = self.fields.iter().map(|field| field.margin(year)).sum();
        let animals = self.pigs as f64 * 115.0 * 14.5 * 0.09;
        let grain: f64 =
            self.fields.iter().filter(|field| field.crop.grain).map(|field| field.mu * 115.0).sum();
        let special: f64 =
            self.fields.iter().filter(|field| !field.crop.grain).map(|field| field.mu * 60.0).sum();
        Income {
            wage: self.wage,
            subsidy: self.held_mu() * 98.0 + grain + special + self.eco,
            operating: harvest + animals - rent_paid,
            property: self.rented_out.iter().map(|lease| lease.parcel.mu * lease.rent as f64 / 100.0).sum(),
        }
    }
}

impl Field {
    /// What the trees bear at their age, compared with full bearing.
    pub(crate) fn bearing(&self, year: i32) -> f64 {
        match (self.crop.perennial, year - self.planted) {
            (true, ..=1) => 0.0,
            (true, 2) => 0.4,
            (true, 3) => 0.7,
            (false, _) | (true, 4..=12) => 1.0,
            _ => 0.8,
        }
    }

    fn margin(&self, year: i32) -> f64 {
        self.mu * (self.yield_kg * self.bearing(year) * 0.95 * self.price - self.cost)
    }
}

/// Own parcels, and the area the farm means to work.
fn draw_land(city: &City, who: &Subject, household: bool, dice: &mut Dice) -> (Vec<Parcel>, f64) {
    let planned = match (household, who.role.is_some()) {
        (true, true) => 12.5,
        (true, false) if dice.chance(0.07) => dice.lognormal(70.0, 0.5).min(260.0),
        (true, false) => dice.lognormal(7.5, 0.45),
        (false, true) => 260.0,
        (false, false) => (who.sales_wan * 10_000.0 / 3_500.0).clamp(15.0, 700.0),
    };
    if !household {
        return (Vec::new(), planned);
    }
    let held = dice.lognormal(6.5, 0.35).min(20.0);
    let pieces = dice.whole(4, 6 + (190.0 * city.farm_detail) as i64);
    let own = (0..pieces)
        .map(|index| Parcel {
            code: parcel_code(who, index as u64),
            mu: (held / pieces as f64 * dice.between(0.6, 1.4) * 100.0).round() / 100.0,
        })
        .collect();
    (own, planned)
}

/// Nineteen digits: the village, then the parcel.
fn parcel_code(who: &Subject, index: u64) -> String {
    format!("{}{:08}{index:05}", who.place.code, who.number)
}

fn let_out(city: &City, who: &Subject, own: &[Parcel], dice: &mut Dice) -> Vec<Lease> {
    let Some(tenant) = city.cooperative_for(who) else { return Vec::new() };
    let rent = dice.whole(380, 720) * 100;
    let from = city.until.month().plus(-(dice.whole(14, 60) as i32)).first();
    let pieces = dice.whole(1, 3) as usize;
    let lease = |parcel: &Parcel| Lease {
        contract: format!("LZ{}{:08}A", who.place.code, who.number),
        parcel: Parcel { code: parcel.code.clone(), mu: parcel.mu },
        partner: tenant.clone(),
        neighbour: None,
        from,
        years: 8,
        rent,
    };
    own.iter().take(pieces).map(lease).collect()
}

fn rent_in(city: &City, who: &Subject, area: f64, dice: &mut Dice) -> Vec<Lease> {
    let mut leases = Vec::new();
    let (mut left, mut neighbour) = (area, 0);
    let piece = (area / 13.0).max(1.1);
    while left > 0.3 && leases.len() < 60 {
        neighbour += 1;
        let person = NEIGHBOURS + who.number * 1_000 + neighbour;
        let partner = code::identity_hash(city.seed, person);
        let from = city.until.month().plus(-(dice.whole(8, 70) as i32)).first();
        let rent = dice.whole(350, 750) * 100;
        for _ in 0..dice.whole(1, 4) {
            let mu = (dice.lognormal(piece, 0.4).min(left.max(0.3)) * 100.0).round() / 100.0;
            left -= mu;
            let index = 50_000 + leases.len() as u64;
            leases.push(Lease {
                contract: format!("LZ{}{:08}B{neighbour:03}", who.place.code, who.number),
                parcel: Parcel { code: parcel_code(who, index), mu },
                partner: partner.clone(),
                neighbour: Some(neighbour),
                from,
                years: dice.whole(6, 12) as i32,
                rent,
            });
            if left <= 0.3 {
                break;
            }
        }
    }
    leases
}

fn draw_fields(city: &City, who: &Subject, worked: f64, dice: &mut Dice) -> Vec<Field> {
    let main = crop::of(who.trade, who.place);
    let mut shares: Vec<(&'static Crop, f64)> = match main {
        None => vec![(crop::find("maize"), 0.8)],
        Some(crop) if crop.code == "rice" => vec![(crop, 0.65), (crop::find("maize"), 0.3)],
        Some(crop) => vec![(crop, 0.8)],
    };
    if shares.len() == 1 && who.kind == Kind::Household {
        shares.push((crop::find("rice"), 0.18));
    }
    let level = match who.course {
        Course::Growing => 1.06,
        Course::Declining | Course::Dying => 0.88,
        Course::Steady => 1.0,
    };
    let year = city.until.year();
    let field = |(crop, share): (&'static Crop, f64)| Field {
        crop,
        mu: (worked * share * 100.0).round() / 100.0,
        yield_kg: dice.between(crop.yield_kg.0, crop.yield_kg.1) * level,
        price: dice.between(crop.price.0, crop.price.1),
        cost: dice.between(crop.cost.0, crop.cost.1),
        planted: year - if who.role.is_some() { 8 } else { dice.whole(2, 16) as i32 },
    };
    shares.into_iter().map(field).collect()
}
