//! Fuzzes the reading of files of keys.
#![no_main]

#[path = "../entries/crypto.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::keyring(bytes));
