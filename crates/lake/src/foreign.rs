//! A Parquet file that somebody else wrote, read for delivery: nothing in it is believed before it has been looked
//! at, and no more of it is in memory than some pages of one row group.

use std::borrow::Cow;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Schema, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::PageIndexPolicy;
use thiserror::Error;

use crate::foreign_pages;
use crate::value::decimal_text;

/// Rows read at once.
const ROWS_AT_ONCE: usize = 4_096;
/// Rows read at once where texts grow when they are read.
const GROWING_ROWS_AT_ONCE: usize = 64;

/// Why somebody's file cannot be read.
#[derive(Debug, Error)]
pub enum ForeignError {
    /// It is not a Parquet file, or contradicts itself.
    #[error("{0}")]
    Broken(String),
    /// A column has a type that has no place in a delivery.
    #[error("{column}: {kind}")]
    Type { column: String, kind: String },
}

impl From<ParquetError> for ForeignError {
    fn from(error: ParquetError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<std::io::Error> for ForeignError {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// One value of somebody's file.
#[derive(Debug, Clone, PartialEq)]
pub enum ForeignValue<'a> {
    /// Text, or a number that is exact in decimals.
    Text(Cow<'a, str>),
    /// A binary fraction.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// Days since 1970-01-01.
    Day(i32),
    /// Microseconds since 1970 on a clock of no named place.
    Local(i64),
    /// Microseconds since 1970 in UTC.
    Instant(i64),
}

/// Somebody's Parquet file, looked over and ready to be read.
pub struct ForeignFile {
    file: File,
    metadata: ArrowReaderMetadata,
    columns: Vec<String>,
    rows: u64,
    rows_at_once: usize,
}

impl ForeignFile {
    /// Looks a file over: its footer, the types of its columns, the size of every page.
    pub fn open(file: File) -> Result<Self, ForeignError> {
        caught(|| {
            foreign_pages::check_footer(&file)?;
            let options = ArrowReaderOptions::new()
                .with_skip_arrow_metadata(true)
                .with_page_index_policy(PageIndexPolicy::Skip);
            let metadata = ArrowReaderMetadata::load(&file, options.clone())?;
            let schema = Arc::new(readable(metadata.schema())?);
            let metadata =
                ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options.with_schema(schema))?;
            let grows = foreign_pages::check_pages(&file, metadata.metadata())?;
            let columns = metadata.schema().fields().iter().map(|field| field.name().clone()).collect();
            let rows = u64::try_from(metadata.metadata().file_metadata().num_rows())
                .map_err(|_| ForeignError::Broken("num_rows < 0".to_owned()))?;
            let rows_at_once = if grows { GROWING_ROWS_AT_ONCE } else { ROWS_AT_ONCE };
            Ok(Self { file, metadata, columns, rows, rows_at_once })
        })
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many rows the file claims to have.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Reads the named columns of all rows, some rows at a time, in the order in which they are named.
    pub fn read<S: AsRef<str>>(&self, columns: &[S]) -> Result<ForeignReader, ForeignError> {
        let places: Option<Vec<usize>> = columns
            .iter()
            .map(|name| self.columns.iter().position(|column| column == name.as_ref()))
            .collect();
        let places = places.ok_or_else(|| ForeignError::Broken("no such column".to_owned()))?;
        let mut sorted = places.clone();
        sorted.sort_unstable();
        let order = places.iter().map(|place| sorted.partition_point(|other| other < place)).collect();
        let file = self.file.try_clone()?;
        let reader = caught(|| {
            let mask = ProjectionMask::roots(self.metadata.parquet_schema(), places);
            Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_projection(mask)
                .with_batch_size(self.rows_at_once)
                .build()?)
        })?;
        Ok(ForeignReader { reader, order })
    }
}

/// Hands out the rows of somebody's file.
pub struct ForeignReader {
    reader: ParquetRecordBatchReader,
    /// Where each wanted column stands among those that are read.
    order: Vec<usize>,
}

impl Iterator for ForeignReader {
    type Item = Result<ForeignRows, ForeignError>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = || match self.reader.next() {
            None => Ok(None),
            Some(Err(error)) => Err(ForeignError::Broken(error.to_string())),
            Some(Ok(rows)) => match rows.project(&self.order) {
                Ok(rows) => Ok(Some(ForeignRows { rows })),
                Err(error) => Err(ForeignError::Broken(error.to_string())),
            },
        };
        caught(step).transpose()
    }
}

/// Some rows of somebody's file.
pub struct ForeignRows {
    rows: RecordBatch,
}

impl ForeignRows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.num_rows()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of a row's texts, about.
    pub fn row_bytes(&self, row: usize) -> usize {
        const OTHER_BYTES: usize = 24;
        let texts = self.rows.columns().iter().map(|column| match column.as_string_view_opt() {
            Some(texts) if texts.is_valid(row) => texts.value(row).len(),
            Some(_) => 0,
            None => OTHER_BYTES,
        });
        texts.sum()
    }

