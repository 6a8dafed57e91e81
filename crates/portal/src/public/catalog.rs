//! The catalogue: which information the city gathers, from whom, and what each field means.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use jq_base::lang::Lang;
use jq_catalog::{Access, Catalog, Check, Code, Field, FieldKind, Frequency, Item, Layer, Mode, Polarity};
use jq_web::{Problem, Visit, page};
use serde::Deserialize;

use crate::public::Fact;
use crate::state::PortalState;

/// What is searched for, in characters at most.
const SEARCH_CHARS_MAX: usize = 40;

/// The catalogue's list, by category.
#[derive(Template)]
#[template(path = "public/catalog.html")]
pub struct CatalogPage {
    v: Visit,
    q: String,
    found: usize,
    groups: Vec<Group>,
    items: usize,
    public: usize,
}

struct Group {
    id: String,
    name: String,
    layer: String,
    items: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    source: String,
    frequency: String,
    public: bool,
    level: u8,
    fields: usize,
}

/// The search box.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

/// `GET /catalog?q=`
pub async fn list(State(state): State<PortalState>, Query(search): Query<Search>, v: Visit) -> Response {
    let q: String = search.q.trim().chars().take(SEARCH_CHARS_MAX).collect();
    page(&CatalogPage::new(v, &state.catalog, q))
}

impl CatalogPage {
    /// The list of items that match `q`; all of them when it is empty.
    pub fn new(v: Visit, catalog: &Catalog, q: String) -> Self {
        let wanted = q.to_lowercase();
        let groups: Vec<Group> = catalog
            .categories()
            .map(|category| Group {
                id: category.id.clone(),
                name: category.name(v.lang()).to_owned(),
                layer: v.t(layer_key(category.layer)),
                items: catalog
                    .items()
                    .filter(|item| item.category == category.id && matches(catalog, item, &wanted))
                    .map(|item| Row::new(&v, catalog, item))
                    .collect(),
            })
            .filter(|group| !group.items.is_empty())
            .collect();
        let found = groups.iter().map(|group| group.items.len()).sum();
        let public = catalog.items().filter(|item| item.access == Access::Public).count();
        Self { v, q, found, groups, items: catalog.items().len(), public }
    }

    fn lead(&self) -> String {
        let authorised = self.items - self.public;
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("items", &self.items), ("public", &self.public), ("authorised", &authorised)];
        self.v.text().with("catalog-lead", &values)
    }
}

impl Row {
    fn new(v: &Visit, catalog: &Catalog, item: &Item) -> Self {
        Self {
            id: item.id.clone(),
            name: item.name(v.lang()).to_owned(),
            source: unit_name(catalog, item, v.lang()),
            frequency: v.t(frequency_key(item.frequency)),
            public: item.access == Access::Public,
            level: item.level,
            fields: item.fields.len(),
        }
    }
}

/// One item of the catalogue.
#[derive(Template)]
#[template(path = "public/catalog_item.html")]
pub struct ItemPage {
    v: Visit,
    item: Item,
    category: String,
    fields: Vec<FieldRow>,
    checks: Vec<CheckRow>,
    facts: Vec<Fact>,
}

struct FieldRow {
    label: String,
    name: String,
    kind: String,
    rule: String,
    level: u8,
    codes: Vec<CodeRow>,
}

struct CodeRow {
    value: String,
    label: String,
}

struct CheckRow {
    id: String,
    words: String,
}

/// `GET /catalog/{item}`
pub async fn item(State(state): State<PortalState>, Path(id): Path<String>, v: Visit) -> Response {
    match state.catalog.item(&id) {
        Some(item) => page(&ItemPage::new(v, &state.catalog, item)),
        None => Problem::new(404, "catalog/no-such-item").forward("/catalog").into_response(),
    }
}

impl ItemPage {
    /// The page of `item`.
    pub fn new(v: Visit, catalog: &Catalog, item: &Item) -> Self {
        let lang = v.lang();
        let category = catalog.category(&item.category).map_or("", |category| category.name(lang));
        Self {
            category: category.to_owned(),
            fields: item.fields.iter().map(|field| FieldRow::new(&v, catalog, item, field)).collect(),
            checks: item.checks.iter().map(|check| CheckRow::new(check, lang)).collect(),
            facts: facts(&v, catalog, item),
            item: item.clone(),
            v,
        }
    }
}

