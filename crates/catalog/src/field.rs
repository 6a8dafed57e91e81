//! One column of an item: how files write it, how the lake keeps it, and what values it may have.

use jq_base::lang::Lang;
use jq_base::table::{ColumnKind, ColumnSpec};
use serde::Deserialize;

/// Longest text of a `str` field, in characters, when the item does not say otherwise.
pub const DEFAULT_MAX_LEN: usize = 200;

/// Columns that the lake gives every record; an item's field of the same name is kept as `item_<name>`.
pub const ENVELOPE_COLUMNS: [&str; 17] = [
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
    "content_hash",
    "tier",
    "bucket",
];

/// One column of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub label_zh: String,
    pub label_en: String,
    pub kind: FieldKind,
    /// May be empty in a delivered row.
    pub optional: bool,
    /// Id of the code list; every `Enum` field has one.
    pub codes: Option<String>,
    /// Least value, in the unit of the file (yuan, persons, kWh).
    pub min: Option<i64>,
    /// A date, month, quarter or year that cannot lie in the future.
    pub past: bool,
    /// Sensitivity where it differs from the item's.
    pub level: Option<u8>,
    /// Longest text, in characters.
    pub max_len: usize,
    /// What the figure is measured in, where the kind does not say it.
    pub unit_zh: Option<String>,
    pub unit_en: Option<String>,
}

impl Field {
    /// The field's label in the reader's language.
    pub fn label(&self, lang: Lang) -> &str {
        lang.pick(&self.label_zh, &self.label_en)
    }

    /// The unit of the figure in the reader's language, where it has one.
    pub fn unit(&self, lang: Lang) -> Option<&str> {
        let (zh, en) = (self.unit_zh.as_deref()?, self.unit_en.as_deref()?);
        Some(lang.pick(zh, en))
    }

    /// The name of this field's lake column: `<name>_fen` for an amount, `item_<name>` where the envelope has
    /// a column of that name, else the field's own name.
    pub fn column_name(&self) -> String {
        if self.kind == FieldKind::Money {
            format!("{}_fen", self.name)
        } else if ENVELOPE_COLUMNS.contains(&self.name.as_str()) {
            format!("item_{}", self.name)
        } else {
            self.name.clone()
        }
    }

    /// The lake column of this field, which is as secret as told.
    pub(crate) fn column(&self, level: u8) -> ColumnSpec {
        let (name, kind) = (self.column_name(), self.kind.column_kind());
        ColumnSpec { name, kind, optional: self.optional, level }
    }
}

/// How a field is written in a delivery file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Unified social credit code (统一社会信用代码).
    Uscc,
    /// Keyed hash of a resident identity number, 64 lower-case hexadecimal digits.
    #[serde(rename = "idhash")]
    IdHash,
    /// Either a social credit code or an identity hash.
    #[serde(rename = "uscc|idhash")]
    UsccOrIdHash,
    /// Text.
    Str,
    /// Whole number.
    Int,
    /// Decimal number with up to four places.
    Dec,
    /// Yuan with two decimals (another currency where the field's unit says so).
    Money,
    /// Decimal 0 to 1 with up to six places.
    Ratio,
    /// `1` or `0`.
    Bool,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY-MM`.
    Month,
    /// `YYYYQn`.
    Quarter,
    /// `YYYYQn` or `YYYY`.
    #[serde(rename = "quarter|year")]
    QuarterOrYear,
    /// `YYYY`.
    Year,
    /// Code of an administrative division.
    #[serde(rename = "div")]
    Division,
    /// Industry code of GB/T 4754-2017.
    #[serde(rename = "gbt4754")]
    Industry,
    /// A value of the field's code list.
    Enum,
    /// Several texts joined by `;`.
    List,
}

impl FieldKind {
    /// How the lake stores it.
    pub fn column_kind(self) -> ColumnKind {
        match self {
            Self::Uscc
            | Self::IdHash
            | Self::UsccOrIdHash
            | Self::Str
            | Self::Quarter
            | Self::QuarterOrYear
            | Self::Division
            | Self::Industry
            | Self::Enum
            | Self::List => ColumnKind::Text,
            Self::Int | Self::Year => ColumnKind::Int,
            Self::Dec => ColumnKind::Decimal,
            Self::Money => ColumnKind::Money,
            Self::Ratio => ColumnKind::Ratio,
            Self::Bool => ColumnKind::Bool,
            Self::Date => ColumnKind::Date,
            Self::Month => ColumnKind::Month,
        }
    }

    /// May carry the identity of a subject.
    pub fn is_subject_key(self) -> bool {
        matches!(self, Self::Uscc | Self::IdHash | Self::UsccOrIdHash)
    }

    /// Carries the identity hash of a natural person, and is therefore level 4.
    pub fn is_identity(self) -> bool {
        matches!(self, Self::IdHash | Self::UsccOrIdHash)
    }

    /// Is a day or a longer stretch of the calendar.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::Month | Self::Quarter | Self::QuarterOrYear | Self::Year)
    }

    /// Is a number that can have a least value.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Dec | Self::Money | Self::Ratio | Self::Year)
    }
}
