//! Milliseconds for all current records of one subject in all items, through a permit.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use futures::future::try_join_all;
use jq_base::ids::SubjectKey;
use jq_lake::Pace;

use super::{open_city, quantile};
use crate::app::App;
use crate::cli::KeyOptions;
use crate::command::DONE;
use crate::output::Output;

/// Subjects measured, spread evenly over the register.
const SUBJECTS: usize = 1_000;
/// Subjects read before.
const WARM_UP: usize = 50;

pub(super) async fn run(data: &Path, keys: KeyOptions, output: Output) -> anyhow::Result<ExitCode> {
    let (app, all) = open_city(data, keys).await?;
    // As a running platform does.
    for item in app.catalog.items() {
        app.lake.warm(&item.id, &Pace::default()).await?;
    }
    let wanted = SUBJECTS + WARM_UP;
    let mut times = Vec::new();
    let mut records = 0;
    // Every so-manieth, beginning anew one further on, so that neighbours are not read one after another.
    let chosen = (0..wanted).map(|place| &all[place * 7_919 % all.len()]);
    for (place, key) in chosen.enumerate() {
        let (milliseconds, found) = read(&app, key).await?;
        if place >= WARM_UP {
            times.push(milliseconds);
            records += found;
        }
    }
    let largest = largest_subject(&app).await?;
    let (largest_ms, largest_records) = match &largest {
        Some(key) => read(&app, key).await?,
        None => (0.0, 0),
    };
    let (p50, p99) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
    let mean = records / times.len().max(1);
    output.say(format!(
        "{} subjects with {mean} records on average, {} items: p50 {p50:.1} ms, p99 {p99:.1} ms; \
         the largest, {largest_records} records: {largest_ms:.0} ms",
        times.len(),
        app.catalog.items().count(),
    ));
    output.document(&serde_json::json!({
        "subjects": times.len(), "records_mean": mean, "p50_ms": p50, "p99_ms": p99,
        "largest_records": largest_records, "largest_ms": largest_ms,
    }))?;
    Ok(DONE)
}

async fn read(app: &App, key: &str) -> anyhow::Result<(f64, usize)> {
    let permit = app.own_report_permit(&SubjectKey::parse(key)?).await?;
    let started = Instant::now();
    let reads = app.catalog.items().map(|item| app.lake.read_subject(&permit, &item.id));
    let found = try_join_all(reads).await?;
    Ok((started.elapsed().as_secs_f64() * 1e3, found.iter().map(Vec::len).sum()))
}

/// The subject with the most power bills: a chain with many meters.
async fn largest_subject(app: &App) -> anyhow::Result<Option<String>> {
    let query =
        "select subject_key, count(*) as records from power_bill group by 1 order by 2 desc, 1 limit 1";
    Ok(app.lake.sql(query).await?.first().and_then(|row| row.text("subject_key")))
}
