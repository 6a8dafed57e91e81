//! A lake of every item of the catalogue into which single records are delivered.

use std::path::PathBuf;

use jiff::civil::{Date, date};
use jq_base::ids::SubjectKey;
use jq_catalog::{Catalog, Field, FieldKind, Item};
use jq_db::fresh_token;
use jq_lake::{Cell, Lake, Stamp, day_number};
use jq_testkit::TestDb;

/// When everything was last changed at its source, in microseconds: before the morning of the tests.
const UPDATED: i64 = 1_760_000_000_000_000;

pub(crate) struct TestLake {
    pub(crate) lake: Lake,
    catalog: Catalog,
    folder: PathBuf,
}

impl Drop for TestLake {
    fn drop(&mut self) {
        // A folder that stays behind harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A value of a record.
pub(crate) enum Value {
    Text(&'static str),
    Fen(i64),
    On(Date),
    Nothing,
}

impl TestLake {
    pub(crate) fn new(test: &TestDb) -> Self {
        let catalog = Catalog::embedded().unwrap();
        let folder = std::env::temp_dir().join(format!("jq-warning-{}", fresh_token(test.clock.now())));
        let lake = Lake::open(&folder, catalog.items().map(Item::table).collect()).unwrap();
        Self { lake, catalog, folder }
    }

    /// One record about the subject, as a batch of its own; what is not named has some value or none.
    pub(crate) async fn deliver(
        &self,
        item: &str,
        batch: &str,
        subject: &SubjectKey,
        values: &[(&str, Value)],
    ) {
        let item = self.catalog.item(item).unwrap();
        let mut rows = self.lake.rows_with_envelope(&item.id).unwrap();
        let (key, updated) = (format!("key-{batch}"), Cell::Int(UPDATED));
        let day =
            |name: &str| if has(item, name) { Cell::Day(day_number(date(2026, 1, 1))) } else { Cell::Empty };
        let mut cells = vec![
            Cell::Text(subject.as_str()),
            Cell::Text(&key),
            Cell::Text("upsert"),
            Cell::Text(&item.source_unit),
            Cell::Empty,
            Cell::Text(batch),
            Cell::Int(1),
            updated,
            updated,
            day("valid_from"),
            day("valid_to"),
            Cell::Int(1),
            Cell::Text("clean"),
            Cell::Text("none"),
        ];
        for field in &item.fields {
            let given = values.iter().find(|(name, _)| *name == field.name);
            cells.push(given.map_or_else(|| self.some(field, subject), |(_, value)| value.cell()));
        }
        rows.push(cells).unwrap();
        let lock = self.lake.write_lock(&item.id).await.unwrap();
        let source_unit = item.source_unit.clone();
        let stamp = Stamp { source_unit, batch_id: batch.to_owned(), received_at: UPDATED };
        self.lake.append(&lock, &item.id, stamp, rows).await.unwrap();
    }

    fn some<'a>(&'a self, field: &Field, subject: &'a SubjectKey) -> Cell<'a> {
        match field.kind {
            _ if field.optional => Cell::Empty,
            FieldKind::Uscc | FieldKind::IdHash | FieldKind::UsccOrIdHash => Cell::Text(subject.as_str()),
            FieldKind::Enum => {
                let codes = self.catalog.field_codes(field);
                Cell::Text(codes.map_or("other", |list| list.codes[0].value.as_str()))
            }
            FieldKind::Division => Cell::Text("500107"),
            FieldKind::Year => Cell::Int(2025),
            FieldKind::Int | FieldKind::Money => Cell::Int(1),
            FieldKind::Dec | FieldKind::Ratio => Cell::Scaled(1),
            FieldKind::Bool => Cell::Bool(false),
            FieldKind::Date | FieldKind::Month => Cell::Day(day_number(date(2025, 1, 1))),
            _ => Cell::Text("x"),
        }
    }
}

fn has(item: &Item, name: &str) -> bool {
    item.fields.iter().any(|field| field.name == name)
}

impl Value {
    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Text(text) => Cell::Text(text),
            Self::Fen(fen) => Cell::Int(*fen),
            Self::On(day) => Cell::Day(day_number(*day)),
            Self::Nothing => Cell::Empty,
        }
    }
}
