//! Permits: every read of credit records starts with one, and they are issued here only.

pub(crate) mod bank;
pub(crate) mod closed;
mod decide;
pub(crate) mod denial;
pub(crate) mod policy;
pub(crate) mod service;
pub(crate) mod store;
