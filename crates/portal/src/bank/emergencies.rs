//! Readings in an emergency: what the bank's people asked for, and the second person's yes or no.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect};
use jiff::Timestamp;
use jq_base::ids::EmergencyId;
use jq_consent::{ConsentError, Emergency, EmergencyState};
use jq_identity::{BankUser, StaffRole};
use jq_web::{Visit, page, say};
use serde::Deserialize;

use crate::bank::{self, Colleagues, Me};
use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;

/// Emergencies that are shown.
const SHOWN_MAX: u32 = 200;

/// The page.
#[derive(Template)]
#[template(path = "bank/emergencies.html")]
struct EmergenciesPage {
    v: Visit,
    me: Me,
    rows: Vec<EmergencyRow>,
}

/// One emergency.
pub struct EmergencyRow {
    /// Its number.
    pub id: String,
    /// The firm.
    pub subject: String,
    /// Its order; empty where the reader of the page does not open orders.
    pub href: String,
    /// The bank; empty on the bank's own page.
    pub bank: String,
    /// What for, and how many items.
    pub what: String,
    /// Why.
    pub reason: String,
    /// Who asked and when.
    pub asked: String,
    /// How it stands.
    pub state: &'static str,
    /// Who decided and when; empty until somebody has.
    pub decided: String,
    /// How often it was read.
    pub used: String,
    /// Whether this employee may decide about it.
    pub may_decide: bool,
}

/// Yes or no.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Decision {
    answer: String,
}

/// `GET /bank/emergencies`
pub async fn list(State(state): State<PortalState>, Bank(user): Bank, v: Visit) -> Answer {
    let now = state.db.clock().now();
    let colleagues = Colleagues::of(&state, &user, v.lang()).await?;
    let found = jq_consent::list_emergencies(&state.db, user.bank(), SHOWN_MAX).await?;
    let row = |one: &Emergency| EmergencyRow {
        may_decide: may_decide(&user, one, now),
        href: format!("/bank/orders/{}", one.order),
        ..EmergencyRow::new(&v, one, now, |login| colleagues.name(login))
    };
    let rows = found.iter().filter(|one| may_see(&user, one)).map(row).collect();
    Ok(page(&EmergenciesPage { me: Me::of(&state, &user, v.lang()).await?, rows, v }))
}

/// `POST /bank/emergencies/{id}`
pub async fn decide(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    Form(decision): Form<Decision>,
) -> Answer {
    let id = EmergencyId::parse(&id).map_err(|_| ConsentError::NotFound)?;
    let mut tx = state.db.begin().await?;
    let (now, yes) = (tx.now(), decision.answer == "yes");
    jq_consent::decide_emergency(&mut tx, bank::reader(&user), &id, yes, now).await?;
    tx.commit().await?;
    Ok(Redirect::to("/bank/emergencies").into_response())
}

/// A customer manager sees the own ones; whoever may decide, all.
fn may_see(user: &BankUser, one: &Emergency) -> bool {
    user.role() != StaffRole::Officer || one.asked_by == user.staff().login()
}

fn may_decide(user: &BankUser, one: &Emergency, now: Timestamp) -> bool {
    let second = matches!(user.role(), StaffRole::Approver | StaffRole::BankAdmin);
    second && one.asked_by != user.staff().login() && one.state(now) == EmergencyState::Asked
}

impl EmergencyRow {
    /// The emergency; `named` says who is behind a login.
    pub fn new(v: &Visit, one: &Emergency, now: Timestamp, named: impl Fn(&str) -> String) -> Self {
        let by = one.decided_by.as_deref().map(&named).unwrap_or_default();
        Self {
            id: one.emergency_id.to_string(),
            subject: one.subject_name.clone(),
            href: String::new(),
            bank: String::new(),
            what: format!("{} · {}", one.purpose.text(v.lang()), v.n("consent-items", one.items.len())),
            reason: one.reason.clone(),
            asked: format!("{} · {}", say::moment(one.asked_at), named(&one.asked_by)),
            state: one.state(now).text(v.lang()),
            decided: one.decided_at.map(|at| format!("{} · {by}", say::moment(at))).unwrap_or_default(),
            used: format!("{} / {}", one.readings_used, one.readings_max),
            may_decide: false,
        }
    }
}
