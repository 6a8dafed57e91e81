//! Clients, what they are, and their tokens.

use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::ClientId;

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

/// A program that showed a valid token. Only [`super::authenticate`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiClient {
    pub(super) client_id: ClientId,
    pub(super) institution: String,
    pub(super) kind: ClientKind,
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
}
