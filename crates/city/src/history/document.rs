//! One past order as the document that the platform's history reads.

use serde_json::{Value, json};

use super::spec::{Spec, Wish, World, identifier};
use super::tell::Told;
use super::terms::Asked;
use super::times::{DAY, Moment};
use super::words;
use crate::dice::mix;
use crate::names;

/// The order as one JSON document; `follows` is the order before it.
pub(super) fn document(world: &World<'_>, spec: &Spec, order_no: &str, follows: Option<&Spec>) -> Value {
    let who = world.subject(spec.subject);
    let product = spec.product_on(world.shelf);
    let asked = Asked::of(world, spec, &who, product);
    let (district, industry) = world.place_of(&who);
    let applicant = applicant(world, spec.subject);
    let told = Told::new(world, spec, (&who, product, &asked), (order_no, &applicant));
    let (steps, loans) = told.whole();
    let (loan_use, use_text) = match spec.wish {
        Wish::Renewal | Wish::Deferral if product.uses.is_empty() => {
            ("renewal".to_owned(), "贷款即将到期，继续用于日常经营周转".to_owned())
        }
        _ => words::purpose(&who, &product.uses, &mut spec.dice(world.city, 4)),
    };
    json!({
        "order_id": spec.id(world.city),
        "order_no": order_no,
        "kind": spec.wish.word(),
        "subject": who.key,
        "subject_name": who.name,
        "district": district,
        "industry": industry,
        "applicant": applicant,
        "product": product.id,
        "bank": product.bank,
        "amount_fen": asked.amount_yuan * 100,
        "months": asked.months,
        "method": asked.method,
        "security": product.security,
        "loan_use": loan_use,
        "use_text": use_text,
        "contact_name": names::person(world.city.seed, who.owner),
        "contact_mobile": names::mobile(world.city.seed, who.number),
        "first_loan": asked.first_loan,
        "other_banks": asked.other_banks,
        "follows": follows.map(|follows| follows.id(world.city)),
        "created_at": spec.created(world.city).text(),
        "steps": steps,
        "loans": loans,
    })
}

/// The account that a subject's person would have.
fn applicant(world: &World<'_>, subject: u64) -> String {
    identifier(Moment(world.times.now.0 - 700 * DAY), mix(world.city.seed ^ 0xACC0) ^ subject)
}
