//! A key is turned, the business records are sealed anew in a running city's store, the former key is destroyed, and
//! everything is read as before.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod program;

use std::time::{Duration, Instant};

use jq_base::clock::Clock;
use jq_db::{Cell, Db, sql, sql_built};
use program::Program;
use program::demo::{Demo, Firm};
use serde_json::Value;

const LEVELS: [&str; 2] = ["level-3", "level-4"];

/// The id of the key that seals now at a level.
fn active(program: &Program, level: &str) -> String {
    let keys = program.json(&["keys", "list"]);
    let fits = |key: &&Value| key["purpose"] == level && key["state"] == "active";
    keys.as_array().unwrap().iter().find(fits).unwrap()["id"].as_str().unwrap().to_owned()
}

/// The texts of all tables that begin so, by table and column.
fn kept(program: &Program, beginning: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open(&program.store(), Clock::System).await.unwrap();
        let mut found = Vec::new();
        for table in tables(&db).await {
            for row in db.fetch_all(sql_built(format!("select * from {table}"))).await.unwrap() {
                for (column, cell) in row.cells() {
                    if matches!(cell, Cell::Text(text) if text.starts_with(beginning)) {
                        found.push(format!("{table}.{column}"));
                    }
                }
            }
        }
        db.close().await;
        found.sort();
        found
    })
}

async fn tables(db: &Db) -> Vec<String> {
    let names = match db.engine() {
        jq_db::Engine::Sqlite => sql("select name as table_name from sqlite_master where type = 'table'"),
        jq_db::Engine::Postgres => {
            sql("select cast(table_name as text) as table_name from information_schema.tables
             where table_schema = current_schema()")
        }
    };
    db.fetch_all(names).await.unwrap().iter().map(|row| row.text("table_name").unwrap()).collect()
}

/// How many files of reports begin so.
fn files(program: &Program, beginning: &str) -> usize {
    let months = std::fs::read_dir(program.data().join("reports")).unwrap();
    let files = months.flat_map(|month| std::fs::read_dir(month.unwrap().path()).unwrap());
    files
        .filter(|file| {
            std::fs::read(file.as_ref().unwrap().path()).unwrap().starts_with(beginning.as_bytes())
        })
        .count()
}

/// A firm signs in, by a number and a message that lie sealed, and sees its answers; what was quarantined.
fn read(demo: &Demo, firm: &Firm) -> Value {
    // A second code is not sent within a minute of the first.
    demo.days_pass("hour");
    let mut browser = demo.sign_in_firm(firm);
    for address in ["/firm/prequal", "/firm/orders", "/firm/report"] {
        let page = browser.open(address);
        assert_eq!(page.status, 200, "{address}: {}", page.text());
    }
    demo.program.json(&["quarantine", "list"])
}

#[test]
fn business_records_come_under_a_new_key_and_the_former_one_can_be_destroyed() {
    story(Program::new("reseal"));
    if let Some(program) = Program::on_postgres("reseal") {
        story(program);
    }
}

fn story(program: Program) {
    let demo = Demo::start_in(program, 60);
    let firm = demo.firms[0].clone();
    demo.sign_in_firm(&firm).send("/firm/prequal", &[]);
    let before = read(&demo, &firm);
    let program = demo.end();
    program.run(&["report", &firm.subject, "--out", program.folder.join("report.pdf").to_str().unwrap()]);
    let former = LEVELS.map(|level| active(&program, level));
    let sealed = kept(&program, "jqe1.");
    for column in [
        "decision_vector.vector",
        "decision_result.decision",
        "identity_person.mobile_sealed",
        "ingest_batch.receipt",
        "ingest_quarantine.delivered",
        "lending_order.contact_mobile",
        "outbox_event.payload",
        "setting.value",
    ] {
        assert!(sealed.iter().any(|one| one == column), "nothing is sealed in {column}");
    }

    for level in LEVELS {
        program.run(&["keys", "rotate", "--purpose", level]);
    }
    let started = Instant::now();
    program.try_run(&["keys", "list"]);
    let start = started.elapsed();
    for step in 0..4 {
        program.killed_after(&["keys", "reseal"], start + Duration::from_millis(3 * step));
    }
    let done = program.json(&["keys", "reseal"]);
    assert_eq!(done["closed"], serde_json::json!({}));
    let again = program.json(&["keys", "reseal"]);
    assert_eq!(again["sealed"], serde_json::json!({}), "there is nothing left to do");
    for key in &former {
        let beginning = format!("jqe1.{key}.");
        assert_eq!(kept(&program, &beginning), Vec::<String>::new());
        assert_eq!(files(&program, &beginning), 0);
    }
    assert_eq!(kept(&program, "jqe1."), sealed, "the same values lie sealed");
    let reports = files(&program, "jqe1.");
    assert!(reports >= 4, "a report and its data in two languages");
    assert_eq!(reports, files(&program, ""), "none lies in clear");

    program.run(&["lake", "renew"]);
    program.run(&["lake", "vacuum", "--grace", "0"]);
    for key in &former {
        program.run(&["keys", "destroy", key, "--for-ever"]);
    }
    for level in LEVELS {
        program.run(&["keys", "rotate", "--purpose", level]);
    }
    let all = program.json(&["keys", "reseal"]);
    assert_eq!(all["closed"], serde_json::json!({}), "every value opened");
    let values = all["sealed"].as_object().unwrap().values().map(|count| count.as_u64().unwrap());
    assert_eq!(values.sum::<u64>(), (sealed.len() + reports) as u64);
    let demo = Demo::start_in(program, 60);
    assert_eq!(read(&demo, &firm), before);
    let program = demo.end();
    assert_eq!(program.json(&["audit", "verify"])["broken"], Value::Null);
}
