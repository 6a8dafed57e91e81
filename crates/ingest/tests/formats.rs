//! A source unit delivers in whatever format it has: the records are the same, and so are the faults.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod unit;

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array,
    StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::Int8Type;
use jq_ingest::{BatchState, Counts};
use unit::file::{file, parquet_of};
use unit::workbook::{Cell, Value, workbook};
use unit::{A, B, Platform, Slip, power_row};

fn cells(row: &str) -> Vec<String> {
    row.split(',').map(str::to_owned).collect()
}

/// Forty good bills and some that are wrong in as many ways.
fn bills() -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> =
        (1..=100).map(|meter| cells(&power_row(A, &format!("m{meter}"), "2026-08"))).collect();
    rows[2][1] = "国网重庆,\"北碚\"\n分公司".into();
    rows[3][8] = "12O.50".into();
    rows[5][3] = "2026-13".into();
    rows[7][0] = B.into();
    rows[9][2] = "m1".into();
    rows[11][2] = "m\u{7}".into();
    rows
}

#[tokio::test]
async fn the_same_rows_in_four_formats_and_two_encodings_give_the_same_records_and_faults() {
    let mut told = Vec::new();
    for (format, encoding) in [
        ("csv", "utf-8"),
        ("csv", "gb18030"),
        ("jsonl", "utf-8"),
        ("jsonl", "gb18030"),
        ("parquet", "utf-8"),
        ("xlsx", "utf-8"),
    ] {
        let platform = Platform::with_register().await;
        let rows = bills();
        let mut data = file(format, &platform.header("power_bill"), &rows);
        if encoding == "gb18030" {
            data = encoding_rs::GB18030.encode(&String::from_utf8(data).unwrap()).0.into_owned();
        }
        let slip = Slip { encoding, ..Slip::power("power-1", format, rows.len()) };
        let receipt = platform.send(slip, &data).await;
        assert_eq!(receipt.state, BatchState::Committed, "{format}: {:?}", receipt.reason_en);
        let rejected =
            std::fs::read_to_string(platform.folder.join("ingest/receipts/power-1/rejected.csv")).unwrap();
        told.push((receipt.counts, receipt.faults, platform.records("power_bill").await, rejected));
    }
    let counts = Counts { rows: 100, accepted: 95, quarantined: 4, unmatched: 1, ..Counts::default() };
    assert_eq!(told[0].0, counts);
    assert_eq!(told[0].2.len(), 95);
    assert!(told[0].2.iter().any(|record| record.contains("国网重庆,\"北碚\"\n分公司")));
    for other in &told[1..] {
        assert_eq!(other, &told[0]);
    }
}

/// A bill as typed columns have it, in the order of the catalogue's.
const BILL: &str = "91500102MAC8YUW23Y,国网重庆,m1,2026-08,general_commercial,,350.5,7,120.50,2026-08-25,2026-08-20,0.00,0,1,\
    upsert,2026-09-05T08:00:00+08:00";

async fn records_of(format: &str, data: &[u8]) -> Vec<String> {
    let platform = Platform::with_register().await;
    let receipt = platform.send(Slip::power("power-1", format, 1), data).await;
    assert_eq!(receipt.state, BatchState::Committed, "{format}: {:?}", receipt.reason_en);
    assert_eq!(receipt.counts.accepted, 1, "{format}: {:?}", receipt.faults);
    platform.records("power_bill").await
}

async fn expected() -> Vec<String> {
    let header = Platform::empty().await.header("power_bill").join(",");
    records_of("csv", format!("{header}\n{BILL}\n").as_bytes()).await
}

fn text(value: &str) -> ArrayRef {
    Arc::new(StringArray::from(vec![value]))
}

