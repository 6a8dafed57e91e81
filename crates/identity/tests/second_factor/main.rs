//! Employees sign in with a second factor, show it again before what matters, choose good passwords, and get back in
//! with a colleague's help when they lost it.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod devices;
mod factors;
mod house;
mod passwords;
mod rescues;
