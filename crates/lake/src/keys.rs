//! What the lake knows of given records, so that a batch's rows can be told apart: new, newer, the
//! same, older.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, TimestampMicrosecondType};
use jiff::Timestamp;

use crate::Lake;
use crate::bounds::upper_bounds;
use crate::error::LakeError;
use crate::footers::Footers;
use crate::scan;
use crate::side_by_side::{WORKERS, side_by_side};
use crate::snapshot::{ActiveFile, Snapshot, Tier};

/// The newest known version of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Whom the record is about; told only when it was asked for.
    pub subject: Option<Box<str>>,
    /// Microseconds since 1970 at which the source last changed the record.
    pub source_updated_at: i64,
    /// The digest of the content.
    pub content_hash: i32,
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
    /// The newest known version of each of the records whose key digest `wanted` accepts.
    pub async fn known<F>(
        &self,
        table: &str,
        whereabouts: Whereabouts,
        wanted: F,
    ) -> Result<KnownRecords, LakeError>
    where
        F: Fn(KeyDigest) -> bool + Send + Sync + 'static,
    {
        let table = Arc::clone(self.table(table)?);
        let snapshot = table.snapshot().await?;
        if snapshot.files.is_empty() {
            return Ok(HashMap::new());
        }
        let footers = Arc::clone(self.footers());
        tokio::task::spawn_blocking(move || read_known(&footers, &snapshot, &whereabouts, &wanted)).await?
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

const KNOWN_COLUMNS: [&str; 7] =
    ["subject_key", "natural_key", "source_updated_at", "content_hash", "version", "op", "repair_state"];

fn read_known(
    footers: &Footers,
    snapshot: &Snapshot,
    whereabouts: &Whereabouts,
    wanted: &(dyn Fn(KeyDigest) -> bool + Sync),
) -> Result<KnownRecords, LakeError> {
    let (subjects, with_subject) = match whereabouts {
        Whereabouts::WithSubjects(subjects) => (Some(subjects.as_slice()), false),
        Whereabouts::Anywhere => (None, true),
    };
    let files = snapshot.files.iter().filter(|file| file.tier != Tier::History);
    let parts = side_by_side(WORKERS, files, |file, known| {
        read_file(footers, file, subjects, with_subject, wanted, known)
    })?;
    let mut parts = parts.into_iter();
    let mut known = parts.next().unwrap_or_default();
    for (digest, found) in parts.flatten() {
        keep_newest(&mut known, digest, found);
    }
    Ok(known)
}

fn read_file(
    footers: &Footers,
    file: &ActiveFile,
    subjects: Option<&[String]>,
    with_subject: bool,
    wanted: &(dyn Fn(KeyDigest) -> bool + Sync),
    known: &mut KnownRecords,
) -> Result<(), LakeError> {
    let pages = match subjects {
        None => Some(scan::columns(footers, file, &KNOWN_COLUMNS)?),
        Some(subjects) => scan::pages_of(footers, file, &KNOWN_COLUMNS, subjects)?,
    };
    for batch in pages.into_iter().flatten() {
        note(&batch?, with_subject, wanted, known);
    }
    Ok(())
}

fn note(
    batch: &RecordBatch,
    with_subject: bool,
    wanted: &(dyn Fn(KeyDigest) -> bool + Sync),
    known: &mut KnownRecords,
) {
    let text = |name: &str| batch.column_by_name(name).map(AsArray::as_string::<i32>);
    let whole = |name: &str| batch.column_by_name(name).map(AsArray::as_primitive::<Int32Type>);
    let updated =
        batch.column_by_name("source_updated_at").map(AsArray::as_primitive::<TimestampMicrosecondType>);
    let (Some(subjects), Some(keys), Some(ops), Some(states)) =
        (text("subject_key"), text("natural_key"), text("op"), text("repair_state"))
    else {
        return;
    };
    let (Some(updated), Some(hashes), Some(versions)) = (updated, whole("content_hash"), whole("version"))
    else {
        return;
    };
    for row in 0..batch.num_rows() {
        let digest = key_digest(keys.value(row));
        if !wanted(digest) {
            continue;
        }
        let found = Known {
            subject: with_subject.then(|| subjects.value(row).into()),
            source_updated_at: updated.value(row),
            content_hash: hashes.value(row),
            version: versions.value(row),
            withdrawn: ops.value(row) == "withdraw",
            repaired: states.value(row) == "repaired",
        };
        keep_newest(known, digest, found);
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
