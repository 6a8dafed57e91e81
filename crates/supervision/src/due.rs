//! Which rungs are due on an order: its steps and clocks against the ladder. Pure.

use jiff::Timestamp;
use jq_base::workdays::{Calendar, CalendarNotLoaded};
use jq_lending::clock::{Clock, ClockKind, ClockState, Clocks, reopened};
use jq_lending::stretch::{Stretch, deciding};
use jq_lending::{Order, OrderEventKind, OrderState, OrderStep};

use crate::ladder::{Ladder, LadderClock, Rung};
use crate::policy::day_begins;

/// A rung that is due, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DueRung {
    pub(crate) rung: Rung,
    pub(crate) due_at: Timestamp,
}

/// What is known of an order when its rungs are looked at.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) order: &'a Order,
    pub(crate) steps: &'a [OrderStep],
    pub(crate) clocks: &'a Clocks,
    pub(crate) calendar: &'a Calendar,
}

/// The rungs due by `now`, the earliest first. A rung whose day cannot be told yet is not due: nothing is held
/// against a bank by a calendar that is not published.
pub(crate) fn due_rungs(ladder: &Ladder, facts: Facts<'_>, now: Timestamp) -> Vec<DueRung> {
    let due_at = |rung: &Rung| facts.due_at(rung, now).ok().flatten().filter(|at| *at <= now);
    let mut due: Vec<DueRung> = ladder
        .rungs()
        .iter()
        .filter_map(|rung| Some(DueRung { due_at: due_at(rung)?, rung: rung.clone() }))
        .collect();
    due.sort_by_key(|due| due.due_at);
    due
}

impl Facts<'_> {
    fn due_at(&self, rung: &Rung, now: Timestamp) -> Result<Option<Timestamp>, CalendarNotLoaded> {
        // Of an order that was decided, only the answer to an appeal is due still.
        if !self.order.state.is_at_a_bank() && rung.clock != LadderClock::K2a {
            return Ok(None);
        }
        let Some(stretches) = self.stretches(rung.clock) else { return Ok(None) };
        match rung.day {
            Some(day) => day_begins(self.calendar, &stretches, day, now),
            None => Ok(self.over_at(rung.clock)),
        }
    }

    /// When the time was over, if it is; also when what it was for was done later.
    fn over_at(&self, clock: LadderClock) -> Option<Timestamp> {
        let kind = match clock {
            LadderClock::K1 => ClockKind::K1,
            LadderClock::K1b => ClockKind::K1b,
            LadderClock::K2 => ClockKind::K2,
            LadderClock::K2r => ClockKind::K2r,
            LadderClock::K2a => ClockKind::K2a,
            LadderClock::Supply => return None,
        };
        let late = |clock: &&Clock| {
            clock.kind == kind && matches!(clock.state, ClockState::Late | ClockState::DoneLate)
        };
        self.clocks.iter().find(late).and_then(|clock| clock.due_at)
    }

    /// The stretches in which a time ran in the order's present round; none when it has not begun.
    fn stretches(&self, clock: LadderClock) -> Option<Vec<Stretch>> {
        let taken = self.last(OrderEventKind::Accept);
        // What is taken up again after an appeal is decided in a time of its own.
        let to_decide = || reopened(self.order, self.steps).or(taken);
        let stretch = |from: Timestamp, to: Option<Timestamp>| vec![Stretch { from, to }];
        match clock {
            LadderClock::K1 => Some(stretch(self.last(OrderEventKind::Dispatch)?, taken)),
            LadderClock::K1b => Some(stretch(taken?, self.last(OrderEventKind::Contact))),
            LadderClock::K2 => Some(deciding(self.round_steps(), to_decide()?)),
            LadderClock::K2r => {
                self.order.kind.is_renewal().then_some(deciding(self.round_steps(), to_decide()?))
            }
            LadderClock::K2a => {
                Some(stretch(self.last(OrderEventKind::Appeal)?, self.last(OrderEventKind::Uphold)))
            }
            LadderClock::Supply if self.order.state == OrderState::AwaitingMaterials => {
                Some(stretch(self.last(OrderEventKind::RequestMaterials)?, None))
            }
            LadderClock::Supply => None,
        }
    }

    fn last(&self, event: OrderEventKind) -> Option<Timestamp> {
        self.round_steps().filter(|step| step.event == event).last().map(|step| step.at)
    }

    fn round_steps(&self) -> impl Iterator<Item = &OrderStep> {
        self.steps.iter().filter(|step| step.round == self.order.round)
    }
}
