//! What can go wrong when a decision is made or looked up, ordered by what the caller can do.

use jq_base::ids::DecisionId;
use jq_db::DbError;
use jq_lake::LakeError;
use thiserror::Error;

use crate::feature::HeaderError;
use crate::life::LifeError;

/// A decision that could not be made or found.
#[derive(Debug, Error)]
pub enum DecisionError {
    /// There is no such decision.
    #[error("no decision {0}")]
    NotFound(DecisionId),
    /// The decision was made by another version of its flow than the one loaded.
    #[error("flow {flow} is loaded as {loaded}, the decision was made by {made_by}")]
    OtherVersion {
        /// The flow.
        flow: String,
        /// Version that is loaded; empty when the flow is gone.
        loaded: String,
        /// Version that decided.
        made_by: String,
    },
    /// The features could not be computed.
    #[error("computing features failed")]
    Features(#[source] LakeError),
    /// The state of the lake could not be read.
    #[error("reading the lake's version failed")]
    LakeVersion(#[source] LakeError),
    /// A feature file is wrong.
    #[error("a feature's SQL is wrong")]
    Header(#[from] HeaderError),
    /// A vector or decision could not be written as JSON or read back.
    #[error("a stored decision is not readable")]
    Json(#[from] serde_json::Error),
    /// What was computed could not be written where it was to go.
    #[error("writing the answers failed")]
    Writing(#[source] std::io::Error),
    /// The flows in service could not be read.
    #[error("reading the flows in service failed")]
    Flows(#[source] Box<LifeError>),
    /// The business store refused.
    #[error("storing decisions failed")]
    Store(#[from] DbError),
}

impl From<LifeError> for DecisionError {
    fn from(error: LifeError) -> Self {
        match error {
            LifeError::Store(error) => Self::Store(error),
            other => Self::Flows(Box::new(other)),
        }
    }
}
