//! `GET /api/v1/consents` and one of them: what subjects allowed a bank, and how each consent stands now.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jq_base::ids::ConsentId;
use jq_consent::{Grant, GrantState, SuspensionWhy, find_grant, list_grants_before, list_grants_to};
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::BankClient;
use crate::code;
use crate::params::{Name, Params, wrong};
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;
use crate::words::{ConsentState, ConsentStateWord, PurposeWord, Word};

/// Consents on a page when the caller names no number.
const LIMIT_DEFAULT: u32 = 50;
/// Consents on a page at most.
const LIMIT_MAX: u32 = 200;

/// A consent that a subject gave the caller's bank.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Consent)]
pub(crate) struct ConsentView {
    /// Its number.
    consent_id: String,
    /// The subject.
    subject: String,
    /// The subject's name when it consented.
    subject_name: String,
    /// The items it opens, sorted.
    items: Vec<String>,
    /// Fields of these items that stay closed, each as item.field.
    withheld: Vec<String>,
    /// Those of them that the subject left out itself; an item of which fields were left out is closed to models.
    fields_left_out: Vec<String>,
    /// What for.
    #[schema(inline)]
    purpose: PurposeWord,
    /// For which product.
    product: Option<String>,
    /// For which order.
    order: Option<String>,
    /// How it stands now.
    #[schema(inline)]
    state: ConsentStateWord,
    /// From when.
    valid_from: Timestamp,
    /// Until when.
    valid_to: Timestamp,
    /// Readings it allows in all.
    queries_max: u32,
    /// Readings that are left.
    readings_left: u32,
    /// Readings that are left today, Beijing time.
    readings_left_today: u32,
    /// Since when it stands still.
    suspended_at: Option<Timestamp>,
    /// Why it stands still: `legal_rep_changed`, `abnormal_listing` or `deregistered`.
    suspended_why: Option<&'static str>,
    /// When it was taken back.
    withdrawn_at: Option<Timestamp>,
    /// The version of the text that was agreed to.
    text_version: String,
    /// The SM3 digest of that text.
    text_sm3: String,
}

impl ConsentView {
    fn new(grant: Grant, now: Timestamp) -> Self {
        let used_up = grant.state(now) == GrantState::Active && grant.queries_left() == 0;
        let state = if used_up { ConsentState::UsedUp } else { ConsentState::Kept(grant.state(now)) };
        Self {
            state: Word(state),
            readings_left: grant.queries_left(),
            readings_left_today: grant.queries_left_today(now),
            suspended_at: grant.suspended.map(|suspended| suspended.at),
            suspended_why: grant.suspended_why().map(SuspensionWhy::code),
            consent_id: grant.consent_id.into(),
            subject: grant.subject.to_string(),
            subject_name: grant.subject_name,
            items: grant.items.into_iter().collect(),
            withheld: grant.withheld.into_iter().collect(),
            fields_left_out: grant.left_out.into_iter().collect(),
            purpose: Word(grant.purpose),
            product: grant.product.map(String::from),
            order: grant.order.map(String::from),
            valid_from: grant.valid_from,
            valid_to: grant.valid_to,
            queries_max: grant.queries_max,
            withdrawn_at: grant.withdrawn_at,
            text_version: grant.text_version,
            text_sm3: grant.text_hash,
        }
    }
}

/// A page of a bank's consents, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsentPage)]
pub(crate) struct ConsentPageView {
    /// The consents.
    consents: Vec<ConsentView>,
    /// Send it as `after` to get the next page; none on the last one.
    next: Option<String>,
}

#[utoipa::path(
    get,
    path = "/api/v1/consents",
    operation_id = "list_consents",
    tag = "consents",
    summary = "List the consents that your bank was given",
    description = "Whatever their state: active, used_up, suspended, withdrawn, expired or superseded. Newest first, \
        page by page.",
    params(
        ("limit" = Option<u32>, Query, description = "Entries on a page; 50 when it is left out.",
            minimum = 1, maximum = 200, example = 50),
        ("after" = Option<String>, Query, description = "The next of the page before."),
    ),
    responses((status = 200, description = "A page of consents.", body = ConsentPageView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn list_given(
    State(state): State<ApiState>,
    client: BankClient,
    params: Params,
) -> Result<Json<ConsentPageView>, ApiProblem> {
    let limit = params.number("limit", &1, &LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
    let after = match params.text("after") {
        None => None,
        Some(after) => {
            let unknown = Said::fixed("不是上一页给出的 next", "is not the next of a page before");
            Some(find_own(&state, &client, after).await?.ok_or_else(|| wrong("after", unknown))?)
        }
    };
    let mut grants = match &after {
        None => list_grants_to(&state.db, client.bank(), limit + 1).await?,
        Some(last) => list_grants_before(&state.db, client.bank(), last, limit + 1).await?,
    };
    let has_more = grants.len() > limit as usize;
    grants.truncate(limit as usize);
    let next = grants.last().filter(|_| has_more).map(|last| last.consent_id.to_string());
    let now = state.db.clock().now();
    let consents = grants.into_iter().map(|grant| ConsentView::new(grant, now)).collect();
    Ok(Json(ConsentPageView { consents, next }))
}

#[utoipa::path(
    get,
    path = "/api/v1/consents/{id}",
    operation_id = "get_consent",
    tag = "consents",
    summary = "See how a consent stands",
    description = "One of the consents that the caller's own bank was given. Another bank's consent is answered like \
        one that does not exist.",
    params(("id" = String, Path, description = "The consent's number.")),
    responses((status = 200, description = "The consent.", body = ConsentView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn find_given(
    State(state): State<ApiState>,
    client: BankClient,
    Name(id): Name,
) -> Result<Json<ConsentView>, ApiProblem> {
    let found = find_own(&state, &client, &id).await?.ok_or_else(|| ApiProblem::new(&code::NO_CONSENT))?;
    Ok(Json(ConsentView::new(found, state.db.clock().now())))
}

/// The consent of that number, if the bank was given it.
async fn find_own(state: &ApiState, client: &BankClient, id: &str) -> Result<Option<Grant>, ApiProblem> {
    let Ok(id) = ConsentId::parse(id) else { return Ok(None) };
    let found = find_grant(&state.db, &id).await?;
    Ok(found.filter(|grant| grant.bank == *client.bank()))
}
