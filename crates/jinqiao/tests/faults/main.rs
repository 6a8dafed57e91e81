//! What can go wrong while batches are taken and cared for: processes killed at any moment, a full disk, two processes
//! at the same work. Nothing is lost, nothing comes twice, and the message says what to do.
//!
//! `JINQIAO_TEST_ROUNDS=20 cargo test --release --workspace --test faults` kills hundreds of times instead of dozens.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod bills;
mod disk;
mod drops;
mod kept;
mod killed;
#[path = "../program/mod.rs"]
mod program;
mod together;
