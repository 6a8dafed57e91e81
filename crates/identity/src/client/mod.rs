//! Programs of institutions: they show who they are and get a bearer token for an hour.
//!
//! A client shows itself in one of three ways ([`TokenAuth`]): a secret, an assertion that it signs, or the certificate
//! of its TLS connection. With a key of its own it signs single calls as well, or must ([`SignatureRule`]).

pub mod key;
mod model;
pub mod proof;
mod service;
mod store;

pub use key::{SignatureRule, TokenAuth};
pub use model::{ApiClient, Bearer, ClientKind, NewClient};
pub use service::{authenticate, authenticate_with, find_active, issue, register};
