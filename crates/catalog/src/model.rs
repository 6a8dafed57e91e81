//! What the catalogue says of an information item: who delivers it, how secret it is, and what its columns mean.

use jq_base::lang::Lang;
use jq_base::table::TableSpec;

use crate::check::Check;
use crate::field::Field;
use crate::terms::{Access, Frequency, Layer, Mode, Polarity, Registry};

/// The two columns that every delivery file carries after the item's own fields.
pub const DELIVERY_COLUMNS: [&str; 2] = ["op", "source_updated_at"];

/// One information item of the catalogue (信息项): a kind of record that one source unit delivers.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Stable id, also the name of the lake table, e.g. `tax_filing`.
    pub id: String,
    /// Position in the catalogue; local items continue after the last one.
    pub no: u32,
    pub name_zh: String,
    pub name_en: String,
    pub layer: Layer,
    /// Id of the category in `categories.toml`, e.g. `N04`.
    pub category: String,
    /// Id of the delivering unit in `units.toml`, e.g. `sw`.
    pub source_unit: String,
    pub mode: Mode,
    pub frequency: Frequency,
    pub access: Access,
    /// Sensitivity of the record as a whole, 1 (public) to 5; single fields may be higher.
    pub level: u8,
    pub polarity: Polarity,
    /// How long records are kept, in short English, e.g. `36 months`.
    pub retention: String,
    pub retention_zh: String,
    /// After which time records are erased; nothing where they stay as long as their subject does.
    pub keep: Option<Keep>,
    /// The upsert key within the item, part by part.
    pub key: Vec<KeyPart>,
    pub subject: SubjectRule,
    /// The date field that says when the recorded event happened.
    pub dated_by: Option<String>,
    /// The date field from which the fact holds.
    pub valid_from: Option<String>,
    /// The date field until which the fact holds; empty in a record means "still holds".
    pub valid_to: Option<String>,
    /// Average records held per enterprise over all enterprises, for sizing only.
    pub stock_per_enterprise: f64,
    /// Average new records per enterprise and year, for sizing only.
    pub new_per_enterprise_year: f64,
    pub fields: Vec<Field>,
    pub checks: Vec<Check>,
    pub note_zh: Option<String>,
    pub note_en: Option<String>,
}

/// How long a record stays after the event it tells of has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    /// Months from that day on.
    pub months: u32,
    /// The date field, or the column of the envelope, that says when the event ended; a record whose field is empty
    /// stays.
    pub since: String,
}

impl Keep {
    /// Columns of the envelope that may stand for the end of an event.
    pub const ENVELOPE_INSTANTS: [&str; 2] = ["source_updated_at", "received_at"];
}

impl Item {
    /// The item's name in the reader's language.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }

    /// The item's note in the reader's language, where it has one.
    pub fn note(&self, lang: Lang) -> Option<&str> {
        let (zh, en) = (self.note_zh.as_deref()?, self.note_en.as_deref()?);
        Some(lang.pick(zh, en))
    }

    /// How long records are kept, in the reader's language.
    pub fn retention(&self, lang: Lang) -> &str {
        lang.pick(&self.retention_zh, &self.retention)
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The columns of a delivery file: the fields, then `op` and `source_updated_at`.
    pub fn header(&self) -> Vec<&str> {
        self.fields.iter().map(|field| field.name.as_str()).chain(DELIVERY_COLUMNS).collect()
    }

    /// The lake table that keeps this item.
    pub fn table(&self) -> TableSpec {
        TableSpec {
            name: self.id.clone(),
            columns: self.fields.iter().map(|field| field.column(self.field_level(field))).collect(),
            also_subjects: self.subject.also.clone(),
            key_level: self.key_level(),
        }
    }

    /// The sensitivity of the upsert key: that of the most secret field in it.
    fn key_level(&self) -> u8 {
        let parts = self.key.iter().flat_map(|part| &part.fields);
        let fields = parts.filter_map(|name| self.fields.iter().find(|field| &field.name == name));
        fields.map(|field| self.field_level(field)).max().unwrap_or(self.level)
    }

    /// A delivered row may leave this field empty: it is optional, or the platform computes it.
    pub fn may_be_empty(&self, field: &Field) -> bool {
        field.optional || self.checks.iter().any(|check| check.rule.fills() == Some(field.name.as_str()))
    }

    /// The upsert key as it is written in the catalogue, e.g. `uscc+month` or `uscc|operator_id`.
    pub fn key_text(&self) -> String {
        let parts: Vec<String> = self.key.iter().map(|part| part.fields.join("|")).collect();
        parts.join("+")
    }

    /// The sensitivity of one field: its own, or the item's where it names none.
    pub fn field_level(&self, field: &Field) -> u8 {
        field.level.unwrap_or(self.level)
    }
}

/// One part of an upsert key: the first field that is filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPart {
    pub fields: Vec<String>,
}

/// Whom a record is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRule {
    /// The first of these that is filled is the subject.
    pub fields: Vec<String>,
    /// Further columns that carry a subject, e.g. the other side of a contract.
    pub also: Vec<String>,
    pub registry: Registry,
}
