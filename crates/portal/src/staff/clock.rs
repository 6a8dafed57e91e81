//! A time of an order as officers and the service see it: word, day, working days left, colour and shape, always in
//! the same words.

use jiff::Timestamp;
use jq_base::clock::date_of;
use jq_lending::clock::{Clock, ClockState, Clocks};
use jq_web::Visit;

use crate::words;

/// One time as a line or a tag.
pub struct ClockChip {
    /// Which time, by code.
    pub kind: &'static str,
    /// How it stands, by code.
    pub state: &'static str,
    /// What it is for.
    pub label: String,
    /// The colour.
    pub tone: &'static str,
    /// The shape beside the colour.
    pub icon: &'static str,
    /// The word that counts: days left, late, paused, done.
    pub word: String,
    /// Until when, or since when it stands still; may be empty.
    pub day: String,
}

impl ClockChip {
    /// A time at `now`.
    pub fn new(v: &Visit, clock: &Clock, now: Timestamp) -> Self {
        let (tone, icon) = look(clock);
        Self {
            kind: clock.kind.code(),
            state: clock.state.code(),
            label: clock.kind.text(v.lang()).to_owned(),
            tone,
            icon,
            word: word(v, clock),
            day: day(v, clock, now),
        }
    }

    /// Every time of an order, in the order of the business.
    pub fn all(v: &Visit, clocks: &Clocks, now: Timestamp) -> Vec<Self> {
        clocks.iter().map(|clock| Self::new(v, clock, now)).collect()
    }

    /// The time to look at now.
    pub fn next(v: &Visit, clocks: &Clocks, now: Timestamp) -> Option<Self> {
        clocks.next_due().map(|clock| Self::new(v, clock, now))
    }
}

fn look(clock: &Clock) -> (&'static str, &'static str) {
    match clock.state {
        ClockState::Late => ("bad", "alert-triangle"),
        ClockState::Running if clock.days_left.is_some_and(|left| left <= 1) => ("soon", "alert-circle"),
        ClockState::Running => ("info", "clock"),
        ClockState::Paused => ("", "circle-dashed"),
        ClockState::Done => ("good", "circle-check"),
        ClockState::DoneLate => ("soon", "circle-check"),
        ClockState::Stopped => ("", "circle-x"),
        ClockState::Unknown => ("", "info-circle"),
    }
}

fn word(v: &Visit, clock: &Clock) -> String {
    let used = clock.days_used.unwrap_or_default();
    match (clock.state, clock.days_left) {
        (ClockState::Running, Some(left)) if left > 0 => v.n("chip-left", left),
        (ClockState::Running, Some(_)) => v.t("chip-today"),
        (ClockState::Late, Some(left)) if left < 0 => v.n("chip-late", left.unsigned_abs()),
        (ClockState::Late, _) => v.t("chip-late-today"),
        (ClockState::Paused, Some(left)) => v.n("chip-paused", left.max(0)),
        (ClockState::Done, _) => v.n("chip-done", used),
        (ClockState::DoneLate, _) => v.n("chip-done-late", used),
        (state, _) => state.text(v.lang()).to_owned(),
    }
}

fn day(v: &Visit, clock: &Clock, now: Timestamp) -> String {
    let said = |at| words::day(v.lang(), date_of(at), date_of(now));
    match (clock.state, clock.due_at) {
        (ClockState::Running | ClockState::Late, Some(due)) => words::until(v, due, now),
        (ClockState::Paused, _) => {
            clock.paused_since.map(|since| v.one("chip-paused-since", "day", said(since))).unwrap_or_default()
        }
        (ClockState::Done | ClockState::DoneLate, _) => clock.done_at.map(said).unwrap_or_default(),
        _ => String::new(),
    }
}
