//! What a row says, as one number: by it two deliveries of a record are told apart. It is computed where it is needed
//! and kept nowhere.

use arrow::array::{
    Array, AsArray, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type, Schema};

/// The item's own columns of some rows, in the table's own types.
pub(crate) struct Contents<'r> {
    columns: Vec<(u64, Values<'r>)>,
}

enum Values<'r> {
    Text(&'r StringArray),
    Int(&'r Int64Array),
    Day(&'r Date32Array),
    Bool(&'r BooleanArray),
    Scaled(&'r Decimal128Array),
}

impl<'r> Contents<'r> {
    /// `own` says which columns of the rows are the item's.
    pub(crate) fn of(rows: &'r RecordBatch, own: &Schema) -> Self {
        let columns = own.fields().iter().filter_map(|field| {
            let column = rows.column_by_name(field.name())?;
            let values = match column.data_type() {
                DataType::Utf8 => Values::Text(column.as_string()),
                DataType::Int64 => Values::Int(column.as_primitive::<Int64Type>()),
                DataType::Date32 => Values::Day(column.as_primitive::<Date32Type>()),
                DataType::Boolean => Values::Bool(column.as_boolean()),
                DataType::Decimal128(..) => Values::Scaled(column.as_primitive::<Decimal128Type>()),
                _ => return None,
            };
            Some((twox_hash::XxHash3_64::oneshot(field.name().as_bytes()), values))
        });
        Self { columns: columns.collect() }
    }

    /// The digest of a row. Empty values leave it as it is, so that a column that comes later changes no digest of
    /// rows without it.
    pub(crate) fn digest(&self, row: usize) -> u64 {
        self.columns.iter().fold(0, |digest, (column, values)| {
            values.digest(row).map_or(digest, |value| mix(digest, value ^ column))
        })
    }
}

impl Values<'_> {
    fn digest(&self, row: usize) -> Option<u64> {
        match self {
            Self::Text(all) => {
                all.is_valid(row).then(|| twox_hash::XxHash3_64::oneshot(all.value(row).as_bytes()))
            }
            Self::Int(all) => all.is_valid(row).then(|| all.value(row).cast_unsigned()),
            Self::Day(all) => all.is_valid(row).then(|| i64::from(all.value(row)).cast_unsigned()),
            Self::Bool(all) => all.is_valid(row).then(|| 1 + u64::from(all.value(row))),
            Self::Scaled(all) => all.is_valid(row).then(|| {
                let bits = all.value(row).cast_unsigned();
                #[expect(clippy::cast_possible_truncation, reason = "both halves go in")]
                let halves = (bits as u64) ^ ((bits >> 64) as u64).rotate_left(32);
                halves
            }),
        }
    }
}

/// One step of a digest: the order of steps counts.
fn mix(digest: u64, value: u64) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let product = u128::from(digest.rotate_left(23) ^ value) * u128::from(ODD);
    #[expect(clippy::cast_possible_truncation, reason = "both halves go in")]
    let folded = (product as u64) ^ ((product >> 64) as u64);
    folded
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::ArrayRef;
    use arrow::datatypes::Field;

    use super::*;

    #[test]
    fn a_digest_tells_values_and_columns_apart_and_passes_over_what_is_empty() {
        let digest = |columns: &[(&str, Option<i64>)]| {
            let own: Vec<Field> =
                columns.iter().map(|(name, _)| Field::new(*name, DataType::Int64, true)).collect();
            let own = Arc::new(Schema::new(own));
            let arrays =
                columns.iter().map(|(_, value)| -> ArrayRef { Arc::new(Int64Array::from(vec![*value])) });
            let rows = RecordBatch::try_new(Arc::clone(&own), arrays.collect()).unwrap();
            Contents::of(&rows, &own).digest(0)
        };
        let one = digest(&[("a", Some(5)), ("b", Some(6))]);
        assert_ne!(one, digest(&[("a", Some(6)), ("b", Some(5))]));
        assert_ne!(one, digest(&[("a", Some(5)), ("c", Some(6))]));
        assert_eq!(one, digest(&[("a", Some(5)), ("b", Some(6)), ("c", None)]));
    }
}
