//! Items and sections of a report: which records are shown, in which state the item is, and in which words.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jq_base::lang::Lang;
use jq_catalog::{Catalog, Item, Polarity};

use crate::adverse::{Standing, standing};
use crate::content::{ItemSpec, ReportContent};
use crate::facts::{Facts, ItemFacts};
use crate::format::{self, EMPTY, Setting};
use crate::record::{self, Record, RepairState};
use crate::view::{Column, ItemBlock, ItemState, Mark, MarkCode, Row, StateView};

/// Narrowest and widest column, in half-width characters.
const COLUMN_WIDTH: std::ops::RangeInclusive<usize> = 4..=60;

/// What every part of the assembly needs.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// Catalogue of items.
    pub(crate) catalog: &'a Catalog,
    /// Content of the edition.
    pub(crate) content: &'a ReportContent,
    /// Language of the report.
    pub(crate) lang: Lang,
    /// Day of the report.
    pub(crate) today: Date,
}

impl<'a> Frame<'a> {
    /// For setting cells.
    pub(crate) fn setting(&self) -> Setting<'a> {
        Setting { catalog: self.catalog, content: self.content, lang: self.lang }
    }

    /// A sentence of the content, filled.
    pub(crate) fn sentence(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.content.sentence(key, self.lang, values)
    }

    fn label(&self, from: &BTreeMap<String, crate::content::Words>, key: &str) -> String {
        from.get(key).map_or_else(|| key.to_owned(), |words| words.get(self.lang).to_owned())
    }
}

/// One item with the records the report may show.
pub(crate) struct Shown<'a> {
    /// The catalogue's item.
    pub(crate) item: &'a Item,
    /// How it is shown.
    pub(crate) spec: &'a ItemSpec,
    /// State of the item.
    pub(crate) state: StateView,
    /// Day of the newest data, as text.
    pub(crate) as_of: String,
    /// Records in the order of print, with how they stand.
    pub(crate) records: Vec<(&'a Record, Standing)>,
}

impl<'a> Shown<'a> {
    /// Decides what of the item's facts is shown.
    pub(crate) fn new(frame: &Frame<'a>, spec: &'a ItemSpec, item: &'a Item, facts: &'a Facts) -> Self {
        let found = facts.item(&item.id);
        let mut records: Vec<&Record> = found
            .filter(|found| found.allowed)
            .map(|found| found.records.iter().collect())
            .unwrap_or_default();
        record::sort(&mut records, &spec.order);
        let records: Vec<(&Record, Standing)> = records
            .into_iter()
            .map(|record| (record, standing(spec.adverse.as_ref(), record, frame.today)))
            .filter(|(_, standing)| *standing != Standing::Hidden)
            .collect();
        let as_of =
            found.and_then(|found| found.as_of).map_or_else(|| EMPTY.to_owned(), |date| date.to_string());
        let state = state(frame, item, found, &records, &as_of);
        Self { item, spec, state, as_of, records }
    }

    /// Adverse records still in force.
    pub(crate) fn live(&self) -> u64 {
        count(self.records.iter().filter(|(_, standing)| standing.counts()).count())
    }

    /// Records that may be shown.
    pub(crate) fn total(&self) -> u64 {
        count(self.records.len())
    }

    /// The source is connected and the reader may see it.
    pub(crate) fn available(&self) -> bool {
        !matches!(self.state.code, ItemState::NotAuthorised | ItemState::NotConnected)
    }

    /// Day of the newest record, as text.
    pub(crate) fn latest(&self) -> String {
        let field = self.spec.adverse.as_ref().map(|rule| &rule.dated_by).or(self.item.dated_by.as_ref());
        let Some(field) = field else { return EMPTY.to_owned() };
        let newest = self.records.iter().filter_map(|(record, _)| record.date(field)).max();
        newest.map_or_else(|| EMPTY.to_owned(), |date| date.to_string())
    }

    /// Name of the source unit.
    pub(crate) fn source_unit(&self, frame: &Frame<'_>) -> String {
        let unit = frame.catalog.unit(&self.item.source_unit);
        unit.map_or_else(|| self.item.source_unit.clone(), |unit| unit.name(frame.lang).to_owned())
    }

    /// The item as a block of the report.
    pub(crate) fn block(&self, frame: &Frame<'_>) -> ItemBlock {
        let rows: Vec<Row> = self
            .records
            .iter()
            .take(self.spec.rows)
            .zip(1..)
            .map(|((record, standing), no)| self.row(frame, record, *standing, no))
            .collect();
        let (shown, total) = (count(rows.len()), self.total());
        let cut = if shown < total {
            frame.sentence("cut", &[("total", &total.to_string()), ("shown", &shown.to_string())])
        } else {
            String::new()
        };
        ItemBlock {
            item_id: self.item.id.clone(),
            title: self.item.name(frame.lang).to_owned(),
            source_unit: self.source_unit(frame),
            as_of: self.as_of.clone(),
            state: self.state.clone(),
            layout: self.spec.layout,
            columns: self.columns(frame, &rows),
            rows,
            shown,
            total,
            cut,
            adverse: self.item.polarity == Polarity::Adverse,
        }
    }

    fn row(&self, frame: &Frame<'_>, record: &Record, standing: Standing, no: u32) -> Row {
        let cells = self.spec.columns.iter().filter_map(|column| {
            let field = self.item.field(&column.field)?;
            Some(frame.setting().cell(field, column, record.get(&column.field)))
        });
        Row {
            no,
            cells: cells.collect(),
            marks: marks(frame, record, standing),
            reference: self.reference(record),
        }
    }

