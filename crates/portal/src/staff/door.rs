//! Who comes in: the employee behind a request, or the way to the sign-in.

use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use jq_identity::{IdentityError, staff};

use super::{StaffPortal, Way};
use crate::refused::Refused;
use crate::session;
use crate::state::PortalState;

/// The employee a request comes from. Without a session, or with one of another role, the answer leads to the
/// portal's sign-in and from there to the page that was asked for.
pub async fn enter<P: StaffPortal>(parts: &Parts, state: &PortalState) -> Result<P::User, Response> {
    let lead = |expired| Redirect::to(&Way::of::<P>(parts).sign_in::<P>(expired)).into_response();
    let Some(token) = session::token(&parts.headers, P::COOKIE) else {
        return Err(lead(false));
    };
    let found = staff::authenticate(&state.db, &token, state.db.clock().now()).await;
    match found.and_then(P::User::try_from) {
        Ok(user) => Ok(user),
        Err(IdentityError::NotSignedIn) => Err(lead(true)),
        Err(IdentityError::OtherRole(_)) => Err(lead(false)),
        Err(error) => Err(Refused::from(error).into_response()),
    }
}
