//! What an event of supervision carries, so that people can be told of it.

use jiff::Timestamp;
use jq_db::{DbError, Tx};
use jq_lending::{LendingError, Order};
use serde_json::{Value, json};

use crate::model::Act;
use crate::{Supervision, SupervisionError};

impl Supervision {
    /// What `lending` says of the order, and `more`; nothing of the firm's credit.
    pub(crate) async fn payload(
        &self,
        tx: &mut Tx,
        order: &Order,
        now: Timestamp,
        more: Value,
    ) -> Result<Value, SupervisionError> {
        let steps = self.lending.steps_within(tx, &order.order_id).await.map_err(kept)?;
        Ok(self.lending.payload(order, &steps, now, more))
    }
}

/// What an act of the ladder adds.
pub(crate) fn more(act: &Act) -> Value {
    json!({ "act_id": act.act_id, "round": act.round, "rung": act.rung, "due_at": act.due_at.to_string() })
}

fn kept(error: DbError) -> LendingError {
    error.into()
}
