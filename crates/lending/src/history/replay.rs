//! Plays an order of the past again, step by step, and works out what the platform itself would have done. Pure.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use jq_base::clock::{date_of, start_of};
use jq_base::masked::Masked;
use jq_base::mobile::Mobile;
use jq_base::money::Money;

use super::past::{PastLoan, PastOrder, PastStep};
use crate::loan::{Loan, LoanInstalment, Repayment};
use crate::order::{
    By, Contact, Drawn, FIRST, GrantTerms, Order, OrderEvent, OrderState, OrderStep, Repaid, Told, advance,
    judge, step_of,
};
use crate::schedule::{Instalment, RepaymentMethod, plan};
use crate::{FieldError, FieldRule, Lending, LendingError};

/// When the platform looks after loans: just after midnight.
const SWEEP: SignedDuration = SignedDuration::from_mins(1);
/// When banks report the payments of a day.
const REPORT: SignedDuration = SignedDuration::from_hours(17);

/// An order as it stands after its past.
pub(super) struct Replayed {
    pub(super) order: Order,
    pub(super) steps: Vec<OrderStep>,
    pub(super) loans: Vec<Loan>,
}

/// Something that happened, told by the file or following from a plan.
#[derive(Clone, Copy)]
enum Happening<'a> {
    Step(&'a PastStep),
    Draw(usize),
    /// The first instalment's day has come.
    Begin,
    /// An instalment's day is over.
    Late(usize),
    Pay(usize, usize),
    PayOff(usize),
    GiveUp(usize),
}

/// Plays the order up to `now`.
pub(super) fn replay(lending: &Lending, past: &PastOrder, now: Timestamp) -> Result<Replayed, LendingError> {
    let terms = past.steps.iter().find_map(|step| match &step.event {
        OrderEvent::Grant(terms) => Some(terms),
        _ => None,
    });
    let mut loans = Vec::new();
    for loan in &past.loans {
        loans.push(loan_of(past, loan, terms)?);
    }
    let happenings = happenings(past, &loans, now);
    let mut play = Play { lending, past, planned: &loans, done: begin(past)? };
    for (at, happening) in happenings {
        play.one(happening, at)?;
    }
    let Replayed { mut order, steps, loans } = play.done;
    let clocks = lending.clocks(&order, &steps, order.changed_at);
    let before = order.clone();
    judge(&mut order, &before, &clocks);
    Ok(Replayed { order, steps, loans })
}

/// The draft.
fn begin(past: &PastOrder) -> Result<Replayed, LendingError> {
    let mobile = Mobile::parse(&past.contact_mobile)
        .map_err(|_| LendingError::Fields(vec![FieldError::new("contact_mobile", FieldRule::Unknown)]))?;
    let order = Order {
        order_id: past.order_id.clone(),
        order_no: past.order_no.clone(),
        kind: past.kind,
        state: OrderState::Draft,
        version: 0,
        last_hash: FIRST.to_owned(),
        subject: past.subject.clone(),
        subject_name: past.subject_name.clone(),
        subject_district: past.district.clone(),
        subject_industry: past.industry.clone(),
        applicant: past.applicant.clone(),
        product: past.product.clone(),
        bank: past.bank.clone(),
        branch: None,
        officer: None,
        submitted_by: None,
        approver: None,
        round: 1,
        amount: past.amount,
        months: past.months,
        method: past.method,
        security: past.security,
        loan_use: past.loan_use,
        use_text: past.use_text.clone(),
        contact: Some(Contact { name: Masked::new(past.contact_name.clone()), mobile }),
        consent: None,
        first_loan: past.first_loan,
        other_banks: past.other_banks,
        follows: past.follows.clone(),
        waiting_in: None,
        materials: Vec::new(),
        created_at: past.created_at,
        submitted_at: None,
        dispatched_at: None,
        accepted_at: None,
        contacted_at: None,
        decided_at: None,
        signed_at: None,
        ended_at: None,
        changed_at: past.created_at,
        accepted_in_time: None,
        decided_in_time: None,
        granted: None,
        refusal: None,
        contract_no: None,
        draw_asked: None,
        drawn: Money::ZERO,
        due_at: None,
    };
    Ok(Replayed { order, steps: Vec::new(), loans: Vec::new() })
}

