//! All consents of the firm: what banks ask for, what holds, and what is over.

use askama::Template;
use axum::extract::{Query, State};
use jiff::Timestamp;
use jq_consent::{Grant, Request, RequestState, StopNotice};
use jq_identity::FirmUser;
use jq_web::{Visit, page, say};
use serde::Deserialize;

use super::{GrantView, LISTED_MAX, may_consent};
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// The list.
#[derive(Template)]
#[template(path = "firm/consents.html")]
pub struct ConsentsPage {
    v: Visit,
    done: String,
    may: bool,
    asked: Vec<RequestView>,
    suspended: Vec<GrantView>,
    active: Vec<GrantView>,
    unheard: Vec<UnheardView>,
    over: Vec<GrantView>,
    answered: Vec<RequestView>,
}

/// A bank's request as lists show it.
pub struct RequestView {
    /// Its number.
    pub id: String,
    /// The bank.
    pub bank: String,
    /// What for.
    pub purpose: &'static str,
    /// How many items.
    pub items: usize,
    /// For how many days.
    pub days: u32,
    /// When it was asked and until when it can be answered, in a sentence.
    pub lead: String,
    /// When it was asked.
    pub asked_at: String,
    /// Until when it can be answered.
    pub answer_by: String,
    /// Where it stands.
    pub state: &'static str,
    /// It waits for an answer.
    pub is_open: bool,
}

/// A bank that has not taken note yet that it must not read any longer.
pub struct UnheardView {
    /// The consent that ended.
    pub consent: String,
    /// The bank.
    pub bank: String,
    /// When it was told.
    pub sent_at: String,
}

/// What was just done, as the address carries it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

/// `GET /firm/consents`
pub async fn list(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Query(done): Query<Done>,
    v: Visit,
) -> Answer {
    let now = state.db.clock().now();
    let grants = jq_consent::list_grants(&state.db, user.subject(), LISTED_MAX).await?;
    let unheard = unheard(&state, &user, &v, &grants).await?;
    let grants = grants.iter().map(|grant| GrantView::new(&v, grant, now));
    let (active, ended): (Vec<_>, Vec<_>) = grants.partition(|grant| grant.is_active);
    let (suspended, over) = ended.into_iter().partition(|grant| grant.is_suspended);
    let (asked, answered) = requests(&state, &user, &v).await?;
    let done = if done.done == "refused" { v.t("consent-done-refused") } else { String::new() };
    let may = may_consent(&user);
    Ok(page(&ConsentsPage { v, done, may, asked, suspended, active, unheard, over, answered }))
}

/// The stop notices of which banks have not taken note yet.
async fn unheard(
    state: &PortalState,
    user: &FirmUser,
    v: &Visit,
    grants: &[Grant],
) -> Result<Vec<UnheardView>, Refused> {
    let notices = jq_consent::list_stop_notices_about(&state.db, user.subject(), LISTED_MAX).await?;
    let open = notices.iter().filter(|notice| notice.acknowledged_at.is_none());
    let view = |notice: &StopNotice| {
        let grant = grants.iter().find(|grant| grant.consent_id == notice.consent_id);
        UnheardView {
            consent: notice.consent_id.to_string(),
            bank: grant.map_or_else(|| notice.bank.to_string(), |grant| grant.bank_name(v.lang()).to_owned()),
            sent_at: say::moment(notice.sent_at),
        }
    };
    Ok(open.map(view).collect())
}

/// The requests that wait for an answer, and the others.
pub async fn requests(
    state: &PortalState,
    user: &FirmUser,
    v: &Visit,
) -> Result<(Vec<RequestView>, Vec<RequestView>), Refused> {
    let now = state.db.clock().now();
    let found = jq_consent::list_requests(&state.db, user.subject(), LISTED_MAX).await?;
    let views = found.iter().map(|request| RequestView::new(v, request, now));
    Ok(views.partition(|request| request.is_open))
}

impl RequestView {
    /// The request as it stands at `now`.
    pub fn new(v: &Visit, request: &Request, now: Timestamp) -> Self {
        let state = request.state(now);
        let (asked_at, answer_by) = (say::moment(request.asked_at), say::moment(request.answer_by));
        Self {
            lead: v.text().with("request-lead", &[("at", &asked_at), ("until", &answer_by)]),
            id: request.request_id.to_string(),
            bank: request.bank_name(v.lang()).to_owned(),
            purpose: request.purpose.text(v.lang()),
            items: request.items.len(),
            days: request.days,
            asked_at,
            answer_by,
            state: state.text(v.lang()),
            is_open: state == RequestState::Asked,
        }
    }
}
