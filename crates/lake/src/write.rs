//! Writing data files: one subject's rows stand together, in the order of their keys.

use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray, new_null_array,
};
use arrow::compute::{interleave, interleave_record_batch};
use arrow::datatypes::{Int32Type, Schema};
use deltalake_core::kernel::Add;
use parquet::arrow::ArrowWriter;

use crate::error::LakeError;
use crate::order::Place;
use crate::pace::Pace;
use crate::rows::Stamp;
use crate::schema::{self, UPSERT, WITHDRAW};
use crate::snapshot::Tier;
use crate::table::Table;

/// Rows handed to a writer at once.
pub(crate) const CHUNK_ROWS: usize = 32_768;

/// A data file that is written and not part of its table yet; dropped before it is, it goes from the disk.
#[derive(Debug)]
pub(crate) struct NewFile {
    add: Add,
    on_disk: OnDisk,
}

impl NewFile {
    /// The action that makes it part of the table. From here on the file stays; should the commit fail, it is in no
    /// version of the table and is vacuumed later.
    pub(crate) fn into_add(mut self) -> Add {
        self.on_disk.stays = true;
        self.add
    }

    pub(crate) fn stats(&self) -> Option<&str> {
        self.add.stats.as_deref()
    }
}

/// A file that goes unless it is said that it stays.
#[derive(Debug)]
struct OnDisk {
    path: PathBuf,
    stays: bool,
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        if !self.stays {
            // A file that stays behind is in no version of the table and is vacuumed later.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// For how long a data file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stay {
    /// Until it is compacted: writing it must be quick.
    Passing,
    /// For good, most likely: it must be small.
    Settled,
}

/// A data file being written; its rows come sorted.
pub(crate) struct FileWriter<'t> {
    table: &'t Table,
    tier: Tier,
    relative: String,
    on_disk: OnDisk,
    writer: ArrowWriter<File>,
    rows: usize,
    first: Option<String>,
    last: String,
    version_max: i32,
    withdraws: bool,
}

impl<'t> FileWriter<'t> {
    /// Begins a file for about `rows` rows.
    pub(crate) fn create(table: &'t Table, tier: Tier, stay: Stay, rows: usize) -> Result<Self, LakeError> {
        let relative = format!("tier={}/part-{}.zstd.parquet", tier.name(), uuid::Uuid::now_v7());
        let path = table.root.join(&relative);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| table.disk_error(error))?;
        }
        let file = File::create(&path).map_err(|error| table.disk_error(error))?;
        let on_disk = OnDisk { path, stays: false };
        let mut properties = schema::writer_properties(&table.spec, table.sizes, stay, rows);
        if let Some(sealing) = &table.sealing
            && let Some(sealed) = sealing.of_new_file(&table.spec).map_err(data_file(&relative))?
        {
            properties = properties.with_file_encryption_properties(sealed);
        }
        let writer = ArrowWriter::try_new(file, Arc::clone(&table.schema), Some(properties.build()))
            .map_err(data_file(&relative))?;
        let (first, last) = (None, String::new());
        let (version_max, withdraws) = (0, false);
        Ok(Self { table, tier, relative, on_disk, writer, rows: 0, first, last, version_max, withdraws })
    }

    /// Adds rows in the file's schema.
    pub(crate) fn write(&mut self, rows: &RecordBatch) -> Result<(), LakeError> {
        let count = rows.num_rows();
        if count == 0 {
            return Ok(());
        }
        let subjects = rows.column_by_name("subject_key").map(AsArray::as_string::<i32>);
        if let Some(subjects) = subjects {
            self.first.get_or_insert_with(|| subjects.value(0).to_owned());
            subjects.value(count - 1).clone_into(&mut self.last);
        }
        let versions = rows.column_by_name("version").map(AsArray::as_primitive::<Int32Type>);
        let newest = versions.and_then(arrow::compute::max).unwrap_or(0);
        self.version_max = self.version_max.max(newest);
        let ops = rows.column_by_name("op").map(AsArray::as_string::<i32>);
        self.withdraws |= ops.is_none_or(|ops| ops.iter().any(|op| op == Some(WITHDRAW)));
        self.rows += count;
        self.writer.write(rows).map_err(data_file(&self.relative))
    }

    /// Closes the file, flushed to disk.
    pub(crate) fn close(self) -> Result<NewFile, LakeError> {
        let table = self.table;
        let file = self.writer.into_inner().map_err(data_file(&self.relative))?;
        file.sync_all().map_err(|error| table.disk_error(error))?;
        let meta = file.metadata().map_err(|error| table.disk_error(error))?;
        let stats = serde_json::json!({
            "numRecords": self.rows,
            "minValues": { "subject_key": self.first },
            "maxValues": {
                "subject_key": self.last,
                "version": self.version_max,
                "op": if self.withdraws { WITHDRAW } else { UPSERT },
            },
            "nullCount": { "subject_key": 0 },
        });
        let modified = meta
            .modified()
            .ok()
            .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
            .and_then(|since| i64::try_from(since.as_millis()).ok())
            .unwrap_or(0);
        let add = Add {
            path: self.relative,
            partition_values: HashMap::from([("tier".to_owned(), Some(self.tier.name().to_owned()))]),
            size: i64::try_from(meta.len()).unwrap_or(i64::MAX),
            modification_time: modified,
            data_change: true,
            stats: Some(stats.to_string()),
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        };
        Ok(NewFile { add, on_disk: self.on_disk })
    }
}

