//! How a loan is paid back: the plan of every repayment method to the fen, and what a loan costs in all.
//!
//! Amounts are rounded half up at each instalment; the last one takes the difference. Methods with equal parts reckon
//! a twelfth of the yearly rate a month, all others actual days over 360, head counted, tail not.
//!
//! ```
//! use jiff::civil::date;
//! use jq_base::money::Money;
//! use jq_lending::schedule::{RepaymentMethod, irr, plan};
//!
//! let (amount, from) = (Money::parse_yuan("500000")?, date(2026, 3, 20));
//! let plan = plan(RepaymentMethod::EqualInstalments, amount, "3.65%".parse()?, 12, from)?;
//! assert_eq!(plan[0].total().to_string(), "42495.04");
//! assert_eq!(irr(amount, &plan, from).map(|cost| cost.nominal), Some("3.65%".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cost;
mod instalments;

use jiff::civil::Date;
use jq_base::money::{self, Money};

use crate::coded::coded;

pub use cost::{Cost, irr};
pub use instalments::plan;

/// Months that a plan runs at most.
pub const MONTHS_MAX: u32 = 360;
/// One, in the fixed point that roots and powers are reckoned in.
const ONE: i128 = 1_000_000_000_000_000_000;

coded! {
    /// How a loan is paid back (还款方式).
    RepaymentMethod {
        /// The same amount every month.
        EqualInstalments = "equal_instalments", "等额本息", "equal instalments";
        /// The same principal every month, interest on the balance.
        EqualPrincipal = "equal_principal", "等额本金", "equal principal";
        /// Interest every month, the principal at the end.
        InterestMonthly = "interest_monthly", "按月付息、到期还本", "interest monthly, principal at the end";
        /// Principal and interest at the end.
        AllAtEnd = "all_at_end", "到期一次还本付息", "all at the end";
        /// Drawn and paid back at will, interest by the day.
        Revolving = "revolving", "随借随还", "draw and repay freely";
        /// Principal and interest every quarter.
        InterestQuarterly = "interest_quarterly", "按季付息、分期还本", "quarterly interest and principal";
        /// Interest every quarter, principal in equal parts on the quarters of the last third of the term, when the
        /// harvest is sold.
        Seasonal = "seasonal", "按产销季节还款", "by season";
    }
}

/// What is due on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instalment {
    /// From 1 without gaps.
    pub no: u32,
    /// By the end of which day.
    pub due_on: Date,
    /// Principal.
    pub principal: Money,
    /// Interest.
    pub interest: Money,
}

impl Instalment {
    /// Principal and interest.
    pub fn total(&self) -> Money {
        self.principal.checked_add(self.interest).unwrap_or(self.principal)
    }
}

/// Why a plan cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// No month, or more than thirty years.
    #[error("a plan runs for 1 to {MONTHS_MAX} months")]
    Months,
    /// Nothing to pay back, or a rate below nothing.
    #[error("a plan needs an amount and a rate that are not negative")]
    Figures,
    /// Larger than can be kept.
    #[error("the amounts are too large")]
    TooLarge,
}

/// All principal and interest of a plan.
pub fn total(plan: &[Instalment]) -> Option<Money> {
    money::sum(plan.iter().map(Instalment::total))
}
