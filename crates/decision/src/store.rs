//! All SQL on vectors and decision results.

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::{DecisionId, PermitId, SubjectKey};
use jq_base::seal::{SecretLevel, SecretPlace};
use jq_db::{Db, Row, Tx, sql};

use crate::error::DecisionError;
use crate::model::Decision;
use crate::vector::Vector;

/// A decision on record, with the vector it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDecision {
    /// Its number.
    pub decision_id: DecisionId,
    /// The run in which all flows answered together.
    pub run_id: String,
    /// Whose decision.
    pub subject: SubjectKey,
    /// The day whose knowledge it rests on.
    pub as_of: Date,
    /// When it was made.
    pub created_at: Timestamp,
    /// The permit it was made under.
    pub permit_id: PermitId,
    /// The result with its trace.
    pub decision: Decision,
    /// What the flow saw.
    pub vector: Vector,
}

/// Keeps a vector; the same day, features and lake give the same values, so a second one replaces the first.
pub(crate) async fn save_vector(tx: &mut Tx, vector: &Vector) -> Result<(), DecisionError> {
    let at = tx.now();
    tx.execute(
        sql("insert into decision_vector
                 (subject_key, as_of, feature_version, lake_version, vector, built_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (subject_key, as_of, feature_version, lake_version)
             do update set vector = excluded.vector, built_at = excluded.built_at")
        .bind(vector.subject.as_str())
        .bind(vector.as_of.to_string())
        .bind(vector.feature_version.as_str())
        .bind(vector.lake_version.as_str())
        .bind_secret(SecretLevel::Three, vector_of(&vector.subject), serde_json::to_string(vector)?)
        .bind(at),
    )
    .await?;
    Ok(())
}

/// The vector of a subject for that day, those features and that lake, if it was built.
pub(crate) async fn find_vector(
    db: &Db,
    subject: &SubjectKey,
    as_of: Date,
    feature_version: &str,
    lake_version: &str,
) -> Result<Option<Vector>, DecisionError> {
    let row = db
        .fetch_optional(
            sql("select vector from decision_vector
                 where subject_key = $1 and as_of = $2 and feature_version = $3 and lake_version = $4")
            .bind(subject.as_str())
            .bind(as_of.to_string())
            .bind(feature_version)
            .bind(lake_version),
        )
        .await?;
    Ok(row.map(|row| row.secret_json("vector", &vector_of(subject))).transpose()?)
}

/// Puts a decision on record. `asked_by` says who wanted to know: `subject` or `bank`.
pub(crate) async fn insert_decision(
    tx: &mut Tx,
    one: &StoredDecision,
    asked_by: &str,
) -> Result<(), DecisionError> {
    tx.execute(
        sql("insert into decision_result
                 (decision_id, run_id, subject_key, flow_id, flow_version, feature_version, lake_version, as_of,
                  outcome, limit_fen, vector, decision, permit_id, created_at, asked_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
        .bind(one.decision_id.as_str())
        .bind(one.run_id.as_str())
        .bind(one.subject.as_str())
        .bind(one.decision.flow_id.as_str())
        .bind(one.decision.flow_version.as_str())
        .bind(one.vector.feature_version.as_str())
        .bind(one.vector.lake_version.as_str())
        .bind(one.as_of.to_string())
        .bind(one.decision.outcome.code())
        .bind(one.decision.limit_fen)
        .bind_secret(SecretLevel::Three, place("vector", &one.decision_id), serde_json::to_string(&one.vector)?)
        .bind_secret(SecretLevel::Three, place("decision", &one.decision_id), serde_json::to_string(&one.decision)?)
        .bind(one.permit_id.as_str())
        .bind(one.created_at)
        .bind(asked_by),
    )
    .await?;
    Ok(())
}

/// The decision, if there is one of that number.
pub(crate) async fn find_decision(db: &Db, id: &DecisionId) -> Result<Option<StoredDecision>, DecisionError> {
    let row = db
        .fetch_optional(
            sql("select decision_id, run_id, subject_key, as_of, created_at, permit_id, decision, vector
                 from decision_result where decision_id = $1")
            .bind(id.as_str()),
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Decisions of a subject, newest first.
pub(crate) async fn list_decisions(
    db: &Db,
    subject: &SubjectKey,
    limit: u32,
) -> Result<Vec<StoredDecision>, DecisionError> {
    let rows = db
        .fetch_all(
            sql("select decision_id, run_id, subject_key, as_of, created_at, permit_id, decision, vector
                 from decision_result where subject_key = $1
                 order by created_at desc, decision_id desc limit $2")
            .bind(subject.as_str())
            .bind(i64::from(limit)),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// The decisions of the last run that a subject asked for itself, by flow.
pub(crate) async fn last_run(db: &Db, subject: &SubjectKey) -> Result<Vec<StoredDecision>, DecisionError> {
    let rows = db
        .fetch_all(
            sql("select decision_id, run_id, subject_key, as_of, created_at, permit_id, decision, vector
                 from decision_result
                 where run_id = (select run_id from decision_result
                                 where subject_key = $1 and asked_by = 'subject'
                                 order by created_at desc, decision_id desc limit 1)
                 order by flow_id")
            .bind(subject.as_str()),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Where a subject's vector lies sealed; one of another day is as secret.
fn vector_of(subject: &SubjectKey) -> SecretPlace {
    SecretPlace::new("decision_vector", "vector", subject.as_str())
}

/// Where a part of a decision lies sealed: a vector tells of taxes, and a trace tells of the vector.
fn place(column: &'static str, id: &DecisionId) -> SecretPlace {
    SecretPlace::new("decision_result", column, id.as_str())
}

fn read(row: &Row) -> Result<StoredDecision, DecisionError> {
    let decision_id = row.parsed("decision_id")?;
    Ok(StoredDecision {
        run_id: row.text("run_id")?,
        subject: row.parsed("subject_key")?,
        as_of: row.parsed("as_of")?,
        created_at: row.instant("created_at")?,
        permit_id: row.parsed("permit_id")?,
        decision: row.secret_json("decision", &place("decision", &decision_id))?,
        vector: row.secret_json("vector", &place("vector", &decision_id))?,
        decision_id,
    })
}
