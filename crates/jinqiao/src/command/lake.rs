//! `jinqiao lake`: status, questions in SQL, the history of one record, export, and the care for what lies there.

mod status;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use jiff::{SignedDuration, Timestamp};
use jq_db::audit::AuditLine;
use jq_lake::{Pace, Row, Value, remove_leftovers};

use crate::app::App;
use crate::cli::{ExportFormat, Lake};
use crate::command::{DONE, refused};
use crate::output::Output;
use crate::retention::{EraseFor, Erased, erase};

pub(crate) async fn run(app: &App, command: &Lake, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Lake::Status => status::run(app, output).await,
        Lake::Sql { query } => sql(app, query, output).await,
        Lake::Compact { item } => compact(app, item.as_deref(), output).await,
        Lake::Renew { item } => renew(app, item.as_deref(), output).await,
        Lake::History { item, key, as_of } => history(app, item, key, *as_of, output).await,
        Lake::Retain { item } => retain(app, item.as_deref(), output).await,
        Lake::Vacuum { item, grace } => vacuum(app, item.as_deref(), *grace, output).await,
        Lake::Export { item, format, out } => export(app, item, *format, out.as_deref(), output).await,
    }
}

/// The items a command is for: the one that was named, or all.
fn items_of(app: &App, item: Option<&str>) -> Vec<String> {
    match item {
        Some(item) => vec![item.to_owned()],
        None => app.catalog.items().map(|item| item.id.clone()).collect(),
    }
}

async fn sql(app: &App, query: &str, output: Output) -> anyhow::Result<ExitCode> {
    let session = app.lake.session(jq_lake::Scope::All);
    let (names, rows) = session.table(query).await?;
    let mut tx = app.db.begin().await?;
    tx.audit(
        AuditLine::new("operator@cli", "operator", "lake.sql")
            .detail(serde_json::json!({ "query": query, "rows": rows.len() })),
    );
    tx.commit().await?;
    let header: Vec<&str> = names.iter().map(String::as_str).collect();
    let cells: Vec<Vec<String>> = rows.iter().map(|row| texts(row, names.len())).collect();
    output.table(&header, &cells);
    output.say_in(format!("({} 行)", rows.len()), format!("({} rows)", rows.len()));
    let documents: Vec<serde_json::Value> = rows.iter().map(|row| document(row, &names)).collect();
    output.document(&documents)?;
    Ok(DONE)
}

fn texts(row: &Row, columns: usize) -> Vec<String> {
    (0..columns).map(|place| row.at(place).map(|value| value.to_text()).unwrap_or_default()).collect()
}

fn document(row: &Row, names: &[String]) -> serde_json::Value {
    let pairs = names.iter().enumerate().map(|(place, name)| {
        let value = match row.at(place) {
            None => serde_json::Value::Null,
            Some(Value::Int(value)) => value.into(),
            Some(Value::Float(value)) => value.into(),
            Some(Value::Bool(value)) => value.into(),
            Some(other) => other.to_text().into(),
        };
        (name.clone(), value)
    });
    serde_json::Value::Object(pairs.collect())
}

async fn renew(app: &App, item: Option<&str>, output: Output) -> anyhow::Result<ExitCode> {
    let items = items_of(app, item);
    let bar = output.bar(items.len() as u64, "重写", "renew");
    let mut done = Vec::new();
    for item in items {
        let files = app.lake.renew(&item).await?;
        bar.inc(1);
        if files > 0 {
            done.push((item, files));
        }
    }
    bar.finish_and_clear();
    let files: usize = done.iter().map(|(_, files)| files).sum();
    let mut tx = app.db.begin().await?;
    let line = AuditLine::new("operator@cli", "operator", "lake.renew");
    tx.audit(
        line.items(done.iter().map(|(item, _)| item.as_str())).detail(serde_json::json!({ "files": files })),
    );
    tx.commit().await?;
    output.say_in(
        format!("{} 个事项的 {files} 个文件已重写；旧文件由 jinqiao lake vacuum 清除", done.len()),
        format!("{files} files of {} items written anew; jinqiao lake vacuum removes the former", done.len()),
    );
    let document: Vec<serde_json::Value> =
        done.iter().map(|(item, files)| serde_json::json!({ "item": item, "files": files })).collect();
    output.document(&document)?;
    Ok(DONE)
}

