//! Fuzzes the reading of units' days.
#![no_main]

#[path = "../entries/catalog.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::date_shape(bytes));
