//! What can go wrong when orders are watched over, by what the caller can do.

use jiff::Timestamp;
use jq_db::DbError;
use jq_lending::{LendingError, OrderState};

use crate::ladder::LadderError;

/// Why an act of supervision failed.
#[derive(Debug, thiserror::Error)]
pub enum SupervisionError {
    /// No such act, or none of this bank.
    #[error("there is no such act")]
    ActNotFound,
    /// No such complaint.
    #[error("there is no such complaint")]
    ComplaintNotFound,
    /// A complaint about the same look waits for an answer.
    #[error("a complaint about this look waits for an answer")]
    ComplainedAlready,
    /// The bank has nothing to do on the order now.
    #[error("the bank has nothing to do on an order that is {state}")]
    NothingToUrge {
        /// Where the order stands.
        state: OrderState,
    },
    /// The bank has not answered earlier urges yet.
    #[error("{count} urges about this order have no answer yet")]
    TooManyUrges {
        /// How many.
        count: u32,
    },
    /// Somebody else urges, or answers.
    #[error("this is not for this role")]
    WrongRole,
    /// The bank has answered.
    #[error("the urge has been answered")]
    Answered {
        /// When.
        at: Timestamp,
    },
    /// The text says too little or too much.
    #[error("the text has {min} to {max} characters")]
    Text {
        /// Characters it has at least.
        min: usize,
        /// Characters it has at most.
        max: usize,
    },
    /// The ladder cannot be used.
    #[error(transparent)]
    Ladder(#[from] LadderError),
    /// The order could not be read or moved.
    #[error("read or move an order")]
    Lending(#[from] LendingError),
    /// The store failed.
    #[error("keep acts of supervision")]
    Store(#[from] DbError),
}
