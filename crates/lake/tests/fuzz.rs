//! Whatever is asked in SQL, it is planned or refused, and nothing breaks or changes; whatever a stranger's Parquet file
//! says, it is read or refused.

#[path = "../../../fuzz/entries/lake.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use jq_base::table::TableSpec;
use jq_lake::{Lake, LakeError};
use parquet::arrow::ArrowWriter;

/// Memory that planning may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 768;

#[test]
fn no_text_breaks_the_planner_of_questions() {
    let questions = [
        "select count(*), sum(amount_fen) from bill where paid_on >= date '2026-01-01'",
        "select subject_key, max(version) as v from bill_all group by 1 having max(version) > 1 order by v desc limit 5",
        "with paid as (select natural_key, amount_fen / 100.0 as yuan from bill) select * from paid p join bill b
         on p.natural_key = b.natural_key where b.op <> 'withdraw' or yuan between 1 and 2",
        "select case when amount_fen is null then 'none' else cast(amount_fen as varchar) end from bill union all
         select concat(op, '#', natural_key) from bill_all",
    ];
    inputs::drive(&questions, 2_000, MEMORY_MAX, entries::question);
}

#[tokio::test]
async fn what_is_no_question_is_refused() {
    let folder = std::env::temp_dir().join(format!("jq-lake-guard-{}", std::process::id()));
    let bills = TableSpec { name: "bill".to_owned(), columns: vec![], also_subjects: vec![], key_level: 1 };
    let lake = Lake::open(&folder, vec![bills]).unwrap();
    let out = folder.join("stolen.csv");
    for text in [
        format!("copy (select * from bill) to '{}' stored as csv", out.display()),
        format!("create external table other stored as csv location '{}'", folder.display()),
        "create table mine as select 1".to_owned(),
        "insert into bill select * from bill".to_owned(),
        "drop table bill".to_owned(),
        "set datafusion.execution.target_partitions = 1".to_owned(),
    ] {
        assert!(matches!(lake.sql(&text).await, Err(LakeError::Query(_))), "{text}");
    }
    assert!(!out.exists());
    assert!(lake.sql("select count(*) from bill").await.is_ok());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn no_strangers_file_breaks_the_reader_of_parquet() {
    let texts: StringArray = (0..40).map(|row| (row % 3 > 0).then(|| format!("m{row}"))).collect();
    let columns: [(&str, ArrayRef); 4] = [
        ("meter", Arc::new(texts)),
        ("kwh", Arc::new(Float64Array::from_iter_values((0..40).map(f64::from)))),
        ("paid_on", Arc::new(Date32Array::from_iter_values(20_000..20_040))),
        ("amount", Arc::new(Int64Array::from_iter_values(0..40))),
    ];
    let rows = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, rows.schema(), None).expect("a writer");
    writer.write(&rows).expect("rows");
    writer.close().expect("a footer");
    inputs::drive(&[file], 2_000, MEMORY_MAX, entries::foreign);
}
