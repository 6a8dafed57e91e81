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
fn a_bank_brings_the_table_that_it_drew_in_its_editor() {
    let program = Program::new("dmn");
    let write = |name: &str, text: &str| {
        let path = program.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (table, head) = (write("tax_table.dmn", dmn::TABLE), write("head.toml", dmn::HEAD));
    let mapping = write("mapping.toml", dmn::MAPPING);
    let import = ["model", "import", table.as_str(), "--head", head.as_str(), "--mapping", mapping.as_str()];
    let written = program.json(&import);
    assert_eq!(written["flow"], "bank70_tax_table");
    let checked = program.json(&["model", "check"]);
    assert_eq!(checked["faults"], serde_json::json!([]), "the cases of its head hold");
    let listed = program.json(&["model", "list"]);
    let own = listed["flows"].as_array().unwrap().iter().find(|flow| flow["flow"] == "bank70_tax_table");
    assert_eq!(own.unwrap()["kind"], "table");
    let again = program.try_run(&import);
    assert_eq!(again.status.code(), Some(1), "what is there is not overwritten");

    let wrong = write("wrong.dmn", &dmn::TABLE.replace("&lt; 0", "&lt; some words"));
    let refused = program.try_run(&["model", "import", &wrong, "--head", &head, "--mapping", &mapping]);
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains("wrong.dmn:"), "file and line are named: {said}");
    assert!(!program.data().join("decisions/flows/wrong.toml").exists());
}

#[test]
fn a_scorecard_is_trained_served_and_measured() {
    let program = Program::new("train");
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../training/tests/data");
    let (cases, split) = (format!("{data}/german_credit.csv"), format!("{data}/german_split.csv"));
    let path = |name: &str| program.folder.join(name).to_str().unwrap().to_owned();
    let (card, scores) = (path("card.toml"), path("scores.csv"));
    let report = program.json(&["model", "train", &cases, "--out", &card, "--split", &split]);
    let auc = report["test"]["validation"]["separation"]["auc"].as_f64().unwrap();
    assert!((0.75..0.85).contains(&auc), "{report}");
    let served = program.json(&["model", "score", &card, &cases, "--out", &scores]);
    assert_eq!(served["rows"], 1_000);
    let lines = std::fs::read_to_string(&scores).unwrap();
    assert_eq!(lines.lines().count(), 1_001);
    let measured = program.json(&["model", "eval", &card, &cases]);
    assert!(measured["validation"]["separation"]["auc"].as_f64().unwrap() > 0.75, "{measured}");

    let one_class = path("one.csv");
    std::fs::write(&one_class, "x,target\n1,0\n2,0\n3,0\n").unwrap();
    let refused = program.try_run(&["model", "train", &one_class, "--out", &path("no.toml")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(!std::path::Path::new(&path("no.toml")).exists());
}

/// A table over tax filings as an editor exports it, and the beginning of its flow.
mod dmn {
    pub(crate) const TABLE: &str = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m">
<inputData id="a" name="tax_sales_12m"><variable name="tax_sales_12m" typeRef="number"/></inputData>
<inputData id="b" name="tax_sales_yoy"><variable name="tax_sales_yoy" typeRef="number"/></inputData>
<decision id="d" name="Limit">
<informationRequirement><requiredInput href="#a"/></informationRequirement>
<informationRequirement><requiredInput href="#b"/></informationRequirement>
<decisionTable hitPolicy="FIRST">
<input><inputExpression typeRef="number"><text>tax_sales_12m</text></inputExpression></input>
<input><inputExpression typeRef="number"><text>tax_sales_yoy</text></inputExpression></input>
<output name="outcome" typeRef="string"/><output name="limit" typeRef="number"/><output name="reason" typeRef="string"/>
<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>&lt; 0</text></inputEntry>
<outputEntry><text>"need_visit"</text></outputEntry><outputEntry><text>null</text></outputEntry>
<outputEntry><text>"R08"</text></outputEntry></rule>
<rule><inputEntry><text>&gt;= 100000</text></inputEntry><inputEntry><text>-</text></inputEntry>
<outputEntry><text>"can"</text></outputEntry><outputEntry><text>min(tax_sales_12m * 0.1, 500000)</text></outputEntry>
<outputEntry><text>null</text></outputEntry></rule>
<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>
<outputEntry><text>"not_enough_data"</text></outputEntry><outputEntry><text>null</text></outputEntry>
<outputEntry><text>null</text></outputEntry></rule>
</decisionTable></decision></definitions>"##;

    /// What the table's reasons say to the firm.
    pub(crate) const MAPPING: &str = "[reason.R08]\nzh = \"销售下降，银行希望上门了解。\"\nen = \"Sales fell; the bank would like to visit.\"\n";

    pub(crate) const HEAD: &str = r#"
id = "bank70_tax_table"
version = "1"
audience = "firm"
bank = { id = "bank70", zh = "自建银行", en = "Own Bank" }
not_applicable = { code = "R01", zh = "本产品面向企业。", en = "This product is for firms." }

[product]
id = "own_tax_loan"
zh = "自建税贷"
en = "Own tax loan"
months_min = 6
months_max = 12
repayment_zh = "按月付息"
repayment_en = "interest monthly"

[limit]
cap_yuan = 1000000
floor_yuan = 10000
too_small = { code = "R08", zh = "测算额度低于起点。", en = "Below the smallest loan." }
no_basis = { code = "R09", zh = "缺少数据。", en = "Records are missing." }

[[case]]
name = "a tenth of the sales is lent"
as_of = "2026-11-10"
inputs = { is_active = 1, is_seriously_dishonest = 0, tax_sales_12m = 2000000, tax_sales_yoy = 0.1 }
outcome = "can"
limit_yuan = 200000

[[case]]
name = "a firm that sells less is visited"
like = "a tenth of the sales is lent"
as_of = "2026-11-10"
inputs = { tax_sales_yoy = -0.2 }
outcome = "need_visit"
"#;
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
