//! A bank asks for a consent; the firm says yes, to all of it or to less, or no, or nothing.

pub(crate) mod model;
pub(crate) mod service;
pub(crate) mod store;
