//! Microseconds for one evaluation of each flow, over the vectors of the whole city.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::bail;
use jq_decision::{Vector, evaluate_fast};
use jq_lake::Scope;

use crate::app::App;
use crate::cli::KeyOptions;
use crate::command::DONE;
use crate::output::Output;

/// Evaluations measured for each flow at least.
const EVALUATIONS_MIN: usize = 400_000;
/// The large table, and how often it is asked how many cases.
const TABLE_RULES: usize = 5_000;
const TABLE_CASES: usize = 1_000;
const TABLE_ROUNDS: u32 = 200;

pub(super) async fn run(data: &Path, keys: KeyOptions, output: Output) -> anyhow::Result<ExitCode> {
    let app = App::open(data, None, keys).await?;
    let decisions = app.decisions()?;
    let today = app.clock.today();
    let started = Instant::now();
    let vectors: Vec<Vector> = decisions.vectors(Scope::All, today).await?.iter().collect();
    let built = started.elapsed().as_secs_f64();
    if vectors.is_empty() {
        bail!("{} holds no city; run `jinqiao up` first", data.display());
    }
    output.say(format!(
        "{} vectors of {} features built in {built:.2} s",
        vectors.len(),
        decisions.features().len()
    ));
    let mut documents = Vec::new();
    for flow in decisions.flows().list() {
        let rounds = EVALUATIONS_MIN.div_ceil(vectors.len());
        let started = Instant::now();
        let mut limits = 0_i64;
        for _ in 0..rounds {
            for vector in &vectors {
                let quick = evaluate_fast(flow, vector, today);
                limits = limits.wrapping_add(quick.limit_fen.unwrap_or(0));
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let each = started.elapsed().as_secs_f64() * 1e6 / (rounds * vectors.len()) as f64;
        std::hint::black_box(limits);
        output.say(format!("{}: {each:.2} µs an evaluation, {:.0} a second", flow.id(), 1e6 / each));
        documents.push(serde_json::json!({ "flow": flow.id(), "microseconds": each }));
    }
    let table = large_table(output)?;
    output.document(&serde_json::json!({
        "vectors": vectors.len(), "features": decisions.features().len(), "build_seconds": built,
        "flows": documents, "table_microseconds": table,
    }))?;
    Ok(DONE)
}

/// Microseconds for one evaluation of a large decision table in DMN; `benches/zen_table.py` asks a peer the same.
fn large_table(output: Output) -> anyhow::Result<f64> {
    let problem = |problems: Vec<jq_dmn::Problem>| {
        anyhow::anyhow!(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    };
    let mut bench = jq_dmn::bench::Bench::new(TABLE_RULES, TABLE_CASES).map_err(problem)?;
    if !bench.check() {
        bail!("the table's index gives another answer than its rules one by one");
    }
    let each = bench.measure(TABLE_ROUNDS).as_secs_f64() * 1e6;
    output.say(format!("a table of {TABLE_RULES} rules: {each:.2} µs an evaluation"));
    Ok(each)
}
