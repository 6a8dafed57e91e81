//! Loans with their plans and payments as a bank's program reads them.

use jiff::Timestamp;
use jiff::civil::Date;
use jq_lending::loan::{Loan, LoanInstalment, Repayment};
use serde::Serialize;
use utoipa::ToSchema;

use crate::words::{RepaymentMethodWord, SecurityWord, Word};

/// A loan paid out under an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Loan)]
pub(crate) struct LoanView {
    /// Its id on the platform.
    loan_id: String,
    /// The bank's own number.
    loan_ref: String,
    /// How much was paid out, in fen.
    principal_fen: i64,
    /// How much of it is owed still, in fen.
    outstanding_fen: i64,
    /// The yearly rate in parts per million.
    rate_ppm: i64,
    /// How it is paid back.
    #[schema(inline)]
    method: RepaymentMethodWord,
    /// Against which security.
    #[schema(inline)]
    security: SecurityWord,
    /// On which day it was paid out.
    drawn_on: Date,
    /// On which day the last instalment is due.
    ends_on: Date,
    /// On which day all of it was paid.
    settled_on: Option<Date>,
    /// On which day the bank gave up the rest.
    written_off_on: Option<Date>,
    /// The bank's number of the report of the payment.
    report_no: String,
    /// When it was reported.
    reported_at: Timestamp,
    /// The plan of repayment.
    instalments: Vec<InstalmentView>,
    /// What was paid.
    repayments: Vec<RepaymentView>,
}

/// An instalment of a plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Instalment)]
pub(crate) struct InstalmentView {
    /// Its number, from 1.
    no: u32,
    /// By the end of which day it is due.
    due_on: Date,
    /// Principal in fen.
    principal_fen: i64,
    /// Interest in fen.
    interest_fen: i64,
    /// Both in fen.
    total_fen: i64,
    /// On which day it was paid in full.
    paid_on: Option<Date>,
    /// True when it should have been paid before today and was not.
    late: bool,
}

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Repayment)]
pub(crate) struct RepaymentView {
    /// The bank's number of the report.
    report_no: String,
    /// How much in all, in fen.
    amount_fen: i64,
    /// Of it, principal, in fen.
    principal_fen: i64,
    /// On which day.
    paid_on: Date,
    /// When the platform was told.
    reported_at: Timestamp,
}

impl LoanView {
    /// The loan as it stands on a day.
    pub(crate) fn new(loan: &Loan, today: Date) -> Self {
        Self {
            loan_id: loan.loan_id.to_string(),
            loan_ref: loan.loan_ref.clone(),
            principal_fen: loan.principal.fen(),
            outstanding_fen: loan.outstanding.fen(),
            rate_ppm: loan.rate.ppm(),
            method: Word(loan.method),
            security: Word(loan.security),
            drawn_on: loan.drawn_on,
            ends_on: loan.ends_on,
            settled_on: loan.settled_on,
            written_off_on: loan.written_off_on,
            report_no: loan.report_no.clone(),
            reported_at: loan.reported_at,
            instalments: loan.instalments.iter().map(|one| InstalmentView::new(one, today)).collect(),
            repayments: loan.repayments.iter().map(RepaymentView::from).collect(),
        }
    }
}

impl InstalmentView {
    fn new(one: &LoanInstalment, today: Date) -> Self {
        let due = &one.instalment;
        Self {
            no: due.no,
            due_on: due.due_on,
            principal_fen: due.principal.fen(),
            interest_fen: due.interest.fen(),
            total_fen: due.total().fen(),
            paid_on: one.paid_on,
            late: one.is_late(today),
        }
    }
}

impl From<&Repayment> for RepaymentView {
    fn from(paid: &Repayment) -> Self {
        Self {
            report_no: paid.report_no.clone(),
            amount_fen: paid.amount.fen(),
            principal_fen: paid.principal.fen(),
            paid_on: paid.paid_on,
            reported_at: paid.reported_at,
        }
    }
}
