//! A firm gives a consent of its own accord: which bank, what for, which items and how long, then the text and yes or
//! no. Each question has its page; what is answered stands in the address, so that back loses nothing.

mod bank;
mod items;
mod purpose;
mod read;

use axum::extract::{RawQuery, State};
use jq_base::permit::Purpose;
use jq_consent::{Evidence, NewGrant, purpose_terms};
use jq_identity::{Institution, InstitutionKind, institution};
use jq_web::Visit;

use super::must_consent;
use super::wish::{Wish, left_out_of};
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

pub use read::agree;

/// `GET /firm/consents/new`: the first question that is not answered yet.
pub async fn ask(
    State(state): State<PortalState>,
    Firm(user): Firm,
    RawQuery(query): RawQuery,
    v: Visit,
) -> Answer {
    must_consent(&user)?;
    let wish = Wish::read(query.as_deref());
    let Some(bank) = find_bank(&state, &wish).await? else {
        return bank::ask(v, &state, &wish).await;
    };
    let Some(terms) = wish.purpose.and_then(purpose_terms) else {
        return Ok(purpose::ask(v, &bank, &wish));
    };
    let wish = items::with_groups(&state.catalog, terms, wish);
    match items::read(&v, &state.catalog, terms, &wish) {
        Ok(days) if !wish.again => {
            let new = new_grant(&state, &bank, &wish, terms.purpose, days)?;
            read::show(v, &state, &user, &wish, &new)
        }
        Ok(_) => Ok(items::ask(v, &state.catalog, &bank, terms, &wish, Vec::new())),
        Err(errors) => {
            let errors = if wish.asked || !wish.items.is_empty() { errors } else { Vec::new() };
            Ok(items::ask(v, &state.catalog, &bank, terms, &wish, errors))
        }
    }
}

/// The bank that was chosen, when it takes part.
async fn find_bank(state: &PortalState, wish: &Wish) -> Result<Option<Institution>, Refused> {
    let Some(bank) = &wish.bank else { return Ok(None) };
    let found = institution::find(&state.db, bank.as_str()).await?;
    Ok(found.filter(|found| found.kind == InstitutionKind::Bank && found.active))
}

/// The consent as it would be given; a product counts when it is one of this bank.
fn new_grant(
    state: &PortalState,
    bank: &Institution,
    wish: &Wish,
    purpose: Purpose,
    days: u32,
) -> Result<NewGrant, Refused> {
    let bank_id = bank.bank_id().ok_or(jq_identity::IdentityError::NoInstitution)?;
    let is_theirs = |id: &_| state.lending.products().find(id).is_some_and(|found| found.bank == bank_id);
    Ok(NewGrant {
        product: wish.product.clone().filter(is_theirs),
        bank: bank_id,
        bank_zh: bank.name_zh.clone(),
        bank_en: bank.name_en.clone(),
        items: wish.items.clone(),
        left_out: left_out_of(&state.catalog, &wish.items, &wish.without),
        purpose,
        order: None,
        days,
        queries_max: None,
        text_hash: None,
        evidence: Evidence::default(),
    })
}
