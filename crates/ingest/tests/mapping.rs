//! A unit delivers its own export: its own column names, codes and dates become the catalogue's.

mod unit;

use std::path::Path;

use jq_catalog::Catalog;
use jq_ingest::{BatchState, Receipt};
use unit::file::file;
use unit::{A, Platform, Slip, power_row};

/// The power company's own columns, in its own order.
const OWN: [&str; 17] = [
    "序号",
    "户号",
    "信用代码",
    "用电地址",
    "电费年月",
    "用电类别",
    "合同容量",
    "总电量",
    "峰段电量",
    "应收电费",
    "缴费截止日",
    "实收日期",
    "欠费金额",
    "是否欠费停电",
    "是否违约用电",
    "数据状态",
    "更新时间",
];

/// A bill as the company exports it.
fn own_row(meter: &str) -> Vec<String> {
    [
        "17",
        meter,
        A,
        "江滨路1号",
        "202608",
        "201",
        "",
        "350.5",
        "",
        "120.50",
        "2026年8月25日",
        "2026/08/20",
        "0.00",
        "未停电",
        "无",
        "有效",
        "2026/09/05 08:00:00",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The same bill as the catalogue has it.
fn catalogue_row(meter: &str) -> String {
    power_row(A, meter, "2026-08").replace("国网重庆", "国网重庆市电力公司")
}

/// How a row with a strange code comes back: as it was delivered, or, where rows have no order of columns, in the
/// catalogue's.
fn rejected_row(format: &str) -> String {
    let mut row = own_row("m11");
    row[5] = "999".into();
    if format == "parquet" {
        // The file has its columns from the last to the first.
        row.reverse();
    }
    if format == "jsonl" {
        let places = [2, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0, 3];
        row = places.iter().map(|place| row[*place].clone()).chain([String::new()]).collect();
    }
    row.join(",")
}

async fn send_own(platform: &Platform, id: &str, format: &str, rows: &[Vec<String>]) -> Receipt {
    platform.send(Slip::power(id, format, rows.len()), &file(format, &OWN, rows)).await
}

#[tokio::test]
async fn a_units_own_export_gives_the_records_that_the_catalogues_columns_give() {
    let meters: Vec<String> = (1..=30).map(|meter| format!("m{meter}")).collect();
    let platform = Platform::with_register().await;
    let rows: Vec<String> = meters.iter().map(|meter| catalogue_row(meter)).collect();
    platform.deliver("power-1", "power", "power_bill", 1, &rows).await;
    let expected = platform.records("power_bill").await;
    assert_eq!(expected.len(), 30);
    let rows: Vec<Vec<String>> = meters.iter().map(|meter| own_row(meter)).collect();
    for format in ["csv", "jsonl", "parquet", "xlsx"] {
        let platform = Platform::with_register().await;
        let receipt = send_own(&platform, "power-1", format, &rows).await;
        assert_eq!(
            (receipt.state, receipt.counts.accepted),
            (BatchState::Committed, 30),
            "{format}: {receipt:?}"
        );
        assert_eq!(platform.records("power_bill").await, expected, "{format}");
    }
}

#[tokio::test]
async fn what_the_mapping_does_not_know_comes_back_as_the_unit_wrote_it_and_can_be_mended_in_its_own_words() {
    for format in ["csv", "jsonl", "parquet", "xlsx"] {
        let platform = Platform::with_register().await;
        let mut rows: Vec<Vec<String>> = (1..=80).map(|meter| own_row(&format!("m{meter}"))).collect();
        rows[10][5] = "999".into();
        rows[20][10] = "2026年2月30日".into();
        rows[30][15] = "注销".into();
        let receipt = send_own(&platform, "power-1", format, &rows).await;
        let told: Vec<_> = receipt
            .faults
            .iter()
            .map(|fault| {
                (fault.row_no, fault.field.as_deref().unwrap(), fault.value.as_str(), fault.rule.as_str())
            })
            .collect();
        let expected = [
            (11, "tariff_kind", "999", "code_unknown"),
            (21, "due_date", "2026年2月30日", "date_invalid"),
            (31, "op", "注销", "op_unknown"),
        ];
        assert_eq!(told, expected, "{format}");

        let rejected = platform.folder.join("ingest/receipts/power-1/rejected.csv");
        let table = std::fs::read_to_string(&rejected).unwrap();
        assert!(table.lines().next().unwrap().contains("电费年月"), "the unit finds its own columns");
        assert!(
            table.lines().nth(1).unwrap().ends_with(&rejected_row(format)),
            "and its own values: {table}"
        );
        let mended = table.replace(",999,", ",201,").replace("2月30日", "2月28日").replace("注销", "有效");
        std::fs::write(&rejected, mended).unwrap();
        let receipt = platform.ingest.resubmit(&rejected, &unit::operator()).await.unwrap();
        assert_eq!(receipt.counts.accepted, 3, "{format}: {:?}", receipt.faults);
        assert_eq!(platform.count("power_bill").await, 80);
        assert!(platform.ingest.list_quarantine(None, 10).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_header_in_the_catalogues_names_is_not_translated() {
    let platform = Platform::with_register().await;
    let mut rows: Vec<String> = (1..=40).map(|meter| catalogue_row(&format!("m{meter}"))).collect();
    rows[5] = rows[5].replace("general_commercial", "201");
    let receipt = platform.deliver("power-1", "power", "power_bill", 1, &rows).await;
    assert_eq!(receipt.counts.accepted, 39);
    assert_eq!((receipt.faults[0].rule.as_str(), receipt.faults[0].value.as_str()), ("code_unknown", "201"));
}

#[tokio::test]
async fn a_header_that_is_neither_is_told_what_it_lacks_of_the_one_it_resembles() {
    let platform = Platform::with_register().await;
    let mut own = OWN;
    own[9] = "应收金额";
    let data = file("csv", &own, &[own_row("m1")]);
    let receipt = platform.send(Slip::power("power-1", "csv", 1), &data).await;
    assert_eq!(receipt.reason.as_deref(), Some("header_wrong"));
    assert!(receipt.reason_zh.unwrap().contains("-应收电费 +应收金额"));
    let mut twice = OWN;
    twice[0] = "户号";
    let receipt =
        platform.send(Slip::power("power-2", "csv", 1), &file("csv", &twice, &[own_row("m1")])).await;
    assert!(receipt.reason_zh.unwrap().contains("户号, 户号"));
}

#[tokio::test]
async fn a_row_with_too_few_cells_is_wrong_and_moves_no_other() {
    let platform = Platform::with_register().await;
    let mut rows: Vec<Vec<String>> = (1..=40).map(|meter| own_row(&format!("m{meter}"))).collect();
    rows[6].pop();
    let receipt = send_own(&platform, "power-1", "csv", &rows).await;
    assert_eq!(receipt.counts.accepted, 39);
    let fault = &receipt.faults[0];
    assert_eq!((fault.row_no, fault.rule.as_str(), fault.value.as_str()), (7, "columns_wrong", "16 ≠ 17"));
    let rejected = platform.folder.join("ingest/receipts/power-1/rejected.csv");
    assert!(std::fs::read_to_string(rejected).unwrap().contains(",有效\n"), "the row as delivered");
}

#[tokio::test]
async fn the_tax_bureaus_export_is_read_with_its_levy_codes() {
    let platform = Platform::with_register().await;
    let own = [
        "登记序号",
        "统一社会信用代码",
        "税款所属期起",
        "税款所属期止",
        "征收项目代码",
        "更正次数",
        "申报类型",
        "应税销售额",
        "免税销售额",
        "应纳税额",
        "减免税额",
        "已缴税额",
        "进项税额",
        "申报期限",
        "申报日期",
        "操作标志",
        "修改日期",
    ];
    let row = |levy: &str, op: &str| {
        [
            "10011",
            A,
            "20260701",
            "20260731",
            levy,
            "0",
            "正常申报",
            "88000.00",
            "0",
            "11440.00",
            "0",
            "11440.00",
            "",
            "20260817",
            "20260815",
            op,
            "20260816093000",
        ]
        .map(str::to_owned)
        .to_vec()
    };
    let rows = [row("10101", "1"), row("10109", "2"), row("10111", "3")];
    let slip = Slip::of("sw-1", "sw", "tax_filing", 1, 3);
    let receipt = platform.send(slip, &file("csv", &own, &rows)).await;
    assert_eq!((receipt.counts.accepted, receipt.counts.withdrawn), (2, 1), "{:?}", receipt.faults);
    let taxes =
        platform.lake.sql("select tax_type, late_days from tax_filing order by tax_type").await.unwrap();
    let told: Vec<_> =
        taxes.iter().map(|row| (row.text("tax_type").unwrap(), row.int("late_days"))).collect();
    assert_eq!(told, [("urban".to_owned(), Some(0)), ("vat".to_owned(), Some(0))]);
}

#[tokio::test]
async fn a_mapping_of_the_data_folder_replaces_the_one_that_came_with_the_program() {
    let folder = std::env::temp_dir().join(format!("jq-ingest-mapping-{}", std::process::id()));
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/mappings/power/power_bill.toml");
    let text = std::fs::read_to_string(shipped).unwrap().replace("\"201\" = ", "\"02\" = ");
    std::fs::create_dir_all(folder.join("catalog/mappings/power")).unwrap();
    std::fs::write(folder.join("catalog/mappings/power/power_bill.toml"), text).unwrap();
    let platform = Platform::over(Catalog::load(&[&folder]).unwrap()).await;
    std::fs::remove_dir_all(&folder).unwrap();
    platform.deliver("scjg-1", "scjg", "ent_registration", 1, &[unit::REGISTERED.to_owned()]).await;
    let mut row = own_row("m1");
    row[5] = "02".into();
    let receipt = send_own(&platform, "power-1", "csv", &[row]).await;
    assert_eq!(receipt.counts.accepted, 1, "{:?}", receipt.faults);
}
