//! What may become of an item's columns over the years: there can be more of them, and they can become wider.

use arrow::datatypes::Schema;
use deltalake_core::kernel::{DataType, PrimitiveType, StructType};

use crate::error::LakeError;
use crate::schema::{RETIRED, delta_columns};

/// True when the log tells of narrower columns than the description has. An error where the description has lost a
/// column or made one narrower: what was delivered could no longer be read.
pub(crate) fn is_narrow(table: &str, log: &StructType, described: &Schema) -> Result<bool, LakeError> {
    let described = delta_columns(described);
    let mut is_narrow = false;
    for known in log.fields().filter(|known| !RETIRED.contains(&known.name().as_str())) {
        let Some(wanted) = described.iter().find(|column| column.name() == known.name()) else {
            return Err(LakeError::ColumnGone { table: table.to_owned(), column: known.name().clone() });
        };
        let (from, to) = (known.data_type(), wanted.data_type());
        if from == to {
            continue;
        }
        if !is_wider(from, to) {
            return Err(LakeError::Narrower {
                table: table.to_owned(),
                column: known.name().clone(),
                from: from.to_string(),
                to: to.to_string(),
            });
        }
        is_narrow = true;
    }
    Ok(is_narrow)
}

/// True when `to` holds what `from` holds. Whole numbers become decimals as far as they fit, which is seen when they
/// are rewritten.
fn is_wider(from: &DataType, to: &DataType) -> bool {
    use PrimitiveType::{Date, Decimal, Integer, Long, String, Timestamp};
    let (DataType::Primitive(from), DataType::Primitive(to)) = (from, to) else { return false };
    match (from, to) {
        (Integer, Long) | (Integer | Long, Decimal(_) | String) | (Date, Timestamp) => true,
        (Decimal(from), Decimal(to)) => {
            let whole = |decimal: &deltalake_core::kernel::DecimalType| decimal.precision() - decimal.scale();
            from.scale() <= to.scale() && whole(from) <= whole(to)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(precision: u8, scale: u8) -> DataType {
        DataType::decimal(precision, scale).unwrap()
    }

    #[test]
    fn a_column_becomes_what_holds_all_it_held() {
        for (from, to) in [
            (DataType::INTEGER, DataType::LONG),
            (DataType::LONG, decimal(18, 4)),
            (DataType::LONG, DataType::STRING),
            (decimal(18, 4), decimal(20, 4)),
            (decimal(18, 4), decimal(20, 6)),
            (DataType::DATE, DataType::TIMESTAMP),
        ] {
            assert!(is_wider(&from, &to), "{from} to {to}");
            assert!(!is_wider(&to, &from), "{to} to {from}");
        }
    }

    #[test]
    fn a_decimal_with_more_places_and_fewer_whole_digits_is_not_wider() {
        assert!(!is_wider(&decimal(18, 4), &decimal(18, 6)));
        assert!(!is_wider(&decimal(18, 6), &decimal(18, 4)));
        assert!(!is_wider(&DataType::STRING, &DataType::DATE));
        assert!(!is_wider(&DataType::BOOLEAN, &DataType::LONG));
    }
}
