//! The firm's orders: where each stands, what comes next and until when, and what the firm can do about it.

pub mod act;
pub mod documents;
pub mod draw;
pub mod elsewhere;
pub mod follow;
pub mod list;
pub mod loans;
pub mod now;
pub mod refusal;
pub mod show;
pub mod sign;
pub mod timeline;
pub mod waiting;

use axum::response::{IntoResponse, Redirect, Response};
use jq_base::ids::OrderId;
use jq_base::lang::Lang;
use jq_identity::FirmUser;
use jq_lending::{Actor, LendingError, Order, OrderState};
use jq_web::Visit;

use crate::refused::Refused;
use crate::state::PortalState;
use crate::words;

pub use waiting::waiting;

/// An order as its pages and the list name it.
pub struct OrderHead {
    /// Its page.
    pub href: String,
    /// The number people say.
    pub order_no: String,
    /// The product's name.
    pub product: String,
    /// The bank's name.
    pub bank: String,
    /// How much is asked for.
    pub amount: String,
    /// For how many months.
    pub months: String,
    /// Where it stands, in a word.
    pub state: String,
    /// The colour of that word.
    pub tone: &'static str,
    /// The icon beside it.
    pub icon: &'static str,
}

impl OrderHead {
    /// The head of an order.
    pub fn new(v: &Visit, state: &PortalState, order: &Order) -> Self {
        let (tone, icon) = tone(order.state);
        Self {
            href: address(&order.order_id),
            order_no: order.order_no.clone(),
            product: product_name(state, order, v.lang()),
            bank: bank_name(state, order, v.lang()),
            amount: words::amount(v.lang(), order.amount),
            months: words::months(v, order.months),
            state: order.state.text(v.lang()).to_owned(),
            tone,
            icon,
        }
    }
}

/// The firm's order with this identifier; another firm's is not there.
pub async fn find(state: &PortalState, user: &FirmUser, id: &str) -> Result<Order, Refused> {
    let id = OrderId::parse(id).map_err(|_| LendingError::OrderNotFound)?;
    Ok(state.lending.find_for(&state.db, &Actor::Firm(user), &id).await?)
}

/// The page of the firm's order with this identifier.
pub(crate) fn address(order: impl std::fmt::Display) -> String {
    format!("/firm/orders/{order}")
}

/// To the order's page, where there is nothing to do here.
fn back(order: &Order) -> Response {
    Redirect::to(&address(&order.order_id)).into_response()
}

/// The name of the order's product.
pub fn product_name(state: &PortalState, order: &Order, lang: Lang) -> String {
    let product = state.lending.products().find(&order.product);
    product.map_or(order.product.as_str(), |product| product.name(lang)).to_owned()
}

/// The name of the order's bank.
pub fn bank_name(state: &PortalState, order: &Order, lang: Lang) -> String {
    let product = state.lending.products().find(&order.product);
    product.map_or(order.bank.as_str(), |product| product.bank_name(lang)).to_owned()
}

/// Colour and icon of a state; the word always stands beside them.
fn tone(state: OrderState) -> (&'static str, &'static str) {
    use OrderState as S;
    match state {
        S::Draft | S::Submitted | S::Dispatched | S::Accepted | S::Surveying | S::Approving => {
            ("info", "clock")
        }
        S::AwaitingMaterials => ("soon", "file-text"),
        S::Approved | S::Signed => ("money", "coin"),
        S::Drawing | S::Repaying => ("good", "calendar-due"),
        S::Settled => ("good", "circle-check"),
        S::Overdue => ("bad", "alert-triangle"),
        S::Rejected | S::Withdrawn | S::Lapsed | S::WrittenOff => ("", "circle-x"),
    }
}
