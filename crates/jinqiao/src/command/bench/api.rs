//! Milliseconds for a consented query of a bank's program, at so many a second, from a process beside the platform.
//!
//! The platform runs over a copy of the business records and the same lake, in a process of its own; firms of the
//! register consent there, so that nothing of it stays in the data folder that is measured.

pub(super) mod town;

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use serde_json::json;
use tokio::time::Instant;

use self::town::prepare;
use super::Scratch;
use super::calls::{Answers, Call, Load, Running, Times, WARM_UP_SECONDS, token};
use crate::cli::{Bench, KeyOptions};
use crate::command::DONE;
use crate::output::Output;

/// The bank whose program asks.
const BANK: &str = "bank01";
/// Readings of one consent on one day; more subjects take part when more is asked.
const READINGS_EACH: u32 = 25;

pub(super) async fn run(
    data: &Path,
    keys: KeyOptions,
    bench: &Bench,
    output: Output,
) -> anyhow::Result<ExitCode> {
    if bench.rate == 0 || bench.seconds == 0 {
        bail!("--rate and --seconds are at least 1");
    }
    let scratch = Scratch::new("api")?;
    let (warm, measured) = (bench.rate * WARM_UP_SECONDS, bench.rate * bench.seconds);
    let wanted = usize::try_from((warm + measured).div_ceil(READINGS_EACH))?;
    let town = prepare(data, &scratch.0, keys.clone(), wanted).await?;
    let mut platform = Running::start(&scratch.0, &keys)?;
    let token = token(&platform.address, BANK).await?;
    town.settle().await?;
    let calls = town.paths.iter().map(|path| Call::of_program(path.clone(), &token)).collect();
    let load = Load { host: platform.address.clone(), calls, rate: bench.rate };
    load.run(0, warm).await?;
    let begun = Instant::now();
    let answers = load.run(warm, measured).await?;
    let took = begun.elapsed().as_secs_f64();
    platform.end();
    tell(bench, &answers, took, output)
}

fn tell(bench: &Bench, answers: &Answers, took: f64, output: Output) -> anyhow::Result<ExitCode> {
    let Times { answered: count, p50, p99, longest: most } = Times::of(answers)?;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let answered = count as f64 / took;
    let (rate, errors) = (bench.rate, answers.errors);
    output.say_in(
        format!(
            "每秒 {rate} 次、{} 秒：答复 {answered:.0} 次/秒，p50 {p50:.1} ms，p99 {p99:.1} ms，最长 {most:.0} ms，失败 {errors}",
            bench.seconds
        ),
        format!(
            "{rate} calls/s for {} s: {answered:.0}/s answered, p50 {p50:.1} ms, p99 {p99:.1} ms, longest {most:.0} ms, \
             {errors} errors",
            bench.seconds
        ),
    );
    output.document(&json!({
        "rate": rate, "seconds": bench.seconds, "answered": count, "answered_a_second": answered,
        "p50_ms": p50, "p99_ms": p99, "longest_ms": most, "errors": errors,
        "bytes_mean": answers.bytes / count.max(1), "first_error": answers.first_error,
    }))?;
    Ok(DONE)
}
