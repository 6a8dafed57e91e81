//! Text messages: their texts, the carrier, the record.

pub(crate) mod demo;
pub(crate) mod gateway;
pub(crate) mod service;
mod store;
pub(crate) mod texts;
