//! The list of products: those that fit first, each group the cheapest first.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use jq_lending::product::{Product, ProductFilter};
use jq_web::{FieldProblem, Visit, page};

use super::SignedIn;
use super::filter::{Typed, why_not};
use crate::firm::apply::ProductHead;
use crate::form::{self, Choice};
use crate::plan::rounded;
use crate::state::PortalState;

/// Products shown before the rest is folded away.
const SHOWN: usize = 10;

/// The list.
#[derive(Template)]
#[template(path = "product/list.html")]
pub struct ListPage {
    v: Visit,
    signed_in: bool,
    typed: Typed,
    bank: String,
    securities: Vec<Choice>,
    chains: Vec<Choice>,
    fitting: Vec<Card>,
    near: Vec<Card>,
    wishes: String,
    errors: Vec<FieldProblem>,
}

/// One product in the list.
pub struct Card {
    /// Its names and ranges.
    pub head: ProductHead,
    /// What it is, in a sentence.
    pub about: String,
    /// Against what.
    pub security: String,
    /// The chain it is made for; empty without one.
    pub chain: String,
    /// What it costs in a year at least.
    pub cost: String,
    /// Why it does not fit; empty when it does.
    pub why_not: String,
}

/// `GET /products`
pub async fn list(
    State(state): State<PortalState>,
    SignedIn(signed_in): SignedIn,
    Query(typed): Query<Typed>,
    v: Visit,
) -> Response {
    page(&ListPage::new(v, &state, typed.cut(), signed_in))
}

impl ListPage {
    fn new(v: Visit, state: &PortalState, typed: Typed, signed_in: bool) -> Self {
        let products = state.lending.products();
        let (filter, errors) = typed.read(&v);
        let any_size = ProductFilter { amount: None, months: None, ..filter.clone() };
        let (mut fitting, mut near) = (Vec::new(), Vec::new());
        for product in products.search(&any_size) {
            let card = Card::new(&v, &filter, product);
            let group = if card.1.why_not.is_empty() { &mut fitting } else { &mut near };
            group.push(card);
        }
        fitting.sort_by_key(|(cost, _)| *cost);
        near.sort_by_key(|(cost, _)| *cost);
        let cards = |group: Vec<(i64, Card)>| group.into_iter().map(|(_, card)| card).collect();
        Self {
            bank: typed.bank_name(&v, products),
            securities: typed.securities(&v),
            chains: typed.chains(&v, products),
            fitting: cards(fitting),
            near: cards(near),
            wishes: typed.wishes(),
            signed_in,
            typed,
            errors,
            v,
        }
    }

    /// The products that are seen at once.
    fn first(&self) -> &[Card] {
        &self.fitting[..self.fitting.len().min(SHOWN)]
    }

    /// The products that are folded away.
    fn more(&self) -> &[Card] {
        &self.fitting[self.fitting.len().min(SHOWN)..]
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}

impl Card {
    /// The product with its yearly cost in parts per million, by which the list is sorted: for what is looked for,
    /// or the cost the product states.
    fn new(v: &Visit, filter: &ProductFilter, product: &Product) -> (i64, Self) {
        let why_not = why_not(v, filter, product);
        let asked = filter.amount.zip(filter.months).filter(|_| why_not.is_empty());
        let method = product.methods.first().copied();
        let for_this = asked
            .zip(method)
            .and_then(|((amount, months), method)| product.cost_of(amount, months, method, product.rate_min));
        let cost = for_this.unwrap_or_else(|| product.annual_cost());
        let lang = v.lang();
        let card = Self {
            head: ProductHead::new(v, product),
            about: product.about(lang).to_owned(),
            security: product.security.text(lang).to_owned(),
            chain: product
                .chain
                .as_ref()
                .map(|one| lang.pick(&one.zh, &one.en).to_owned())
                .unwrap_or_default(),
            cost: rounded(cost),
            why_not,
        };
        (cost.ppm(), card)
    }
}
