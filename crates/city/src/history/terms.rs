//! How much a firm asks for and what a bank grants: by its sales, its standing and the product. The same firm asks for
//! the same again, so that a renewal is as large as what it follows.

use super::spec::{Spec, Wish, World};
use crate::dice::Dice;
use crate::shelf::Product;
use crate::subject::{Kind, Subject};

/// What a firm asks for.
pub(super) struct Asked {
    pub(super) amount_yuan: i64,
    pub(super) months: i32,
    pub(super) method: String,
    pub(super) first_loan: bool,
    pub(super) other_banks: bool,
    /// Share of the amount that is granted if it is.
    share: f64,
    /// 0 for the product's lowest rate, 1 for its highest.
    price: f64,
}

/// What a bank grants.
pub(super) struct Terms {
    pub(super) amount_yuan: i64,
    pub(super) months: i32,
    pub(super) rate_ppm: i64,
    pub(super) method: String,
}

impl Asked {
    pub(super) fn of(world: &World<'_>, spec: &Spec, who: &Subject, product: &Product) -> Self {
        let dice = &mut Dice::new(world.city.seed, 0x0D_0100, spec.subject);
        let share_of_sales = dice.between(0.12, 0.4);
        let wish = who.sales_wan * 10_000.0 * share_of_sales;
        let wish = if spec.wish == Wish::Increase { wish * 1.4 } else { wish };
        let amount_yuan = round(wish as i64).clamp(product.amount_min, product.amount_max);
        let usual = dice.pick(&[6, 12, 12, 12, 24, 24, 36]);
        let months = spec.months.unwrap_or(if spec.wish == Wish::New { usual } else { 12 });
        let other = dice.below(product.methods.len());
        let method = &product.methods[if dice.chance(0.7) { 0 } else { other }];
        let (share, price) = (dice.between(0.5, 1.15).min(1.0), dice.between(0.0, 0.35));
        let first_loan = dice.chance(if who.kind == Kind::Household { 0.35 } else { 0.24 });
        Self {
            amount_yuan,
            months: months.clamp(product.months_min, product.months_max),
            method: method.clone(),
            first_loan: first_loan && spec.wish == Wish::New,
            other_banks: dice.chance(0.45) && spec.wish == Wish::New,
            share,
            price,
        }
    }

    /// What the bank grants.
    pub(super) fn granted(&self, product: &Product, spec: &Spec) -> Terms {
        let (low, high) = product.rates();
        let weak = (1.2 - spec.merit.clamp(0.0, 2.0)).clamp(0.0, 1.0) * 0.5;
        let price = (self.price + weak).min(1.0);
        let rate = low + ((high - low) as f64 * price) as i64;
        let amount = round((self.amount_yuan as f64 * self.share) as i64);
        Terms {
            amount_yuan: amount.clamp(product.amount_min, product.amount_max),
            months: self.months,
            rate_ppm: (rate / 500 * 500).clamp(low, high),
            method: self.method.clone(),
        }
    }

    /// A product of another bank that would do as well.
    pub(super) fn another<'a>(
        &self,
        world: &World<'a>,
        who: &Subject,
        product: &Product,
    ) -> Option<&'a Product> {
        world.shelf.products.iter().find(|other| {
            other.bank != product.bank
                && other.takes("new")
                && world.fits(who, other)
                && other.persons == product.persons
                && (other.amount_min..=other.amount_max).contains(&self.amount_yuan)
                && (other.months_min..=other.months_max).contains(&self.months)
                && other.methods.contains(&self.method)
        })
    }
}

/// Whole ten thousands, below a hundred thousand whole thousands.
fn round(yuan: i64) -> i64 {
    let step = if yuan >= 100_000 { 10_000 } else { 1_000 };
    (yuan / step * step).max(step)
}
