//! Reading in an emergency: without a consent that holds, asked for with a reason, approved by a second person, open for
//! minutes and a few readings, and told to the firm afterwards. It is never read past a withdrawal.

pub(crate) mod model;
pub(crate) mod service;
pub(crate) mod store;
