//! Two processes that take the same batches at the same time, beside one that compacts and one that reads.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::drops::{ITEMS, daily};
use crate::kept;
use crate::program::Program;

#[test]
fn two_processes_with_the_same_batches_take_each_once_while_others_compact_and_read() {
    let alone = Program::new("faults-alone");
    let batches = daily(&alone, 40, 3);
    let ingest: Vec<&str> = ["ingest"].into_iter().chain(batches.iter().map(String::as_str)).collect();
    alone.run(&ingest);
    let whole = rows_by_batch(&alone);

    let shared = Program::new("faults-together");
    let mut answers: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    std::thread::scope(|scope| {
        let takers = [(); 2].map(|()| scope.spawn(|| shared.json(&ingest)));
        let mut readings = 0;
        while takers.iter().any(|taker| !taker.is_finished()) {
            shared.run(&["lake", "compact"]);
            for (batch, rows) in rows_by_batch(&shared) {
                assert_eq!(Some(&rows), whole.get(&batch), "a reader sees all of {batch} or nothing");
                readings += 1;
            }
        }
        assert!(readings > 0, "something was read while batches came in");
        for receipts in takers.map(|taker| taker.join().unwrap()) {
            for receipt in receipts.as_array().unwrap() {
                assert_eq!(receipt["state"], "committed", "{receipt}");
                let answers = answers.entry(receipt["batch_id"].as_str().unwrap().to_owned()).or_default();
                answers.push(receipt["repeated"].as_bool().unwrap());
            }
        }
    });
    for (batch, mut repeated) in answers {
        repeated.sort_unstable();
        assert_eq!(repeated, [false, true], "{batch} is taken by one and known to the other");
    }
    kept::assert_same(&kept::all(&shared, &ITEMS), &kept::all(&alone, &ITEMS), "two at once");
    kept::assert_told_once(&shared);
}

/// How many rows the lake has of each batch.
fn rows_by_batch(program: &Program) -> BTreeMap<String, u64> {
    let parts = ITEMS.map(|item| format!("select batch_id from {item}_all"));
    let query =
        format!("select batch_id, count(*) as n from ({}) group by batch_id", parts.join(" union all "));
    let rows = program.json(&["lake", "sql", &query]);
    let pair = |row: &Value| (row["batch_id"].as_str().unwrap().to_owned(), row["n"].as_u64().unwrap());
    rows.as_array().unwrap().iter().map(pair).collect()
}
