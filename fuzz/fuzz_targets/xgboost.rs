//! Fuzzes the reading of XGBoost's models.
#![no_main]

#[path = "../entries/decision.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::xgboost(bytes));
