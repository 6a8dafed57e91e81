//! The past year of orders that a demo city comes with: `history/orders.jsonl`, one order on each line.
//!
//! Nothing of it is random when told again: the same city has the same history. Rates and times follow the published
//! ones of the model platform; every step fits the platform's own rules, because the platform replays it by them.

mod cast;
mod desk;
mod document;
mod draw;
mod loan;
mod open;
mod spec;
mod subjects;
mod tell;
mod terms;
mod times;
mod words;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use jiff::ToSpan;
use jq_catalog::Catalog;

use self::spec::{Spec, World};
use self::times::{Moment, Times};
use crate::city::City;
use crate::shelf::Shelf;
use crate::time::Day;
use crate::{CityError, Options, institution};

/// Days between the last records of a city and the present of its history.
const DAYS_AFTER: i32 = 10;
/// Seconds after midnight of that present.
const MORNING: i64 = 9 * 3_600 + 30 * 60;

/// Writes the history of a city into `options.out`, as [`crate::make`] does, and says how many orders it has.
pub fn write(options: &Options<'_>) -> Result<u64, CityError> {
    let city = City::new(options)?;
    write_for(&city, options.catalog, &options.out.join("history"))
}

pub(crate) fn write_for(city: &City, catalog: &Catalog, folder: &Path) -> Result<u64, CityError> {
    let shelf = Shelf::embedded()?;
    let now = city.until.plus(DAYS_AFTER);
    let (year, month, day) = now.parts();
    let on = jiff::civil::date(year as i16, month as i8, 1).saturating_add((i64::from(day) - 1).days());
    let banks = institution::banks(city.seed, catalog, on)?;
    let times = Times::until(Moment::at(now, MORNING));
    let sections = |class: &str| {
        catalog.industry(class).map(|industry| industry.section.code.clone()).unwrap_or_default()
    };
    let world = World { city, shelf: &shelf, banks: &banks, times: &times, sections: &sections };
    let orders = draw::orders(&world);
    let mut by_time: Vec<&Spec> = orders.iter().filter(|spec| spec.submitted <= times.now).collect();
    by_time.sort_by_key(|spec| (spec.created(city), spec.index));
    std::fs::create_dir_all(folder).map_err(CityError::Write)?;
    let mut file = BufWriter::new(File::create(folder.join("orders.jsonl")).map_err(CityError::Write)?);
    let mut numbers: BTreeMap<Day, u32> = BTreeMap::new();
    for spec in &by_time {
        let day = spec.created(city).day();
        let number = numbers.entry(day).or_default();
        *number += 1;
        let (year, month, day) = day.parts();
        let order_no = format!("JQ{year}{month:02}{day:02}-{number:04}");
        let follows = spec.parent.map(|parent| &orders[parent as usize]);
        let order = document::document(&world, spec, &order_no, follows);
        serde_json::to_writer(&mut file, &order).map_err(CityError::Describe)?;
        file.write_all(b"\n").map_err(CityError::Write)?;
    }
    file.flush().map_err(CityError::Write)?;
    Ok(by_time.len() as u64)
}
