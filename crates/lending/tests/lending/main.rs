//! Orders from the wish to the last instalment, on both databases and a moved clock.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod documents;
mod duty;
mod figures;
mod guards;
mod history;
mod loans;
mod past;
mod people;
mod products;
mod random;
mod renewal;
mod storm;
mod story;
mod time;
mod voice;
