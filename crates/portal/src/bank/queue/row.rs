//! One order as a line of the queue.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::clock::date_of;
use jq_base::ids::OrderId;
use jq_lending::loan::Loan;
use jq_lending::{Order, OrderState, OrderStep};
use jq_web::{Visit, say};

use crate::bank::{Colleagues, tone};
use crate::staff::ClockChip;
use crate::state::PortalState;
use crate::words;

/// A line.
pub struct Row {
    /// Its identifier, where it can be given to somebody else; empty otherwise.
    pub given_by: String,
    /// Its page.
    pub href: String,
    /// The number people say.
    pub order_no: String,
    /// The firm.
    pub subject: String,
    /// The product.
    pub product: String,
    /// What kind; empty for a new one.
    pub kind: String,
    /// How much.
    pub amount: String,
    /// For how long.
    pub months: String,
    /// Where it stands.
    pub state: String,
    /// The colour of that word.
    pub tone: &'static str,
    /// The icon beside it.
    pub icon: &'static str,
    /// The time to look at.
    pub chip: Option<ClockChip>,
    /// Beside or instead of it: what the bank waits for once it has granted.
    pub waits: String,
    /// Who is responsible; empty before anybody is.
    pub officer: String,
    /// Of which branch.
    pub branch: String,
    /// When it was handed in, or when it ended.
    pub since: String,
    /// The bank was urged and has not answered.
    pub urged: bool,
    /// The firm's first bank loan.
    pub first_loan: bool,
}

/// What lines are made of beside the order.
pub struct Around<'a> {
    /// The visit.
    pub v: &'a Visit,
    /// The services.
    pub state: &'a PortalState,
    /// The bank's people.
    pub colleagues: &'a Colleagues,
    /// Orders with an urge that waits for an answer.
    pub urged: &'a BTreeSet<OrderId>,
    /// Now.
    pub now: Timestamp,
}

impl Row {
    /// The line of an order with these steps and loans.
    pub fn new(around: &Around<'_>, order: &Order, steps: &[OrderStep], loans: &[Loan]) -> Self {
        let (v, lang) = (around.v, around.v.lang());
        let (tone, icon) = tone(order.state);
        let lending = &around.state.lending;
        let product = lending.products().find(&order.product);
        let clocks = lending.clocks(order, steps, around.now);
        let since = order.ended_at.or(order.submitted_at).unwrap_or(order.created_at);
        Self {
            given_by: if order.state.is_at_a_bank() { order.order_id.to_string() } else { String::new() },
            href: format!("/bank/orders/{}", order.order_id),
            order_no: order.order_no.clone(),
            subject: order.subject_name.clone(),
            product: product.map_or(order.product.as_str(), |product| product.name(lang)).to_owned(),
            kind: if order.kind.follows_another() { order.kind.text(lang).to_owned() } else { String::new() },
            amount: words::amount(lang, order.granted.as_ref().map_or(order.amount, |terms| terms.amount)),
            months: words::months(v, order.granted.as_ref().map_or(order.months, |terms| terms.months)),
            state: order.state.text(lang).to_owned(),
            tone,
            icon,
            chip: ClockChip::next(v, &clocks, around.now)
                .filter(|_| order.state.is_at_a_bank() || order.waits_for_appeal()),
            waits: waits(around, order, loans),
            officer: order.officer.as_deref().map(|login| around.colleagues.name(login)).unwrap_or_default(),
            branch: order.branch.as_ref().map(|id| around.colleagues.branch(id.as_str())).unwrap_or_default(),
            since: say::date(lang, date_of(since)),
            urged: around.urged.contains(&order.order_id),
            first_loan: order.first_loan,
        }
    }
}

/// What comes next on an order that was granted: the signature, the money that is asked for, the next instalment.
fn waits(around: &Around<'_>, order: &Order, loans: &[Loan]) -> String {
    let (v, lang) = (around.v, around.v.lang());
    let today = date_of(around.now);
    if let Some(asked) = order.draw_asked {
        return v.one("queue-waits-draw", "amount", words::amount(lang, asked));
    }
    if order.state == OrderState::Approved {
        let until = order.granted.as_ref().map(|terms| words::day(lang, terms.valid_until, today));
        return until.map(|day| v.one("queue-waits-sign", "day", day)).unwrap_or_default();
    }
    let next = loans.iter().filter_map(Loan::next_due).min_by_key(|one| one.instalment.due_on);
    next.map_or_else(String::new, |one| {
        let (day, sum) =
            (words::day(lang, one.instalment.due_on, today), words::exact(lang, one.instalment.total()));
        v.text().with("queue-waits-pay", &[("day", &day), ("sum", &sum)])
    })
}
