//! Fuzzes the reading of keys and certificates that programs of others show.
#![no_main]

#[path = "../entries/crypto.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::shown(bytes));
