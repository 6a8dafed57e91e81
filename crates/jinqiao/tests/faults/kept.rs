//! What a data folder keeps, told so that two of them can be compared, and what it should not keep.

use std::collections::BTreeMap;
use std::path::Path;

use jq_base::clock::Clock;
use jq_db::{Db, outbox};
use serde_json::Value;

use crate::program::Program;
use crate::program::contents::contents_of;

/// All that was taken: every version of every record with its batch, the current records, what became of every batch,
/// and the rows that were turned away. Only moments of this run are left out.
pub(crate) fn all(program: &Program, items: &[&str]) -> Vec<String> {
    let versions = items.iter().map(|item| {
        let contents = contents_of(item);
        format!(
            "select '{item}' as item, natural_key, version, subject_key, op, batch_id, row_no, repair_state, \
             {contents} as contents, cast(source_updated_at as varchar) as updated from {item}_all"
        )
    });
    let current = items
        .iter()
        .map(|item| format!("select '{item}' as item, natural_key, version, subject_key from {item}"));
    let ask = |parts: Vec<String>| {
        let query = format!("{} order by item, natural_key, version", parts.join(" union all "));
        lines(&program.json(&["lake", "sql", &query]))
    };
    let mut kept = ask(versions.collect());
    kept.extend(ask(current.collect()));
    kept.extend(receipts(program).into_values().map(|receipt| receipt.to_string()));
    let mut wrong = program.json(&["quarantine", "list", "--limit", "100000"]);
    for row in wrong.as_array_mut().unwrap() {
        row.as_object_mut().unwrap().remove("entered_at");
    }
    let mut wrong = lines(&wrong);
    wrong.sort();
    kept.extend(wrong);
    kept
}

/// Says where two folders differ first.
pub(crate) fn assert_same(found: &[String], wanted: &[String], case: &str) {
    let differs = found.iter().zip(wanted).position(|(found, wanted)| found != wanted);
    let place = differs.unwrap_or(found.len().min(wanted.len()));
    let (one, other) = (found.get(place), wanted.get(place));
    assert!(
        found == wanted,
        "{case}: {} and {} lines; {one:?} instead of {other:?}",
        found.len(),
        wanted.len()
    );
}

fn lines(rows: &Value) -> Vec<String> {
    rows.as_array().unwrap().iter().map(Value::to_string).collect()
}

/// The receipts on the disk, by batch.
pub(crate) fn receipts(program: &Program) -> BTreeMap<String, Value> {
    let folder = program.data().join("ingest/receipts");
    let mut receipts = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read(entry.unwrap().path().join("receipt.json")).unwrap();
        let mut receipt: Value = serde_json::from_slice(&text).unwrap();
        receipt.as_object_mut().unwrap().remove("received_at");
        receipts.insert(receipt["batch_id"].as_str().unwrap().to_owned(), receipt);
    }
    receipts
}

/// Every batch was told to others exactly once, and the record of who did what is whole.
pub(crate) fn assert_told_once(program: &Program) {
    let file = program.data().join("jinqiao.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let events = runtime.block_on(async {
        let db = Db::open(file.to_str().unwrap(), Clock::System).await.unwrap();
        let events = outbox::list_after(&db, 0, u32::MAX).await.unwrap();
        db.close().await;
        events
    });
    let mut told: BTreeMap<String, u32> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == "ingest.batch.committed") {
        *told.entry(event.subject.clone()).or_default() += 1;
    }
    let batches: Vec<String> = receipts(program).into_keys().collect();
    assert_eq!(told.keys().cloned().collect::<Vec<_>>(), batches);
    assert!(told.values().all(|times| *times == 1), "{told:?}");
    assert_eq!(program.json(&["audit", "verify"])["broken"], Value::Null);
}

/// Nothing lies in the folder that no version needs and no process works at.
pub(crate) fn assert_tidy(program: &Program) {
    assert_no_spare_files(program);
    for table in program.json(&["lake", "status"]).as_array().unwrap() {
        let folder = program.data().join("lake").join(table["table"].as_str().unwrap());
        let mut left = [names(&folder), names(&folder.join("_delta_log"))].concat();
        left.retain(|name| name.starts_with(".loading-") || name.contains('#'));
        assert!(left.is_empty(), "{}: {left:?}", folder.display());
    }
    for folder in ["ingest/unfinished", "ingest/unpacked", "uploads"] {
        assert_eq!(names(&program.data().join(folder)), Vec::<String>::new(), "{folder}");
    }
}

/// The data files in the folder are those that the newest versions of the tables hold; so it is as long as nothing was
/// superseded.
pub(crate) fn assert_no_spare_files(program: &Program) {
    for table in program.json(&["lake", "status"]).as_array().unwrap() {
        let name = table["table"].as_str().unwrap();
        let tiers = ["current", "arrival", "history"];
        let folder = |tier: &&str| program.data().join(format!("lake/{name}/tier={tier}"));
        let files: usize = tiers.iter().map(|tier| names(&folder(tier)).len()).sum();
        assert_eq!(files as u64, table["files"].as_u64().unwrap(), "data files of {name}");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}
