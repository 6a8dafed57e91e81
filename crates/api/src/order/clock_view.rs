//! The times of an order as a bank's program reads them.

use jiff::Timestamp;
use jq_lending::clock::Clock;
use serde::Serialize;
use utoipa::ToSchema;

use crate::words::{ClockKindWord, ClockStateWord, Word};

/// A time of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Clock)]
pub(crate) struct ClockView {
    /// Which: `k1` to accept, `k1b` to speak to the firm, `k2` to decide, `k2r` to decide on a renewal, `k2a` to answer an appeal.
    #[schema(inline)]
    kind: ClockKindWord,
    /// How it stands.
    #[schema(inline)]
    state: ClockStateWord,
    /// Since when it runs.
    started_at: Timestamp,
    /// When it is over: 24:00 in Beijing of its last day. None while it stands still.
    due_at: Option<Timestamp>,
    /// When what it is for was done.
    done_at: Option<Timestamp>,
    /// Working days that have counted so far.
    days_used: Option<u32>,
    /// Working days left after today; 0 on the last day, below when it is over.
    days_left: Option<i64>,
    /// Working days it has in all.
    days_limit: u32,
    /// Since when it stands still.
    paused_since: Option<Timestamp>,
}

impl From<&Clock> for ClockView {
    fn from(clock: &Clock) -> Self {
        Self {
            kind: Word(clock.kind),
            state: Word(clock.state),
            started_at: clock.started_at,
            due_at: clock.due_at,
            done_at: clock.done_at,
            days_used: clock.days_used,
            days_left: clock.days_left,
            days_limit: clock.days_limit,
            paused_since: clock.paused_since,
        }
    }
}
