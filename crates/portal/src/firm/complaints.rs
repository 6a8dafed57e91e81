//! A firm complains about a look at its records, one tap from the look, and sees what the service desk answers.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_identity::FirmUser;
use jq_supervision::{ComplainedLook, Complaint, SupervisionError, TEXT_CHARS};
use jq_web::{FieldProblem, Problem, Visit, page, say};
use serde::Deserialize;

use crate::firm::consents::may_consent;
use crate::firm::looks::{self, LookView};
use crate::form;
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// Complaints that are listed at most.
const LISTED_MAX: u32 = 100;

/// The question what is wrong with a look.
#[derive(Template)]
#[template(path = "firm/complain.html")]
struct ComplainPage {
    v: Visit,
    may: bool,
    look: LookView,
    text: String,
    errors: Vec<FieldProblem>,
}

/// The firm's complaints.
#[derive(Template)]
#[template(path = "firm/complaints.html")]
struct ComplaintsPage {
    v: Visit,
    complaints: Vec<ComplaintView>,
}

/// One complaint.
pub struct ComplaintView {
    /// Its number.
    pub id: String,
    /// What is wrong, in the firm's words.
    pub text: String,
    /// When it was made.
    pub made_at: String,
    /// When the look was.
    pub look_at: String,
    /// Until when it has to be answered; empty when it was, or when nobody can say yet.
    pub answer_by: String,
    /// The answer; empty until there is one.
    pub answer: String,
    /// When it was answered.
    pub answered_at: String,
}

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    text: String,
}

/// `GET /firm/looks/{id}/complain`
pub async fn ask(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let (_, look) = find(&state, &user, &id, &v).await?;
    let (may, text, errors) = (may_consent(&user), String::new(), Vec::new());
    Ok(page(&ComplainPage { v, may, look, text, errors }))
}

/// `POST /firm/looks/{id}/complain`
pub async fn complain(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(said): Form<Said>,
) -> Answer {
    let (about, look) = find(&state, &user, &id, &v).await?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match jq_supervision::complain(&mut tx, &user, about, (&said.text, &state.lending.calendar()), now).await
    {
        Ok(_) => tx.commit().await?,
        // Sent twice it is answered like the first time.
        Err(SupervisionError::ComplainedAlready) => tx.rollback().await?,
        Err(SupervisionError::Text { .. }) => {
            let message = v.t("complain-text-wrong");
            let errors = vec![FieldProblem { field: "text".to_owned(), message }];
            let text = said.text.chars().take(*TEXT_CHARS.end()).collect();
            let again = ComplainPage { v, may: may_consent(&user), look, text, errors };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to("/firm/complaints").into_response())
}

/// `GET /firm/complaints`
pub async fn list(State(state): State<PortalState>, Firm(user): Firm, v: Visit) -> Answer {
    let found = jq_supervision::list_complaints_of(&state.db, user.subject(), LISTED_MAX).await?;
    Ok(page(&ComplaintsPage { complaints: found.iter().map(ComplaintView::new).collect(), v }))
}

/// The look that is complained about; the firm's own and other firms' are not there.
async fn find(
    state: &PortalState,
    user: &FirmUser,
    id: &str,
    v: &Visit,
) -> Result<(ComplainedLook, LookView), Refused> {
    let found = looks::one(state, user, id, v).await?;
    let (look, view) =
        found.ok_or_else(|| Problem::new(404, "consent/no-such-look").forward("/firm/looks"))?;
    let about = ComplainedLook {
        look_id: look.look_id.clone(),
        at: look.at,
        granted: look.is_granted(),
        purpose: look.purpose.code().to_owned(),
        reader: look.reader,
        bank: look.bank,
    };
    Ok((about, view))
}

impl ComplaintView {
    /// The complaint as the firm and the desk see it.
    pub fn new(complaint: &Complaint) -> Self {
        let waits = complaint.answer_by.filter(|_| complaint.answer.is_none());
        Self {
            id: complaint.complaint_id.to_string(),
            text: complaint.text.clone(),
            made_at: say::moment(complaint.made_at),
            look_at: say::second(complaint.look_at),
            answer_by: waits.map(say::moment).unwrap_or_default(),
            answer: complaint.answer.clone().unwrap_or_default(),
            answered_at: complaint.answered_at.map(say::moment).unwrap_or_default(),
        }
    }
}

impl ComplainPage {
    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}
