//! Cross-checks of the loaded content: every name that one file uses must exist, and fit, in another.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Catalog;
use crate::check::{Check, Rule};
use crate::codes::CodeList;
use crate::error::ContentProblem;
use crate::field::{Field, FieldKind};
use crate::model::{DELIVERY_COLUMNS, Item, Keep};

/// Level that a field with the identity of a natural person must at least have.
const IDENTITY_LEVEL: u8 = 4;

/// Problems of one code list.
pub(crate) fn code_list(file: &str, list: &CodeList) -> Vec<ContentProblem> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    if list.codes.is_empty() {
        problems.push(ContentProblem::new(file, "code", "the list has no codes"));
    }
    for code in &list.codes {
        let place = format!("code.{}", code.value);
        if !seen.insert(&code.value) {
            problems.push(ContentProblem::new(file, &place, "stands twice"));
        }
        if code.value.is_empty() || code.zh.is_empty() || code.en.is_empty() {
            problems.push(ContentProblem::new(file, &place, "value and both labels must be filled"));
        }
    }
    problems
}

/// Problems of all items; `files` names the file of each item id.
pub(crate) fn catalog(catalog: &Catalog, files: &BTreeMap<String, String>) -> Vec<ContentProblem> {
    let mut problems = Vec::new();
    let mut numbers = BTreeMap::new();
    for item in &catalog.items {
        let file = files.get(&item.id).map_or(item.id.as_str(), String::as_str);
        let mut check = ItemCheck { catalog, item, file, problems: &mut problems };
        if let Some(other) = numbers.insert(item.no, &item.id) {
            check.report("no", format!("{} is also the number of `{other}`", item.no));
        }
        check.all();
    }
    problems
}

/// One item under examination.
struct ItemCheck<'a> {
    catalog: &'a Catalog,
    item: &'a Item,
    file: &'a str,
    problems: &'a mut Vec<ContentProblem>,
}

impl<'a> ItemCheck<'a> {
    fn report(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.problems.push(ContentProblem::new(self.file, place, what));
    }

    fn require(&mut self, holds: bool, place: &str, what: &str) {
        if !holds {
            self.report(place, what);
        }
    }

    fn all(&mut self) {
        self.head();
        self.key();
        self.subject();
        self.times();
        self.keep();
        self.fields();
        let mut ids = BTreeSet::new();
        for check in &self.item.checks {
            self.require(ids.insert(&check.id), &format!("checks.{}", check.id), "stands twice");
            self.check(check);
        }
    }

    fn head(&mut self) {
        let item = self.item;
        self.require(is_plain_name(&item.id), "id", "use lower-case letters, digits and underscores");
        self.require((1..=5).contains(&item.level), "level", "must be 1 to 5");
        self.require(item.stock_per_enterprise >= 0.0, "volume.stock_per_enterprise", "must not be negative");
        self.require(
            item.new_per_enterprise_year >= 0.0,
            "volume.new_per_enterprise_year",
            "must not be negative",
        );
        self.require(
            item.note_zh.is_some() == item.note_en.is_some(),
            "note_zh",
            "write it in both languages",
        );
        if self.catalog.unit(&item.source_unit).is_none() {
            self.report("source_unit", format!("unit `{}` is not in units.toml", item.source_unit));
        }
        match self.catalog.category(&item.category) {
            None => self.report("category", format!("`{}` is not in categories.toml", item.category)),
            Some(category) => {
                self.require(category.layer == item.layer, "layer", "differs from that of the category");
            }
        }
    }

    fn key(&mut self) {
        let mut always_filled = false;
        for name in self.item.key.iter().flat_map(|part| &part.fields) {
            let Some(field) = self.known("key", name) else { continue };
            always_filled |= !field.optional;
        }
        self.require(always_filled, "key", "may be empty altogether");
    }

    fn subject(&mut self) {
        let rule = &self.item.subject;
        let fields: Vec<&Field> =
            rule.fields.iter().filter_map(|name| self.known("subject.fields", name)).collect();
        self.require(fields.iter().any(|field| !field.optional), "subject.fields", "may be empty altogether");
        for field in fields {
            let fits = field.kind.is_subject_key() || field.kind == FieldKind::Str;
            self.require(fits, "subject.fields", &format!("`{}` cannot name a subject", field.name));
        }
        for name in &rule.also {
            let Some(field) = self.known("subject.also", name) else { continue };
            self.require(
                field.kind.is_subject_key(),
                "subject.also",
                &format!("`{name}` is neither a social credit code nor an identity hash"),
            );
        }
    }

