//! What a finished city promises to those who receive, judge and demonstrate it.
#![expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "test cities are small")]

mod common;
mod past;

use std::collections::{BTreeMap, BTreeSet};

use common::{broken, drops, make, truth};
use jq_catalog::Catalog;

#[test]
fn every_row_is_right_but_the_planted_ones() {
    let catalog = Catalog::embedded().expect("catalogue");
    let (out, summary) = make(&catalog, "right", 600, 1.0);
    let mut planted: BTreeMap<(String, u32), (String, String)> = truth(&out, "faults.csv")
        .into_iter()
        .map(|row| {
            let place = (row["batch_id"].clone(), row["row_no"].parse().expect("row number"));
            (place, (row["kind"].clone(), row["expected_rule"].clone()))
        })
        .collect();
    assert_eq!(planted.len() as u64, summary.faults);
    planted.retain(|_, (kind, _)| kind != "disagreement");
    let mut known = BTreeSet::new();
    let mut surprises: BTreeMap<String, String> = BTreeMap::new();
    let mut rows_by_item: BTreeMap<String, u64> = BTreeMap::new();
    for drop in drops(&out) {
        let item = catalog.item(drop.str("item_id")).expect("item");
        assert_eq!(drop.str("sm3"), jq_base::sm3::hex(&drop.bytes), "{}", drop.folder);
        let header = drop.text().lines().next().expect("header").to_owned();
        assert_eq!(header, item.header().join(","), "{}", drop.folder);
        let rows = drop.rows();
        assert_eq!(drop.manifest["rows"].as_u64(), Some(rows.len() as u64), "{}", drop.folder);
        *rows_by_item.entry(item.id.clone()).or_default() += rows.len() as u64;
        let mut keys = BTreeSet::new();
        let mut wrong = 0;
        for (index, row) in rows.iter().enumerate() {
            let mut rules = broken(&catalog, item, row, &known);
            if rules.is_empty() {
                if item.id == "ent_registration" {
                    known.insert(row[0].clone());
                }
                let part = |name: &String| {
                    let at = item.fields.iter().position(|field| field.name == *name).expect("key field");
                    Some(row[at].as_str()).filter(|text| !text.is_empty())
                };
                let key: Vec<&str> = item.key.iter().filter_map(|p| p.fields.iter().find_map(part)).collect();
                if !keys.insert(key.join("|")) {
                    rules.push("duplicate_key".to_owned());
                }
            }
            wrong += usize::from(!rules.is_empty());
            let place = (drop.str("batch_id").to_owned(), index as u32 + 1);
            match planted.remove(&place) {
                Some((_, expected)) if rules == [expected.clone()] => {}
                None if rules.is_empty() => {}
                other => {
                    let what = format!("{}: planted {other:?}, found {rules:?}", item.id);
                    surprises.insert(what, format!("{place:?} {}", row.join(",")));
                }
            }
        }
        if wrong * 20 > rows.len() {
            surprises.insert(format!("{} would be held", drop.folder), format!("{wrong} of {}", rows.len()));
        }
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
    assert!(planted.is_empty(), "planted but not found: {planted:?}");
    assert_eq!(summary.rows.iter().cloned().collect::<BTreeMap<_, _>>(), rows_by_item);
    assert!(summary.rows.iter().all(|(_, rows)| *rows > 0), "an item without rows");
    std::fs::remove_dir_all(out).expect("clean up");
}

#[test]
fn the_same_options_give_the_same_bytes() {
    let catalog = Catalog::embedded().expect("catalogue");
    let (first, one) = make(&catalog, "same-a", 150, 0.5);
    let (second, two) = make(&catalog, "same-b", 150, 0.5);
    assert_eq!(one, two);
    assert_eq!(all_files(&first), all_files(&second));
    for out in [first, second] {
        std::fs::remove_dir_all(out).expect("clean up");
    }
}

fn all_files(folder: &std::path::Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        for entry in std::fs::read_dir(path).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("inside").to_string_lossy().into_owned();
                files.insert(name, jq_base::sm3::hex(&std::fs::read(path).expect("file")));
            }
        }
    }
    files
}