    /// The record's key, unless it holds a person's hash or an account number.
    pub(crate) fn reference(&self, record: &Record) -> String {
        let private = self.item.key.iter().flat_map(|part| &part.fields).any(|name| {
            let hash = self.item.field(name).is_some_and(|field| field.kind.is_identity());
            let account = self.spec.columns.iter().any(|column| column.last4 && column.field == *name);
            hash || account
        });
        if private { String::new() } else { record.natural_key.clone() }
    }

    fn columns(&self, frame: &Frame<'_>, rows: &[Row]) -> Vec<Column> {
        let known =
            self.spec.columns.iter().filter_map(|column| Some((column, self.item.field(&column.field)?)));
        known
            .enumerate()
            .map(|(index, (column, field))| {
                let label = frame.setting().label(field, column);
                let (align, kind) = format::look(field.kind);
                let cells =
                    rows.iter().filter_map(|row| row.cells.get(index)).map(|cell| format::width(cell));
                let widest = cells.chain([format::label_width(&label)]).max().unwrap_or(0);
                let widest = widest.clamp(*COLUMN_WIDTH.start(), *COLUMN_WIDTH.end());
                Column {
                    id: field.name.clone(),
                    label,
                    align,
                    kind,
                    weight: u8::try_from(widest).unwrap_or(u8::MAX),
                }
            })
            .collect()
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// How an adverse record stands, and whether it is under objection.
pub(crate) fn marks_of(record: &Record, standing: Standing) -> impl Iterator<Item = MarkCode> {
    let disputed = (record.repair == RepairState::Disputed).then_some(MarkCode::InDispute);
    standing.mark().into_iter().chain(disputed)
}

fn marks(frame: &Frame<'_>, record: &Record, standing: Standing) -> Vec<Mark> {
    marks_of(record, standing)
        .map(|code| Mark { code, label: frame.label(&frame.content.marks, code.key()) })
        .collect()
}

/// The state of an item. What was never delivered, may not be read, is overdue, or is simply none must not be
/// taken for one another.
fn state(
    frame: &Frame<'_>,
    item: &Item,
    found: Option<&ItemFacts>,
    records: &[(&Record, Standing)],
    as_of: &str,
) -> StateView {
    let late = found.and_then(|found| late_since(frame, item, found));
    let code = match found {
        Some(found) if found.as_of.is_some() && !found.allowed => ItemState::NotAuthorised,
        Some(found) if found.as_of.is_some() => {
            if records.iter().any(|(record, _)| record.repair == RepairState::Disputed) {
                ItemState::InDispute
            } else if late.is_some() {
                ItemState::Late
            } else if records.is_empty() {
                ItemState::NoRecord
            } else {
                ItemState::Data
            }
        }
        _ => ItemState::NotConnected,
    };
    let since = (code == ItemState::Late).then_some(late).flatten().map(|date| date.to_string());
    let values =
        [("n", &*records.len().to_string()), ("as_of", as_of), ("since", since.as_deref().unwrap_or(EMPTY))];
    StateView {
        code,
        label: frame.label(&frame.content.states, code.key()),
        sentence: frame.sentence(code.key(), &values),
        since,
    }
}

/// The day from which the source is late, if it is.
fn late_since(frame: &Frame<'_>, item: &Item, found: &ItemFacts) -> Option<Date> {
    let last = found.as_of.max(found.delivered_on)?;
    frame.content.late_since(item.frequency, last, frame.today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::record;

    fn shown_state(facts: Option<ItemFacts>) -> (ItemState, Option<String>) {
        let catalog = Catalog::embedded().unwrap();
        let content = ReportContent::embedded().unwrap();
        let frame = Frame {
            catalog: &catalog,
            content: &content,
            lang: Lang::Zh,
            today: "2026-11-10".parse().unwrap(),
        };
        let mut all = Facts::default();
        all.items.extend(facts.map(|facts| ("dishonest_debtor".to_owned(), facts)));
        let item = catalog.item("dishonest_debtor").unwrap();
        let shown = Shown::new(&frame, content.item("dishonest_debtor").unwrap(), item, &all);
        (shown.state.code, shown.state.since)
    }

    fn facts(allowed: bool, as_of: Option<&str>, records: Vec<Record>) -> ItemFacts {
        let as_of = as_of.map(|date| date.parse().unwrap());
        ItemFacts { allowed, as_of, delivered_on: as_of, records }
    }

    #[test]
    fn the_empty_states_are_told_apart() {
        let new = || record("c1", &[("published_on", "2026-05-01")]);
        let mut disputed = new();
        disputed.repair = RepairState::Disputed;
        let fresh = Some("2026-11-09");
        let code = |facts| shown_state(Some(facts)).0;
        assert_eq!(shown_state(None).0, ItemState::NotConnected);
        assert_eq!(code(facts(true, None, vec![])), ItemState::NotConnected);
        assert_eq!(code(facts(false, fresh, vec![new()])), ItemState::NotAuthorised);
        assert_eq!(code(facts(true, fresh, vec![])), ItemState::NoRecord);
        assert_eq!(code(facts(true, fresh, vec![new()])), ItemState::Data);
        assert_eq!(code(facts(true, fresh, vec![disputed])), ItemState::InDispute);
        let late = shown_state(Some(facts(true, Some("2026-10-31"), vec![])));
        assert_eq!(
            late,
            (ItemState::Late, Some("2026-11-07".to_owned())),
            "a daily source is late after a week"
        );
    }
}
