//! All SQL on vectors and decision results.

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::{DecisionId, PermitId, SubjectKey};
use jq_base::seal::{SecretLevel, SecretPlace, SecretTable};
use jq_db::{Db, Query, Row, Tx, sql, sql_built};
use jq_lake::States;

use crate::error::DecisionError;
use crate::flow::Stage;
use crate::model::Decision;
use crate::vector::Vector;

/// A subject's vector tells of taxes; one of another day is as secret.
pub(crate) const VECTORS: SecretTable = SecretTable {
    name: "decision_vector",
    keys: &["subject_key"],
    columns: &["vector"],
    level: SecretLevel::Three,
    mixed: false,
};

/// The vector of a run.
pub(crate) const INPUTS: SecretTable = SecretTable {
    name: "decision_input",
    keys: &["run_id"],
    columns: &["vector"],
    level: SecretLevel::Three,
    mixed: false,
};

/// A decision's trace tells of the vector, which stood beside it in earlier releases.
pub(crate) const RESULTS: SecretTable = SecretTable {
    name: "decision_result",
    keys: &["decision_id"],
    columns: &["vector", "decision"],
    level: SecretLevel::Three,
    mixed: false,
};

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

/// Up to where the kept vectors are right.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeptState {
    /// The day they are of.
    pub(crate) as_of: Date,
    /// The state of each of the lake's tables when the last of them was built.
    pub(crate) lake: States,
    /// How many there are.
    pub(crate) subjects: usize,
}

/// Decisions with what they rest on, which those of earlier releases have beside them.
const DECISIONS: &str =
    "select d.decision_id, d.run_id, d.subject_key, d.as_of, d.created_at, d.permit_id, d.decision,
        d.vector, i.vector as input
     from decision_result d left join decision_input i on i.run_id = d.run_id";

