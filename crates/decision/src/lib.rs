//! decision.
