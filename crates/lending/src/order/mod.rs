//! Orders: what can happen to them, who may do it, and the acts themselves.
//!
//! `state.rs` is the only place where an order changes its state; `advance.rs` notes the facts of an event on the order;
//! `service.rs` reads, checks, moves and records in the caller's transaction.

mod act;
mod actor;
mod advance;
mod apply;
mod chain;
mod dispatch;
mod duty;
mod event;
mod list;
mod model;
mod policy;
mod record;
mod report;
mod service;
mod state;
pub(crate) mod store;
mod sweep;

pub use act::OrderAct;
pub use actor::{Actor, Clerk};
pub use duty::{DispatchWay, Duty, is_colleague};
pub use event::{ContactChannel, Drawn, GrantTerms, OrderEvent, Repaid, Stage, Who};
pub use list::{OrderCursor, OrderFilter, OrderPage, OrderSort};
pub use model::{Contact, LoanUse, NewOrder, Order, OrderKind, OrderStep};
pub use state::{NotAllowed, OrderEventKind, OrderState};
pub use sweep::attend;

pub(crate) use actor::By;
pub(crate) use advance::advance;
pub(crate) use record::{FIRST, Told, judge, step_of};
