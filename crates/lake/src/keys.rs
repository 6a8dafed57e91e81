//! What the lake knows of given records, so that a batch's rows can be told apart: new, newer, the
//! same, older.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, TimestampMicrosecondType};
use jiff::Timestamp;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use crate::Lake;
use crate::bounds::upper_bounds;
use crate::contents::Contents;
use crate::error::LakeError;
use crate::footers::Footers;
use crate::scan;
use crate::schema::{self, WITHDRAW};
use crate::side_by_side::{WORKERS, side_by_side};
use crate::snapshot::{ActiveFile, Snapshot, Tier};
use crate::table::Table;

/// The newest known version of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Whom the record is about; told only when it was asked for.
    pub subject: Option<Box<str>>,
    /// Microseconds since 1970 at which the source last changed the record.
    pub source_updated_at: i64,
    /// The digest of what it says; told only where the batch's row is as old as it.
    pub content: Option<u64>,
    /// 1 for the first version.
    pub version: i32,
    /// True when the source withdrew the record.
    pub withdrawn: bool,
    /// True when the record was repaired: a delivery must not bring it back.
    pub repaired: bool,
}

/// What is known of a batch's records, by the digest of their keys.
pub type KnownRecords = HashMap<KeyDigest, Known>;

/// A 128-bit digest of a natural key; enough to tell a city's records apart.
pub type KeyDigest = u128;

/// The digest of a natural key, the same in every process.
pub fn key_digest(natural_key: &str) -> KeyDigest {
    twox_hash::XxHash3_128::oneshot(natural_key.as_bytes())
}

/// Where a batch's records can lie in the lake.
#[derive(Debug, Clone)]
pub enum Whereabouts {
    /// With these subjects, ascending: the natural key names the subject.
    WithSubjects(Vec<String>),
    /// Anywhere: a record may have been another subject's before.
    Anywhere,
}

impl Lake {
    /// The newest known version of each of the records that are looked for. `wanted` tells of a key's digest at which
    /// instant, in microseconds since 1970, the batch's row was changed, and nothing for a key that is not looked for.
    pub async fn known<F>(
        &self,
        table: &str,
        whereabouts: Whereabouts,
        wanted: F,
    ) -> Result<KnownRecords, LakeError>
    where
        F: Fn(KeyDigest) -> Option<i64> + Send + Sync + 'static,
    {
        let table = Arc::clone(self.table(table)?);
        let snapshot = table.snapshot().await?;
        if snapshot.files.is_empty() {
            return Ok(HashMap::new());
        }
        let footers = Arc::clone(self.footers());
        let search = move || {
            Search { table: &table, footers: &footers, wanted: &wanted }.known(&snapshot, &whereabouts)
        };
        tokio::task::spawn_blocking(search).await?
    }

    /// The subjects of a table, each once and ascending: who is registered.
    pub async fn subjects(&self, table: &str) -> Result<Vec<String>, LakeError> {
        let table = Arc::clone(self.table(table)?);
        let snapshot = table.snapshot().await?;
        let cache = Arc::clone(self.footers());
        tokio::task::spawn_blocking(move || {
            let mut subjects = Vec::new();
            for file in snapshot.files.iter().filter(|file| file.tier != Tier::History) {
                for batch in scan::columns(&cache, file, &["subject_key"])? {
                    let batch = batch?;
                    let column = batch.column(0).as_string::<i32>();
                    for subject in column.iter().flatten() {
                        if subjects.last().is_none_or(|last: &String| last != subject) {
                            subjects.push(subject.to_owned());
                        }
                    }
                }
            }
            subjects.sort_unstable();
            subjects.dedup();
            Ok(subjects)
        })
        .await?
    }

    /// The instant of the newest record the lake holds of the table, and when a batch last came in.
    pub async fn as_of(&self, table: &str) -> Result<Option<AsOf>, LakeError> {
        let table = Arc::clone(self.table(table)?);
        let snapshot = table.snapshot().await?;
        if let Some(found) = self.as_of_cache(&table.spec.name, snapshot.version) {
            return Ok(found);
        }
        let cache = Arc::clone(self.footers());
        let read = Arc::clone(&snapshot);
        let found = tokio::task::spawn_blocking(move || newest(&cache, &read)).await??;
        self.remember_as_of(&table.spec.name, snapshot.version, found);
        Ok(found)
    }
}

/// How fresh a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The newest change a source made to any record.
    pub source_updated_at: Timestamp,
    /// When the newest batch was received.
    pub received_at: Timestamp,
}

fn newest(cache: &Footers, snapshot: &Snapshot) -> Result<Option<AsOf>, LakeError> {
    let mut newest: Option<(i64, i64)> = None;
    for file in &snapshot.files {
        let bounds = upper_bounds(cache, file, ["source_updated_at", "received_at"])?;
        if let [Some(updated), Some(received)] = bounds {
            let (known_updated, known_received) = newest.unwrap_or((i64::MIN, i64::MIN));
            newest = Some((known_updated.max(updated), known_received.max(received)));
        }
    }
    Ok(newest.and_then(|(updated, received)| {
        Some(AsOf {
            source_updated_at: Timestamp::from_microsecond(updated).ok()?,
            received_at: Timestamp::from_microsecond(received).ok()?,
        })
    }))
}

