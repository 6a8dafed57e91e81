//! `POST /api/v1/batches`: a source unit's program delivers a batch and gets the receipt.

use std::io::ErrorKind;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jq_ingest::{BatchState, Delivery, Ingest, IngestError, Receipt, Rule, Sender};

use super::upload::Upload;
use super::view::ReceiptView;
use crate::caller::UnitClient;
use crate::code;
use crate::params::wrong;
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;

/// The longest `Idempotency-Key`, in characters.
const KEY_CHARS_MAX: usize = 255;

#[utoipa::path(
    post,
    path = "/api/v1/batches",
    operation_id = "deliver_batch",
    tag = "batches",
    summary = "Deliver a batch",
    description = "Sends one .zip with manifest.json and its data file. The answer comes when the batch has been \
        checked row by row and committed. The batch id makes the call safe to repeat: the same archive sent again \
        changes nothing and is answered with 200 and repeated = true. Single wrong rows are put aside and listed in \
        the receipt; when more than 5 % are wrong nothing is taken.",
    params(
        ("Idempotency-Key" = Option<String>, Header,
            description = "Taken but not needed: the batch id itself is the key. At most 255 characters.")
    ),
    responses(
        (status = 200, description = "This very batch was taken before; nothing changed.", body = ReceiptView),
        (status = 201, description = "The batch is committed; single wrong rows are listed.", body = ReceiptView,
            headers(("Location" = String, description = "Where the receipt can be read again.")),
            example = json!({
                "batch_id": "power-2026-0911", "source_unit": "power", "item_id": "power_bill", "seq": 12,
                "file": "data.csv", "state": "committed", "repeated": false, "reason": null, "reason_zh": null,
                "reason_en": null, "remedy_zh": null, "remedy_en": null, "rows": 40, "accepted": 38, "updated": 0,
                "unchanged": 0, "older": 0, "withdrawn": 0, "quarantined": 2, "unmatched": 0, "held": 0, "no_longer_listed": 0,
                "quarantined_by_rule": [{ "rule": "number_invalid", "rows": 2 }],
                "faults": [{
                    "row_no": 7, "field": "amount", "value": "12O.50", "rule": "number_invalid",
                    "words_zh": "不是规定格式的数值", "words_en": "not a number in the prescribed form",
                    "remedy_zh": "只用数字与一个小数点，不带逗号与单位",
                    "remedy_en": "use digits and one decimal point only, no commas or units"
                }],
                "received_at": "2026-11-10T01:30:00Z", "notes": []
            })),
    ),
    security(("client_credentials" = [])),
)]
pub(crate) async fn deliver(
    State(state): State<ApiState>,
    client: UnitClient,
    request: Request,
) -> Result<Response, ApiProblem> {
    check_key(request.headers())?;
    let place = state.upload_gate.enter().await?;
    let upload = Upload::receive(&state, request).await?;
    let (ingest, sender) = (state.ingest.clone(), client.sender());
    // In a task of its own: a caller who hangs up does not stop a batch half-way.
    let taken = tokio::spawn(async move {
        let receipt = take(&ingest, &upload, &sender).await;
        drop((upload, place));
        receipt
    });
    let receipt = taken.await.map_err(|error| ApiProblem::internal(&error))??;
    answer(receipt, &client)
}

/// Opens the archive and takes the one batch in it.
async fn take(ingest: &Ingest, upload: &Upload, sender: &Sender) -> Result<Receipt, ApiProblem> {
    let (finder, path) = (ingest.clone(), upload.path().to_owned());
    let found = tokio::task::spawn_blocking(move || finder.find(&[path]));
    let deliveries: Vec<Delivery> = match found.await.map_err(|error| ApiProblem::internal(&error))? {
        Err(IngestError::Disk { source, .. }) if is_broken(source.kind()) => {
            return Err(ApiProblem::new(&code::BAD_ARCHIVE));
        }
        found => found?,
    };
    match deliveries.as_slice() {
        [one] => Ok(ingest.take(one, sender).await?),
        _ => Err(ApiProblem::new(&code::BAD_ARCHIVE)),
    }
}

/// What unpacking says of an archive whose content is damaged, rather than of a failing disk.
fn is_broken(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof | ErrorKind::Other
    )
}

fn answer(receipt: Receipt, client: &UnitClient) -> Result<Response, ApiProblem> {
    if receipt.repeated && receipt.source_unit != client.unit().as_str() {
        // The id belongs to another unit's batch, whose receipt is none of this caller's business.
        return Err(ApiProblem::of_rule(Rule::UnitMismatch));
    }
    match receipt.state {
        BatchState::Committed if receipt.repeated => Ok(Json(ReceiptView::from(receipt)).into_response()),
        BatchState::Committed => {
            let place = format!("/api/v1/batches/{}", receipt.batch_id);
            Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(ReceiptView::from(receipt)))
                .into_response())
        }
        BatchState::Held | BatchState::Rejected => Err(ApiProblem::of_receipt(&receipt)),
        BatchState::Checked => Err(ApiProblem::new(&code::BUSY).header("retry-after", "10")),
    }
}

fn check_key(headers: &HeaderMap) -> Result<(), ApiProblem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(()) };
    match key.to_str() {
        Ok(text) if text.len() <= KEY_CHARS_MAX => Ok(()),
        _ => Err(wrong(
            "Idempotency-Key",
            Said::fixed("最多 255 个可打印字符", "has at most 255 printable characters"),
        )),
    }
}
