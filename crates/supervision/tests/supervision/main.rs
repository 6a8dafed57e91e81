//! The ladder, urging and being late, on both databases and a moved clock.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod ladder;
#[path = "../../../lending/tests/lending/people.rs"]
#[expect(dead_code, reason = "the town of lending's tests, of which these need a part")]
mod people;
mod staff;
mod urge;
