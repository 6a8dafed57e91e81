//! Text messages: their texts and rules, the carriers, the record, what carriers tell, sending again.

pub(crate) mod again;
pub(crate) mod carrier;
pub(crate) mod demo;
pub(crate) mod gateway;
mod http;
mod kannel;
pub(crate) mod length;
pub(crate) mod list;
pub(crate) mod model;
pub(crate) mod receipt;
pub(crate) mod rules;
pub(crate) mod sender;
pub(crate) mod service;
mod store;
mod tencent;
pub(crate) mod texts;
pub(crate) mod wait;

pub(crate) use store::SECRETS;
