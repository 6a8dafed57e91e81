//! Warnings from a record that comes in to the officer who marks it, on both databases and a moved clock.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod edges;
mod lake;
mod marks;
#[path = "../../../lending/tests/lending/people.rs"]
#[expect(dead_code, reason = "the town of lending's tests, of which these need a part")]
mod people;
mod story;
mod watch;
