//! Fuzzes the reading of Parquet files that others wrote.
#![no_main]

#[path = "../entries/lake.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(
    // A panic that is caught within is no finding; one that comes out ends the process all the same.
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| entries::foreign(bytes)
);
