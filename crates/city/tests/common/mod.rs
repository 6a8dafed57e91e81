//! Reads a finished city the way a careful receiver would: every file against the catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jq_catalog::{Catalog, Field, FieldKind, Item, Registry, Rule};
use jq_city::{Options, Summary};

/// One batch as it lies on disk.
pub(crate) struct Drop {
    pub(crate) folder: String,
    pub(crate) manifest: serde_json::Value,
    pub(crate) bytes: Vec<u8>,
}

impl Drop {
    pub(crate) fn text(&self) -> String {
        match self.manifest["encoding"].as_str() {
            Some("gb18030") => encoding_rs::GB18030.decode(&self.bytes).0.into_owned(),
            _ => String::from_utf8(self.bytes.clone()).expect("UTF-8 as the manifest says"),
        }
    }

    pub(crate) fn str(&self, name: &str) -> &str {
        self.manifest[name].as_str().expect("a text in the manifest")
    }

    /// Rows as field lists, without the header.
    pub(crate) fn rows(&self) -> Vec<Vec<String>> {
        let text = self.text();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.records().map(|row| row.expect("a CSV row").iter().map(str::to_owned).collect()).collect()
    }
}

/// A fresh folder below the target's temporary files.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("jq-city-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    path
}

pub(crate) fn make(catalog: &Catalog, name: &str, subjects: u32, density: f64) -> (PathBuf, Summary) {
    let out = folder(name);
    let mut options = Options::new(subjects, 7, out.clone(), catalog);
    options.density = density;
    let summary = jq_city::make(&options, &mut |_| {}).expect("a city");
    (out, summary)
}

/// All batches in order of delivery.
pub(crate) fn drops(out: &Path) -> Vec<Drop> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(out.join("drops"))
        .expect("drops")
        .map(|entry| entry.expect("entry").path())
        .collect();
    folders.sort();
    folders
        .into_iter()
        .map(|path| Drop {
            folder: path.file_name().expect("named").to_string_lossy().into_owned(),
            manifest: serde_json::from_slice(&std::fs::read(path.join("manifest.json")).expect("manifest"))
                .expect("JSON"),
            bytes: std::fs::read(path.join("data.csv")).expect("data"),
        })
        .collect()
}

/// A table of the truth folder as maps by column.
pub(crate) fn truth(out: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(out.join("truth").join(name)).expect("a truth table");
    let header = reader.headers().expect("header").clone();
    let row = |row: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.expect("row"))).collect()
}

/// The rules a row breaks, by stable id; known subjects grow as the register is read.
pub(crate) fn broken(
    catalog: &Catalog,
    item: &Item,
    row: &[String],
    known: &BTreeSet<String>,
) -> Vec<String> {
    let mut rules = Vec::new();
    let value = |name: &str| {
        item.fields.iter().position(|field| field.name == name).map(|at| row[at].as_str()).unwrap_or_default()
    };
    for (field, text) in item.fields.iter().zip(row) {
        if text.is_empty() {
            if !field.optional && !computed(item, field) {
                rules.push("required_missing".to_owned());
            }
        } else if let Some(rule) = wrong(catalog, field, text) {
            rules.push(rule.to_owned());
        }
    }
    if item.subject.registry == Registry::Enterprise && rules.is_empty() {
        let subject = item.subject.fields.iter().map(|name| value(name)).find(|key| !key.is_empty());
        if let Some(subject) = subject
            && subject.len() == 18
            && !subject.starts_with("NY")
            && !known.contains(subject)
        {
            rules.push("subject_unknown".to_owned());
        }
    }
    if rules.is_empty() {
        rules.extend(
            item.checks.iter().filter(|check| breaks(&check.rule, &value)).map(|check| check.id.clone()),
        );
    }
    rules
}

fn computed(item: &Item, field: &Field) -> bool {
    item.checks.iter().any(|check| check.rule.fills() == Some(field.name.as_str()))
}

fn breaks<'a>(rule: &'a Rule, value: &dyn Fn(&str) -> &'a str) -> bool {
    let filled = |name: &str| Some(value(name)).filter(|text| !text.is_empty());
    let number = |name: &str| filled(name).and_then(|text| text.parse::<f64>().ok());
    let date = |name: &str| filled(name).and_then(|text| text.parse::<jiff::civil::Date>().ok());
    match rule {
        Rule::Order { earlier, later } => match (filled(earlier), filled(later)) {
            (Some(earlier), Some(later)) => earlier > later,
            _ => false,
        },
        Rule::AtMost { field, limit_field } => match (number(field), number(limit_field)) {
            (Some(figure), Some(limit)) => figure > limit,
            _ => false,
        },
        Rule::DaysLate { field, from, to } => match (number(field), date(from), date(to)) {
            (Some(days), Some(from), Some(to)) => {
                (days - f64::from(from.until(to).expect("days").get_days().max(0))).abs() > 0.5
            }
            _ => false,
        },
        Rule::RequiredWhen { field, when_field, values } => {
            values.iter().any(|wanted| wanted == value(when_field)) && filled(field).is_none()
        }
        Rule::EmptyWhen { field, when_field, values } => {
            values.iter().any(|wanted| wanted == value(when_field)) && filled(field).is_some()
        }
    }
}

fn wrong(catalog: &Catalog, field: &Field, text: &str) -> Option<&'static str> {
    let figure = |whole: bool| match text.parse::<f64>() {
        Ok(figure) if !whole || figure.fract() == 0.0 => {
            let least = field.min.is_some_and(|min| figure < min as f64);
            least.then_some("below_minimum")
        }
        _ => Some("number_invalid"),
    };
    match field.kind {
        FieldKind::Uscc => (!jq_base::uscc::check(text).valid).then_some("uscc_check_digit"),
        FieldKind::IdHash => (text.len() != 64).then_some("id_hash_invalid"),
        FieldKind::UsccOrIdHash => {
            let fine = text.len() == 64 || jq_base::uscc::check(text).valid;
            (!fine).then_some("uscc_check_digit")
        }
        FieldKind::Int | FieldKind::Year => figure(true),
        FieldKind::Money | FieldKind::Dec | FieldKind::Ratio => figure(false),
        FieldKind::Bool => (!matches!(text, "0" | "1")).then_some("code_unknown"),
        FieldKind::Date => match text.parse::<jiff::civil::Date>() {
            Err(_) => Some("date_invalid"),
            Ok(day) if field.past && day > jq_city::UNTIL => Some("date_in_future"),
            Ok(_) => None,
        },
        FieldKind::Month => (text.len() != 7).then_some("date_invalid"),
        FieldKind::Enum => {
            let known = catalog.field_codes(field).is_some_and(|codes| codes.contains(text));
            (!known).then_some("code_unknown")
        }
        FieldKind::Industry => catalog.industry(text).is_none().then_some("code_unknown"),
        FieldKind::Division => (!catalog.districts().accepts(text)).then_some("code_unknown"),
        FieldKind::Str | FieldKind::List => (text.chars().count() > field.max_len).then_some("text_too_long"),
        FieldKind::Quarter | FieldKind::QuarterOrYear => None,
    }
}
