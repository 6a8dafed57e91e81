//! The consents that firms gave this bank, what the bank asked for, and the notices that it must not read any longer.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use jiff::Timestamp;
use jq_base::ids::{StopNoticeId, SubjectKey};
use jq_consent::{ConsentError, Grant, GrantState, Request, RequestState, StopNotice};
use jq_identity::BankUser;
use jq_lending::Actor;
use jq_lending::order::OrderFilter;
use jq_web::{Visit, page, say};

use crate::bank::{self, Colleagues, Me};
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;

/// Consents and requests that are shown.
const SHOWN_MAX: u32 = 200;
/// Orders of a branch whose firms are looked at.
const ORDERS_MAX: u32 = 500;

/// The page.
#[derive(Template)]
#[template(path = "bank/consents.html")]
pub struct ConsentsPage {
    v: Visit,
    me: Me,
    grants: Vec<GrantRow>,
    requests: Vec<RequestRow>,
    stops: Vec<StopRow>,
}

/// A notice that the bank must not read any longer.
pub struct StopRow {
    /// Its number.
    pub id: String,
    /// The firm.
    pub subject: String,
    /// Why.
    pub why: &'static str,
    /// Since when no reading is allowed.
    pub sent_at: String,
    /// When and by whom the bank took note; empty until then.
    pub acknowledged: String,
}

/// A consent.
pub struct GrantRow {
    /// The firm.
    pub subject: String,
    /// What for.
    pub purpose: &'static str,
    /// How many items.
    pub items: usize,
    /// Until when.
    pub until: String,
    /// Readings that are left, of how many.
    pub left: String,
    /// How it stands.
    pub state: &'static str,
    /// The colour of that word.
    pub tone: &'static str,
    /// The icon beside it.
    pub icon: &'static str,
    /// The order it is for; empty when it is for none in particular.
    pub href: String,
}

/// A request.
pub struct RequestRow {
    /// The firm.
    pub subject: String,
    /// What for.
    pub purpose: &'static str,
    /// How many items.
    pub items: usize,
    /// When it was asked and by whom.
    pub asked: String,
    /// Until when it can be answered, or when it was.
    pub when: String,
    /// How it stands.
    pub state: &'static str,
    /// The colour of that word.
    pub tone: &'static str,
    /// The icon beside it.
    pub icon: &'static str,
    /// The order it is for.
    pub href: String,
}

/// `GET /bank/consents`
pub async fn list(State(state): State<PortalState>, Bank(user): Bank, v: Visit) -> Answer {
    let now = state.db.clock().now();
    let known = known_subjects(&state, &user).await?;
    let may_know = |subject: &SubjectKey| known.as_ref().is_none_or(|known| known.contains(subject));
    let grants = jq_consent::list_grants_to(&state.db, user.bank(), SHOWN_MAX).await?;
    let requests = jq_consent::list_requests_by(&state.db, user.bank(), SHOWN_MAX).await?;
    let colleagues = Colleagues::of(&state, &user, v.lang()).await?;
    let login = user.staff().login();
    let requests = requests.iter().filter(|one| one.asked_by == login || may_know(&one.subject));
    let requests = requests.map(|one| RequestRow::new(&v, &colleagues, one, now)).collect();
    let grants = grants.iter().filter(|one| may_know(&one.subject));
    let grants = grants.map(|one| GrantRow::new(&v, one, now)).collect();
    let stops = jq_consent::list_stop_notices(&state.db, user.bank(), SHOWN_MAX).await?;
    let stops = stops.iter().filter(|one| may_know(&one.subject));
    let stops = stops.map(|one| StopRow::new(&v, &colleagues, one)).collect();
    Ok(page(&ConsentsPage { me: Me::of(&state, &user, v.lang()).await?, grants, requests, stops, v }))
}

/// `POST /bank/stop-notices/{id}/acknowledge`: the bank has taken note. Sent twice it is answered like the first time.
pub async fn acknowledge(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
) -> Answer {
    let id = StopNoticeId::parse(&id).map_err(|_| ConsentError::NotFound)?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    jq_consent::acknowledge_stop(&mut tx, bank::reader(&user), &id, now).await?;
    tx.commit().await?;
    Ok(Redirect::to("/bank/consents").into_response())
}

/// The firms whose orders somebody of a branch may know of; at the head office, all.
async fn known_subjects(
    state: &PortalState,
    user: &BankUser,
) -> Result<Option<BTreeSet<SubjectKey>>, Refused> {
    if user.branch().is_none() {
        return Ok(None);
    }
    let all = OrderFilter::default();
    let found = state.lending.list_for(&state.db, &Actor::Bank(user), &all, None, ORDERS_MAX).await?;
    Ok(Some(found.orders.into_iter().map(|order| order.subject).collect()))
}

impl StopRow {
    fn new(v: &Visit, colleagues: &Colleagues, notice: &StopNotice) -> Self {
        let by = notice.acknowledged_by.as_deref().map(|login| colleagues.name(login)).unwrap_or_default();
        let noted = |at| format!("{} · {by}", say::moment(at));
        Self {
            id: notice.notice_id.to_string(),
            subject: notice.subject_name.clone(),
            why: notice.why.text(v.lang()),
            sent_at: say::moment(notice.sent_at),
            acknowledged: notice.acknowledged_at.map(noted).unwrap_or_default(),
        }
    }
}

impl GrantRow {
    fn new(v: &Visit, grant: &Grant, now: Timestamp) -> Self {
        let state = grant.state(now);
        let (tone, icon) = match state {
            GrantState::Active => ("good", "circle-check"),
            GrantState::Suspended | GrantState::Withdrawn => ("soon", "lock"),
            GrantState::Expired | GrantState::Superseded => ("", "history"),
        };
        Self {
            subject: grant.subject_name.clone(),
            purpose: grant.purpose.text(v.lang()),
            items: grant.items.len(),
            until: say::moment(grant.withdrawn_at.or(grant.superseded_at).unwrap_or(grant.valid_to)),
            left: format!("{} / {}", grant.queries_left(), grant.queries_max),
            state: state.text(v.lang()),
            tone,
            icon,
            href: grant.order.as_ref().map(|order| format!("/bank/orders/{order}")).unwrap_or_default(),
        }
    }
}

impl RequestRow {
    fn new(v: &Visit, colleagues: &Colleagues, request: &Request, now: Timestamp) -> Self {
        let state = request.state(now);
        let (tone, icon) = match state {
            RequestState::Asked => ("info", "clock"),
            RequestState::Granted => ("good", "circle-check"),
            RequestState::Refused => ("soon", "circle-x"),
            RequestState::Lapsed => ("", "history"),
        };
        let when = match request.answered_at {
            Some(at) => v.one("bank-consents-answered", "at", say::moment(at)),
            None => v.one("bank-consents-answer-by", "at", say::moment(request.answer_by)),
        };
        let asked_by = colleagues.name(&request.asked_by);
        Self {
            subject: request.subject_name.clone(),
            purpose: request.purpose.text(v.lang()),
            items: request.items.len(),
            asked: format!("{} · {asked_by}", say::moment(request.asked_at)),
            when,
            state: state.text(v.lang()),
            tone,
            icon,
            href: request.order.as_ref().map(|order| format!("/bank/orders/{order}")).unwrap_or_default(),
        }
    }
}
