//! Keys: which there are, how old they are, and exchanging them.

use askama::Template;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect};
use jq_base::clock;
use jq_crypto::{KeyInfo, KeyState, Purpose};
use jq_db::audit::AuditLine;
use jq_web::{Problem, Visit, page};
use serde::Deserialize;

use crate::refused::Answer;
use crate::session::Security;
use crate::staff::me::Head;
use crate::staff::prove_first;
use crate::state::PortalState;

/// The page.
#[derive(Template)]
#[template(path = "security/keys.html")]
struct KeysPage {
    v: Visit,
    head: Head,
    keys: Vec<Row>,
}

/// A key.
struct Row {
    id: String,
    purpose: String,
    purpose_code: &'static str,
    algorithm: String,
    state: String,
    active: bool,
    since: String,
}

/// `GET /security/keys`
pub(super) async fn list(State(state): State<PortalState>, Security(user): Security, v: Visit) -> Answer {
    let keys = state.keys.store.list()?;
    let keys = keys.iter().rev().map(|key| Row::new(&v, key)).collect();
    let head = Head::told::<Security>(&v, &state, user.staff()).await?;
    Ok(page(&KeysPage { v, head, keys }))
}

impl Row {
    fn new(v: &Visit, key: &KeyInfo) -> Self {
        let purpose = match key.purpose {
            Purpose::Signature => v.t("keys-signature"),
            Purpose::Level3 => v.t("keys-level-3"),
            Purpose::Level4 => v.t("keys-level-4"),
        };
        let state = match key.state {
            KeyState::Active => v.t("keys-active"),
            KeyState::Retired => v.t("keys-retired"),
            KeyState::Destroyed => v.t("keys-destroyed"),
        };
        Self {
            id: key.id.to_string(),
            purpose,
            purpose_code: key.purpose.code(),
            algorithm: key.algorithm.to_string(),
            state,
            active: key.state == KeyState::Active,
            since: clock::date_of(key.state_since).to_string(),
        }
    }
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RotateForm {
    purpose: String,
}

/// `POST /security/keys/rotate`
pub(super) async fn rotate(
    State(state): State<PortalState>,
    Security(user): Security,
    Form(form): Form<RotateForm>,
) -> Answer {
    let staff = user.staff();
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    if !staff.is_fresh(now) {
        return Ok(prove_first::<Security>("/security/keys"));
    }
    let purpose: Purpose = form.purpose.parse().map_err(|_| Problem::new(422, "crypto/purpose"))?;
    let made = state.keys.store.rotate(purpose, state.keys.suite, now)?;
    let line = AuditLine::new(staff.login(), staff.role().code(), "crypto.keys.rotate");
    let detail = serde_json::json!({ "id": made.id, "purpose": purpose.code() });
    tx.audit(line.institution(staff.institution()).detail(detail));
    tx.commit().await?;
    Ok(Redirect::to("/security/keys").into_response())
}
