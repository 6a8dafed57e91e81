//! Fuzzes the reading of questions in SQL.
#![no_main]

#[path = "../entries/lake.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::question(bytes));
