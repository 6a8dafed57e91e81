//! What banks report of money: paid out, paid back, given up. The same report told twice counts once.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use jq_base::clock::{date_of, zone};
use jq_base::ids::LoanId;
use jq_base::money::Money;
use jq_db::{DbError, Tx};

use super::act::OrderAct;
use super::actor::By;
use super::event::{Drawn, OrderEvent, Repaid};
use super::model::Order;
use super::policy::{Faults, check_reference};
use super::record::Told;
use super::state::OrderState;
use crate::loan::{self, Loan, LoanInstalment, Repayment};
use crate::schedule::{RepaymentMethod, plan};
use crate::{FieldRule, Lending, LendingError};

impl Lending {
    /// The order as it is when this report was told before with the same figures; an error when with others.
    pub(super) async fn told_before(
        &self,
        tx: &mut Tx,
        order: &Order,
        act: &OrderAct,
    ) -> Result<Option<Order>, LendingError> {
        let loans = match act {
            OrderAct::Draw { .. } | OrderAct::Repay { .. } => {
                loan::store::list_within(tx, &order.order_id).await?
            }
            _ => return Ok(None),
        };
        let same = match act {
            OrderAct::Draw { loan_ref, amount, drawn_on, report_no } => {
                let told = loans.iter().find(|loan| loan.report_no == *report_no);
                told.map(|told| {
                    (
                        told.loan_ref == *loan_ref && told.principal == *amount && told.drawn_on == *drawn_on,
                        report_no,
                    )
                })
            }
            OrderAct::Repay { loan_id, amount, paid_on, report_no, .. } => loans.iter().find_map(|loan| {
                let told = loan.repayments.iter().find(|paid| paid.report_no == *report_no)?;
                let same = loan.loan_id == *loan_id && told.amount == *amount && told.paid_on == *paid_on;
                Some((same, report_no))
            }),
            _ => None,
        };
        match same {
            None => Ok(None),
            Some((true, _)) => Ok(Some(order.clone())),
            Some((false, report_no)) => Err(LendingError::ReportConflict { report_no: report_no.clone() }),
        }
    }

    /// How much the firm may ask to be paid out.
    pub(super) fn drawable(order: &Order, amount: Money) -> Result<Money, LendingError> {
        let mut faults = Faults::default();
        faults.when(amount <= Money::ZERO, "amount", FieldRule::Missing);
        faults.when(amount > order.available(), "amount", FieldRule::AmountAbove(order.available()));
        faults.none().map(|()| amount)
    }

    /// Money was paid out under the line: a loan with its plan comes of it.
    pub(super) async fn draw(
        &self,
        tx: &mut Tx,
        order: &Order,
        by: &By,
        (loan_ref, amount, drawn_on, report_no): (String, Money, Date, String),
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let mut faults = Faults::default();
        let (loan_ref, report_no) = (loan_ref.trim().to_owned(), report_no.trim().to_owned());
        check_reference(&mut faults, "loan_ref", &loan_ref);
        check_reference(&mut faults, "report_no", &report_no);
        faults.when(amount <= Money::ZERO, "amount", FieldRule::Missing);
        faults.when(amount > order.available(), "amount", FieldRule::AmountAbove(order.available()));
        let signed_on = date_of(order.signed_at.unwrap_or(order.created_at));
        faults.when(drawn_on < signed_on, "drawn_on", FieldRule::DayBefore(signed_on));
        faults.when(drawn_on > date_of(now), "drawn_on", FieldRule::DayAfter(date_of(now)));
        faults.none()?;
        let Some(terms) = &order.granted else { return Err(LendingError::LoanNotFound) };
        let instalments = plan(terms.method, amount, terms.rate, terms.months, drawn_on)?;
        let new = Loan {
            loan_id: jq_db::fresh_id(now),
            order_id: order.order_id.clone(),
            bank: order.bank.clone(),
            subject: order.subject.clone(),
            loan_ref: loan_ref.clone(),
            principal: amount,
            outstanding: amount,
            rate: terms.rate,
            method: terms.method,
            security: terms.security,
            first_loan: order.first_loan,
            drawn_on,
            ends_on: instalments.last().map_or(drawn_on, |last| last.due_on),
            settled_on: None,
            written_off_on: None,
            report_no: report_no.clone(),
            reported_at: now,
            instalments: instalments
                .into_iter()
                .map(|instalment| LoanInstalment { instalment, paid_on: None })
                .collect(),
            repayments: Vec::new(),
        };
        loan::store::insert(tx, &new).await.map_err(|error| conflict(error, &report_no))?;
        let drawn = Drawn { loan_id: new.loan_id, loan_ref, amount, drawn_on, report_no };
        let told = Told { at: moment_on(drawn_on, order, now), ..Told::now(now) };
        self.record(tx, order, &OrderEvent::Draw(drawn), by, told).await
    }

