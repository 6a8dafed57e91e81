//! Rows a second taken in, checked and committed, beside DuckDB reading and writing the same file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use jq_catalog::{Catalog, FieldKind, Item};
use jq_city::Options;

use super::{Scratch, ask_peer};
use crate::app::App;
use crate::cli::KeyOptions;
use crate::command::{DONE, city, ingest};
use crate::output::Output;

/// The item with the most rows, whose file both take in.
const ITEM: &str = "tax_filing";
/// Times each is measured, in turn; the best of both counts, because noise only ever adds.
const ROUNDS: usize = 5;
const PEER: &str = include_str!("../../../../../benches/duckdb_ingest.py");

pub(super) async fn run(subjects: u32, keys: KeyOptions, output: Output) -> anyhow::Result<ExitCode> {
    let scratch = Scratch::new("ingest")?;
    let catalog = Catalog::embedded()?;
    let made = scratch.0.join("city");
    city::make(&Options::new(subjects, 1, made.clone(), &catalog), output)?;
    let register = first_batch(&made, "ent_registration")?;
    let batch = first_batch(&made, ITEM)?;
    let mut rounds = Vec::new();
    let mut rows = 0;
    for round in 0..ROUNDS {
        let data = scratch.0.join(format!("data-{round}"));
        let app = App::open(&data, None, keys.clone()).await?;
        let (ours, taken) = take(&app, &register, &batch, output).await?;
        drop(app);
        // What one round leaves on the disk is not to slow down the next.
        std::fs::remove_dir_all(&data)?;
        rows = taken;
        rounds.push(Round { ours, peer: run_peer(&catalog, &batch, &scratch.0)? });
    }
    tell(rows, &rounds, output)
}

/// Seconds of one round.
struct Round {
    ours: f64,
    peer: Option<f64>,
}

fn best(seconds: impl Iterator<Item = f64>) -> Option<f64> {
    seconds.min_by(f64::total_cmp)
}

/// The ratio of the round in the middle.
fn median_ratio(rounds: &[Round]) -> Option<f64> {
    let mut ratios: Vec<f64> =
        rounds.iter().filter_map(|round| round.peer.map(|peer| round.ours / peer)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied()
}

fn tell(rows: u64, rounds: &[Round], output: Output) -> anyhow::Result<ExitCode> {
    let ours = best(rounds.iter().map(|round| round.ours)).context("a round was run")?;
    let peer = best(rounds.iter().filter_map(|round| round.peer));
    let median = median_ratio(rounds);
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = |seconds: f64| rows as f64 / seconds;
    output.say_in(
        format!("金桥：{rows} 行，{ours:.3} 秒，{:.0} 行/秒（含全部校验与提交）", rate(ours)),
        format!("jinqiao: {rows} rows in {ours:.3} s, {:.0} rows/s (all checks, committed)", rate(ours)),
    );
    match peer.zip(median) {
        Some((peer, median)) => output.say_in(
            format!(
                "DuckDB：{peer:.3} 秒，{:.0} 行/秒；最佳之比 {:.2}，各轮之比的中位数 {median:.2}（小于 1 即更快）",
                rate(peer),
                ours / peer
            ),
            format!(
                "DuckDB: {peer:.3} s, {:.0} rows/s; ratio of the best {:.2}, median of the rounds' ratios \
                 {median:.2} (below 1 is faster)",
                rate(peer),
                ours / peer
            ),
        ),
        None => output.say_in(
            "未安装 Python 包 duckdb,无法比较",
            "the Python package duckdb is not installed, so there is no peer",
        ),
    }
    output.document(&serde_json::json!({
        "rows": rows, "seconds": ours, "rows_per_second": rate(ours), "duckdb_seconds": peer,
        "ratio": peer.map(|peer| ours / peer), "median_ratio": median,
    }))?;
    Ok(DONE)
}

fn first_batch(city: &Path, item: &str) -> anyhow::Result<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(city.join("drops"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().contains(item)))
        .collect();
    found.sort();
    found.into_iter().next().with_context(|| format!("the city has no batch of {item}"))
}

async fn take(app: &App, register: &Path, batch: &Path, output: Output) -> anyhow::Result<(f64, u64)> {
    let quiet = Output { json: true, ..output };
    ingest::take(app, &[register.to_owned()], quiet).await?;
    let started = Instant::now();
    let receipts = ingest::take(app, &[batch.to_owned()], quiet).await?;
    let seconds = started.elapsed().as_secs_f64();
    Ok((seconds, receipts.iter().map(|receipt| receipt.counts.rows).sum()))
}

/// Runs DuckDB over the same file; nothing when Python or the package is missing.
fn run_peer(catalog: &Catalog, batch: &Path, scratch: &Path) -> anyhow::Result<Option<f64>> {
    let item = catalog.item(ITEM).context("the catalogue has the item")?;
    let arguments: [OsString; 3] =
        [batch.join("data.csv").into(), schema(item).to_string().into(), scratch.join("peer.parquet").into()];
    let answer = ask_peer(PEER, &arguments.each_ref().map(OsString::as_os_str))?;
    Ok(answer.and_then(|answer| answer["seconds"].as_f64()))
}

fn schema(item: &Item) -> serde_json::Value {
    let kind = |kind: FieldKind| match kind {
        FieldKind::Int | FieldKind::Year => "BIGINT",
        FieldKind::Money => "DECIMAL(18,2)",
        FieldKind::Dec => "DECIMAL(18,4)",
        FieldKind::Ratio => "DECIMAL(18,6)",
        FieldKind::Bool => "BOOLEAN",
        FieldKind::Date => "DATE",
        _ => "VARCHAR",
    };
    let mut columns: serde_json::Map<String, serde_json::Value> =
        item.fields.iter().map(|field| (field.name.clone(), kind(field.kind).into())).collect();
    columns.insert("op".to_owned(), "VARCHAR".into());
    columns.insert("source_updated_at".to_owned(), "TIMESTAMPTZ".into());
    let key: Vec<&str> = item.key.iter().filter_map(|part| part.fields.first().map(String::as_str)).collect();
    // The reader matches columns by position, so their order is the file's.
    let ordered: Vec<(String, serde_json::Value)> = item
        .header()
        .into_iter()
        .filter_map(|name| columns.get(name).map(|kind| (name.to_owned(), kind.clone())))
        .collect();
    serde_json::json!({ "columns": ordered, "key": key, "subject": item.subject.fields.first() })
}
