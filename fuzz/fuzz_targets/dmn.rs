//! Fuzzes the reading of what banks bring from their own tools.
#![no_main]

#[path = "../entries/dmn.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::table(bytes));
