//! The loan that an order follows beside the loan that would come of it: what falls due when, to the fen.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jq_base::money::{self, Money};
use jq_base::rate::Rate;
use jq_identity::FirmUser;
use jq_lending::loan::Loan;
use jq_lending::order::NewOrder;
use jq_lending::product::Product;
use jq_lending::schedule::{Instalment, RepaymentMethod, plan};
use jq_lending::{Actor, LendingError, Order};
use jq_web::Visit;

use crate::state::PortalState;
use crate::words;

/// Old and new plan side by side.
pub struct Followed {
    /// The bank's number of the old loan.
    pub loan_ref: String,
    /// The rate of the old loan.
    pub old_rate: String,
    /// The rate that the new plan is reckoned with.
    pub new_rate: String,
    /// Every day on which something falls due in either.
    pub rows: Vec<FollowedRow>,
    /// What is still to be paid of the old loan.
    pub old_total: String,
    /// What is to be paid of the new one.
    pub new_total: String,
    /// Interest still to be paid of the old loan.
    pub old_interest: String,
    /// Interest to be paid of the new one.
    pub new_interest: String,
}

/// One day.
pub struct FollowedRow {
    /// The day.
    pub due: String,
    /// What falls due of the old loan; empty when nothing does.
    pub old: String,
    /// What falls due of the new one; empty when nothing does.
    pub new: String,
}

/// What the new loan would be.
struct Next {
    amount: Money,
    rate: Rate,
    months: u32,
    method: RepaymentMethod,
}

impl Followed {
    /// For an application that is being written: at the product's highest rate.
    pub async fn of_new(
        v: &Visit,
        state: &PortalState,
        user: &FirmUser,
        product: &Product,
        new: &NewOrder,
    ) -> Result<Option<Self>, LendingError> {
        let Some(follows) = &new.follows else { return Ok(None) };
        // What the browser names may be somebody else's.
        let old = match state.lending.find_for(&state.db, &Actor::Firm(user), follows).await {
            Ok(old) => old,
            Err(LendingError::OrderNotFound | LendingError::NotYours) => return Ok(None),
            Err(error) => return Err(error),
        };
        let (loans, today) = (state.lending.loans(&state.db, &old.order_id).await?, state.db.clock().today());
        let (amount, months, method) = (new.amount, new.months, new.method);
        Ok(Self::beside(v, &loans, &Next { amount, rate: product.rate_max, months, method }, today))
    }

    /// For an order that was handed in: by what was granted, before that at the product's highest rate.
    pub async fn of_order(
        v: &Visit,
        state: &PortalState,
        order: &Order,
        today: Date,
    ) -> Result<Option<Self>, LendingError> {
        let Some(follows) = order.follows.as_ref().filter(|_| !order.state.has_loan()) else {
            return Ok(None);
        };
        let mut loans = state.lending.loans(&state.db, follows).await?;
        loans.retain(|loan| loan.bank == order.bank);
        let product = state.lending.products().find(&order.product);
        let next = if let Some(terms) = &order.granted {
            Next { amount: terms.amount, rate: terms.rate, months: terms.months, method: terms.method }
        } else {
            let rate = product.map(|product| product.rate_max).unwrap_or_default();
            Next { amount: order.amount, rate, months: order.months, method: order.method }
        };
        Ok(Self::beside(v, &loans, &next, today))
    }

    /// The loan that ends first of those that are owed, and the new plan as from its last day.
    fn beside(v: &Visit, loans: &[Loan], next: &Next, today: Date) -> Option<Self> {
        let old = loans.iter().filter(|loan| loan.is_owed()).min_by_key(|loan| loan.ends_on)?;
        let from = old.ends_on.max(today);
        let new = plan(next.method, next.amount, next.rate, next.months, from).ok()?;
        let left: Vec<&Instalment> =
            old.instalments.iter().filter(|one| one.paid_on.is_none()).map(|one| &one.instalment).collect();
        let mut days: BTreeMap<Date, [Money; 2]> = BTreeMap::new();
        for (side, due_on, total) in left
            .iter()
            .map(|one| (0, one.due_on, one.total()))
            .chain(new.iter().map(|one| (1, one.due_on, one.total())))
        {
            let sum = &mut days.entry(due_on).or_default()[side];
            *sum = sum.checked_add(total)?;
        }
        let shown = |money: Money| if money == Money::ZERO { String::new() } else { money.grouped() };
        let exact = |all: Option<Money>| all.map(|sum| words::exact(v.lang(), sum));
        Some(Self {
            loan_ref: old.loan_ref.clone(),
            old_rate: old.rate.to_string(),
            new_rate: next.rate.to_string(),
            old_total: exact(money::sum(left.iter().map(|one| one.total())))?,
            new_total: exact(money::sum(new.iter().map(Instalment::total)))?,
            old_interest: exact(money::sum(left.iter().map(|one| one.interest)))?,
            new_interest: exact(money::sum(new.iter().map(|one| one.interest)))?,
            rows: days
                .into_iter()
                .map(|(due, [old, new])| FollowedRow {
                    due: due.to_string(),
                    old: shown(old),
                    new: shown(new),
                })
                .collect(),
        })
    }
}
