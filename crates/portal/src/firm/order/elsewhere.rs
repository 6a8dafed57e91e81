//! A refused application offered to other banks: which of them take such firms, by their own models, and the
//! application carried over to the one that is chosen, where nothing has to be typed again.

use askama::Template;
use axum::extract::{Path, State};
use jq_identity::{FirmUser, MandateScope};
use jq_lending::product::{Product, ProductFilter};
use jq_lending::{Order, OrderKind, OrderState};
use jq_web::{Visit, page};

use super::OrderHead;
use crate::firm::apply::draft::Draft;
use crate::firm::apply::{self, ProductHead, admission};
use crate::plan::rounded;
use crate::refused::Answer;
use crate::session::Firm;
use crate::state::PortalState;

/// Products that are shown at most, the cheapest first.
const SHOWN_MAX: usize = 12;

/// The other banks.
#[derive(Template)]
#[template(path = "firm/order_elsewhere.html")]
pub struct ElsewherePage {
    v: Visit,
    head: OrderHead,
    offers: Vec<Offer>,
    /// How many more were asked and say no.
    refusing: usize,
    /// The models were not asked, because the person may not look at the firm's records.
    unasked: bool,
}

/// A product that the application can go to.
pub struct Offer {
    /// The product.
    pub product: ProductHead,
    /// Its yearly cost.
    pub cost: String,
}

/// `POST /firm/orders/{id}/elsewhere`: asks the models for admission of every product that fits.
pub async fn ask(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    apply::must_apply(&user)?;
    if order.state != OrderState::Rejected {
        return Ok(super::back(&order));
    }
    let mut fitting = fitting(&state, &user, &order);
    let asked = fitting.len();
    let unasked = !user.may(MandateScope::Report);
    if !unasked {
        let answers = admission::ask(&state, &user, &fitting).await?;
        fitting.retain(|product| !answers.iter().any(|answer| admission::says_no(&state, answer, product)));
    }
    let refusing = asked - fitting.len();
    let offers: Vec<Offer> = fitting
        .into_iter()
        .take(SHOWN_MAX)
        .map(|product| Offer { product: ProductHead::new(&v, product), cost: rounded(product.annual_cost()) })
        .collect();
    let head = OrderHead::new(&v, &state, &order);
    Ok(page(&ElsewherePage { v, head, offers, refusing, unasked }))
}

/// `POST /firm/orders/{id}/elsewhere/{product}`: carries the application over and leads to its last step.
pub async fn carry(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path((id, product)): Path<(String, String)>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let product = apply::offered(&state, &product)?;
    apply::must_apply(&user)?;
    if order.state != OrderState::Rejected {
        return Ok(super::back(&order));
    }
    Draft::of_order(&user, product, &order).keep(&state, &format!("/firm/apply/{}/check", product.id))
}

/// Products of other banks that are for this firm and fit what was asked for, the cheapest first.
pub fn fitting<'a>(state: &'a PortalState, user: &FirmUser, order: &Order) -> Vec<&'a Product> {
    let (district, industry) = (order.subject_district.as_deref(), order.subject_industry.as_deref());
    let filter =
        ProductFilter { amount: Some(order.amount), months: Some(order.months), ..ProductFilter::default() };
    let mut found = state.lending.products().search(&filter);
    found.retain(|product| {
        product.open
            && product.bank != order.bank
            && product.kinds.contains(&OrderKind::New)
            && (product.uses.is_empty() || product.uses.contains(&order.loan_use))
            && product.is_for(user.subject(), district, industry)
    });
    found.sort_by_key(|product| (product.annual_cost(), product.id.clone()));
    found
}
