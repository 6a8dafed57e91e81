//! Plays an order of the past again, step by step, and works out what the platform itself would have done. Pure.

use jiff::{SignedDuration, Timestamp};
use jq_base::clock::date_of;
use jq_base::money::Money;

use super::draft::{draft, loan_of};
use super::past::PastOrder;
use super::timeline::{Happening, after_midnight, happenings};
use crate::loan::{Loan, Repayment};
use crate::order::{
    By, Drawn, Order, OrderEvent, OrderState, OrderStep, Repaid, Told, advance, judge, step_of,
};
use crate::schedule::RepaymentMethod;
use crate::{Lending, LendingError};

/// An order as it stands after its past.
pub(super) struct Replayed {
    pub(super) order: Order,
    pub(super) steps: Vec<OrderStep>,
    pub(super) loans: Vec<Loan>,
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
    let done = Replayed { order: draft(past)?, steps: Vec::new(), loans: Vec::new() };
    let happenings = happenings(past, &loans, now);
    let mut play = Play { lending, past, planned: &loans, done };
    for (at, happening) in happenings {
        play.one(happening, at)?;
    }
    let Replayed { mut order, steps, loans } = play.done;
    let clocks = lending.clocks(&order, &steps, order.changed_at);
    let before = order.clone();
    judge(&mut order, &before, &clocks);
    Ok(Replayed { order, steps, loans })
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
                self.record(&step.event, &by, &told)
            }
            Happening::Draw(loan) => self.draw(loan, at),
            Happening::Begin => self.begin_repaying(at),
            Happening::Late(loan) => self.fall_overdue(loan, at),
            Happening::Pay(loan, instalment) => self.pay(loan, instalment, at),
            Happening::PayOff(loan) => self.pay_off(loan, at),
            Happening::GiveUp(loan) => self.give_up(loan, at),
            Happening::Over if self.done.order.state == OrderState::Repaying => self.after_payment(at),
            Happening::Over => Ok(()),
        }
    }

    fn draw(&mut self, loan: usize, told_at: Timestamp) -> Result<(), LendingError> {
        let told = &self.past.loans[loan];
        let loan = Loan { bank: self.done.order.bank.clone(), ..self.planned[loan].clone() };
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
        let by = by(&told.officer, "officer", self.done.order.bank.as_str());
        self.record(&OrderEvent::Draw(drawn), &by, &Told { at, reported_at: told_at, note: String::new() })
    }

    fn begin_repaying(&mut self, at: Timestamp) -> Result<(), LendingError> {
        if self.done.order.state != OrderState::Drawing {
            return Ok(());
        }
        self.record(&OrderEvent::StartRepaying, &By::system(), &Told::now(at))
    }

    fn fall_overdue(&mut self, loan: usize, at: Timestamp) -> Result<(), LendingError> {
        let late = self.done.loans.get(loan).and_then(|loan| Some((loan, loan.oldest_late(date_of(at))?)));
        let Some((loan, instalment)) = late else { return Ok(()) };
        if self.done.order.state != OrderState::Repaying {
            return Ok(());
        }
        let (loan_id, due_on) = (loan.loan_id.clone(), instalment.instalment.due_on);
        self.record(&OrderEvent::FallOverdue { loan_id, due_on }, &By::system(), &Told::now(at))
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
        let by = by(&self.past.loans[loan].officer, "officer", self.done.order.bank.as_str());
        self.record(&OrderEvent::Repay(repaid), &by, &Told::now(at))?;
        self.after_payment(at)
    }

    /// Nothing is late any more, or nothing is owed any more. A line that can be drawn again is open until its end.
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
        self.record(&event, &By::system(), &Told::now(at))
    }

    fn give_up(&mut self, loan: usize, at: Timestamp) -> Result<(), LendingError> {
        let given_up = self.past.loans[loan].given_up.as_ref().ok_or(LendingError::LoanNotFound)?;
        let loan = self.done.loans.get_mut(loan).ok_or(LendingError::LoanNotFound)?;
        loan.written_off_on = Some(date_of(at));
        let amount = loan.outstanding;
        let by = by(&given_up.approver, "approver", self.done.order.bank.as_str());
        self.record(&OrderEvent::WriteOff { amount }, &by, &Told::now(at))
    }

    /// Moves the order through the one function that moves orders, and chains the step to the one before.
    fn record(&mut self, event: &OrderEvent, by: &By, told: &Told) -> Result<(), LendingError> {
        let done = &mut self.done;
        let mut next = advance(&done.order, event, by, told.at, self.lending.products())?;
        let step = step_of(&done.order, &next, event, by, told);
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
