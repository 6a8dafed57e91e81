//! The same rows as a data file of any format.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::workbook::{Cell, workbook};

/// A data file of that format with these texts.
pub(crate) fn file(format: &str, header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    match format {
        "csv" => csv(header, rows),
        "jsonl" => jsonl(header, rows),
        "parquet" => parquet(header, rows),
        "xlsx" => xlsx(header, rows),
        other => panic!("no format {other}"),
    }
}

fn csv(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(header).expect("a header");
    for row in rows {
        writer.write_record(row).expect("a row");
    }
    writer.into_inner().expect("bytes")
}

/// Keys from the last column to the first; what is empty is left out or null.
fn jsonl(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut lines = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let mut pairs: Vec<String> = Vec::new();
        for (name, cell) in header.iter().zip(row).rev() {
            match cell.as_str() {
                "" if number % 2 == 0 => {}
                "" => pairs.push(format!("{}:null", serde_json::json!(name))),
                cell => pairs.push(format!("{}: {}", serde_json::json!(name), serde_json::json!(cell))),
            }
        }
        lines.push(format!("{{{}}}\n", pairs.join(", ")));
    }
    lines.concat().into_bytes()
}

/// Columns of text from the last to the first, in row groups of 16 rows.
fn parquet(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let columns = header.iter().enumerate().rev().map(|(place, name)| {
        let cells = rows.iter().map(|row| Some(row[place].as_str()).filter(|cell| !cell.is_empty()));
        ((*name).to_owned(), Arc::new(cells.collect::<StringArray>()) as ArrayRef)
    });
    parquet_of(columns.collect(), 16)
}

/// A Parquet file of these columns.
pub(crate) fn parquet_of(columns: Vec<(String, ArrayRef)>, group_rows: usize) -> Vec<u8> {
    let nullable = columns.into_iter().map(|(name, column)| (name, column, true));
    let rows = RecordBatch::try_from_iter_with_nullable(nullable).expect("columns of one length");
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group_rows))
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema(), Some(properties)).expect("a writer");
    writer.write(&rows).expect("rows");
    writer.close().expect("a footer");
    bytes
}

/// Texts that are shared and texts that are not, and an empty row in the middle.
fn xlsx(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut cells: Vec<Vec<Cell>> = vec![header.iter().map(|name| Cell::Text((*name).to_owned())).collect()];
    for (number, row) in rows.iter().enumerate() {
        let cell = |text: &String| match text.as_str() {
            "" => Cell::Nothing,
            _ if number % 2 == 0 => Cell::Inline(text.clone()),
            _ => Cell::Text(text.clone()),
        };
        cells.push(row.iter().map(cell).collect());
        if number == rows.len() / 2 {
            cells.push(vec![Cell::Nothing, Cell::Text(String::new())]);
        }
    }
    workbook(&cells, &[])
}
