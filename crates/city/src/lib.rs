//! The synthetic city: invented firms and farmers whose records arrive exactly as the source units would send them.
//!
//! Nobody in it is real. Every subject follows from the seed and its own number, so a city of a million is written
//! with the memory of one subject, and the same options give the same bytes. Each firm has a hidden course, month
//! by month (growing, steady, declining, dying); tax, power, water, payroll and accounts derive from it, so that
//! sources agree as real ones do. Some rows are damaged on purpose; `truth/` lists them, and what was hidden.
//!
//! ```no_run
//! use jq_catalog::Catalog;
//!
//! let catalog = Catalog::embedded()?;
//! let options = jq_city::Options::new(2_000, 7, "city".into(), &catalog);
//! let summary = jq_city::make(&options, &mut |_| {})?;
//! print!("{}", jq_city::summary(&summary));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "every figure is invented here and far inside its range"
)]

mod admin;
mod asset;
mod bad;
mod batch;
mod books;
mod cast;
mod city;
mod code;
mod commerce;
mod crop;
mod demo;
mod dice;
mod draw;
mod farm;
mod fault;
mod field_records;
pub mod history;
mod innovation;
pub mod institution;
mod item;
mod judicial;
mod labour;
mod land;
mod names;
mod operator;
mod outbox;
mod path;
mod place;
mod registry;
mod revision;
mod row;
mod shelf;
mod statement;
mod subject;
mod tax;
mod time;
mod trade;
mod truth;
mod utility;
mod writer;

use std::path::PathBuf;

use jiff::civil::Date;
use jq_catalog::Catalog;

pub use crate::code::CITY_KEY;

use crate::city::{Case, City};
use crate::demo::Demo;
use crate::dice::Dice;
use crate::farm::Farm;
use crate::outbox::Outbox;
use crate::path::Life;
use crate::subject::Subject;
use crate::truth::Truth;

/// The last day of a city when nothing else is asked for.
pub const UNTIL: Date = jiff::civil::date(2026, 10, 31);
/// Progress is told after so many subjects.
const TELL_EVERY: u32 = 1_000;

/// What city to make.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Subjects in all, farm households among them.
    pub subjects: u32,
    pub seed: u64,
    /// The last day on which anything happens.
    pub until: Date,
    /// Folder that is filled: `drops/`, `bad/`, `truth/`, `history/`.
    pub out: PathBuf,
    pub catalog: &'a Catalog,
    /// 1.0 writes three years of monthly records; less shortens them and thins out the rest.
    pub density: f64,
    /// The last days of the history that come as one batch a day; before them a month makes a batch.
    pub daily: u32,
    /// Only these items are written; all when empty. The others' rows are made all the same, so that a city written
    /// in several goes is the city written in one.
    pub items: Vec<String>,
}

impl<'a> Options<'a> {
    /// A city of full density that ends on [`UNTIL`].
    pub fn new(subjects: u32, seed: u64, out: PathBuf, catalog: &'a Catalog) -> Self {
        Self { subjects, seed, until: UNTIL, out, catalog, density: 1.0, daily: 0, items: Vec::new() }
    }
}

/// How far the making has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many of all subjects have their records.
    Subjects { done: u32, of: u32 },
    /// Digests and manifests are being written.
    Closing,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub subjects: u32,
    /// Farm households among the subjects.
    pub households: u32,
    /// Drop batches of all items, without the deliberately bad ones.
    pub batches: u32,
    /// Planted faults.
    pub faults: u64,
    /// Item id and rows over all its batches, in catalogue order.
    pub rows: Vec<(String, u64)>,
}

impl Summary {
    /// Rows of all items.
    pub fn total(&self) -> u64 {
        self.rows.iter().map(|(_, rows)| rows).sum()
    }
}

