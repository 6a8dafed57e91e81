//! `jinqiao workdays add`: the last day of "within N working days".

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::clock;
use jq_base::workdays::Calendar;

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
