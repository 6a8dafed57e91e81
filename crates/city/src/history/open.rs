//! Orders that are open when the history ends, so that every queue has life: one of each state and stage of its clock at
//! the first bank, some of each at the others.

use super::draw::{merit, waking};
use super::spec::{Fate, Spec, Stand, World};
use super::subjects::People;
use super::times::Moment;
use crate::dice::Dice;

/// How an open order stands: where, and how many working days ago it was taken (for those not taken: sent out).
#[derive(Clone, Copy)]
enum Case {
    /// Hours since it was sent out; on working days.
    Waiting(Stand, i64),
    /// Working days since it was taken.
    Taken(Stand, i32),
    /// Working days since it was granted; signed and drawn days later, if at all.
    Granted { ago: i32, signed: Option<i32>, drawn: Option<i32> },
}

/// At the first bank.
const FIRST_BANK: [Case; 16] = [
    Case::Waiting(Stand::Dispatched, 1),
    Case::Waiting(Stand::Dispatched, 24),
    Case::Taken(Stand::Surveying, 5),
    Case::Taken(Stand::Approving, 9),
    Case::Taken(Stand::Taken, 0),
    Case::Taken(Stand::Awaiting, 6),
    Case::Taken(Stand::Surveying, 8),
    Case::Taken(Stand::Approving, 12),
    Case::Taken(Stand::Contacted, 2),
    Case::Waiting(Stand::Dispatched, 48),
    Case::Taken(Stand::Approving, 4),
    Case::Granted { ago: 2, signed: None, drawn: None },
    Case::Granted { ago: 6, signed: Some(3), drawn: None },
    Case::Granted { ago: 11, signed: Some(2), drawn: Some(2) },
    Case::Waiting(Stand::Submitted, 1),
    Case::Taken(Stand::Taken, 2),
];
/// At the other banks, again and again.
const OTHER_BANKS: [Case; 14] = [
    Case::Waiting(Stand::Dispatched, 2),
    Case::Taken(Stand::Contacted, 1),
    Case::Taken(Stand::Surveying, 3),
    Case::Taken(Stand::Approving, 6),
    Case::Taken(Stand::Awaiting, 5),
    Case::Waiting(Stand::Dispatched, 25),
    Case::Taken(Stand::Surveying, 10),
    Case::Granted { ago: 3, signed: Some(2), drawn: None },
    Case::Taken(Stand::Approving, 2),
    Case::Taken(Stand::Surveying, 16),
    Case::Taken(Stand::Contacted, 4),
    Case::Granted { ago: 1, signed: None, drawn: None },
    Case::Taken(Stand::Awaiting, 3),
    Case::Taken(Stand::Approving, 7),
];

/// `count` open orders; the first bank gets one of each first, as far as they reach.
pub(super) fn orders(world: &World<'_>, people: &mut People<'_>, count: u32) -> Vec<Spec> {
    let first = FIRST_BANK.iter().map(|case| (*case, true));
    let others = OTHER_BANKS.iter().cycle().map(|case| (*case, false));
    let cases = first.chain(others).take(count as usize);
    cases.enumerate().filter_map(|(at, (case, at_first))| order(world, people, at, case, at_first)).collect()
}

fn order(world: &World<'_>, people: &mut People<'_>, at: usize, case: Case, at_first: bool) -> Option<Spec> {
    let (times, dice) = (world.times, &mut Dice::new(world.city.seed, 0x0A_0200, at as u64));
    let now = times.now;
    let back = |days: i32| times.workday(now.day(), -days);
    let (submitted, accepted) = match case {
        Case::Waiting(_, 1) => (now.plus(-dice.whole(600, 3_000)), None),
        Case::Waiting(_, hours) => {
            let day = back((hours / 24).max(1) as i32);
            (Moment::at(day, dice.whole(9 * 3_600, 19 * 3_600)), None)
        }
        Case::Taken(_, 0) => {
            (waking(Moment::at(back(1), 15 * 3_600), dice), Some(now.plus(-dice.whole(300, 1_200))))
        }
        Case::Taken(_, days) => taken(times.in_office(back(days), dice), dice, back(days + 1)),
        Case::Granted { ago, .. } => taken(times.in_office(back(ago + 4), dice), dice, back(ago + 5)),
    };
    let bank_fits = |bank: &str| (bank == "bank01") == at_first;
    let suits = |product: &crate::shelf::Product| product.takes("new") && bank_fits(&product.bank);
    let (who, product) = people.next(submitted, now, dice, &suits)?;
    let (fate, decided) = match case {
        Case::Waiting(stand, _) | Case::Taken(stand, _) => (Fate::Open(stand), now),
        Case::Granted { ago, .. } => (Fate::Granted, times.in_office(back(ago), dice)),
    };
    let mut spec = Spec::new(who.number, product, fate, submitted, decided);
    (spec.accepted, spec.merit) = (accepted, merit(&who, dice));
    if let Case::Granted { ago, signed, drawn } = case {
        let after = |days: i32| times.in_office(times.workday(back(ago), days), &mut dice_of(at, days));
        let never = now.plus(30 * super::times::DAY);
        spec.signed = Some(signed.map_or(never, after));
        spec.drawn = Some(drawn.map_or(never, |days| after(days + signed.unwrap_or_default())));
    }
    Some(spec)
}

/// Sent out the working day before it was taken.
fn taken(accepted: Moment, dice: &mut Dice, day_before: crate::time::Day) -> (Moment, Option<Moment>) {
    (Moment::at(day_before, dice.whole(9 * 3_600, 20 * 3_600)), Some(accepted))
}

/// Chance for a later moment of the same order.
fn dice_of(at: usize, days: i32) -> Dice {
    Dice::new(0x0A_0201, at as u64, days as u64)
}