async fn compact(app: &App, item: Option<&str>, output: Output) -> anyhow::Result<ExitCode> {
    let items = items_of(app, item);
    let bar = output.bar(items.len() as u64, "压实", "compact");
    let mut done = Vec::new();
    for item in items {
        let compacted = app.lake.compact(&item).await?;
        bar.inc(1);
        if compacted.files_before > 0 {
            done.push((item, compacted));
        }
    }
    bar.finish_and_clear();
    for (item, compacted) in &done {
        output.say_in(
            format!(
                "{item}: {} 个文件改写，现行 {} 条，转入历史 {} 条",
                compacted.files_before, compacted.rows_current, compacted.rows_superseded
            ),
            format!(
                "{item}: {} files rewritten, {} current records, {} moved to history",
                compacted.files_before, compacted.rows_current, compacted.rows_superseded
            ),
        );
    }
    if done.is_empty() {
        output.say_in("没有需要压实的数据", "nothing to compact");
    }
    let document: Vec<serde_json::Value> = done
        .iter()
        .map(|(item, compacted)| {
            serde_json::json!({ "item": item, "files": compacted.files_before,
                "current": compacted.rows_current, "history": compacted.rows_superseded })
        })
        .collect();
    output.document(&document)?;
    Ok(DONE)
}

async fn history(
    app: &App,
    item: &str,
    key: &str,
    as_of: Option<Timestamp>,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let versions = match as_of {
        None => app.lake.history(item, key).await?,
        Some(as_of) => app.lake.known_at(item, key, as_of).await?.into_iter().collect(),
    };
    let mut tx = app.db.begin().await?;
    tx.audit(AuditLine::new("operator@cli", "operator", "lake.history").items([item]).subject(key));
    tx.commit().await?;
    let names = versions.first().map(Row::columns).unwrap_or_default();
    let documents: Vec<serde_json::Value> = versions.iter().map(|row| document(row, &names)).collect();
    output.document(&documents)?;
    for row in &versions {
        let text = |column: &str| row.get(column).map(|value| value.to_text()).unwrap_or_default();
        output.say(format!(
            "v{} {} {} {}",
            text("version"),
            text("source_updated_at"),
            text("op"),
            text("batch_id")
        ));
        for name in names.iter().skip(jq_lake::ENVELOPE.len()) {
            output.say(format!("   {name} = {}", text(name)));
        }
    }
    if versions.is_empty() {
        output.say_in("没有这条记录", "no such record");
        return Ok(refused());
    }
    Ok(DONE)
}

async fn retain(app: &App, item: Option<&str>, output: Output) -> anyhow::Result<ExitCode> {
    let today = app.clock.today();
    let mut documents = Vec::new();
    for id in items_of(app, item) {
        let Some(item) = app.catalog.item(&id) else { bail!("the catalogue has no item {id}") };
        let erased = erase(app, item, EraseFor::Operator, today, &Pace::default()).await?;
        let Some(Erased { rows, since, before }) = erased.filter(|erased| erased.rows > 0) else { continue };
        output.say_in(
            format!("{id}：清除 {rows} 条，{since} 早于 {before}"),
            format!("{id}: {rows} records erased, {since} before {before}"),
        );
        documents.push(serde_json::json!({ "item": id, "erased": rows, "before": before.to_string() }));
    }
    if documents.is_empty() {
        output.say_in("没有到期的记录", "no record is past its time");
    }
    output.document(&documents)?;
    Ok(DONE)
}

async fn vacuum(app: &App, item: Option<&str>, hours: u32, output: Output) -> anyhow::Result<ExitCode> {
    let grace = SignedDuration::from_hours(i64::from(hours));
    let (mut files, mut bytes) = (0, 0);
    for item in items_of(app, item) {
        let done = app.lake.vacuum(&item, grace).await?;
        files += done.files;
        bytes += done.bytes;
    }
    if item.is_none() {
        app.ingest.vacuum(grace)?;
        remove_leftovers(&app.uploads(), grace, |_| true)?;
    }
    output.say_in(
        format!("删除 {files} 个文件，{bytes} 字节"),
        format!("{files} files removed, {bytes} bytes"),
    );
    output.document(&serde_json::json!({ "files": files, "bytes": bytes }))?;
    Ok(DONE)
}

async fn export(
    app: &App,
    item: &str,
    format: ExportFormat,
    out: Option<&Path>,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let (format, end) = match format {
        ExportFormat::Csv => (jq_lake::ExportFormat::Csv, "csv"),
        ExportFormat::Parquet => (jq_lake::ExportFormat::Parquet, "parquet"),
    };
    let out = out.map_or_else(|| PathBuf::from(format!("{item}.{end}")), Path::to_owned);
    let rows = app.lake.export(item, format, &out).await?;
    let mut tx = app.db.begin().await?;
    tx.audit(
        AuditLine::new("operator@cli", "operator", "lake.export")
            .items([item])
            .detail(serde_json::json!({ "rows": rows, "file": out.display().to_string() })),
    );
    tx.commit().await?;
    output.say_in(
        format!("已导出 {rows} 条：{}", out.display()),
        format!("{rows} records written to {}", out.display()),
    );
    output.document(&serde_json::json!({ "item": item, "rows": rows, "file": out }))?;
    Ok(DONE)
}
