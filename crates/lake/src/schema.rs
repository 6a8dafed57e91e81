//! How a catalogue item lies in the lake: the envelope every record carries, then the item's own columns.

use std::sync::Arc;

use arrow::array::{RecordBatch, new_null_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use deltalake_core::kernel::{DataType as DeltaType, PrimitiveType, StructField};
use jq_base::table::{ColumnKind, TableSpec};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use crate::sizes::Sizes;
use crate::write::Stay;

/// The envelope's columns, in order, before the item's own.
pub const ENVELOPE: [&str; 14] = [
    "subject_key",
    "natural_key",
    "op",
    "source_unit",
    "source_division",
    "batch_id",
    "row_no",
    "source_updated_at",
    "received_at",
    "valid_from",
    "valid_to",
    "version",
    "quality",
    "repair_state",
];

/// What a version does, in the column `op`: say what holds now, or say that the record holds no more.
pub(crate) const UPSERT: &str = "upsert";
/// See [`UPSERT`].
pub(crate) const WITHDRAW: &str = "withdraw";

/// The columns of a delivered row before the item's own, in order: the envelope without what is the same for the
/// whole batch. A version of 0 means that the lake is to decide it.
pub const ROW_COLUMNS: [&str; 8] =
    ["subject_key", "natural_key", "op", "row_no", "source_updated_at", "valid_from", "valid_to", "version"];

/// What a reader with a permit is told of the envelope.
const TOLD: [&str; 5] = ["subject_key", "natural_key", "op", "version", "repair_state"];

/// Columns that earlier releases kept in the envelope; tables that have them are read without.
pub(crate) const RETIRED: [&str; 1] = ["content_hash"];

/// Partition column, kept in the path and not in the data files.
pub(crate) const PARTITIONS: [&str; 1] = ["tier"];

/// A dictionary is read whole for one subject too, so only short ones are worth it; the pages of a column with more
/// values compress nearly as well without.
const DICTIONARY_BYTES_MAX: usize = 16 << 10;
/// How often a bloom filter may say that a file has a subject when it has not: one subject's reads ask those of every
/// batch that is not compacted yet.
const BLOOM_FALSE_SHARE: f64 = 0.01;
/// How hard zstd tries.
const PASSING_LEVEL: i32 = 1;
const SETTLED_LEVEL: i32 = 6;
/// Rows in one row group.
const GROUP_ROWS: usize = 1_048_576;

pub(crate) fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// What a column of the envelope holds.
pub(crate) fn envelope_type(name: &str) -> DataType {
    match name {
        "row_no" | "version" => DataType::Int32,
        "source_updated_at" | "received_at" => instant(),
        "valid_from" | "valid_to" => DataType::Date32,
        _ => DataType::Utf8,
    }
}

pub(crate) fn arrow_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text => DataType::Utf8,
        ColumnKind::Int | ColumnKind::Money => DataType::Int64,
        ColumnKind::Decimal => DataType::Decimal128(18, 4),
        ColumnKind::Ratio => DataType::Decimal128(18, 6),
        ColumnKind::Bool => DataType::Boolean,
        ColumnKind::Date | ColumnKind::Month => DataType::Date32,
    }
}

/// The schema of the data files of one table.
pub(crate) fn arrow_schema(spec: &TableSpec) -> SchemaRef {
    let envelope = ENVELOPE.iter().map(|name| Field::new(*name, envelope_type(name), true));
    let own = spec.columns.iter().map(|column| Field::new(&column.name, arrow_type(column.kind), true));
    Arc::new(Schema::new(envelope.chain(own).collect::<Vec<_>>()))
}

/// The schema of rows on their way in: [`ROW_COLUMNS`], then the item's own.
pub(crate) fn row_schema(files: &Schema) -> SchemaRef {
    with_envelope(files, &ROW_COLUMNS)
}

/// The schema of rows that a reader with a permit is told.
pub(crate) fn told_schema(files: &Schema) -> SchemaRef {
    with_envelope(files, &TOLD)
}

/// The schema of the item's own columns.
pub(crate) fn own_schema(files: &Schema) -> SchemaRef {
    with_envelope(files, &[])
}

/// These columns of the envelope, then the item's own.
fn with_envelope(files: &Schema, names: &[&str]) -> SchemaRef {
    let envelope = names.iter().filter_map(|name| files.field_with_name(name).ok().cloned());
    let own = files.fields().iter().skip(ENVELOPE.len()).map(|field| field.as_ref().clone());
    Arc::new(Schema::new(envelope.chain(own).collect::<Vec<_>>()))
}