fn data_file(relative: &str) -> impl FnOnce(parquet::errors::ParquetError) -> LakeError {
    let file = relative.to_owned();
    move |source| LakeError::DataFile { file, source: Box::new(source) }
}

/// Writes delivered rows, in the given order, as one file; the batch's stamp is put on every row. `versions` are those
/// of the batches' rows where they have been decided apart from them.
pub(crate) fn write_delivered(
    table: &Table,
    tier: Tier,
    batches: &[RecordBatch],
    order: &[Place],
    versions: Option<&[Int32Array]>,
    stamp: &Stamp,
) -> Result<NewFile, LakeError> {
    let mut file = FileWriter::create(table, tier, Stay::Passing, order.len())?;
    let envelope = StampColumns::new(stamp, order.len().min(CHUNK_ROWS));
    let sources: Vec<Option<Vec<&dyn Array>>> = table
        .schema
        .fields()
        .iter()
        .map(|field| match versions {
            Some(versions) if field.name() == "version" => {
                Some(versions.iter().map(|column| column as &dyn Array).collect())
            }
            _ => batches.iter().map(|rows| rows.column_by_name(field.name()).map(AsRef::as_ref)).collect(),
        })
        .collect();
    for chunk in order.chunks(CHUNK_ROWS) {
        let columns = table.schema.fields().iter().zip(&sources).map(|(field, source)| match source {
            Some(source) => interleave(source, chunk),
            None => Ok(envelope.column(field.name(), chunk.len(), &table.schema)),
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        file.write(&RecordBatch::try_new(Arc::clone(&table.schema), columns)?)?;
    }
    file.close()
}

/// Writes rows of the table's own schema, in the given order, as many files as keep them of even size; one
/// subject's rows stay in one file.
pub(crate) fn write_rows(
    table: &Table,
    tier: Tier,
    batches: &[RecordBatch],
    order: &[Place],
    pace: &Pace,
    added: &mut Vec<NewFile>,
) -> Result<(), LakeError> {
    let subjects: Vec<Option<&StringArray>> =
        batches.iter().map(|rows| rows.column_by_name("subject_key").map(AsArray::as_string)).collect();
    let subject = |place: usize| {
        let (batch, row) = order[place];
        subjects[batch].map(|all| all.value(row))
    };
    let sources: Vec<&RecordBatch> = batches.iter().collect();
    let file_rows = table.sizes.file_rows;
    let files = (order.len() + file_rows / 2).div_euclid(file_rows).max(1);
    let mut from = 0;
    for number in 1..=files {
        let mut to = order.len() * number / files;
        while to > from && to < order.len() && subject(to) == subject(to - 1) {
            to += 1;
        }
        if to <= from {
            continue;
        }
        let mut file = FileWriter::create(table, tier, Stay::Settled, to - from)?;
        for chunk in order[from..to].chunks(CHUNK_ROWS) {
            pace.go_on()?;
            file.write(&interleave_record_batch(&sources, chunk)?)?;
        }
        added.push(file.close()?);
        from = to;
    }
    Ok(())
}

/// The columns that are the same for all rows of a batch, as long as a chunk.
struct StampColumns {
    unit: ArrayRef,
    batch: ArrayRef,
    received: ArrayRef,
    clean: ArrayRef,
    none: ArrayRef,
}

impl StampColumns {
    fn new(stamp: &Stamp, length: usize) -> Self {
        let text = |value: &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(value, length)))
        };
        let received = TimestampMicrosecondArray::from_value(stamp.received_at, length).with_timezone("UTC");
        Self {
            unit: text(&stamp.source_unit),
            batch: text(&stamp.batch_id),
            received: Arc::new(received),
            clean: text("clean"),
            none: text("none"),
        }
    }

    fn column(&self, name: &str, length: usize, schema: &Schema) -> ArrayRef {
        let whole = match name {
            "source_unit" => &self.unit,
            "batch_id" => &self.batch,
            "received_at" => &self.received,
            "quality" => &self.clean,
            "repair_state" => &self.none,
            _ => {
                let kind = schema.field_with_name(name).map(|field| field.data_type().clone());
                return new_null_array(&kind.unwrap_or(arrow::datatypes::DataType::Null), length);
            }
        };
        whole.slice(0, length)
    }
}
