//! The batches of a small city, day by day.

use std::path::PathBuf;

use crate::program::Program;

/// The items that are delivered: the register, and some with corrections, withdrawals and records past their time.
pub(crate) const ITEMS: [&str; 5] =
    ["ent_registration", "ent_change", "tax_filing", "social_insurance_payment", "power_bill"];

/// Makes a city whose last days come as a batch a day, and gives the folders of its batches in the order of delivery.
pub(crate) fn daily(program: &Program, subjects: u32, days: u32) -> Vec<String> {
    let city = program.folder.join("city");
    let (subjects, days) = (subjects.to_string(), days.to_string());
    let items = ITEMS.join(",");
    let out = city.to_str().unwrap();
    program.run(&[
        "city",
        "make",
        "--subjects",
        &subjects,
        "--seed",
        "7",
        "--daily",
        &days,
        "--items",
        &items,
        "--out",
        out,
    ]);
    let mut batches: Vec<PathBuf> =
        std::fs::read_dir(city.join("drops")).unwrap().map(|entry| entry.unwrap().path()).collect();
    batches.sort();
    batches.into_iter().map(|path| path.into_os_string().into_string().unwrap()).collect()
}