#[test]
fn a_city_written_in_two_goes_is_the_city_written_in_one() {
    let catalog = Catalog::embedded().expect("the catalogue is sound");
    let (whole, _) = make(&catalog, "whole", 80, 0.34);
    let expected = all_files(&whole.join("drops"));
    let (some, others): (Vec<String>, Vec<String>) =
        catalog.items().map(|item| item.id.clone()).partition(|id| id.starts_with("ent_"));
    let mut found = BTreeMap::new();
    for (name, items) in [("go-one", some), ("go-two", others)] {
        let out = common::folder(name);
        let mut options = jq_city::Options::new(80, 7, out.clone(), &catalog);
        options.density = 0.34;
        options.items = items;
        jq_city::make(&options, &mut |_| {}).expect("a part of the city");
        found.extend(all_files(&out.join("drops")));
        std::fs::remove_dir_all(out).expect("the folder goes");
    }
    assert!(found == expected, "the parts are not the whole");
    std::fs::remove_dir_all(whole).expect("the folder goes");
}

#[test]
fn the_last_days_come_as_a_batch_a_day() {
    let catalog = Catalog::embedded().expect("the catalogue is sound");
    let out = common::folder("daily");
    let mut options = jq_city::Options::new(60, 7, out.clone(), &catalog);
    options.daily = 5;
    let summary = jq_city::make(&options, &mut |_| {}).expect("a city");
    assert_eq!(summary.batches as usize, catalog.items().count() * 6);
    std::fs::remove_dir_all(out).expect("the folder goes");
}

#[test]
fn batches_of_an_item_are_numbered_without_gaps_and_the_register_comes_first() {
    let catalog = Catalog::embedded().expect("catalogue");
    let (out, summary) = make(&catalog, "order", 60, 0.34);
    let mut next: BTreeMap<String, u64> = BTreeMap::new();
    let all = drops(&out);
    assert_eq!(all.len() as u32, summary.batches);
    assert!(all[0].folder.starts_with("001_scjg_ent_registration_1"), "{}", all[0].folder);
    for drop in &all {
        let seq = next.entry(format!("{}/{}", drop.str("source_unit"), drop.str("item_id"))).or_insert(1);
        assert_eq!(drop.manifest["seq"].as_u64(), Some(*seq), "{}", drop.folder);
        *seq += 1;
    }
    assert_eq!(next.len(), 56);
    assert!(next.values().all(|seq| (3..=5).contains(seq)), "two to four batches for every item: {next:?}");
    let bad: Vec<_> = std::fs::read_dir(out.join("bad")).expect("bad batches").collect();
    assert_eq!(bad.len(), 7);
    std::fs::remove_dir_all(out).expect("clean up");
}

/// Sums a money or number column by subject and month.
fn by_month(
    out: &std::path::Path,
    item: &str,
    columns: [usize; 3],
    keep: &dyn Fn(&[String]) -> bool,
) -> Monthly {
    let [key, month, figure] = columns;
    let mut table: Monthly = BTreeMap::new();
    let mut rows: BTreeMap<String, (String, String, f64)> = BTreeMap::new();
    for drop in drops(out).iter().filter(|drop| drop.str("item_id") == item) {
        for row in drop.rows().into_iter().filter(|row| keep(row)) {
            if let Ok(value) = row[figure].parse() {
                let month = row[month].chars().take(7).collect();
                rows.insert(row[..5].join("|"), (row[key].clone(), month, value));
            }
        }
    }
    for (key, month, value) in rows.into_values() {
        *table.entry(key).or_default().entry(month).or_default() += value;
    }
    table
}

type Monthly = BTreeMap<String, BTreeMap<String, f64>>;

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let mean = |pick: fn(&(f64, f64)) -> f64| pairs.iter().map(pick).sum::<f64>() / count;
    let (left, right) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let joint: f64 = pairs.iter().map(|pair| (pair.0 - left) * (pair.1 - right)).sum();
    let spread = |pick: fn(&(f64, f64)) -> f64, mean: f64| {
        pairs.iter().map(|pair| (pick(pair) - mean).powi(2)).sum::<f64>().sqrt()
    };
    joint / (spread(|pair| pair.0, left) * spread(|pair| pair.1, right))
}

