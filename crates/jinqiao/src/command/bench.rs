//! `jinqiao bench`: how fast, beside a peer in the same run where there is one.

mod api;
mod calls;
mod city;
mod decide;
mod features;
mod ingest;
mod lookup;
mod orders;
mod query;
mod report;
mod up;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};

use crate::app::App;
use crate::cli::{Bench, BenchName, KeyOptions};
use crate::output::Output;

pub(crate) async fn run(
    data: &Path,
    keys: KeyOptions,
    bench: &Bench,
    output: Output,
) -> anyhow::Result<ExitCode> {
    match bench.name {
        BenchName::Api => api::run(data, keys, bench, output).await,
        BenchName::City => city::run(data, bench, output),
        BenchName::Lookup => lookup::run(data, keys, output).await,
        BenchName::Orders => orders::run(keys, bench, output).await,
        BenchName::Query => query::run(data, keys, output).await,
        BenchName::Features => features::run(data, keys, output).await,
        BenchName::Ingest => ingest::run(bench.subjects, keys, output).await,
        BenchName::Report => report::run(data, keys, output).await,
        BenchName::Decide => decide::run(data, keys, output).await,
        BenchName::Up => up::run(bench.subjects, output),
    }
}

/// A folder under the system's temp folder that goes when the measurement is over.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str) -> std::io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("jinqiao-bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that stays behind is only a little space in the temp folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Opens a data folder and lists who is registered there; nobody is an error.
async fn open_city(data: &Path, keys: KeyOptions) -> anyhow::Result<(App, Vec<String>)> {
    let app = App::open(data, None, keys).await?;
    let subjects = app.lake.subjects("ent_registration").await?;
    if subjects.is_empty() {
        bail!("{} holds no city; run `jinqiao up` first", data.display());
    }
    Ok((app, subjects))
}

/// Runs a peer's Python script and returns the JSON it prints; nothing when Python or the package is missing.
fn ask_peer(script: &str, arguments: &[&OsStr]) -> anyhow::Result<Option<serde_json::Value>> {
    let Ok(answer) = Command::new(python()).arg("-c").arg(script).args(arguments).output() else {
        return Ok(None);
    };
    if !answer.status.success() {
        tracing::warn!(said = %String::from_utf8_lossy(&answer.stderr), "the peer did not run");
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&answer.stdout).context("the peer's answer")?))
}

/// Where Python with the peers' packages is.
#[expect(clippy::disallowed_methods, reason = "which Python runs the peer is the caller's environment")]
fn python() -> String {
    std::env::var("JINQIAO_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// The value below which `share` of the measured ones lie; the list must not be empty.
fn quantile(measured: &mut [f64], share: f64) -> f64 {
    measured.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a short list"
    )]
    let place = ((measured.len() - 1) as f64 * share).round() as usize;
    measured[place]
}
