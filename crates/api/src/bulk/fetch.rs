//! `GET /api/v1/bulk-readings/{id}` and its result: how far it is, and what was read, a line for each subject.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jq_base::sm3;
use jq_consent::{ReadBefore, withheld_from_bank};
use jq_db::Tx;
use jq_db::audit::AuditLine;
use serde_json::json;

use super::model::{Bulk, BulkSubject, SubjectState};
use super::store;
use super::view::{BulkLineView, BulkView};
use crate::caller::BankClient;
use crate::code;
use crate::params::Name;
use crate::problem::ApiProblem;
use crate::state::ApiState;

#[utoipa::path(
    get,
    path = "/api/v1/bulk-readings/{id}",
    operation_id = "get_bulk_reading",
    tag = "subjects",
    summary = "Follow a reading of many subjects",
    description = "How far it is. Another bank's is answered like one that does not exist.",
    params(("id" = String, Path, description = "The number of the reading.")),
    responses((status = 200, description = "How far it is.", body = BulkView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn find(
    State(state): State<ApiState>,
    client: BankClient,
    Name(id): Name,
) -> Result<Json<BulkView>, ApiProblem> {
    let bulk = own(&state, &client, &id).await?;
    let progress = store::progress(&state.db, &id).await?;
    Ok(Json(BulkView::new(bulk, progress, state.limits.bulk_hours, state.db.clock().now())))
}

#[utoipa::path(
    get,
    path = "/api/v1/bulk-readings/{id}/result",
    operation_id = "get_bulk_result",
    tag = "subjects",
    summary = "Fetch what was read of many subjects",
    description = "JSON Lines, one BulkLine for each subject in the order in which they were asked for. A subject whose \
        consent has ended or become narrower since it was read is withheld, with the reason. Each fetching is on record.",
    params(("id" = String, Path, description = "The number of the reading.")),
    responses((status = 200, description = "One line for each subject.", body = String,
        content_type = "application/jsonl")),
    security(("client_credentials" = [])),
)]
pub(crate) async fn result(
    State(state): State<ApiState>,
    client: BankClient,
    Name(id): Name,
) -> Result<Response, ApiProblem> {
    let bulk = own(&state, &client, &id).await?;
    if bulk.erased_at.is_some() {
        return Err(ApiProblem::new(&code::BULK_ERASED));
    }
    if bulk.finished_at.is_none() {
        return Err(ApiProblem::new(&code::BULK_NOT_DONE));
    }
    let subjects = store::list_subjects(&state.db, &id).await?;
    // Consents are asked and the fetching is put on record in one transaction: a withdrawal is before it or after it.
    let mut tx = state.db.begin().await?;
    let (mut text, mut withheld) = (String::new(), 0_u32);
    for subject in &subjects {
        match why_not(&mut tx, &bulk, subject).await? {
            None => match &subject.line {
                Some(line) => text.push_str(line),
                None => return Err(ApiProblem::new(&code::BULK_ERASED)),
            },
            Some(code) => {
                withheld += u32::from(subject.line.is_some());
                let line = BulkLineView::refused(subject.subject.to_string(), code);
                text.push_str(&serde_json::to_string(&line).map_err(|error| ApiProblem::internal(&error))?);
            }
        }
        text.push('\n');
    }
    let line = AuditLine::new(client.id(), "client", "api.bulk_fetched").institution(client.bank().as_str());
    let detail = json!({ "bulk": id, "withheld": withheld });
    tx.audit(line.items(bulk.items.iter()).detail(detail).result_hash(sm3::hex(text.as_bytes())));
    tx.commit().await?;
    Ok(([(header::CONTENT_TYPE, "application/jsonl")], text).into_response())
}

async fn own(state: &ApiState, client: &BankClient, id: &str) -> Result<Bulk, ApiProblem> {
    let found = store::find_of(&state.db, client.bank(), id).await?;
    found.ok_or_else(|| ApiProblem::new(&code::NO_BULK))
}

/// Why a subject has no records in the result: it was refused by night, or its consent has ended since.
async fn why_not(tx: &mut Tx, bulk: &Bulk, subject: &BulkSubject) -> Result<Option<String>, ApiProblem> {
    if subject.state != SubjectState::Read {
        return Ok(Some(subject.code.clone().unwrap_or_else(|| code::BULK_NOT_DONE.id.to_owned())));
    }
    let Some(permit) = &subject.permit else { return Ok(Some(code::BULK_NOT_DONE.id.to_owned())) };
    let (now, items) = (tx.now(), subject.items.iter().cloned().collect());
    let read = ReadBefore { subject: &subject.subject, items: &items, purpose: bulk.purpose, permit };
    let kind = withheld_from_bank(tx, &bulk.bank, read, now).await?;
    Ok(kind.map(|kind| kind.problem().to_owned()))
}