    /// The rows from a place on, without copying them.
    #[must_use]
    pub fn slice(&self, from: usize, length: usize) -> Self {
        Self { rows: self.rows.slice(from, length) }
    }

    /// A value; nothing where the cell is empty.
    pub fn value(&self, row: usize, column: usize) -> Option<ForeignValue<'_>> {
        let array = self.rows.column(column).as_ref();
        if *array.data_type() == DataType::Null || array.is_null(row) {
            return None;
        }
        let whole = |value: i64| ForeignValue::Text(Cow::Owned(value.to_string()));
        Some(match array.data_type() {
            DataType::Utf8View => ForeignValue::Text(Cow::Borrowed(array.as_string_view().value(row))),
            DataType::Int8 => whole(array.as_primitive::<Int8Type>().value(row).into()),
            DataType::Int16 => whole(array.as_primitive::<Int16Type>().value(row).into()),
            DataType::Int32 => whole(array.as_primitive::<Int32Type>().value(row).into()),
            DataType::Int64 => whole(array.as_primitive::<Int64Type>().value(row)),
            DataType::UInt8 => whole(array.as_primitive::<UInt8Type>().value(row).into()),
            DataType::UInt16 => whole(array.as_primitive::<UInt16Type>().value(row).into()),
            DataType::UInt32 => whole(array.as_primitive::<UInt32Type>().value(row).into()),
            DataType::UInt64 => {
                ForeignValue::Text(Cow::Owned(array.as_primitive::<UInt64Type>().value(row).to_string()))
            }
            DataType::Decimal128(_, scale) => {
                let value = array.as_primitive::<Decimal128Type>().value(row);
                ForeignValue::Text(Cow::Owned(decimal_text(value, *scale)))
            }
            // The shortest text that means the same single-precision number, read again.
            DataType::Float32 => {
                let value = array.as_primitive::<Float32Type>().value(row);
                ForeignValue::Float(value.to_string().parse().unwrap_or_else(|_| value.into()))
            }
            DataType::Float64 => ForeignValue::Float(array.as_primitive::<Float64Type>().value(row)),
            DataType::Boolean => ForeignValue::Bool(array.as_boolean().value(row)),
            DataType::Date32 => ForeignValue::Day(array.as_primitive::<Date32Type>().value(row)),
            DataType::Timestamp(unit, zone) => {
                let at = microseconds(array, *unit, row)?;
                if zone.is_some() { ForeignValue::Instant(at) } else { ForeignValue::Local(at) }
            }
            // Columns of other types are refused when the file is opened.
            _ => return None,
        })
    }
}

fn microseconds(array: &dyn Array, unit: TimeUnit, row: usize) -> Option<i64> {
    match unit {
        TimeUnit::Second => None,
        TimeUnit::Millisecond => {
            array.as_primitive::<TimestampMillisecondType>().value(row).checked_mul(1_000)
        }
        TimeUnit::Microsecond => Some(array.as_primitive::<TimestampMicrosecondType>().value(row)),
        TimeUnit::Nanosecond => {
            Some(array.as_primitive::<TimestampNanosecondType>().value(row).div_euclid(1_000))
        }
    }
}

/// The schema with texts as views, so that a long text which many rows share is in memory once.
fn readable(schema: &Schema) -> Result<Schema, ForeignError> {
    let fields = schema.fields().iter().map(|field| {
        let refused =
            || ForeignError::Type { column: field.name().clone(), kind: field.data_type().to_string() };
        let kind = match field.data_type() {
            DataType::Utf8 | DataType::Binary => DataType::Utf8View,
            kind if is_readable(kind) => kind.clone(),
            _ => return Err(refused()),
        };
        Ok(field.as_ref().clone().with_data_type(kind))
    });
    Ok(Schema::new(fields.collect::<Result<Vec<_>, _>>()?))
}

fn is_readable(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Null
            | DataType::Boolean
            | DataType::Float32
            | DataType::Float64
            | DataType::Date32
            | DataType::Decimal128(..)
            | DataType::Timestamp(..)
    ) || kind.is_integer()
}

/// A library that panics over a stranger's file has refused it.
fn caught<T>(step: impl FnOnce() -> Result<T, ForeignError>) -> Result<T, ForeignError> {
    catch_unwind(AssertUnwindSafe(step))
        .unwrap_or_else(|_| Err(ForeignError::Broken("cannot be read to its end".to_owned())))
}
