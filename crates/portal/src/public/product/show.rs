//! One product: what it is and for whom, what it costs with an example to the fen, what the bank reads, what to bring.

use askama::Template;
use axum::extract::{Path, Query, State};
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_catalog::Catalog;
use jq_lending::OrderKind;
use jq_lending::product::Product;
use jq_lending::schedule::RepaymentMethod;
use jq_web::{FieldProblem, Visit, page};
use serde::Deserialize;

use super::SignedIn;
use super::filter::Typed;
use super::reads::{ReadGroup, groups};
use crate::firm::apply::terms::methods;
use crate::firm::apply::{self, ProductHead};
use crate::form::{self, Choice};
use crate::plan::{PlanView, rounded};
use crate::public::Fact;
use crate::refused::Answer;
use crate::state::PortalState;
use crate::words;

/// The amount of the example when nobody asks for another, in fen: 200,000 yuan.
const EXAMPLE: Money = Money::from_fen(20_000_000);
/// Its months.
const EXAMPLE_MONTHS: u32 = 12;

/// One product.
#[derive(Template)]
#[template(path = "product/show.html")]
pub struct ProductPage {
    v: Visit,
    signed_in: bool,
    open: bool,
    product: ProductHead,
    about: String,
    chain: String,
    cost: String,
    facts: Vec<Fact>,
    for_whom: Vec<String>,
    documents: Vec<String>,
    reads: Vec<ReadGroup>,
    items: usize,
    asked: Asked,
    plan: Option<PlanView>,
    errors: Vec<FieldProblem>,
}

/// The figures of the example.
struct Asked {
    amount: String,
    months: String,
    methods: Vec<Choice>,
    /// The same figures for the application's address.
    wishes: String,
}

/// The figures as the address carries them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AskedQuery {
    amount: String,
    months: String,
    method: String,
}

/// `GET /products/{id}`
pub async fn show(
    State(state): State<PortalState>,
    SignedIn(signed_in): SignedIn,
    Path(id): Path<String>,
    Query(query): Query<AskedQuery>,
    v: Visit,
) -> Answer {
    let product = apply::find_product(&state, &id)?;
    Ok(page(&ProductPage::new(v, &state, product, query, signed_in)))
}

impl ProductPage {
    fn new(v: Visit, state: &PortalState, product: &Product, query: AskedQuery, signed_in: bool) -> Self {
        let lang = v.lang();
        let today = state.db.clock().today();
        let (figures, errors) = Figures::of(&v, product, query);
        let plan = PlanView::of_product(&v, product, figures.method, figures.amount, figures.months, today);
        Self {
            signed_in,
            open: product.open,
            product: ProductHead::new(&v, product),
            about: product.about(lang).to_owned(),
            chain: product
                .chain
                .as_ref()
                .map(|one| lang.pick(&one.zh, &one.en).to_owned())
                .unwrap_or_default(),
            cost: rounded(product.annual_cost()),
            facts: facts(&v, product),
            for_whom: for_whom(&v, state, product),
            documents: product.documents(lang).to_vec(),
            reads: groups(&v, &state.catalog, product),
            items: product.items.len(),
            asked: figures.asked(&v, product),
            plan,
            errors,
            v,
        }
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}

/// What the example is reckoned with.
struct Figures {
    amount: Money,
    months: u32,
    method: RepaymentMethod,
    typed_amount: String,
    typed_months: String,
}

impl Figures {
    /// The figures asked for, within what the product offers; what is outside is said.
    fn of(v: &Visit, product: &Product, query: AskedQuery) -> (Self, Vec<FieldProblem>) {
        let typed = Typed { amount: query.amount, months: query.months, ..Typed::default() }.cut();
        let (filter, mut errors) = typed.read(v);
        let within = |amount: Money| amount.clamp(product.amount_min, product.amount_max);
        let within_months = |months: u32| months.clamp(product.months_min, product.months_max);
        let amount = within(filter.amount.unwrap_or(EXAMPLE));
        let months = within_months(filter.months.unwrap_or(EXAMPLE_MONTHS));
        let mut outside = |field: &str, range: String| {
            let message = v.one("product-outside", "range", range);
            errors.push(FieldProblem { field: field.to_owned(), message });
        };
        if filter.amount.is_some_and(|asked| asked != amount) {
            outside("amount", words::amounts(v.lang(), product.amount_min, product.amount_max));
        }
        if filter.months.is_some_and(|asked| asked != months) {
            outside("months", words::month_range(v, product.months_min, product.months_max));
        }
        let asked = query.method.parse().ok().filter(|method| product.methods.contains(method));
        let method = asked.or_else(|| product.methods.first().copied());
        let keep = |typed: String, shown: String| if typed.is_empty() { shown } else { typed };
        let figures = Self {
            typed_amount: keep(typed.amount, words::typed_amount(amount)),
            typed_months: keep(typed.months, months.to_string()),
            method: method.unwrap_or(RepaymentMethod::EqualInstalments),
            amount,
            months,
        };
        (figures, errors)
    }

