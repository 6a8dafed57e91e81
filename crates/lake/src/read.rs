//! One subject's records, read through a permit.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::{FieldRef, Int32Type, Schema, SchemaRef};
use futures::future::try_join_all;
use jq_base::ids::SubjectKey;
use jq_base::permit::Permit;

use crate::Lake;
use crate::error::LakeError;
use crate::footers::Footers;
use crate::scan::{self, SubjectQuery};
use crate::schema::{self, WITHDRAW};
use crate::side_by_side::WORKERS;
use crate::snapshot::{Snapshot, Tier};
use crate::table::Table;
use crate::value::{Row, rows};

impl Lake {
    /// The current records of the permit's subject in one item, newest version of each, withdrawn ones
    /// left out. What the permit does not cover is not read: no other item, and of the item none of the columns that
    /// the permit withholds. Of the envelope the rows have the subject, the natural key, the version and the state
    /// of repair.
    pub async fn read_subject(&self, permit: &Permit, item: &str) -> Result<Vec<Row>, LakeError> {
        if !permit.allows(permit.subject(), item) {
            return Err(LakeError::NotPermitted { item: item.to_owned() });
        }
        let table = Arc::clone(self.table(item)?);
        let opened = opened(&table.told_schema, permit, item);
        Ok(rows(vec![self.columns_of_subject(table, permit.subject(), opened).await?]))
    }

    /// The same of several items at once, in their order. They are read in as many stretches as a reader alone may keep
    /// cores busy, and not item by item: a small item costs less than handing it to another thread.
    pub async fn read_items(&self, permit: &Permit, items: &[&str]) -> Result<Vec<Vec<Row>>, LakeError> {
        let mut stretches: [Vec<Reading>; WORKERS] = Default::default();
        for (place, item) in items.iter().enumerate() {
            if !permit.allows(permit.subject(), item) {
                return Err(LakeError::NotPermitted { item: (*item).to_owned() });
            }
            let table = Arc::clone(self.table(item)?);
            let schema = opened(&table.told_schema, permit, item);
            let snapshot = table.snapshot().await?;
            stretches[place % WORKERS].push(Reading { place, table, snapshot, schema });
        }
        let read = stretches.into_iter().map(|readings| self.read_stretch(permit.subject(), readings));
        let mut found = try_join_all(read).await?.concat();
        found.sort_unstable_by_key(|(place, _)| *place);
        Ok(found.into_iter().map(|(_, rows)| rows).collect())
    }

    /// One item after the other, each with its place in the answer.
    async fn read_stretch(
        &self,
        subject: &SubjectKey,
        readings: Vec<Reading>,
    ) -> Result<Vec<(usize, Vec<Row>)>, LakeError> {
        if readings.is_empty() {
            return Ok(Vec::new());
        }
        let (footers, subject) = (Arc::clone(self.footers()), subject.as_str().to_owned());
        let turn = self.reading_turn().await;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let read = |one: Reading| {
                let found = of_subject(&footers, &one.table, &one.snapshot, &subject, &one.schema)?;
                Ok((one.place, rows(vec![found])))
            };
            readings.into_iter().map(read).collect()
        })
        .await?
    }

    /// The current records of one subject, for work that stays inside the platform.
    pub(crate) async fn current_of_subject(
        &self,
        item: &str,
        subject: &SubjectKey,
    ) -> Result<RecordBatch, LakeError> {
        let table = Arc::clone(self.table(item)?);
        let all = Arc::clone(&table.schema);
        self.columns_of_subject(table, subject, all).await
    }

    async fn columns_of_subject(
        &self,
        table: Arc<Table>,
        subject: &SubjectKey,
        schema: SchemaRef,
    ) -> Result<RecordBatch, LakeError> {
        let snapshot = table.snapshot().await?;
        let footers = Arc::clone(self.footers());
        let subject = subject.as_str().to_owned();
        let turn = self.reading_turn().await;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            of_subject(&footers, &table, &snapshot, &subject, &schema)
        })
        .await?
    }
}

/// One item that is to be read, and its place in the answer.
struct Reading {
    place: usize,
    table: Arc<Table>,
    snapshot: Arc<Snapshot>,
    schema: SchemaRef,
}

/// The current records of a subject in one table.
fn of_subject(
    footers: &Footers,
    table: &Table,
    snapshot: &Snapshot,
    subject: &str,
    schema: &SchemaRef,
) -> Result<RecordBatch, LakeError> {
    let query = SubjectQuery { subject, also: &table.spec.also_subjects, schema };
    let files = snapshot.files.iter().filter(|file| file.tier != Tier::History);
    let found = scan::subject_in(footers, files, &query)?;
    newest(schema, &found)
}

/// The columns that the permit opens: of the item those that it does not withhold. They alone are asked of the files.
fn opened(told: &SchemaRef, permit: &Permit, item: &str) -> SchemaRef {
    if !permit.withheld().contains_key(item) {
        return Arc::clone(told);
    }
    let is_open =
        |name: &str| schema::ENVELOPE.contains(&name) || permit.allows_column(permit.subject(), item, name);
    let fields: Vec<FieldRef> =
        told.fields().iter().filter(|field| is_open(field.name())).map(Arc::clone).collect();
    Arc::new(Schema::new(fields))
}

/// Of all versions the newest of each record, unless it is a withdrawal.
pub(crate) fn newest(schema: &SchemaRef, versions: &[RecordBatch]) -> Result<RecordBatch, LakeError> {
    let versions = versions.iter().cloned().map(|rows| schema::conform(rows, schema));
    let all = concat_batches(schema, &versions.collect::<Result<Vec<_>, _>>()?)?;
    let text = |name: &str| all.column_by_name(name).map(arrow::array::AsArray::as_string::<i32>);
    let (Some(keys), Some(ops)) = (text("natural_key"), text("op")) else { return Ok(all) };
    let Some(numbers) = all.column_by_name("version").map(arrow::array::AsArray::as_primitive::<Int32Type>)
    else {
        return Ok(all);
    };
    let mut best: HashMap<&str, usize> = HashMap::with_capacity(all.num_rows());
    for row in 0..all.num_rows() {
        best.entry(keys.value(row))
            .and_modify(|kept| {
                if numbers.value(row) > numbers.value(*kept) {
                    *kept = row;
                }
            })
            .or_insert(row);
    }
    let kept: BooleanArray = (0..all.num_rows())
        .map(|row| Some(best.get(keys.value(row)) == Some(&row) && ops.value(row) != WITHDRAW))
        .collect();
    Ok(filter_record_batch(&all, &kept)?)
}