fn typed_parquet(header: &[&str]) -> Vec<u8> {
    let day = |year, month, day| jq_lake::day_number(jiff::civil::date(year, month, day));
    let sent = "2026-09-05T08:00:00+08:00".parse::<jiff::Timestamp>().unwrap().as_microsecond();
    let decimal =
        |value: i128| Arc::new(Decimal128Array::from(vec![value]).with_precision_and_scale(18, 4).unwrap());
    let dictionary: DictionaryArray<Int8Type> = vec!["general_commercial"].into_iter().collect();
    let columns: Vec<ArrayRef> = vec![
        text(A),
        text("国网重庆"),
        text("m1"),
        Arc::new(Date32Array::from(vec![day(2026, 8, 1)])),
        Arc::new(dictionary),
        Arc::new(Float64Array::from(vec![None::<f64>])),
        Arc::new(Float64Array::from(vec![350.5])),
        Arc::new(Int64Array::from(vec![7])),
        decimal(1_205_000),
        Arc::new(TimestampMicrosecondArray::from(vec![i64::from(day(2026, 8, 25)) * 86_400_000_000])),
        Arc::new(Date32Array::from(vec![day(2026, 8, 20)])),
        decimal(0),
        Arc::new(BooleanArray::from(vec![false])),
        Arc::new(BooleanArray::from(vec![true])),
        text("upsert"),
        Arc::new(TimestampMicrosecondArray::from(vec![sent]).with_timezone("UTC")),
    ];
    parquet_of(header.iter().map(|name| (*name).to_owned()).zip(columns).collect(), 1_024)
}

#[tokio::test]
async fn numbers_days_and_times_of_parquet_become_the_catalogues() {
    let platform = Platform::empty().await;
    assert_eq!(records_of("parquet", &typed_parquet(&platform.header("power_bill"))).await, expected().await);
}

#[tokio::test]
async fn numbers_days_times_and_formulas_of_a_workbook_become_the_catalogues() {
    let platform = Platform::empty().await;
    let text = |text: &str| Cell::Text(text.to_owned());
    let header = platform.header("power_bill").into_iter().map(text).collect();
    let row = vec![
        text(A),
        text("国网重庆"),
        Cell::Formula("\"m\"&1", Some(Value::Text("m1"))),
        Cell::Day(46_235),
        text("general_commercial"),
        Cell::Nothing,
        Cell::Number("350.5"),
        Cell::Number("7"),
        // 120.50 as a sum of binary fractions has it.
        Cell::Formula("SUM(C2:D2)", Some(Value::Number("120.50000000000001"))),
        Cell::Day(46_259),
        Cell::Day(46_254),
        Cell::Number("0"),
        Cell::Bool(false),
        Cell::Number("1"),
        text("upsert"),
        Cell::Moment(46_270.0 + 8.0 / 24.0),
    ];
    assert_eq!(records_of("xlsx", &workbook(&[header, row], &[])).await, expected().await);
}

#[tokio::test]
async fn json_numbers_stay_as_they_are_written_and_keys_that_are_not_there_are_empty() {
    let line = format!(
        "{{\"op\":\"upsert\",\"uscc\":\"{A}\",\"supplier\":\"\\u56fd\\u7f51重庆\",\"meter_account\":\"m1\",\
         \"month\":\"2026-08\",\"tariff_kind\":\"general_commercial\",\"usage_kwh\":350.5,\"peak_kwh\":7,\
         \"amount\":120.50,\"due_date\":\"2026-08-25\",\"paid_on\":\"2026-08-20\",\"arrears\":0,\
         \"contract_capacity_kva\":null,\"power_cut\":false,\"illegal_use\":true,\
         \"source_updated_at\":\"2026-09-05T08:00:00+08:00\"}}\n"
    );
    assert_eq!(records_of("jsonl", line.as_bytes()).await, expected().await);
}

