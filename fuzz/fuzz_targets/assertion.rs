//! Fuzzes the reading of assertions.
#![no_main]

#[path = "../entries/identity.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::assertion(bytes));
