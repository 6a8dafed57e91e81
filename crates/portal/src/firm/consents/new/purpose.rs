//! The second question: what the bank may use the records for.

use askama::Template;
use axum::response::Response;
use jq_consent::{PurposeTerms, grantable};
use jq_identity::Institution;
use jq_web::{Visit, page};

use super::Wish;

/// The second question.
#[derive(Template)]
#[template(path = "firm/consent_purpose.html")]
struct PurposePage {
    v: Visit,
    bank: String,
    back: String,
    purposes: Vec<PurposeLine>,
}

/// A purpose to choose.
struct PurposeLine {
    name: &'static str,
    about: &'static str,
    days_max: u32,
    href: String,
}

/// The purposes that a bank can be granted.
pub(super) fn ask(v: Visit, bank: &Institution, wish: &Wish) -> Response {
    let line = |terms: &'static PurposeTerms| PurposeLine {
        name: terms.purpose.text(v.lang()),
        about: terms.use_text(v.lang()),
        days_max: terms.days_max,
        href: Wish { purpose: Some(terms.purpose), ..wish.clone() }.address(),
    };
    let purposes = grantable().map(line).collect();
    let without = Wish { bank: None, ..wish.clone() }.address();
    page(&PurposePage { bank: bank.name(v.lang()).to_owned(), back: without, purposes, v })
}
