//! How an item is written in its file, and the way from there to the item the program works with.

use serde::Deserialize;

use crate::check::Check;
use crate::codes::CodeList;
use crate::field::{DEFAULT_MAX_LEN, Field, FieldKind};
use crate::model::{Item, Keep, KeyPart, SubjectRule};
use crate::terms::{Access, Category, Frequency, Layer, Mode, Polarity, Registry, SourceUnit};

/// One item file; it may bring its own source unit and code lists, so that a local item is one file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemForm {
    no: u32,
    id: String,
    name_zh: String,
    name_en: String,
    layer: Layer,
    category: String,
    source_unit: String,
    mode: Mode,
    frequency: Frequency,
    access: Access,
    level: u8,
    polarity: Polarity,
    retention: String,
    retention_zh: String,
    keep_months: Option<u32>,
    keep_since: Option<String>,
    key: String,
    dated_by: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    note_zh: Option<String>,
    note_en: Option<String>,
    unit: Option<SourceUnit>,
    #[serde(default)]
    code_lists: Vec<CodeList>,
    subject: SubjectForm,
    volume: VolumeForm,
    fields: Vec<FieldForm>,
    #[serde(default)]
    checks: Vec<Check>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectForm {
    fields: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
    registry: Registry,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VolumeForm {
    stock_per_enterprise: f64,
    new_per_enterprise_year: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldForm {
    name: String,
    zh: String,
    en: String,
    kind: FieldKind,
    #[serde(default)]
    optional: bool,
    codes: Option<String>,
    min: Option<i64>,
    #[serde(default)]
    past: bool,
    level: Option<u8>,
    max_len: Option<usize>,
    unit_zh: Option<String>,
    unit_en: Option<String>,
}

/// `units.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitsForm {
    #[serde(default, rename = "unit")]
    pub(crate) units: Vec<SourceUnit>,
}

/// `categories.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CategoriesForm {
    #[serde(default, rename = "category")]
    pub(crate) categories: Vec<Category>,
}

/// An item with what its file brings along.
pub(crate) struct ItemEntry {
    pub(crate) item: Item,
    pub(crate) unit: Option<SourceUnit>,
    pub(crate) code_lists: Vec<CodeList>,
}

impl From<ItemForm> for ItemEntry {
    fn from(mut form: ItemForm) -> Self {
        let unit = form.unit.take();
        let code_lists = std::mem::take(&mut form.code_lists);
        Self { item: form.into(), unit, code_lists }
    }
}

impl From<ItemForm> for Item {
    fn from(form: ItemForm) -> Self {
        Self {
            id: form.id,
            no: form.no,
            name_zh: form.name_zh,
            name_en: form.name_en,
            layer: form.layer,
            category: form.category,
            source_unit: form.source_unit,
            mode: form.mode,
            frequency: form.frequency,
            access: form.access,
            level: form.level,
            polarity: form.polarity,
            retention: form.retention,
            retention_zh: form.retention_zh,
            keep: form.keep_months.zip(form.keep_since).map(|(months, since)| Keep { months, since }),
            key: key_parts(&form.key),
            subject: form.subject.into(),
            dated_by: form.dated_by,
            valid_from: form.valid_from,
            valid_to: form.valid_to,
            stock_per_enterprise: form.volume.stock_per_enterprise,
            new_per_enterprise_year: form.volume.new_per_enterprise_year,
            fields: form.fields.into_iter().map(Field::from).collect(),
            checks: form.checks,
            note_zh: form.note_zh,
            note_en: form.note_en,
        }
    }
}

impl From<SubjectForm> for SubjectRule {
    fn from(form: SubjectForm) -> Self {
        Self { fields: form.fields, also: form.also, registry: form.registry }
    }
}

impl From<FieldForm> for Field {
    fn from(form: FieldForm) -> Self {
        Self {
            name: form.name,
            label_zh: form.zh,
            label_en: form.en,
            kind: form.kind,
            optional: form.optional,
            codes: form.codes,
            min: form.min,
            past: form.past,
            level: form.level,
            max_len: form.max_len.unwrap_or(DEFAULT_MAX_LEN),
            unit_zh: form.unit_zh,
            unit_en: form.unit_en,
        }
    }
}

/// Reads `uscc+month` or `uscc|operator_id`.
fn key_parts(text: &str) -> Vec<KeyPart> {
    let fields = |part: &str| part.split('|').map(|field| field.trim().to_owned()).collect();
    text.split('+').map(|part| KeyPart { fields: fields(part) }).collect()
}
