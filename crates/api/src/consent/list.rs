//! `GET /api/v1/consent-requests` and one of them: what a bank asked for, and the answers.

use axum::Json;
use axum::extract::State;
use jq_base::ids::ConsentRequestId;
use jq_consent::{Request, find_request, list_requests_before, list_requests_by};

use super::view::{RequestPageView, RequestView};
use crate::caller::BankClient;
use crate::code;
use crate::params::{Name, Params, wrong};
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;

/// Requests on a page when the caller names no number.
const LIMIT_DEFAULT: u32 = 50;
/// Requests on a page at most.
const LIMIT_MAX: u32 = 200;

#[utoipa::path(
    get,
    path = "/api/v1/consent-requests",
    operation_id = "list_consent_requests",
    tag = "consents",
    summary = "List your requests for consent",
    description = "What the caller's own bank asked subjects for, newest first, page by page.",
    params(
        ("limit" = Option<u32>, Query, description = "Entries on a page; 50 when it is left out.",
            minimum = 1, maximum = 200, example = 50),
        ("after" = Option<String>, Query, description = "The next of the page before."),
    ),
    responses((status = 200, description = "A page of requests.", body = RequestPageView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    client: BankClient,
    params: Params,
) -> Result<Json<RequestPageView>, ApiProblem> {
    let limit = params.number("limit", &1, &LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
    let after = match params.text("after") {
        None => None,
        Some(after) => {
            let unknown = Said::fixed("不是上一页给出的 next", "is not the next of a page before");
            Some(find_own(&state, &client, after).await?.ok_or_else(|| wrong("after", unknown))?)
        }
    };
    let mut requests = match &after {
        None => list_requests_by(&state.db, client.bank(), limit + 1).await?,
        Some(last) => list_requests_before(&state.db, client.bank(), last, limit + 1).await?,
    };
    let has_more = requests.len() > limit as usize;
    requests.truncate(limit as usize);
    let now = state.db.clock().now();
    let requests: Vec<_> = requests.into_iter().map(|request| RequestView::new(request, now)).collect();
    let next = requests.last().filter(|_| has_more).map(|last| last.request_id.clone());
    Ok(Json(RequestPageView { requests, next }))
}

#[utoipa::path(
    get,
    path = "/api/v1/consent-requests/{id}",
    operation_id = "get_consent_request",
    tag = "consents",
    summary = "See what became of a request for consent",
    description = "One of the caller's own bank's requests. Another bank's request is answered like one that does \
        not exist.",
    params(("id" = String, Path, description = "The request's number.")),
    responses((status = 200, description = "The request.", body = RequestView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn find(
    State(state): State<ApiState>,
    client: BankClient,
    Name(id): Name,
) -> Result<Json<RequestView>, ApiProblem> {
    let found = find_own(&state, &client, &id).await?.ok_or_else(|| ApiProblem::new(&code::NO_REQUEST))?;
    Ok(Json(RequestView::new(found, state.db.clock().now())))
}

/// The request of that number, if it is the bank's own.
async fn find_own(state: &ApiState, client: &BankClient, id: &str) -> Result<Option<Request>, ApiProblem> {
    let Ok(id) = ConsentRequestId::parse(id) else { return Ok(None) };
    let found = find_request(&state.db, &id).await?;
    Ok(found.filter(|request| request.bank == *client.bank()))
}
