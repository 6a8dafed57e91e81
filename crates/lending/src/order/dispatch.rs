//! Sending an order to a bank's people: near the firm first, then whoever has least to do; on to another bank when the
//! firm agreed and that bank may read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jq_base::ids::OrderId;
use jq_db::Tx;
use jq_identity::institution;
use jq_identity::staff;
use jq_identity::{StaffEntry, StaffRole};

use super::actor::By;
use super::event::OrderEvent;
use super::model::Order;
use super::record::Told;
use super::service::one;
use super::state::OrderState;
use super::store;
use crate::clock::ClockState;
use crate::product::Product;
use crate::refusal::Refusal;
use crate::{FieldError, FieldRule, Lending, LendingError};

impl Lending {
    /// Sends a submitted order to somebody of its bank.
    pub(super) async fn dispatch(
        &self,
        tx: &mut Tx,
        order: &Order,
        by: &By,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let to = self.choose(tx, order).await?;
        self.send(tx, order, by, to.as_ref(), None, now).await
    }

    async fn send(
        &self,
        tx: &mut Tx,
        order: &Order,
        by: &By,
        to: Option<&StaffEntry>,
        other: Option<&Product>,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let event = OrderEvent::Dispatch {
            branch: to.and_then(|entry| entry.branch.clone()),
            officer: to.map(|entry| entry.login.clone()),
            product: other.map(|product| product.id.clone()),
            bank: other.map(|product| product.bank.clone()),
        };
        self.record(tx, order, &event, by, Told::now(now)).await
    }

    /// The customer manager an order goes to: not one who let it lie before, in a branch of the firm's district if
    /// there is one, with the fewest orders in hand, then by login.
    async fn choose(&self, tx: &mut Tx, order: &Order) -> Result<Option<StaffEntry>, LendingError> {
        let bank = order.bank.as_str();
        let officers = staff::list_by_role_within(tx, bank, StaffRole::Officer).await?;
        let branches = institution::list_branches_within(tx, &order.bank).await?;
        let near: BTreeSet<&str> = branches
            .iter()
            .filter(|branch| branch.district.is_some() && branch.district == order.subject_district)
            .map(|branch| branch.id.as_str())
            .collect();
        let busy: BTreeMap<String, u64> = store::count_in_hand(tx, &order.bank).await?;
        let tried: BTreeSet<String> = store::list_steps_within(tx, &order.order_id)
            .await?
            .iter()
            .filter_map(|step| step.data.get("officer").and_then(|login| login.as_str()).map(str::to_owned))
            .collect();
        let is_near =
            |entry: &StaffEntry| entry.branch.as_ref().is_some_and(|branch| near.contains(branch.as_str()));
        let load = |entry: &StaffEntry| busy.get(&entry.login).copied().unwrap_or(0);
        Ok(officers.into_iter().min_by_key(|entry| {
            (
                tried.contains(&entry.login),
                !is_near(entry),
                load(entry),
                entry.login.len(),
                entry.login.clone(),
            )
        }))
    }

    /// The bank does not take it: on to another bank when the firm agreed and one may read, otherwise refused.
    pub(super) async fn decline(
        &self,
        tx: &mut Tx,
        order: &Order,
        by: &By,
        refusal: Refusal,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let refusal = self.reasons.check(&refusal).map_err(one)?;
        let other = self.other_bank(tx, order, now).await?;
        let event = OrderEvent::Decline { refusal, another_bank: other.is_some() };
        let declined = self.record(tx, order, &event, by, Told::now(now)).await?;
        let Some(other) = other else { return Ok(declined) };
        let moved = Order { bank: other.bank.clone(), ..declined.clone() };
        let to = self.choose(tx, &moved).await?;
        self.send(tx, &declined, &By::system(), to.as_ref(), Some(other), now).await
    }

    /// A product of a bank that has not had the order yet, that fits, and whose bank may read what it needs.
    async fn other_bank(
        &self,
        tx: &mut Tx,
        order: &Order,
        now: Timestamp,
    ) -> Result<Option<&Product>, LendingError> {
        if !order.other_banks {
            return Ok(None);
        }
        let had = self.banks_that_had(tx, order).await?;
        let fits = |product: &&Product| {
            product.open
                && !had.contains(product.bank.as_str())
                && product.kinds.contains(&order.kind)
                && (product.amount_min..=product.amount_max).contains(&order.amount)
                && (product.months_min..=product.months_max).contains(&order.months)
                && product.methods.contains(&order.method)
                && product.is_for(
                    &order.subject,
                    order.subject_district.as_deref(),
                    order.subject_industry.as_deref(),
                )
        };
        for product in self.products.list().filter(fits) {
            match self.consented(tx, &order.subject, product, now).await {
                Ok(_) if store::find_pending(tx, &order.subject, &product.id).await?.is_none() => {
                    return Ok(Some(product));
                }
                Ok(_) | Err(LendingError::ConsentMissing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn banks_that_had(&self, tx: &mut Tx, order: &Order) -> Result<BTreeSet<String>, LendingError> {
        let steps = store::list_steps_within(tx, &order.order_id).await?;
        let named = |step: &super::model::OrderStep| {
            step.data.get("bank").and_then(|bank| bank.as_str()).map(str::to_owned)
        };
        let acted = steps.iter().map(|step| step.institution.clone()).filter(|bank| !bank.is_empty());
        Ok(steps.iter().filter_map(named).chain(acted).chain([order.bank.to_string()]).collect())
    }

    /// The time to take the order is over: it goes to somebody else of the bank, as the next round.
    pub async fn not_accepted(
        &self,
        tx: &mut Tx,
        order: &OrderId,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let order = self.get_within(tx, order).await?;
        if order.state != OrderState::Dispatched {
            return Err(LendingError::MovedOn { state: order.state });
        }
        let steps = store::list_steps_within(tx, &order.order_id).await?;
        let clocks = self.clocks(&order, &steps, now);
        if !clocks.iter().any(|clock| clock.state == ClockState::Late) {
            return Err(LendingError::NotDue);
        }
        let by = By::system();
        let lying = self.record(tx, &order, &OrderEvent::NotAccepted, &by, Told::now(now)).await?;
        self.dispatch(tx, &lying, &by, now).await
    }

    /// The service sends out an order that lies with nobody.
    pub(super) async fn redispatch(
        &self,
        tx: &mut Tx,
        order: &Order,
        by: &By,
        officer: Option<String>,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let Some(login) = officer else { return self.dispatch(tx, order, by, now).await };
        let found = staff::find_by_login_within(tx, &login).await?;
        let fits = |entry: &StaffEntry| {
            entry.active && entry.role == StaffRole::Officer && entry.institution == order.bank.as_str()
        };
        let entry = found.filter(fits).ok_or_else(|| one(FieldError::new("officer", FieldRule::Unknown)))?;
        self.send(tx, order, by, Some(&entry), None, now).await
    }
}
