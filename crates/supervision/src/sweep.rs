//! The sweep: compares every order that a bank has in hand with what has been done about it, and does what is due.

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::OrderId;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_jobs::{Failure, Worker};
use jq_lending::order::OrderFilter;
use jq_lending::{LendingError, Order, OrderState};

use crate::announce::more;
use crate::due::{DueRung, Facts, due_rungs};
use crate::ladder::LadderClock;
use crate::model::{Act, ActKind};
use crate::{Supervision, SupervisionError, store};

/// The job's kind.
pub const SWEEP: &str = "supervision.sweep";
/// How often orders are looked at, on the platform's clock.
const EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Orders read at a time.
const PAGE: u32 = 200;
/// Open acts looked at in one sweep.
const OPEN_MAX: u32 = 2_000;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Orders that a bank has in hand.
    pub orders: u64,
    /// Acts done.
    pub acts: u64,
    /// Acts whose matter the bank has settled since.
    pub settled: u64,
    /// Orders that moved while they were looked at; the next sweep sees to them.
    pub moved: u64,
    /// Orders on which something failed.
    pub failed: u64,
}

/// A rung due on an order as it was read.
struct Found {
    order: Order,
    due: DueRung,
}

/// Has a worker sweep every minute of the platform's clock.
pub fn attend(worker: Worker, supervision: Supervision) -> Worker {
    worker.sweep(SWEEP, EVERY, move |_| {
        let supervision = supervision.clone();
        async move {
            let now = supervision.db.clock().now();
            match supervision.sweep_now(now).await?.failed {
                0 => Ok(()),
                failed => Err(Failure::passing(format!("{failed} orders could not be looked after"))),
            }
        }
    })
}

impl Supervision {
    /// Does everything that is due now, in the order in which it was due, however far the clock has moved.
    pub async fn sweep_now(&self, now: Timestamp) -> Result<Swept, SupervisionError> {
        let mut swept = Swept::default();
        let mut found = self.find_due(now, &mut swept).await?;
        found.sort_by(|a, b| (a.due.due_at, &a.order.order_no).cmp(&(b.due.due_at, &b.order.order_no)));
        for found in found {
            match self.act(&found, now).await {
                Ok(true) => swept.acts += 1,
                Ok(false) => swept.moved += 1,
                Err(error) => swept.fail(&found.order.order_id, &error),
            }
        }
        self.settle(now, &mut swept).await?;
        Ok(swept)
    }

    async fn find_due(&self, now: Timestamp, swept: &mut Swept) -> Result<Vec<Found>, SupervisionError> {
        let mut found = Vec::new();
        for filter in [crate::at_a_bank(), crate::appealed()] {
            found.extend(self.find_due_among(&filter, now, swept).await?);
        }
        Ok(found)
    }

    async fn find_due_among(
        &self,
        filter: &OrderFilter,
        now: Timestamp,
        swept: &mut Swept,
    ) -> Result<Vec<Found>, SupervisionError> {
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.lending.list_all(&self.db, filter, cursor, PAGE).await?;
            let ids: Vec<OrderId> = page.orders.iter().map(|order| order.order_id.clone()).collect();
            let done = store::recorded(&self.db, &ids).await?;
            for order in page.orders {
                swept.orders += 1;
                match self.due_on(&order, now).await {
                    Ok(due) => {
                        let key = |due: &DueRung| (order.order_id.clone(), order.round, due.rung.id.clone());
                        self.open_denied(&order, &due).await?;
                        let missing = due.into_iter().filter(|due| !done.contains(&key(due)));
                        found.extend(missing.map(|due| Found { order: order.clone(), due }));
                    }
                    Err(error) => swept.fail(&order.order_id, &error),
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    /// A call that the firm denies settled nothing: what was done because nobody had called is open again.
    async fn open_denied(&self, order: &Order, due: &[DueRung]) -> Result<(), SupervisionError> {
        if order.contact_confirmed != Some(false) || order.contacted_at.is_some() {
            return Ok(());
        }
        for due in due.iter().filter(|due| due.rung.clock == LadderClock::K1b && due.rung.act.stays_open()) {
            let mut tx = self.db.begin().await?;
            store::open_again(&mut tx, &order.order_id, order.round, &due.rung.id).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn due_on(&self, order: &Order, now: Timestamp) -> Result<Vec<DueRung>, SupervisionError> {
        let steps = self.lending.steps(&self.db, &order.order_id).await?;
        let clocks = self.lending.clocks(order, &steps, now);
        let calendar = self.lending.calendar();
        let facts = Facts { order, steps: &steps, clocks: &clocks, calendar: &calendar };
        Ok(due_rungs(&self.ladder, facts, now))
    }

    /// Does one act in a transaction of its own; false when the order has moved since it was read.
    async fn act(&self, found: &Found, now: Timestamp) -> Result<bool, SupervisionError> {
        let (rung, due_at) = (&found.due.rung, found.due.due_at);
        let mut tx = self.db.begin().await?;
        let order = self.lending.get_within(&mut tx, &found.order.order_id).await?;
        if order.version != found.order.version {
            return Ok(false);
        }
        let sends_on = rung.clock == LadderClock::K1 && order.state == OrderState::Dispatched;
        let act = Act {
            settled_at: (!rung.act.stays_open() || rung.clock == LadderClock::K1).then_some(now),
            ..Act::about(&order, &rung.id, rung.act, due_at, now)
        };
        if !store::insert(&mut tx, &act).await? {
            return Ok(false);
        }
        let kind = format!("supervision.{}", rung.act.code());
        let detail = serde_json::json!({
            "act": act.act_id, "order": act.order_id, "bank": act.bank, "round": act.round, "rung": act.rung,
            "due_at": due_at.to_string(),
        });
        tx.audit(AuditLine::new("system", "system", &kind).subject(act.subject.as_str()).detail(detail));
        let payload = self.payload(&mut tx, &order, now, more(&act)).await?;
        tx.emit(Event::new(kind, order.subject.as_str(), payload));
        if sends_on {
            match self.lending.not_accepted(&mut tx, &order.order_id, now).await {
                Ok(_) => {}
                Err(LendingError::MovedOn { .. } | LendingError::NotDue) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Notes which open acts have got what they were about.
    async fn settle(&self, now: Timestamp, swept: &mut Swept) -> Result<(), SupervisionError> {
        let kinds = [ActKind::Overdue, ActKind::Expired, ActKind::Urged];
        for act in store::list_open(&self.db, &kinds, None, OPEN_MAX).await? {
            let order = self.lending.get(&self.db, &act.order_id).await?;
            let Some(at) = act.settled_by(&order, self.ladder.clock_of(&act)) else { continue };
            let mut tx = self.db.begin().await?;
            store::settle(&mut tx, &act.act_id, at.min(now)).await?;
            tx.commit().await?;
            swept.settled += 1;
        }
        Ok(())
    }
}

impl Swept {
    fn fail(&mut self, order: &OrderId, error: &SupervisionError) {
        self.failed += 1;
        tracing::error!(order.id = %order, error = %chain(error), "order could not be looked after");
    }
}

fn chain(error: &SupervisionError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
