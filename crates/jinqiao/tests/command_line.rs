//! What an engineer or a data officer does at the command line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod program;

use program::Program;

#[test]
fn a_local_item_is_added_by_adding_a_file_and_takes_real_loans() {
    let program = Program::new("loans");
    let items = program.data().join("catalog/items");
    std::fs::create_dir_all(&items).unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    std::fs::copy(format!("{root}/catalog/examples/sba_loan.toml"), items.join("57_sba_loan.toml")).unwrap();
    let listed = program.json(&["catalog", "list"]);
    assert_eq!(listed.as_array().unwrap().len(), 57);

    let drop = program.folder.join("drop");
    let rows = loans::write_batch(&drop);
    let receipts = program.json(&["ingest", drop.to_str().unwrap()]);
    let receipt = &receipts[0];
    assert_eq!(receipt["state"], "committed");
    assert_eq!(receipt["rows"], rows);
    let by_rule = &receipt["quarantined_by_rule"];
    assert_eq!(by_rule[0]["rule"], "code_unknown", "stray codes are named: {by_rule}");
    let accepted = receipt["accepted"].as_u64().unwrap();
    assert_eq!(accepted + receipt["quarantined"].as_u64().unwrap(), rows);
    let answer = program.json(&["lake", "sql", "select count(*) as n from sba_loan"]);
    assert_eq!(answer[0]["n"], accepted);
}

#[test]
fn a_year_without_a_calendar_is_refused_by_name() {
    let program = Program::new("workdays");
    let path = program.folder.join("starts.csv");
    std::fs::write(&path, "start,days\n2026-02-13T10:00:00+08:00,10\n2026-12-21T10:00:00+08:00,10\n")
        .unwrap();
    let output = program.try_run(&["workdays", "add", "--csv", path.to_str().unwrap()]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[1].starts_with("2026-02-13T10:00:00+08:00,10,2026-03-05"), "{said}");
    assert!(lines[2].contains(",10,,") && lines[2].contains("2027"), "{said}");
}

#[test]
fn codes_are_judged_with_reasons() {
    let program = Program::new("uscc");
    let judged =
        program.json(&["uscc", "check", "91500102MAC8YUW23Y", "91500102MAC8YUW23X", "915001O2MAC8YUW23Y"]);
    let valid: Vec<bool> =
        judged.as_array().unwrap().iter().map(|one| one["valid"].as_bool().unwrap()).collect();
    assert_eq!(valid, [true, false, false]);
    assert!(judged[1]["reason"].as_str().unwrap().contains('Y'), "{judged}");
}

#[test]
fn wrong_usage_is_answered_with_2_and_a_refusal_with_1() {
    let program = Program::new("exit");
    assert_eq!(program.try_run(&["lake", "fly"]).status.code(), Some(2));
    assert_eq!(program.try_run(&["catalog", "show", "no_such_item"]).status.code(), Some(1));
    assert_eq!(program.try_run(&["ingest", "/nowhere"]).status.code(), Some(1));
}

/// The real loans, delivered as a source unit would.
mod loans {
    use std::fmt::Write as _;
    use std::io::Read;
    use std::path::Path;

    use jq_base::sm3;

    const ZIPPED: &[u8] = include_bytes!("data/sba_loans.csv.gz");

    /// Writes the drop batch and returns how many rows it has. The only change a unit makes is the form
    /// of the date.
    pub(crate) fn write_batch(folder: &Path) -> u64 {
        let mut text = String::new();
        flate2::read::GzDecoder::new(ZIPPED).read_to_string(&mut text).unwrap();
        let mut lines = text.lines();
        let mut out = String::new();
        writeln!(out, "{},op,source_updated_at", lines.next().unwrap()).unwrap();
        let mut rows = 0;
        let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(text.as_bytes());
        let place = reader.headers().unwrap().iter().position(|name| name == "approval_date").unwrap();
        let mut writer = csv::Writer::from_writer(Vec::new());
        for record in reader.records() {
            let record = record.unwrap();
            let cells = record
                .iter()
                .enumerate()
                .map(|(column, cell)| if column == place { iso(cell) } else { cell.to_owned() });
            let tail = ["upsert".to_owned(), "2026-01-05T09:00:00+08:00".to_owned()];
            writer.write_record(cells.chain(tail)).unwrap();
            rows += 1;
        }
        out.push_str(&String::from_utf8(writer.into_inner().unwrap()).unwrap());
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("data.csv"), &out).unwrap();
        let digest = sm3::hex(out.as_bytes());
        let manifest = serde_json::json!({ "batch_id": "sba-1", "source_unit": UNIT, "item_id": "sba_loan",
            "schema_version": 1, "seq": 1, "rows": rows, "file": "data.csv", "format": "csv",
            "encoding": "utf-8", "sm3": digest, "sent_at": "2026-01-05T10:00:00+08:00", "mode": "incremental" });
        std::fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
        rows
    }

    const UNIT: &str = "sba";

    /// `2/28/1997` as `1997-02-28`.
    fn iso(text: &str) -> String {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            [month, day, year] => format!("{year}-{month:0>2}-{day:0>2}"),
            _ => text.to_owned(),
        }
    }
}
