//! What an event leaves on the order: the state and the facts that follow from it. Pure.

use jiff::Timestamp;

use super::actor::By;
use super::event::{OrderEvent, Stage};
use super::model::Order;
use super::state::{NotAllowed, OrderState};
use crate::product::Products;
use crate::schedule::RepaymentMethod;

/// The order after `event`, which happened at `at` by `by`; the version counts one more step.
pub(crate) fn advance(
    order: &Order,
    event: &OrderEvent,
    by: &By,
    at: Timestamp,
    products: &Products,
) -> Result<Order, NotAllowed> {
    let state = order.state.after(event)?;
    let mut next =
        Order { state, version: order.version + 1, changed_at: at.max(order.changed_at), ..order.clone() };
    note(&mut next, order, event, by, at, products);
    if next.state.is_final() && next.state != order.state {
        next.ended_at = Some(at);
    }
    Ok(next)
}

fn note(next: &mut Order, order: &Order, event: &OrderEvent, by: &By, at: Timestamp, products: &Products) {
    match event {
        OrderEvent::Submit => next.submitted_at = Some(at),
        OrderEvent::Dispatch { branch, officer, product, bank } => {
            next.dispatched_at = Some(at);
            next.accepted_at = None;
            next.contacted_at = None;
            next.contact_confirmed = None;
            next.accepted_in_time = None;
            next.branch.clone_from(branch);
            next.officer.clone_from(officer);
            if let (Some(product), Some(bank)) = (product, bank) {
                next.product = product.clone();
                next.bank = bank.clone();
                next.security = products.find(product).map_or(order.security, |found| found.security);
            }
        }
        OrderEvent::Accept { officer } => {
            next.accepted_at = Some(at);
            if let Some(officer) = officer {
                next.officer = Some(officer.clone());
                next.branch = by.branch.clone().or_else(|| order.branch.clone());
            }
        }
        OrderEvent::Decline { another_bank: true, .. } | OrderEvent::NotAccepted => {
            next.round += 1;
            next.officer = None;
            next.branch = None;
        }
        OrderEvent::Decline { refusal, another_bank: false } => {
            next.refusal = Some(refusal.clone());
            next.decided_at = Some(at);
        }
        OrderEvent::Reassign { branch, officer } => {
            next.branch.clone_from(branch);
            next.officer = Some(officer.clone());
        }
        OrderEvent::Contact { .. } if order.contacted_at.is_none() => {
            next.contacted_at = Some(at);
            next.contact_confirmed = None;
        }
        // What the firm denies does not count as done.
        OrderEvent::ConfirmContact { reached } => {
            next.contact_confirmed = Some(*reached);
            next.contacted_at = order.contacted_at.filter(|_| *reached);
        }
        OrderEvent::RequestMaterials { materials } => {
            next.waiting_in = Stage::of(order.state);
            next.materials.clone_from(materials);
        }
        OrderEvent::Supply { .. } => {
            next.waiting_in = None;
            next.materials.clear();
        }
        OrderEvent::SubmitApproval => next.submitted_by = Some(by.actor.clone()),
        OrderEvent::Grant(terms) => {
            next.granted = Some(terms.clone());
            next.decided_at = Some(at);
            next.approver = Some(by.actor.clone());
        }
        OrderEvent::Refuse(refusal) => {
            next.refusal = Some(refusal.clone());
            next.decided_at = Some(at);
            next.approver = Some(by.actor.clone());
        }
        OrderEvent::Appeal => next.appealed_at = Some(at),
        OrderEvent::Uphold => next.appeal_answered_at = Some(at),
        // The refusal stays in the steps; the order is undecided again.
        OrderEvent::Reopen => {
            next.round += 1;
            next.appeal_answered_at = Some(at);
            next.refusal = None;
            next.approver = None;
            next.submitted_by = None;
            next.decided_at = None;
            next.ended_at = None;
        }
        OrderEvent::Sign { contract_no } => {
            next.contract_no = Some(contract_no.clone());
            next.signed_at = Some(at);
        }
        OrderEvent::AskDraw { amount } => next.draw_asked = Some(*amount),
        OrderEvent::Draw(drawn) => {
            next.drawn = order.drawn.checked_add(drawn.amount).unwrap_or(order.drawn);
            next.draw_asked = None;
        }
        // A line that can be drawn again is free again by what was paid back.
        OrderEvent::Repay(repaid)
            if next.granted.as_ref().is_some_and(|terms| terms.method == RepaymentMethod::Revolving) =>
        {
            next.drawn = order.drawn.checked_sub(repaid.principal).unwrap_or(order.drawn);
        }
        OrderEvent::Lapse if order.state == OrderState::AwaitingMaterials => next.waiting_in = None,
        OrderEvent::Contact { .. }
        | OrderEvent::Survey
        | OrderEvent::Withdraw
        | OrderEvent::Lapse
        | OrderEvent::StartRepaying
        | OrderEvent::Repay(_)
        | OrderEvent::FallOverdue { .. }
        | OrderEvent::Cure
        | OrderEvent::Settle
        | OrderEvent::WriteOff { .. } => {}
    }
}
