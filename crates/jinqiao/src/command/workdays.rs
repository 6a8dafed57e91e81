//! `jinqiao workdays`: the last day of "within N working days", and the calendar that says which days are worked.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::clock;
use jq_base::workdays::Calendar;

use crate::app::App;
use crate::command::{DONE, refused};
use crate::output::{Output, print_line};

#[derive(serde::Serialize)]
struct Reckoned {
    start: String,
    days: String,
    /// The last day, which ends at 24:00 Beijing time.
    deadline: Option<String>,
    error: Option<String>,
}

pub(crate) fn add(path: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let calendar = Calendar::embedded();
    let text = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    let header = reader.headers()?.clone();
    let place = |name: &str| header.iter().position(|column| column.trim() == name);
    let (Some(start), Some(days)) = (place("start"), place("days")) else {
        bail!("{}: the file needs the columns start and days", path.display());
    };
    let mut deadlines = Vec::new();
    for record in reader.records() {
        let record = record?;
        let cell = |place: usize| record.get(place).unwrap_or_default().trim().to_owned();
        deadlines.push(deadline(&calendar, cell(start), cell(days)));
    }
    if !output.json {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["start", "days", "deadline", "error"])?;
        for one in &deadlines {
            let (date, error) = (one.deadline.as_deref(), one.error.as_deref());
            writer.write_record([&one.start, &one.days, date.unwrap_or(""), error.unwrap_or("")])?;
        }
        print_line(&String::from_utf8(writer.into_inner()?)?.trim_end());
    }
    output.document(&deadlines)?;
    Ok(if deadlines.iter().all(|one| one.error.is_none()) { DONE } else { refused() })
}

/// `jinqiao workdays import`.
pub(crate) async fn import(
    app: &App,
    file: &Path,
    version: &str,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let by = ("operator@cli", "operator");
    let done = app.lending()?.import_calendar(&text, version, by).await;
    let done = done.with_context(|| format!("import {}", file.display()))?;
    let years: Vec<String> = done.years.iter().map(ToString::to_string).collect();
    output.say_in(
        format!(
            "工作日历 {} 已生效（{}），{} 笔未办结订单的期限已重算",
            done.version,
            years.join("、"),
            done.moved
        ),
        format!(
            "calendar {} is in force ({}); the deadlines of {} open orders were reckoned anew",
            done.version,
            years.join(", "),
            done.moved
        ),
    );
    output.document(&serde_json::json!({
        "version": done.version, "years": done.years, "moved": done.moved,
    }))?;
    Ok(DONE)
}

/// `jinqiao workdays list`.
pub(crate) async fn list(app: &App, output: Output) -> anyhow::Result<ExitCode> {
    let lending = app.lending()?;
    lending.refresh_calendar().await?;
    let calendar = lending.calendar();
    let imported = lending.list_calendars().await?;
    let years: Vec<i16> = calendar.loaded_years().collect();
    if !output.json {
        print_line(&format!("{}  {years:?}", calendar.version()));
        for one in &imported {
            print_line(&format!("{}  {}  {}", one.version, one.loaded_at, one.loaded_by));
        }
    }
    let imported: Vec<_> = imported
        .iter()
        .map(|one| serde_json::json!({ "version": one.version, "loaded_at": one.loaded_at.to_string(), "loaded_by": one.loaded_by }))
        .collect();
    output.document(
        &serde_json::json!({ "version": calendar.version(), "years": years, "imported": imported }),
    )?;
    Ok(DONE)
}

fn deadline(calendar: &Calendar, start: String, days: String) -> Reckoned {
    let found = compute(calendar, &start, &days);
    let (deadline, error) = match found {
        Ok(date) => (Some(date.to_string()), None),
        Err(error) => (None, Some(error)),
    };
    Reckoned { start, days, deadline, error }
}

fn compute(calendar: &Calendar, start: &str, days: &str) -> Result<Date, String> {
    let from = start
        .parse::<Timestamp>()
        .map(clock::date_of)
        .or_else(|_| start.parse::<Date>())
        .map_err(|_| format!("start is not RFC 3339: {start:?}"))?;
    let days: u32 = days.parse().map_err(|_| format!("days is not a whole number: {days:?}"))?;
    calendar.add(from, days).map_err(|error| error.to_string())
}
