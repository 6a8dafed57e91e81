//! Mandates (委托): a firm's legal representative lets somebody act for the firm, for some things and at most a year.
//!
//! The legal representative names the agent by name and mobile number. The agent signs in with that number, gives
//! name and identity number, and accepts; only then may the agent act, and only for what the mandate says.
//!
//! ```text
//! offered ─┬─(agent accepts)─▶ held ─┬─▶ expired (the last day is over)
//!          ├─▶ declined              ├─▶ revoked (the legal representative takes it back)
//!          ├─▶ revoked               └─▶ ended (the agent lays it down, or the right of either to act ends)
//!          ├─▶ ended (the right of the legal representative ends)
//!          └─▶ lapsed (7 days without an answer)
//! ```
//!
//! The platform holds no register of persons. What an agent's check proves is: the phone is the one that the legal
//! representative named, the name is the same, the number is a valid one of an adult and was not used for anybody
//! else here.

mod model;
mod policy;
mod service;
mod store;

pub use model::{AgentClaim, Mandate, MandateFault, MandateScope, MandateState, NewMandate};
pub use policy::{NAME_CHARS_MAX, OFFER_DAYS, OPEN_MAX};
pub use service::{accept, decline, find_held, grant, list_given, list_held, revoke};

pub(super) use service::{end_with_relation, held_scopes};
