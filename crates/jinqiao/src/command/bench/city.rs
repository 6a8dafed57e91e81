//! A whole city from nothing, stage by stage, each a process of its own so that its memory can be told: rows a
//! second, bytes a record, peak memory, and one subject's records with 30 days uncompacted, while further days come
//! in, and compacted.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use jq_catalog::Catalog;
use serde_json::{Value, json};

use super::Scratch;
use crate::cli::Bench;
use crate::command::DONE;
use crate::output::Output;

/// Days that come as one batch a day and lie uncompacted when subjects are read first.
const DAYS: u32 = 30;
/// Days that come after those, while subjects are read.
const DAYS_BESIDE: u32 = 10;
/// How often a stage's memory is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// One stage as measured.
struct Stage {
    document: Value,
    seconds: f64,
    /// Largest resident memory; nothing where the system does not tell.
    peak_bytes: Option<u64>,
}

pub(super) fn run(folder: &Path, bench: &Bench, output: Output) -> anyhow::Result<ExitCode> {
    let scratch = if bench.keep { None } else { Some(Scratch::new("city")?) };
    let root = scratch.as_ref().map_or_else(|| folder.to_owned(), |scratch| scratch.0.clone());
    let (data, drops, later) = (root.join("data"), root.join("city"), root.join("later"));
    std::fs::create_dir_all(&later)?;
    let (mut rows, mut rows_later) = (0, 0);
    let (mut make, mut ingest) = (Sum::default(), Sum::default());
    let waves = waves(&Catalog::embedded()?, bench.waves);
    for items in &waves {
        let mut command = jinqiao(&data);
        command.args(["city", "make", "--subjects", &bench.subjects.to_string(), "--seed", "1"]);
        command
            .args(["--daily", &(DAYS + DAYS_BESIDE).to_string(), "--items", &items.join(","), "--out"])
            .arg(&drops);
        let stage = measure(command)?;
        rows += items.iter().filter_map(|item| stage.document["items"][item].as_u64()).sum::<u64>();
        make.add(&stage);
        let size = bytes_under(&drops)?;
        rows_later += put_later(&drops.join("drops"), &later)?;
        let mut command = jinqiao(&data);
        command.arg("ingest").arg(drops.join("drops"));
        ingest.add(&measure(command)?);
        std::fs::remove_dir_all(&drops)?;
        output.say_in(
            format!("{} 个事项：{size} 字节报送文件已入库并删除", items.len()),
            format!("{} items: {size} bytes of drop files taken in and removed", items.len()),
        );
    }
    make.tell("city make", Some(rows), output);
    ingest.tell("ingest", Some(rows - rows_later), output);
    let uncompacted = look_up(&data)?;
    tell_lookup("30 days uncompacted", &uncompacted, output);
    let (beside, arriving) = look_up_beside(&data, &later)?;
    tell_lookup("while further days come in", &beside, output);
    output.say(format!("{DAYS_BESIDE} further days, {rows_later} rows, took {arriving:.1} s meanwhile"));
    let compacted = measure(with(jinqiao(&data), &["lake", "compact"]))?;
    let mut compact = Sum::default();
    compact.add(&compacted);
    compact.tell("lake compact", Some(rows), output);
    measure(with(jinqiao(&data), &["lake", "vacuum", "--grace", "0"]))?;
    let status = measure(with(jinqiao(&data), &["lake", "status"]))?.document;
    let (records, bytes) = stored(&status);
    #[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
    let per_record = bytes as f64 / records as f64;
    output.say(format!("{records} records, {bytes} bytes, {per_record:.1} bytes a record"));
    let read = look_up(&data)?;
    tell_lookup("compacted", &read, output);
    output.document(&json!({
        "subjects": bench.subjects, "rows": rows, "records": records, "bytes": bytes,
        "bytes_per_record": per_record, "make": make.document(), "ingest": ingest.document(),
        "compact": compact.document(), "lookup_uncompacted": uncompacted, "lookup_beside_ingest": beside, "beside_seconds": arriving,
        "lookup_compacted": read,
    }))?;
    Ok(DONE)
}

/// The items in so many groups of about equal volume, in catalogue order; the register comes first, because all
/// others are checked against it.
fn waves(catalog: &Catalog, count: usize) -> Vec<Vec<String>> {
    let volume: f64 = catalog.items().map(|item| item.stock_per_enterprise).sum();
    #[expect(clippy::cast_precision_loss, reason = "a handful of waves")]
    let share = volume / count.max(1) as f64;
    let mut waves = vec![Vec::new()];
    let mut held = 0.0;
    for item in catalog.items() {
        if held >= share && waves.len() < count {
            waves.push(Vec::new());
            held = 0.0;
        }
        held += item.stock_per_enterprise;
        if let Some(wave) = waves.last_mut() {
            wave.push(item.id.clone());
        }
    }
    waves
}

fn jinqiao(data: &Path) -> Command {
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("jinqiao"));
    let mut command = Command::new(program);
    command.args(["--lang", "en", "--json", "--data"]).arg(data);
    command
}

