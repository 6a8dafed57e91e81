//! When a time runs and when it stands still: the one rule behind an order's deadlines and whoever chases them.
//!
//! A working day counts when the time ran at any moment of it.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use jq_base::clock::start_of;

use crate::order::{OrderEventKind, OrderStep};

/// A stretch in which a time ran; without an end it still runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Since when.
    pub from: Timestamp,
    /// Until when, this moment not included.
    pub to: Option<Timestamp>,
}

impl Stretch {
    /// A time that runs since `from`.
    pub fn since(from: Timestamp) -> Self {
        Self { from, to: None }
    }
}

/// The time to decide on an order that was taken at `accepted`: the pauses in which papers were awaited are left
/// out. `round` are the steps of its present round, in order.
pub fn deciding<'a>(round: impl IntoIterator<Item = &'a OrderStep>, accepted: Timestamp) -> Vec<Stretch> {
    let mut stretches = vec![Stretch::since(accepted)];
    for step in round {
        match (step.event, stretches.last_mut()) {
            (OrderEventKind::RequestMaterials, Some(last)) => last.to = Some(step.at),
            (OrderEventKind::Supply, _) => stretches.push(Stretch::since(step.at)),
            _ => {}
        }
    }
    stretches
}

/// The first moment of `date` at which the time ran; none when it stood still all day.
pub fn began_running(stretches: &[Stretch], date: Date) -> Option<Timestamp> {
    let start = start_of(date)?;
    let end = start_of(date.saturating_add(1.day()))?;
    let overlaps = |s: &&Stretch| s.from < end && s.to.is_none_or(|to| to > start);
    stretches.iter().find(overlaps).map(|stretch| stretch.from.max(start))
}
