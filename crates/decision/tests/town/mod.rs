//! A small town in a real lake: every item of the catalogue, filled with figures that are always the same.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::path::PathBuf;

use jiff::civil::date;
use jq_base::clock::Clock;
use jq_base::ids::SubjectKey;
use jq_catalog::{Catalog, Code, CodeList, Field, FieldKind, Item};
use jq_db::Db;
use jq_decision::FeatureSet;
use jq_lake::{Cell, Lake, Stamp, day_number};

/// Names of subsidy programmes; the crop is told by the name.
const PROGRAMS: [&str; 8] =
    ["花椒补贴", "水稻补贴", "地力保护补贴", "脐橙补贴", "榨菜补贴", "辣椒补贴", "柠檬补贴", "玉米补贴"];

/// The business store of a test, taken away after it.
pub(crate) struct Store {
    pub(crate) db: Db,
    folder: PathBuf,
}

impl Drop for Store {
    fn drop(&mut self) {
        // A folder that stays behind harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A fresh business store.
pub(crate) async fn store(name: &str, clock: Clock) -> Store {
    let folder = std::env::temp_dir().join(format!("jq-decision-db-{name}-{}", std::process::id()));
    let db = Db::open(folder.join("business.db").to_str().unwrap(), clock).await.unwrap();
    db.migrate().await.unwrap();
    Store { db, folder }
}

/// A small generator that always gives the same numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let bound = u64::try_from(of.len()).unwrap();
        &of[usize::try_from(self.below(bound)).unwrap()]
    }

    fn day(&mut self) -> i32 {
        day_number(date(2023, 9, 1)) + i32::try_from(self.below(1_280)).unwrap()
    }
}

fn firms() -> Vec<String> {
    const SIGNS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let whole = |n: usize| {
        let stem = format!("91500102MA{n:04}UW");
        let ends = SIGNS.chars().flat_map(|a| SIGNS.chars().map(move |b| (a, b)));
        ends.map(|(a, b)| format!("{stem}{a}{b}")).find(|code| SubjectKey::parse(code).is_ok())
    };
    (0..200).filter_map(whole).take(9).collect()
}

fn households() -> Vec<String> {
    ["0a", "1b", "2c", "3d"].iter().map(|pair| pair.repeat(32)).collect()
}

enum Made {
    Empty,
    Text(String),
    Int(i64),
    Scaled(i128),
    Bool(bool),
    Day(i32),
}

impl Made {
    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Empty => Cell::Empty,
            Self::Text(text) => Cell::Text(text),
            Self::Int(value) => Cell::Int(*value),
            Self::Scaled(value) => Cell::Scaled(*value),
            Self::Bool(value) => Cell::Bool(*value),
            Self::Day(value) => Cell::Day(*value),
        }
    }
}

/// A value of the list; mostly one that some feature looks for.
fn code(dice: &mut Dice, list: &CodeList, asked: &str) -> String {
    let wanted: Vec<&Code> =
        list.codes.iter().filter(|code| asked.contains(&format!("'{}'", code.value))).collect();
    if wanted.is_empty() || dice.below(5) == 0 {
        dice.pick(&list.codes).value.clone()
    } else {
        dice.pick(&wanted).value.clone()
    }
}

/// What a row is made with.
struct Makings<'a> {
    catalog: &'a Catalog,
    subjects: &'a [String],
    /// The SQL of all features.
    asked: &'a str,
}

fn value(dice: &mut Dice, field: &Field, with: &Makings<'_>) -> Made {
    let Makings { catalog, subjects, asked } = *with;
    if field.optional && dice.below(10) < 3 {
        return Made::Empty;
    }
    match field.kind {
        FieldKind::Uscc | FieldKind::IdHash | FieldKind::UsccOrIdHash => {
            Made::Text(dice.pick(subjects).clone())
        }
        FieldKind::Enum => match catalog.field_codes(field) {
            Some(list) => Made::Text(code(dice, list, asked)),
            None => Made::Text("other".to_owned()),
        },
        FieldKind::Division => Made::Text("500116".to_owned()),
        FieldKind::Year => Made::Int(2023 + i64::try_from(dice.below(4)).unwrap()),
        FieldKind::Int => Made::Int(i64::try_from(dice.below(40)).unwrap()),
        FieldKind::Money if dice.below(8) == 0 => Made::Int(0),
        FieldKind::Money => Made::Int(i64::try_from(dice.below(900_000_000)).unwrap()),
        FieldKind::Dec => Made::Scaled(i128::from(dice.below(3_000_000))),
        FieldKind::Ratio => Made::Scaled(i128::from(dice.below(1_000_000))),
        FieldKind::Bool => Made::Bool(dice.below(2) == 0),
        FieldKind::Date => Made::Day(dice.day()),
        FieldKind::Month => {
            let month = jq_lake::day(dice.day()).unwrap().first_of_month();
            Made::Day(day_number(month))
        }
        _ if field.name == "program_name" => Made::Text((*dice.pick(&PROGRAMS)).to_owned()),
        _ => Made::Text(format!("x{}", dice.below(5))),
    }
}

