//! What only a demonstration has: the clock that can be moved, the phone on which codes arrive, and the
//! page of components.

pub mod clock;
pub mod phone;
pub mod styleguide;
