//! Does the report's content fit the catalogue? Every item in one place, every field known, no identity shown.

use std::collections::{BTreeMap, BTreeSet};

use jq_catalog::{Catalog, FieldKind, Frequency, Item, Polarity};

use crate::content::{ColumnChoice, ContentError, ItemSpec, OrderBy, ReportContent, SectionSpec, Words};
use crate::late::rhythm_key;
use crate::view::{Layout, RiskLevel};

/// Sentences the assembly fills.
const SENTENCES: [&str; 17] = [
    "data",
    "no_record",
    "not_authorised",
    "not_connected",
    "late",
    "in_dispute",
    "cut",
    "coverage",
    "lead",
    "lead_adverse",
    "risks",
    "no_risks",
    "queries",
    "no_queries",
    "chart",
    "dictionary",
    "more_references",
];
/// Short words the assembly uses.
const VALUES: [&str; 8] = ["yes", "no", "yuan", "wan", "person", "page", "other_section", "size_class"];
/// Columns of an item that the content does not place.
const PLAIN_COLUMNS_MAX: usize = 7;

impl ReportContent {
    /// Checks the content against the catalogue, and adds the items that it does not place (those of a data
    /// folder) as a last section, so that a new item needs no change here.
    pub fn fitted(mut self, catalog: &Catalog) -> Result<Self, ContentError> {
        let faults = self.faults(catalog);
        if !faults.is_empty() {
            return Err(ContentError::Wrong(faults.join("; ")));
        }
        let unplaced: Vec<ItemSpec> =
            catalog.items().filter(|item| self.item(&item.id).is_none()).map(plain).collect();
        if !unplaced.is_empty() {
            let title = self.values.get("other_section").cloned().unwrap_or_default();
            self.sections.push(SectionSpec {
                id: "other".to_owned(),
                title,
                only_with_records: true,
                items: unplaced,
                charts: Vec::new(),
            });
        }
        Ok(self)
    }

    fn faults(&self, catalog: &Catalog) -> Vec<String> {
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        for spec in self.sections.iter().flat_map(|section| &section.items) {
            if !seen.insert(spec.id.as_str()) {
                faults.push(format!("{} is placed twice", spec.id));
            }
            match catalog.item(&spec.id) {
                Some(item) => item_faults(spec, item, &mut faults),
                None => faults.push(format!("{} is not in the catalogue", spec.id)),
            }
        }
        match catalog.item("ent_registration") {
            Some(item) => column_faults(&self.basics, item, &mut faults),
            None => faults.push("ent_registration is not in the catalogue".to_owned()),
        }
        self.rule_faults(catalog, &mut faults);
        self.word_faults(&mut faults);
        faults
    }

    fn rule_faults(&self, catalog: &Catalog, faults: &mut Vec<String>) {
        let mut need = |rule: &str, item: &str, fields: Vec<&str>| {
            let Some(known) = catalog.item(item) else {
                faults.push(format!("{rule}: {item} is not in the catalogue"));
                return;
            };
            let missing = fields.into_iter().filter(|field| known.field(field).is_none());
            faults.extend(missing.map(|field| format!("{rule}: {item} has no field {field}")));
        };
        for chart in self.sections.iter().flat_map(|section| &section.charts) {
            let mut fields = vec![chart.x.as_str(), chart.value.as_str()];
            fields.extend(chart.filter.keys().map(String::as_str));
            if let Some(newest) = &chart.newest_of {
                fields.extend(newest.keys.iter().map(String::as_str));
                fields.push(&newest.by);
            }
            need(&chart.id, &chart.item, fields);
        }
        for hint in &self.hints {
            let fields = [hint.field.as_deref(), hint.dated_by.as_deref()];
            need(&hint.id, &hint.item, fields.into_iter().flatten().collect());
        }
    }

    fn word_faults(&self, faults: &mut Vec<String>) {
        let mut need = |what: &str, words: &BTreeMap<String, Words>, keys: &[&str]| {
            let missing = keys.iter().filter(|key| !words.contains_key(**key));
            faults.extend(missing.map(|key| format!("{what} has no entry {key}")));
        };
        need("sentences", &self.sentences, &SENTENCES);
        need("values", &self.values, &VALUES);
        need("states", &self.states, &SENTENCES[..6]);
        need("marks", &self.marks, &["in_publicity", "live", "ended", "in_dispute"]);
        let levels = [RiskLevel::High, RiskLevel::Medium, RiskLevel::Notice].map(RiskLevel::key);
        need("levels", &self.levels, &levels);
        let rhythms: Vec<&str> = self.late_after_days.keys().map(String::as_str).collect();
        let known = [
            Frequency::Daily,
            Frequency::Weekly,
            Frequency::Monthly,
            Frequency::Quarterly,
            Frequency::Yearly,
        ];
        for rhythm in known.map(rhythm_key) {
            if !rhythms.contains(&rhythm) {
                faults.push(format!("late_after_days has no entry {rhythm}"));
            }
        }
    }
}

