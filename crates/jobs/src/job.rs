//! A job: what is to be done, when, and how often it may be tried.

use jiff::Timestamp;
use jq_base::ids::JobId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Failure;

/// How often a job is tried unless it says otherwise.
pub const TRIES_MAX: u32 = 5;

/// A job to be queued (任务).
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    pub(crate) kind: String,
    pub(crate) payload: serde_json::Value,
    pub(crate) run_at: Option<Timestamp>,
    pub(crate) dedup_key: Option<String>,
    pub(crate) tries_max: u32,
}

impl NewJob {
    /// A job of `kind`, to be run as soon as possible. The payload must have a JSON form.
    pub fn new(kind: impl Into<String>, payload: &impl Serialize) -> Self {
        let payload = serde_json::to_value(payload).expect("a job's payload has a JSON form");
        Self { kind: kind.into(), payload, run_at: None, dedup_key: None, tries_max: TRIES_MAX }
    }

    /// Not before this moment of the platform's clock.
    #[must_use]
    pub fn at(mut self, run_at: Timestamp) -> Self {
        self.run_at = Some(run_at);
        self
    }

    /// Not twice: while a job of this kind and key waits, queueing it again changes nothing but may bring it
    /// forward. Two of the same key never run at the same time.
    #[must_use]
    pub fn once_per(mut self, key: impl Into<String>) -> Self {
        self.dedup_key = Some(key.into());
        self
    }

    /// How often it is tried before it counts as failed; at least once.
    #[must_use]
    pub fn tries(mut self, tries_max: u32) -> Self {
        self.tries_max = tries_max.max(1);
        self
    }
}

/// A job in the hands of a worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its name.
    pub job_id: JobId,
    /// What kind of work.
    pub kind: String,
    /// What to work on.
    pub payload: serde_json::Value,
    /// When it was due.
    pub run_at: Timestamp,
    /// Which try this is, from 1.
    pub attempt: u32,
    pub(crate) attempts_max: u32,
    pub(crate) dedup_key: Option<String>,
    pub(crate) claim: String,
}

impl Job {
    /// The payload as its type; one that does not fit is a lasting failure.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_value(self.payload.clone()).map_err(Failure::lasting)
    }

    /// Whether `failure` is the end of it.
    pub(crate) fn ends_with(&self, failure: &Failure) -> bool {
        failure.is_lasting() || self.attempt >= self.attempts_max
    }
}
