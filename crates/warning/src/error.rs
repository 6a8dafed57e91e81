//! What can go wrong with warnings, by what the caller can do.

use jq_consent::ConsentError;
use jq_db::DbError;
use jq_decision::DecisionError;
use jq_lending::LendingError;

use crate::model::{Mark, WarningState};

/// Why something about a warning was not done.
#[derive(Debug, thiserror::Error)]
pub enum WarningError {
    /// No such warning, or another bank's or branch's, or its consent does not hold any more.
    #[error("there is no such warning")]
    NotFound,
    /// The mark does not follow from where the warning stands.
    #[error("a warning that is {} cannot be marked {}", .state.code(), .mark.code())]
    NotAllowed {
        /// Where it stands.
        state: WarningState,
        /// The mark.
        mark: Mark,
    },
    /// The note has more than so many characters.
    #[error("a note has at most {chars_max} characters")]
    NoteTooLong {
        /// The longest note.
        chars_max: usize,
    },
    /// Somebody marked it at the same moment.
    #[error("the warning was marked at the same moment")]
    MovedOn,
    /// What a warning said cannot be written or read.
    #[error("what a warning said is not readable")]
    Json(#[from] serde_json::Error),
    /// The loan or its order could not be read.
    #[error("read live loans and their orders")]
    Lending(#[from] LendingError),
    /// What is known of the borrower could not be read.
    #[error("read what is known of borrowers")]
    Decision(#[from] DecisionError),
    /// The consent could not be asked for or the permit not be issued.
    #[error("ask for the consent of a borrower")]
    Consent(#[from] ConsentError),
    /// The store failed.
    #[error("keep warnings")]
    Store(#[from] DbError),
}
