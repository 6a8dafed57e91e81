//! Fuzzes training on files of cases.
#![no_main]

#[path = "../entries/dmn.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::training(bytes));
