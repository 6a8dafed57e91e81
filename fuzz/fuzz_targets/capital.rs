//! Fuzzes the reading of registered capital.
#![no_main]

#[path = "../entries/base.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::capital(bytes));
