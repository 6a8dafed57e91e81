//! One file per command; each says what it does in the words of `jinqiao --help`.

pub(crate) mod audit;
pub(crate) mod bench;
pub(crate) mod catalog;
pub(crate) mod city;
pub(crate) mod client;
pub(crate) mod decide;
pub(crate) mod features;
pub(crate) mod ingest;
pub(crate) mod keys;
pub(crate) mod lake;
pub(crate) mod model;
pub(crate) mod quarantine;
pub(crate) mod report;
pub(crate) mod score;
pub(crate) mod up;
pub(crate) mod uscc;
pub(crate) mod warning;
pub(crate) mod workdays;

use std::process::ExitCode;

/// Done as asked.
pub(crate) const DONE: ExitCode = ExitCode::SUCCESS;

/// Refused or failed; what and why was said.
pub(crate) fn refused() -> ExitCode {
    ExitCode::from(1)
}
