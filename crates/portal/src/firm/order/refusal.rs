//! A refusal as a page with a way forward: why in words, what would change it, which other products fit, whom to call.

use jq_identity::FirmUser;
use jq_lending::product::ProductFilter;
use jq_lending::{Order, OrderState};
use jq_web::Visit;

use crate::firm::apply::ProductHead;
use crate::state::PortalState;

/// Other products shown at most.
const OTHERS_MAX: usize = 3;

/// Why a bank refused, and what the firm can do.
pub struct RefusalView {
    /// The reason's code.
    pub code: String,
    /// What the code means.
    pub reason: String,
    /// What the bank says about it.
    pub text: String,
    /// What the firm can do next.
    pub next: String,
    /// Products of other banks that fit what was asked for.
    pub others: Vec<ProductHead>,
    /// What was asked for, to be carried to another product.
    pub wishes: String,
}

impl RefusalView {
    /// The refusal of an order; nothing when it was not refused.
    pub fn of(v: &Visit, state: &PortalState, user: &FirmUser, order: &Order) -> Option<Self> {
        let refusal = order.refusal.as_ref().filter(|_| order.state == OrderState::Rejected)?;
        let reason = state.lending.reasons().find(&refusal.code);
        let words = |words: Option<&str>| words.unwrap_or_default().to_owned();
        Some(Self {
            code: refusal.code.clone(),
            reason: words(reason.map(|reason| reason.text(v.lang()))),
            text: refusal.text.clone(),
            next: words(reason.map(|reason| reason.next(v.lang()))),
            others: others(v, state, user, order),
            wishes: wishes(order),
        })
    }
}

/// Products of other banks that are for this firm and fit the amount and the term, the cheapest first.
pub fn others(v: &Visit, state: &PortalState, user: &FirmUser, order: &Order) -> Vec<ProductHead> {
    let (district, industry) = (order.subject_district.as_deref(), order.subject_industry.as_deref());
    let filter =
        ProductFilter { amount: Some(order.amount), months: Some(order.months), ..ProductFilter::default() };
    let mut found = state.lending.products().search(&filter);
    found.retain(|product| {
        product.open && product.bank != order.bank && product.is_for(user.subject(), district, industry)
    });
    found.sort_by_key(|product| (product.annual_cost(), product.id.clone()));
    found.into_iter().take(OTHERS_MAX).map(|product| ProductHead::new(v, product)).collect()
}

/// What was asked for, as an address carries it.
fn wishes(order: &Order) -> String {
    format!("?amount={}&months={}", crate::words::typed_amount(order.amount), order.months)
}
