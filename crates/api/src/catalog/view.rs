//! The catalogue as programs read it.

use jq_catalog::{Catalog, Check, Code, Field, Item, SourceUnit};
use serde::Serialize;
use utoipa::ToSchema;

use super::terms::{AccessView, FieldKindView, FrequencyView, LayerView, ModeView, PolarityView};

/// The catalogue's items.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Catalog)]
pub(crate) struct CatalogView {
    /// Digest of the catalogue's files: the same version says the same.
    pub(crate) version: String,
    /// The items.
    pub(crate) items: Vec<ItemSummaryView>,
}

/// An item in the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ItemSummary)]
pub(crate) struct ItemSummaryView {
    /// The stable id.
    id: String,
    /// The place in the catalogue.
    no: u32,
    /// The name in Chinese.
    name_zh: String,
    /// The name in English.
    name_en: String,
    /// Which list the item comes from.
    #[schema(inline)]
    layer: LayerView,
    /// The id of the category.
    category: String,
    /// The id of the delivering unit.
    source_unit: String,
    /// How often the source delivers.
    #[schema(inline)]
    frequency: FrequencyView,
    /// Who may see the item: anyone, or only with the subject's consent.
    #[schema(inline)]
    access: AccessView,
    /// Sensitivity of a record, 1 (public) to 5.
    level: u8,
    /// Whether a record speaks for or against its subject.
    #[schema(inline)]
    polarity: PolarityView,
}

impl From<&Item> for ItemSummaryView {
    fn from(item: &Item) -> Self {
        Self {
            id: item.id.clone(),
            no: item.no,
            name_zh: item.name_zh.clone(),
            name_en: item.name_en.clone(),
            layer: item.layer.into(),
            category: item.category.clone(),
            source_unit: item.source_unit.clone(),
            frequency: item.frequency.into(),
            access: item.access.into(),
            level: item.level,
            polarity: item.polarity.into(),
        }
    }
}

/// One item with everything a delivering unit needs to know.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Item)]
pub(crate) struct ItemView {
    /// What the list says of it.
    #[serde(flatten)]
    #[schema(inline)]
    summary: ItemSummaryView,
    /// The delivering unit.
    unit: Option<UnitView>,
    /// How records reach the platform.
    #[schema(inline)]
    mode: ModeView,
    /// How long records are kept, in Chinese.
    retention_zh: String,
    /// How long records are kept, in English.
    retention_en: String,
    /// The columns that make a record's key; alternatives are joined by a bar, parts by a plus.
    key: String,
    /// The header of a delivery file: the item's columns, then op and `source_updated_at`.
    header: Vec<String>,
    /// The item's columns.
    fields: Vec<FieldView>,
    /// Checks between the columns of a row.
    checks: Vec<CheckView>,
    /// A note in Chinese.
    note_zh: Option<String>,
    /// A note in English.
    note_en: Option<String>,
}

impl ItemView {
    /// The item with the code lists of its columns.
    pub(crate) fn new(catalog: &Catalog, item: &Item) -> Self {
        Self {
            summary: item.into(),
            unit: catalog.unit(&item.source_unit).map(UnitView::from),
            mode: item.mode.into(),
            retention_zh: item.retention_zh.clone(),
            retention_en: item.retention.clone(),
            key: item.key_text(),
            header: item.header().into_iter().map(str::to_owned).collect(),
            fields: item.fields.iter().map(|field| FieldView::new(catalog, item, field)).collect(),
            checks: item.checks.iter().map(CheckView::from).collect(),
            note_zh: item.note_zh.clone(),
            note_en: item.note_en.clone(),
        }
    }
}

/// A source unit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SourceUnit)]
pub(crate) struct UnitView {
    /// The stable id.
    id: String,
    /// The name in Chinese.
    name_zh: String,
    /// The name in English.
    name_en: String,
}

impl From<&SourceUnit> for UnitView {
    fn from(unit: &SourceUnit) -> Self {
        Self { id: unit.id.clone(), name_zh: unit.name_zh.clone(), name_en: unit.name_en.clone() }
    }
}

/// A column of a delivery file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Field)]
pub(crate) struct FieldView {
    /// The column's name in the header.
    name: String,
    /// What it means, in Chinese.
    label_zh: String,
    /// What it means, in English.
    label_en: String,
    /// How it is written.
    #[schema(inline)]
    kind: FieldKindView,
    /// True when a row must fill it.
    required: bool,
    /// The values it may have, where they come from a code list.
    codes: Vec<CodeView>,
    /// The least value, in the column's unit.
    min: Option<i64>,
    /// True when it cannot lie in the future.
    past: bool,
    /// The longest text, in characters.
    max_len: usize,
    /// Sensitivity of the column, 1 (public) to 5.
    level: u8,
    /// What it is measured in, in Chinese.
    unit_zh: Option<String>,
    /// What it is measured in, in English.
    unit_en: Option<String>,
}

impl FieldView {
    fn new(catalog: &Catalog, item: &Item, field: &Field) -> Self {
        let list = catalog.field_codes(field);
        Self {
            name: field.name.clone(),
            label_zh: field.label_zh.clone(),
            label_en: field.label_en.clone(),
            kind: field.kind.into(),
            required: !item.may_be_empty(field),
            codes: list.map(|list| list.codes.iter().map(CodeView::from).collect()).unwrap_or_default(),
            min: field.min,
            past: field.past,
            max_len: field.max_len,
            level: item.field_level(field),
            unit_zh: field.unit_zh.clone(),
            unit_en: field.unit_en.clone(),
        }
    }
}

/// One value of a code list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Code)]
pub(crate) struct CodeView {
    /// The value as files carry it.
    value: String,
    /// Its words in Chinese.
    zh: String,
    /// Its words in English.
    en: String,
}

impl From<&Code> for CodeView {
    fn from(code: &Code) -> Self {
        Self { value: code.value.clone(), zh: code.zh.clone(), en: code.en.clone() }
    }
}

/// A check between the columns of a row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Check)]
pub(crate) struct CheckView {
    /// The stable id; receipts name it as the rule.
    id: String,
    /// What a row that breaks it is told, in Chinese.
    zh: String,
    /// What a row that breaks it is told, in English.
    en: String,
}

impl From<&Check> for CheckView {
    fn from(check: &Check) -> Self {
        Self { id: check.id.clone(), zh: check.zh.clone(), en: check.en.clone() }
    }
}
