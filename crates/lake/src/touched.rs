//! Whom the batches of a while are about: what was computed of everybody else holds as it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Field, Schema};
use jq_base::ids::SubjectKey;

use crate::bounds::may_hold_text;
use crate::error::LakeError;
use crate::footers::Footers;
use crate::snapshot::{ActiveFile, Snapshot};
use crate::table::Table;
use crate::{Lake, log, scan, schema};

/// The column that says in which batch a version came.
const BATCH: &str = "batch_id";
const SUBJECT: &str = "subject_key";

/// The state of each table that a batch ever came into, by name: a number that changes when records come or go, and not
/// when they are only put in order.
pub type States = BTreeMap<String, u64>;

/// What came into a table between two of its states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrived {
    /// These batches, oldest first; none when nothing came.
    Batches(Vec<String>),
    /// Records were erased, or the log does not say any more: anybody may be concerned.
    Anything,
}

impl Lake {
    /// The state of every table.
    pub async fn states(&self) -> Result<States, LakeError> {
        let mut states = States::new();
        for table in self.tables() {
            let state = table.snapshot().await?.state;
            if state > 0 {
                states.insert(table.spec.name.clone(), state);
            }
        }
        Ok(states)
    }

    /// What came into a table after one state and up to another, as its log tells.
    pub async fn arrived(&self, table: &str, after: u64, upto: u64) -> Result<Arrived, LakeError> {
        let root = self.table(table)?.root.clone();
        let read = tokio::task::spawn_blocking(move || {
            let commits = log::between(&root, after, upto)?;
            let changes = commits.into_iter().filter(log::Commit::changes_what_is_known);
            changes.map(|commit| commit.batch).collect::<Option<Vec<String>>>()
        });
        Ok(read.await?.filter(|_| after <= upto).map_or(Arrived::Anything, Arrived::Batches))
    }

    /// The subjects that rows of these batches are about, in any of the item's columns that name one.
    pub async fn touched(&self, table: &str, batches: &[String]) -> Result<BTreeSet<SubjectKey>, LakeError> {
        let table = Arc::clone(self.table(table)?);
        let snapshot = table.snapshot().await?;
        let (footers, batches) = (Arc::clone(self.footers()), batches.to_vec());
        let found =
            tokio::task::spawn_blocking(move || touched(&footers, &table, &snapshot, &batches)).await??;
        Ok(found.iter().filter_map(|subject| SubjectKey::parse(subject).ok()).collect())
    }

    /// True when a row of these batches is about the subject.
    pub async fn touches(
        &self,
        table: &str,
        batches: &[String],
        subject: &SubjectKey,
    ) -> Result<bool, LakeError> {
        let table = Arc::clone(self.table(table)?);
        let snapshot = table.snapshot().await?;
        let (footers, batches) = (Arc::clone(self.footers()), batches.to_vec());
        let subject = subject.as_str().to_owned();
        let turn = self.reading_turn().await;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let schema = Schema::new(vec![Field::new(BATCH, schema::envelope_type(BATCH), true)]);
            let query =
                scan::SubjectQuery { subject: &subject, also: &table.spec.also_subjects, schema: &schema };
            let holding = holding(&footers, &snapshot, &batches)?;
            let rows = scan::subject_in(&footers, holding, &query)?;
            let is_one =
                |batch: Option<&str>| batch.is_some_and(|batch| batches.iter().any(|wanted| wanted == batch));
            Ok(rows.iter().any(|rows| rows.column(0).as_string::<i32>().iter().any(is_one)))
        })
        .await?
    }
}

/// The files that may hold rows of the batches.
fn holding<'s>(
    footers: &Footers,
    snapshot: &'s Snapshot,
    batches: &[String],
) -> Result<Vec<&'s ActiveFile>, LakeError> {
    let mut holding = Vec::new();
    for file in &snapshot.files {
        for batch in batches {
            if may_hold_text(footers, file, BATCH, batch)? {
                holding.push(file);
                break;
            }
        }
    }
    Ok(holding)
}

fn touched(
    footers: &Footers,
    table: &Table,
    snapshot: &Snapshot,
    batches: &[String],
) -> Result<BTreeSet<String>, LakeError> {
    let also = table.spec.also_subjects.iter().map(String::as_str);
    let names: Vec<&str> = [BATCH, SUBJECT].into_iter().chain(also).collect();
    let wanted: BTreeSet<&str> = batches.iter().map(String::as_str).collect();
    let mut found = BTreeSet::new();
    for file in holding(footers, snapshot, batches)? {
        for rows in scan::columns(footers, file, &names)? {
            add_subjects(&rows?, &wanted, &mut found);
        }
    }
    Ok(found)
}

fn add_subjects(rows: &RecordBatch, wanted: &BTreeSet<&str>, found: &mut BTreeSet<String>) {
    let Some(batches) = rows.column_by_name(BATCH).map(AsArray::as_string::<i32>) else { return };
    let naming = |column: &&ArrayRef| column.as_string_opt::<i32>().is_some();
    let fields = rows.schema();
    let subjects: Vec<_> = fields
        .fields()
        .iter()
        .zip(rows.columns())
        .filter(|(field, _)| field.name() != BATCH)
        .map(|(_, column)| column)
        .filter(naming)
        .map(AsArray::as_string::<i32>)
        .collect();
    // Rows lie by subject: most repeat the one before.
    let mut last = vec![None; subjects.len()];
    for (row, batch) in batches.iter().enumerate() {
        if !batch.is_some_and(|batch| wanted.contains(batch)) {
            continue;
        }
        for (column, last) in subjects.iter().zip(&mut last) {
            let subject = (!arrow::array::Array::is_null(*column, row)).then(|| column.value(row));
            if subject != *last {
                found.extend(subject.filter(|subject| !subject.is_empty()).map(str::to_owned));
                *last = subject;
            }
        }
    }
}