/// The loan on the day it is paid out.
fn loan_of(past: &PastOrder, loan: &PastLoan, terms: Option<&GrantTerms>) -> Result<Loan, LendingError> {
    let terms = terms.ok_or(LendingError::LoanNotFound)?;
    let instalments = plan(terms.method, loan.amount, terms.rate, terms.months, loan.drawn_on)?;
    Ok(Loan {
        loan_id: loan.loan_id.clone(),
        order_id: past.order_id.clone(),
        bank: past.bank.clone(),
        subject: past.subject.clone(),
        loan_ref: loan.loan_ref.clone(),
        principal: loan.amount,
        outstanding: loan.amount,
        rate: terms.rate,
        method: terms.method,
        security: terms.security,
        first_loan: past.first_loan,
        drawn_on: loan.drawn_on,
        ends_on: instalments.last().map_or(loan.drawn_on, |last| last.due_on),
        settled_on: None,
        written_off_on: None,
        report_no: format!("{}-00", loan.loan_ref),
        reported_at: loan.told_at,
        instalments: instalments
            .into_iter()
            .map(|instalment| LoanInstalment { instalment, paid_on: None })
            .collect(),
        repayments: Vec::new(),
    })
}

/// Everything that happened up to `now`, in the order in which it was recorded.
fn happenings<'a>(past: &'a PastOrder, loans: &[Loan], now: Timestamp) -> Vec<(Timestamp, Happening<'a>)> {
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

fn after_midnight(day: Date, by: SignedDuration) -> Timestamp {
    start_of(day).and_then(|start| start.checked_add(by).ok()).unwrap_or(Timestamp::MAX)
}

/// The order being played, with the loans as they will be paid out.
struct Play<'a> {
    lending: &'a Lending,
    past: &'a PastOrder,
    planned: &'a [Loan],
    done: Replayed,
}

