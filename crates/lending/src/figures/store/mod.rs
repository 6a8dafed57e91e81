//! The statements behind the figures. Each answers for the whole cut, for each value of a group, or for each month at
//! once: only the key it groups by differs.

mod asked;
mod loans;
mod orders;

pub(super) use asked::{Asked, Keyed, Split, month_key};
pub(super) use loans::{balance, drawn, overdue, repaid};
pub(super) use orders::{Since, decided, dispatched, ended, not_taken, submitted, took};
