//! Fuzzes the reading of models in ONNX.
#![no_main]

#[path = "../entries/decision.rs"]
#[allow(dead_code, reason = "other targets use the rest")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::onnx(bytes));
