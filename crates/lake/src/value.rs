//! Rows on their way out: a value at a time, without the caller knowing how columns are stored.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, UInt64Type,
};
use jiff::civil::Date;
use jiff::{Span, Timestamp};

pub(crate) const DAY_MICROS: i64 = 86_400_000_000;

/// One value read from the lake.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    /// A whole number; money in fen where the column ends in `_fen`.
    Int(i64),
    /// A decimal: `unscaled / 10^scale`.
    Decimal {
        unscaled: i128,
        scale: i8,
    },
    Float(f64),
    Bool(bool),
    Date(Date),
    Instant(Timestamp),
}

impl Value {
    /// The value as text a person or a CSV file can carry.
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(value) => value.to_string(),
            Self::Decimal { unscaled, scale } => decimal_text(*unscaled, *scale),
            Self::Float(value) => value.to_string(),
            Self::Bool(value) => u8::from(*value).to_string(),
            Self::Date(date) => date.to_string(),
            Self::Instant(instant) => instant.to_string(),
        }
    }

    /// The value as a number, where it is one; yes is 1 and no is 0.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "features are doubles by definition")]
            Self::Int(value) => Some(*value as f64),
            #[expect(clippy::cast_precision_loss, reason = "features are doubles by definition")]
            Self::Decimal { unscaled, scale } => Some(*unscaled as f64 / 10f64.powi(i32::from(*scale))),
            Self::Float(value) => Some(*value),
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            Self::Text(_) | Self::Date(_) | Self::Instant(_) => None,
        }
    }
}

/// A decimal without needless zeros.
pub(crate) fn decimal_text(unscaled: i128, scale: i8) -> String {
    let places = usize::try_from(scale).unwrap_or(0);
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let part = part.trim_end_matches('0');
    let sign = if unscaled < 0 { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// One row read from the lake; cheap to clone.
#[derive(Debug, Clone)]
pub struct Row {
    batch: Arc<RecordBatch>,
    index: usize,
}

impl Row {
    /// The names of the columns, in order.
    pub fn columns(&self) -> Vec<String> {
        self.batch.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The value of a column; nothing when the column is unknown or empty.
    pub fn get(&self, column: &str) -> Option<Value> {
        let array = self.batch.column_by_name(column)?;
        value_at(array.as_ref(), self.index)
    }

    /// Where a column stands, for [`Self::at`]; the same in all rows of one answer.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.batch.schema_ref().index_of(column).ok()
    }

    /// The value of the n-th column.
    pub fn at(&self, column: usize) -> Option<Value> {
        value_at(self.batch.columns().get(column)?.as_ref(), self.index)
    }

    /// Text of a column; nothing when it is empty or not text.
    pub fn text(&self, column: &str) -> Option<String> {
        match self.get(column)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whole number of a column (fen for money); nothing when it is empty or not one.
    pub fn int(&self, column: &str) -> Option<i64> {
        match self.get(column)? {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    /// Date of a column; nothing when it is empty or not one.
    pub fn date(&self, column: &str) -> Option<Date> {
        match self.get(column)? {
            Value::Date(date) => Some(date),
            _ => None,
        }
    }
}

/// All rows of the batches, in order.
pub(crate) fn rows(batches: Vec<RecordBatch>) -> Vec<Row> {
    let mut all = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        let batch = Arc::new(batch);
        all.extend((0..batch.num_rows()).map(|index| Row { batch: Arc::clone(&batch), index }));
    }
    all
}

fn value_at(array: &dyn Array, index: usize) -> Option<Value> {
    if array.is_null(index) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(index).to_owned()),
        DataType::LargeUtf8 => Value::Text(array.as_string::<i64>().value(index).to_owned()),
        DataType::Utf8View => Value::Text(array.as_string_view().value(index).to_owned()),
        DataType::Int8 => Value::Int(array.as_primitive::<Int8Type>().value(index).into()),
        DataType::Int16 => Value::Int(array.as_primitive::<Int16Type>().value(index).into()),
        DataType::Int32 => Value::Int(array.as_primitive::<Int32Type>().value(index).into()),
        DataType::Int64 => Value::Int(array.as_primitive::<Int64Type>().value(index)),
        DataType::UInt64 => Value::Int(i64::try_from(array.as_primitive::<UInt64Type>().value(index)).ok()?),
        DataType::Float64 => Value::Float(array.as_primitive::<Float64Type>().value(index)),
        DataType::Boolean => Value::Bool(array.as_boolean().value(index)),
        DataType::Date32 => Value::Date(day(array.as_primitive::<Date32Type>().value(index))?),
        DataType::Decimal128(_, scale) => {
            Value::Decimal { unscaled: array.as_primitive::<Decimal128Type>().value(index), scale: *scale }
        }
        DataType::Timestamp(unit, _) => Value::Instant(instant(array, *unit, index)?),
        _ => Value::Text(arrow::util::display::array_value_to_string(array, index).ok()?),
    })
}

fn instant(array: &dyn Array, unit: TimeUnit, index: usize) -> Option<Timestamp> {
    match unit {
        TimeUnit::Microsecond => {
            Timestamp::from_microsecond(array.as_primitive::<TimestampMicrosecondType>().value(index)).ok()
        }
        TimeUnit::Millisecond => {
            Timestamp::from_millisecond(array.as_primitive::<TimestampMillisecondType>().value(index)).ok()
        }
        TimeUnit::Nanosecond => {
            Timestamp::from_nanosecond(array.as_primitive::<TimestampNanosecondType>().value(index).into())
                .ok()
        }
        TimeUnit::Second => None,
    }
}

/// The date that lies `days` after 1970-01-01.
pub fn day(days: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(Span::new().days(days)).ok()
}

/// Days from 1970-01-01 to the date.
pub fn day_number(date: Date) -> i32 {
    // Counted from a March, so that the leap day ends the year; 400 years have 146,097 days.
    let month = i32::from(date.month());
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(date.day()) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        for text in ["1899-12-31", "1970-01-01", "2024-02-29", "2026-10-31", "9999-12-30"] {
            let date: Date = text.parse().unwrap();
            assert_eq!(day(day_number(date)), Some(date), "{text}");
        }
    }

    #[test]
    fn decimals_read_without_needless_zeros() {
        assert_eq!(decimal_text(123_400, 4), "12.34");
        assert_eq!(decimal_text(-5_000, 4), "-0.5");
        assert_eq!(decimal_text(70_000, 4), "7");
        assert_eq!(decimal_text(0, 4), "0");
    }
}
