//! The acts on an order that exists: read, may this person know it, may this person do it, is it possible now, is what
//! was filled in right, then the event is recorded.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jq_base::clock::date_of;
use jq_base::ids::OrderId;
use jq_db::{Db, Tx};
use jq_identity::StaffRole;
use jq_identity::staff;

use super::act::OrderAct;
use super::actor::{Actor, By};
use super::event::{OrderEvent, Stage, Who};
use super::model::{Order, OrderStep};
use super::record::Told;
use super::state::{NotAllowed, OrderEventKind, OrderState};
use super::{policy, store};
use crate::{FieldError, FieldRule, Lending, LendingError};

impl Lending {
    /// Does what the actor asks for with an order. `seen` is the version the actor was looking at: when the order has
    /// moved on since, nothing is done and the actor is told. Emits `lending.order.<event>`.
    pub async fn act(
        &self,
        tx: &mut Tx,
        actor: &Actor<'_>,
        order: &OrderId,
        act: OrderAct,
        seen: Option<u32>,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let order = store::find_within(tx, order).await?.ok_or(LendingError::OrderNotFound)?;
        if !actor.may_know(&order) {
            return Err(LendingError::NotYours);
        }
        let kind = act.kind();
        let by = By::of(tx, actor, kind).await?;
        if !by.who.is_some_and(|who| kind.who().contains(&who)) {
            return Err(LendingError::WrongRole { event: kind, who: kind.who() });
        }
        if let Some(told_before) = self.told_before(tx, &order, &act).await? {
            return Ok(told_before);
        }
        if !order.allows(kind) {
            let (state, allowed) = (order.state, order.allowed());
            return Err(NotAllowed { state, event: kind, allowed }.into());
        }
        if seen.is_some_and(|seen| seen != order.version) {
            return Err(LendingError::MovedOn { state: order.state });
        }
        policy::check_note(&act.note())?;
        Box::pin(self.perform(tx, &order, &by, act, now)).await
    }

    async fn perform(
        &self,
        tx: &mut Tx,
        order: &Order,
        by: &By,
        act: OrderAct,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let mut told = Told { note: act.note(), ..Told::now(now) };
        let event = match act {
            OrderAct::Accept => OrderEvent::Accept { officer: Some(by.actor.clone()) },
            OrderAct::Decline(refusal) => return self.decline(tx, order, by, refusal, now).await,
            OrderAct::Contact { channel, at, .. } => {
                let denied = self.denied_at(tx, order).await?;
                told.at = policy::check_contact(order, at, denied, now)?;
                OrderEvent::Contact { channel }
            }
            OrderAct::ConfirmContact { reached } => OrderEvent::ConfirmContact { reached },
            OrderAct::Survey => OrderEvent::Survey,
            OrderAct::RequestMaterials { materials } => {
                OrderEvent::RequestMaterials { materials: policy::check_materials(&materials)? }
            }
            OrderAct::Supply { .. } => {
                OrderEvent::Supply { back_to: order.waiting_in.unwrap_or(Stage::Surveying) }
            }
            OrderAct::SubmitApproval { note } => {
                policy::check_said(&note)?;
                OrderEvent::SubmitApproval
            }
            OrderAct::Grant(terms) => {
                policy::check_second_person(order, by)?;
                policy::check_terms(order, &terms, self.products.find(&order.product), date_of(now))?;
                self.check_chain(tx, order, terms.amount).await?;
                OrderEvent::Grant(terms)
            }
            OrderAct::Refuse(refusal) => {
                policy::check_second_person(order, by)?;
                OrderEvent::Refuse(self.reasons.check(&refusal).map_err(one)?)
            }
            OrderAct::Appeal { note } => {
                policy::check_said(&note)?;
                self.check_appeal(order, now)?;
                OrderEvent::Appeal
            }
            OrderAct::Uphold { note } => {
                policy::check_fresh_eyes(order, by)?;
                self.reasons.check_text(&note).map_err(one)?;
                OrderEvent::Uphold
            }
            OrderAct::Reopen { note } => {
                policy::check_fresh_eyes(order, by)?;
                policy::check_said(&note)?;
                self.check_no_other(tx, order).await?;
                OrderEvent::Reopen
            }
            OrderAct::Withdraw { .. } => OrderEvent::Withdraw,
            OrderAct::Sign { contract_no } => OrderEvent::Sign { contract_no: contract(order, contract_no)? },
            OrderAct::AskDraw { amount } => OrderEvent::AskDraw { amount: Self::drawable(order, amount)? },
            OrderAct::Draw { loan_ref, amount, drawn_on, report_no } => {
                return self.draw(tx, order, by, (loan_ref, amount, drawn_on, report_no), now).await;
            }
            OrderAct::Repay { loan_id, amount, principal, paid_on, report_no } => {
                return self
                    .repay(tx, order, by, (loan_id, amount, principal, paid_on, report_no), now)
                    .await;
            }
            OrderAct::WriteOff => return self.write_off(tx, order, by, now).await,
            OrderAct::Reassign { officer } => self.reassigned(tx, order, &officer).await?,
            OrderAct::Redispatch { officer } => return self.redispatch(tx, order, by, officer, now).await,
        };
        self.record(tx, order, &event, by, told).await
    }