impl Play<'_> {
    fn one(&mut self, happening: Happening<'_>, at: Timestamp) -> Result<(), LendingError> {
        match happening {
            Happening::Step(step) => {
                let by = by(&step.actor, &step.role, &step.institution);
                let told = Told { at: step.at, reported_at: at, note: step.note.clone() };
                self.record(&step.event, &by, told)
            }
            Happening::Draw(loan) => self.draw(loan, at),
            Happening::Begin => self.begin_repaying(at),
            Happening::Late(loan) => self.fall_overdue(loan, at),
            Happening::Pay(loan, instalment) => self.pay(loan, instalment, at),
            Happening::PayOff(loan) => self.pay_off(loan, at),
            Happening::GiveUp(loan) => self.give_up(loan, at),
        }
    }

    fn draw(&mut self, loan: usize, told_at: Timestamp) -> Result<(), LendingError> {
        let (told, loan) = (&self.past.loans[loan], self.planned[loan].clone());
        let drawn = Drawn {
            loan_id: loan.loan_id.clone(),
            loan_ref: loan.loan_ref.clone(),
            amount: loan.principal,
            drawn_on: loan.drawn_on,
            report_no: loan.report_no.clone(),
        };
        let noon = after_midnight(loan.drawn_on, SignedDuration::from_hours(12));
        let at = noon.max(self.done.order.changed_at).min(told_at);
        self.done.loans.push(loan);
        let by = by(&told.officer, "officer", self.past.bank.as_str());
        self.record(&OrderEvent::Draw(drawn), &by, Told { at, reported_at: told_at, note: String::new() })
    }

    fn begin_repaying(&mut self, at: Timestamp) -> Result<(), LendingError> {
        if self.done.order.state != OrderState::Drawing {
            return Ok(());
        }
        self.record(&OrderEvent::StartRepaying, &By::system(), Told::now(at))
    }

    fn fall_overdue(&mut self, loan: usize, at: Timestamp) -> Result<(), LendingError> {
        let late = self.done.loans.get(loan).and_then(|loan| Some((loan, loan.oldest_late(date_of(at))?)));
        let Some((loan, instalment)) = late else { return Ok(()) };
        if self.done.order.state != OrderState::Repaying {
            return Ok(());
        }
        let (loan_id, due_on) = (loan.loan_id.clone(), instalment.instalment.due_on);
        self.record(&OrderEvent::FallOverdue { loan_id, due_on }, &By::system(), Told::now(at))
    }

    /// An instalment, as the plan has it.
    fn pay(&mut self, loan: usize, instalment: usize, at: Timestamp) -> Result<(), LendingError> {
        let before = self.done.loans.get(loan).ok_or(LendingError::LoanNotFound)?;
        let Some(due) = before.instalments.get(instalment) else { return Ok(()) };
        let principal = due.instalment.principal;
        let report_no = format!("{}-{:02}", before.loan_ref, due.instalment.no);
        self.repay(loan, (principal, due.instalment.interest), report_no, at)
    }

    /// All that is owed, with interest for the days since the last instalment.
    fn pay_off(&mut self, loan: usize, at: Timestamp) -> Result<(), LendingError> {
        let before = self.done.loans.get(loan).ok_or(LendingError::LoanNotFound)?;
        let past = before
            .instalments
            .iter()
            .map(|one| one.instalment.due_on)
            .filter(|due_on| *due_on <= date_of(at));
        let since = past.max().unwrap_or(before.drawn_on);
        let days = since.until(date_of(at)).map_or(0, |span| span.get_days());
        let days = u16::try_from(days).unwrap_or_default();
        let principal = before.outstanding;
        let interest = principal.interest(before.rate, days).unwrap_or_default();
        let report_no = format!("{}-99", before.loan_ref);
        self.repay(loan, (principal, interest), report_no, at)
    }

    fn repay(
        &mut self,
        loan: usize,
        (principal, interest): (Money, Money),
        report_no: String,
        at: Timestamp,
    ) -> Result<(), LendingError> {
        self.begin_repaying(at)?;
        let before = self.done.loans.get(loan).ok_or(LendingError::LoanNotFound)?;
        let amount = principal.checked_add(interest).unwrap_or(principal);
        if amount == Money::ZERO {
            return Ok(());
        }
        let paid_on = date_of(at);
        let paid = Repayment { report_no: report_no.clone(), amount, principal, paid_on, reported_at: at };
        let repaid = Repaid { loan_id: before.loan_id.clone(), amount, principal, paid_on, report_no };
        self.done.loans[loan] = before.after(paid);
        let by = by(&self.past.loans[loan].officer, "officer", self.past.bank.as_str());
        self.record(&OrderEvent::Repay(repaid), &by, Told::now(at))?;
        self.after_payment(at)
    }

    /// Nothing is late any more, or nothing is owed any more.
    fn after_payment(&mut self, at: Timestamp) -> Result<(), LendingError> {
        let (today, loans) = (date_of(at), &self.done.loans);
        let owed = loans.iter().any(Loan::is_owed) || loans.len() < self.planned.len();
        let revolves =
            loans.iter().any(|loan| loan.method == RepaymentMethod::Revolving && loan.ends_on >= today);
        let late = loans.iter().any(|loan| loan.oldest_late(today).is_some());
        let event = if !owed && !revolves {
            OrderEvent::Settle
        } else if self.done.order.state == OrderState::Overdue && !late {
            OrderEvent::Cure
        } else {
            return Ok(());
        };
        self.record(&event, &By::system(), Told::now(at))
    }

    fn give_up(&mut self, loan: usize, at: Timestamp) -> Result<(), LendingError> {
        let given_up = self.past.loans[loan].given_up.as_ref().ok_or(LendingError::LoanNotFound)?;
        let loan = self.done.loans.get_mut(loan).ok_or(LendingError::LoanNotFound)?;
        loan.written_off_on = Some(date_of(at));
        let amount = loan.outstanding;
        let by = by(&given_up.approver, "approver", self.past.bank.as_str());
        self.record(&OrderEvent::WriteOff { amount }, &by, Told::now(at))
    }

    /// Moves the order through the one function that moves orders, and chains the step to the one before.
    fn record(&mut self, event: &OrderEvent, by: &By, told: Told) -> Result<(), LendingError> {
        let done = &mut self.done;
        let mut next = advance(&done.order, event, by, told.at, self.lending.products())?;
        let step = step_of(&done.order, &next, event, by, &told);
        next.last_hash.clone_from(&step.hash);
        done.steps.push(step);
        if next.accepted_at != done.order.accepted_at || next.decided_at != done.order.decided_at {
            let clocks = self.lending.clocks(&next, &done.steps, told.at);
            judge(&mut next, &done.order, &clocks);
        }
        done.order = next;
        Ok(())
    }
}

fn by(actor: &str, role: &str, institution: &str) -> By {
    By {
        actor: actor.to_owned(),
        role: role.to_owned(),
        institution: institution.to_owned(),
        who: None,
        branch: None,
        client: None,
    }
}