const KNOWN_COLUMNS: [&str; 6] =
    ["subject_key", "natural_key", "source_updated_at", "version", "op", "repair_state"];

/// A look at all files for a batch's records.
struct Search<'s> {
    table: &'s Table,
    footers: &'s Footers,
    wanted: &'s (dyn Fn(KeyDigest) -> Option<i64> + Sync),
}

/// A stored row whose content is to be compared: its place among those that are read, its record and its version.
type Compared = (usize, usize, KeyDigest, i32);

impl Search<'_> {
    fn known(&self, snapshot: &Snapshot, whereabouts: &Whereabouts) -> Result<KnownRecords, LakeError> {
        let (subjects, with_subject) = match whereabouts {
            Whereabouts::WithSubjects(subjects) => (Some(subjects.as_slice()), false),
            Whereabouts::Anywhere => (None, true),
        };
        let files = snapshot.files.iter().filter(|file| file.tier != Tier::History);
        let parts =
            side_by_side(WORKERS, files, |file, known| self.read_file(file, subjects, with_subject, known))?;
        let mut parts = parts.into_iter();
        let mut known = parts.next().unwrap_or_default();
        for (digest, found) in parts.flatten() {
            keep_newest(&mut known, digest, found);
        }
        Ok(known)
    }

    fn read_file(
        &self,
        file: &ActiveFile,
        subjects: Option<&[String]>,
        with_subject: bool,
        known: &mut KnownRecords,
    ) -> Result<(), LakeError> {
        let mut compared = Vec::new();
        let pages = self.pages(file, &KNOWN_COLUMNS, subjects)?;
        for (number, batch) in pages.into_iter().flatten().enumerate() {
            self.note(&batch?, number, with_subject, known, &mut compared);
        }
        if compared.is_empty() {
            return Ok(());
        }
        // The same pages again, this time what they say.
        let names: Vec<&str> = self.table.own.fields().iter().map(|field| field.name().as_str()).collect();
        let pages = self.pages(file, &names, subjects)?;
        let mut compared = compared.into_iter().peekable();
        for (number, batch) in pages.into_iter().flatten().enumerate() {
            if compared.peek().is_none_or(|next| next.0 != number) {
                continue;
            }
            let rows = schema::conform(batch?, &self.table.own)?;
            let contents = Contents::of(&rows, &self.table.own);
            while let Some((_, row, digest, version)) = compared.next_if(|next| next.0 == number) {
                if let Some(found) = known.get_mut(&digest).filter(|found| found.version == version) {
                    found.content = Some(contents.digest(row));
                }
            }
        }
        Ok(())
    }

    fn pages(
        &self,
        file: &ActiveFile,
        names: &[&str],
        subjects: Option<&[String]>,
    ) -> Result<Option<ParquetRecordBatchReader>, LakeError> {
        match subjects {
            None => scan::columns(self.footers, file, names).map(Some),
            Some(subjects) => scan::pages_of(self.footers, file, names, subjects),
        }
    }

    fn note(
        &self,
        batch: &RecordBatch,
        number: usize,
        with_subject: bool,
        known: &mut KnownRecords,
        compared: &mut Vec<Compared>,
    ) {
        let text = |name: &str| batch.column_by_name(name).map(AsArray::as_string::<i32>);
        let versions = batch.column_by_name("version").map(AsArray::as_primitive::<Int32Type>);
        let updated =
            batch.column_by_name("source_updated_at").map(AsArray::as_primitive::<TimestampMicrosecondType>);
        let (Some(subjects), Some(keys), Some(ops), Some(states)) =
            (text("subject_key"), text("natural_key"), text("op"), text("repair_state"))
        else {
            return;
        };
        let (Some(updated), Some(versions)) = (updated, versions) else { return };
        for row in 0..batch.num_rows() {
            let digest = key_digest(keys.value(row));
            let Some(delivered_at) = (self.wanted)(digest) else { continue };
            let found = Known {
                subject: with_subject.then(|| subjects.value(row).into()),
                source_updated_at: updated.value(row),
                content: None,
                version: versions.value(row),
                withdrawn: ops.value(row) == WITHDRAW,
                repaired: states.value(row) == "repaired",
            };
            if delivered_at == found.source_updated_at {
                compared.push((number, row, digest, found.version));
            }
            keep_newest(known, digest, found);
        }
    }
}

fn keep_newest(known: &mut KnownRecords, digest: KeyDigest, found: Known) {
    match known.entry(digest) {
        Entry::Vacant(place) => {
            place.insert(found);
        }
        Entry::Occupied(mut kept) => {
            if found.version > kept.get().version {
                kept.insert(found);
            }
        }
    }
}
