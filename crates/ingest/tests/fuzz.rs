//! Whatever a source unit sends, it is answered with a receipt or a reason, and nothing breaks.

#[path = "../../../fuzz/entries/ingest.rs"]
mod entries;
#[path = "unit/file.rs"]
mod file;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;
#[path = "unit/workbook.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod workbook;

use std::io::{Cursor, Write};

use jq_catalog::Catalog;
use zip::write::SimpleFileOptions;

/// Memory that taking a batch may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 1_024;

const MANIFEST: &str = r#"{"batch_id":"fuzz-1","source_unit":"power","item_id":"power_bill","schema_version":1,
    "seq":1,"rows":1,"file":"data.csv","format":"csv","encoding":"utf-8","sm3":"00","mode":"incremental",
    "sent_at":"2026-09-10T08:00:00+08:00"}"#;
const REGISTERED: &str = "91500102MAC8YUW23Y,涪陵青岚榨菜有限公司,llc,周望舒,\
1111111111111111111111111111111111111111111111111111111111111111,1000000.00,CNY,2021-03-05,,\
重庆市涪陵区江滨路1号,500102,1371,榨菜加工,涪陵区市场监管局,active,,upsert,2026-09-01T08:00:00+08:00";
const BILL: &str = "91500102MAC8YUW23Y,国网重庆,m1,2026-08,general_commercial,,350.5,,120.50,2026-08-25,2026-08-20,\
0.00,0,0,upsert,2026-09-05T08:00:00+08:00";

/// A data file of an item, as [`entries::batch`] takes it.
fn batch(catalog: &Catalog, item: &str, how: &str, rows: &[&str]) -> Vec<u8> {
    let header = catalog.item(item).expect("the catalogue has it").header().join(",");
    format!("{item} {how}\n{header}\n{}\n", rows.join("\n")).into_bytes()
}

#[test]
fn no_bytes_break_the_reader_of_manifests() {
    inputs::drive(&[MANIFEST], 20_000, MEMORY_MAX, entries::manifest);
}

#[test]
fn no_data_file_breaks_the_taking_of_a_batch() {
    let catalog = Catalog::embedded().expect("the built-in catalogue is sound");
    let quoted = BILL.replace("国网重庆", "\"国网\n重庆\"");
    let samples = [
        batch(&catalog, "ent_registration", "utf-8 incremental", &[REGISTERED]),
        batch(&catalog, "power_bill", "utf-8 incremental", &[BILL, &BILL.replace("m1", "m2")]),
        batch(&catalog, "power_bill", "gb18030 incremental", &[&quoted]),
        batch(&catalog, "power_bill", "utf-8 snapshot", &[BILL, &BILL.replace("upsert", "withdraw")]),
    ];
    inputs::drive(&samples, 200, MEMORY_MAX, entries::batch);
}

#[test]
fn no_data_file_of_another_format_breaks_the_taking_of_a_batch() {
    let catalog = Catalog::embedded().expect("the built-in catalogue is sound");
    let header = catalog.item("power_bill").expect("the catalogue has it").header();
    let row = |meter: &str| BILL.replace("m1", meter).split(',').map(str::to_owned).collect::<Vec<_>>();
    let sample = |format: &str| {
        let mut bytes = format!("power_bill utf-8 incremental {format}\n").into_bytes();
        bytes.extend(file::file(format, &header, &[row("m1"), row("m2")]));
        bytes
    };
    inputs::drive(&["jsonl", "parquet", "xlsx"].map(sample), 300, MEMORY_MAX, entries::batch);
}

#[test]
fn no_archive_and_no_mended_file_breaks_anything() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("manifest.json", MANIFEST), ("data.csv", BILL)] {
        archive.start_file(name, SimpleFileOptions::default()).expect("an entry");
        archive.write_all(text.as_bytes()).expect("its bytes");
    }
    let archive = archive.finish().expect("an archive").into_inner();
    inputs::drive(&[archive], 400, MEMORY_MAX, entries::archive);
    let catalog = Catalog::embedded().expect("the built-in catalogue is sound");
    let header = catalog.item("power_bill").expect("the catalogue has it").header().join(",");
    let mended = format!(
        "batch_id,item_id,row_no,field,value,rule,what_to_do,{header}\nfuzz-1,power_bill,1,,,,,{BILL}\n"
    );
    inputs::drive(&[mended], 200, MEMORY_MAX, entries::corrections);
}
