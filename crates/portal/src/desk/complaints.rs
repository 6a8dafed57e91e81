//! Firms' complaints about looks at their records: what waits, oldest first, and the desk's answer.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::{BankId, ComplaintId};
use jq_base::permit::Purpose;
use jq_supervision::{Complaint, SupervisionError};
use jq_web::{Visit, page};
use serde::Deserialize;

use crate::firm::complaints::ComplaintView;
use crate::refused::{Answer, Refused};
use crate::session::Desk;
use crate::state::PortalState;
use crate::watch::Watcher;
use crate::watch::choice::bank_names;

/// Complaints that are shown.
const SHOWN_MAX: u32 = 200;

/// The page.
#[derive(Template)]
#[template(path = "desk/complaints.html")]
struct ComplaintsPage {
    v: Visit,
    me: Watcher,
    notice: String,
    rows: Vec<Row>,
}

/// A complaint with what the desk has to know of it.
struct Row {
    view: ComplaintView,
    subject: String,
    looked: String,
    result: String,
}

/// The answer.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    text: String,
}

/// `GET /desk/complaints`
pub async fn list(State(state): State<PortalState>, user: Desk, v: Visit) -> Answer {
    Ok(page(&ComplaintsPage::new(v, &state, &user, String::new()).await?))
}

/// `POST /desk/complaints/{id}`
pub async fn answer(
    State(state): State<PortalState>,
    user: Desk,
    Path(id): Path<String>,
    v: Visit,
    Form(said): Form<Said>,
) -> Answer {
    let id = ComplaintId::parse(&id).map_err(|_| SupervisionError::ComplaintNotFound)?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match jq_supervision::answer_complaint(&mut tx, &user.0, &id, &said.text, now).await {
        Ok(_) => tx.commit().await?,
        Err(SupervisionError::Text { .. }) => {
            let again = ComplaintsPage::new(v.clone(), &state, &user, v.t("complain-text-wrong")).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to("/desk/complaints").into_response())
}

impl ComplaintsPage {
    async fn new(v: Visit, state: &PortalState, user: &Desk, notice: String) -> Result<Self, Refused> {
        let banks = bank_names(state, &v).await?;
        let name = |bank: &BankId| banks.get(bank.as_str()).cloned().unwrap_or_else(|| bank.to_string());
        let found = jq_supervision::list_complaints(&state.db, SHOWN_MAX).await?;
        let row = |one: &Complaint| {
            let bank = one.bank.as_ref().map(name);
            let purpose = one.purpose.parse::<Purpose>().map(|purpose| purpose.text(v.lang()));
            let who = bank.map_or_else(|| one.reader.clone(), |bank| format!("{bank} · {}", one.reader));
            Row {
                view: ComplaintView::new(one),
                subject: one.subject_name.clone(),
                looked: format!("{who} · {}", purpose.unwrap_or_default()),
                result: v.t(if one.granted { "looks-granted" } else { "looks-refused" }),
            }
        };
        let rows = found.iter().map(row).collect();
        Ok(Self { me: Watcher::of(state, user, v.lang()).await?, notice, rows, v })
    }
}
