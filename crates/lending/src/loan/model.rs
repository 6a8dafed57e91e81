//! A loan with its plan and payments, and how a payment is split. Pure.

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::{BankId, LoanId, OrderId, SubjectKey};
use jq_base::money::{self, Money};
use jq_base::rate::Rate;

use crate::product::Security;
use crate::schedule::{Instalment, RepaymentMethod};

/// A loan (贷款) as the bank reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loan {
    /// Its name on the platform.
    pub loan_id: LoanId,
    /// Under which order.
    pub order_id: OrderId,
    /// Whose loan.
    pub bank: BankId,
    /// Who owes it.
    pub subject: SubjectKey,
    /// The bank's own number.
    pub loan_ref: String,
    /// How much was paid out.
    pub principal: Money,
    /// How much of it is owed still.
    pub outstanding: Money,
    /// The yearly contract rate.
    pub rate: Rate,
    /// How it is paid back.
    pub method: RepaymentMethod,
    /// Against which security.
    pub security: Security,
    /// The firm's first bank loan, as it says itself.
    pub first_loan: bool,
    /// On which day it was paid out.
    pub drawn_on: Date,
    /// On which day the last instalment is due.
    pub ends_on: Date,
    /// On which day all of it was paid.
    pub settled_on: Option<Date>,
    /// On which day the bank gave up the rest.
    pub written_off_on: Option<Date>,
    /// The bank's number of the report of the payment.
    pub report_no: String,
    /// When it was reported.
    pub reported_at: Timestamp,
    /// The plan of repayment.
    pub instalments: Vec<LoanInstalment>,
    /// What was paid.
    pub repayments: Vec<Repayment>,
}

/// An instalment of a loan's plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoanInstalment {
    /// What is due when.
    pub instalment: Instalment,
    /// On which day it was paid in full.
    pub paid_on: Option<Date>,
}

/// A payment (还款).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repayment {
    /// The bank's number of the report.
    pub report_no: String,
    /// How much in all.
    pub amount: Money,
    /// Of it, principal.
    pub principal: Money,
    /// On which day.
    pub paid_on: Date,
    /// When the platform was told.
    pub reported_at: Timestamp,
}

impl LoanInstalment {
    /// Whether it should have been paid before `today` and was not.
    pub fn is_late(&self, today: Date) -> bool {
        self.paid_on.is_none() && self.instalment.due_on < today
    }
}

impl Loan {
    /// Principal and interest paid so far.
    fn paid(&self) -> (Money, Money) {
        let all = money::sum(self.repayments.iter().map(|paid| paid.amount)).unwrap_or_default();
        let principal = money::sum(self.repayments.iter().map(|paid| paid.principal)).unwrap_or_default();
        (principal, all.checked_sub(principal).unwrap_or_default())
    }

    /// The oldest instalment that is late.
    pub fn oldest_late(&self, today: Date) -> Option<&LoanInstalment> {
        self.instalments.iter().filter(|_| self.is_owed()).find(|instalment| instalment.is_late(today))
    }

    /// The next instalment to pay.
    pub fn next_due(&self) -> Option<&LoanInstalment> {
        self.instalments.iter().filter(|_| self.is_owed()).find(|instalment| instalment.paid_on.is_none())
    }

    /// Something is owed still.
    pub fn is_owed(&self) -> bool {
        self.outstanding > Money::ZERO && self.written_off_on.is_none()
    }

    /// Interest that the plan asks for up to `day`, or up to the next instalment when none is due yet, and that has
    /// not been paid.
    fn interest_due(&self, day: Date) -> Money {
        let next = self.next_due().map_or(day, |next| next.instalment.due_on);
        let until = day.max(next);
        let planned = self.instalments.iter().filter(|instalment| instalment.instalment.due_on <= until);
        let planned =
            money::sum(planned.map(|instalment| instalment.instalment.interest)).unwrap_or_default();
        planned.checked_sub(self.paid().1).unwrap_or_default().max(Money::ZERO)
    }

    /// How much of a payment is principal by the plan: interest first.
    pub(crate) fn principal_of(&self, amount: Money, paid_on: Date) -> Money {
        let rest = amount.checked_sub(self.interest_due(paid_on)).unwrap_or_default();
        rest.max(Money::ZERO).min(self.outstanding)
    }

    /// The most that can be paid on a day: all principal and the interest of the plan.
    pub(crate) fn payable(&self, paid_on: Date) -> Money {
        let planned =
            money::sum(self.instalments.iter().map(|one| one.instalment.interest)).unwrap_or_default();
        let interest = planned.checked_sub(self.paid().1).unwrap_or_default().max(self.interest_due(paid_on));
        // A late loan bears interest on interest: as much again is taken, more would be a slip of the pen.
        let interest = interest.checked_add(interest).unwrap_or(interest);
        self.outstanding.checked_add(interest).unwrap_or(self.outstanding)
    }

    /// The loan after one more payment: what is owed, and which instalments are paid by it.
    pub(crate) fn after(&self, paid: Repayment) -> Self {
        let mut next = self.clone();
        next.outstanding = self.outstanding.checked_sub(paid.principal).unwrap_or_default();
        let paid_on = paid.paid_on;
        next.repayments.push(paid);
        let (principal, interest) = next.paid();
        let over = next.outstanding == Money::ZERO;
        let (mut principal_due, mut interest_due) = (Money::ZERO, Money::ZERO);
        for one in &mut next.instalments {
            principal_due = principal_due.checked_add(one.instalment.principal).unwrap_or_default();
            interest_due = interest_due.checked_add(one.instalment.interest).unwrap_or_default();
            let covered = principal_due <= principal && interest_due <= interest;
            if one.paid_on.is_none() && (over || covered) {
                one.paid_on = Some(paid_on);
            }
        }
        if over {
            next.settled_on = Some(paid_on);
        }
        next
    }
}
