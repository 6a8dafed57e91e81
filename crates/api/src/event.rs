//! `GET /api/v1/events`: what happened at the caller's bank, in the order in which it became true.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jq_db::outbox::{Published, list_after_with};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::caller::BankClient;
use crate::params::Params;
use crate::problem::ApiProblem;
use crate::state::ApiState;

/// Events on a page when the caller names no number.
const LIMIT_DEFAULT: u32 = 100;
/// Events on a page at most.
const LIMIT_MAX: u32 = 500;
/// The kinds of events that banks are told of.
const KINDS: [&str; 5] = ["lending.order.", "lending.loan.", "consent.", "supervision.", "warning."];
/// The members of an event that a bank is told; whatever else an event comes to carry stays here.
const TOLD: [&str; 47] = [
    "accept_by",
    "act_id",
    "amount_fen",
    "answer",
    "answer_by",
    "appeal_by",
    "asked_by",
    "asker_en",
    "asker_zh",
    "at",
    "bank",
    "branch",
    "consent_id",
    "contact_by",
    "data",
    "decide_by",
    "due_at",
    "items_count",
    "kind",
    "level",
    "loan_id",
    "note",
    "notice_id",
    "officer",
    "order",
    "order_id",
    "order_no",
    "product",
    "product_en",
    "product_zh",
    "purpose",
    "reason",
    "request_id",
    "role",
    "round",
    "rung",
    "state",
    "step_no",
    "subject",
    "subject_name",
    "supply_by",
    "text",
    "urged_role",
    "valid_to",
    "warning_id",
    "why",
    "withdrawn_at",
];

/// A page of events, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventPage)]
pub(crate) struct EventPageView {
    /// The events.
    events: Vec<EventView>,
    /// Send it as `after` the next time, also when there are no events now.
    next: i64,
    /// True when there may be more to fetch right away.
    more: bool,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventView {
    /// Its place in the order of events; it only grows.
    position: i64,
    /// Its id; an event that comes again has the same one.
    event_id: String,
    /// What kind: `lending.order.<step>`, `lending.loan.ends_soon`, `consent.<act>`, `supervision.<act>` or `warning.<act>`.
    kind: String,
    /// About whom.
    subject: String,
    /// When it became true.
    at: Timestamp,
    /// What belongs to it: numbers, names and deadlines; never a credit record.
    #[schema(value_type = Object)]
    payload: Value,
}

#[utoipa::path(
    get,
    path = "/api/v1/events",
    operation_id = "list_events",
    tag = "events",
    summary = "Read your bank's events",
    description = "What happened to orders, consents, acts of supervision and warnings of the caller's bank, in the \
        order in which it became true. Ask again with the next of the last answer; nothing is left out and nothing comes twice.",
    params(
        ("after" = Option<i64>, Query, description = "The next of the last answer; from the first event on when it is \
            left out.", minimum = 0, example = 0),
        ("limit" = Option<u32>, Query, description = "Events on a page; 100 when it is left out.",
            minimum = 1, maximum = 500, example = 100),
    ),
    responses((status = 200, description = "A page of events.", body = EventPageView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    client: BankClient,
    params: Params,
) -> Result<Json<EventPageView>, ApiProblem> {
    let after = params.number("after", &0, &i64::MAX)?.unwrap_or(0);
    let limit = params.number("limit", &1, &LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
    let page = list_after_with(&state.db, after, ("bank", client.bank().as_str()), limit).await?;
    let is_told = |event: &Published| KINDS.iter().any(|kind| event.kind.starts_with(kind));
    let events = page.events.into_iter().filter(is_told).map(EventView::from).collect();
    Ok(Json(EventPageView { events, next: page.next, more: page.more }))
}

impl From<Published> for EventView {
    fn from(event: Published) -> Self {
        let mut payload = Map::new();
        if let Value::Object(members) = event.payload {
            payload = members.into_iter().filter(|(name, _)| TOLD.contains(&name.as_str())).collect();
        }
        Self {
            position: event.position,
            event_id: event.event_id.into(),
            kind: event.kind,
            subject: event.subject,
            at: event.emitted_at,
            payload: Value::Object(payload),
        }
    }
}
