//! The legal representative takes a mandate back; it ends with the next request of the agent.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::MandateId;
use jq_identity::IdentityError;
use jq_identity::firm::mandate;
use jq_web::{Visit, page};

use super::{MandateView, given, may_give, pick};
use crate::refused::Answer;
use crate::session::Firm;
use crate::state::PortalState;

/// The question whether a mandate shall be taken back.
#[derive(Template)]
#[template(path = "firm/agent_revoke.html")]
pub struct RevokePage {
    v: Visit,
    mandate: MandateView,
}

/// `GET /firm/agents/{id}/revoke`
pub async fn ask(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    if !may_give(&user) {
        return Err(IdentityError::OnlyLegalRep.into());
    }
    let id = MandateId::parse(&id).map_err(|_| IdentityError::NoMandate)?;
    let mandate = pick(given(&state, &user, &v).await?, &id).ok_or(IdentityError::NoMandate)?;
    if !mandate.is_open {
        return Ok(Redirect::to("/firm/agents").into_response());
    }
    Ok(page(&RevokePage { v, mandate }))
}

/// `POST /firm/agents/{id}/revoke`
pub async fn revoke(State(state): State<PortalState>, Firm(user): Firm, Path(id): Path<String>) -> Answer {
    let id = MandateId::parse(&id).map_err(|_| IdentityError::NoMandate)?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    mandate::revoke(&mut tx, &user, &id, now).await?;
    tx.commit().await?;
    Ok(Redirect::to("/firm/agents?done=revoked").into_response())
}
