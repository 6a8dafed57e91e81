//! What forms and requests must keep to, and who may not decide. Pure.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use jq_base::clock::date_of;
use jq_base::money::Money;
use jq_base::rate::Rate;

use super::actor::By;
use super::event::GrantTerms;
use super::model::{NewOrder, Order};
use crate::product::Product;
use crate::{FieldError, FieldRule, LendingError};

/// Papers asked for at a time.
const MATERIALS_MAX: usize = 10;
/// Characters that the name of a paper has.
const MATERIAL_CHARS: std::ops::RangeInclusive<usize> = 2..=60;
/// Characters that must be said at least where something must be.
const SAID_MIN: usize = 10;
/// Characters that a note has at most.
const NOTE_MAX: usize = 500;
/// Characters that a bank's number has at most.
const REFERENCE_MAX: usize = 64;
/// The highest yearly rate that a bank may grant: 24 %.
const RATE_MAX: Rate = Rate::from_ppm(240_000);
/// Days that an offer is good for at most.
const OFFER_DAYS_MAX: i64 = 180;

/// The fields that cannot be taken, gathered so that all are told at once.
#[derive(Default)]
pub(super) struct Faults(Vec<FieldError>);

impl Faults {
    pub(super) fn add(&mut self, field: &'static str, rule: FieldRule) {
        self.0.push(FieldError::new(field, rule));
    }

    pub(super) fn when(&mut self, wrong: bool, field: &'static str, rule: FieldRule) {
        if wrong {
            self.add(field, rule);
        }
    }

    pub(super) fn none(self) -> Result<(), LendingError> {
        if self.0.is_empty() { Ok(()) } else { Err(LendingError::Fields(self.0)) }
    }

    fn text(&mut self, field: &'static str, text: &str, min: usize, max: usize) {
        let count = text.trim().chars().count();
        if count == 0 && min > 0 {
            self.add(field, FieldRule::Missing);
        } else if count < min {
            self.add(field, FieldRule::TooShort { min });
        } else if count > max {
            self.add(field, FieldRule::TooLong { max });
        }
    }

    fn amount(&mut self, amount: Money, min: Money, max: Money) {
        if amount == Money::ZERO {
            self.add("amount", FieldRule::Missing);
        } else if amount < min {
            self.add("amount", FieldRule::AmountBelow(min));
        } else if amount > max {
            self.add("amount", FieldRule::AmountAbove(max));
        }
    }

    fn months(&mut self, months: u32, min: u32, max: u32) {
        if months == 0 {
            self.add("months", FieldRule::Missing);
        } else if months < min {
            self.add("months", FieldRule::MonthsBelow(min));
        } else if months > max {
            self.add("months", FieldRule::MonthsAbove(max));
        }
    }
}

/// What a firm hands in, against what the product offers.
pub(super) fn check_new(new: &NewOrder, product: &Product) -> Result<(), LendingError> {
    let mut faults = Faults::default();
    faults.when(!product.kinds.contains(&new.kind), "kind", FieldRule::NotOffered);
    // What is left of a loan may be less than the product's least.
    let least = if new.kind.is_renewal() { Money::from_fen(1) } else { product.amount_min };
    faults.amount(new.amount, least, product.amount_max);
    faults.months(new.months, product.months_min, product.months_max);
    faults.when(!product.methods.contains(&new.method), "method", FieldRule::NotOffered);
    let uses = &product.uses;
    faults.when(!uses.is_empty() && !uses.contains(&new.loan_use), "loan_use", FieldRule::NotOffered);
    let needs_words = new.loan_use == super::model::LoanUse::Other;
    faults.text("use_text", &new.use_text, if needs_words { 5 } else { 0 }, NOTE_MAX);
    faults.text("contact_name", new.contact.name.for_storage(), 2, 50);
    faults.when(new.kind.follows_another() && new.follows.is_none(), "follows", FieldRule::Missing);
    faults.none()
}

