//! Why a permit was not issued.

use jq_db::DbError;

/// Why a permit was not issued, ordered by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// No item was asked for.
    #[error("no item was asked for")]
    NoItems,
    /// The catalogue has no such item.
    #[error("there is no item {0}")]
    UnknownItem(String),
    /// The item needs the subject's consent.
    #[error("item {0} is not public")]
    NotPublic(String),
    /// A natural person's records are never public.
    #[error("a natural person has no public records")]
    PersonIsNotPublic,
    /// The store failed.
    #[error("keep permits")]
    Store(#[from] DbError),
}