fn with(mut command: Command, args: &[&str]) -> Command {
    command.args(args);
    command
}

/// Runs a stage and reads its answer while looking at its memory.
fn measure(mut command: Command) -> anyhow::Result<Stage> {
    let answer = tempfile_for_answer()?;
    let started = Instant::now();
    let mut child = command.stdout(Stdio::from(answer.try_clone()?)).spawn()?;
    let mut peak_bytes = None;
    let status = loop {
        if let Some(peak) = peak_of(child.id()) {
            peak_bytes = peak_bytes.max(Some(peak));
        }
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(LOOK),
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("{command:?} failed with {status}");
    }
    let document = read_answer(answer).with_context(|| format!("{command:?} gave no answer"))?;
    Ok(Stage { document, seconds, peak_bytes })
}

/// A file without a name; a pipe would have to be read meanwhile.
fn tempfile_for_answer() -> std::io::Result<std::fs::File> {
    let path = std::env::temp_dir().join(format!("jinqiao-bench-answer-{}", uuid::Uuid::now_v7().simple()));
    let file = std::fs::File::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

fn read_answer(mut file: std::fs::File) -> anyhow::Result<Value> {
    use std::io::{Seek, SeekFrom};
    file.seek(SeekFrom::Start(0))?;
    Ok(serde_json::from_reader(std::io::BufReader::new(file))?)
}

/// The largest resident memory of a process so far, where Linux tells it.
fn peak_of(process: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1_024)
}

fn look_up(data: &Path) -> anyhow::Result<Value> {
    Ok(measure(with(jinqiao(data), &["bench", "lookup"]))?.document)
}

/// Moves the batches of the days that are to come in beside the readers; how many rows those have.
fn put_later(drops: &Path, later: &Path) -> anyhow::Result<u64> {
    let mut rows = 0;
    for entry in std::fs::read_dir(drops)? {
        let entry = entry?;
        let name = entry.file_name();
        // The first batch of an item holds everything before the days that come one by one.
        let number = name.to_str().and_then(|name| name.rsplit('_').next()?.parse::<u32>().ok());
        if number.is_some_and(|number| number > 1 + DAYS) {
            let manifest: Value =
                serde_json::from_slice(&std::fs::read(entry.path().join("manifest.json"))?)?;
            rows += manifest["rows"].as_u64().unwrap_or_default();
            std::fs::rename(entry.path(), later.join(name))?;
        }
    }
    Ok(rows)
}

/// Reads subjects while batches are taken in, and how many seconds those took.
fn look_up_beside(data: &Path, later: &Path) -> anyhow::Result<(Value, f64)> {
    let mut command = jinqiao(data);
    command.arg("ingest").arg(later);
    let ingest = std::thread::spawn(move || measure(command));
    let measured = look_up(data)?;
    let ingest = ingest.join().map_err(|_| anyhow::anyhow!("the stage beside did not end well"))??;
    Ok((measured, ingest.seconds))
}

fn tell_lookup(when: &str, measured: &Value, output: Output) {
    output.say(format!(
        "one subject's records in all items, {when}: p50 {:.1} ms, p99 {:.1} ms; the largest, {} records: {:.0} ms",
        measured["p50_ms"].as_f64().unwrap_or_default(),
        measured["p99_ms"].as_f64().unwrap_or_default(),
        measured["largest_records"].as_u64().unwrap_or_default(),
        measured["largest_ms"].as_f64().unwrap_or_default(),
    ));
}

fn stored(status: &Value) -> (u64, u64) {
    let number = |table: &Value, key: &str| table[key].as_u64().unwrap_or_default();
    let tables = status.as_array().map(Vec::as_slice).unwrap_or_default();
    tables.iter().fold((0, 0), |(records, bytes), table| {
        let rows =
            number(table, "rows_current") + number(table, "rows_arrival") + number(table, "rows_history");
        (records + rows, bytes + number(table, "bytes"))
    })
}

fn bytes_under(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        bytes +=
            if entry.file_type()?.is_dir() { bytes_under(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

/// A stage over all waves.
#[derive(Default)]
struct Sum {
    seconds: f64,
    peak_bytes: Option<u64>,
}

impl Sum {
    fn add(&mut self, stage: &Stage) {
        self.seconds += stage.seconds;
        self.peak_bytes = self.peak_bytes.max(stage.peak_bytes);
    }

    fn tell(&self, name: &str, rows: Option<u64>, output: Output) {
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = rows.map(|rows| format!(", {:.0} rows/s", rows as f64 / self.seconds));
        let peak = self.peak_bytes.map(|bytes| format!(", peak memory {} MiB", bytes >> 20));
        output.say(format!(
            "{name}: {:.1} s{}{}",
            self.seconds,
            rate.unwrap_or_default(),
            peak.unwrap_or_default()
        ));
    }

    fn document(&self) -> Value {
        json!({ "seconds": self.seconds, "peak_bytes": self.peak_bytes })
    }
}
