//! The deadlines of an order as pure functions of its steps and the calendar: nothing ticks, nothing is kept.
//!
//! A working day counts when the time ran at any moment of it ([`Stretch`]); the day of the event itself does not
//! count. Days on which papers were awaited from morning to night therefore do not count.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use jq_base::clock::{date_of, start_of};
use jq_base::workdays::{Calendar, CalendarNotLoaded};
use serde::Deserialize;

use crate::coded::coded;
use crate::order::{Order, OrderEventKind, OrderState, OrderStep};
use crate::stretch::{Stretch, began_running, deciding};

const EMBEDDED: &str = include_str!("../../../lending/clocks.toml");

/// How many working days each time has; content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockLimits {
    /// To take an order.
    pub accept_days: u32,
    /// To speak to the firm.
    pub contact_days: u32,
    /// To decide.
    pub decide_days: u32,
    /// To decide on a renewal or deferral.
    pub decide_renewal_days: u32,
    /// For the firm to hand in papers.
    pub supply_days: u32,
    /// For a second person to answer a firm's appeal.
    pub appeal_days: u32,
    /// Calendar days after a refusal in which a firm may appeal.
    pub appeal_within_days: u32,
    /// Calendar days before the end of a loan at which firm and bank are told, once each; within the most of them
    /// another loan can follow it.
    pub radar_days: [u32; 3],
}

impl ClockLimits {
    /// The limits shipped with the platform.
    pub fn embedded() -> Result<Self, toml::de::Error> {
        toml::from_str(EMBEDDED)
    }

    /// Calendar days before the end of a loan from which another can follow it.
    pub fn follow_days(&self) -> u32 {
        self.radar_days.into_iter().max().unwrap_or_default()
    }
}

coded! {
    /// Which time (时限).
    ClockKind {
        /// To take the order.
        K1 = "k1", "接单", "to take the order";
        /// To speak to the firm.
        K1b = "k1b", "首次联系", "to speak to the firm";
        /// To grant or refuse.
        K2 = "k2", "授信决定", "to decide";
        /// The aim for renewals and deferrals.
        K2r = "k2r", "续贷决定", "to decide on a renewal";
        /// To answer a firm that asks for a refusal to be looked at again.
        K2a = "k2a", "申诉答复", "to answer an appeal";
    }
}

coded! {
    /// How a time stands.
    ClockState {
        /// It runs.
        Running = "running", "计时中", "running";
        /// It stands still while papers are awaited.
        Paused = "paused", "已暂停（等企业补件）", "paused (waiting for the firm's papers)";
        /// It is over, and what it is for has not been done.
        Late = "late", "已超期", "late";
        /// Done in time.
        Done = "done", "已按时办结", "done in time";
        /// Done, but late.
        DoneLate = "done_late", "办结时已超期", "done late";
        /// The order ended without it.
        Stopped = "stopped", "已终止", "ended";
        /// The calendar of a year that is needed is not loaded.
        Unknown = "unknown", "日历未发布", "calendar not published";
    }
}

/// One time of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Which.
    pub kind: ClockKind,
    /// How it stands.
    pub state: ClockState,
    /// Since when it runs.
    pub started_at: Timestamp,
    /// When it is over: 00:00 in Beijing of the day after its last day. None while it is paused, and when it cannot
    /// be told.
    pub due_at: Option<Timestamp>,
    /// When what it is for was done.
    pub done_at: Option<Timestamp>,
    /// Working days that have counted so far, today included.
    pub days_used: Option<u32>,
    /// Working days left after today; 0 on the last day, below when it is over.
    pub days_left: Option<i64>,
    /// Working days it has in all.
    pub days_limit: u32,
    /// Since when it stands still.
    pub paused_since: Option<Timestamp>,
}

