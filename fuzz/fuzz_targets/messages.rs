//! Fuzzes the reading of messages and what events carry.
#![no_main]

#[path = "../entries/content.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::messages(bytes));
