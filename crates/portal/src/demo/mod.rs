//! What only a demonstration has: the phone on which codes arrive, and the page of components.

pub mod phone;
pub mod styleguide;
