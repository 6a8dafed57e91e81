//! The steps of an order as the bank it is with may see them.

use jiff::Timestamp;
use jq_base::ids::BankId;
use jq_lending::{Order, OrderEventKind, OrderStep};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::words::{OrderEventKindWord, OrderStateWord, Word};

/// A step of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderStep)]
pub(crate) struct StepView {
    /// Its number, from 1.
    step_no: u32,
    /// In which round.
    round: u32,
    /// When it happened.
    at: Timestamp,
    /// When the platform was told.
    reported_at: Timestamp,
    /// What happened.
    #[schema(inline)]
    event: OrderEventKindWord,
    /// Where the order stood.
    #[schema(inline)]
    from: OrderStateWord,
    /// Where it stands since.
    #[schema(inline)]
    to: OrderStateWord,
    /// The employee by login, or `system`; none for the firm's people and the platform's.
    actor: Option<String>,
    /// In which role.
    role: String,
    /// What was said beside.
    note: String,
    /// The facts of the event.
    #[schema(value_type = Object)]
    data: Value,
    /// The SM3 hash that chains it to the step before.
    hash: String,
}

impl StepView {
    /// The steps that the order's bank may see: those of its own people, and those of the firm and the platform in
    /// the present round. What another bank did with the order before stays with that bank.
    pub(crate) fn of(steps: &[OrderStep], order: &Order) -> Vec<Self> {
        let is_own = |step: &OrderStep| step.institution == order.bank.as_str();
        let is_present = |step: &OrderStep| step.round == order.round || step.event == OrderEventKind::Submit;
        let others = |step: &OrderStep| !is_bank(step) && is_present(step);
        let seen = steps.iter().filter(|step| is_own(step) || others(step));
        seen.map(|step| Self::new(step, &order.bank)).collect()
    }

    fn new(step: &OrderStep, bank: &BankId) -> Self {
        let shows_actor = step.institution == bank.as_str() || step.actor == "system";
        Self {
            step_no: step.step_no,
            round: step.round,
            at: step.at,
            reported_at: step.reported_at,
            event: Word(step.event),
            from: Word(step.from),
            to: Word(step.to),
            actor: shows_actor.then(|| step.actor.clone()),
            role: step.role.clone(),
            note: step.note.clone(),
            data: step.data.clone(),
            hash: step.hash.clone(),
        }
    }
}

/// Whether somebody of a bank made the step.
fn is_bank(step: &OrderStep) -> bool {
    matches!(step.role.as_str(), "officer" | "approver" | "bank_admin")
}