impl Clock {
    /// What was judged when it was done stays, whatever is said of the calendar since.
    fn judged(mut self, order: &Order) -> Self {
        let in_time = match self.kind {
            ClockKind::K1 => order.accepted_in_time,
            ClockKind::K2 => order.decided_in_time,
            ClockKind::K1b | ClockKind::K2r | ClockKind::K2a => None,
        };
        match (self.state, in_time) {
            (ClockState::Done | ClockState::DoneLate | ClockState::Unknown, Some(true)) => {
                self.state = ClockState::Done;
            }
            (ClockState::Done | ClockState::DoneLate | ClockState::Unknown, Some(false)) => {
                self.state = ClockState::DoneLate;
            }
            _ => {}
        }
        self
    }

    /// Something has still to be done.
    pub fn is_open(&self) -> bool {
        matches!(
            self.state,
            ClockState::Running | ClockState::Paused | ClockState::Late | ClockState::Unknown
        )
    }

    /// The last day on which it can be done in time.
    pub fn last_day(&self) -> Option<Date> {
        date_of(self.due_at?).yesterday().ok()
    }

    /// Whether it was, or at `now` would be, done in time; unknown where the calendar is.
    pub(crate) fn in_time(&self) -> Option<bool> {
        match self.state {
            ClockState::Done => Some(true),
            ClockState::DoneLate => Some(false),
            _ => None,
        }
    }
}

/// The times of an order's present round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clocks(Vec<Clock>);

impl Clocks {
    /// All, in the order of the business.
    pub fn iter(&self) -> std::slice::Iter<'_, Clock> {
        self.0.iter()
    }

    /// One of them, when it has begun.
    pub fn find(&self, kind: ClockKind) -> Option<&Clock> {
        self.0.iter().find(|clock| clock.kind == kind)
    }

    /// The one to look at now: the earliest that is still open; a paused one when no other is.
    pub fn next_due(&self) -> Option<&Clock> {
        let open = self.0.iter().filter(|clock| clock.is_open());
        open.min_by_key(|clock| clock.due_at.unwrap_or(Timestamp::MAX))
    }
}

