//! A consent that stands still goes on as it was: one press by whoever speaks for the firm now.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};

use super::{find, must_consent};
use crate::refused::Answer;
use crate::session::Firm;
use crate::state::PortalState;

/// `POST /firm/consents/{id}/confirm`. Sent twice it is answered like the first time.
pub async fn confirm(State(state): State<PortalState>, Firm(user): Firm, Path(id): Path<String>) -> Answer {
    must_consent(&user)?;
    let grant = find(&state, &user, &id).await?;
    if !grant.is_active(state.db.clock().now()) {
        let mut tx = state.db.begin().await?;
        let now = tx.now();
        jq_consent::confirm(&mut tx, &user, &grant.consent_id, now).await?;
        tx.commit().await?;
    }
    Ok(Redirect::to(&format!("/firm/consents/{}", grant.consent_id)).into_response())
}