    /// The firm paid.
    pub(super) async fn repay(
        &self,
        tx: &mut Tx,
        order: &Order,
        by: &By,
        (loan_id, amount, principal, paid_on, report_no): (LoanId, Money, Option<Money>, Date, String),
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let loans = loan::store::list_within(tx, &order.order_id).await?;
        let found = loans.iter().find(|loan| loan.loan_id == loan_id);
        let loan = found.ok_or(LendingError::LoanNotFound)?;
        let report_no = report_no.trim().to_owned();
        let principal = principal.unwrap_or_else(|| loan.principal_of(amount, paid_on));
        let mut faults = Faults::default();
        check_reference(&mut faults, "report_no", &report_no);
        faults.when(amount <= Money::ZERO, "amount", FieldRule::Missing);
        let payable = loan.payable(paid_on);
        faults.when(amount > payable, "amount", FieldRule::AmountAbove(payable));
        let principal_max = loan.outstanding.min(amount);
        faults.when(principal > principal_max, "principal", FieldRule::AmountAbove(principal_max));
        faults.when(principal < Money::ZERO, "principal", FieldRule::AmountBelow(Money::ZERO));
        faults.when(paid_on < loan.drawn_on, "paid_on", FieldRule::DayBefore(loan.drawn_on));
        faults.when(paid_on > date_of(now), "paid_on", FieldRule::DayAfter(date_of(now)));
        faults.none()?;
        let paid = Repayment { report_no: report_no.clone(), amount, principal, paid_on, reported_at: now };
        loan::store::insert_repayment(tx, loan, &paid).await.map_err(|error| conflict(error, &report_no))?;
        let next = loan.after(paid);
        if !loan::store::update(tx, loan, &next).await? {
            return Err(LendingError::MovedOn { state: order.state });
        }
        let repaid = Repaid { loan_id, amount, principal, paid_on, report_no };
        let told = Told { at: moment_on(paid_on, order, now), ..Told::now(now) };
        let order = self.record(tx, order, &OrderEvent::Repay(repaid), by, told).await?;
        self.after_payment(tx, order, now).await
    }

    /// The plan runs from the first instalment on.
    pub(super) async fn begin_repaying(
        &self,
        tx: &mut Tx,
        order: &Order,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        if order.state != OrderState::Drawing {
            return Ok(order.clone());
        }
        self.record(tx, order, &OrderEvent::StartRepaying, &By::system(), Told::now(now)).await
    }

    /// What follows from a payment: nothing is late any more, or nothing is owed any more. A line that can be drawn
    /// again stays open until its end.
    async fn after_payment(&self, tx: &mut Tx, order: Order, now: Timestamp) -> Result<Order, LendingError> {
        let loans = loan::store::list_within(tx, &order.order_id).await?;
        let today = date_of(now);
        let owed = loans.iter().any(Loan::is_owed);
        let revolves =
            loans.iter().any(|loan| loan.method == RepaymentMethod::Revolving && loan.ends_on >= today);
        let by = By::system();
        if !owed && !revolves {
            return self.record(tx, &order, &OrderEvent::Settle, &by, Told::now(now)).await;
        }
        let late = loans.iter().any(|loan| loan.oldest_late(today).is_some());
        if order.state == OrderState::Overdue && !late {
            return self.record(tx, &order, &OrderEvent::Cure, &by, Told::now(now)).await;
        }
        Ok(order)
    }

    /// The bank gives up what is still owed.
    pub(super) async fn write_off(
        &self,
        tx: &mut Tx,
        order: &Order,
        by: &By,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        super::policy::check_second_person(order, by)?;
        let mut amount = Money::ZERO;
        for loan in loan::store::list_within(tx, &order.order_id).await?.iter().filter(|loan| loan.is_owed())
        {
            amount = amount.checked_add(loan.outstanding).unwrap_or(amount);
            let next = Loan { written_off_on: Some(date_of(now)), ..loan.clone() };
            if !loan::store::update(tx, loan, &next).await? {
                return Err(LendingError::MovedOn { state: order.state });
            }
        }
        self.record(tx, order, &OrderEvent::WriteOff { amount }, by, Told::now(now)).await
    }
}

/// A number that was used for something else.
fn conflict(error: DbError, report_no: &str) -> LendingError {
    if error.is_unique_violation() {
        return LendingError::ReportConflict { report_no: report_no.to_owned() };
    }
    error.into()
}

/// A day that was reported, as a moment: now when it is today, otherwise noon; never before the order's last step.
fn moment_on(day: Date, order: &Order, now: Timestamp) -> Timestamp {
    if day == date_of(now) {
        return now;
    }
    let noon = day.at(12, 0, 0, 0).to_zoned(zone()).map_or(now, |noon: Zoned| noon.timestamp());
    noon.max(order.signed_at.unwrap_or(order.created_at)).min(now)
}
