//! What is prepared once per item before its rows are read: how each column is read, what makes the
//! key, whom a row is about, and which columns are compared.

use std::collections::HashMap;

use jiff::civil::Date;
use jq_catalog::{Catalog, Check, Item, Registry, Rule as CatalogRule};

use crate::field::FieldReader;
use crate::values::Values;

/// An item ready for reading rows.
pub(crate) struct ItemPlan {
    pub(crate) header: Vec<String>,
    pub(crate) readers: Vec<FieldReader>,
    /// Key parts; of each the first filled column counts.
    pub(crate) key: Vec<Vec<usize>>,
    /// True when the key names the subject, so that a record never becomes another subject's.
    pub(crate) key_names_subject: bool,
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
            .collect::<Vec<_>>();
        let key: Vec<Vec<usize>> =
            item.key.iter().map(|part| part.fields.iter().filter_map(place).collect()).collect();
        let columns: Vec<usize> = subject.iter().map(|(column, _)| *column).collect();
        Self {
            header: item.header().into_iter().map(str::to_owned).collect(),
            readers,
            key_names_subject: key.contains(&columns),
            key,
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

    /// Names every row that breaks the check; a column that the platform fills in is filled.
    pub(crate) fn apply(&self, columns: &mut [Values<'_>], mut broken: impl FnMut(usize)) {
        match &self.comparison {
            Comparison::Order { earlier, later } => {
                if let (Values::Day(earlier), Values::Day(later)) = (&columns[*earlier], &columns[*later]) {
                    name_greater(earlier, later, broken);
                }
            }
            Comparison::AtMost { field, limit } => match (&columns[*field], &columns[*limit]) {
                (Values::Int(values), Values::Int(limits)) => name_greater(values, limits, broken),
                (Values::Scaled(values), Values::Scaled(limits)) => name_greater(values, limits, broken),
                _ => {}
            },
            Comparison::DaysLate { field, from, to } => {
                days_late(columns, *field, *from, *to, broken);
            }
            Comparison::RequiredWhen { field, when, values } => {
                let (column, when) = (&columns[*field], &columns[*when]);
                (0..when.len())
                    .filter(|row| column.is_empty(*row) && one_of(when, *row, values))
                    .for_each(&mut broken);
            }
            Comparison::EmptyWhen { field, when, values } => {
                let (column, when) = (&columns[*field], &columns[*when]);
                (0..when.len())
                    .filter(|row| !column.is_empty(*row) && one_of(when, *row, values))
                    .for_each(&mut broken);
            }
        }
    }
}

/// Rows whose left value is greater than the right one, where both are there.
fn name_greater<T: PartialOrd>(left: &[Option<T>], right: &[Option<T>], mut name: impl FnMut(usize)) {
    for (row, pair) in left.iter().zip(right).enumerate() {
        if let (Some(left), Some(right)) = pair
            && left > right
        {
            name(row);
        }
    }
}

fn one_of(column: &Values<'_>, row: usize, values: &[String]) -> bool {
    match column {
        Values::Text(all) => all[row].as_ref().is_some_and(|text| values.iter().any(|one| one == text)),
        Values::Bool(all) => {
            all[row].is_some_and(|flag| values.iter().any(|one| one == if flag { "1" } else { "0" }))
        }
        _ => false,
    }
}

fn days_late(
    columns: &mut [Values<'_>],
    field: usize,
    from: usize,
    to: usize,
    mut broken: impl FnMut(usize),
) {
    let mut lates: Vec<Option<i64>> = Vec::new();
    if let (Values::Day(from), Values::Day(to)) = (&columns[from], &columns[to]) {
        lates.extend(from.iter().zip(to).map(|pair| match pair {
            (Some(from), Some(to)) => Some(i64::from((to - from).max(0))),
            _ => None,
        }));
    }
    let Values::Int(values) = &mut columns[field] else { return };
    for (row, (value, late)) in values.iter_mut().zip(lates).enumerate() {
        match (&value, late) {
            (None, Some(_)) => *value = late,
            (Some(told), Some(late)) if *told != late => broken(row),
            _ => {}
        }
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