/// What a bank grants, against what was asked and what the product offers.
pub(super) fn check_terms(
    order: &Order,
    terms: &GrantTerms,
    product: Option<&Product>,
    today: Date,
) -> Result<(), LendingError> {
    let mut faults = Faults::default();
    let (amount_max, months_max) =
        product.map_or((order.amount, order.months), |product| (product.amount_max, product.months_max));
    faults.amount(terms.amount, Money::from_fen(1), amount_max.max(order.amount));
    faults.months(terms.months, 1, months_max.max(order.months));
    faults.when(terms.rate.ppm() <= 0, "rate", FieldRule::RateBelow(Rate::from_ppm(1)));
    let rate_max = product.map_or(RATE_MAX, |product| product.rate_max);
    faults.when(terms.rate > rate_max, "rate", FieldRule::RateAbove(rate_max));
    let offered = product.is_none_or(|product| product.methods.contains(&terms.method));
    faults.when(!offered, "method", FieldRule::NotOffered);
    faults.when(terms.valid_until < today, "valid_until", FieldRule::DayBefore(today));
    let last = today.saturating_add(OFFER_DAYS_MAX.days());
    faults.when(terms.valid_until > last, "valid_until", FieldRule::DayAfter(last));
    faults.text("note", &terms.note, 0, NOTE_MAX);
    faults.none()
}

/// The papers asked for, trimmed, none twice.
pub(super) fn check_materials(materials: &[String]) -> Result<Vec<String>, LendingError> {
    let mut named: Vec<String> = Vec::new();
    for material in materials.iter().map(|material| material.trim()).filter(|material| !material.is_empty()) {
        if !named.iter().any(|known| known == material) {
            named.push(material.to_owned());
        }
    }
    let mut faults = Faults::default();
    faults.when(named.is_empty(), "materials", FieldRule::Missing);
    faults.when(named.len() > MATERIALS_MAX, "materials", FieldRule::TooLong { max: MATERIALS_MAX });
    let short = named.iter().any(|name| name.chars().count() < *MATERIAL_CHARS.start());
    let long = named.iter().any(|name| name.chars().count() > *MATERIAL_CHARS.end());
    faults.when(short, "materials", FieldRule::TooShort { min: *MATERIAL_CHARS.start() });
    faults.when(long, "materials", FieldRule::TooLong { max: *MATERIAL_CHARS.end() });
    faults.none().map(|()| named)
}

/// What must be said in words: a survey's conclusion, why a firm appeals, why its order is taken up again.
pub(super) fn check_said(note: &str) -> Result<(), LendingError> {
    let mut faults = Faults::default();
    faults.text("note", note, SAID_MIN, NOTE_MAX);
    faults.none()
}

/// What somebody says beside an act.
pub(super) fn check_note(note: &str) -> Result<(), LendingError> {
    let mut faults = Faults::default();
    faults.text("note", note, 0, NOTE_MAX);
    faults.none()
}

/// A number that the bank gives.
pub(super) fn check_reference(faults: &mut Faults, field: &'static str, text: &str) {
    faults.text(field, text, 1, REFERENCE_MAX);
}

/// When a contact took place: not before the order was taken or the firm said that there was none, not in the future.
pub(super) fn check_contact(
    order: &Order,
    at: Option<Timestamp>,
    denied: Option<Timestamp>,
    now: Timestamp,
) -> Result<Timestamp, LendingError> {
    let at = at.unwrap_or(now);
    let mut faults = Faults::default();
    let since = denied.or(order.accepted_at).unwrap_or(order.created_at);
    faults.when(at < since, "at", FieldRule::DayBefore(date_of(since)));
    faults.when(at > now, "at", FieldRule::DayAfter(date_of(now)));
    faults.none().map(|()| at)
}

/// Four eyes: whoever handled the order does not decide on it.
pub(super) fn check_second_person(order: &Order, by: &By) -> Result<(), LendingError> {
    if is_by(by, order.officer.as_deref()) || is_by(by, order.submitted_by.as_deref()) {
        return Err(LendingError::FourEyes);
    }
    Ok(())
}

/// Whoever handled the order or refused it does not answer the appeal.
pub(super) fn check_fresh_eyes(order: &Order, by: &By) -> Result<(), LendingError> {
    if is_by(by, order.approver.as_deref()) {
        return Err(LendingError::FourEyes);
    }
    check_second_person(order, by)
}

fn is_by(by: &By, login: Option<&str>) -> bool {
    login == Some(by.actor.as_str())
}
