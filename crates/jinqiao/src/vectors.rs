//! Keeps the vectors that models are asked with right: the whole city's on each new day, and after each batch those of the
//! subjects it touched; and has live loans looked at with them, so that banks are warned, and firms matched anew.

use jiff::SignedDuration;
use jq_base::lang::Lang;
use jq_decision::CaughtUp;
use jq_jobs::{Failure, Worker};

use crate::app::App;

const COMMITTED: &str = "ingest.batch.committed";
const CATCH_UP: &str = "decision.catch_up";
/// How often it is looked whether a new day has begun; a batch is not waited for.
const EVERY: SignedDuration = SignedDuration::from_mins(10);

/// Has a worker do it.
pub(crate) fn attend(worker: Worker, app: &App) -> Worker {
    let (app, db) = (app.clone(), app.db.clone());
    worker
        .sweep(CATCH_UP, EVERY, move |_| {
            let app = app.clone();
            async move { catch_up(&app).await.map_err(Failure::passing) }
        })
        .consume("decision.vectors", [COMMITTED], move |_| {
            let db = db.clone();
            async move { hasten(&db).await.map_err(Failure::passing) }
        })
}

async fn hasten(db: &jq_db::Db) -> Result<(), jq_db::DbError> {
    let mut tx = db.begin().await?;
    jq_jobs::hasten(&mut tx, CATCH_UP).await?;
    tx.commit().await
}

async fn catch_up(app: &App) -> anyhow::Result<()> {
    let started = std::time::Instant::now();
    let done = app.decisions()?.catch_up().await?;
    if done != CaughtUp::default() {
        let seconds = started.elapsed().as_secs_f64();
        let (vectors, whole_city, items) = (done.vectors, done.whole_city, done.items.len());
        tracing::info!(vectors, whole_city, items, seconds, "vectors were kept anew");
    }
    let looked = jq_warning::look(&app.warnings()?, &done).await?;
    if looked.raised > 0 || looked.ended > 0 {
        let (loans, raised, ended) = (looked.loans, looked.raised, looked.ended);
        let seconds = started.elapsed().as_secs_f64();
        tracing::info!(loans, raised, ended, seconds, "live loans were looked at");
    }
    let found = app.matching()?.look(&done).await?;
    if found != jq_matching::Looked::default() {
        let (matched, told, listed, ended) = (found.matched, found.told, found.listed, found.ended);
        let seconds = started.elapsed().as_secs_f64();
        tracing::info!(matched, told, listed, ended, seconds, "firms were matched anew");
    }
    Ok(())
}

/// What was done, in a sentence.
pub(crate) fn told(done: &CaughtUp, features: usize, lang: Lang) -> String {
    let vectors = done.vectors;
    match (lang, done.whole_city) {
        (Lang::Zh, true) => format!("已生成全市 {vectors} 个主体的特征，每个 {features} 项"),
        (Lang::En, true) => {
            format!("built the vectors of the city's {vectors} subjects, {features} features each")
        }
        (Lang::Zh, false) => format!("{} 类数据有新批次，已更新 {vectors} 个主体的特征", done.items.len()),
        (Lang::En, false) => {
            format!("{} items have new batches; renewed the vectors of {vectors} subjects", done.items.len())
        }
    }
}
