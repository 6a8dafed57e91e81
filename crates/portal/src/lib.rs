//! The pages of the platform: public site, firms, banks, the service desk, supervisors, source units, and what only a
//! demonstration shows.
//!
//! The promise: every page works on a cheap phone, without scripts, in both languages, and says what happens next.
//!
//! Each portal has its own signed-in type ([`session::Firm`], [`session::Unit`]); a page that takes one cannot be
//! reached without it. A page is a struct and a template; it decides nothing that a service should decide.

pub mod audit;
pub mod bank;
pub mod carrier;
pub mod chart;
pub mod csv;
pub mod demo;
pub mod desk;
pub mod firm;
pub mod followed;
pub mod form;
pub mod oversight;
pub mod plan;
pub mod problem_page;
pub mod public;
pub mod refused;
pub mod routes;
pub mod security;
pub mod session;
pub mod staff;
pub mod state;
pub mod steps;
pub mod system;
pub mod unit;
pub mod watch;
pub mod words;
#[cfg(test)]
mod words_test;

pub use bank::BankPeople;
pub use problem_page::problem_page;
pub use routes::{placed, router};
pub use state::{CityBoard, CityFigures, DemoFirm, KeyDesk, PortalState, Setting, Setup};
