//! Seconds from the first start in an empty folder until the pages answer.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::bail;

use super::Scratch;
use crate::command::DONE;
use crate::output::Output;

pub(super) fn run(subjects: u32, output: Output) -> anyhow::Result<ExitCode> {
    let scratch = Scratch::new("up")?;
    let started = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--lang", "en", "--data"])
        .arg(scratch.0.join("data"))
        .args(["up", "--port", "0", "--subjects", &subjects.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut ready = None;
    if let Some(said) = child.stdout.take() {
        for line in BufReader::new(said).lines() {
            if line?.contains("http://127.0.0.1:") {
                ready = Some(started.elapsed().as_secs_f64());
                break;
            }
        }
    }
    child.kill()?;
    child.wait()?;
    let Some(seconds) = ready else { bail!("the platform ended before it was ready") };
    output.say_in(
        format!("{subjects} 个主体：{seconds:.1} 秒可用"),
        format!("{subjects} subjects: ready after {seconds:.1} s"),
    );
    output.document(&serde_json::json!({ "subjects": subjects, "seconds": seconds }))?;
    Ok(DONE)
}
