//! What somebody looks for among the products, as the address carries it.

use jq_base::ids::BankId;
use jq_lending::product::{Product, ProductFilter, Products, Security};
use jq_web::{FieldProblem, Visit};
use serde::Deserialize;

use crate::form::Choice;
use crate::words;

/// Characters of a filter's field.
const FIELD_CHARS: usize = 40;

/// The filters as typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Name, bank or description contains this.
    pub q: String,
    /// Of this bank.
    pub bank: String,
    /// Against this security.
    pub security: String,
    /// Of this chain.
    pub chain: String,
    /// How much.
    pub amount: String,
    /// For how many months.
    pub months: String,
}

impl Typed {
    /// The filters cut to what a form can hold.
    #[must_use]
    pub fn cut(mut self) -> Self {
        for field in [
            &mut self.q,
            &mut self.bank,
            &mut self.security,
            &mut self.chain,
            &mut self.amount,
            &mut self.months,
        ] {
            *field = field.trim().chars().take(FIELD_CHARS).collect();
        }
        self
    }

    /// Whether nothing is looked for in particular.
    pub fn is_empty(&self) -> bool {
        [&self.q, &self.bank, &self.security, &self.chain, &self.amount, &self.months]
            .iter()
            .all(|field| field.is_empty())
    }

    /// The filter, and what could not be understood; that is left out of the filter.
    pub fn read(&self, v: &Visit) -> (ProductFilter, Vec<FieldProblem>) {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, key: &str| {
            errors.push(FieldProblem { field: field.to_owned(), message: v.t(key) });
        };
        let amount = words::read_amount(&self.amount).filter(|amount| amount.fen() > 0);
        if amount.is_none() && !self.amount.is_empty() {
            wrong("amount", "apply-amount-wrong");
        }
        let months = self.months.parse::<u32>().ok().filter(|months| *months > 0);
        if months.is_none() && !self.months.is_empty() {
            wrong("months", "apply-months-wrong");
        }
        let filter = ProductFilter {
            text: self.q.clone(),
            bank: BankId::parse(&self.bank).ok(),
            security: self.security.parse().ok(),
            chain: Some(self.chain.clone()).filter(|chain| !chain.is_empty()),
            amount,
            months,
            ..ProductFilter::default()
        };
        (filter, errors)
    }

    /// Amount and term, to be carried to a product's page.
    pub fn wishes(&self) -> String {
        let pairs = [("amount", &self.amount), ("months", &self.months)];
        let given = pairs.into_iter().filter(|(_, value)| is_figure(value));
        let query: Vec<String> = given.map(|(name, value)| format!("{name}={value}")).collect();
        if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) }
    }

    /// The securities to choose from.
    pub fn securities(&self, v: &Visit) -> Vec<Choice> {
        let choice = |one: &Security| Choice::plain(one.code(), one.text(v.lang()), &self.security);
        Security::ALL.iter().map(choice).collect()
    }

    /// The chains to choose from.
    pub fn chains(&self, v: &Visit, products: &Products) -> Vec<Choice> {
        let choice =
            |one: &jq_lending::product::Chain| Choice::plain(&one.id, v.pick(&one.zh, &one.en), &self.chain);
        products.chains().into_iter().map(choice).collect()
    }

    /// The bank that is looked for, by name.
    pub fn bank_name(&self, v: &Visit, products: &Products) -> String {
        let found = products.list().find(|product| product.bank.as_str() == self.bank);
        found.map(|product| product.bank_name(v.lang()).to_owned()).unwrap_or_default()
    }
}

/// Digits and a point only, so that it can stand in an address as it is.
fn is_figure(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Why a product does not fit the amount or the term that is looked for; empty when it does.
pub fn why_not(v: &Visit, filter: &ProductFilter, product: &Product) -> String {
    let amount =
        filter.amount.is_some_and(|amount| !(product.amount_min..=product.amount_max).contains(&amount));
    let months =
        filter.months.is_some_and(|months| !(product.months_min..=product.months_max).contains(&months));
    match (amount, months) {
        (true, true) => v.t("product-not-both"),
        (true, false) => v.t("product-not-amount"),
        (false, true) => v.t("product-not-months"),
        (false, false) => String::new(),
    }
}
