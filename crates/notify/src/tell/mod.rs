//! Telling people what happened: which event tells whom, with which words, is content.

mod content;
mod event;
mod recipient;
mod say;
pub(crate) mod service;
mod template;

pub use content::{Messages, MessagesError};
pub(crate) use template::{Pair, Template};