/// Why no city could be made, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum CityError {
    /// Fewer than 20 subjects are no city.
    #[error("a city needs at least 20 subjects")]
    TooSmall,
    /// The density lies outside 0.1 to 1.
    #[error("density must lie between 0.1 and 1")]
    Density,
    /// The catalogue lacks an item the city writes.
    #[error("the catalogue has no item {0}")]
    ItemMissing(&'static str),
    /// The catalogue's columns of an item are not those the city writes.
    #[error("the catalogue's columns of {0} are not those the city writes")]
    ItemChanged(&'static str),
    /// A row was built with the wrong number of fields.
    #[error("a row of {0} has {1} fields")]
    RowWidth(String, usize),
    /// A file could not be written.
    #[error("writing the city")]
    Write(#[source] std::io::Error),
    /// A product file that past orders refer to cannot be read.
    #[error("product file {0} cannot be read")]
    Products(String, #[source] Box<toml::de::Error>),
    /// A manifest or the demo list could not be put into JSON.
    #[error("describing the city")]
    Describe(#[source] serde_json::Error),
}

/// Writes a whole city below `options.out`, and says what was written.
pub fn make(options: &Options<'_>, progress: &mut dyn FnMut(Progress)) -> Result<Summary, CityError> {
    let city = City::new(options)?;
    item::check(options.catalog)?;
    let mut outbox = Outbox::open(options, city.until)?;
    let mut truth = Truth::create(&options.out.join("truth"))?;
    let mut demo = Demo::default();
    for number in 0..city.subjects {
        let household = number >= city.organisations;
        let number_wide = u64::from(number);
        let who = if household {
            Subject::household(&city, number_wide)
        } else {
            Subject::organisation(&city, number_wide)
        };
        let life = Life::of(&city, &who);
        let farm = farm::farms(&who).then(|| Farm::of(&city, &who));
        outbox.begin_subject(who.established);
        let mut case = Case::new(&city, &who, &life);
        write_subject(&mut case, farm.as_ref(), &mut outbox)?;
        let income = farm.as_ref().filter(|_| household).map(|farm| farm.income(city.until.year()));
        truth.write(&who, income.as_ref())?;
        demo.consider(&city, &who);
        if (number + 1) % TELL_EVERY == 0 || number + 1 == city.subjects {
            progress(Progress::Subjects { done: number + 1, of: city.subjects });
        }
    }
    progress(Progress::Closing);
    truth.finish()?;
    history::write_for(&city, options.catalog, &options.out.join("history"))?;
    let (sinks, faults) = outbox.close()?;
    bad::write(&options.out.join("bad"), &sinks, city.until)?;
    // Last, so that whoever finds the cast finds a whole city.
    demo.write(&options.out.join("truth"))?;
    let rows =
        sinks.iter().map(|sink| (sink.item.clone(), sink.batches.iter().map(|b| u64::from(b.rows)).sum()));
    Ok(Summary {
        subjects: city.subjects,
        households: city.subjects - city.organisations,
        batches: sinks.iter().map(|sink| sink.batches.len() as u32).sum(),
        faults,
        rows: rows.collect(),
    })
}

/// Writes every record of one subject.
fn write_subject(case: &mut Case<'_>, farm: Option<&Farm>, out: &mut Outbox) -> Result<(), CityError> {
    type Step = fn(&mut Case<'_>, &mut Outbox) -> Result<(), CityError>;
    const STEPS: [Step; 9] = [
        registry::write,
        judicial::write,
        tax::write,
        statement::write,
        labour::write,
        utility::write,
        asset::write,
        innovation::write,
        commerce::write,
    ];
    if case.who.kind != subject::Kind::Household {
        for (salt, step) in STEPS.iter().enumerate() {
            case.dice = Dice::new(case.city.seed, 0xD0_0000 + salt as u64, case.who.number);
            step(case, out)?;
        }
        case.dice = Dice::new(case.city.seed, 0xD0_0100, case.who.number);
        admin::write(case, out)?;
    }
    case.dice = Dice::new(case.city.seed, 0xD0_0200, case.who.number);
    operator::write(case, farm, out)?;
    match farm {
        Some(farm) if case.who.closed.is_none() => field_records::write(case, farm, out),
        _ => Ok(()),
    }
}

/// The summary as a table for people: item, rows, rows for each subject.
pub fn summary(summary: &Summary) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let subjects = f64::from(summary.subjects.max(1));
    for (item, rows) in &summary.rows {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{item:<28}{rows:>12}{:>10.3}", *rows as f64 / subjects);
    }
    let total = summary.total();
    let _ = writeln!(text, "{:<28}{total:>12}{:>10.3}", "total", total as f64 / subjects);
    let Summary { subjects, households, batches, faults, .. } = summary;
    let _ =
        writeln!(text, "{subjects} subjects ({households} households), {batches} batches, {faults} faults");
    text
}
