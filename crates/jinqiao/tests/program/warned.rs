//! A bank of the running demo is warned: courts report an enforcement case against one of its borrowers.

use std::time::{Duration, Instant};

use jq_base::sm3;
use serde_json::{Value, json};

use super::browser::Browser;
use super::demo::Demo;

/// How long after a batch a bank has its warning at most.
const SECONDS_MAX: u64 = 30;

/// The warning, as the bank's program reads it.
pub(crate) struct Warned {
    pub(crate) id: String,
    pub(crate) order: String,
    pub(crate) officer: String,
    /// From the end of the delivery until the warning stood in the list.
    pub(crate) after: Duration,
}

/// Reads as the bank's program does.
fn read(program: &mut Browser, address: &str) -> Value {
    let page = program.ask(address, "application/json");
    assert_eq!(page.status, 200, "{address}: {}", page.text());
    serde_json::from_str(&page.text()).expect("JSON")
}

/// An order of the past year whose firm owes something and is none of the cast, whose people decide themselves.
fn borrower(demo: &Demo, program: &mut Browser) -> Value {
    let orders = read(program, "/api/v1/orders?state=repaying&limit=200");
    let is_cast = |subject: &str| demo.firms.iter().any(|firm| firm.subject == subject);
    let sued = demo.program.json(&["lake", "sql", "select distinct subject_key from judgment_debtor"]);
    let is_sued =
        |subject: &str| sued.as_array().expect("rows").iter().any(|row| row["subject_key"] == subject);
    let fits = |order: &&Value| {
        let subject = order["subject"].as_str().unwrap_or_default();
        subject.len() == 18 && !is_cast(subject) && !is_sued(subject)
    };
    orders["orders"].as_array().expect("a list").iter().find(fits).expect("a borrower").clone()
}

/// One enforcement case, as the courts deliver it.
fn deliver(demo: &Demo, subject: &str) {
    let item = "judgment_debtor";
    let drops = demo.program.data().join("city/drops");
    let (unit, seq) = newest(&drops, item).expect("courts deliver");
    let folder = demo.program.folder.join("enforcement");
    std::fs::create_dir_all(&folder).expect("a folder");
    let row = json!({
        "case_no": "（2026）渝0112执9001号", "uscc": subject, "court": "渝北区人民法院", "filed_on": "2026-11-09",
        "execution_amount": "860000.00", "unperformed_amount": "860000.00", "state": "open", "op": "upsert",
        "source_updated_at": "2026-11-10T09:00:00+08:00",
    });
    let text = format!("{row}\n");
    std::fs::write(folder.join("rows.jsonl"), &text).expect("a file");
    let manifest = json!({
        "batch_id": "enforcement-of-today", "source_unit": unit, "item_id": item, "schema_version": 1,
        "seq": seq + 1, "rows": 1, "file": "rows.jsonl", "format": "jsonl", "sm3": sm3::hex(text.as_bytes()),
        "sent_at": "2026-11-10T09:10:00+08:00", "mode": "incremental",
    });
    std::fs::write(folder.join("manifest.json"), manifest.to_string()).expect("a file");
    let receipts = demo.program.json(&["ingest", folder.to_str().expect("UTF-8")]);
    assert_eq!(receipts[0]["state"], "committed", "{receipts}");
    assert_eq!(receipts[0]["accepted"], 1, "{receipts}");
}

/// The unit that delivers the item, and the sequence of its newest batch among the drops.
fn newest(folder: &std::path::Path, item: &str) -> Option<(String, u64)> {
    let mut found: Option<(String, u64)> = None;
    for path in std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
        let one = if path.is_dir() {
            newest(&path, item)
        } else if path.ends_with("manifest.json") {
            let text = std::fs::read_to_string(&path).expect("a manifest");
            let manifest: Value = serde_json::from_str(&text).expect("JSON");
            let unit = manifest["source_unit"].as_str().unwrap_or_default().to_owned();
            (manifest["item_id"] == item).then(|| (unit, manifest["seq"].as_u64().unwrap_or_default()))
        } else {
            None
        };
        found = found.into_iter().chain(one).max_by_key(|(_, seq)| *seq);
    }
    found
}

/// Courts report a case against a borrower of bank01 that had none, and bank01 is warned in time.
pub(crate) fn warn(demo: &Demo) -> Warned {
    let mut program = demo.client("bank01");
    let order = borrower(demo, &mut program);
    let subject = order["subject"].as_str().expect("a key");
    deliver(demo, subject);
    let delivered = Instant::now();
    loop {
        let listed = read(&mut program, "/api/v1/warnings?model=new_enforcement&state=open&limit=200");
        let about = |one: &&Value| one["subject"] == subject;
        if let Some(warning) = listed["warnings"].as_array().expect("a list").iter().find(about) {
            let word = |name: &str| warning[name].as_str().expect("text").to_owned();
            let officer = order["officer"].as_str().unwrap_or_default().to_owned();
            return Warned {
                id: word("warning_id"),
                order: word("order_id"),
                officer,
                after: delivered.elapsed(),
            };
        }
        assert!(delivered.elapsed() < Duration::from_secs(SECONDS_MAX), "no warning within {SECONDS_MAX} s");
        std::thread::sleep(Duration::from_millis(100));
    }
}
