//! An order of the past before anything happened to it, and its loans before anything was paid.

use jq_base::masked::Masked;
use jq_base::mobile::Mobile;
use jq_base::money::Money;

use super::past::{PastLoan, PastOrder};
use crate::loan::{Loan, LoanInstalment};
use crate::order::{Contact, FIRST, GrantTerms, Order, OrderState};
use crate::schedule::plan;
use crate::{FieldError, FieldRule, LendingError};

/// The draft.
pub(super) fn draft(past: &PastOrder) -> Result<Order, LendingError> {
    let mobile = Mobile::parse(&past.contact_mobile)
        .map_err(|_| LendingError::Fields(vec![FieldError::new("contact_mobile", FieldRule::Unknown)]))?;
    Ok(Order {
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
        contact_confirmed: None,
        decided_at: None,
        signed_at: None,
        ended_at: None,
        changed_at: past.created_at,
        accepted_in_time: None,
        decided_in_time: None,
        granted: None,
        refusal: None,
        appealed_at: None,
        appeal_answered_at: None,
        contract_no: None,
        draw_asked: None,
        drawn: Money::ZERO,
        due_at: None,
    })
}

/// The loan on the day it is paid out.
pub(super) fn loan_of(
    past: &PastOrder,
    loan: &PastLoan,
    terms: Option<&GrantTerms>,
) -> Result<Loan, LendingError> {
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
