//! `jinqiao score`: what flows answer for the whole city, as a CSV file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, bail};
use jq_db::audit::AuditLine;
use jq_decision::{Answers, CompiledFlow, Outcome};

use crate::app::App;
use crate::cli::Score;
use crate::command::DONE;
use crate::output::Output;

pub(crate) async fn run(app: &App, command: &Score, output: Output) -> anyhow::Result<ExitCode> {
    let decisions = app.decisions()?;
    let wanted =
        |flow: &&CompiledFlow| command.flow.is_empty() || command.flow.iter().any(|id| id == flow.id());
    let serving = decisions.current_flows().await?;
    let flows: Vec<&CompiledFlow> = serving.list().iter().filter(wanted).collect();
    if let Some(unknown) = command.flow.iter().find(|id| !flows.iter().any(|flow| flow.id() == id.as_str())) {
        bail!("there is no flow {unknown}; `jinqiao model list` names them");
    }
    let mut out: BufWriter<Box<dyn Write>> = BufWriter::new(match &command.out {
        Some(path) => Box::new(File::create(path).with_context(|| path.display().to_string())?),
        None => Box::new(std::io::sink()),
    });
    let mut tally: Vec<BTreeMap<Outcome, u64>> = vec![BTreeMap::new(); flows.len()];
    let started = Instant::now();
    writeln!(out, "subject_key,flow,outcome,limit_fen,rate_low_ppm,rate_high_ppm,rank")?;
    let subjects = decisions
        .score_city(&flows, |answers| {
            for (_, of_flows) in answers {
                for (quick, tally) in of_flows.iter().zip(&mut tally) {
                    *tally.entry(quick.outcome).or_default() += 1;
                }
            }
            if command.out.is_some() { write(&mut out, &flows, answers) } else { Ok(()) }
        })
        .await?;
    out.flush().context("write the answers")?;
    let seconds = started.elapsed().as_secs_f64();
    let mut tx = app.db.begin().await?;
    let ids: Vec<&str> = flows.iter().map(|flow| flow.id()).collect();
    let detail = serde_json::json!({ "flows": ids, "subjects": subjects, "written": command.out.is_some() });
    tx.audit(AuditLine::new("operator@cli", "operator", "decision.score_city").detail(detail));
    tx.commit().await?;
    tell(&flows, &tally, subjects, seconds, output)
}

fn write(out: &mut impl Write, flows: &[&CompiledFlow], answers: &[Answers]) -> std::io::Result<()> {
    for (subject, of_flows) in answers {
        for (flow, quick) in flows.iter().zip(of_flows) {
            write!(out, "{},{},{},", subject.as_str(), flow.id(), quick.outcome.code())?;
            if let Some(limit) = quick.limit_fen {
                write!(out, "{limit}")?;
            }
            match quick.rate {
                Some(rate) => write!(out, ",{},{},", rate.low_ppm, rate.high_ppm)?,
                None => write!(out, ",,,")?,
            }
            if let Some(rank) = quick.rank {
                write!(out, "{rank}")?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

fn tell(
    flows: &[&CompiledFlow],
    tally: &[BTreeMap<Outcome, u64>],
    subjects: usize,
    seconds: f64,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let outcomes = Outcome::ALL;
    let header: Vec<&str> = std::iter::once(output.lang.pick("决策流", "flow"))
        .chain(outcomes.iter().map(|outcome| outcome.text(output.lang)))
        .collect();
    let count = |tally: &BTreeMap<Outcome, u64>, outcome: &Outcome| tally.get(outcome).copied().unwrap_or(0);
    let rows: Vec<Vec<String>> = flows
        .iter()
        .zip(tally)
        .map(|(flow, tally)| {
            let counts = outcomes.iter().map(|outcome| count(tally, outcome).to_string());
            std::iter::once(flow.id().to_owned()).chain(counts).collect()
        })
        .collect();
    output.table(&header, &rows);
    output.say_in(
        format!("{subjects} 个主体 × {} 个决策流，{seconds:.1} 秒", flows.len()),
        format!("{subjects} subjects, {} flows, {seconds:.1} s", flows.len()),
    );
    let documents: Vec<serde_json::Value> = flows
        .iter()
        .zip(tally)
        .map(|(flow, tally)| {
            let counts: serde_json::Map<_, _> = outcomes
                .iter()
                .map(|outcome| (outcome.code().to_owned(), count(tally, outcome).into()))
                .collect();
            serde_json::json!({ "flow": flow.id(), "version": flow.version(), "outcomes": counts })
        })
        .collect();
    output.document(&serde_json::json!({ "subjects": subjects, "seconds": seconds, "flows": documents }))?;
    Ok(DONE)
}
