//! Watching over orders: what is late is seen, taken one step up at a time, and put on record.
//!
//! The promise: every order that a bank has in hand is looked after; each rung of the ladder is acted upon once for
//! each round of an order, however late the sweep comes; and everybody who looks at the order sees what was done,
//! when it was due and when it was made.
//!
//! ```text
//! taken ─▶ day 5: officer reminded ─▶ day 8: branch ─▶ day 10: head office, service calls ─▶ day 11: late, supervisors
//!   │                                                                    (working days; awaited papers do not count)
//!   └─▶ firm not spoken to in time
//! sent to a bank ─▶ not taken in time: on record, sent out again
//! urged (by the service, a supervisor, the bank's administrator) ─▶ answered (by the bank)
//! ```
//!
//! The rungs are content: `supervision/ladder.toml`. Nothing ticks: [`Supervision::sweep_now`] compares what has
//! been done with what should be, by the order's steps and the calendar; [`attend`] has a worker do so every minute.
//! An act tells nobody itself: it announces `supervision.reminded`, `.escalated`, `.overdue`, `.expired`, `.urged` or
//! `.answered`, and `notify` tells whom it concerns.
//!
//! A firm's complaint about a look at its records is a record of its own, which the service desk answers.
//!
//! Tables: `supervision_act`, `supervision_complaint`.
//!
//! What it never does: read a credit record; change an order, but for sending one on that nobody took; act twice on
//! one rung of a round; hold a day against a bank that follows from a calendar nobody has published.

mod announce;
mod complaint;
mod due;
mod error;
mod ladder;
mod late;
mod model;
mod policy;
mod store;
mod sweep;
mod urge;

use std::sync::Arc;

use jq_db::Db;
use jq_lending::order::OrderFilter;
use jq_lending::{Lending, OrderState};

pub use complaint::{
    ComplainedLook, Complaint, answer_complaint, complain, find_complaint, list_complaints,
    list_complaints_of,
};
pub use error::SupervisionError;
pub use ladder::{Ladder, LadderClock, LadderError, Rung};
pub use late::LateOrder;
pub use model::{Act, ActKind, Answer, BankActs};
pub use sweep::{SWEEP, Swept, attend};
pub use urge::{TEXT_CHARS, URGES_OPEN_MAX, Urger};

/// Supervision over the orders of one store; clones share it.
#[derive(Clone)]
pub struct Supervision {
    db: Db,
    lending: Lending,
    ladder: Arc<Ladder>,
}

impl Supervision {
    /// Supervision with the ladder shipped with the platform.
    pub fn new(db: Db, lending: Lending) -> Result<Self, SupervisionError> {
        Ok(Self::with_ladder(db, lending, Ladder::embedded()?))
    }

    /// Supervision with another ladder.
    pub fn with_ladder(db: Db, lending: Lending, ladder: Ladder) -> Self {
        Self { db, lending, ladder: Arc::new(ladder) }
    }

    /// The rungs that are acted upon.
    pub fn ladder(&self) -> &Ladder {
        &self.ladder
    }
}

/// Orders that a bank has in hand.
pub(crate) fn at_a_bank() -> OrderFilter {
    let states = OrderState::at_a_bank();
    OrderFilter { states, ..OrderFilter::default() }
}

/// Orders whose firm waits for an answer to its appeal.
pub(crate) fn appealed() -> OrderFilter {
    OrderFilter { appealed: true, ..OrderFilter::default() }
}
