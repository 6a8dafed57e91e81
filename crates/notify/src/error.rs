//! What can go wrong when people are told.

use jq_db::DbError;
use jq_identity::IdentityError;

use crate::sms::gateway::GatewayError;
use crate::sms::texts::TextError;

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The event does not say what to send to whom.
    #[error("read what is to be sent")]
    Event(#[source] serde_json::Error),
    /// The event lacks a value that a message about it names.
    #[error("the event carries no {0}")]
    Value(String),
    /// The text could not be made.
    #[error("make the text of a message")]
    Text(#[from] TextError),
    /// The carrier did not take it.
    #[error("hand a message to the carrier")]
    Gateway(#[from] GatewayError),
    /// Who is to be told could not be found out.
    #[error("find who is told")]
    People(#[from] IdentityError),
    /// The store failed.
    #[error("keep messages")]
    Store(#[from] DbError),
}

impl NotifyError {
    /// Whether trying again cannot help.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::Event(_) | Self::Value(_) | Self::Text(_) => true,
            Self::Gateway(error) => error.is_lasting(),
            Self::People(_) | Self::Store(_) => false,
        }
    }
}
