//! Where an order stands in one sentence, and its times as words: until when, how many days are left, why one stands
//! still.

use jiff::Timestamp;
use jq_base::clock::date_of;
use jq_base::money::Money;
use jq_lending::clock::{Clock, ClockKind, ClockState, Clocks};
use jq_lending::loan::Loan;
use jq_lending::{Order, OrderState, OrderStep};
use jq_web::Visit;

use crate::state::PortalState;
use crate::words;

/// What the firm reads first.
pub struct Now {
    /// The colour.
    pub tone: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// Where the order stands, in one sentence.
    pub sentence: String,
    /// What happens next; may be empty.
    pub next: String,
    /// The times that run.
    pub clocks: Vec<ClockLine>,
}

/// One time as words.
pub struct ClockLine {
    /// Which time, by code.
    pub kind: &'static str,
    /// How it stands, by code.
    pub state: &'static str,
    /// The colour.
    pub tone: &'static str,
    /// The sentence.
    pub text: String,
}

impl Now {
    /// Where the order stands at `now`.
    pub fn new(
        v: &Visit,
        state: &PortalState,
        order: &Order,
        steps: &[OrderStep],
        loans: &[Loan],
        now: Timestamp,
    ) -> Self {
        let lending = &state.lending;
        let supply_by = lending.supply_by(order, steps);
        let facts = Facts {
            bank: super::bank_name(state, order, v.lang()),
            granted: order.granted.as_ref().map(|terms| words::amount(v.lang(), terms.amount)),
            available: words::amount(v.lang(), order.available()),
            until: order.granted.as_ref().map(|terms| words::until_day(v, terms.valid_until, date_of(now))),
            supply_by: supply_by.map(|due| words::until(v, due, now)),
            draw: order.draw_asked.map(|amount| words::amount(v.lang(), amount)),
            instalment: next_instalment(v, loans, now),
        };
        let (tone, icon) = super::tone(order.state);
        Self {
            tone: if matches!(tone, "money") { "good" } else { tone },
            icon,
            sentence: facts.say(v, facts.key(order)),
            next: next_key(order).map(|key| facts.say(v, key)).unwrap_or_default(),
            clocks: lines(v, &lending.clocks(order, steps, now), now),
        }
    }
}

/// What the sentences about an order name.
struct Facts {
    bank: String,
    granted: Option<String>,
    available: String,
    until: Option<String>,
    supply_by: Option<String>,
    draw: Option<String>,
    instalment: Option<(String, String)>,
}

impl Facts {
    /// The key of the sentence, another one where a day is not known.
    fn key(&self, order: &Order) -> &'static str {
        match order.state {
            OrderState::AwaitingMaterials if self.supply_by.is_none() => "order-now-awaiting-soon",
            state if state.has_loan() && self.instalment.is_none() => "order-now-nothing-due",
            _ => sentence_key(order),
        }
    }

    fn say(&self, v: &Visit, key: &str) -> String {
        let nothing = String::new();
        let or_nothing = |fact: &Option<String>| fact.clone().unwrap_or_default();
        let (day, sum) = self.instalment.as_ref().map_or((&nothing, &nothing), |(day, sum)| (day, sum));
        v.text().with(
            key,
            &[
                ("bank", &self.bank),
                ("granted", &or_nothing(&self.granted)),
                ("available", &self.available),
                ("until", &or_nothing(&self.until)),
                ("supply", &or_nothing(&self.supply_by)),
                ("draw", &or_nothing(&self.draw)),
                ("day", day),
                ("sum", sum),
            ],
        )
    }
}

/// The next instalment of any of the loans: its day and how much.
fn next_instalment(v: &Visit, loans: &[Loan], now: Timestamp) -> Option<(String, String)> {
    let dues = loans.iter().filter_map(Loan::next_due);
    let next = dues.min_by_key(|one| one.instalment.due_on)?;
    let day = words::day(v.lang(), next.instalment.due_on, date_of(now));
    Some((day, words::exact(v.lang(), next.instalment.total())))
}

