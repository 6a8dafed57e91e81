//! What programs that we did not write see: three readers of the lake, one that asks the API, and a real browser.

mod program;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
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

/// Has the three readers look at the lake and compare it with what is expected.
fn readers_agree(python: &str, program: &Program, expected: &serde_json::Value) {
    let file = program.folder.join("expected.json");
    std::fs::write(&file, expected.to_string()).expect("a file");
    let lake = program.data().join("lake");
    script(python, "lake_readers.py", &[lake.to_str().expect("UTF-8"), file.to_str().expect("UTF-8")]);
}

#[test]
fn three_readers_find_the_same_rows_in_the_lake() {
    let Some(python) = outside("JINQIAO_TEST_PYTHON") else { return };
    let program = Program::new("readers").in_clear();
    let drops = program.city(40);
    program.run(&["ingest", &drops]);
    // Some tables are compacted, so that history and removed files are there as well.
    for item in ["tax_filing", "power_bill", "social_insurance_payment"] {
        program.run(&["lake", "compact", item]);
    }
    readers_agree(&python, &program, &expected(&program));
}

#[test]
fn three_readers_without_keys_find_the_rows_of_a_sealed_table_and_none_of_its_secrets() {
    let Some(python) = outside("JINQIAO_TEST_PYTHON") else { return };
    let program = Program::new("sealed-readers");
    let drops = program.city(40);
    program.run(&["ingest", &drops]);
    program.run(&["lake", "compact", "tax_filing"]);
    let count = program.json(&["lake", "sql", "select count(*) as rows from tax_filing_all"]);
    let (table, rows) = (program.data().join("lake/tax_filing"), count[0]["rows"].to_string());
    let table = table.to_str().expect("UTF-8");
    script(&python, "sealed_readers.py", &[table, &rows, "sales_amount_fen", "subject_key"]);
}

/// Changes the description of an item in the program's own catalogue.
fn redescribe(program: &Program, file: &str, change: impl Fn(String) -> String) {
    let shipped = Path::new(ROOT).join("catalog/items").join(file);
    let items = program.data().join("catalog/items");
    std::fs::create_dir_all(&items).expect("a folder");
    let text = std::fs::read_to_string(shipped).expect("an item of the catalogue");
    let changed = change(text.clone());
    assert_ne!(changed, text, "{file} is changed");
    std::fs::write(items.join(file), changed).expect("a file");
}

/// The drop batches of an item, the newest last.
fn batches_of(drops: &str, item: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(drops)];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("manifest.json") {
                let text = std::fs::read_to_string(&path).expect("a manifest");
                let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                if manifest["item_id"] == item {
                    found.push((manifest["seq"].as_u64(), folder.clone()));
                }
            }
        }
    }
    found.sort();
    found.into_iter().map(|(_, folder)| folder).collect()
}

#[test]
fn three_readers_go_on_reading_when_items_get_wider_and_further_fields() {
    let Some(python) = outside("JINQIAO_TEST_PYTHON") else { return };
    let program = Program::new("wider").in_clear();
    let drops = program.city(40);
    let newest = batches_of(&drops, "social_insurance_payment").pop().expect("batches");
    let later = program.folder.join("later");
    std::fs::rename(&newest, &later).expect("the newest batch comes later");
    program.run(&["ingest", &drops]);
    let before = expected(&program);

    let (whole, decimal) = ("kind = \"int\"", "kind = \"dec\"");
    redescribe(&program, "19_social_insurance_payment.toml", |text| text.replace(whole, decimal));
    redescribe(&program, "20_housing_fund_payment.toml", |text| {
        text + "\n[[fields]]\nname = \"note\"\nzh = \"备注\"\nen = \"Note\"\nkind = \"str\"\noptional = true\n"
    });
    let sum = "select cast(sum(headcount) as bigint) as sum from social_insurance_payment_all";
    let persons = program.json(&["lake", "sql", sum]);
    program.run(&["lake", "compact"]);
    assert_eq!(program.json(&["lake", "sql", sum]), persons);
    let wider = || {
        let mut expected = expected(&program);
        let decimal = serde_json::json!({ "headcount": "decimal(18,4)", "arrears_months": "decimal(18,4)" });
        expected["tables"]["social_insurance_payment"]["types"] = decimal;
        expected["tables"]["housing_fund_payment"]["types"] = serde_json::json!({ "note": "string" });
        expected
    };
    let after = wider();
    for item in ["social_insurance_payment", "housing_fund_payment"] {
        let digest = |expected: &serde_json::Value| expected["tables"][item]["key_version_md5"].clone();
        assert_eq!(digest(&after), digest(&before), "{item}: the same records");
    }
    readers_agree(&python, &program, &after);

    program.run(&["ingest", later.to_str().expect("UTF-8")]);
    let arrived = wider();
    let rows = |expected: &serde_json::Value| expected["tables"]["social_insurance_payment"]["rows"].as_u64();
    assert!(rows(&arrived) > rows(&after));
    readers_agree(&python, &program, &arrived);

    let changed = program.data().join("catalog/items/19_social_insurance_payment.toml");
    std::fs::remove_file(changed).expect("the item is described as before");
    let refused = program.try_run(&["lake", "status"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains("social_insurance_payment") && said.contains("headcount"), "{said}");
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
fn an_employee_signs_in_with_passkeys_and_codes_in_a_real_browser() {
    let (Some(python), Some(_)) = (outside("JINQIAO_TEST_PYTHON"), outside("JINQIAO_TEST_CHROMIUM")) else {
        return;
    };
    let demo = Demo::start("sign-in", 120);
    let pictures = demo.program.folder.join("pictures");
    script(&python, "staff_browser.py", &[&demo.address, pictures.to_str().expect("UTF-8")]);
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
