//! Programs of institutions: they show a client id and a secret and get a bearer token for an hour.

mod model;
mod service;
mod store;

pub use model::{ApiClient, Bearer, ClientKind, NewClient};
pub use service::{authenticate, issue, register};
