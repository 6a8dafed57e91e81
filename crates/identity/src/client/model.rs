//! Clients, what they are, and their tokens.

use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::ClientId;

use super::key::SignatureRule;
use crate::{PasswordHash, Token};

/// Whose program it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientKind {
    /// A bank's.
    Bank,
    /// A source unit's.
    Unit,
    /// Another node's of the platform network.
    Node,
}

impl ClientKind {
    /// The word kept in the table and on audit lines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Unit => "unit",
            Self::Node => "node",
        }
    }
}

impl FromStr for ClientKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Bank, Self::Unit, Self::Node].into_iter().find(|kind| kind.code() == text).ok_or(())
    }
}

/// A client to be registered.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Its name, such as `bank01`.
    pub client_id: ClientId,
    /// The hash of its secret.
    pub secret: PasswordHash,
    /// The bank, source unit or node.
    pub institution: String,
    /// Which of these.
    pub kind: ClientKind,
}

/// A token for an hour (RFC 6750).
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The token, for the answer.
    pub token: Token,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A program that showed a valid token, or for which queued work is done. Only [`super::authenticate_with`] and
/// [`super::find_active`] make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiClient {
    pub(super) client_id: ClientId,
    pub(super) institution: String,
    pub(super) kind: ClientKind,
    pub(super) signatures: SignatureRule,
    pub(super) calls_a_minute: Option<u32>,
}

impl ApiClient {
    /// Its name; audit lines name it.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// The bank, source unit or node.
    pub fn institution(&self) -> &str {
        &self.institution
    }

    /// Which of these.
    pub fn kind(&self) -> ClientKind {
        self.kind
    }

    /// Whether it signs its calls.
    pub fn signatures(&self) -> SignatureRule {
        self.signatures
    }

    /// How many calls its institution may make in a minute; the platform's usual number when empty.
    pub fn calls_a_minute(&self) -> Option<u32> {
        self.calls_a_minute
    }
}
