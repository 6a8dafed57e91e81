//! A refusal as a page with a way forward: why in words, what would change it, who looks at it again, which other banks
//! may take it, whom to call.

use jiff::Timestamp;
use jq_base::clock::date_of;
use jq_identity::FirmUser;
use jq_lending::{Actor, Order, OrderEventKind, OrderState};
use jq_web::Visit;

use super::elsewhere;
use crate::state::PortalState;
use crate::words;

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
    /// Until which day the firm can appeal; empty when it cannot.
    pub appeal_until: String,
    /// Whether there is a product of another bank that the application could go to.
    pub elsewhere: bool,
}

impl RefusalView {
    /// The refusal of an order at `now`; nothing when it was not refused.
    pub fn of(
        v: &Visit,
        state: &PortalState,
        user: &FirmUser,
        order: &Order,
        now: Timestamp,
    ) -> Option<Self> {
        let refusal = order.refusal.as_ref().filter(|_| order.state == OrderState::Rejected)?;
        let reason = state.lending.reasons().find(&refusal.code);
        let words = |words: Option<&str>| words.unwrap_or_default().to_owned();
        let may_apply = user.may(jq_identity::MandateScope::Apply);
        Some(Self {
            code: refusal.code.clone(),
            reason: words(reason.map(|reason| reason.text(v.lang()))),
            text: refusal.text.clone(),
            next: words(reason.map(|reason| reason.next(v.lang()))),
            appeal_until: appeal_until(v, state, user, order, now).unwrap_or_default(),
            elsewhere: may_apply && !elsewhere::fitting(state, user, order).is_empty(),
        })
    }
}

/// The last day for an appeal, while it can be made by this person.
pub fn appeal_until(
    v: &Visit,
    state: &PortalState,
    user: &FirmUser,
    order: &Order,
    now: Timestamp,
) -> Option<String> {
    let may = state.lending.allowed(&Actor::Firm(user), order).contains(&OrderEventKind::Appeal);
    let until = state.lending.appeal_by(order).filter(|until| may && now < *until)?;
    Some(words::day(v.lang(), date_of(until).yesterday().ok()?, date_of(now)))
}
