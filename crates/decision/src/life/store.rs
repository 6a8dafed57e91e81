//! All SQL on versions of flows, their steps, and what serves.

use jiff::Timestamp;
use jq_base::ids::FlowVersionId;
use jq_db::{Db, DbError, Row, Tx, sql, sql_built};

use super::model::{FlowStep, FlowVersion, LifeError, Steward, TrialState, VersionAct, VersionState};
use super::watch::Watched;

/// The setting whose value is another one whenever other flows serve.
const MARK: &str = "decision.flows";
/// Steps of a flow that are shown at most.
const STEPS_MAX: u32 = 200;

const VERSIONS: &str =
    "select version_id, flow_id, version, bank_id, text, state, drafted_by, drafted_at, proposed_by,
        proposed_at, approved_by, approved_at, signature, follows, trial_state, trial_at, trial, ended_at
     from decision_flow_version";

/// What a flow serves with, where it is not the shipped text.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) flow_id: String,
    /// The version; nothing for the shipped text, and where it is retired.
    pub(super) version: Option<FlowVersion>,
    pub(super) retired: bool,
}

/// What changes whenever other flows serve; nothing while only shipped ones do.
pub(super) async fn mark(db: &Db) -> Result<Option<String>, DbError> {
    db.setting(MARK).await
}

/// Says that other flows serve.
async fn change_mark(tx: &mut Tx) -> Result<(), DbError> {
    let mark = jq_db::fresh_token(tx.now());
    tx.set_setting(MARK, &mark).await
}

/// Everything that does not serve as shipped.
pub(super) async fn list_services(db: &Db) -> Result<Vec<Service>, LifeError> {
    let rows = db
        .fetch_all(sql("select flow_id, version_id, retired from decision_flow_service order by flow_id"))
        .await?;
    let versions = db
        .fetch_all(sql_built(format!(
            "{VERSIONS} where version_id in
                 (select version_id from decision_flow_service where version_id is not null)"
        )))
        .await?;
    let versions = versions.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    rows.iter()
        .map(|row| {
            let named = row.opt_text("version_id")?;
            let version = versions.iter().find(|one| Some(one.version_id.as_str()) == named.as_deref());
            let (flow_id, retired) = (row.text("flow_id")?, row.int("retired")? != 0);
            Ok(Service { flow_id, version: version.cloned(), retired })
        })
        .collect()
}

/// The version that serves for a flow, as this transaction sees it.
pub(super) async fn serving_version(tx: &mut Tx, flow_id: &str) -> Result<Option<FlowVersionId>, DbError> {
    let query = sql("select version_id from decision_flow_service where flow_id = $1").bind(flow_id);
    let row = tx.fetch_optional(query).await?;
    row.map(|row| row.opt_parsed("version_id")).transpose().map(Option::flatten)
}

