//! Draws a year of orders: whose, for which product, when, and how each ends, so that the city's rates come out as
//! published: 14 % granted at first and 24 % at last, 32 days at first and 7 at last, 71 % of renewals granted.

use super::open;
use super::spec::{Fate, Spec, Wish, World};
use super::subjects::People;
use super::times::{DAY, Moment};
use crate::dice::Dice;
use crate::shelf::Product;
use crate::subject::{Course, Kind, Subject, TaxPayer};
use crate::time::{Day, Month};

/// Orders by subjects.
const SUBJECTS_PER_ORDER: u32 = 3;
/// Share granted at the beginning and at the end of the year.
const GRANTED: (f64, f64) = (0.136, 0.243);
/// Days from the hand-in to the decision at the beginning and at the end of the year; renewals are faster, so that the
/// mean of all is 32 at first.
const HANDLING: (f64, f64) = (34.5, 6.8);
/// Share of renewals that are granted.
const RENEWED: f64 = 0.7143;

/// How many of each sort a history has.
#[derive(Clone, Copy, Debug)]
struct Plan {
    plain: u32,
    renewals: u32,
    others: u32,
    open: u32,
}

impl Plan {
    fn of(subjects: u32) -> Self {
        let all = (subjects / SUBJECTS_PER_ORDER).max(8);
        let (renewals, others, open) = (all / 24, all / 80, (all / 22).max(3));
        Self { plain: all.saturating_sub(2 * (renewals + others) + open), renewals, others, open }
    }
}

/// All orders, each with its index.
pub(super) fn orders(world: &World<'_>) -> Vec<Spec> {
    let plan = Plan::of(world.city.subjects);
    let mut draw = Draw { world, people: People::new(world), orders: Vec::new(), first: first_day(world) };
    for at in 0..plan.plain {
        draw.plain(at, plan.plain);
    }
    for (wish, count) in [
        (Wish::Renewal, plan.renewals),
        (Wish::Deferral, plan.others / 2),
        (Wish::Increase, plan.others.div_ceil(2)),
    ] {
        for at in 0..count {
            draw.following(wish, at, count);
        }
    }
    let open = open::orders(world, &mut draw.people, plan.open);
    draw.orders.extend(open);
    draw.orders.extend(super::cast::orders(world));
    draw.grant();
    settle(world, draw.orders)
}

/// The first day of the month in which the year before the present begins.
fn first_day(world: &World<'_>) -> Day {
    Month(world.times.now.day().month().0 - 12).first()
}

struct Draw<'a> {
    world: &'a World<'a>,
    people: People<'a>,
    orders: Vec<Spec>,
    first: Day,
}

