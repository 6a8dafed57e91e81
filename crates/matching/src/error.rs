//! What can go wrong with matching, by what the caller can do.

use jq_consent::ConsentError;
use jq_db::DbError;
use jq_decision::DecisionError;
use jq_lending::LendingError;

use crate::model::RecommendationState;

/// Why something about a recommendation was not done.
#[derive(Debug, thiserror::Error)]
pub enum MatchingError {
    /// No such recommendation, or another bank's, or its consent does not hold any more.
    #[error("there is no such recommendation")]
    NotFound,
    /// What was done with it does not follow from where it stands.
    #[error("a recommendation that is {} cannot be answered so", .0.code())]
    NotAllowed(RecommendationState),
    /// A reason is missing, or longer than [`crate::NOTE_CHARS_MAX`] characters.
    #[error("say what came of it in 1 to {} characters", crate::NOTE_CHARS_MAX)]
    Note,
    /// The person may not ask for the firm.
    #[error("the person may not ask for this firm")]
    MayNotAsk,
    /// Somebody answered it at the same moment.
    #[error("the recommendation was answered at the same moment")]
    MovedOn,
    /// What was told cannot be written or read.
    #[error("what was told is not readable")]
    Json(#[from] serde_json::Error),
    /// The orders of a firm could not be read.
    #[error("read the orders of a firm")]
    Lending(#[from] LendingError),
    /// The models could not be asked.
    #[error("ask the models")]
    Decision(#[from] DecisionError),
    /// The consent could not be asked for or the permit not be issued.
    #[error("ask for the consent of a firm")]
    Consent(#[from] ConsentError),
    /// The store failed.
    #[error("keep recommendations")]
    Store(#[from] DbError),
}
