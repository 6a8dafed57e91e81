//! Unusual reading by the bank's people, for its compliance: what was noticed, and the bank's explanation.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::AlertId;
use jq_consent::{Alert, ConsentError};
use jq_identity::{BankUser, StaffRole};
use jq_web::{Problem, Visit, page, say};
use serde::Deserialize;

use crate::bank::{self, Colleagues, Me};
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;

/// Cases that are shown.
const SHOWN_MAX: u32 = 200;

/// The page.
#[derive(Template)]
#[template(path = "bank/alerts.html")]
struct AlertsPage {
    v: Visit,
    me: Me,
    notice: String,
    alerts: Vec<AlertRow>,
}

/// A case.
pub struct AlertRow {
    /// Its number.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// The bank; empty on the bank's own page.
    pub bank: String,
    /// Who read.
    pub reader: String,
    /// How many readings or subjects it was.
    pub count: u32,
    /// When it was noticed.
    pub found_at: String,
    /// The bank's explanation; empty until there is one.
    pub answer: String,
    /// Who explained and when.
    pub answered: String,
}

/// The explanation.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    text: String,
}

/// `GET /bank/alerts`
pub async fn list(State(state): State<PortalState>, Bank(user): Bank, v: Visit) -> Answer {
    must_answer(&user)?;
    Ok(page(&AlertsPage::new(v, &state, &user, String::new()).await?))
}

/// `POST /bank/alerts/{id}`
pub async fn answer(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    v: Visit,
    Form(said): Form<Said>,
) -> Answer {
    must_answer(&user)?;
    let id = AlertId::parse(&id).map_err(|_| ConsentError::NotFound)?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match jq_consent::answer_alert(&mut tx, bank::reader(&user), &id, &said.text, now).await {
        Ok(_) => tx.commit().await?,
        Err(ConsentError::ReasonTooShort { .. }) => {
            let again = AlertsPage::new(v.clone(), &state, &user, v.t("alerts-answer-missing")).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to("/bank/alerts").into_response())
}

/// The bank's administrators answer for its reading.
fn must_answer(user: &BankUser) -> Result<(), Refused> {
    if user.role() == StaffRole::BankAdmin {
        return Ok(());
    }
    Err(Problem::new(403, "lending/only-bank-admin").forward("/bank").into())
}

impl AlertsPage {
    async fn new(v: Visit, state: &PortalState, user: &BankUser, notice: String) -> Result<Self, Refused> {
        let colleagues = Colleagues::of(state, user, v.lang()).await?;
        let found = jq_consent::list_alerts(&state.db, Some(user.bank()), SHOWN_MAX).await?;
        let row =
            |alert: &Alert| AlertRow::new(&v, state, alert, String::new(), |login| colleagues.name(login));
        let alerts = found.iter().map(row).collect();
        Ok(Self { me: Me::of(state, user, v.lang()).await?, notice, alerts, v })
    }
}

impl AlertRow {
    /// The case; `named` says who is behind a login, as far as the reader of the page may know.
    pub fn new(
        v: &Visit,
        state: &PortalState,
        alert: &Alert,
        bank: String,
        named: impl Fn(&str) -> String,
    ) -> Self {
        let rule = state.watch_rules.find(&alert.rule_id);
        let by = alert.answered_by.as_deref().map(&named).unwrap_or_default();
        Self {
            id: alert.alert_id.to_string(),
            rule: rule.map_or_else(|| alert.rule_id.clone(), |rule| rule.name(v.lang()).to_owned()),
            bank,
            reader: named(&alert.reader),
            count: alert.count,
            found_at: say::moment(alert.found_at),
            answer: alert.answer.clone().unwrap_or_default(),
            answered: alert.answered_at.map(|at| format!("{} · {by}", say::moment(at))).unwrap_or_default(),
        }
    }
}