impl<'a> IntoIterator for &'a Clocks {
    type Item = &'a Clock;
    type IntoIter = std::slice::Iter<'a, Clock>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// The times of the order's present round at `now`.
pub fn clocks(
    order: &Order,
    steps: &[OrderStep],
    calendar: &Calendar,
    limits: &ClockLimits,
    now: Timestamp,
) -> Clocks {
    let round: Vec<&OrderStep> = steps.iter().filter(|step| step.round == order.round).collect();
    let last = |event| round.iter().rev().find(|step| step.event == event).map(|step| step.at);
    let ended = (!order.state.is_at_a_bank()).then_some(order.changed_at);
    let clock = |kind, days, stretches: Vec<Stretch>, done_at: Option<Timestamp>| {
        let begun = Begun { kind, days, stretches, done_at, ended, now };
        begun.stand(calendar).judged(order)
    };
    let open = |from| vec![Stretch::since(from)];
    let decided = order.decided_at.filter(|_| order.state != OrderState::Submitted);
    let to_decide = |since: Timestamp| {
        let stretches = deciding(round.iter().copied(), since);
        let aim = order
            .kind
            .is_renewal()
            .then(|| clock(ClockKind::K2r, limits.decide_renewal_days, stretches.clone(), decided));
        std::iter::once(clock(ClockKind::K2, limits.decide_days, stretches, decided)).chain(aim)
    };
    // What was taken up again is decided in a time of its own; everything before that was done.
    if let Some(again) = reopened(order, steps) {
        return Clocks(to_decide(again).collect());
    }
    let Some(dispatched) = last(OrderEventKind::Dispatch) else { return Clocks::default() };
    let accepted = last(OrderEventKind::Accept);
    let declined = last(OrderEventKind::Decline).or_else(|| last(OrderEventKind::NotAccepted));
    let mut clocks = vec![clock(ClockKind::K1, limits.accept_days, open(dispatched), accepted.or(declined))];
    let Some(accepted) = accepted else { return Clocks(clocks) };
    let contacted = round.iter().fold(None, |contacted, step| match step.event {
        OrderEventKind::Contact => contacted.or(Some(step.at)),
        OrderEventKind::ConfirmContact if denies(step) => None,
        _ => contacted,
    });
    clocks.push(clock(ClockKind::K1b, limits.contact_days, open(accepted), contacted));
    clocks.extend(to_decide(accepted));
    if let Some(appealed) = last(OrderEventKind::Appeal) {
        let (stretches, days) = (open(appealed), limits.appeal_days);
        let done_at = last(OrderEventKind::Uphold);
        let begun = Begun { kind: ClockKind::K2a, days, stretches, done_at, ended: None, now };
        clocks.push(begun.stand(calendar));
    }
    Clocks(clocks)
}

/// When the order's present round began by its being taken up again; none where it was sent out.
pub fn reopened(order: &Order, steps: &[OrderStep]) -> Option<Timestamp> {
    let begins = |step: &&OrderStep| {
        step.event == OrderEventKind::Reopen && step.round.checked_add(1) == Some(order.round)
    };
    steps.iter().rev().find(begins).map(|step| step.at)
}

/// Whether the firm says in this step that nobody spoke to it.
fn denies(step: &OrderStep) -> bool {
    step.data.get("reached").and_then(serde_json::Value::as_bool) == Some(false)
}

/// Until when the firm may appeal: the end of the last day; nothing where nothing was refused.
pub fn appeal_by(order: &Order, limits: &ClockLimits) -> Option<Timestamp> {
    let refused = order.decided_at.filter(|_| order.state == OrderState::Rejected)?;
    start_of(date_of(refused).saturating_add((i64::from(limits.appeal_within_days) + 1).days()))
}

/// When the firm must have handed in the papers that are awaited.
pub fn supply_by(
    order: &Order,
    steps: &[OrderStep],
    calendar: &Calendar,
    limits: &ClockLimits,
) -> Option<Timestamp> {
    if order.state != OrderState::AwaitingMaterials {
        return None;
    }
    let asked = steps.iter().rev().find(|step| step.event == OrderEventKind::RequestMaterials)?;
    calendar.due(asked.at, limits.supply_days).ok()
}

/// A time that has begun, before it is known how it stands.
struct Begun {
    kind: ClockKind,
    days: u32,
    stretches: Vec<Stretch>,
    done_at: Option<Timestamp>,
    ended: Option<Timestamp>,
    now: Timestamp,
}

impl Begun {
    fn stand(self, calendar: &Calendar) -> Clock {
        let started_at = self.stretches[0].from;
        let paused_since = self.stretches.last().and_then(|stretch| stretch.to);
        let stop = self.done_at.or(self.ended);
        let until = stop.unwrap_or(self.now);
        let clock = Clock {
            kind: self.kind,
            state: ClockState::Unknown,
            started_at,
            due_at: None,
            done_at: self.done_at,
            days_used: None,
            days_left: None,
            days_limit: self.days,
            paused_since: paused_since.filter(|_| stop.is_none()),
        };
        let (Ok(due_at), Ok(used)) =
            (due(calendar, &self.stretches, self.days), count(calendar, &self.stretches, date_of(until)))
        else {
            return clock;
        };
        let over = due_at.is_some_and(|due| due <= until);
        let state = match (self.done_at, self.ended, over) {
            (Some(_), _, false) => ClockState::Done,
            (Some(_), _, true) => ClockState::DoneLate,
            (None, Some(_), _) => ClockState::Stopped,
            (None, None, true) => ClockState::Late,
            (None, None, false) if paused_since.is_some() => ClockState::Paused,
            (None, None, false) => ClockState::Running,
        };
        let days_left = i64::from(self.days) - i64::from(used);
        Clock { state, due_at, days_used: Some(used), days_left: Some(days_left), ..clock }
    }
}

/// When the `days`-th working day that counts is over; none while the time stands still before that.
fn due(
    calendar: &Calendar,
    stretches: &[Stretch],
    days: u32,
) -> Result<Option<Timestamp>, CalendarNotLoaded> {
    let mut date = date_of(stretches[0].from);
    let mut counted = 0;
    let still_since = stretches.last().and_then(|stretch| stretch.to).map(date_of);
    while counted < days {
        date = date.tomorrow().map_err(|_| CalendarNotLoaded { year: date.year() })?;
        if still_since.is_some_and(|still| date > still) {
            return Ok(None);
        }
        counted += u32::from(calendar.is_workday(date)? && began_running(stretches, date).is_some());
    }
    Ok(start_of(date.saturating_add(1.day())))
}

/// Working days that have counted up to and including `until`.
fn count(calendar: &Calendar, stretches: &[Stretch], until: Date) -> Result<u32, CalendarNotLoaded> {
    let mut date = date_of(stretches[0].from);
    let mut counted = 0;
    while date < until {
        date = date.tomorrow().map_err(|_| CalendarNotLoaded { year: date.year() })?;
        counted += u32::from(calendar.is_workday(date)? && began_running(stretches, date).is_some());
    }
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(pairs: &[(&str, &str)]) -> Vec<Stretch> {
        pairs.iter().map(|(from, to)| Stretch { from: at(from), to: to.parse().ok() }).collect()
    }

    fn check(pairs: &[(&str, &str)], days: u32, expected: Option<&str>) {
        let due = due(&Calendar::embedded(), &run(pairs), days).unwrap();
        assert_eq!(due, expected.map(at));
    }

    #[test]
    fn ten_working_days_end_at_midnight_of_the_tenth() {
        check(&[("2026-11-10T09:30:00+08:00", "")], 10, Some("2026-11-25T00:00:00+08:00"));
        check(&[("2026-02-13T10:00:00+08:00", "")], 10, Some("2026-03-06T00:00:00+08:00"));
    }

    #[test]
    fn a_paused_clock_does_not_count_the_days_of_waiting() {
        // Asked on Thursday 12th, supplied on Tuesday 17th: Friday and Monday do not count.
        let pairs =
            [("2026-11-10T09:30:00+08:00", "2026-11-12T15:00:00+08:00"), ("2026-11-17T10:00:00+08:00", "")];
        check(&pairs, 10, Some("2026-11-27T00:00:00+08:00"));
        check(&pairs[..1], 10, None);
    }

    #[test]
    fn what_was_late_before_the_pause_stays_late() {
        check(
            &[("2026-11-10T09:30:00+08:00", "2026-12-12T15:00:00+08:00")],
            10,
            Some("2026-11-25T00:00:00+08:00"),
        );
    }

    #[test]
    fn a_year_without_a_calendar_is_not_guessed() {
        let due = due(&Calendar::embedded(), &run(&[("2026-12-28T10:00:00+08:00", "")]), 10);
        assert_eq!(due, Err(CalendarNotLoaded { year: 2027 }));
    }

    proptest! {
        #[test]
        fn without_a_pause_it_is_the_calendars_own_deadline(hours in 0_i64..6_000, days in 1_u32..25) {
            let calendar = Calendar::embedded();
            let from = at("2026-01-01T00:00:00+08:00") + jiff::SignedDuration::from_hours(hours);
            let ours = due(&calendar, &[Stretch { from, to: None }], days).unwrap();
            prop_assert_eq!(ours, calendar.due(from, days).ok());
        }

        #[test]
        fn a_pause_never_brings_a_deadline_forward(start in 0_i64..2_000, wait in 1_i64..500, pause in 1_i64..500) {
            let calendar = Calendar::embedded();
            let hour = jiff::SignedDuration::from_hours;
            let from = at("2026-01-01T00:00:00+08:00") + hour(start);
            let plain = due(&calendar, &[Stretch { from, to: None }], 10).unwrap();
            let paused = [
                Stretch { from, to: Some(from + hour(wait)) },
                Stretch { from: from + hour(wait + pause), to: None },
            ];
            prop_assert!(due(&calendar, &paused, 10).unwrap() >= plain);
        }
    }
}
