//! What goes on by itself around models: trials of drafts on past applications, and the watch over versions in service.

use jiff::SignedDuration;
use jq_base::ids::FlowVersionId;
use jq_decision::life::trial::APPLICATIONS_MAX;
use jq_decision::life::{BankDecision, LifeError, PastApplication};
use jq_jobs::{Failure, Worker};
use jq_lending::loan::DecidedApplication;
use serde::Deserialize;

use crate::app::App;

const TRIAL_ASKED: &str = "decision.flow.trial_asked";
/// How often versions in service are watched.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Applications of the last year are what a version is tried on.
const TRIAL_DAYS: i64 = 365;
/// Decisions of these last days are what a version is watched by.
const WATCH_DAYS: i64 = 30;

/// What a question for a trial names.
#[derive(Deserialize)]
struct Asked {
    version_id: FlowVersionId,
}

/// Has a worker do it.
pub(crate) fn attend(worker: Worker, app: &App) -> Worker {
    let (trying, watching) = (app.clone(), app.clone());
    worker
        .consume("decision.trial", [TRIAL_ASKED], move |delivery| {
            let app = trying.clone();
            async move {
                let asked: Asked =
                    serde_json::from_value(delivery.event.payload).map_err(Failure::lasting)?;
                answer(&app, &asked.version_id).await.map_err(Failure::passing)
            }
        })
        .sweep("decision.watch", EVERY, move |_| {
            let app = watching.clone();
            async move { watch(&app).await.map_err(Failure::passing) }
        })
}

/// Tries a version that somebody asked a trial of. What stands in its way is told on its page, where it can be asked again.
async fn answer(app: &App, id: &FlowVersionId) -> anyhow::Result<()> {
    match try_version(app, id).await {
        Ok(()) => Ok(()),
        Err(error) => {
            tracing::warn!(version = %id, error = format!("{error:#}"), "a trial could not be done");
            // A version that was moved on in the meantime needs no trial.
            match app.decisions()?.fail_trial(id, &format!("{error:#}")).await {
                Ok(()) | Err(LifeError::NotAllowed { .. } | LifeError::NotFound) => Ok(()),
                Err(error) => Err(error.into()),
            }
        }
    }
}

/// Tries a version on the applications of the last year.
pub(crate) async fn try_version(app: &App, id: &FlowVersionId) -> anyhow::Result<()> {
    let started = std::time::Instant::now();
    let since = app.clock.now() - SignedDuration::from_hours(24 * TRIAL_DAYS);
    let decided = app.lending()?.decided_applications(since, APPLICATIONS_MAX).await?;
    let applications: Vec<PastApplication> = decided.into_iter().map(past).collect();
    app.decisions()?.try_flow(id, &applications).await?;
    let (applications, seconds) = (applications.len(), started.elapsed().as_secs_f64());
    tracing::info!(version = %id, applications, seconds, "a version was tried");
    Ok(())
}

fn past(decided: DecidedApplication) -> PastApplication {
    PastApplication {
        subject: decided.subject,
        applied_on: decided.submitted_on,
        granted: decided.granted,
        bad: decided.bad,
        district: decided.district,
        industry: decided.industry,
        first_loan: decided.first_loan,
    }
}

/// Watches the versions in service.
pub(crate) async fn watch(app: &App) -> anyhow::Result<()> {
    let since = app.clock.now() - SignedDuration::from_hours(24 * WATCH_DAYS);
    let lending = app.lending()?;
    let mut decided: Vec<BankDecision> = lending
        .decided_applications(since, APPLICATIONS_MAX)
        .await?
        .into_iter()
        .filter_map(|one| {
            let flow = lending.products().find(&one.product)?.flow.as_ref()?;
            Some(BankDecision {
                subject: one.subject,
                flow_id: flow.to_string(),
                at: one.decided_at,
                granted: one.granted,
            })
        })
        .collect();
    decided.sort_by_key(|one| one.at);
    for watched in app.decisions()?.watch_flows(&decided).await? {
        if watched.verdict.is_astray() {
            let (flow, version, found) = (&watched.flow_id, &watched.version, watched.verdict.code());
            tracing::warn!(flow, version, found, "a version has gone astray and was taken back");
        }
    }
    Ok(())
}
