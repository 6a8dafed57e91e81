//! The daily care: what nobody went on with lapses, plans begin to run, unpaid instalments make a loan overdue, loans
//! that end soon are told of.

use jiff::{SignedDuration, Timestamp};
use jq_base::clock::date_of;
use jq_base::ids::OrderId;
use jq_jobs::{Failure, Worker};

use super::actor::By;
use super::event::OrderEvent;
use super::list::OrderFilter;
use super::model::Order;
use super::record::Told;
use super::state::OrderState;
use super::store;
use crate::loan::{self, Loan};
use crate::{Lending, LendingError};

/// The job's kind.
const SWEEP: &str = "lending.sweep";
/// How often orders are looked at, on the platform's clock.
const EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Orders read at a time.
const PAGE: u32 = 200;

/// Has a worker care for orders every minute of the platform's clock.
pub fn attend(worker: Worker, lending: Lending) -> Worker {
    worker.sweep(SWEEP, EVERY, move |_| {
        let lending = lending.clone();
        async move {
            let now = lending.db.clock().now();
            lending.sweep_now(now).await.map_err(Failure::from).map(|_| ())
        }
    })
}

impl Lending {
    /// Does everything that is due now. Each order in a transaction of its own. Returns how many orders moved.
    pub async fn sweep_now(&self, now: Timestamp) -> Result<u64, LendingError> {
        self.reckon_if_new(now).await?;
        let mut moved = 0;
        for state in [OrderState::AwaitingMaterials, OrderState::Approved] {
            moved += self.lapse_all(state, now).await?;
        }
        for order in loan::store::list_orders_due(&self.db, date_of(now)).await? {
            moved += u64::from(self.look_after_loans(&order, now).await?);
        }
        self.watch_ends(now).await?;
        Ok(moved)
    }

    async fn lapse_all(&self, state: OrderState, now: Timestamp) -> Result<u64, LendingError> {
        let filter = OrderFilter { states: vec![state], ..OrderFilter::default() };
        let (mut moved, mut cursor) = (0, None);
        loop {
            let page = self.list_all(&self.db, &filter, cursor, PAGE).await?;
            for order in &page.orders {
                moved += u64::from(self.lapse(order, now).await?);
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(moved);
            }
        }
    }

    /// Lapses the order when its papers or its offer are out of time.
    async fn lapse(&self, order: &Order, now: Timestamp) -> Result<bool, LendingError> {
        let over = if let Some(terms) = &order.granted {
            date_of(now) > terms.valid_until
        } else {
            let steps = store::list_steps(&self.db, &order.order_id).await?;
            self.supply_by(order, &steps).is_some_and(|due| due <= now)
        };
        if !over {
            return Ok(false);
        }
        let mut tx = self.db.begin().await?;
        match self.record(&mut tx, order, &OrderEvent::Lapse, &By::system(), Told::now(now)).await {
            Ok(_) => tx.commit().await.map(|()| true).map_err(LendingError::from),
            Err(LendingError::MovedOn { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Starts a plan whose first instalment is due, notes what is late, and ends a line that is over and paid.
    async fn look_after_loans(&self, order: &OrderId, now: Timestamp) -> Result<bool, LendingError> {
        let mut tx = self.db.begin().await?;
        let before = self.get_within(&mut tx, order).await?;
        let order = self.begin_repaying(&mut tx, &before, now).await?;
        let loans = loan::store::list_within(&mut tx, &order.order_id).await?;
        let today = date_of(now);
        let late = loans.iter().find_map(|loan| Some((loan, loan.oldest_late(today)?)));
        let over = !loans.iter().any(|loan: &Loan| loan.is_owed() || loan.ends_on >= today);
        let event = match late {
            Some((loan, instalment)) if order.state == OrderState::Repaying => OrderEvent::FallOverdue {
                loan_id: loan.loan_id.clone(),
                due_on: instalment.instalment.due_on,
            },
            None if over && order.state == OrderState::Repaying => OrderEvent::Settle,
            _ if order.version != before.version => {
                return tx.commit().await.map(|()| true).map_err(Into::into);
            }
            _ => return Ok(false),
        };
        match self.record(&mut tx, &order, &event, &By::system(), Told::now(now)).await {
            Ok(_) => tx.commit().await.map(|()| true).map_err(LendingError::from),
            Err(LendingError::MovedOn { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
