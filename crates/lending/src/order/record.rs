//! Recording one event: the order moves, the step is chained to the one before, the audit line and the event for
//! others are written, all in the caller's transaction.

use std::pin::Pin;

use jiff::Timestamp;
use jq_base::lang::Lang;
use jq_base::sm3;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use serde_json::{Value, json};

use super::actor::By;
use super::advance::advance;
use super::event::OrderEvent;
use super::model::{Order, OrderStep};
use super::store;
use crate::clock::{ClockKind, Clocks};
use crate::refusal::Refusal;
use crate::{Lending, LendingError};

/// An event that is being recorded.
pub(crate) type Recording<'a> = Pin<Box<dyn Future<Output = Result<Order, LendingError>> + Send + 'a>>;

/// The hash that the first step follows.
pub(crate) const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// When something happened, when the platform was told, and what was said beside.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) at: Timestamp,
    pub(crate) reported_at: Timestamp,
    pub(crate) note: String,
}

impl Told {
    /// Told when it happened.
    pub(crate) fn now(now: Timestamp) -> Self {
        Self { at: now, reported_at: now, note: String::new() }
    }
}

/// The step that leads from `order` to `next`, chained to the order's last one.
pub(crate) fn step_of(order: &Order, next: &Order, event: &OrderEvent, by: &By, told: &Told) -> OrderStep {
    let mut step = OrderStep {
        step_no: next.version,
        round: order.round,
        at: told.at,
        reported_at: told.reported_at,
        event: event.kind(),
        from: order.state,
        to: next.state,
        actor: by.actor.clone(),
        role: by.role.clone(),
        institution: by.institution.clone(),
        note: told.note.clone(),
        data: serde_json::to_value(event).unwrap_or(Value::Null),
        prev_hash: order.last_hash.clone(),
        hash: String::new(),
    };
    step.hash = hash(order, &step);
    step
}

/// What a step says, hashed with the hash of the step before.
fn hash(order: &Order, step: &OrderStep) -> String {
    let said = json!([
        step.prev_hash,
        order.order_id,
        step.step_no,
        step.round,
        step.at.as_microsecond(),
        step.reported_at.as_microsecond(),
        step.event.code(),
        step.from.code(),
        step.to.code(),
        step.actor,
        step.role,
        step.institution,
        step.note,
        step.data,
    ]);
    sm3::hex(&sm3::digest(said.to_string().as_bytes()))
}

/// Whether the steps are those that were written, none changed, left out or put in between.
pub(crate) fn is_whole(order: &Order, steps: &[OrderStep]) -> bool {
    let mut last = FIRST;
    for (step, number) in steps.iter().zip(1_u32..) {
        if step.step_no != number || step.prev_hash != last || step.hash != hash(order, step) {
            return false;
        }
        last = &step.hash;
    }
    last == order.last_hash
}

