//! `GET /api/v1/batches` and `GET /api/v1/batches/{batch_id}`: a unit reads what became of its deliveries.

use axum::Json;
use axum::extract::State;
use jq_base::ids::UnitId;
use jq_db::audit::AuditLine;
use jq_ingest::{BatchRow, Ingest, IngestError};

use super::view::{BatchPageView, BatchSummaryView, ReceiptView};
use crate::caller::UnitClient;
use crate::code;
use crate::params::{Name, Params, wrong};
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;

/// Batches on a page when the caller names no number.
const LIMIT_DEFAULT: u32 = 50;
/// Batches on a page at most.
const LIMIT_MAX: u32 = 200;

#[utoipa::path(
    get,
    path = "/api/v1/batches",
    operation_id = "list_batches",
    tag = "batches",
    summary = "List your batches",
    description = "The batches of the caller's own unit, newest first, page by page.",
    params(
        ("limit" = Option<u32>, Query, description = "Batches on a page; 50 when it is left out.",
            minimum = 1, maximum = 200, example = 50),
        ("after" = Option<String>, Query, description = "The next of the page before.", example = "power-2026-0911"),
    ),
    responses((status = 200, description = "A page of batches.", body = BatchPageView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    client: UnitClient,
    params: Params,
) -> Result<Json<BatchPageView>, ApiProblem> {
    let limit = params.number("limit", &1, &LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
    let after = params.text("after");
    if let Some(after) = after {
        let unknown = Said::fixed("不是上一页给出的 next", "is not the next of a page before");
        find_own(&state.ingest, client.unit(), after).await?.ok_or_else(|| wrong("after", unknown))?;
    }
    let mut rows = rows_after(&state.ingest, client.unit(), after, limit).await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let batches: Vec<BatchSummaryView> = rows.into_iter().map(BatchSummaryView::from).collect();
    let next = batches.last().filter(|_| has_more).map(|last| last.batch_id.clone());
    Ok(Json(BatchPageView { batches, next }))
}

#[utoipa::path(
    get,
    path = "/api/v1/batches/{batch_id}",
    operation_id = "get_batch",
    tag = "batches",
    summary = "Read a receipt",
    description = "The receipt of one of the caller's own batches. Another unit's batch is answered like one that \
        does not exist.",
    params(("batch_id" = String, Path, description = "The id the unit chose.", example = "power-2026-0911")),
    responses((status = 200, description = "The receipt.", body = ReceiptView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn find(
    State(state): State<ApiState>,
    client: UnitClient,
    Name(batch_id): Name,
) -> Result<Json<ReceiptView>, ApiProblem> {
    let row = find_own(&state.ingest, client.unit(), &batch_id).await?;
    let row = row.ok_or_else(|| ApiProblem::new(&code::NO_BATCH))?;
    if !row.receipt.faults.is_empty() {
        note_read(&state, &client, &row.receipt.batch_id).await?;
    }
    Ok(Json(row.receipt.into()))
}

/// Puts on record that values of wrong rows were read: they are records of somebody.
async fn note_read(state: &ApiState, client: &UnitClient, batch: &str) -> Result<(), ApiProblem> {
    let sender = client.sender();
    let line = AuditLine::new(sender.actor, sender.role, "quarantine.read").institution(sender.institution);
    let mut tx = state.db.begin().await?;
    tx.audit(line.detail(serde_json::json!({ "batch": batch, "form": "receipt" })));
    Ok(tx.commit().await?)
}

/// A batch, if it is the unit's own.
async fn find_own(ingest: &Ingest, unit: &UnitId, batch_id: &str) -> Result<Option<BatchRow>, ApiProblem> {
    match ingest.get_batch(batch_id).await {
        Ok(row) => Ok(Some(row).filter(|row| row.receipt.source_unit == unit.as_str())),
        Err(IngestError::BatchNotFound(_)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// The page after the batch `after`, and one more row when there is a further page.
async fn rows_after(
    ingest: &Ingest,
    unit: &UnitId,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<BatchRow>, ApiProblem> {
    let wanted = limit as usize + 1;
    let mut window = limit + 1;
    loop {
        let rows = ingest.list_batches(Some(unit.as_str()), window).await?;
        let is_all = rows.len() < window as usize;
        let page: Vec<BatchRow> = match after {
            None => rows,
            Some(after) => rows.into_iter().skip_while(|row| row.receipt.batch_id != after).skip(1).collect(),
        };
        if is_all || page.len() >= wanted {
            return Ok(page);
        }
        window = window.saturating_mul(4);
    }
}
