//! Sessions: how long somebody who signed in stays signed in, and how they sign out.

mod policy;
mod service;
mod store;

pub use policy::Holder;
pub use service::{forget_expired, sign_out};

pub(crate) use service::{close_all, find, open};
pub(crate) use store::choose;