/// Keeps a vector in place of the subject's last one.
pub(crate) async fn save_vector(tx: &mut Tx, vector: &Vector) -> Result<(), DecisionError> {
    let at = tx.now();
    tx.execute(
        sql("insert into decision_vector (subject_key, as_of, feature_version, vector, built_at)
             values ($1, $2, $3, $4, $5)
             on conflict (subject_key) do update set as_of = excluded.as_of,
                 feature_version = excluded.feature_version, vector = excluded.vector, built_at = excluded.built_at")
        .bind(vector.subject.as_str())
        .bind(vector.as_of.to_string())
        .bind(vector.feature_version.as_str())
        .bind_secret(VECTORS.level, vector_of(&vector.subject), serde_json::to_string(vector)?)
        .bind(at),
    )
    .await?;
    Ok(())
}

/// Forgets the vectors that were built before: what the lake no longer knows anything of has none.
pub(crate) async fn remove_vectors_before(tx: &mut Tx, moment: Timestamp) -> Result<(), DecisionError> {
    tx.execute(sql("delete from decision_vector where built_at < $1").bind(moment)).await?;
    Ok(())
}

/// The vector of a subject for that day and those features, and the state up to which it is right in any case.
pub(crate) async fn find_vector(
    db: &Db,
    subject: &SubjectKey,
    as_of: Date,
    feature_version: &str,
) -> Result<Option<(Vector, States)>, DecisionError> {
    let row = db
        .fetch_optional(
            sql("select v.vector, s.lake_states
                 from decision_vector v join decision_vector_state s on s.feature_version = v.feature_version
                 where v.subject_key = $1 and v.as_of = $2 and v.feature_version = $3")
            .bind(subject.as_str())
            .bind(as_of.to_string())
            .bind(feature_version),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((row.secret_json("vector", &vector_of(subject))?, row.json("lake_states")?)))
}

/// Asks for those of the subjects' vectors that are of that day and those features, each to be opened by
/// [`open_vector`].
pub(crate) fn vectors_of(subjects: &[SubjectKey], as_of: Date, feature_version: &str) -> Query {
    let text = format!(
        "select subject_key, vector from decision_vector
         where as_of = $1 and feature_version = $2 and subject_key in ({})",
        Query::next_places(3, subjects.len()),
    );
    let query = sql_built(text).bind(as_of.to_string()).bind(feature_version);
    query.bind_all(subjects.iter().map(SubjectKey::as_str))
}

/// A page of kept vectors of that day and those features, in the order of their subjects, still to be opened by
/// [`open_vector`].
pub(crate) async fn page_vectors(
    db: &Db,
    after: &str,
    as_of: Date,
    feature_version: &str,
    limit: u32,
) -> Result<Vec<Row>, DecisionError> {
    let query = sql("select subject_key, vector from decision_vector
         where subject_key > $1 and as_of = $2 and feature_version = $3 order by subject_key limit $4");
    let query = query.bind(after).bind(as_of.to_string()).bind(feature_version).bind(limit);
    Ok(db.fetch_all(query).await?)
}

/// The vector of a row.
pub(crate) fn open_vector(row: &Row) -> Result<Vector, DecisionError> {
    let subject: SubjectKey = row.parsed("subject_key")?;
    Ok(row.secret_json("vector", &vector_of(&subject))?)
}

/// Up to where the kept vectors of these features are right, if the whole city was ever built with them.
pub(crate) async fn find_state(db: &Db, feature_version: &str) -> Result<Option<KeptState>, DecisionError> {
    let query =
        sql("select as_of, lake_states, subjects from decision_vector_state where feature_version = $1");
    let row = db.fetch_optional(query.bind(feature_version)).await?;
    let read = |row: Row| {
        let subjects = usize::try_from(row.int("subjects")?).unwrap_or_default();
        Ok(KeptState { as_of: row.parsed("as_of")?, lake: row.json("lake_states")?, subjects })
    };
    row.map(read).transpose()
}

/// Notes up to where the kept vectors are right.
pub(crate) async fn save_state(
    tx: &mut Tx,
    feature_version: &str,
    state: &KeptState,
) -> Result<(), DecisionError> {
    let at = tx.now();
    tx.execute(
        sql("insert into decision_vector_state (feature_version, as_of, lake_states, subjects, built_at)
             values ($1, $2, $3, $4, $5)
             on conflict (feature_version) do update set as_of = excluded.as_of,
                 lake_states = excluded.lake_states, subjects = excluded.subjects, built_at = excluded.built_at")
        .bind(feature_version)
        .bind(state.as_of.to_string())
        .bind(serde_json::to_string(&state.lake)?)
        .bind(i64::try_from(state.subjects).unwrap_or(i64::MAX))
        .bind(at),
    )
    .await?;
    Ok(())
}

/// Puts on record what the decisions of a run rest on.
pub(crate) async fn insert_input(tx: &mut Tx, run_id: &str, vector: &Vector) -> Result<(), DecisionError> {
    tx.execute(sql("insert into decision_input (run_id, vector) values ($1, $2)").bind(run_id).bind_secret(
        INPUTS.level,
        input_of(run_id),
        serde_json::to_string(vector)?,
    ))
    .await?;
    Ok(())
}

/// Puts a decision on record. `asked_by` says who wanted to know: `subject` or `bank`.
pub(crate) async fn insert_decision(
    tx: &mut Tx,
    one: &StoredDecision,
    stage: Stage,
    asked_by: &str,
) -> Result<(), DecisionError> {
    tx.execute(
        sql("insert into decision_result
                 (decision_id, run_id, subject_key, flow_id, flow_version, feature_version, lake_version, as_of,
                  outcome, limit_fen, vector, decision, permit_id, created_at, asked_by, stage)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11, $12, $13, $14, $15)")
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
        .bind_secret(RESULTS.level, place("decision", &one.decision_id), serde_json::to_string(&one.decision)?)
        .bind(one.permit_id.as_str())
        .bind(one.created_at)
        .bind(asked_by)
        .bind(stage.code()),
    )
    .await?;
    Ok(())
}

/// The decision, if there is one of that number.
pub(crate) async fn find_decision(db: &Db, id: &DecisionId) -> Result<Option<StoredDecision>, DecisionError> {
    let row = db
        .fetch_optional(sql_built(format!("{DECISIONS} where d.decision_id = $1")).bind(id.as_str()))
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
            sql_built(format!(
                "{DECISIONS} where d.subject_key = $1 order by d.created_at desc, d.decision_id desc limit $2"
            ))
            .bind(subject.as_str())
            .bind(i64::from(limit)),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// The decisions of the last run of a stage that a subject asked for itself, by flow.
pub(crate) async fn last_run(
    db: &Db,
    subject: &SubjectKey,
    stage: Stage,
) -> Result<Vec<StoredDecision>, DecisionError> {
    let rows = db
        .fetch_all(
            sql_built(format!(
                "{DECISIONS}
                 where d.run_id = (select run_id from decision_result
                                   where subject_key = $1 and asked_by = 'subject' and stage = $2
                                   order by created_at desc, decision_id desc limit 1)
                 order by d.flow_id"
            ))
            .bind(subject.as_str())
            .bind(stage.code()),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Where a subject's vector lies sealed.
fn vector_of(subject: &SubjectKey) -> SecretPlace {
    VECTORS.place("vector", subject.as_str())
}

/// Where the vector of a run lies sealed.
fn input_of(run_id: &str) -> SecretPlace {
    INPUTS.place("vector", run_id)
}

/// Where a part of a decision lies sealed.
fn place(column: &'static str, id: &DecisionId) -> SecretPlace {
    RESULTS.place(column, id.as_str())
}

fn read(row: &Row) -> Result<StoredDecision, DecisionError> {
    let decision_id = row.parsed("decision_id")?;
    let run_id = row.text("run_id")?;
    let vector = match row.opt_text("input")? {
        Some(_) => row.secret_json("input", &input_of(&run_id))?,
        None => row.secret_json("vector", &place("vector", &decision_id))?,
    };
    Ok(StoredDecision {
        run_id,
        subject: row.parsed("subject_key")?,
        as_of: row.parsed("as_of")?,
        created_at: row.instant("created_at")?,
        permit_id: row.parsed("permit_id")?,
        decision: row.secret_json("decision", &place("decision", &decision_id))?,
        vector,
        decision_id,
    })
}
