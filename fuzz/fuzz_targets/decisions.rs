//! Fuzzes the loading of what stands beside banks' models.
#![no_main]

#[path = "../entries/decision.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::content(bytes));