impl FieldRow {
    fn new(v: &Visit, catalog: &Catalog, item: &Item, field: &Field) -> Self {
        let mut rules = vec![v.t(if item.may_be_empty(field) { "field-optional" } else { "field-required" })];
        rules.extend(field.past.then(|| v.t("field-past")));
        rules.extend(field.min.map(|min| v.n("field-min", min)));
        let label = match field.unit(v.lang()) {
            Some(unit) => format!("{} ({unit})", field.label(v.lang())),
            None => field.label(v.lang()).to_owned(),
        };
        let codes = catalog.field_codes(field).map_or(&[][..], |list| &list.codes);
        Self {
            label,
            name: field.name.clone(),
            kind: v.t(kind_key(field.kind)),
            rule: rules.join(v.pick("，", ", ")),
            level: item.field_level(field),
            codes: codes.iter().map(|code| CodeRow::new(code, v.lang())).collect(),
        }
    }
}

impl CodeRow {
    fn new(code: &Code, lang: Lang) -> Self {
        Self { value: code.value.clone(), label: code.label(lang).to_owned() }
    }
}

impl CheckRow {
    fn new(check: &Check, lang: Lang) -> Self {
        Self { id: check.id.clone(), words: check.words(lang).to_owned() }
    }
}

fn facts(v: &Visit, catalog: &Catalog, item: &Item) -> Vec<Fact> {
    let access = if item.access == Access::Public { "access-public" } else { "access-authorised" };
    vec![
        Fact::new(v.t("catalog-source"), unit_name(catalog, item, v.lang())),
        Fact::new(v.t("catalog-access"), v.t(access)),
        Fact::new(v.t("catalog-level"), item.level.to_string()),
        Fact::new(v.t("catalog-frequency"), v.t(frequency_key(item.frequency))),
        Fact::new(v.t("catalog-mode"), v.t(mode_key(item.mode))),
        Fact::new(v.t("catalog-polarity"), v.t(polarity_key(item.polarity))),
        Fact::new(v.t("catalog-retention"), item.retention(v.lang())),
        Fact::code(v.t("catalog-key"), item.key_text()),
        Fact::code(v.t("catalog-id"), item.id.clone()),
    ]
}

/// The name of the unit that delivers `item`.
pub fn unit_name(catalog: &Catalog, item: &Item, lang: Lang) -> String {
    catalog.unit(&item.source_unit).map_or(item.source_unit.as_str(), |unit| unit.name(lang)).to_owned()
}

fn matches(catalog: &Catalog, item: &Item, wanted: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(wanted);
    let in_unit =
        catalog.unit(&item.source_unit).is_some_and(|unit| has(&unit.name_zh) || has(&unit.name_en));
    let in_field = |field: &Field| has(&field.name) || has(&field.label_zh) || has(&field.label_en);
    has(&item.id) || has(&item.name_zh) || has(&item.name_en) || in_unit || item.fields.iter().any(in_field)
}

fn layer_key(layer: Layer) -> &'static str {
    match layer {
        Layer::National => "layer-national",
        Layer::Local => "layer-local",
        Layer::Agriculture => "layer-agriculture",
    }
}

fn mode_key(mode: Mode) -> &'static str {
    match mode {
        Mode::Physical => "mode-physical",
        Mode::Interface => "mode-interface",
        Mode::Both => "mode-both",
    }
}

fn frequency_key(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Daily => "frequency-daily",
        Frequency::Weekly => "frequency-weekly",
        Frequency::Monthly => "frequency-monthly",
        Frequency::Quarterly => "frequency-quarterly",
        Frequency::Yearly => "frequency-yearly",
        Frequency::OnQuery => "frequency-on-query",
    }
}

fn polarity_key(polarity: Polarity) -> &'static str {
    match polarity {
        Polarity::Positive => "polarity-positive",
        Polarity::Neutral => "polarity-neutral",
        Polarity::Adverse => "polarity-adverse",
    }
}

fn kind_key(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Uscc => "kind-uscc",
        FieldKind::IdHash => "kind-idhash",
        FieldKind::UsccOrIdHash => "kind-uscc-idhash",
        FieldKind::Str => "kind-str",
        FieldKind::Int => "kind-int",
        FieldKind::Dec => "kind-dec",
        FieldKind::Money => "kind-money",
        FieldKind::Ratio => "kind-ratio",
        FieldKind::Bool => "kind-bool",
        FieldKind::Date => "kind-date",
        FieldKind::Month => "kind-month",
        FieldKind::Quarter => "kind-quarter",
        FieldKind::QuarterOrYear => "kind-quarter-year",
        FieldKind::Year => "kind-year",
        FieldKind::Division => "kind-div",
        FieldKind::Industry => "kind-industry",
        FieldKind::Enum => "kind-enum",
        FieldKind::List => "kind-list",
    }
}