    fn asked(self, v: &Visit, product: &Product) -> Asked {
        let (amount, code) = (words::typed_amount(self.amount), self.method.code());
        Asked {
            methods: methods(v, product, code),
            wishes: format!("?amount={amount}&months={}&method={code}", self.months),
            amount: self.typed_amount,
            months: self.typed_months,
        }
    }
}

fn facts(v: &Visit, product: &Product) -> Vec<Fact> {
    let lang = v.lang();
    let joint = v.pick("、", ", ");
    let methods: Vec<&str> = product.methods.iter().map(|one| one.text(lang)).collect();
    let uses: Vec<&str> = product.uses.iter().map(|one| one.text(lang)).collect();
    let fee = |fee: &jq_lending::product::Fee| {
        v.text().with("product-fee", &[("name", &lang.pick(&fee.zh, &fee.en)), ("rate", &fee.rate)])
    };
    let fees: Vec<String> = product.fees.iter().map(fee).collect();
    let or = |text: String, key: &str| if text.is_empty() { v.t(key) } else { text };
    vec![
        Fact::new(v.t("product-security"), product.security.text(lang)),
        Fact::new(v.t("product-methods"), methods.join(joint)),
        Fact::new(v.t("product-uses"), or(uses.join(joint), "product-uses-any")),
        Fact::new(v.t("product-fees"), or(fees.join(joint), "product-fees-none")),
    ]
}

/// For whom it is, a line for each condition.
fn for_whom(v: &Visit, state: &PortalState, product: &Product) -> Vec<String> {
    let lang = v.lang();
    let joint = v.pick("、", ", ");
    let who = if product.persons { "product-for-persons" } else { "product-for-firms" };
    let mut lines = vec![v.t(who)];
    if !product.districts.is_empty() {
        let name = |code: &String| {
            let found = state.catalog.districts().get(code);
            found.map_or(code.as_str(), |district| district.name(lang)).to_owned()
        };
        let names: Vec<String> = product.districts.iter().map(name).collect();
        lines.push(v.one("product-for-districts", "names", names.join(joint)));
    }
    if !product.industries.is_empty() {
        let name = |code: &String| industry_name(&state.catalog, code, lang);
        let names: Vec<String> = product.industries.iter().map(name).collect();
        lines.push(v.one("product-for-industries", "names", names.join(joint)));
    }
    if product.kinds.contains(&OrderKind::Renewal) {
        lines.push(v.t("product-for-renewal"));
    }
    lines
}

/// The name of a trade: a section's letter, alone or before the digits.
fn industry_name(catalog: &Catalog, code: &str, lang: Lang) -> String {
    let digits = code.trim_start_matches(|sign: char| sign.is_ascii_uppercase());
    let found = catalog.industry(if digits.is_empty() { code } else { digits });
    found.map_or(code, |industry| industry.name(lang)).to_owned()
}
