//! Orders from the wish to the last instalment, on both databases and a moved clock.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod guards;
mod loans;
mod people;
mod products;
mod story;
mod time;