impl Lending {
    /// Moves the order by one event and records it; fails with [`LendingError::MovedOn`] when somebody was faster.
    ///
    /// The future lies on the heap: every verb awaits one, and an order is large.
    pub(crate) fn record<'a>(
        &'a self,
        tx: &'a mut Tx,
        order: &'a Order,
        event: &'a OrderEvent,
        by: &'a By,
        told: Told,
    ) -> Recording<'a> {
        Box::pin(self.record_within(tx, order, event, by, told))
    }

    async fn record_within(
        &self,
        tx: &mut Tx,
        order: &Order,
        event: &OrderEvent,
        by: &By,
        told: Told,
    ) -> Result<Order, LendingError> {
        let mut next = advance(order, event, by, told.at, &self.products)?;
        let step = step_of(order, &next, event, by, &told);
        next.last_hash.clone_from(&step.hash);
        let mut steps = store::list_steps_within(tx, &order.order_id).await?;
        steps.push(step);
        let clocks = self.clocks(&next, &steps, told.at);
        judge(&mut next, order, &clocks);
        let step = &steps[steps.len() - 1];
        if !store::update(tx, &next, order.version).await? {
            let state = self.get_within(tx, &order.order_id).await?.state;
            return Err(LendingError::MovedOn { state });
        }
        store::insert_step(tx, &next, step).await?;
        let kind = format!("lending.order.{}", step.event.code());
        let mut line = AuditLine::new(&by.actor, &by.role, &kind).subject(next.subject.as_str());
        if !by.institution.is_empty() {
            line = line.institution(&by.institution);
        }
        let detail = json!({
            "order": next.order_id, "order_no": next.order_no, "step": step.step_no, "state": next.state.code(),
            "client": by.client,
        });
        tx.audit(line.detail(detail).result_hash(&step.hash));
        let data = self.data_of(event);
        let more =
            json!({ "data": data, "note": step.note, "state": next.state.code(), "step_no": step.step_no });
        tx.emit(Event::new(kind, next.subject.as_str(), self.payload(&next, &steps, told.at, more)));
        Ok(next)
    }

    /// What an event about an order carries for people and programs: numbers, names, people and deadlines, and
    /// `more`; nothing of the firm's credit.
    pub fn payload(&self, order: &Order, steps: &[OrderStep], at: Timestamp, more: Value) -> Value {
        let product = self.products.find(&order.product);
        let name = |lang: Lang| product.map_or(order.product.as_str(), |product| product.name(lang));
        let bank = |lang: Lang| product.map_or(order.bank.as_str(), |product| product.bank_name(lang));
        let clocks = self.clocks(order, steps, at);
        let due = |kind| clocks.find(kind).and_then(|clock| clock.due_at).map(|due| due.to_string());
        let mut payload = json!({
            "order_id": order.order_id,
            "order_no": order.order_no,
            "kind": order.kind.code(),
            "order_kind_zh": order.kind.text(Lang::Zh),
            "order_kind_en": order.kind.text(Lang::En),
            "subject": order.subject,
            "subject_name": order.subject_name,
            "bank": order.bank,
            "bank_zh": bank(Lang::Zh),
            "bank_en": bank(Lang::En),
            "branch": order.branch,
            "officer": order.officer,
            "product": order.product,
            "product_zh": name(Lang::Zh),
            "product_en": name(Lang::En),
            "amount_fen": order.amount.fen(),
            "round": order.round,
            "at": at.to_string(),
            "accept_by": due(ClockKind::K1),
            "contact_by": due(ClockKind::K1b),
            "decide_by": due(ClockKind::K2),
            "appeal_by": due(ClockKind::K2a),
            "supply_by": self.supply_by(order, steps).map(|due| due.to_string()),
        });
        if let (Value::Object(payload), Value::Object(more)) = (&mut payload, more) {
            payload.extend(more);
        }
        payload
    }

    /// The facts of an event, a refusal's with the words of its code.
    fn data_of(&self, event: &OrderEvent) -> Value {
        let mut data = serde_json::to_value(event).unwrap_or(Value::Null);
        let (refusal, another_bank): (&Refusal, Option<bool>) = match event {
            OrderEvent::Refuse(refusal) => (refusal, None),
            OrderEvent::Decline { refusal, another_bank } => (refusal, Some(*another_bank)),
            _ => return data,
        };
        if let (Value::Object(data), Some(reason)) = (&mut data, self.reasons.find(&refusal.code)) {
            data.extend([
                ("code".to_owned(), json!(refusal.code)),
                ("text".to_owned(), json!(refusal.text)),
                ("zh".to_owned(), json!(reason.zh)),
                ("en".to_owned(), json!(reason.en)),
                ("next_zh".to_owned(), json!(reason.next_zh)),
                ("next_en".to_owned(), json!(reason.next_en)),
            ]);
            if let Some(another_bank) = another_bank {
                data.insert("another_bank".to_owned(), json!(another_bank));
            }
        }
        data
    }
}

/// Notes whether the bank was in time, once, at the moment of the act, and until when the next act is due.
pub(crate) fn judge(next: &mut Order, before: &Order, clocks: &Clocks) {
    let in_time = |kind| clocks.find(kind).and_then(crate::clock::Clock::in_time);
    if next.accepted_at != before.accepted_at && next.accepted_at.is_some() {
        next.accepted_in_time = in_time(ClockKind::K1);
    }
    if next.decided_at != before.decided_at && next.accepted_at.is_some() {
        // Late once is late, whatever an appeal leads to.
        let was_late = before.decided_in_time == Some(false);
        next.decided_in_time = if was_late { Some(false) } else { in_time(ClockKind::K2) };
    }
    let waits = next.state.is_at_a_bank() || next.waits_for_appeal();
    next.due_at = clocks.next_due().filter(|_| waits).and_then(|clock| clock.due_at);
}
