//! One record as the report sees it: values by field name, apart from how the lake keeps them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use jq_lake::Value;

use crate::content::OrderBy;

/// Where a record stands in repair and objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RepairState {
    /// Neither.
    #[default]
    None,
    /// Repaired (已修复): never shown.
    Repaired,
    /// Under objection (异议中): shown with a mark.
    Disputed,
}

impl RepairState {
    /// Reads the lake's envelope word.
    pub fn parse(text: &str) -> Self {
        match text {
            "repaired" => Self::Repaired,
            "disputed" => Self::Disputed,
            _ => Self::None,
        }
    }
}

/// One record of one item.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// The record's key at its source.
    pub natural_key: String,
    /// Repair and objection.
    pub repair: RepairState,
    /// Values by field name; empty fields are left out.
    pub values: HashMap<String, Value>,
}

impl Record {
    /// The value of a field.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.values.get(field)
    }

    /// The date of a field; a year counts from its last day.
    pub fn date(&self, field: &str) -> Option<Date> {
        match self.get(field)? {
            Value::Date(date) => Some(*date),
            Value::Int(year) => Date::new(i16::try_from(*year).ok()?, 12, 31).ok(),
            _ => None,
        }
    }

    /// The text or code of a field; yes and no are `true` and `false`.
    pub fn word(&self, field: &str) -> Option<String> {
        match self.get(field)? {
            Value::Text(text) => Some(text.clone()),
            Value::Bool(value) => Some(value.to_string()),
            other => Some(other.to_text()),
        }
    }

    /// The number of a field in ten-thousandths; money in ten-thousandths of a fen.
    pub fn number_e4(&self, field: &str) -> Option<i128> {
        match self.get(field)? {
            Value::Int(value) => i128::from(*value).checked_mul(10_000),
            Value::Decimal { unscaled, scale: 4 } => Some(*unscaled),
            Value::Decimal { unscaled, scale: 6 } => Some(unscaled / 100),
            _ => None,
        }
    }

    /// All the named fields have one of the given values.
    pub fn matches(&self, wanted: &BTreeMap<String, Vec<String>>) -> bool {
        wanted.iter().all(|(field, values)| self.word(field).is_some_and(|word| values.contains(&word)))
    }
}

/// Sorts records; those without the field come last, and the key decides the rest.
pub fn sort(records: &mut [&Record], order: &[OrderBy]) {
    records.sort_by(|a, b| {
        let by_fields = order.iter().map(|by| by_field(a, b, by)).find(|found| found.is_ne());
        by_fields.unwrap_or_else(|| a.natural_key.cmp(&b.natural_key))
    });
}

fn by_field(a: &Record, b: &Record, by: &OrderBy) -> Ordering {
    match (a.get(&by.field), b.get(&by.field)) {
        (Some(a), Some(b)) => {
            let found = compare(a, b);
            if by.descending { found.reverse() } else { found }
        }
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// Orders two values of one column.
pub fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Decimal { unscaled: a, .. }, Value::Decimal { unscaled: b, .. }) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        _ => a.to_text().cmp(&b.to_text()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A record from text: dates, `fen:` money, whole numbers, yes/no and words.
    pub(crate) fn record(key: &str, fields: &[(&str, &str)]) -> Record {
        let value = |text: &str| {
            if let Some(fen) = text.strip_prefix("fen:") {
                return Value::Int(fen.parse().unwrap());
            }
            if let Ok(date) = text.parse::<Date>() {
                return Value::Date(date);
            }
            match text {
                "true" | "false" => Value::Bool(text == "true"),
                _ => text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Int),
            }
        };
        Record {
            natural_key: key.to_owned(),
            repair: RepairState::None,
            values: fields.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect(),
        }
    }

    #[test]
    fn the_newest_comes_first_and_undated_records_last() {
        let (old, new, undated) = (
            record("a", &[("filed_on", "2025-01-01")]),
            record("b", &[("filed_on", "2026-01-01")]),
            record("c", &[]),
        );
        let mut records = vec![&undated, &old, &new];
        sort(&mut records, &[OrderBy::from("-filed_on".to_owned())]);
        let keys: Vec<&str> = records.iter().map(|record| record.natural_key.as_str()).collect();
        assert_eq!(keys, ["b", "a", "c"]);
    }
}
