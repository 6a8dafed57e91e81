//! What happened to an order of the past and when: what the file tells, and what follows from its loans' plans.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use jq_base::clock::start_of;

use super::past::{PastLoan, PastOrder, PastStep};
use crate::loan::Loan;
use crate::schedule::Instalment;

/// When the platform looks after loans: just after midnight.
const SWEEP: SignedDuration = SignedDuration::from_mins(1);
/// When banks report the payments of a day.
const REPORT: SignedDuration = SignedDuration::from_hours(17);

/// Something that happened, told by the file or following from a plan.
#[derive(Clone, Copy)]
pub(super) enum Happening<'a> {
    Step(&'a PastStep),
    Draw(usize),
    /// The first instalment's day has come.
    Begin,
    /// An instalment's day is over.
    Late(usize),
    Pay(usize, usize),
    PayOff(usize),
    GiveUp(usize),
    /// The last day of a plan is over.
    Over,
}

/// Everything that happened up to `now`, in the order in which it was recorded.
pub(super) fn happenings<'a>(
    past: &'a PastOrder,
    loans: &[Loan],
    now: Timestamp,
) -> Vec<(Timestamp, Happening<'a>)> {
    let steps = past.steps.iter().map(|step| (step.reported_at.unwrap_or(step.at), Happening::Step(step)));
    let mut all: Vec<_> = steps.collect();
    let sweep = |day: Date| after_midnight(day, SWEEP);
    for (at, (told, loan)) in past.loans.iter().zip(loans).enumerate() {
        all.push((told.told_at, Happening::Draw(at)));
        let first = loan.instalments.first().map(|first| sweep(first.instalment.due_on));
        all.extend(first.map(|moment| (moment, Happening::Begin)));
        for (no, one) in loan.instalments.iter().enumerate() {
            let (due_on, paid_on) = (one.instalment.due_on, paid_on(told, &one.instalment));
            if paid_on.is_none_or(|paid_on| paid_on > due_on) {
                all.push((sweep(due_on.saturating_add(1.day())), Happening::Late(at)));
            }
            all.extend(paid_on.map(|day| (after_midnight(day, REPORT), Happening::Pay(at, no))));
        }
        all.extend(told.paid_off_on.map(|day| (after_midnight(day, REPORT), Happening::PayOff(at))));
        all.push((sweep(loan.ends_on.saturating_add(1.day())), Happening::Over));
        all.extend(told.given_up.iter().map(|given_up| (given_up.at, Happening::GiveUp(at))));
    }
    all.retain(|(at, _)| *at <= now);
    all.sort_by_key(|(at, _)| *at);
    all
}

/// The day on which an instalment was paid; none when it was not, or with all the rest.
fn paid_on(loan: &PastLoan, instalment: &Instalment) -> Option<Date> {
    let late = loan.late.iter().find(|late| late.instalment == instalment.no);
    let day = instalment.due_on.saturating_add(i64::from(late.map_or(0, |late| late.days)).days());
    let stopped = loan.stopped_at.is_some_and(|first| instalment.no >= first);
    let paid_off = loan.paid_off_on.is_some_and(|over| day >= over);
    (!stopped && !paid_off).then_some(day)
}

/// So long after a day has begun.
pub(super) fn after_midnight(day: Date, by: SignedDuration) -> Timestamp {
    start_of(day).and_then(|start| start.checked_add(by).ok()).unwrap_or(Timestamp::MAX)
}
