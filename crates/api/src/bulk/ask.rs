//! `POST /api/v1/bulk-readings`: a bank asks for many subjects to be read at night.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jq_base::ids::SubjectKey;
use jq_consent::ConsentError;
use jq_db::audit::AuditLine;
use jq_jobs::enqueue;
use serde_json::json;
use utoipa::ToSchema;

use super::model::{Bulk, Progress};
use super::view::BulkView;
use super::{run, store};
use crate::body::{Fields, Sent};
use crate::caller::BankClient;
use crate::code;
use crate::once::{Begun, Call, Key, begin};
use crate::problem::ApiProblem;
use crate::state::ApiState;
use crate::words::{BankPurposeWord, Word};

/// Items in one reading at most; the catalogue has fewer.
const ITEMS_MAX: usize = 200;

/// Which subjects are to be read.
#[derive(Debug, ToSchema)]
#[schema(as = NewBulkReading)]
pub(crate) struct BulkBody {
    /// The subjects, each once: credit codes, or keyed hashes of natural persons.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 500)]
    subjects: Vec<SubjectKey>,
    /// The items, each named.
    #[schema(min_items = 1, max_items = 200)]
    items: Vec<String>,
    /// What for: `pre_loan`, `in_loan`, `post_loan` or `model_test`.
    #[schema(inline)]
    purpose: BankPurposeWord,
    /// True to read the granted ones of the items.
    #[schema(required = false)]
    partial: bool,
}

impl BulkBody {
    fn read(fields: &mut Fields, subjects_max: usize) -> Option<Self> {
        let subjects = fields.subjects("subjects", 1..=subjects_max);
        let items = fields.texts("items", 1..=ITEMS_MAX, 64);
        let purpose = fields.word("purpose");
        let partial = fields.flag("partial");
        Some(Self { subjects: subjects?, items: items?, purpose: Word(purpose?), partial: partial? })
    }
}

#[utoipa::path(
    post,
    path = "/api/v1/bulk-readings",
    operation_id = "ask_for_bulk_reading",
    tag = "subjects",
    summary = "Have many subjects read at night",
    description = "Queues a reading of up to 500 subjects; it is done between 22:00 and 06:00, Beijing time, unless the \
        operator has set other hours. Each subject is read under a permit of that moment: it counts one reading, and \
        whose consent is not good then is refused with the reason, the others are read. What was read can be fetched \
        for a week, as long as the consent holds.",
    params(("Idempotency-Key" = String, Header,
        description = "Made up by the caller for this act; the same one is sent when it is tried again.",
        min_length = 1, max_length = 255)),
    request_body(content = BulkBody, example = json!({
        "subjects": ["91500102MAC8YUW23Y"], "items": ["tax_payment", "power_bill"], "purpose": "post_loan",
        "partial": true
    })),
    responses((status = 202, description = "The reading is queued.", body = BulkView,
        headers(("Idempotent-Replayed" = String, description = "True when this is the answer to an earlier try.")))),
    security(("client_credentials" = [])),
)]
pub(crate) async fn ask(
    State(state): State<ApiState>,
    client: BankClient,
    key: Key,
    sent: Sent,
) -> Result<Response, ApiProblem> {
    let digest = sent.digest.clone();
    let body = sent.read(|fields| BulkBody::read(fields, state.limits.bulk_subjects))?;
    if let Some(unknown) = body.items.iter().find(|item| state.catalog.item(item).is_none()) {
        return Err(ConsentError::UnknownItem(unknown.clone()).into());
    }
    let mut call = match begin(&state, &client, key, &digest).await? {
        Begun::New(call) => call,
        Begun::Before(answer) => return Ok(answer),
    };
    let view = queue(&state, &client, &mut call, body).await?;
    call.finish(StatusCode::ACCEPTED, &view).await
}

/// Keeps it, queues the work and puts both on record.
async fn queue(
    state: &ApiState,
    client: &BankClient,
    call: &mut Call,
    body: BulkBody,
) -> Result<BulkView, ApiProblem> {
    if store::count_open(&mut call.tx, client.bank()).await? >= state.limits.bulks_at_once {
        return Err(ApiProblem::new(&code::BULK_FULL));
    }
    let (now, hours) = (call.tx.now(), state.limits.bulk_hours);
    let bulk = Bulk {
        bulk_id: jq_db::fresh_token(now),
        client_id: client.client_id().clone(),
        bank: client.bank().clone(),
        purpose: body.purpose.0.0,
        items: body.items,
        partial: body.partial,
        asked_at: now,
        finished_at: None,
        erased_at: None,
    };
    store::insert(&mut call.tx, &bulk, &body.subjects).await?;
    enqueue(&mut call.tx, run::job(&bulk.bulk_id, hours.next_open(now))).await?;
    let count = u32::try_from(body.subjects.len()).unwrap_or(u32::MAX);
    let mut line =
        AuditLine::new(client.id(), "client", "api.bulk_asked").institution(client.bank().as_str());
    line.purpose = Some(bulk.purpose.code().to_owned());
    let detail = json!({ "bulk": bulk.bulk_id, "subjects": count });
    call.tx.audit(line.items(bulk.items.iter()).detail(detail));
    Ok(BulkView::new(bulk, Progress { waiting: count, ..Progress::default() }, hours, now))
}
