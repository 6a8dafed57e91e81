//! What programs that we did not write see: three readers of the lake, one that asks the API, and a real browser.

mod program;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use md5::{Digest, Md5};
use program::Program;
use program::demo::Demo;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The value of an environment variable that names an outside program. Where `CI` is set it must be named, so that a
/// run that tests half of it does not pass for a whole one.
#[expect(clippy::disallowed_methods, reason = "which outside programs there are is the environment's to say")]
fn outside(variable: &str) -> Option<String> {
    let named = std::env::var(variable).ok();
    if named.is_none() {
        assert!(std::env::var("CI").is_err(), "set {variable}: this test must run where CI is set");
        eprintln!("skipped: {variable} is not set");
    }
    named
}

/// What jinqiao itself believes is in the lake, in the form that the readers' script asks for.
fn expected(program: &Program) -> serde_json::Value {
    let status = program.json(&["lake", "status"]);
    let mut tables = serde_json::Map::new();
    for table in status.as_array().expect("tables") {
        let name = table["table"].as_str().expect("a name");
        if !program.data().join("lake").join(name).join("_delta_log").is_dir() {
            continue;
        }
        let item = program.json(&["catalog", "show", name]);
        let own = item["fields"].as_array().expect("fields").iter();
        let own = own.map(|field| field["lake_column"].as_str().expect("a name"));
        let columns: Vec<&str> = jq_lake::ENVELOPE.into_iter().chain(own).collect();
        let query = format!("select natural_key, version, subject_key from {name}_all");
        let rows = program.json(&["lake", "sql", &query]);
        let mut lines: Vec<String> = rows
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| {
                let text = |column: &str| row[column].as_str().unwrap_or_default().to_owned();
                format!("{}\t{}\t{}\n", text("natural_key"), row["version"], text("subject_key"))
            })
            .collect();
        lines.sort();
        let mut digest = String::new();
        for byte in Md5::digest(lines.concat()) {
            write!(digest, "{byte:02x}").expect("writing to a string cannot fail");
        }
        tables.insert(
            name.to_owned(),
            serde_json::json!({ "rows": lines.len(), "columns": columns, "key_version_md5": digest }),
        );
    }
    serde_json::json!({ "tables": tables })
}

#[test]
fn three_readers_find_the_same_rows_in_the_lake() {
    let Some(python) = outside("JINQIAO_TEST_PYTHON") else { return };
    let program = Program::new("readers");
    let drops = program.city(40);
    program.run(&["ingest", &drops]);
    // Some tables are compacted, so that history and removed files are there as well.
    for item in ["tax_filing", "power_bill", "social_insurance_payment"] {
        program.run(&["lake", "compact", item]);
    }
    let file = program.folder.join("expected.json");
    std::fs::write(&file, expected(&program).to_string()).expect("a file");
    let output = Command::new(python)
        .arg(Path::new(ROOT).join("tests/python/lake_readers.py"))
        .arg(program.data().join("lake"))
        .arg(&file)
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// Runs a script of `tests/python`, which ends with an error when anything is not as it should be.
fn script(python: &str, name: &str, arguments: &[&str]) {
    let mut command = Command::new(python);
    let output = command.arg(Path::new(ROOT).join("tests/python").join(name)).args(arguments).output();
    let output = output.expect("Python starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_firm_walks_through_the_portal_in_a_real_browser() {
    let (Some(python), Some(_)) = (outside("JINQIAO_TEST_PYTHON"), outside("JINQIAO_TEST_CHROMIUM")) else {
        return;
    };
    let demo = Demo::start("browser", 150);
    let pictures = demo.program.folder.join("pictures");
    let pictures = pictures.to_str().expect("UTF-8");
    script(&python, "browser_story.py", &[&demo.address, &demo.firms[0].mobile, pictures]);
}

#[test]
fn orders_go_their_ways_in_a_real_browser() {
    let (Some(python), Some(_)) = (outside("JINQIAO_TEST_PYTHON"), outside("JINQIAO_TEST_CHROMIUM")) else {
        return;
    };
    let demo = Demo::start("orders", 150);
    let pictures = demo.program.folder.join("pictures");
    let pictures = pictures.to_str().expect("UTF-8");
    script(&python, "lending_browser.py", &[&demo.address, pictures, &demo.firms[0].subject]);
}

#[test]
fn nothing_that_a_program_asks_breaks_the_api() {
    let Some(python) = outside("JINQIAO_TEST_PYTHON") else { return };
    let demo = Demo::start("schemathesis", 300);
    script(&python, "api_schemathesis.py", &[&demo.address]);
}

#[test]
fn batches_that_other_programs_write_are_taken_as_they_mean_them() {
    let Some(python) = outside("JINQIAO_TEST_PYTHON") else { return };
    let program = Program::new("foreign");
    let drops = program.folder.join("drops");
    let drops = drops.to_str().expect("UTF-8");
    script(&python, "foreign_batches.py", &[drops]);
    let receipts = program.json(&["ingest", drops]);
    for receipt in receipts.as_array().expect("receipts") {
        assert_eq!(receipt["state"], "committed", "{receipt}");
        assert_eq!(receipt["accepted"], receipt["rows"], "{receipt}");
    }
    let query = "select split_part(meter_account, '-', 1) as program, count(*) as bills, sum(amount_fen) as fen, \
                 sum(usage_kwh) as kwh, count(contract_capacity_kva) as capacities, count(paid_on) as paid, \
                 min(month) as first, max(month) as last, min(due_date) as due, min(source_updated_at) as changed, \
                 sum(case when illegal_use then 1 else 0 end) as illegal from power_bill group by 1 order by 1";
    let answer = program.json(&["lake", "sql", query]);
    let mut told: Vec<serde_json::Value> = answer.as_array().expect("rows").clone();
    let programs: Vec<_> = told.iter_mut().map(|row| row["program"].take()).collect();
    assert_eq!(programs, ["duckdb", "openpyxl", "polars"]);
    assert_eq!(told[0]["bills"], 500);
    assert_eq!(told[0]["fen"], 7 * 500 * 501 / 2);
    assert_eq!((&told[0]["illegal"], &told[0]["paid"]), (&71.into(), &100.into()));
    assert!(told[0]["changed"].as_str().expect("a time").starts_with("2026-09-05T00:00:00"), "{answer}");
    assert_eq!(told[1], told[0]);
    assert_eq!(told[2], told[0]);
}