    fn times(&mut self) {
        let item = self.item;
        let named =
            [("dated_by", &item.dated_by), ("valid_from", &item.valid_from), ("valid_to", &item.valid_to)];
        for (place, name) in named {
            let Some(field) = name.as_ref().and_then(|name| self.known(place, name)) else { continue };
            let fits = field.kind == FieldKind::Date || (place == "dated_by" && field.kind.is_time());
            self.require(fits, place, &format!("`{}` is not a date", field.name));
        }
    }

    fn keep(&mut self) {
        let Some(keep) = &self.item.keep else { return };
        self.require(keep.months > 0, "keep_months", "a record stays for a month at least");
        if Keep::ENVELOPE_INSTANTS.contains(&keep.since.as_str()) {
            return;
        }
        let Some(field) = self.known("keep_since", &keep.since) else { return };
        let fits = matches!(field.kind, FieldKind::Date | FieldKind::Month);
        self.require(fits, "keep_since", &format!("`{}` is not a date", field.name));
    }

    fn fields(&mut self) {
        let mut names = BTreeSet::new();
        for field in &self.item.fields {
            let place = format!("fields.{}", field.name);
            self.require(
                is_plain_name(&field.name),
                &place,
                "use lower-case letters, digits and underscores",
            );
            self.require(names.insert(&field.name), &place, "stands twice");
            let reserved = DELIVERY_COLUMNS.contains(&field.name.as_str());
            self.require(!reserved, &place, "every delivery file has a column of this name already");
            self.field(&place, field);
        }
    }

    fn field(&mut self, place: &str, field: &Field) {
        let labelled = !field.label_zh.is_empty() && !field.label_en.is_empty();
        self.require(labelled, place, "both labels must be filled");
        self.require(
            field.unit_zh.is_some() == field.unit_en.is_some(),
            place,
            "write the unit in both languages",
        );
        self.require(field.max_len > 0, place, "max_len must be at least 1");
        self.require(field.min.is_none() || field.kind.is_number(), place, "min fits numbers only");
        self.require(!field.past || field.kind.is_time(), place, "past fits dates only");
        let level = self.item.field_level(field);
        self.require((1..=5).contains(&level), place, "level must be 1 to 5");
        let identity_safe = !field.kind.is_identity() || level >= IDENTITY_LEVEL;
        self.require(identity_safe, place, "an identity hash needs level 4");
        match &field.codes {
            None => self.require(field.kind != FieldKind::Enum, place, "an enum needs a code list"),
            Some(list) => {
                self.require(field.kind == FieldKind::Enum, place, "only an enum has a code list");
                let known = self.catalog.codes(list).is_some();
                self.require(known, place, &format!("code list `{list}` is not in codes/"));
            }
        }
    }

    fn check(&mut self, check: &Check) {
        let place = format!("checks.{}", check.id);
        let own = check.id.strip_prefix(self.item.id.as_str()).is_some_and(|rest| rest.starts_with('.'));
        self.require(own, &place, "the rule id must start with the item's id and a dot");
        self.require(
            !check.zh.is_empty() && !check.en.is_empty(),
            &place,
            "words are needed in both languages",
        );
        let kinds: Vec<FieldKind> = check
            .rule
            .fields()
            .into_iter()
            .filter_map(|name| self.known(&place, name))
            .map(|field| field.kind)
            .collect();
        if kinds.len() < check.rule.fields().len() {
            return;
        }
        match &check.rule {
            Rule::Order { .. } => {
                let fits = kinds[0] == kinds[1] && kinds[0].is_time();
                self.require(fits, &place, "compares two dates, or two months");
            }
            Rule::DaysLate { .. } => {
                let fits = kinds == [FieldKind::Int, FieldKind::Date, FieldKind::Date];
                self.require(fits, &place, "counts the days between two dates into a whole number");
            }
            Rule::AtMost { .. } => {
                let fits = kinds[0] == kinds[1] && kinds[0].is_number();
                self.require(fits, &place, "compares two figures of the same kind");
            }
            Rule::RequiredWhen { field, when_field, values }
            | Rule::EmptyWhen { field, when_field, values } => {
                let optional = self.item.field(field).is_some_and(|field| field.optional);
                self.require(optional, &place, &format!("`{field}` is not optional"));
                self.values(&place, when_field, values);
            }
        }
    }

    fn values(&mut self, place: &str, field: &str, values: &[String]) {
        let list = self.item.field(field).and_then(|field| self.catalog.field_codes(field));
        let Some(list) = list else {
            return self.report(place, format!("`{field}` has no code list to compare with"));
        };
        for value in values.iter().filter(|value| !list.contains(value)) {
            self.report(place, format!("`{value}` is not in code list `{}`", list.id));
        }
    }

    /// The item's field of that name; its absence is reported.
    fn known(&mut self, place: &str, name: &str) -> Option<&'a Field> {
        let field = self.item.field(name);
        if field.is_none() {
            self.report(place, format!("`{name}` is not a field of the item"));
        }
        field
    }
}

fn is_plain_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
