//! Getting back in: a colleague unlocks an account, and a second person lets somebody who lost the second factor enrol a
//! new one.
//!
//! ```text
//! request: asked ─▶ granted (the old factors are gone, the sessions ended) · refused
//! ```
//!
//! Who may: the administrator of the same institution, and the platform's security administrator for everybody; never
//! the person itself, and only with a second factor shown a moment ago.

mod policy;
mod service;
mod store;

pub use service::{ask, grant, list_locked, list_open, may_help, refuse, unlock};
pub use store::Rescue;