impl Draw<'_> {
    /// How much of the year is over: 0 in the middle of its first month, 1 in the middle of its last.
    fn progress(&self, at: Moment) -> f64 {
        let days = f64::from(at.day().0 - self.first.0) - 15.0;
        let year = f64::from(self.world.times.now.day().0 - self.first.0) - 20.0;
        (days / year).clamp(0.0, 1.0)
    }

    /// The `at`-th of `count` moments spread over the year, more of them towards its end.
    fn moment(&self, at: u32, count: u32, dice: &mut Dice) -> Moment {
        let place = (f64::from(at) + dice.unit()) / f64::from(count.max(1));
        let span = f64::from(self.world.times.now.day().0 - self.first.0) - 1.0;
        let day = self.first.plus((place.powf(0.88) * span) as i32);
        let moment = self.world.times.in_office(day, dice);
        if moment < self.world.times.now {
            moment
        } else {
            self.world.times.in_office(self.yesterday(), dice)
        }
    }

    fn yesterday(&self) -> Day {
        self.world.times.workday(self.world.times.now.day(), -1)
    }

    /// How long an order decided then took, in seconds.
    fn handling(&self, decided: Moment, dice: &mut Dice) -> i64 {
        let progress = self.progress(decided);
        let mean = HANDLING.0 * (HANDLING.1 / HANDLING.0).powf(progress);
        // A lognormal number whose mean is 1.
        let spread = dice.lognormal((-0.08_f64).exp(), 0.4).clamp(0.35, 2.6);
        ((mean * spread).max(0.6) * DAY as f64) as i64
    }

    /// An order for a product, of a firm that had none.
    fn plain(&mut self, at: u32, count: u32) {
        let dice = &mut Dice::new(self.world.city.seed, 0x0A_0001, u64::from(at));
        let decided = self.moment(at, count, dice);
        let submitted = waking(decided.plus(-self.handling(decided, dice)), dice);
        let Some((who, product)) =
            self.people.next(submitted, decided, dice, &|product| product.takes("new"))
        else {
            return;
        };
        let fate = match at.wrapping_mul(37) % 100 {
            0..=5 => Fate::Withdrawn,
            6..=8 => Fate::Silent,
            9..=10 => Fate::Declined,
            _ => Fate::Refused, // until the best are granted
        };
        let mut spec = Spec::new(who.number, product, fate, submitted, decided);
        spec.merit = merit(&who, dice);
        if fate == Fate::Declined {
            spec.decided = self.world.times.office(submitted.plus(dice.whole(3_600, DAY)), dice);
        }
        self.orders.push(spec);
    }

    /// An order that rests on an earlier one, and the earlier one, whose loan ends a few weeks later.
    fn following(&mut self, wish: Wish, at: u32, count: u32) {
        let dice = &mut Dice::new(self.world.city.seed, 0x0A_0100 + wish as u64, u64::from(at));
        let times = self.world.times;
        let decided = self.moment(at, count, dice);
        let quick = if wish == Wish::Renewal { 0.55 } else { 0.8 };
        let took = (self.handling(decided, dice) as f64 * quick) as i64;
        let submitted = waking(decided.plus(-took), dice);
        let ends = decided.day().plus(dice.whole(8, 20) as i32);
        let paid_out = times.workday(ends.plus_months(-12), 0);
        let granted_on = times.workday(paid_out, -(dice.whole(3, 6) as i32));
        let before = times.in_office(granted_on, dice);
        let begun = waking(before.plus(-(dice.between(14.0, 34.0) * DAY as f64) as i64), dice);
        let suits = |product: &Product| {
            product.takes("new")
                && product.takes(wish.word())
                && (product.months_min..=product.months_max).contains(&12)
        };
        let Some((who, product)) = self.people.next(begun, decided, dice, &suits) else { return };
        let place = self.orders.len() as u32;
        let mut parent = Spec::new(who.number, product, Fate::Granted, begun, before);
        parent.signed = Some(times.in_office(times.workday(granted_on, 1), dice));
        parent.drawn = Some(times.in_office(paid_out, dice));
        (parent.months, parent.merit, parent.pays_well) = (Some(12), 9.0, true);
        let granted = ((f64::from(at) + 1.0) * RENEWED).round() > (f64::from(at) * RENEWED).round();
        let fate = if granted || wish != Wish::Renewal { Fate::Granted } else { Fate::Refused };
        let mut spec = Spec::new(who.number, product, fate, submitted, decided);
        (spec.wish, spec.parent, spec.merit) = (wish, Some(place), merit(&who, dice));
        if fate == Fate::Granted {
            let signed = times.in_office(times.workday(decided.day(), 1), dice);
            let drawn = times.in_office(times.workday(decided.day(), 2 + dice.below(2) as i32), dice);
            (spec.signed, spec.drawn) = (Some(signed), Some(drawn));
            let replaces = wish != Wish::Increase && drawn < times.now;
            parent.paid_off = replaces.then(|| drawn.day());
        }
        self.orders.push(parent);
        self.orders.push(spec);
    }

    /// Grants, month by month, as many of the decided orders as the city's rate asks for, the best first.
    fn grant(&mut self) {
        let mut decided: Vec<usize> = (0..self.orders.len())
            .filter(|&at| matches!(self.orders[at].fate, Fate::Granted | Fate::Refused | Fate::Declined))
            .filter(|&at| self.orders[at].decided.day() >= self.first)
            .collect();
        decided.sort_by_key(|&at| self.orders[at].decided);
        let (mut wanted, mut granted) = (0.0, 0.0);
        let months = decided.chunk_by(|&a, &b| self.month(a) == self.month(b));
        let months: Vec<Vec<usize>> = months.map(<[usize]>::to_vec).collect();
        for month in months {
            for &at in &month {
                wanted += GRANTED.0 + (GRANTED.1 - GRANTED.0) * self.progress(self.orders[at].decided);
                granted += f64::from(u8::from(self.orders[at].fate == Fate::Granted));
            }
            let mut open: Vec<usize> = month
                .into_iter()
                .filter(|&at| self.orders[at].fate == Fate::Refused && self.orders[at].wish == Wish::New)
                .filter(|&at| self.orders[at].months.is_none()) // the cast's fate is settled
                .collect();
            open.sort_by(|&a, &b| self.orders[b].merit.total_cmp(&self.orders[a].merit));
            let more = (wanted - granted).round().max(0.0) as usize;
            for &at in open.iter().take(more) {
                self.orders[at].fate = Fate::Granted;
                granted += 1.0;
            }
        }
    }

    fn month(&self, at: usize) -> Month {
        self.orders[at].decided.day().month()
    }
}

/// A moment at which people of a firm are awake.
pub(super) fn waking(moment: Moment, dice: &mut Dice) -> Moment {
    let hour = moment.second() / 3_600;
    if (8..22).contains(&hour) { moment } else { Moment::at(moment.day(), dice.whole(8 * 3_600, 22 * 3_600)) }
}

/// How good a firm looks to a bank, with some luck.
pub(super) fn merit(who: &Subject, dice: &mut Dice) -> f64 {
    let course = match who.course {
        Course::Growing => 1.0,
        Course::Steady => 0.6,
        Course::Declining => 0.0,
        Course::Dying => -0.8,
    };
    let filing = match who.tax {
        TaxPayer::General => 0.5,
        TaxPayer::Small => 0.3,
        TaxPayer::Nothing => {
            if who.kind == Kind::Household {
                0.4
            } else {
                -0.3
            }
        }
    };
    course + filing + (who.sales_wan / 300.0).min(0.5) + 0.35 * dice.normal()
}

/// Fills in what follows from the fate: when a granted order was signed and drawn, and its index.
fn settle(world: &World<'_>, mut orders: Vec<Spec>) -> Vec<Spec> {
    for (index, spec) in orders.iter_mut().enumerate() {
        spec.index = index as u32;
        if spec.fate != Fate::Granted || spec.drawn.is_some() {
            continue;
        }
        let dice = &mut spec.dice(world.city, 2);
        if dice.chance(0.04) {
            continue; // granted and never signed
        }
        let signed = world.times.workday(spec.decided.day(), 1 + dice.below(5) as i32);
        spec.signed = Some(world.times.in_office(signed, dice));
        let drawn = world.times.workday(signed, 1 + dice.below(4) as i32);
        spec.drawn = dice.chance(0.97).then(|| world.times.in_office(drawn, dice));
    }
    orders
}
