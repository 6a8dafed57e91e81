//! What is prepared once per item before its rows are read: how each column is read, what makes the
//! key, whom a row is about, and which columns are compared.

use std::collections::HashMap;

use jiff::civil::Date;
use jq_catalog::{Catalog, Check, Item, Registry, Rule as CatalogRule};

use crate::field::{Checked, FieldReader};

/// An item ready for reading rows.
pub(crate) struct ItemPlan {
    pub(crate) header: Vec<String>,
    pub(crate) readers: Vec<FieldReader>,
    /// Key parts; of each the first filled column counts.
    pub(crate) key: Vec<Vec<usize>>,
    /// Columns that name the subject, of which the first filled one counts; true where it holds a credit code or a
    /// person's hash, false where it holds a number or name of the source's own.
    pub(crate) subject: Vec<(usize, bool)>,
    /// A credit code must be registered before a row about it is taken.
    pub(crate) registered: bool,
    pub(crate) valid_from: Option<usize>,
    pub(crate) valid_to: Option<usize>,
    pub(crate) checks: Vec<RowCheck>,
}

impl ItemPlan {
    pub(crate) fn new(catalog: &Catalog, item: &Item) -> Self {
        let places: HashMap<&str, usize> =
            item.fields.iter().enumerate().map(|(place, field)| (field.name.as_str(), place)).collect();
        let place = |name: &String| places.get(name.as_str()).copied();
        let readers = item
            .fields
            .iter()
            .map(|field| FieldReader::new(catalog, field, !item.may_be_empty(field)))
            .collect();
        let subject = item
            .subject
            .fields
            .iter()
            .filter_map(place)
            .map(|column| (column, item.fields[column].kind.is_subject_key()))
            .collect();
        Self {
            header: item.header().into_iter().map(str::to_owned).collect(),
            readers,
            key: item.key.iter().map(|part| part.fields.iter().filter_map(place).collect()).collect(),
            subject,
            registered: item.subject.registry == Registry::Enterprise,
            valid_from: item.valid_from.as_ref().or(item.dated_by.as_ref()).and_then(place),
            valid_to: item.valid_to.as_ref().and_then(place),
            checks: item.checks.iter().filter_map(|check| RowCheck::new(check, &places, item)).collect(),
        }
    }
}

/// A check between columns of one row, by column place.
pub(crate) struct RowCheck {
    pub(crate) id: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    /// The column that a receipt names.
    pub(crate) column: usize,
    comparison: Comparison,
}

enum Comparison {
    Order { earlier: usize, later: usize },
    DaysLate { field: usize, from: usize, to: usize },
    AtMost { field: usize, limit: usize },
    RequiredWhen { field: usize, when: usize, values: Vec<String> },
    EmptyWhen { field: usize, when: usize, values: Vec<String> },
}

/// What a check says of a row.
pub(crate) enum Verdict {
    Holds,
    Broken,
    /// The column was left empty and the platform fills it in.
    Fills(usize, i64),
}

impl RowCheck {
    fn new(check: &Check, places: &HashMap<&str, usize>, item: &Item) -> Option<Self> {
        let place = |name: &String| places.get(name.as_str()).copied();
        let comparison = match &check.rule {
            CatalogRule::Order { earlier, later } => {
                Comparison::Order { earlier: place(earlier)?, later: place(later)? }
            }
            CatalogRule::DaysLate { field, from, to } => {
                Comparison::DaysLate { field: place(field)?, from: place(from)?, to: place(to)? }
            }
            CatalogRule::AtMost { field, limit_field } => {
                Comparison::AtMost { field: place(field)?, limit: place(limit_field)? }
            }
            CatalogRule::RequiredWhen { field, when_field, values } => Comparison::RequiredWhen {
                field: place(field)?,
                when: place(when_field)?,
                values: values.clone(),
            },
            CatalogRule::EmptyWhen { field, when_field, values } => Comparison::EmptyWhen {
                field: place(field)?,
                when: place(when_field)?,
                values: values.clone(),
            },
        };
        let column = check.rule.fields().first().and_then(|name| places.get(name).copied())?;
        debug_assert!(item.fields.get(column).is_some(), "a column of the item");
        Some(Self { id: check.id.clone(), zh: check.zh.clone(), en: check.en.clone(), column, comparison })
    }

    pub(crate) fn judge(&self, row: &[Checked<'_>]) -> Verdict {
        let broken = match &self.comparison {
            Comparison::Order { earlier, later } => match (&row[*earlier], &row[*later]) {
                (Checked::Day(earlier), Checked::Day(later)) => earlier > later,
                _ => false,
            },
            Comparison::AtMost { field, limit } => match (&row[*field], &row[*limit]) {
                (Checked::Int(value), Checked::Int(limit)) => value > limit,
                (Checked::Scaled(value), Checked::Scaled(limit)) => value > limit,
                _ => false,
            },
            Comparison::DaysLate { field, from, to } => return days_late(row, *field, *from, *to),
            Comparison::RequiredWhen { field, when, values } => {
                one_of(&row[*when], values) && row[*field].is_empty()
            }
            Comparison::EmptyWhen { field, when, values } => {
                one_of(&row[*when], values) && !row[*field].is_empty()
            }
        };
        if broken { Verdict::Broken } else { Verdict::Holds }
    }
}

fn one_of(value: &Checked<'_>, values: &[String]) -> bool {
    match value {
        Checked::Text(text) => values.iter().any(|one| one == text.as_ref()),
        Checked::Bool(flag) => values.iter().any(|one| one == if *flag { "1" } else { "0" }),
        _ => false,
    }
}

fn days_late(row: &[Checked<'_>], field: usize, from: usize, to: usize) -> Verdict {
    let (Checked::Day(from), Checked::Day(to)) = (&row[from], &row[to]) else { return Verdict::Holds };
    let late = i64::from((to - from).max(0));
    match &row[field] {
        Checked::Empty => Verdict::Fills(field, late),
        Checked::Int(value) if *value != late => Verdict::Broken,
        _ => Verdict::Holds,
    }
}

/// What a batch is read against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// The Beijing date, after which nothing can have happened.
    pub(crate) today: Date,
    /// Microseconds since 1970.
    pub(crate) now: i64,
}
