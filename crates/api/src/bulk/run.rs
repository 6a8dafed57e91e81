//! The work of the night: subject by subject, each asked for anew. It goes in short pieces, so that a platform that is
//! told to end does not wait for it, and ends with the night.

use jiff::{SignedDuration, Timestamp};
use jq_db::DbError;
use jq_identity::client;
use jq_jobs::{Failure, NewJob, Worker, enqueue};

use super::model::{Bulk, BulkSubject, KEPT};
use super::store::{self, Kept};
use super::view::BulkLineView;
use crate::caller::BankClient;
use crate::code;
use crate::state::ApiState;
use crate::subject::{Wish, read};

/// The job's kind.
const KIND: &str = "api.bulk_read";
/// Subjects after which the work is queued again.
const SUBJECTS_AT_ONCE: u32 = 25;
/// How often a piece is tried while the store or the lake does not answer.
const TRIES: u32 = 50;

/// The work on one bulk reading, from that moment on.
pub(super) fn job(bulk_id: &str, at: Timestamp) -> NewJob {
    NewJob::new(KIND, &bulk_id).once_per(bulk_id).at(at).tries(TRIES)
}

/// Has the worker do the work, and erase what was read a week later.
pub(crate) fn attend(worker: Worker, state: &ApiState) -> Worker {
    let (reading, erasing) = (state.clone(), state.clone());
    worker
        .on(KIND, move |job| {
            let state = reading.clone();
            async move {
                let bulk_id: String = job.read()?;
                work(&state, &bulk_id).await
            }
        })
        .sweep("api.bulk_erase", SignedDuration::from_hours(1), move |_| {
            let state = erasing.clone();
            async move { erase(&state).await }
        })
}

async fn work(state: &ApiState, bulk_id: &str) -> Result<(), Failure> {
    let Some(bulk) = store::find(&state.db, bulk_id).await? else { return Ok(()) };
    for subject in store::list_waiting(&state.db, bulk_id, SUBJECTS_AT_ONCE).await? {
        if !state.limits.bulk_hours.is_open(state.db.clock().now()) {
            break;
        }
        one(state, &bulk, &subject).await?;
    }
    let waits = !store::list_waiting(&state.db, bulk_id, 1).await?.is_empty();
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    if waits {
        enqueue(&mut tx, job(bulk_id, state.limits.bulk_hours.next_open(now))).await?;
    } else {
        store::finish(&mut tx, bulk_id, now).await?;
    }
    Ok(tx.commit().await?)
}

/// Reads one subject, or notes why not. What is a fault of ours is tried again later.
async fn one(state: &ApiState, bulk: &Bulk, subject: &BulkSubject) -> Result<(), Failure> {
    let found = client::find_active(&state.db, &bulk.client_id).await?;
    let Some(client) = found.and_then(BankClient::of) else {
        return Ok(refused(state, bulk, subject, code::WRONG_CLIENT.id).await?);
    };
    let (subject_key, purpose) = (subject.subject.clone(), bulk.purpose);
    let wish = Wish { subject: subject_key, purpose, order: None, consent: None, needs: Vec::new() };
    let items: Vec<&str> = bulk.items.iter().map(String::as_str).collect();
    let view = match read(state, &client, &wish, &items, bulk.partial).await {
        Ok(view) => view,
        Err(problem) if problem.status().is_client_error() => {
            return Ok(refused(state, bulk, subject, problem.code()).await?);
        }
        Err(problem) => return Err(Failure::passing(format!("read a subject: {}", problem.code()))),
    };
    let (permit_id, items) = (view.permit.permit_id.clone(), view.permit.items.clone());
    let line = serde_json::to_string(&BulkLineView::read(view, subject.subject.to_string()))?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let kept = Kept { items: &items, permit_id: &permit_id, line: &line };
    store::note_read(&mut tx, (&bulk.bulk_id, subject.place), kept, now).await?;
    Ok(tx.commit().await?)
}

async fn refused(state: &ApiState, bulk: &Bulk, subject: &BulkSubject, code: &str) -> Result<(), DbError> {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    store::note_refused(&mut tx, (&bulk.bulk_id, subject.place), code, now).await?;
    tx.commit().await
}

/// Erases what nobody may fetch any more.
async fn erase(state: &ApiState) -> Result<(), Failure> {
    let now = state.db.clock().now();
    let before = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    for bulk_id in store::list_over(&state.db, before).await? {
        let mut tx = state.db.begin().await?;
        store::erase(&mut tx, &bulk_id, now).await?;
        tx.commit().await?;
    }
    Ok(())
}
