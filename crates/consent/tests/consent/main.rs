//! Consents, requests, permits and looks, on both databases; and that the lake reads nothing outside a permit.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod agents;
mod bank;
mod emergency;
mod fields;
mod grants;
mod lake;
mod lake_outside;
mod outside;
mod people;
mod permits;
mod receipts;
mod representative;
mod requests;
mod stops;
mod storm;
mod unusual;