/// The key of the sentence for a state.
fn sentence_key(order: &Order) -> &'static str {
    use OrderState as S;
    match order.state {
        S::Draft | S::Submitted => "order-now-submitted",
        S::Dispatched => "order-now-dispatched",
        S::Accepted if order.contacted_at.is_some() => "order-now-contacted",
        S::Accepted => "order-now-accepted",
        S::Surveying => "order-now-surveying",
        S::AwaitingMaterials => "order-now-awaiting-materials",
        S::Approving => "order-now-approving",
        S::Approved => "order-now-approved",
        S::Rejected => "order-now-rejected",
        S::Withdrawn => "order-now-withdrawn",
        S::Lapsed => "order-now-lapsed",
        S::Signed if order.draw_asked.is_some() => "order-now-draw-asked",
        S::Signed => "order-now-signed",
        S::Drawing => "order-now-drawing",
        S::Repaying => "order-now-repaying",
        S::Overdue => "order-now-overdue",
        S::Settled => "order-now-settled",
        S::WrittenOff => "order-now-written-off",
    }
}

/// The key of what happens next; nothing where the times say it.
fn next_key(order: &Order) -> Option<&'static str> {
    use OrderState as S;
    match order.state {
        S::Submitted if order.round > 1 => Some("order-next-again"),
        S::Dispatched => Some("order-next-dispatched"),
        S::Accepted | S::Surveying => Some("order-next-surveying"),
        S::Approving => Some("order-next-approving"),
        S::Approved => Some("order-next-approved"),
        S::Signed if order.draw_asked.is_none() => Some("order-next-signed"),
        S::Drawing | S::Repaying if order.draw_asked.is_some() => Some("order-next-draw-asked"),
        S::Drawing | S::Repaying if order.available() > Money::ZERO => Some("order-next-available"),
        S::Overdue => Some("order-next-overdue"),
        S::Withdrawn | S::Lapsed => Some("order-next-ended"),
        _ => None,
    }
}

/// The times that are still open, in the order of the business.
fn lines(v: &Visit, clocks: &Clocks, now: Timestamp) -> Vec<ClockLine> {
    clocks.iter().filter(|clock| clock.is_open()).map(|clock| line(v, clock, now)).collect()
}

/// One time as words.
fn line(v: &Visit, clock: &Clock, now: Timestamp) -> ClockLine {
    let until = clock.due_at.map(|due| words::until(v, due, now)).unwrap_or_default();
    let left = clock.days_left.unwrap_or_default();
    let since = clock.paused_since.map(|since| words::day(v.lang(), date_of(since), date_of(now)));
    let text = match clock.state {
        ClockState::Paused => {
            let since = since.unwrap_or_default();
            v.text().with("clock-paused", &[("since", &since), ("left", &days_left(v, left))])
        }
        ClockState::Late => {
            let over = v.n("clock-over", left.unsigned_abs().max(1));
            v.text().with(due_key(clock.kind, true), &[("until", &until), ("over", &over)])
        }
        ClockState::Unknown => v.t("clock-unknown"),
        _ => v.text().with(due_key(clock.kind, false), &[("until", &until), ("left", &days_left(v, left))]),
    };
    let tone = match clock.state {
        ClockState::Late => "bad",
        ClockState::Paused => "soon",
        ClockState::Running if left <= 1 && clock.kind != ClockKind::K1b => "soon",
        _ => "info",
    };
    ClockLine { kind: clock.kind.code(), state: clock.state.code(), tone, text }
}

fn days_left(v: &Visit, left: i64) -> String {
    if left <= 0 { v.t("clock-last-day") } else { v.n("clock-left", left) }
}

fn due_key(kind: ClockKind, late: bool) -> &'static str {
    match (kind, late) {
        (ClockKind::K1, false) => "clock-k1-due",
        (ClockKind::K1, true) => "clock-k1-late",
        (ClockKind::K1b, false) => "clock-k1b-due",
        (ClockKind::K1b, true) => "clock-k1b-late",
        (ClockKind::K2, false) => "clock-k2-due",
        (ClockKind::K2, true) => "clock-k2-late",
        (ClockKind::K2r, false) => "clock-k2r-due",
        (ClockKind::K2r, true) => "clock-k2r-late",
        (ClockKind::K2a, false) => "clock-k2a-due",
        (ClockKind::K2a, true) => "clock-k2a-late",
    }
}
