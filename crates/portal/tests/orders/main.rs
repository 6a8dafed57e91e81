//! A firm compares, applies and follows its orders through the pages, without scripts, while the bank acts; and the
//! bank's people take, examine and decide on them through theirs.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod admins;
mod bank;
mod browser;
mod fields;
mod second;
mod sms;
mod story;
mod town;
mod warnings;
