//! Fuzzes the reading of data files of batches.
#![no_main]

#[path = "../entries/ingest.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::batch(bytes));
