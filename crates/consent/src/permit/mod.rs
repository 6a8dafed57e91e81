//! Permits: every read of credit records starts with one, and they are issued here only.

mod announce;
pub(crate) mod bank;
pub(crate) mod closed;
pub(crate) mod cover;
pub(crate) mod decide;
pub(crate) mod denial;
mod officer;
pub(crate) mod policy;
pub(crate) mod service;
pub(crate) mod store;
