//! Ingest takes what source units deliver: good rows go to the lake, wrong ones back with a reason.
//!
//! ```text
//! drop batch ─▶ digest ─▶ rows checked ─┬─▶ new · newer ──▶ one commit in the lake
//! (folder/zip)  format     field by field├─▶ same · older ─▶ counted, nothing changes
//!               header     row by row    └─▶ wrong ───────▶ quarantine, rejected.csv
//!                                              more than 5 % wrong: the whole batch is held
//!                                                            receipt ─▶ the unit
//! ```
//!
//! A data file is CSV, JSON Lines, Parquet or a workbook. Whatever it is, its rows become the same cells, and all that
//! follows is the same for all. A file with a unit's own header is translated by the unit's mapping on the way.
//!
//! Every delivered row is counted once: new, updated, unchanged, older, withdrawn, wrong, waiting for its subject, or
//! held with its batch.
//!
//! States of a batch: `checked` (about to be committed) → `committed`; `held`; `rejected`. A batch is taken
//! once, whatever happens: its id stands in the lake's commit, and a process killed at any moment leaves
//! either nothing or a whole batch; the same command again brings it to its end. A held or rejected batch may come
//! again under its id; a committed one is answered with its first receipt, and its record never changes.
//!
//! Tables: `ingest_batch`, `ingest_quarantine`. Files: `receipts/<batch>/receipt.json` and `rejected.csv`.
//!
//! Ingest never repairs a value, never drops a row silently and never lets a wrong row harm a good one.

mod again;
mod batch;
mod cells;
mod check;
mod classify;
mod collect;
mod delivery;
mod error;
mod fault;
mod field;
mod files;
mod keys;
mod layout;
mod manifest;
mod plan;
mod receipt;
mod registry;
mod rule;
mod sample;
mod service;
mod snapshot;
mod source;
mod store;
mod translate;
mod typed;
mod values;
mod wrong;

pub use delivery::Delivery;
pub use error::IngestError;
pub use fault::Fault;
pub use manifest::{Charset, Format, Manifest, Mode, SCHEMA_VERSION};
pub use receipt::{BatchState, Counts, FAULTS_LISTED_MAX, Receipt, RuleCount};
pub use rule::{ALL as RULES, Rule};
pub use service::{Ingest, Sender, Taking};
pub use store::{BatchRow, QuarantineCount, QuarantinedRow};

/// The tables with columns that lie sealed.
pub const SECRET_TABLES: [&jq_base::seal::SecretTable; 2] = [&store::RECEIPTS, &store::ROWS];
