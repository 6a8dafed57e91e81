//! What banks offer: the list to compare, and each product with what it costs, what the bank reads and why.

pub mod filter;
pub mod list;
pub mod reads;
pub mod show;

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::session::Firm;
use crate::state::PortalState;

/// Whether a firm is signed in, so that pages everybody may see carry its navigation.
pub struct SignedIn(pub bool);

impl FromRequestParts<PortalState> for SignedIn {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Infallible> {
        Ok(Self(Firm::from_request_parts(parts, state).await.is_ok()))
    }
}
