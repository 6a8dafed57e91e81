//! What the history of a city promises: the published rates, somebody in every state, no act before the one before it.

use std::collections::{BTreeMap, BTreeSet};

use jq_catalog::Catalog;
use jq_city::Options;
use serde_json::Value;

fn orders(name: &str, subjects: u32, seed: u64) -> Vec<Value> {
    let catalog = Catalog::embedded().expect("catalogue");
    let out = crate::common::folder(name);
    let written =
        jq_city::history::write(&Options::new(subjects, seed, out.clone(), &catalog)).expect("history");
    let text = std::fs::read_to_string(out.join("history/orders.jsonl")).expect("orders");
    std::fs::remove_dir_all(out).expect("clean up");
    let orders: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(orders.len() as u64, written);
    orders
}

fn steps(order: &Value) -> impl Iterator<Item = &Value> {
    order["steps"].as_array().expect("steps").iter()
}

fn step<'a>(order: &'a Value, event: &str) -> Option<&'a Value> {
    steps(order).find(|step| step["event"] == event)
}

fn days(order: &Value, from: &Value, to: &Value) -> f64 {
    let at =
        |step: &Value| -> jiff::Timestamp { step["at"].as_str().expect("a time").parse().expect("RFC 3339") };
    assert!(at(from) <= at(to), "{}", order["order_no"]);
    at(to).duration_since(at(from)).as_secs_f64() / 86_400.0
}

/// Granted, decided, and days from the hand-in to the decision, by month.
fn by_month(orders: &[Value]) -> BTreeMap<String, (u32, u32, f64)> {
    let mut months = BTreeMap::new();
    for order in orders {
        let refused = step(order, "refuse")
            .or_else(|| step(order, "decline").filter(|step| step["another_bank"] == false));
        let granted = step(order, "grant");
        let (Some(decided), Some(submitted)) = (granted.or(refused), step(order, "submit")) else { continue };
        let month = decided["at"].as_str().expect("a time")[..7].to_owned();
        let (yes, all, sum) = months.entry(month).or_insert((0, 0, 0.0));
        *yes += u32::from(granted.is_some());
        *all += 1;
        *sum += days(order, submitted, decided);
    }
    months.into_iter().filter(|(month, _)| month.as_str() >= "2025-11").collect()
}

#[test]
fn more_is_granted_and_faster_from_month_to_month() {
    let orders = orders("rates", 2_000, 7);
    assert!(orders.len() >= 400, "{} orders", orders.len());
    let months: Vec<(u32, u32, f64)> = by_month(&orders).into_values().collect();
    assert_eq!(months.len(), 13);
    let rate = |months: &[(u32, u32, f64)]| {
        let (yes, all) = months.iter().fold((0, 0), |sum, month| (sum.0 + month.0, sum.1 + month.1));
        f64::from(yes) / f64::from(all)
    };
    let (first, last) = (rate(&months[..2]), rate(&months[11..]));
    assert!((0.10..0.18).contains(&first), "{first:.3} granted in the first two months");
    assert!((0.20..0.29).contains(&last), "{last:.3} granted in the last two months");
    let mean = |months: &[(u32, u32, f64)]| {
        let (sum, all) = months.iter().fold((0.0, 0), |sum, month| (sum.0 + month.2, sum.1 + month.1));
        sum / f64::from(all)
    };
    let (first, last) = (mean(&months[..2]), mean(&months[11..]));
    assert!((26.0..38.0).contains(&first), "{first:.1} days in the first two months");
    assert!((5.5..9.5).contains(&last), "{last:.1} days in the last two months");
    let renewals: Vec<&Value> = orders.iter().filter(|order| order["kind"] == "renewal").collect();
    let renewed = renewals.iter().filter(|order| step(order, "grant").is_some()).count();
    let share = renewed as f64 / renewals.len() as f64;
    assert!(renewals.len() >= 15 && (0.64..0.78).contains(&share), "{renewed} of {} renewed", renewals.len());
}

#[test]
fn at_the_end_somebody_stands_at_every_place_of_the_first_bank() {
    let orders = orders("open", 2_000, 7);
    let ended = ["refuse", "withdraw", "lapse"];
    let open: Vec<&Value> = orders
        .iter()
        .filter(|order| {
            !ended.iter().any(|event| step(order, event).is_some()) && order["loans"] == Value::Array(vec![])
        })
        .filter(|order| step(order, "decline").is_none_or(|step| step["another_bank"] == true))
        .collect();
    assert!((25..=45).contains(&open.len()), "{} open", open.len());
    let at_first = open.iter().filter(|order| order["bank"] == "bank01");
    let last: BTreeSet<&str> =
        at_first.filter_map(|order| steps(order).last()).filter_map(|step| step["event"].as_str()).collect();
    let wanted = [
        "submit",
        "dispatch",
        "accept",
        "contact",
        "survey",
        "request_materials",
        "submit_approval",
        "grant",
        "sign",
    ];
    assert!(wanted.iter().all(|event| last.contains(event)), "{last:?}");
    let mut pending = BTreeSet::new();
    assert!(
        open.iter().all(|order| pending.insert((order["subject"].to_string(), order["product"].to_string())))
    );
}

#[test]
fn nothing_happens_before_what_it_follows_or_after_the_present() {
    let orders = orders("order", 900, 11);
    let now: jiff::Timestamp = "2026-11-10T09:30:00+08:00".parse().expect("a time");
    let mut numbers = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for order in &orders {
        assert!(numbers.insert(order["order_no"].to_string()) && ids.insert(order["order_id"].to_string()));
        let at =
            |value: &Value| -> jiff::Timestamp { value.as_str().expect("a time").parse().expect("RFC 3339") };
        let mut last = at(&order["created_at"]);
        for step in steps(order) {
            assert!(
                at(&step["at"]) >= last && at(&step["at"]) <= now,
                "{} {}",
                order["order_no"],
                step["event"]
            );
            last = at(&step["at"]);
        }
        let officers =
            steps(order).filter(|step| step["role"] == "officer").map(|step| step["actor"].to_string());
        let approver =
            step(order, "grant").or_else(|| step(order, "refuse")).map(|step| step["actor"].to_string());
        assert!(!officers.into_iter().any(|officer| Some(officer) == approver), "{}", order["order_no"]);
    }
}

#[test]
fn the_visitors_firm_has_nothing_behind_it_and_three_others_have() {
    let catalog = Catalog::embedded().expect("catalogue");
    let (out, _) = crate::common::make(&catalog, "history-cast", 120, 0.34);
    let read = |name: &str| std::fs::read_to_string(out.join(name)).expect("a file of the city");
    let cast: Vec<Value> = serde_json::from_str(&read("truth/demo_firms.json")).expect("JSON");
    let orders: Vec<Value> =
        read("history/orders.jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    std::fs::remove_dir_all(out).expect("clean up");
    let of = |role: &str| {
        let who = cast.iter().find(|who| who["role"] == role).expect("a part of the cast");
        orders.iter().filter(|order| order["subject"] == who["subject_key"]).collect::<Vec<_>>()
    };
    assert!(of("thriving_manufacturer").is_empty());
    for role in ["dazu_hardware", "jiulongpo_technology", "zhacai_plant"] {
        assert_eq!(of(role).len(), 1, "{role}");
        assert_eq!(of(role)[0]["loans"].as_array().map(Vec::len), Some(1), "{role}");
    }
    assert!(step(of("declining_firm")[0], "refuse").is_some());
}
