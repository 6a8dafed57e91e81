//! A firm applies in three short steps: how much and what for, whom the bank shall call, check and send.
//!
//! Every step keeps what was typed, leads on by redirect and can be gone back to; nothing needs a script.

pub mod admission;
pub mod check;
pub mod contact;
pub mod draft;
pub mod register;
pub mod send;
pub mod terms;

use axum::http::HeaderMap;
use jq_base::ids::ProductId;
use jq_identity::{FirmUser, MandateScope};
use jq_lending::order::{OrderFilter, OrderState};
use jq_lending::product::Product;
use jq_lending::{Actor, LendingError, Order};
use jq_web::{Problem, Visit};

use crate::firm::order::address;
use crate::refused::Refused;
use crate::state::PortalState;
use crate::steps::{self, Step};
use crate::words;
use draft::Draft;

/// The names of the steps.
const STEPS: [&str; 3] = ["apply-step-terms", "apply-step-contact", "apply-step-check"];

/// The product that is applied for, as the top of each step shows it.
pub struct ProductHead {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its bank.
    pub bank: String,
    /// From how much to how much.
    pub amounts: String,
    /// From how many months to how many.
    pub months: String,
    /// From which yearly rate to which.
    pub rates: String,
}

impl ProductHead {
    /// The head of a product's pages.
    pub fn new(v: &Visit, product: &Product) -> Self {
        let lang = v.lang();
        Self {
            id: product.id.to_string(),
            name: product.name(lang).to_owned(),
            bank: product.bank_name(lang).to_owned(),
            amounts: words::amounts(lang, product.amount_min, product.amount_max),
            months: words::month_range(v, product.months_min, product.months_max),
            rates: words::rates(product.rate_min, product.rate_max),
        }
    }
}

/// What keeps a firm from applying, before anything is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The product is not for this firm: its place or its trade.
    NotForYou,
    /// There is an order for this product that is not decided or not signed.
    Open {
        /// Its number.
        order_no: String,
        /// Its page.
        href: String,
    },
}

/// The product with this identifier, if it can be applied for.
pub fn offered<'a>(state: &'a PortalState, id: &str) -> Result<&'a Product, Refused> {
    let product = find_product(state, id)?;
    if product.open { Ok(product) } else { Err(LendingError::ProductClosed.into()) }
}

/// The product with this identifier.
pub fn find_product<'a>(state: &'a PortalState, id: &str) -> Result<&'a Product, Refused> {
    let found = ProductId::parse(id).ok().and_then(|id| state.lending.products().find(&id));
    found.ok_or_else(|| Problem::new(404, "lending/no-such-product").forward("/products").into())
}

/// Refuses whoever may not apply for the firm.
pub fn must_apply(user: &FirmUser) -> Result<(), Refused> {
    if user.may(MandateScope::Apply) { Ok(()) } else { Err(LendingError::MandateMissing.into()) }
}

/// What was typed for this product, or an empty draft.
pub fn draft(headers: &HeaderMap, user: &FirmUser, product: &Product) -> Draft {
    Draft::find(headers, user, product).unwrap_or_else(|| Draft::new(user, product))
}

/// The firm's order for this product that is neither decided and signed nor ended.
pub async fn open_order(
    state: &PortalState,
    user: &FirmUser,
    product: &Product,
) -> Result<Option<Order>, Refused> {
    let filter = OrderFilter {
        states: OrderState::ALL.iter().copied().filter(|state| state.is_pending()).collect(),
        product: Some(product.id.clone()),
        ..OrderFilter::default()
    };
    let page = state.lending.list_for(&state.db, &Actor::Firm(user), &filter, None, 1).await?;
    Ok(page.orders.into_iter().next())
}

/// What keeps the firm from applying for this product.
pub async fn obstacle(
    state: &PortalState,
    user: &FirmUser,
    product: &Product,
) -> Result<Option<Obstacle>, Refused> {
    if let Some(order) = open_order(state, user, product).await? {
        let href = address(&order.order_id);
        return Ok(Some(Obstacle::Open { order_no: order.order_no, href }));
    }
    let is_limited = !product.districts.is_empty() || !product.industries.is_empty();
    let place = if is_limited { register::place(state, user).await? } else { register::Place::default() };
    let fits = product.is_for(user.subject(), place.district.as_deref(), place.industry.as_deref());
    Ok((!fits).then_some(Obstacle::NotForYou))
}

/// The steps, the visitor being at `at`.
fn steps(v: &Visit, at: usize) -> Vec<Step> {
    steps::named(v, &STEPS, at)
}
