//! The third question: which items, by group and one by one, and for how many days.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jq_catalog::Catalog;
use jq_consent::PurposeTerms;
use jq_identity::Institution;
use jq_web::{FieldProblem, Visit, page};

use super::Wish;
use crate::firm::consents::wish;
use crate::form;
use crate::public::product::reads::{ReadGroup, groups_where};

/// The third question.
#[derive(Template)]
#[template(path = "firm/consent_items.html")]
struct ItemsPage {
    v: Visit,
    bank: String,
    purpose: &'static str,
    back: String,
    kept: Vec<(&'static str, String)>,
    groups: Vec<GroupChoice>,
    days: String,
    days_max: u32,
    errors: Vec<FieldProblem>,
}

/// A group of items with what is ticked in it.
struct GroupChoice {
    group: ReadGroup,
    whole: bool,
    ticked: Vec<bool>,
}

/// Every item of the groups that were ticked as a whole, among those that the purpose allows.
pub(super) fn with_groups(catalog: &Catalog, terms: &PurposeTerms, wish: Wish) -> Wish {
    let of_groups = catalog.items().filter(|item| wish.groups.contains(&item.category));
    let allowed = of_groups.filter(|item| terms.allows(&item.id)).map(|item| item.id.clone());
    let items = wish.items.iter().cloned().chain(allowed).collect();
    Wish { items, groups: std::collections::BTreeSet::new(), ..wish }
}

/// The days, when items and days can be granted for the purpose; else what is wrong.
pub(super) fn read(
    v: &Visit,
    catalog: &Catalog,
    terms: &PurposeTerms,
    wish: &Wish,
) -> Result<u32, Vec<FieldProblem>> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldProblem { field: field.to_owned(), message });
    };
    if wish.items.is_empty() {
        wrong("items", v.t("consent-items-missing"));
    }
    let outside = wish.items.iter().filter(|item| !terms.allows(item) || catalog.item(item).is_none());
    let name = |item: &String| catalog.item(item).map_or(item.clone(), |item| item.name(v.lang()).to_owned());
    let outside: Vec<String> = outside.map(name).collect();
    if !outside.is_empty() {
        wrong("items", v.one("consent-items-outside", "items", outside.join(v.pick("、", ", "))));
    }
    let days = match wish.days.as_str() {
        "" => Some(terms.days_default),
        typed => wish::days(typed).filter(|days| (1..=terms.days_max).contains(days)),
    };
    if days.is_none() {
        wrong("days", v.n("consent-days-wrong", terms.days_max));
    }
    match days {
        Some(days) if errors.is_empty() => Ok(days),
        _ => Err(errors),
    }
}

/// The items that the purpose allows, with what is ticked.
pub(super) fn ask(
    v: Visit,
    catalog: &Catalog,
    bank: &Institution,
    terms: &PurposeTerms,
    wish: &Wish,
    errors: Vec<FieldProblem>,
) -> Response {
    let groups = groups_where(&v, catalog, |item| terms.allows(item));
    let shown = Wish { items: std::collections::BTreeSet::new(), days: String::new(), ..wish.clone() };
    let days = if wish.days.is_empty() { terms.days_default.to_string() } else { wish.days.clone() };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let question = ItemsPage {
        bank: bank.name(v.lang()).to_owned(),
        purpose: terms.purpose.text(v.lang()),
        back: Wish { purpose: None, ..wish.clone() }.address(),
        kept: shown.kept(),
        groups: groups.into_iter().map(|group| GroupChoice::new(group, wish)).collect(),
        days,
        days_max: terms.days_max,
        errors,
        v,
    };
    (status, page(&question)).into_response()
}

impl GroupChoice {
    fn new(group: ReadGroup, wish: &Wish) -> Self {
        let ticked: Vec<bool> = group.items.iter().map(|item| wish.items.contains(&item.id)).collect();
        let whole = ticked.iter().all(|ticked| *ticked);
        // What is ticked as a whole is not ticked one by one as well: taking the tick away takes the group away.
        let ticked = if whole { vec![false; ticked.len()] } else { ticked };
        Self { group, whole, ticked }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand references")]
    fn is_ticked(&self, place: &usize) -> bool {
        self.ticked.get(*place).copied().unwrap_or_default()
    }

    fn is_open(&self) -> bool {
        self.ticked.contains(&true)
    }
}

impl ItemsPage {
    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}
