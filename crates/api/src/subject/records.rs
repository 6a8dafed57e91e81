//! `GET /api/v1/subjects/{uscc}/records`: the records of the items a bank has a consent for, and of none else.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use jq_credit::records::{ItemRecords, ShownRecord};
use jq_credit::view::{ItemState, MarkCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::open::{PermitView, Wish, open, own_bank};
use crate::caller::BankClient;
use crate::params::{Name, Params, wrong};
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;

/// Items in one reading at most; the catalogue has fewer.
const ITEMS_MAX: usize = 200;

/// The records of one reading.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Records)]
pub(crate) struct RecordsView {
    /// The subject.
    subject: String,
    /// Under which permit was read.
    permit: PermitView,
    /// The items asked for, in the order of the catalogue.
    items: Vec<ItemRecordsView>,
}

/// One item of a subject.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ItemRecords)]
pub(crate) struct ItemRecordsView {
    /// The item.
    item_id: String,
    /// Its name in Chinese.
    name_zh: String,
    /// Its name in English.
    name_en: String,
    /// `data`, `no_record` (the source holds none), `not_connected` (the source never delivered), `late` (it delivers
    /// later than its rhythm; what came is shown) or `in_dispute` (shown, at least one under objection).
    #[schema(inline)]
    state: ItemStateView,
    /// The day since when the source is late.
    since: Option<Date>,
    /// The day of the newest change that the source made to any record of the item; none when it never delivered.
    as_of: Option<Date>,
    /// The records.
    records: Vec<RecordView>,
}

/// How an item of a reading stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = ItemState)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ItemStateView {
    /// There are records.
    Data,
    /// The source is connected and holds none.
    NoRecord,
    /// The item is not granted; never in an answer, as nothing is read then.
    NotAuthorised,
    /// The source never delivered.
    NotConnected,
    /// The source delivers later than its rhythm.
    Late,
    /// At least one record is under objection.
    InDispute,
}

/// One record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Record)]
pub(crate) struct RecordView {
    /// The record's key at its source, for objections; empty when it holds a personal or account number.
    reference: String,
    /// How an adverse record stands (`in_publicity`, `live`, `ended`), and `in_dispute` for one under objection.
    marks: Vec<String>,
    /// The item's columns as the catalogue describes them: `<name>_fen` for amounts in fen, decimals as text, codes as
    /// they are, null for what the source left empty. Identity numbers are left out, of account numbers the last four
    /// characters stay.
    #[schema(value_type = Object)]
    values: BTreeMap<String, serde_json::Value>,
}

#[utoipa::path(
    get,
    path = "/api/v1/subjects/{uscc}/records",
    operation_id = "read_records",
    tag = "subjects",
    summary = "Read records under a consent",
    description = "Reads exactly the items asked for, when a consent of the subject allows each of them for this \
        purpose; otherwise nothing is read, and the answer says why. Each call counts one reading of the consent and \
        is seen by the subject, a refused one as well.",
    params(
        ("uscc" = String, Path, description = "The subject's credit code, or the keyed hash of a natural person.",
            example = "91500102MAC8YUW23Y"),
        ("items" = String, Query, description = "The items, separated by commas.", example = "tax_payment,power_bill"),
        ("purpose" = String, Query, description = "What for: `pre_loan`, `in_loan`, `post_loan` or `model_test`.",
            example = "pre_loan"),
        ("order" = Option<String>, Query, description = "For which order, when the consent is for one."),
    ),
    responses((status = 200, description = "The records of the items asked for.", body = RecordsView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn records(
    State(state): State<ApiState>,
    client: BankClient,
    Name(uscc): Name,
    params: Params,
) -> Result<Json<RecordsView>, ApiProblem> {
    let wish = Wish::read(&uscc, &params)?;
    let items = asked_items(params.required("items")?)?;
    let bank = own_bank(&state, &client).await?;
    let opened = open(&state, &client, &wish, &items).await?;
    let found = state.credit.records(&opened.permit, &client.report_reader(&bank)).await?;
    let view = |found: ItemRecords| {
        let item = state.catalog.item(&found.item_id);
        let name = |pick: fn(&jq_catalog::Item) -> &String| item.map(pick).cloned().unwrap_or_default();
        ItemRecordsView {
            name_zh: name(|item| &item.name_zh),
            name_en: name(|item| &item.name_en),
            item_id: found.item_id,
            state: found.state.into(),
            since: found.since,
            as_of: found.as_of,
            records: found.records.into_iter().map(RecordView::from).collect(),
        }
    };
    let items = found.into_iter().map(view).collect();
    Ok(Json(RecordsView { subject: wish.subject.to_string(), permit: opened.view, items }))
}

/// The items of the query.
fn asked_items(text: &str) -> Result<Vec<&str>, ApiProblem> {
    let items: Vec<&str> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    if (1..=ITEMS_MAX).contains(&items.len()) {
        return Ok(items);
    }
    let (zh, en) = (format!("应为 1 至 {ITEMS_MAX} 项"), format!("must name 1 to {ITEMS_MAX} items"));
    Err(wrong("items", Said::of(zh, en)))
}

impl From<ItemState> for ItemStateView {
    fn from(state: ItemState) -> Self {
        match state {
            ItemState::Data => Self::Data,
            ItemState::NoRecord => Self::NoRecord,
            ItemState::NotAuthorised => Self::NotAuthorised,
            ItemState::NotConnected => Self::NotConnected,
            ItemState::Late => Self::Late,
            ItemState::InDispute => Self::InDispute,
        }
    }
}

impl From<ShownRecord> for RecordView {
    fn from(record: ShownRecord) -> Self {
        let marks = record.marks.into_iter().map(|mark: MarkCode| mark.key().to_owned()).collect();
        Self { reference: record.reference, marks, values: record.values }
    }
}
