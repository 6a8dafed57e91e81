//! Writing sorted data files: one subject's rows stand together, in the order of their keys.

use std::collections::HashMap;
use std::fs::File;

use arrow::array::{Array, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use deltalake_core::kernel::Add;
use parquet::arrow::ArrowWriter;

use crate::error::LakeError;
use crate::schema;
use crate::table::{Table, Tier};

/// Sorts the rows by subject and natural key and writes them as one data file, flushed to disk.
pub(crate) fn write_file(table: &Table, rows: &RecordBatch, tier: Tier) -> Result<Add, LakeError> {
    let sorted = sort(rows)?;
    let name = format!("part-{}.zstd.parquet", uuid::Uuid::now_v7());
    let relative = format!("tier={}/bucket=0/{name}", tier.name());
    let path = table.root.join(&relative);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| table.disk_error(error))?;
    }
    let failed = |source| LakeError::DataFile { file: relative.clone(), source: Box::new(source) };
    let file = File::create(&path).map_err(|error| table.disk_error(error))?;
    let properties = schema::writer_properties(&table.spec, sorted.num_rows());
    let mut writer = ArrowWriter::try_new(file, sorted.schema(), Some(properties)).map_err(failed)?;
    writer.write(&sorted).map_err(failed)?;
    let file = writer.into_inner().map_err(failed)?;
    file.sync_all().map_err(|error| table.disk_error(error))?;
    let meta = file.metadata().map_err(|error| table.disk_error(error))?;
    Ok(add_action(&relative, tier, &sorted, &meta))
}

fn sort(rows: &RecordBatch) -> Result<RecordBatch, LakeError> {
    let text = |name: &str| rows.column_by_name(name).map(arrow::array::AsArray::as_string::<i32>);
    let (Some(subjects), Some(keys)) = (text("subject_key"), text("natural_key")) else {
        return Ok(rows.clone());
    };
    let versions = rows
        .column_by_name("version")
        .map(arrow::array::AsArray::as_primitive::<arrow::datatypes::Int32Type>);
    let count = u32::try_from(rows.num_rows()).unwrap_or(u32::MAX);
    let mut order: Vec<(u64, u32)> =
        (0..count).map(|row| (prefix(subjects.value(row as usize)), row)).collect();
    order.sort_unstable_by(|left, right| {
        left.0.cmp(&right.0).then_with(|| {
            let (left, right) = (left.1 as usize, right.1 as usize);
            subjects
                .value(left)
                .cmp(subjects.value(right))
                .then_with(|| keys.value(left).cmp(keys.value(right)))
                .then_with(|| versions.map(|all| all.value(left)).cmp(&versions.map(|all| all.value(right))))
        })
    });
    let order = UInt32Array::from_iter_values(order.into_iter().map(|(_, row)| row));
    Ok(take_record_batch(rows, &order)?)
}

/// The first eight bytes after the division digits' start, as a number that sorts like the text.
fn prefix(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

fn add_action(path: &str, tier: Tier, rows: &RecordBatch, meta: &std::fs::Metadata) -> Add {
    let modified = meta
        .modified()
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0);
    Add {
        path: path.to_owned(),
        partition_values: HashMap::from([
            ("tier".to_owned(), Some(tier.name().to_owned())),
            ("bucket".to_owned(), Some("0".to_owned())),
        ]),
        size: i64::try_from(meta.len()).unwrap_or(i64::MAX),
        modification_time: modified,
        data_change: true,
        stats: Some(statistics(rows)),
        tags: None,
        deletion_vector: None,
        base_row_id: None,
        default_row_commit_version: None,
        clustering_provider: None,
    }
}

/// Row count and the range of subjects, which is what file skipping needs.
fn statistics(rows: &RecordBatch) -> String {
    let subjects = rows.column_by_name("subject_key").map(arrow::array::AsArray::as_string::<i32>);
    let bound = |index: usize| subjects.filter(|all| index < all.len()).map(|all| all.value(index));
    serde_json::json!({
        "numRecords": rows.num_rows(),
        "minValues": { "subject_key": bound(0) },
        "maxValues": { "subject_key": bound(rows.num_rows().wrapping_sub(1)) },
        "nullCount": { "subject_key": 0 },
    })
    .to_string()
}
