//! Who asks, and for what: each subject at most once, for a product that suits its place, trade and size.

use super::spec::World;
use super::times::Moment;
use crate::dice::Dice;
use crate::shelf::Product;
use crate::subject::{Kind, Subject};

/// Subjects that have not asked yet, each given out once.
pub(super) struct People<'a> {
    world: &'a World<'a>,
    next: u64,
    left: u64,
    step: u64,
}

impl<'a> People<'a> {
    /// All of the city's subjects, in an order that has nothing to do with their numbers.
    pub(super) fn new(world: &'a World<'a>) -> Self {
        let all = u64::from(world.city.subjects);
        let step = [7_919_u64, 7_907, 7_901].into_iter().find(|step| !all.is_multiple_of(*step)).unwrap_or(1);
        Self { world, next: crate::dice::mix(world.city.seed ^ 0x9E0) % all, left: all, step }
    }

    /// The next subject that was in business from before `submitted` until after `decided`, with a product that suits.
    pub(super) fn next(
        &mut self,
        submitted: Moment,
        decided: Moment,
        dice: &mut Dice,
        suits: &dyn Fn(&Product) -> bool,
    ) -> Option<(Subject, usize)> {
        let all = u64::from(self.world.city.subjects);
        while self.left > 0 {
            let number = self.next;
            self.next = (self.next + self.step) % all;
            self.left -= 1;
            let who = self.world.subject(number);
            let stands = who.established.plus(120) < submitted.day()
                && who.closed.is_none_or(|closed| decided.day().plus(120) < closed);
            if who.role.is_some()
                || !stands
                || (who.dormant() && !dice.chance(0.15))
                || who.kind == Kind::Collective
            {
                continue;
            }
            if let Some(product) = choose(self.world, &who, dice, suits) {
                return Some((who, product));
            }
        }
        None
    }
}

/// A product that the subject may ask for: what is made for its place first, and not far too large.
fn choose(
    world: &World<'_>,
    who: &Subject,
    dice: &mut Dice,
    suits: &dyn Fn(&Product) -> bool,
) -> Option<usize> {
    let person = who.kind == Kind::Household;
    let need_yuan = (who.sales_wan * 10_000.0 * 0.35) as i64;
    let choices: Vec<(usize, f64)> = world
        .shelf
        .products
        .iter()
        .enumerate()
        .filter(|(_, product)| suits(product) && product.takes("new") && world.fits(who, product))
        .filter(|(_, product)| person == product.persons && product.amount_min <= need_yuan.max(20_000))
        .map(|(at, product)| {
            let local = if product.is_local() { 8.0 } else { 1.0 };
            let first = if product.bank == "bank01" { 2.4 } else { 1.0 };
            let narrow = if product.industries.is_empty() { 1.0 } else { 1.6 };
            (at, local * first * narrow)
        })
        .collect();
    if choices.is_empty() { None } else { Some(dice.weighted(&choices)) }
}
