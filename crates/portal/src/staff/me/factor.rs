//! Taking a second factor away.

use axum::extract::{Form, State};
use jq_identity::IdentityError;
use jq_identity::staff::FactorKind;
use serde::Deserialize;

use super::show::back;
use crate::refused::Answer;
use crate::staff::{Inside, StaffPortal, prove_first};
use crate::state::PortalState;

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RemoveForm {
    /// `totp`, or the id of a passkey.
    factor: String,
}

/// `POST /<portal>/me/factors/remove`
pub(super) async fn remove<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    Form(form): Form<RemoveForm>,
) -> Answer {
    let factor = match form.factor.as_str() {
        "totp" => FactorKind::Totp,
        id => FactorKind::Passkey(id.to_owned()),
    };
    let now = state.db.clock().now();
    match state.factors.remove(&state.db, &user, &factor, now).await {
        Ok(()) => Ok(back::<P>()),
        Err(IdentityError::SecondFactorStale) => Ok(prove_first::<P>(&format!("{}/me", P::HOME))),
        Err(error) => Err(error.into()),
    }
}
