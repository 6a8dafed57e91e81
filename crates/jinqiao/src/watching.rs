//! Work about reading that goes on by itself: unusual reading is looked for, and emergencies that are over are told to the
//! firms.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use jq_base::ids::SubjectKey;
use jq_consent::WatchRules;
use jq_db::audit::AuditLine;
use jq_jobs::{Failure, Worker};
use jq_lake::Scope;

use crate::app::App;

/// How often.
const EVERY: SignedDuration = SignedDuration::from_mins(1);
const REGISTER: &str = "ent_registration";

/// Has a worker do it.
pub(crate) fn attend(worker: Worker, app: &App, rules: WatchRules) -> Worker {
    let (watching, telling) = (app.clone(), app.db.clone());
    worker
        .sweep("consent.watch", EVERY, move |_| {
            let (app, rules) = (watching.clone(), rules.clone());
            async move { watch(&app, &rules).await.map_err(Failure::passing) }
        })
        .sweep("consent.emergency", EVERY, move |_| {
            let db = telling.clone();
            async move { jq_consent::announce_emergencies(&db).await.map(|_| ()).map_err(Failure::passing) }
        })
}

async fn watch(app: &App, rules: &WatchRules) -> anyhow::Result<()> {
    let now = app.clock.now();
    let subjects = jq_consent::subjects_to_compare(&app.db, rules, now).await?;
    let reps = if subjects.is_empty() { BTreeMap::new() } else { reps_of(app, subjects).await? };
    let found = jq_consent::notice_unusual(&app.db, rules, &reps, now).await?;
    if found > 0 {
        tracing::warn!(alerts = found, "unusual reading was noticed");
    }
    Ok(())
}

/// The legal representatives of these firms, each as the hash by which the register names them; on record.
async fn reps_of(app: &App, subjects: BTreeSet<SubjectKey>) -> anyhow::Result<BTreeMap<SubjectKey, String>> {
    let mut tx = app.db.begin().await?;
    let detail = serde_json::json!({ "firms": subjects.len() });
    tx.audit(AuditLine::new("system", "system", "consent.reps_compared").items([REGISTER]).detail(detail));
    tx.commit().await?;
    let session = app.lake.session(Scope::Subjects(subjects.into_iter().collect()));
    let rows = session.sql("select subject_key, legal_rep_id_hash from ent_registration").await?;
    let pair = |row: &jq_lake::Row| {
        let subject = SubjectKey::parse(&row.text("subject_key")?).ok()?;
        Some((subject, row.text("legal_rep_id_hash")?))
    };
    Ok(rows.iter().filter_map(pair).collect())
}