/// Writes what a flow serves with.
pub(super) async fn save_service(
    tx: &mut Tx,
    flow_id: &str,
    version: Option<&FlowVersionId>,
    retired: bool,
) -> Result<(), DbError> {
    let at = tx.now();
    tx.execute(
        sql("insert into decision_flow_service (flow_id, version_id, retired, since) values ($1, $2, $3, $4)
             on conflict (flow_id) do update set version_id = excluded.version_id, retired = excluded.retired,
                 since = excluded.since")
        .bind(flow_id)
        .bind(version.map(|version| version.as_str().to_owned()))
        .bind(retired)
        .bind(at),
    )
    .await?;
    change_mark(tx).await
}

/// Puts a draft on record.
pub(super) async fn insert(tx: &mut Tx, version: &FlowVersion) -> Result<(), DbError> {
    tx.execute(
        sql("insert into decision_flow_version
                 (version_id, flow_id, version, bank_id, text, state, drafted_by, drafted_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(version.version_id.as_str())
        .bind(version.flow_id.as_str())
        .bind(version.version.as_str())
        .bind(version.bank_id.as_str())
        .bind(version.text.as_str())
        .bind(version.state.code())
        .bind(version.drafted_by.as_str())
        .bind(version.drafted_at),
    )
    .await?;
    Ok(())
}

/// Moves a version from the state in which it was read. False when somebody has moved it since.
pub(super) async fn update(tx: &mut Tx, from: VersionState, to: &FlowVersion) -> Result<bool, DbError> {
    let query = sql("update decision_flow_version set state = $3, proposed_by = $4, proposed_at = $5,
             approved_by = $6, approved_at = $7, signature = $8, follows = $9, ended_at = $10,
             version = $11
         where version_id = $1 and state = $2");
    let query = query.bind(to.version_id.as_str()).bind(from.code()).bind(to.state.code());
    let query = query.bind(to.proposed_by.clone()).bind(to.proposed_at);
    let query = query.bind(to.approved_by.clone()).bind(to.approved_at).bind(to.signature.clone());
    let query = query.bind(to.follows.as_ref().map(|follows| follows.as_str().to_owned()));
    Ok(tx.execute(query.bind(to.ended_at).bind(to.version.as_str())).await? == 1)
}

/// Notes how far the trial of a version is.
pub(super) async fn save_trial(
    tx: &mut Tx,
    id: &FlowVersionId,
    state: &str,
    trial: Option<&str>,
) -> Result<(), DbError> {
    let at = tx.now();
    let query = sql("update decision_flow_version set trial_state = $2, trial = $3, trial_at = $4
         where version_id = $1 and state = 'draft'");
    let query = query.bind(id.as_str()).bind(state).bind(trial.map(str::to_owned)).bind(at);
    tx.execute(query).await.map(|_| ())
}

/// The version, if there is one.
pub(super) async fn find(db: &Db, id: &FlowVersionId) -> Result<Option<FlowVersion>, LifeError> {
    let query = sql_built(format!("{VERSIONS} where version_id = $1")).bind(id.as_str());
    db.fetch_optional(query).await?.as_ref().map(read).transpose()
}

/// The version as this transaction sees it, if there is one.
pub(super) async fn find_within(tx: &mut Tx, id: &FlowVersionId) -> Result<Option<FlowVersion>, LifeError> {
    let query = sql_built(format!("{VERSIONS} where version_id = $1")).bind(id.as_str());
    tx.fetch_optional(query).await?.as_ref().map(read).transpose()
}

/// The versions of a flow, the newest first.
pub(super) async fn list_of_flow(db: &Db, flow_id: &str, limit: u32) -> Result<Vec<FlowVersion>, LifeError> {
    let text = format!("{VERSIONS} where flow_id = $1 order by drafted_at desc, version_id desc limit $2");
    db.fetch_all(sql_built(text).bind(flow_id).bind(limit)).await?.iter().map(read).collect()
}

/// The versions of a bank's flows, the newest first.
pub(super) async fn list_of_bank(db: &Db, bank_id: &str, limit: u32) -> Result<Vec<FlowVersion>, LifeError> {
    let text = format!("{VERSIONS} where bank_id = $1 order by drafted_at desc, version_id desc limit $2");
    db.fetch_all(sql_built(text).bind(bank_id).bind(limit)).await?.iter().map(read).collect()
}

/// Puts a step of a flow's life on record.
pub(super) async fn insert_step(
    tx: &mut Tx,
    flow_id: &str,
    version: Option<&FlowVersionId>,
    act: VersionAct,
    by: &Steward,
    note: &str,
) -> Result<(), DbError> {
    let at = tx.now();
    tx.execute(
        sql("insert into decision_flow_step (flow_id, step_no, version_id, act, actor, role, note, at)
             select $1, coalesce(max(step_no), 0) + 1, $2, $3, $4, $5, $6, $7
             from decision_flow_step where flow_id = $1")
        .bind(flow_id)
        .bind(version.map(|version| version.as_str().to_owned()))
        .bind(act.code())
        .bind(by.login.as_str())
        .bind(by.role.as_str())
        .bind(note)
        .bind(at),
    )
    .await?;
    Ok(())
}

/// The steps of a flow's life, the newest first.
pub(super) async fn list_steps(db: &Db, flow_id: &str) -> Result<Vec<FlowStep>, LifeError> {
    let query = sql("select step_no, version_id, act, actor, role, note, at from decision_flow_step
         where flow_id = $1 order by step_no desc limit $2");
    let rows = db.fetch_all(query.bind(flow_id).bind(STEPS_MAX)).await?;
    rows.iter()
        .map(|row| {
            Ok(FlowStep {
                step_no: u32::try_from(row.int("step_no")?).unwrap_or(u32::MAX),
                version_id: row.opt_parsed("version_id")?,
                act: row.parsed("act")?,
                actor: row.text("actor")?,
                role: row.text("role")?,
                note: row.text("note")?,
                at: row.instant("at")?,
            })
        })
        .collect()
}

/// Keeps the text of a version that answers, so that its answers can be made again.
pub(super) async fn keep_text(tx: &mut Tx, flow_id: &str, version: &str, text: &str) -> Result<(), DbError> {
    let at = tx.now();
    let query =
        sql("insert into decision_flow_text (flow_id, version, text, seen_at) values ($1, $2, $3, $4)
         on conflict (flow_id, version) do nothing");
    tx.execute(query.bind(flow_id).bind(version).bind(text).bind(at)).await.map(|_| ())
}

/// The flows and versions whose texts are kept.
pub(super) async fn list_kept_texts(db: &Db) -> Result<Vec<(String, String)>, DbError> {
    let rows = db.fetch_all(sql("select flow_id, version from decision_flow_text")).await?;
    rows.iter().map(|row| Ok((row.text("flow_id")?, row.text("version")?))).collect()
}

/// The text of a version that once answered.
pub(super) async fn find_text(db: &Db, flow_id: &str, version: &str) -> Result<Option<String>, DbError> {
    let query = sql("select text from decision_flow_text where flow_id = $1 and version = $2");
    let row = db.fetch_optional(query.bind(flow_id).bind(version)).await?;
    row.map(|row| row.text("text")).transpose()
}

/// Every text with which a flow ever answered, the newest first.
pub(super) async fn list_texts(db: &Db, flow_id: &str) -> Result<Vec<String>, DbError> {
    let query = sql("select text from decision_flow_text where flow_id = $1 order by seen_at desc, version");
    db.fetch_all(query.bind(flow_id)).await?.iter().map(|row| row.text("text")).collect()
}

/// An answer that subjects got of a version.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub(super) subject: String,
    pub(super) outcome: String,
    pub(super) limit_fen: Option<i64>,
    pub(super) at: Timestamp,
}

/// The answers that a version gave to subjects since a moment, the newest `limit` of them, the oldest first.
pub(super) async fn list_answers(
    db: &Db,
    flow_id: &str,
    version: &str,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<Answered>, DbError> {
    let query = sql("select subject_key, outcome, limit_fen, created_at from decision_result
         where flow_id = $1 and flow_version = $2 and created_at >= $3 and asked_by = 'subject'
         order by created_at desc limit $4");
    let rows = db.fetch_all(query.bind(flow_id).bind(version).bind(since).bind(limit)).await?;
    let answer = |row: &Row| {
        Ok(Answered {
            subject: row.text("subject_key")?,
            outcome: row.text("outcome")?,
            limit_fen: row.opt_int("limit_fen")?,
            at: row.instant("created_at")?,
        })
    };
    rows.iter().rev().map(answer).collect()
}

/// Keeps what the last watch found of a flow.
pub(super) async fn save_watch(tx: &mut Tx, watched: &Watched) -> Result<(), LifeError> {
    let (at, text) = (tx.now(), serde_json::to_string(watched)?);
    let query =
        sql("insert into decision_flow_watch (flow_id, version, watched_at, watched) values ($1, $2, $3, $4)
         on conflict (flow_id) do update set version = excluded.version, watched_at = excluded.watched_at,
             watched = excluded.watched");
    let query = query.bind(watched.flow_id.as_str()).bind(watched.version.as_str()).bind(at).bind(text);
    tx.execute(query).await?;
    Ok(())
}

/// What the last watch found of a flow, if it was ever watched.
pub(super) async fn find_watch(db: &Db, flow_id: &str) -> Result<Option<Watched>, LifeError> {
    let query = sql("select watched from decision_flow_watch where flow_id = $1").bind(flow_id);
    let row = db.fetch_optional(query).await?;
    row.map(|row| Ok(row.json("watched")?)).transpose()
}

fn read(row: &Row) -> Result<FlowVersion, LifeError> {
    let trial_at = || row.instant("trial_at");
    let trial = match row.text("trial_state")?.as_str() {
        "asked" => TrialState::Asked(trial_at()?),
        "done" => TrialState::Done(trial_at()?, Box::new(row.json("trial")?)),
        "failed" => TrialState::Failed(trial_at()?, row.text("trial")?),
        _ => TrialState::None,
    };
    Ok(FlowVersion {
        version_id: row.parsed("version_id")?,
        flow_id: row.text("flow_id")?,
        version: row.text("version")?,
        bank_id: row.text("bank_id")?,
        text: row.text("text")?,
        state: row.parsed("state")?,
        drafted_by: row.text("drafted_by")?,
        drafted_at: row.instant("drafted_at")?,
        proposed_by: row.opt_text("proposed_by")?,
        proposed_at: row.get("proposed_at")?,
        approved_by: row.opt_text("approved_by")?,
        approved_at: row.get("approved_at")?,
        signature: row.opt_text("signature")?,
        follows: row.opt_parsed("follows")?,
        trial,
        ended_at: row.get("ended_at")?,
    })
}