fn row(dice: &mut Dice, item: &Item, batch: &str, n: u64, with: &Makings<'_>) -> Vec<Made> {
    let own: Vec<(&Field, Made)> =
        item.fields.iter().map(|field| (field, value(dice, field, with))).collect();
    let text = |name: &str| {
        own.iter().find(|(field, _)| field.name == name).and_then(|(_, made)| match made {
            Made::Text(text) => Some(text.clone()),
            _ => None,
        })
    };
    let subject =
        item.subject.fields.iter().find_map(|field| text(field)).unwrap_or_else(|| with.subjects[0].clone());
    // Mostly known before the day, some later.
    let updated = 1_760_000_000_000_000 + i64::try_from(dice.below(40_000_000)).unwrap() * 1_000_000;
    let state = *dice.pick(&["none", "none", "none", "none", "disputed", "repaired"]);
    let envelope_date = |dice: &mut Dice, name: &str| {
        if item.fields.iter().any(|field| field.name == name) { Made::Day(dice.day()) } else { Made::Empty }
    };
    let mut cells = vec![
        Made::Text(subject),
        Made::Text(format!("key{n}")),
        Made::Text("upsert".to_owned()),
        Made::Text(item.source_unit.clone()),
        Made::Empty,
        Made::Text(batch.to_owned()),
        Made::Int(i64::try_from(n).unwrap()),
        Made::Int(updated),
        Made::Int(updated),
        envelope_date(dice, "valid_from"),
        envelope_date(dice, "valid_to"),
        Made::Int(1),
        Made::Text("clean".to_owned()),
        Made::Text(state.to_owned()),
    ];
    cells.extend(own.into_iter().map(|(_, made)| made));
    cells
}

pub(crate) struct Town {
    pub(crate) lake: Lake,
    folder: PathBuf,
    pub(crate) subjects: Vec<SubjectKey>,
}

impl Drop for Town {
    fn drop(&mut self) {
        // A folder that stays behind harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Takes a row for each of the numbers as one batch.
async fn deliver(
    lake: &Lake,
    dice: &mut Dice,
    item: &Item,
    batch: &str,
    numbers: std::ops::Range<u64>,
    with: &Makings<'_>,
) {
    let mut rows = lake.rows_with_envelope(&item.id).unwrap();
    for n in numbers {
        let made = row(dice, item, batch, n, with);
        rows.push(made.iter().map(Made::cell)).unwrap();
    }
    let lock = lake.write_lock(&item.id).await.unwrap();
    let stamp = Stamp {
        source_unit: item.source_unit.clone(),
        batch_id: batch.to_owned(),
        received_at: 1_760_000_000_000_000,
    };
    lake.append(&lock, &item.id, stamp, rows).await.unwrap();
}

fn statements() -> String {
    let set = FeatureSet::embedded().unwrap();
    set.statements().iter().map(|statement| statement.sql.as_str()).collect()
}

impl Town {
    /// A batch of twelve records more about these subjects and nobody else.
    pub(crate) async fn deliver_more(&self, item: &str, batch: &str, about: &[SubjectKey]) {
        let catalog = Catalog::embedded().unwrap();
        let subjects: Vec<String> = about.iter().map(|subject| subject.as_str().to_owned()).collect();
        let with = Makings { catalog: &catalog, subjects: &subjects, asked: &statements() };
        let item = catalog.item(item).unwrap();
        deliver(&self.lake, &mut Dice(11), item, batch, 5_000..5_012, &with).await;
    }
}

/// A lake with every item of the catalogue but those, in two batches each.
pub(crate) async fn town_without(name: &str, missing: &[&str]) -> Town {
    let catalog = Catalog::embedded().unwrap();
    let folder = std::env::temp_dir().join(format!("jq-decision-{name}-{}", std::process::id()));
    let lake = Lake::open(&folder, catalog.items().map(Item::table).collect()).unwrap();
    let (firms, households) = (firms(), households());
    let both: Vec<String> = firms.iter().chain(&households).cloned().collect();
    let asked = statements();
    let mut dice = Dice(7);
    for item in catalog.items() {
        let farm = item.fields.iter().any(|field| field.kind.is_identity());
        let subjects = if farm { &both } else { &firms };
        let with = Makings { catalog: &catalog, subjects, asked: &asked };
        if missing.contains(&item.id.as_str()) {
            continue;
        }
        for (batch, numbers) in [("one", 0..350), ("two", 1_000..1_350)] {
            deliver(&lake, &mut dice, item, batch, numbers, &with).await;
        }
    }
    let subjects = both.iter().map(|subject| SubjectKey::parse(subject).unwrap()).collect();
    Town { lake, folder, subjects }
}

/// A lake with every item of the catalogue, in two batches each.
pub(crate) async fn town(name: &str) -> Town {
    town_without(name, &[]).await
}
