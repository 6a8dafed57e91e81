//! Consents: a subject allows a bank to read items for a purpose until a moment, and takes it back in one act.

pub(crate) mod evidence;
pub(crate) mod model;
pub(crate) mod new;
pub(crate) mod past;
pub(crate) mod policy;
pub(crate) mod service;
pub(crate) mod store;
pub(crate) mod suspension;
