//! The city as a whole: how big it is, which months it covers, and one subject's turn in it.

use crate::dice::Dice;
use crate::path::Life;
use crate::subject::{Kind, Subject};
use crate::time::{Day, Month};
use crate::trade::Segment;
use crate::{CityError, Options};

/// Mean monthly wage in private firms of the core city, yuan.
const WAGE_MONTH: f64 = 5_425.0;
/// Farm households among all subjects: 40,000 of 1.1 million.
const HOUSEHOLD_SHARE: f64 = 40_000.0 / 1_100_000.0;

/// What all subjects share.
pub(crate) struct City {
    pub(crate) seed: u64,
    pub(crate) subjects: u32,
    /// The first so many subjects are organisations, the rest farm households.
    pub(crate) organisations: u32,
    pub(crate) until: Day,
    /// Months of the monthly records.
    pub(crate) first: Month,
    pub(crate) last: Month,
    density: f64,
    /// 0 to 1: how finely farm records are split. Big cities hold a thousand records for each household.
    pub(crate) farm_detail: f64,
    /// Brands of three characters, once two are not enough.
    pub(crate) long_brands: bool,
}

impl City {
    /// Checks the options and lays the city out.
    pub(crate) fn new(options: &Options<'_>) -> Result<Self, CityError> {
        if options.subjects < 20 {
            return Err(CityError::TooSmall);
        }
        if !(0.1..=1.0).contains(&options.density) {
            return Err(CityError::Density);
        }
        let until = Day::of(options.until);
        let last = if until == until.month().last() { until.month() } else { until.month().plus(-1) };
        let months = ((36.0 * options.density).round() as i32).clamp(12, 36);
        let share = (f64::from(options.subjects) * HOUSEHOLD_SHARE).round() as u32;
        let households = share.max(40).min(options.subjects / 4);
        let detail = 0.22 + 0.78 * (f64::from(options.subjects) / 200_000.0).min(1.0);
        Ok(Self {
            seed: options.seed,
            subjects: options.subjects,
            organisations: options.subjects - households,
            until,
            first: last.plus(1 - months),
            last,
            density: options.density,
            farm_detail: detail * options.density,
            long_brands: options.subjects > 1_500,
        })
    }

    /// The code of a co-operative or farm that rents the household's land, if one is found nearby.
    pub(crate) fn cooperative_for(&self, who: &Subject) -> Option<String> {
        if who.role.is_some() {
            return Some(Subject::organisation(self, 2).key);
        }
        let all = u64::from(self.organisations);
        let start = crate::dice::mix(self.seed ^ who.number) % all;
        (0..60)
            .map(|step| Subject::organisation(self, (start + step * 17) % all))
            .find(|other| {
                matches!(other.kind, Kind::Cooperative | Kind::FamilyFarm)
                    && other.trade.segment == Segment::Farm
                    && other.stands(self.until)
                    && other.established.year() < self.until.year() - 5
            })
            .map(|other| other.key)
    }
}

/// One subject's turn: who it is, how it fared, and the dice for what is left to chance.
pub(crate) struct Case<'a> {
    pub(crate) city: &'a City,
    pub(crate) who: &'a Subject,
    pub(crate) path: &'a Life,
    pub(crate) dice: Dice,
}

impl<'a> Case<'a> {
    /// Opens the case of a subject.
    pub(crate) fn new(city: &'a City, who: &'a Subject, path: &'a Life) -> Self {
        Self { city, who, path, dice: Dice::new(city.seed, 0xCA_0001, who.number) }
    }

    /// How many events of a kind there are where `mean` are expected in a city of full density.
    pub(crate) fn events(&mut self, mean: f64) -> u32 {
        self.dice.count(mean * self.city.density)
    }

    /// The same for things that only a firm in business does, and does more often than the mean.
    pub(crate) fn dealings(&mut self, mean: f64) -> u32 {
        self.events(if self.who.dormant() { mean * 0.05 } else { mean * 1.55 })
    }

    /// Any day from `from` to the city's last day.
    pub(crate) fn day_since(&mut self, from: Day) -> Day {
        let span = i64::from(self.city.until.0 - from.0).max(0);
        Day(from.0.min(self.city.until.0)).plus(self.dice.whole(0, span) as i32)
    }

    /// Any of the last `days` days.
    pub(crate) fn day_back(&mut self, days: i64) -> Day {
        self.city.until.plus(-self.dice.whole(1, days) as i32)
    }

    /// What the trade pays a head and month in this district, yuan.
    pub(crate) fn wage_month(&self) -> f64 {
        let trade = match self.who.trade.segment {
            Segment::Tech => 1.9,
            Segment::Plant | Segment::Build | Segment::Transport => 1.05,
            Segment::Catering | Segment::Travel | Segment::Farm => 0.72,
            Segment::Retail => 0.75,
            _ => 0.95,
        };
        WAGE_MONTH * trade * self.who.place.region.wage_factor()
    }
}
