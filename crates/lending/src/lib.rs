//! Loans from the firm's wish to the last instalment: orders at banks, their clocks, loans and what they add up to.
//!
//! The promise: an order is at one bank at a time, somebody is responsible for it, everybody sees until when the
//! next act is due, a second person decides, and every refusal has a reason the firm can use.
//!
//! ```text
//! draft ─▶ submitted ─▶ dispatched ─▶ accepted ─▶ surveying ─▶ approving ─▶ approved ─▶ signed ─▶ drawing
//!              ▲            │             │           │  ▲         │  ▲         │                    │
//!              └─(declined, │             │           ▼  │         ▼  │         ▼                    ▼
//!            not accepted)──┘             │      awaiting materials       lapsed            repaying ─▶ settled
//!                                         └────▶ rejected ◀────────┘                          ▲ │
//!              withdrawn: by the firm, any time before the decision                           │ ▼
//!                                                                                overdue ─▶ written off
//! ```
//!
//! [`order`] holds the states, who may do what, and the verbs; [`loan`] what is paid out and paid back; [`clock`]
//! the deadlines as pure functions of the steps and the calendar; [`figures`] what a platform publishes;
//! [`document`] the papers that firms hand in; [`history`] takes a past year of a demo city; [`product`] and
//! [`schedule`] what banks offer and how it is paid back. A refusal may be appealed against once: it is upheld, or the
//! order is surveyed again.
//!
//! Tables: `lending_order`, `lending_step`, `lending_loan`, `lending_instalment`, `lending_repayment`, `lending_radar`,
//! `lending_document`, `lending_order_document`, `lending_dispatch`, `lending_duty`, `lending_calendar`.
//!
//! What it never does: let one person both submit and decide; change or delete a step; guess a deadline in a year
//! without a calendar; hold an amount in floating point; read a credit record.
#![deny(clippy::float_arithmetic)]

pub mod clock;
mod coded;
mod days;
pub mod document;
mod error;
pub mod figures;
pub mod history;
mod lending;
pub mod loan;
pub mod order;
pub mod product;
pub mod refusal;
pub mod schedule;
pub mod stretch;
mod wire;

pub use days::{CalendarVersion, ImportError, Imported};
pub use document::Documents;
pub use error::{FieldError, FieldRule, LendingError};
pub use lending::{ContentError, Lending};
pub use order::{Actor, Clerk, Order, OrderAct, OrderEventKind, OrderKind, OrderState, OrderStep, attend};

/// The tables with columns that lie sealed.
pub const SECRET_TABLES: [&jq_base::seal::SecretTable; 1] = [&order::store::SECRETS];

/// A word that a table or a request gave and that means nothing here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a word that is known here")]
pub struct UnknownWord(pub String);
