//! A year that is over: orders of the past are taken as they happened, without telling anybody again.
//!
//! A demo city comes with its history as one line of JSON for each order ([`PastOrder`]): what was asked for, what
//! happened when and by whom, which loans were paid out and which instalments were paid late or not at all. Each step
//! goes through the same function that moves orders of today, clocks are judged by the calendar, and what the platform
//! itself would have done (a plan begins, an instalment is late, a loan is settled) follows from the plan of repayment.
//!
//! It is not for importing a real bank's books: those come as reports, with their reporter on record.

mod draft;
mod past;
mod replay;
mod service;
mod store;
mod timeline;

pub use past::{GivenUp, PastLate, PastLoan, PastOrder, PastStep, read};
pub use service::HistoryError;
