//! `GET /api/v1/stop-notices` and taking note of one: a bank is told that it must not read any longer.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jq_base::ids::StopNoticeId;
use jq_consent::{ConsentError, StopNotice, acknowledge_stop, list_stop_notices};
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::BankClient;
use crate::code;
use crate::params::{Name, Params};
use crate::problem::ApiProblem;
use crate::state::ApiState;

/// Notices in an answer when the caller names no number.
const LIMIT_DEFAULT: u32 = 50;
/// Notices in an answer at most.
const LIMIT_MAX: u32 = 200;

/// A notice that a bank must not read any longer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StopNotice)]
pub(crate) struct StopView {
    /// Its number.
    notice_id: String,
    /// The consent that opens nothing any more.
    consent_id: String,
    /// The subject.
    subject: String,
    /// The subject's name.
    subject_name: String,
    /// Why: `withdrawn`, `legal_rep_changed`, `abnormal_listing` or `deregistered`.
    why: &'static str,
    /// The moment from which each reading is refused.
    sent_at: Timestamp,
    /// When the bank took note.
    acknowledged_at: Option<Timestamp>,
    /// Who of the bank took note.
    acknowledged_by: Option<String>,
}

impl From<StopNotice> for StopView {
    fn from(notice: StopNotice) -> Self {
        Self {
            notice_id: notice.notice_id.into(),
            consent_id: notice.consent_id.into(),
            subject: notice.subject.to_string(),
            subject_name: notice.subject_name,
            why: notice.why.code(),
            sent_at: notice.sent_at,
            acknowledged_at: notice.acknowledged_at,
            acknowledged_by: notice.acknowledged_by,
        }
    }
}

/// A bank's stop notices.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StopNoticeList)]
pub(crate) struct StopListView {
    /// The notices: those first of which the bank has not taken note, then the newest.
    notices: Vec<StopView>,
}

#[utoipa::path(
    get,
    path = "/api/v1/stop-notices",
    operation_id = "list_stop_notices",
    tag = "consents",
    summary = "List your bank's stop notices",
    description = "A notice is sent with each withdrawal or suspension of a consent. Reading is refused from its moment \
        on, whether the bank has taken note or not; the subject sees whether it has.",
    params(("limit" = Option<u32>, Query, description = "Notices in the answer; 50 when it is left out.",
        minimum = 1, maximum = 200, example = 50)),
    responses((status = 200, description = "The notices.", body = StopListView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn list_stops(
    State(state): State<ApiState>,
    client: BankClient,
    params: Params,
) -> Result<Json<StopListView>, ApiProblem> {
    let limit = params.number("limit", &1, &LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
    let notices = list_stop_notices(&state.db, client.bank(), limit).await?;
    Ok(Json(StopListView { notices: notices.into_iter().map(StopView::from).collect() }))
}

#[utoipa::path(
    post,
    path = "/api/v1/stop-notices/{id}/acknowledge",
    operation_id = "acknowledge_stop_notice",
    tag = "consents",
    summary = "Take note of a stop notice",
    description = "Says that the bank has stopped using what the consent had opened. The first call counts; the same \
        call again changes nothing and gives the same answer.",
    params(("id" = String, Path, description = "The notice's number.")),
    responses((status = 200, description = "The notice, taken note of.", body = StopView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn acknowledge(
    State(state): State<ApiState>,
    client: BankClient,
    Name(id): Name,
) -> Result<Json<StopView>, ApiProblem> {
    let missing = || ApiProblem::new(&code::NO_NOTICE);
    let id = StopNoticeId::parse(&id).map_err(|_| missing())?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match acknowledge_stop(&mut tx, client.reader(), &id, now).await {
        Ok(notice) => {
            tx.commit().await?;
            Ok(Json(notice.into()))
        }
        Err(ConsentError::NotFound) => Err(missing()),
        Err(error) => Err(error.into()),
    }
}
