//! `GET /bank/orders/{id}/documents/{document}`: a paper of the firm; opening it is on record.

use axum::extract::{Path, State};
use jq_base::ids::DocumentId;
use jq_lending::document::DocumentError;

use crate::bank;
use crate::firm::order::documents::file;
use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;

/// The file.
pub async fn open(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path((id, document)): Path<(String, String)>,
) -> Answer {
    let order = bank::find(&state, &user, &id).await?;
    let document = DocumentId::parse(&document).map_err(|_| DocumentError::NotFound)?;
    let (given, bytes) = state.documents.open_for_bank(&user, &order.order_id, &document).await?;
    Ok(file(&order, &given, bytes))
}