#[tokio::test]
async fn a_line_that_is_no_object_is_turned_away_alone_and_can_be_mended() {
    let platform = Platform::with_register().await;
    let rows: Vec<Vec<String>> =
        (1..=60).map(|meter| cells(&power_row(A, &format!("m{meter}"), "2026-08"))).collect();
    let header = platform.header("power_bill");
    let text = String::from_utf8(file("jsonl", &header, &rows)).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[4] = lines[4].replacen('}', "", 1);
    lines[8] = lines[8].replace("\"120.50\"", "{\"yuan\":120.50}");
    let receipt = platform.send(Slip::power("power-1", "jsonl", 60), lines.join("\n").as_bytes()).await;
    assert_eq!((receipt.state, receipt.counts.accepted), (BatchState::Committed, 58));
    let told: Vec<_> = receipt
        .faults
        .iter()
        .map(|fault| (fault.row_no, fault.field.as_deref(), fault.rule.as_str()))
        .collect();
    assert_eq!(told, [(5, None, "line_invalid"), (9, Some("amount"), "value_nested")]);

    // The officer writes the lost row anew and mends the other.
    let rejected = platform.folder.join("ingest/receipts/power-1/rejected.csv");
    let table = std::fs::read_to_string(&rejected).unwrap();
    let mut lines = table.split_inclusive('\n');
    let (head, lost, nested) = (lines.next().unwrap(), lines.next().unwrap(), lines.next().unwrap());
    let reason = lost.split(',').take(3).collect::<Vec<_>>().join(",");
    let mended = format!(
        "{head}{reason},,,,,{}\n{}",
        power_row(A, "m5", "2026-08"),
        nested.replace("\"{\"\"yuan\"\":120.50}\",2026", "120.50,2026")
    );
    std::fs::write(&rejected, mended).unwrap();
    let receipt = platform.ingest.resubmit(&rejected, &unit::operator()).await.unwrap();
    assert_eq!(receipt.counts.accepted, 2, "{:?}", receipt.faults);
    assert_eq!(platform.count("power_bill").await, 60);
    assert!(platform.ingest.list_quarantine(None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_formula_without_a_value_turns_its_row_away_and_no_other() {
    let platform = Platform::with_register().await;
    let header = platform.header("power_bill");
    let mut rows: Vec<Vec<Cell>> = vec![header.iter().map(|name| Cell::Text((*name).to_owned())).collect()];
    for meter in 1..=40 {
        let row = cells(&power_row(A, &format!("m{meter}"), "2026-08"));
        rows.push(row.into_iter().map(Cell::Text).collect());
    }
    rows[3][8] = Cell::Formula("SUM(G4:H4)*0.5", None);
    rows[7][8] = Cell::Formula("VLOOKUP(A8,Sheet2!A:B,2,0)", Some(Value::Error("#N/A")));
    let receipt = platform.send(Slip::power("power-1", "xlsx", 40), &workbook(&rows, &[])).await;
    assert_eq!((receipt.state, receipt.counts.accepted), (BatchState::Committed, 38));
    let told: Vec<_> = receipt
        .faults
        .iter()
        .map(|fault| {
            (fault.row_no, fault.field.as_deref().unwrap(), fault.value.as_str(), fault.rule.as_str())
        })
        .collect();
    let expected =
        [(3, "amount", "=SUM(G4:H4)*0.5", "formula_value"), (7, "amount", "#N/A", "formula_value")];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn large_files_of_every_format_are_read_in_blocks() {
    // More than one block of text, more than one piece of a row group, and subjects that change within them.
    let rows: Vec<Vec<String>> =
        (1..=20_000).map(|meter| cells(&power_row(A, &format!("meter-{meter:06}"), "2026-08"))).collect();
    let mut records = Vec::new();
    for format in ["csv", "jsonl", "parquet", "xlsx"] {
        let platform = Platform::with_register().await;
        let data = file(format, &platform.header("power_bill"), &rows);
        let receipt = platform.send(Slip::power("power-1", format, rows.len()), &data).await;
        assert_eq!(receipt.counts.accepted, 20_000, "{format}: {:?}", receipt.reason_en);
        records.push(platform.records("power_bill").await);
        let rows = platform.lake.sql("select natural_key, row_no from power_bill").await.unwrap();
        let is_kept = |row: &jq_lake::Row| {
            let meter = format!("|meter-{:06}|", row.int("row_no").unwrap());
            row.text("natural_key").unwrap().contains(&meter)
        };
        assert!(rows.iter().all(is_kept), "{format}: rows keep their numbers");
    }
    records.dedup();
    assert_eq!(records.len(), 1);
}