/// Rows of an older file in today's columns: what was not kept then is empty, what was narrower is widened. A value
/// that does not fit is an error, never left out.
pub(crate) fn conform(rows: RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    if rows.schema_ref() == schema {
        return Ok(rows);
    }
    let columns = schema.fields().iter().map(|field| match rows.column_by_name(field.name()) {
        None => Ok(new_null_array(field.data_type(), rows.num_rows())),
        Some(column) if column.data_type() == field.data_type() => Ok(Arc::clone(column)),
        Some(column) => {
            let exactly = CastOptions { safe: false, ..CastOptions::default() };
            let wider = cast_with_options(column, field.data_type(), &exactly);
            // Of the value itself nothing is said: errors are logged.
            wider.map_err(|_| {
                ArrowError::CastError(format!("column {} holds what does not fit", field.name()))
            })
        }
    });
    RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<Vec<_>, _>>()?)
}

/// The schema written to the table's log: data columns, then the partition columns.
pub(crate) fn delta_columns(schema: &Schema) -> Vec<StructField> {
    let data = schema
        .fields()
        .iter()
        .map(|field| StructField::new(field.name().clone(), delta_type(field.data_type()), true));
    let partitions = PARTITIONS
        .iter()
        .map(|name| StructField::new((*name).to_owned(), DeltaType::Primitive(PrimitiveType::String), true));
    data.chain(partitions).collect()
}

fn delta_type(data_type: &DataType) -> DeltaType {
    match data_type {
        DataType::Int32 => DeltaType::INTEGER,
        DataType::Int64 => DeltaType::LONG,
        DataType::Boolean => DeltaType::BOOLEAN,
        DataType::Date32 => DeltaType::DATE,
        DataType::Timestamp(..) => DeltaType::TIMESTAMP,
        DataType::Decimal128(precision, scale) => {
            let scale = u8::try_from(*scale).unwrap_or(0);
            DeltaType::decimal(*precision, scale).unwrap_or(DeltaType::LONG)
        }
        _ => DeltaType::STRING,
    }
}

/// Writer settings: small pages and a bloom filter so that one subject is found at once, zstd for size,
/// no dictionary where values rarely repeat.
pub(crate) fn writer_properties(
    spec: &TableSpec,
    sizes: Sizes,
    stay: Stay,
    rows: usize,
) -> WriterPropertiesBuilder {
    let (page_rows, level) = match stay {
        Stay::Passing => (sizes.page_rows, PASSING_LEVEL),
        Stay::Settled => (sizes.settled_page_rows, SETTLED_LEVEL),
    };
    let subject = ColumnPath::from("subject_key");
    let natural = ColumnPath::from("natural_key");
    // Every row of a day's batch may be another subject's; the writer makes the filter as small as its subjects allow.
    let subjects_max = (rows as u64).max(64);
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(level).unwrap_or_default()))
        .set_dictionary_page_size_limit(DICTIONARY_BYTES_MAX)
        .set_created_by("jinqiao".to_owned())
        .set_data_page_row_count_limit(page_rows)
        .set_write_batch_size(page_rows)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_statistics_enabled(subject.clone(), EnabledStatistics::Page)
        .set_column_index_truncate_length(None)
        .set_statistics_truncate_length(None)
        .set_column_bloom_filter_enabled(subject.clone(), true)
        .set_column_bloom_filter_fpp(subject.clone(), BLOOM_FALSE_SHARE)
        .set_column_bloom_filter_max_ndv(subject.clone(), subjects_max);
    // What nobody asks a footer for; keys are long, and comparing each with the least and greatest takes time.
    for column in ["natural_key", "source_unit", "quality"] {
        builder = builder.set_column_statistics_enabled(ColumnPath::from(column), EnabledStatistics::None);
    }
    for column in [subject, natural] {
        builder = builder
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_encoding(column, Encoding::DELTA_BYTE_ARRAY);
    }
    // Instants have whole seconds and a narrow range: byte by byte they compress best. Row numbers count up.
    let packed =
        [("row_no", Encoding::DELTA_BINARY_PACKED), ("source_updated_at", Encoding::BYTE_STREAM_SPLIT)];
    for (name, encoding) in packed {
        let column = ColumnPath::from(name);
        builder = builder
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_encoding(column, encoding);
    }
    for column in spec.columns.iter().filter(|column| column.kind == ColumnKind::Money) {
        builder = builder.set_column_dictionary_enabled(ColumnPath::from(column.name.as_str()), false);
    }
    for column in &spec.also_subjects {
        let column = ColumnPath::from(column.as_str());
        builder = builder
            .set_column_bloom_filter_enabled(column.clone(), true)
            .set_column_bloom_filter_fpp(column.clone(), BLOOM_FALSE_SHARE)
            .set_column_bloom_filter_max_ndv(column, subjects_max);
    }
    builder
}
