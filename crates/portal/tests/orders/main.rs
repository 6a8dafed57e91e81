//! A firm compares, applies and follows its orders through the pages, without scripts, while the bank acts.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod browser;
mod story;
mod town;