#[test]
fn power_follows_sales_and_sales_fall_before_the_courts_speak() {
    let catalog = Catalog::embedded().expect("catalogue");
    let (out, _) = make(&catalog, "truth", 2_000, 1.0);
    let sales = by_month(&out, "tax_filing", [0, 1, 6], &|row| row[3] == "vat" && row[5] == "original");
    let power = by_month(&out, "power_bill", [0, 3, 6], &|_| true);
    let subjects = truth(&out, "subjects.csv");
    let mut measured = Vec::new();
    for who in subjects.iter().filter(|who| who["segment"] == "manufacturing" && who["closed_on"].is_empty())
    {
        let (Some(sales), Some(power)) = (sales.get(&who["subject_key"]), power.get(&who["subject_key"]))
        else {
            continue;
        };
        let pairs: Vec<(f64, f64)> =
            sales.iter().filter_map(|(month, yuan)| power.get(month).map(|kwh| (*yuan, *kwh))).collect();
        if pairs.len() >= 30 {
            measured.push(correlation(&pairs));
        }
    }
    let mean = measured.iter().sum::<f64>() / measured.len() as f64;
    assert!(measured.len() >= 20, "{} makers measured", measured.len());
    assert!(mean > 0.6, "mean correlation of power and sales is {mean:.3}");

    let mut filed: BTreeMap<String, String> = BTreeMap::new();
    for drop in drops(&out).iter().filter(|drop| drop.str("item_id") == "judgment_debtor") {
        for row in drop.rows() {
            let first = filed.entry(row[1].clone()).or_insert_with(|| row[3].clone());
            *first = first.clone().min(row[3].clone());
        }
    }
    let (mut fell, mut judged) = (0, 0);
    for who in subjects.iter().filter(|who| who["path"] == "dying") {
        let (Some(court), Some(sales)) = (filed.get(&who["subject_key"]), sales.get(&who["subject_key"]))
        else {
            continue;
        };
        let before: Vec<f64> =
            sales.iter().filter(|(month, _)| month.as_str() < &court[..7]).map(|(_, yuan)| *yuan).collect();
        let monthly = sales.len() > 14;
        let (late, early) = if monthly { (3, 12) } else { (1, 4) };
        if before.len() < late + early {
            continue;
        }
        let recent: f64 = before[before.len() - late..].iter().sum::<f64>() / late as f64;
        let usual: f64 = before[..early].iter().sum::<f64>() / early as f64;
        judged += 1;
        fell += u32::from(recent < 0.7 * usual);
    }
    assert!(judged >= 5, "{judged} enforced firms with enough filings");
    assert!(fell * 10 >= judged * 8, "only {fell} of {judged} fell before the court record");
    std::fs::remove_dir_all(out).expect("clean up");
}

#[test]
fn the_demo_cast_is_complete_and_reachable() {
    let catalog = Catalog::embedded().expect("catalogue");
    let (out, _) = make(&catalog, "cast", 80, 0.34);
    let text = std::fs::read_to_string(out.join("truth/demo_firms.json")).expect("demo list");
    let cast: Vec<BTreeMap<String, String>> = serde_json::from_str(&text).expect("JSON");
    let roles: BTreeSet<&str> = cast.iter().map(|who| who["role"].as_str()).collect();
    assert_eq!(roles.len(), 10, "{roles:?}");
    assert!(cast.iter().all(|who| who["mobile"].len() == 11 && &who["mobile"][3..7] == "0000"));
    let listed: BTreeSet<String> =
        truth(&out, "subjects.csv").into_iter().map(|who| who["subject_key"].clone()).collect();
    assert!(cast.iter().all(|who| listed.contains(&who["subject_key"])));
    std::fs::remove_dir_all(out).expect("clean up");
}
