//! How banks read, for those who supervise: what was noticed as unusual with the banks' explanations, and readings in an
//! emergency.

use askama::Template;
use axum::extract::State;
use jq_base::ids::BankId;
use jq_consent::{Alert, Emergency};
use jq_web::{Visit, page};

use crate::bank::alerts::AlertRow;
use crate::bank::emergencies::EmergencyRow;
use crate::refused::Answer;
use crate::session::Oversight;
use crate::state::PortalState;
use crate::watch::Watcher;
use crate::watch::choice::bank_names;

/// Lines that are shown of each.
const SHOWN_MAX: u32 = 200;

/// The page.
#[derive(Template)]
#[template(path = "oversight/reading.html")]
struct ReadingPage {
    v: Visit,
    me: Watcher,
    alerts: Vec<AlertRow>,
    emergencies: Vec<EmergencyRow>,
}

/// `GET /oversight/reading`
pub async fn show(State(state): State<PortalState>, user: Oversight, v: Visit) -> Answer {
    let now = state.db.clock().now();
    let banks = bank_names(&state, &v).await?;
    let name = |bank: &BankId| banks.get(bank.as_str()).cloned().unwrap_or_else(|| bank.to_string());
    let login = |login: &str| login.to_owned();
    let alerts = jq_consent::list_alerts(&state.db, None, SHOWN_MAX).await?;
    let alert = |one: &Alert| AlertRow::new(&v, &state, one, name(&one.bank), login);
    let emergencies = jq_consent::list_all_emergencies(&state.db, SHOWN_MAX).await?;
    let emergency =
        |one: &Emergency| EmergencyRow { bank: name(&one.bank), ..EmergencyRow::new(&v, one, now, login) };
    Ok(page(&ReadingPage {
        me: Watcher::of(&state, &user, v.lang()).await?,
        alerts: alerts.iter().map(alert).collect(),
        emergencies: emergencies.iter().map(emergency).collect(),
        v,
    }))
}
