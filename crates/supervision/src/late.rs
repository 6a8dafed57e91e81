//! What was done about an order, and which orders are late.

use jiff::Timestamp;
use jq_base::clock;
use jq_base::ids::{BankId, OrderId};
use jq_base::lang::Lang;
use jq_db::DbError;
use jq_lending::Order;

use crate::model::{Act, ActKind, BankActs};
use crate::{Supervision, SupervisionError, store};

/// An order whose time is over, with what has been done about it (超期订单).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateOrder {
    /// The order.
    pub order: Order,
    /// Since when the oldest of its times is over.
    pub due_at: Timestamp,
    /// How many working days ago that was; none where the calendar is not published.
    pub days_late: Option<u32>,
    /// Everything done about it, as it was due.
    pub acts: Vec<Act>,
}

impl LateOrder {
    /// Which of its times are over: to decide, to speak to the firm, or to answer its appeal.
    pub fn open_acts(&self) -> impl Iterator<Item = &Act> {
        self.acts.iter().filter(|act| act.is_late())
    }

    /// Urges that the bank has not answered.
    pub fn unanswered(&self) -> usize {
        self.acts.iter().filter(|act| act.kind == ActKind::Urged && act.settled_at.is_none()).count()
    }
}

impl Supervision {
    /// Everything done about an order, as it was due.
    pub async fn list_acts(&self, order: &OrderId) -> Result<Vec<Act>, DbError> {
        store::list(&self.db, order).await
    }

    /// Acts made at or after a moment, those due last first.
    pub async fn list_recent(&self, since: Timestamp, limit: u32) -> Result<Vec<Act>, DbError> {
        store::list_recent(&self.db, since, limit).await
    }

    /// Orders whose time is over and that are not settled, of one bank or of all; renewals and deferrals first,
    /// then the longest late.
    pub async fn list_late(
        &self,
        bank: Option<&BankId>,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<LateOrder>, SupervisionError> {
        let open = store::list_open(&self.db, &[ActKind::Overdue, ActKind::Expired], bank, limit).await?;
        let mut late: Vec<LateOrder> = Vec::new();
        for act in open {
            if late.iter().any(|late| late.order.order_id == act.order_id) {
                continue;
            }
            let order = self.lending.get(&self.db, &act.order_id).await?;
            if act.settled_by(&order, self.ladder.clock_of(&act)).is_some() {
                continue;
            }
            let acts = self.list_acts(&order.order_id).await?;
            late.push(LateOrder {
                due_at: act.due_at,
                days_late: self.days_late(act.due_at, now),
                order,
                acts,
            });
        }
        // Renewals and deferrals first: their firms have a loan that ends.
        late.sort_by_key(|late| !late.order.kind.is_renewal());
        Ok(late)
    }

    /// Urges that wait for an answer, of one bank or of all; the oldest first.
    pub async fn list_unanswered(&self, bank: Option<&BankId>, limit: u32) -> Result<Vec<Act>, DbError> {
        store::list_open(&self.db, &[ActKind::Urged], bank, limit).await
    }

    /// How many acts each bank gave reason for in a period, by kind, by the moment they were due.
    pub async fn count_acts(&self, from: Timestamp, to: Timestamp) -> Result<Vec<BankActs>, DbError> {
        store::count(&self.db, from, to).await
    }

    /// What an act did, in words: the ladder's, or what was urged.
    pub fn act_text<'a>(&'a self, act: &'a Act, lang: Lang) -> &'a str {
        match self.ladder.find(&act.rung) {
            Some(rung) => rung.text(lang),
            None if act.text.is_empty() => act.kind.text(lang),
            None => &act.text,
        }
    }

    fn days_late(&self, due_at: Timestamp, now: Timestamp) -> Option<u32> {
        let last_day = clock::date_of(due_at).yesterday().ok()?;
        self.lending.calendar().between(last_day, clock::date_of(now)).ok()
    }
}
