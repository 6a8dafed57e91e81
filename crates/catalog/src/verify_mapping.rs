//! Cross-checks of a unit's mapping: the unit, the item, every column and every code it names must exist and fit.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::date_shape::DateShape;
use crate::error::ContentProblem;
use crate::field::{Field, FieldKind};
use crate::mapping::{Mapping, MappingForm};
use crate::model::{DELIVERY_COLUMNS, Item};

/// The mapping that a file describes, or everything that is wrong with it. The file's path names unit and item.
pub(crate) fn mapping(
    catalog: &Catalog,
    file: &str,
    form: MappingForm,
) -> Result<Mapping, Vec<ContentProblem>> {
    let alone = |place: &str, what: String| Err(vec![ContentProblem::new(file, place, what)]);
    let Some((unit, id)) = named_by(file) else {
        return alone("file", "is to be mappings/<unit>/<item>.toml".to_owned());
    };
    if catalog.unit(unit).is_none() {
        return alone("unit", format!("unit `{unit}` is not in units.toml"));
    }
    let Some(item) = catalog.item(id) else {
        return alone("item", format!("the catalogue has no item `{id}`"));
    };
    if item.source_unit != unit {
        return alone("unit", format!("`{id}` is delivered by `{}`", item.source_unit));
    }
    let mut check = MappingCheck { catalog, item, file, problems: Vec::new() };
    check.columns(&form);
    check.constants(&form);
    check.codes(&form);
    let dates = check.dates(&form);
    if !check.problems.is_empty() {
        return Err(check.problems);
    }
    let MappingForm { columns, ignore, constants, codes, .. } = form;
    Ok(Mapping { unit: unit.to_owned(), item: id.to_owned(), columns, ignore, constants, codes, dates })
}

/// Unit and item of `mappings/<unit>/<item>.toml`.
fn named_by(file: &str) -> Option<(&str, &str)> {
    file.strip_prefix("mappings/")?.strip_suffix(".toml")?.split_once('/')
}

/// One mapping under examination.
struct MappingCheck<'a> {
    catalog: &'a Catalog,
    item: &'a Item,
    file: &'a str,
    problems: Vec<ContentProblem>,
}

impl MappingCheck<'_> {
    fn report(&mut self, place: &str, what: impl Into<String>) {
        self.problems.push(ContentProblem::new(self.file, place, what));
    }

    /// The item has such a column; its absence is reported.
    fn known(&mut self, place: &str, column: &str) -> bool {
        let known = self.item.header().contains(&column);
        if !known {
            self.report(place, format!("`{column}` is not a column of `{}`", self.item.id));
        }
        known
    }

    fn columns(&mut self, form: &MappingForm) {
        for (column, own) in &form.columns {
            let place = format!("columns.{column}");
            self.known(&place, column);
            if own.is_empty() || own.trim() != own {
                self.report(&place, "the own name is empty or has blanks around it");
            }
            if form.ignore.contains(own) {
                self.report(&place, format!("`{own}` is to be ignored as well"));
            }
        }
        for column in self.item.header() {
            let told = form.columns.contains_key(column) || form.constants.contains_key(column);
            let needed = self.item.field(column).is_none_or(|field| !self.item.may_be_empty(field));
            if needed && !told {
                self.report("columns", format!("`{column}` is neither here nor a constant"));
            }
        }
        if form.columns.iter().all(|(column, own)| column == own) {
            self.report("columns", "every name is the catalogue's; such a file needs no mapping");
        }
    }

    fn constants(&mut self, form: &MappingForm) {
        for (column, value) in &form.constants {
            let place = format!("constants.{column}");
            self.known(&place, column);
            if form.columns.contains_key(column) {
                self.report(&place, "is a column of the file as well");
            }
            if value.is_empty() {
                self.report(&place, "is empty");
            }
            if self.has_codes(column) {
                self.code(&place, column, value);
            }
        }
    }

    fn codes(&mut self, form: &MappingForm) {
        for (column, codes) in &form.codes {
            let place = format!("codes.{column}");
            if !self.known(&place, column) {
                continue;
            }
            if !self.has_codes(column) {
                self.report(&place, "has no codes: only enum, bool, gbt4754 and op have");
                continue;
            }
            for (own, code) in codes {
                self.code(&format!("{place}.{own}"), column, code);
            }
        }
    }

    fn has_codes(&self, column: &str) -> bool {
        column == DELIVERY_COLUMNS[0]
            || self.item.field(column).is_some_and(|field| {
                matches!(field.kind, FieldKind::Enum | FieldKind::Bool | FieldKind::Industry)
            })
    }

    /// The value is a code of the column.
    fn code(&mut self, place: &str, column: &str, value: &str) {
        let known = match self.item.field(column) {
            None => ["upsert", "withdraw"].contains(&value),
            Some(Field { kind: FieldKind::Bool, .. }) => ["1", "0"].contains(&value),
            Some(Field { kind: FieldKind::Industry, .. }) => self.catalog.industry(value).is_some(),
            Some(field) => self.catalog.field_codes(field).is_some_and(|list| list.contains(value)),
        };
        if !known {
            self.report(place, format!("`{value}` is not a code of `{column}`"));
        }
    }

    fn dates(&mut self, form: &MappingForm) -> BTreeMap<String, Vec<DateShape>> {
        let mut all = BTreeMap::new();
        for (column, shapes) in &form.dates {
            let place = format!("dates.{column}");
            if !self.known(&place, column) {
                continue;
            }
            let kind = self.item.field(column).map(|field| field.kind);
            let is_time =
                column == DELIVERY_COLUMNS[1] || matches!(kind, Some(FieldKind::Date | FieldKind::Month));
            if !is_time {
                self.report(&place, "is not a date, a month or source_updated_at");
            }
            let mut read = Vec::new();
            for shape in shapes {
                match DateShape::parse(shape) {
                    Ok(shape) if !shape.has_day() && kind != Some(FieldKind::Month) => {
                        self.report(&place, "a shape without a day fits months only");
                    }
                    Ok(shape) => read.push(shape),
                    Err(wrong) => self.report(&place, wrong),
                }
            }
            all.insert(column.clone(), read);
        }
        all
    }
}