    /// When the firm last said that nobody spoke to it, while that holds.
    async fn denied_at(&self, tx: &mut Tx, order: &Order) -> Result<Option<Timestamp>, LendingError> {
        if order.contact_confirmed != Some(false) {
            return Ok(None);
        }
        let steps = store::list_steps_within(tx, &order.order_id).await?;
        let said = steps.iter().rev().find(|step| step.event == OrderEventKind::ConfirmContact);
        Ok(said.map(|step| step.at))
    }

    /// A refusal can be appealed against for some days.
    fn check_appeal(&self, order: &Order, now: Timestamp) -> Result<(), LendingError> {
        match self.appeal_by(order) {
            Some(until) if now >= until => Err(LendingError::TooLate { until }),
            _ => Ok(()),
        }
    }

    /// An order that is taken up again stands beside no other for the same product.
    async fn check_no_other(&self, tx: &mut Tx, order: &Order) -> Result<(), LendingError> {
        match store::find_pending(tx, &order.subject, &order.product).await? {
            Some(open) => Err(LendingError::DoubleOpen { order_id: open.order_id, order_no: open.order_no }),
            None => Ok(()),
        }
    }

    async fn reassigned(
        &self,
        tx: &mut Tx,
        order: &Order,
        officer: &str,
    ) -> Result<OrderEvent, LendingError> {
        let found = staff::find_by_login_within(tx, officer).await?;
        let fits = |entry: &jq_identity::StaffEntry| {
            entry.active && entry.role == StaffRole::Officer && entry.institution == order.bank.as_str()
        };
        let entry = found.filter(fits).ok_or_else(|| one(FieldError::new("officer", FieldRule::Unknown)))?;
        Ok(OrderEvent::Reassign { branch: entry.branch, officer: entry.login })
    }

    /// The order.
    pub async fn get(&self, db: &Db, order: &OrderId) -> Result<Order, LendingError> {
        store::find(db, order).await?.ok_or(LendingError::OrderNotFound)
    }

    /// The order, within a transaction.
    pub async fn get_within(&self, tx: &mut Tx, order: &OrderId) -> Result<Order, LendingError> {
        store::find_within(tx, order).await?.ok_or(LendingError::OrderNotFound)
    }

    /// The order, if the actor may know of it.
    pub async fn find_for(&self, db: &Db, actor: &Actor<'_>, order: &OrderId) -> Result<Order, LendingError> {
        let found = self.get(db, order).await?;
        if actor.may_know(&found) { Ok(found) } else { Err(LendingError::NotYours) }
    }

    /// The order's timeline, the first step first.
    pub async fn steps(&self, db: &Db, order: &OrderId) -> Result<Vec<OrderStep>, LendingError> {
        self.follow_calendar().await?;
        Ok(store::list_steps(db, order).await?)
    }

    /// The timelines of these orders; a page of orders is read with one statement.
    pub async fn steps_each<'o>(
        &self,
        db: &Db,
        orders: impl IntoIterator<Item = &'o Order>,
    ) -> Result<BTreeMap<OrderId, Vec<OrderStep>>, LendingError> {
        self.follow_calendar().await?;
        let orders: Vec<&OrderId> = orders.into_iter().map(|order| &order.order_id).collect();
        Ok(store::list_steps_each(db, &orders).await?)
    }

    /// Like [`Lending::steps`], within a transaction.
    pub async fn steps_within(&self, tx: &mut Tx, order: &OrderId) -> Result<Vec<OrderStep>, jq_db::DbError> {
        store::list_steps_within(tx, order).await
    }

    /// Whether the order's steps are those that were written: none changed, left out or put in between.
    pub async fn is_whole(&self, db: &Db, order: &OrderId) -> Result<bool, LendingError> {
        let (order, steps) = (self.get(db, order).await?, self.steps(db, order).await?);
        Ok(super::record::is_whole(&order, &steps))
    }

    /// What this actor can do with the order now.
    pub fn allowed(&self, actor: &Actor<'_>, order: &Order) -> Vec<OrderEventKind> {
        let who = match actor {
            Actor::Firm(_) => Who::Firm,
            Actor::Bank(user) => match user.role() {
                StaffRole::Approver => Who::Approver,
                StaffRole::BankAdmin => Who::BankAdmin,
                _ => Who::Officer,
            },
            Actor::Desk(_) => Who::Operator,
            Actor::Client { .. } => return order.allowed(),
            Actor::Oversight(_) => return Vec::new(),
        };
        let mut allowed = if actor.may_know(order) { order.allowed_to(who) } else { Vec::new() };
        if let Actor::Firm(user) = actor {
            let scope = |event: &OrderEventKind| match event {
                OrderEventKind::Sign => jq_identity::MandateScope::Sign,
                OrderEventKind::AskDraw => jq_identity::MandateScope::Drawdown,
                _ => jq_identity::MandateScope::Apply,
            };
            allowed.retain(|event| user.may(scope(event)));
        }
        allowed
    }
}

/// One field that cannot be taken.
pub(super) fn one(error: FieldError) -> LendingError {
    LendingError::Fields(vec![error])
}

/// The contract's number: the bank's, or one made from the order's.
fn contract(order: &Order, given: Option<String>) -> Result<String, LendingError> {
    debug_assert_eq!(order.state, OrderState::Approved, "only what was granted is signed");
    let given = given.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let number = given.unwrap_or_else(|| format!("{}-C", order.order_no));
    let mut faults = policy::Faults::default();
    policy::check_reference(&mut faults, "contract_no", &number);
    faults.none().map(|()| number)
}
