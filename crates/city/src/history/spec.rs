//! One past order in a few numbers, before it is told: whose, for what, when, and how it ends.

use super::times::Moment;
use crate::city::City;
use crate::dice::{Dice, mix};
use crate::institution::Bank;
use crate::shelf::{Product, Shelf};
use crate::subject::{Kind, Subject};
use crate::time::Day;

/// What all orders of a history share.
pub(super) struct World<'a> {
    pub(super) city: &'a City,
    pub(super) shelf: &'a Shelf,
    pub(super) banks: &'a [Bank],
    pub(super) times: &'a super::times::Times,
    /// The section letter of each division of industries.
    pub(super) sections: &'a dyn Fn(&str) -> String,
}

/// How an order ends, or where it stands when the history ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Granted,
    Refused,
    /// The bank does not take it, and there is no other.
    Declined,
    /// The firm takes it back.
    Withdrawn,
    /// The firm never hands in the papers that are missing.
    Silent,
    Open(Stand),
}

/// Where an open order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    Submitted,
    Dispatched,
    /// Taken, and the firm not spoken to yet.
    Taken,
    Contacted,
    Surveying,
    Awaiting,
    Approving,
}

/// What kind of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    New,
    Renewal,
    Deferral,
    Increase,
}

impl Wish {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Renewal => "renewal",
            Self::Deferral => "deferral",
            Self::Increase => "increase",
        }
    }
}

/// A past order.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    /// From 0; identifiers and chance follow from it.
    pub(super) index: u32,
    /// The subject's number.
    pub(super) subject: u64,
    /// The product's place on the shelf.
    pub(super) product: usize,
    pub(super) wish: Wish,
    pub(super) fate: Fate,
    /// When it was handed in.
    pub(super) submitted: Moment,
    /// When it was decided, or ended otherwise; for open ones when the history ends.
    pub(super) decided: Moment,
    /// When a customer manager took it, where that is settled beforehand.
    pub(super) accepted: Option<Moment>,
    /// How good the firm looks.
    pub(super) merit: f64,
    /// The order whose loan it follows, by index.
    pub(super) parent: Option<u32>,
    /// When the contract was signed and the money paid out, for granted ones.
    pub(super) signed: Option<Moment>,
    pub(super) drawn: Option<Moment>,
    /// For how many months, where that is settled beforehand.
    pub(super) months: Option<i32>,
    /// On which day an order that follows it paid the loan off.
    pub(super) paid_off: Option<Day>,
    /// Not late with any instalment.
    pub(super) pays_well: bool,
}

impl Spec {
    /// An order for which only this much is settled.
    pub(super) fn new(subject: u64, product: usize, fate: Fate, submitted: Moment, decided: Moment) -> Self {
        Self {
            index: 0,
            subject,
            product,
            wish: Wish::New,
            fate,
            submitted,
            decided,
            accepted: None,
            merit: 0.0,
            parent: None,
            signed: None,
            drawn: None,
            months: None,
            paid_off: None,
            pays_well: false,
        }
    }

    /// The dice of this order for one purpose.
    pub(super) fn dice(&self, city: &City, purpose: u64) -> Dice {
        Dice::new(city.seed, 0x0D_0000 + purpose, u64::from(self.index))
    }

    /// When the draft was begun.
    pub(super) fn created(&self, city: &City) -> Moment {
        self.submitted.plus(-self.dice(city, 1).whole(60, 900))
    }

    /// An identifier that sorts by the time of the draft, like those the platform gives out.
    pub(super) fn id(&self, city: &City) -> String {
        identifier(self.created(city), mix(city.seed ^ 0x0D1D) ^ u64::from(self.index))
    }

    /// The product it asks for.
    pub(super) fn product_on<'a>(&self, goods: &'a Shelf) -> &'a Product {
        &goods.products[self.product]
    }
}

/// A UUID of version 7 for a moment, the rest from `salt`.
pub(super) fn identifier(at: Moment, salt: u64) -> String {
    let (high, low) = (mix(salt), mix(mix(salt) ^ 0x1D));
    let millis = at.unix_millis().unsigned_abs();
    format!(
        "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
        millis >> 16 & 0xFFFF_FFFF,
        millis & 0xFFFF,
        high & 0xFFF,
        0x8000 | (high >> 16 & 0x3FFF),
        low & 0xFFFF_FFFF_FFFF,
    )
}

impl<'a> World<'a> {
    /// The subject with that number.
    pub(super) fn subject(&self, number: u64) -> Subject {
        if number >= u64::from(self.city.organisations) {
            Subject::household(self.city, number)
        } else {
            Subject::organisation(self.city, number)
        }
    }

    /// The subject's district as the register has it, and its industry with the section's letter.
    pub(super) fn place_of(&self, who: &Subject) -> (&'static str, String) {
        (who.place.division(who.established), (self.sections)(who.trade.class) + who.trade.class)
    }

    /// Whether the subject could ask for the product.
    pub(super) fn fits(&self, who: &Subject, product: &Product) -> bool {
        let (district, industry) = self.place_of(who);
        product.is_for(who.kind == Kind::Household, district, &industry)
    }

    /// The bank with that id.
    pub(super) fn bank(&self, id: &str) -> Option<&'a Bank> {
        self.banks.iter().find(|bank| bank.id == id)
    }
}
