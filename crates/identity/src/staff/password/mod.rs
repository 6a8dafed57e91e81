//! How employees choose a password: long enough, on no list of known ones, none of the last five, at most 90 days old.

mod known;
mod rule;
mod service;
mod store;

pub use rule::PasswordFault;
pub use service::change;

/// Passwords that were used last and are not taken again.
pub const PAST: u32 = 5;
