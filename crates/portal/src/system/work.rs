//! Another try for work that was given up: a job, or an event that somebody could not be told of. Both are on record.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use jq_base::ids::JobId;
use jq_db::audit::AuditLine;
use jq_db::{Tx, outbox};
use jq_identity::SystemUser;
use jq_web::Problem;
use serde::Deserialize;
use serde_json::Value;

use crate::refused::{Answer, Refused};
use crate::session::System;
use crate::staff::prove_first;
use crate::state::PortalState;

/// The page on which work is shown.
const PAGE: &str = "/system/platform";

/// The form of a job.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct JobForm {
    job: String,
}

/// `POST /system/platform/jobs/again`
pub(super) async fn try_job_again(
    State(state): State<PortalState>,
    System(user): System,
    Form(form): Form<JobForm>,
) -> Answer {
    let job = JobId::parse(&form.job).map_err(|_| gone())?;
    let mut tx = state.db.begin().await?;
    if !user.staff().is_fresh(tx.now()) {
        return Ok(prove_first::<System>(PAGE));
    }
    if !jq_jobs::try_again(&mut tx, &job).await? {
        return Err(gone());
    }
    done(tx, &user, "jobs.tried_again", serde_json::json!({ "job": job })).await
}

/// The form of an event: whose delivery it is, and its place.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct EventForm {
    consumer: String,
    event: String,
}

/// `POST /system/platform/events/again`
pub(super) async fn try_event_again(
    State(state): State<PortalState>,
    System(user): System,
    Form(form): Form<EventForm>,
) -> Answer {
    let event: i64 = form.event.parse().map_err(|_| gone())?;
    let mut tx = state.db.begin().await?;
    if !user.staff().is_fresh(tx.now()) {
        return Ok(prove_first::<System>(PAGE));
    }
    if !outbox::try_again(&mut tx, &form.consumer, event).await? {
        return Err(gone());
    }
    let detail = serde_json::json!({ "consumer": form.consumer, "event": event });
    done(tx, &user, "events.tried_again", detail).await
}

/// Puts the act on record and leads back.
async fn done(mut tx: Tx, user: &SystemUser, action: &str, detail: Value) -> Result<Response, Refused> {
    let staff = user.staff();
    let line = AuditLine::new(staff.login(), staff.role().code(), action);
    tx.audit(line.institution(staff.institution()).detail(detail));
    tx.commit().await?;
    Ok(Redirect::to(PAGE).into_response())
}

/// It is no longer given up: somebody else was faster, or the same work waits already.
fn gone() -> Refused {
    Problem::new(409, "system/not-given-up").forward(PAGE).into()
}
