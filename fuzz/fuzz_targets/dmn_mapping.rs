//! Fuzzes the reading of what the words of decision tables mean.
#![no_main]

#[path = "../entries/dmn.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::table_mapping(bytes));
