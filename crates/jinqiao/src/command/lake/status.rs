//! `jinqiao lake status`: what lies in the lake, how late its sources are, how it has been cared for.

use std::process::ExitCode;

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::clock::zone;
use jq_base::lang::Lang;
use jq_credit::content::ReportContent;
use jq_lake::TableStatus;
use serde::Serialize;

use crate::app::App;
use crate::command::DONE;
use crate::lateness::lateness;
use crate::output::Output;

/// One item of the catalogue.
#[derive(Serialize)]
struct ItemStatus {
    #[serde(flatten)]
    table: TableStatus,
    /// The day by which the newest batch was due, where the source is late.
    late_since: Option<Date>,
    /// Days from then to today.
    days_late: Option<i32>,
}

pub(super) async fn run(app: &App, output: Output) -> anyhow::Result<ExitCode> {
    let content = ReportContent::embedded()?;
    let today = app.clock.today();
    let tables = app.lake.status().await?;
    let all: Vec<ItemStatus> = tables
        .into_iter()
        .map(|table| {
            let item = app.catalog.item(&table.table);
            let late = item.and_then(|item| lateness(&content, item, &table, today));
            ItemStatus {
                table,
                late_since: late.map(|late| late.since),
                days_late: late.map(|late| late.days),
            }
        })
        .collect();
    let header = match output.lang {
        Lang::Zh => [
            "信息事项",
            "现行",
            "新到",
            "历史",
            "文件",
            "字节",
            "字节/条",
            "数据截至",
            "迟到天数",
            "上次压实",
        ],
        Lang::En => [
            "item",
            "current",
            "arrival",
            "history",
            "files",
            "bytes",
            "bytes/row",
            "as of",
            "days late",
            "compacted",
        ],
    };
    output.table(&header, &all.iter().map(cells).collect::<Vec<_>>());
    let (records, bytes) =
        all.iter().fold((0, 0), |(rows, bytes), item| (rows + item.table.rows(), bytes + item.table.bytes));
    let late = all.iter().filter(|item| item.late_since.is_some()).count();
    let each = per_row(bytes, records);
    output.say_in(
        format!("共 {records} 条，{bytes} 字节，每条 {each} 字节；{late} 项数据迟到"),
        format!("{records} records, {bytes} bytes, {each} bytes a record; {late} items are late"),
    );
    output.document(&all)?;
    Ok(DONE)
}

fn cells(item: &ItemStatus) -> Vec<String> {
    let table = &item.table;
    let none = || "-".to_owned();
    vec![
        table.table.clone(),
        table.rows_current.to_string(),
        table.rows_arrival.to_string(),
        table.rows_history.to_string(),
        table.files.to_string(),
        table.bytes.to_string(),
        per_row(table.bytes, table.rows()),
        table.as_of.map_or_else(none, minute),
        item.days_late.map_or_else(none, |days| days.to_string()),
        table.compacted_at.map_or_else(none, minute),
    ]
}

/// The instant in Beijing, to the minute.
fn minute(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%Y-%m-%d %H:%M").to_string()
}

fn per_row(bytes: u64, rows: u64) -> String {
    (bytes * 10)
        .checked_div(rows)
        .map_or_else(|| "-".to_owned(), |tenths| format!("{}.{}", tenths / 10, tenths % 10))
}
