//! The figures themselves, and what they are cut by. Counts and sums come from the tables; shares follow from them.

use std::fmt;

use jiff::civil::Date;
use jq_base::ids::{BankId, ProductId};
use jq_base::money::Money;
use jq_base::rate::Rate;

use super::period::Period;
use crate::coded::coded;
use crate::order::OrderKind;

/// Which part of the city a figure is about; all of it when nothing is named (统计口径).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Orders at this bank.
    pub bank: Option<BankId>,
    /// Firms of this district; the code or its beginning.
    pub district: Option<String>,
    /// Orders for this product.
    pub product: Option<ProductId>,
    /// Orders of this kind.
    pub kind: Option<OrderKind>,
    /// Firms of this industry; the class or its beginning.
    pub industry: Option<String>,
}

coded! {
    /// By what a set of figures is split.
    Group {
        /// One for each bank.
        Bank = "bank", "按银行", "by bank";
        /// One for each district of the firms.
        District = "district", "按区县", "by district";
        /// One for each product.
        Product = "product", "按产品", "by product";
        /// One for each kind of order.
        Kind = "kind", "按订单类型", "by kind of order";
        /// One for each industry division of the firms.
        Industry = "industry", "按行业", "by industry";
    }
}

/// How many, of how many firms, and how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Orders or loans.
    pub count: u64,
    /// Firms behind them, each once.
    pub firms: u64,
    /// The sum.
    pub amount: Money,
}

/// Loans on which money is owed, and how much of their principal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// Loans.
    pub loans: u64,
    /// Principal owed.
    pub amount: Money,
}

/// Days with one decimal, kept in tenths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days(u64);

impl Days {
    /// So many tenths of a day.
    pub fn from_tenths(tenths: u64) -> Self {
        Self(tenths)
    }

    /// In tenths of a day.
    pub fn tenths(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Days {
    /// `6.8`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// How long orders took until they were decided (办理时长).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handling {
    /// Decisions it is about.
    pub count: u64,
    /// Mean in days of 24 hours.
    pub mean: Option<Days>,
    /// Median in days of 24 hours, each order taken to the tenth of a day.
    pub median: Option<Days>,
    /// Mean in working days after the first day, where the calendar is known.
    pub working_mean: Option<Days>,
    /// Median in working days, where the calendar is known.
    pub working_median: Option<Days>,
}

/// What a platform publishes about a period (统计指标).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The days they are about.
    pub period: Period,
    /// The day at whose start overdue amounts were taken: the period's end, today at the latest.
    pub as_of: Date,
    /// Orders handed in, with the amounts asked for.
    pub submitted: Tally,
    /// Times that an order went to a bank.
    pub dispatched: u64,
    /// How many of these the bank took.
    pub accepted: u64,
    /// How many of these in time.
    pub accepted_in_time: u64,
    /// Orders granted, with the lines.
    pub approved: Tally,
    /// Orders refused.
    pub refused: u64,
    /// How many of these for a reason that does not count against the bank.
    pub refused_uncounted: u64,
    /// Firms that got an answer, each once.
    pub firms_decided: u64,
    /// From the hand-in to the decision.
    pub from_submitted: Handling,
    /// From the acceptance to the decision.
    pub from_accepted: Handling,
    /// Decisions within the time.
    pub decided_in_time: u64,
    /// Decisions of which it is known whether they were.
    pub decided_judged: u64,
    /// Renewals decided.
    pub renewals_decided: u64,
    /// Renewals granted.
    pub renewals_approved: u64,
    /// From the acceptance to the decision on a renewal or deferral.
    pub renewals_took: Handling,
    /// Orders taken back by the firm.
    pub withdrawn: u64,
    /// Orders that nobody went on with.
    pub lapsed: u64,
    /// Loans paid out.
    pub drawn: Tally,
    /// How much of that without security.
    pub unsecured: Money,
    /// First loans of firms, as they and the banks say.
    pub first_loans: Tally,
    /// Contract rate of the loans paid out, weighted by amount.
    pub mean_rate: Option<Rate>,
    /// Principal paid back.
    pub repaid: Money,
    /// What is owed at the end.
    pub balance: Stock,
    /// Loans with an instalment past its day at the end, and these instalments.
    pub overdue: Tally,
}

impl Figures {
    /// Figures of a period in which nothing happened.
    pub fn none(period: Period, as_of: Date) -> Self {
        Self {
            period,
            as_of,
            submitted: Tally::default(),
            dispatched: 0,
            accepted: 0,
            accepted_in_time: 0,
            approved: Tally::default(),
            refused: 0,
            refused_uncounted: 0,
            firms_decided: 0,
            from_submitted: Handling::default(),
            from_accepted: Handling::default(),
            decided_in_time: 0,
            decided_judged: 0,
            renewals_decided: 0,
            renewals_approved: 0,
            renewals_took: Handling::default(),
            withdrawn: 0,
            lapsed: 0,
            drawn: Tally::default(),
            unsecured: Money::ZERO,
            first_loans: Tally::default(),
            mean_rate: None,
            repaid: Money::ZERO,
            balance: Stock::default(),
            overdue: Tally::default(),
        }
    }

    /// Accepted of dispatched.
    pub fn accept_share(&self) -> Option<Rate> {
        share(self.accepted, self.dispatched)
    }

    /// Accepted in time of dispatched.
    pub fn accept_in_time_share(&self) -> Option<Rate> {
        share(self.accepted_in_time, self.dispatched)
    }

    /// Orders granted or refused.
    pub fn decided(&self) -> u64 {
        self.approved.count + self.refused
    }

    /// Granted of granted and refused.
    pub fn approval_share(&self) -> Option<Rate> {
        share(self.approved.count, self.decided())
    }

    /// The same without refusals for a reason that does not count.
    pub fn approval_share_counted(&self) -> Option<Rate> {
        share(self.approved.count, self.decided() - self.refused_uncounted)
    }

    /// Firms that were granted something of the firms that got an answer.
    pub fn approval_share_firms(&self) -> Option<Rate> {
        share(self.approved.firms, self.firms_decided)
    }

    /// Decisions within the time of those of which it is known.
    pub fn decided_in_time_share(&self) -> Option<Rate> {
        share(self.decided_in_time, self.decided_judged)
    }

    /// Renewals granted of renewals decided.
    pub fn renewal_share(&self) -> Option<Rate> {
        share(self.renewals_approved, self.renewals_decided)
    }

    /// Paid out without security, of all that was paid out.
    pub fn unsecured_share(&self) -> Option<Rate> {
        share(self.unsecured.fen().unsigned_abs(), self.drawn.amount.fen().unsigned_abs())
    }
}

/// `part` of `whole` in parts per million, rounded half up; nothing of nothing has no share.
fn share(part: u64, whole: u64) -> Option<Rate> {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let ppm = (part * 1_000_000 + whole / 2).checked_div(whole)?;
    i64::try_from(ppm).ok().map(Rate::from_ppm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_half_up_and_nothing_has_none() {
        assert_eq!(share(1, 3), Some(Rate::from_ppm(333_333)));
        assert_eq!(share(2, 3), Some(Rate::from_ppm(666_667)));
        assert_eq!(share(0, 5), Some(Rate::from_ppm(0)));
        assert_eq!(share(0, 0), None);
        let huge = i64::MAX.unsigned_abs();
        assert_eq!(share(huge, huge), Some(Rate::from_ppm(1_000_000)));
    }

    #[test]
    fn days_are_shown_with_one_decimal() {
        assert_eq!(Days::from_tenths(68).to_string(), "6.8");
        assert_eq!(Days::from_tenths(320).to_string(), "32.0");
    }
}
