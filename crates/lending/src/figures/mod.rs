//! What a platform publishes about its orders and loans, computed from the orders themselves whenever it is asked.
//!
//! A figure belongs to a [`Period`] of whole days and a [`Cut`] of the city. [`Lending::figures`] gives all of them at
//! once, [`Lending::figures_by`] one set for each bank, district, product, kind or industry, and
//! [`Lending::figures_by_month`] one for each month. Nothing is counted ahead and kept: the orders are the truth.
//!
//! ```
//! use jiff::civil::date;
//! use jq_lending::figures::{Figure, FigureTexts, Period};
//!
//! let november = Period::month_of(date(2026, 11, 10));
//! assert_eq!(november.to(), date(2026, 12, 1));
//! let texts = FigureTexts::embedded()?;
//! assert!(texts.definition(Figure::ApprovalShare, jq_base::lang::Lang::En).contains("refused"));
//! # Ok::<(), jq_lending::figures::FigureTextError>(())
//! ```
//!
//! Shares are parts per million and days are tenths: there is no floating point here.
//!
//! [`Lending::figures`]: crate::Lending::figures
//! [`Lending::figures_by`]: crate::Lending::figures_by
//! [`Lending::figures_by_month`]: crate::Lending::figures_by_month

mod handling;
mod list;
mod model;
mod period;
mod service;
mod store;
mod texts;

pub use list::{Figure, FigureValue};
pub use model::{Cut, Days, Figures, Group, Handling, Stock, Tally};
pub use period::Period;
pub use texts::{FigureTextError, FigureTexts};
