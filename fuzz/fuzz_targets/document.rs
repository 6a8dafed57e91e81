//! Fuzzes the reader of papers.
#![no_main]

#[path = "../entries/lending.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::document(bytes));
