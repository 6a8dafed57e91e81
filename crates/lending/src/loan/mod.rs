//! Loans: what a bank has paid out under a granted line, the plan of repayment, and what was paid.
//!
//! Banks keep the books; the platform keeps what banks report. What is paid goes to the instalments in their order.

mod decided;
mod live;
mod model;
mod radar;
pub(crate) mod store;

pub use decided::{BAD_DAYS, DecidedApplication};
pub use live::LiveLoan;
pub use model::{Loan, LoanInstalment, Repayment};
pub use radar::{EndingLoan, Following};
