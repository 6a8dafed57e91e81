//! `GET /api/v1/subjects/{uscc}/records`: the records of the items a bank has a consent for, and of none else.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jq_base::sm3;
use jq_credit::records::{ItemRecords, ShownRecord};
use jq_credit::view::{ItemState, MarkCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::open::{PermitView, Wish, open, open_part, own_bank};
use super::report::PERMIT_ID;
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
    pub(crate) permit: PermitView,
    /// The items asked for, in the order of the catalogue.
    items: Vec<ItemRecordsView>,
    /// Of the records that were read, for the entity tag.
    #[serde(skip)]
    digest: String,
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
    /// The unit that delivers it.
    source_unit: String,
    /// `data`, `no_record` (the source holds none), `not_connected` (the source never delivered), `late` (it delivers
    /// later than its rhythm; what came is shown), `in_dispute` (shown, at least one under objection) or, with `partial`,
    /// `not_authorised` (not granted and not read).
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
    /// The item is not granted and was not read.
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
        purpose; otherwise nothing is read, and the answer says why. With `partial` the items that are not granted \
        come as not_authorised beside those that are. Each call counts one reading of the consent and is seen by the \
        subject, a refused one as well. The entity tag stands for the items and their records; sent back in \
        If-None-Match it saves the body when nothing has changed, never the permit: without one the answer is the same \
        no as always.",
    params(
        ("uscc" = String, Path, description = "The subject's credit code, or the keyed hash of a natural person.",
            example = "91500102MAC8YUW23Y"),
        ("items" = String, Query, description = "The items, separated by commas.", example = "tax_payment,power_bill"),
        ("purpose" = String, Query, description = "What for: `pre_loan`, `in_loan`, `post_loan` or `model_test`.",
            example = "pre_loan"),
        ("order" = Option<String>, Query, description = "For which order, when the consent is for one."),
        ("consent" = Option<String>, Query, description = "Under which consent, by its number; any of your bank's will \
            do when it is left out."),
        ("needs" = Option<String>, Query, description = "Fields without which the reading is of no use, each as \
            item.field, separated by commas. When one of them stays closed nothing is read, and the answer names it.",
            example = "power_bill.usage_kwh"),
        ("partial" = Option<bool>, Query, description = "True to read the granted ones of the items."),
        ("If-None-Match" = Option<String>, Header, description = "The entity tag of an earlier answer."),
    ),
    responses(
        (status = 200, description = "The records of the items asked for.", body = RecordsView,
            headers(("ETag" = String, description = "The entity tag of the items and their records."))),
        (status = 304, description = "Read under a permit, and the same as before.",
            headers(
                ("ETag" = String, description = "The entity tag of the items and their records."),
                ("Permit-Id" = String, description = "The permit's number."),
            )),
    ),
    security(("client_credentials" = [])),
)]
pub(crate) async fn records(
    State(state): State<ApiState>,
    client: BankClient,
    Name(uscc): Name,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, ApiProblem> {
    let wish = Wish::read(&uscc, &params)?.needing(&params);
    let items = asked_items(params.required("items")?)?;
    let partial = params.flag("partial")?;
    // The permit comes first: whatever the caller has kept, it is of no use without one.
    let view = read(&state, &client, &wish, &items, partial).await?;
    let tag = view.tag();
    let kept = [(header::CACHE_CONTROL, "private, no-cache".to_owned()), (header::ETAG, tag.clone())];
    if is_known(&headers, &tag) {
        let permit = [(PERMIT_ID, view.permit.permit_id)];
        return Ok((StatusCode::NOT_MODIFIED, kept, permit).into_response());
    }
    Ok((kept, Json(view)).into_response())
}

/// Reads what one permit opens, the items or the granted part of them.
pub(crate) async fn read(
    state: &ApiState,
    client: &BankClient,
    wish: &Wish,
    items: &[&str],
    partial: bool,
) -> Result<RecordsView, ApiProblem> {
    let bank = own_bank(state, client).await?;
    let readable = if partial { open_part(state, client, wish, items).await? } else { items.to_vec() };
    let opened = open(state, client, wish, &readable).await?;
    let found = state.credit.records(&opened.permit, &client.report_reader(&bank)).await?;
    let mut views: BTreeMap<String, ItemRecordsView> =
        found.items.into_iter().map(|found| (found.item_id.clone(), ItemRecordsView::from(found))).collect();
    let closed = items.iter().filter(|item| !readable.contains(*item));
    views.extend(closed.map(|item| ((*item).to_owned(), ItemRecordsView::closed(item))));
    let in_order = state.catalog.items().filter_map(|item| {
        let mut view = views.remove(&item.id)?;
        view.name_zh.clone_from(&item.name_zh);
        view.name_en.clone_from(&item.name_en);
        view.source_unit.clone_from(&item.source_unit);
        Some(view)
    });
    let items = in_order.collect();
    Ok(RecordsView { subject: wish.subject.to_string(), permit: opened.view, items, digest: found.digest })
}

impl RecordsView {
    /// Stands for subject, purpose, items and records; the permit, which is new each time, is not in it.
    fn tag(&self) -> String {
        let mut digest = sm3::Hasher::new();
        let purpose = self.permit.purpose.0.code();
        let items = self.items.iter().map(|item| item.item_id.as_str());
        for part in [self.subject.as_str(), purpose, &self.digest].into_iter().chain(items) {
            digest.update(part.as_bytes());
            digest.update(&[0]);
        }
        format!("\"{}\"", digest.finish_hex())
    }
}

/// Whether the caller has an answer of this tag; how strong its tag is does not matter here (RFC 9110, 13.1.2).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let sent = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|list| list.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    })
}

impl From<ItemRecords> for ItemRecordsView {
    fn from(found: ItemRecords) -> Self {
        Self {
            state: found.state.into(),
            since: found.since,
            as_of: found.as_of,
            records: found.records.into_iter().map(RecordView::from).collect(),
            item_id: found.item_id,
            name_zh: String::new(),
            name_en: String::new(),
            source_unit: String::new(),
        }
    }
}

impl ItemRecordsView {
    /// An item that is not granted; nothing of it was read.
    fn closed(item: &str) -> Self {
        Self {
            item_id: item.to_owned(),
            name_zh: String::new(),
            name_en: String::new(),
            source_unit: String::new(),
            state: ItemStateView::NotAuthorised,
            since: None,
            as_of: None,
            records: Vec::new(),
        }
    }
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
