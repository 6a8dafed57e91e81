//! Sending an order to a bank's people: near the firm first, then whoever has least to do; on to another bank when the
//! firm agreed and that bank may read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jq_base::clock::date_of;
use jq_base::ids::{BranchId, OrderId};
use jq_db::Tx;
use jq_identity::institution;
use jq_identity::staff;
use jq_identity::{StaffEntry, StaffRole};

use super::actor::By;
use super::duty::DispatchWay;
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

/// Where an order goes.
pub(super) struct Chosen {
    branch: Option<BranchId>,
    /// To whom; nobody where it lies in the pool of the branch.
    pub(super) officer: Option<StaffEntry>,
}

impl Lending {
    /// Sends a submitted order to somebody of its bank.
    pub(super) async fn dispatch(
        &self,
        tx: &mut Tx,
        order: &Order,
        by: &By,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let to = self.choose(tx, order, None).await?;
        self.send(tx, order, by, to, None, now).await
    }

    async fn send(
        &self,
        tx: &mut Tx,
        order: &Order,
        by: &By,
        to: Chosen,
        other: Option<&Product>,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let event = OrderEvent::Dispatch {
            branch: to.branch,
            officer: to.officer.map(|entry| entry.login),
            product: other.map(|product| product.id.clone()),
            bank: other.map(|product| product.bank.clone()),
        };
        self.record(tx, order, &event, by, Told::now(now)).await
    }

    /// Where an order goes: to the customer manager who is not away and not full, has not let it lie before, has the loan
    /// that it follows in hand, is in a branch of the firm's district if there is one, and has the fewest orders in hand,
    /// then by login. Where the bank lets its people claim, or everybody is full, it lies with a branch for whoever is
    /// first: near the firm, one where it has not lain before. What somebody hands over goes to anybody `but` them, by
    /// the rule.
    pub(super) async fn choose(
        &self,
        tx: &mut Tx,
        order: &Order,
        but: Option<&str>,
    ) -> Result<Chosen, LendingError> {
        let today = date_of(tx.now());
        let bank = order.bank.as_str();
        let mut officers = staff::list_by_role_within(tx, bank, StaffRole::Officer).await?;
        officers.retain(|entry| Some(entry.login.as_str()) != but);
        let branches = institution::list_branches_within(tx, &order.bank).await?;
        let near: BTreeSet<&str> = branches
            .iter()
            .filter(|branch| branch.district.is_some() && branch.district == order.subject_district)
            .map(|branch| branch.id.as_str())
            .collect();
        let busy: BTreeMap<String, u64> = store::count_in_hand(tx, &order.bank).await?;
        let duties = self.duties_within(tx, &order.bank).await?;
        let steps = store::list_steps_within(tx, &order.order_id).await?;
        let named = |name: &'static str| {
            steps.iter().filter_map(move |step| step.data.get(name).and_then(|word| word.as_str()))
        };
        let (tried, lain): (BTreeSet<&str>, BTreeSet<&str>) =
            (named("officer").collect(), named("branch").collect());
        let is_near =
            |entry: &StaffEntry| entry.branch.as_ref().is_some_and(|branch| near.contains(branch.as_str()));
        let load = |entry: &StaffEntry| busy.get(&entry.login).copied().unwrap_or(0);
        let followed = match &order.follows {
            Some(follows) => store::find_within(tx, follows).await?.and_then(|before| before.officer),
            None => None,
        };
        let order_of = |entry: &StaffEntry| {
            let tried = tried.contains(entry.login.as_str());
            let is_stranger = followed.as_deref() != Some(entry.login.as_str());
            (tried, is_stranger, !is_near(entry), load(entry), entry.login.len(), entry.login.clone())
        };
        let duty = |entry: &StaffEntry| duties.get(&entry.login).copied().unwrap_or_default();
        let takes = |entry: &&StaffEntry| !duty(entry).is_away(today) && !duty(entry).is_full(load(entry));
        let by_rule = but.is_some() || self.dispatch_way_within(tx, &order.bank).await? == DispatchWay::Rule;
        let officer = officers.iter().filter(takes).filter(|_| by_rule).min_by_key(|entry| order_of(entry));
        let has_lain =
            |entry: &StaffEntry| entry.branch.as_ref().is_some_and(|branch| lain.contains(branch.as_str()));
        let nearest = |entry: &&StaffEntry| (has_lain(entry), !is_near(entry), entry.branch.clone());
        // Where nobody of any branch takes orders, it is everybody's.
        let somebody = officer.or_else(|| officers.iter().filter(takes).min_by_key(nearest));
        let branch = somebody.and_then(|entry| entry.branch.clone());
        Ok(Chosen { branch, officer: officer.cloned() })
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
        let to = self.choose(tx, &moved, None).await?;
        self.send(tx, &declined, &By::system(), to, Some(other), now).await
    }

    /// A product of a bank that has not had the order yet, that fits, and whose bank may read what it needs.
    async fn other_bank(
        &self,
        tx: &mut Tx,
        order: &Order,
        now: Timestamp,
    ) -> Result<Option<&Product>, LendingError> {
        // What follows a loan stays with the bank that the loan is owed to.
        if !order.other_banks || order.kind.follows_another() {
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
        let to = Chosen { branch: entry.branch.clone(), officer: Some(entry) };
        self.send(tx, order, by, to, None, now).await
    }
}