fn item_faults(spec: &ItemSpec, item: &Item, faults: &mut Vec<String>) {
    column_faults(&spec.columns, item, faults);
    let mut fields: Vec<&str> = spec.order.iter().map(|order| order.field.as_str()).collect();
    if let Some(rule) = &spec.adverse {
        fields.push(&rule.dated_by);
        fields.extend(rule.ended_by.iter().map(String::as_str));
        fields.extend(rule.ended_when.keys().chain(rule.counts_when.keys()).map(String::as_str));
        fields.extend([&rule.public_until, &rule.repaired_by].into_iter().flatten().map(String::as_str));
    } else if item.polarity == Polarity::Adverse {
        faults.push(format!("{} is adverse and says not how its records end", item.id));
    }
    let missing = fields.into_iter().filter(|field| item.field(field).is_none());
    faults.extend(missing.map(|field| format!("{} has no field {field}", item.id)));
}

fn column_faults(columns: &[ColumnChoice], item: &Item, faults: &mut Vec<String>) {
    for column in columns {
        match item.field(&column.field).map(|field| field.kind) {
            None => faults.push(format!("{} has no field {}", item.id, column.field)),
            Some(kind) if kind.is_identity() => {
                faults
                    .push(format!("{}.{} holds an identity hash and is never shown", item.id, column.field));
            }
            Some(kind) if column.wan && kind != FieldKind::Money => {
                faults.push(format!("{}.{} is no money", item.id, column.field));
            }
            Some(_) => {}
        }
    }
}

/// How an item is shown that the content does not place: its first fields, newest first.
fn plain(item: &Item) -> ItemSpec {
    let columns = item
        .fields
        .iter()
        .filter(|field| !field.kind.is_subject_key())
        .take(PLAIN_COLUMNS_MAX)
        .map(|field| ColumnChoice { field: field.name.clone(), wan: false, last4: false })
        .collect();
    let dated = item.dated_by.iter().map(|field| OrderBy { field: field.clone(), descending: true });
    let adverse = match (&item.dated_by, item.polarity) {
        (Some(field), Polarity::Adverse) => Some(crate::content::AdverseRule {
            dated_by: field.clone(),
            ended_by: item.valid_to.iter().cloned().collect(),
            years: 5,
            ..Default::default()
        }),
        _ => None,
    };
    ItemSpec {
        id: item.id.clone(),
        layout: Layout::Table,
        rows: 20,
        order: dated.collect(),
        columns,
        adverse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalogue_item_stands_in_exactly_one_section() {
        let catalog = Catalog::embedded().unwrap();
        let content = ReportContent::embedded().unwrap();
        assert_eq!(content.faults(&catalog), Vec::<String>::new());
        let placed: Vec<&str> =
            content.sections.iter().flat_map(|section| &section.items).map(|item| item.id.as_str()).collect();
        assert_eq!(placed.len(), 56);
        let unplaced: Vec<&str> =
            catalog.items().map(|item| item.id.as_str()).filter(|id| !placed.contains(id)).collect();
        assert!(unplaced.is_empty(), "{unplaced:?}");
        let sections = content.sections.len();
        assert_eq!(content.fitted(&catalog).unwrap().sections.len(), sections, "nothing is left over");
    }

    #[test]
    fn an_identity_hash_cannot_be_made_a_column() {
        let catalog = Catalog::embedded().unwrap();
        let text = include_str!("../../../reports/self.toml")
            .replace("\"person_name\", \"position\"", "\"person_key\", \"position\"");
        let error = ReportContent::parse(&text).unwrap().fitted(&catalog).unwrap_err().to_string();
        assert!(error.contains("ent_key_person.person_key holds an identity hash"), "{error}");
    }

    #[test]
    fn an_item_nobody_placed_is_shown_last() {
        let catalog = Catalog::embedded().unwrap();
        let mut content = ReportContent::embedded().unwrap();
        content.sections.retain(|section| section.id != "environment");
        let fitted = content.fitted(&catalog).unwrap();
        let last = fitted.sections.last().unwrap();
        assert_eq!((last.id.as_str(), last.items.len()), ("other", 3));
        assert!(last.items.iter().all(|item| item.columns.iter().all(|column| column.field != "uscc")));
    }
}
