//! Who comes in: the employee behind a request, or the way to the sign-in and through its steps.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use jq_identity::staff::Due;
use jq_identity::{IdentityError, StaffUser, staff};

use super::{StaffPortal, Way};
use crate::refused::Refused;
use crate::session;
use crate::state::PortalState;

/// The employee a request comes from. Without a session, or with one of another role, the answer leads to the
/// portal's sign-in and from there to the page that was asked for; with a session that owes a step, to that step.
pub async fn enter<P: StaffPortal>(parts: &Parts, state: &PortalState) -> Result<P::User, Response> {
    let entrant = Entrant::<P>::of(parts, state).await?;
    match entrant.due {
        Due::Nothing => P::User::try_from(entrant.user).map_err(|error| Refused::from(error).into_response()),
        due => Err(Redirect::to(&step::<P>(due, &Way::of::<P>(parts))).into_response()),
    }
}

/// Somebody who has shown the password of an account of this portal, and may still owe a step. Only the pages of these
/// steps take one.
pub struct Entrant<P> {
    /// The employee.
    pub user: StaffUser,
    /// What the session owes.
    pub due: Due,
    portal: PhantomData<P>,
}

impl<P: StaffPortal> Entrant<P> {
    async fn of(parts: &Parts, state: &PortalState) -> Result<Self, Response> {
        let lead = |expired| Redirect::to(&Way::of::<P>(parts).sign_in::<P>(expired)).into_response();
        let Some(token) = session::token(&parts.headers, P::COOKIE) else {
            return Err(lead(false));
        };
        match staff::recognise(&state.db, &token, state.db.clock().now()).await {
            Ok((user, due)) if P::User::try_from(user.clone()).is_ok() => {
                Ok(Self { user, due, portal: PhantomData })
            }
            Ok(_) => Err(lead(false)),
            Err(IdentityError::NotSignedIn) => Err(lead(true)),
            Err(error) => Err(Refused::from(error).into_response()),
        }
    }

    /// The employee, when the session owes nothing or just this step; else the way to the step that comes first.
    pub fn at(self, step_here: Due) -> Result<StaffUser, Response> {
        if self.due == Due::Nothing || self.due == step_here {
            return Ok(self.user);
        }
        Err(Redirect::to(&step::<P>(self.due, &Way::parse::<P>(""))).into_response())
    }
}

impl<P: StaffPortal> FromRequestParts<PortalState> for Entrant<P> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        Self::of(parts, state).await
    }
}

/// Where a step of the sign-in is done; afterwards it goes on to `way`.
pub(super) fn step<P: StaffPortal>(due: Due, way: &Way) -> String {
    match due {
        Due::Nothing => way.as_str().to_owned(),
        Due::SecondFactor => way.to::<P>("/sign-in/second"),
        Due::Enrolment => format!("{}/me", P::HOME),
        Due::Password => way.to::<P>("/me/password"),
    }
}

/// An employee of this portal whose session owes nothing; whoever owes a step is led to it.
pub struct Inside<P> {
    /// The employee.
    pub user: StaffUser,
    portal: PhantomData<P>,
}

impl<P: StaffPortal> FromRequestParts<PortalState> for Inside<P> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        let user = Entrant::<P>::of(parts, state).await?.at(Due::Nothing)?;
        Ok(Self { user, portal: PhantomData })
    }
}

/// Asks for the second factor first, and leads back to `back`, a page of the portal: for whatever
/// [`StaffUser::require_fresh_second_factor`] refuses.
pub fn prove_first<P: StaffPortal>(back: &str) -> Response {
    Redirect::to(&step::<P>(Due::SecondFactor, &Way::parse::<P>(back))).into_response()
}
