//! Milliseconds for all records of one subject, for its report as data, and for the PDF.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use jq_base::ids::SubjectKey;
use jq_base::lang::Lang;
use jq_credit::Reader;
use jq_credit::facts::Facts;

use super::{open_city, quantile};
use crate::cli::KeyOptions;
use crate::command::DONE;
use crate::output::Output;

/// Subjects measured, spread evenly over the register.
const SUBJECTS: usize = 60;

pub(super) async fn run(data: &Path, keys: KeyOptions, output: Output) -> anyhow::Result<ExitCode> {
    let (app, all) = open_city(data, keys).await?;
    let step = (all.len() / SUBJECTS).max(1);
    let chosen: Vec<SubjectKey> = all
        .iter()
        .step_by(step)
        .take(SUBJECTS)
        .map(|key| SubjectKey::parse(key))
        .collect::<Result<_, _>>()?;
    let credit = app.credit("http://127.0.0.1:8080")?;
    let reader = Reader {
        actor: "bench@cli".to_owned(),
        role: "operator".to_owned(),
        shown_zh: "测速".to_owned(),
        shown_en: "bench".to_owned(),
    };
    let (mut reads, mut reports) = (Vec::new(), Vec::new());
    for (round, subject) in chosen.iter().enumerate() {
        let permit = app.own_report_permit(subject).await?;
        let started = Instant::now();
        Facts::gather(&app.lake, &permit, &app.catalog).await?;
        let read = started.elapsed();
        let started = Instant::now();
        let drawn = credit.draw(&permit, &reader).await?;
        let report = started.elapsed();
        credit.json(&drawn.entry.report_no, Lang::Zh).await?;
        // The first subjects warm the footers, the fonts and the template.
        if round >= 5 || chosen.len() < 10 {
            reads.push(read.as_secs_f64() * 1e3);
            reports.push(report.as_secs_f64() * 1e3);
        }
    }
    let line = |measured: &mut Vec<f64>| (quantile(measured, 0.5), quantile(measured, 0.99));
    let (read, report) = (line(&mut reads), line(&mut reports));
    output.say(format!("subject's records, 56 items: p50 {:.1} ms, p99 {:.1} ms", read.0, read.1));
    output
        .say(format!("report, both languages, JSON and PDF: p50 {:.0} ms, p99 {:.0} ms", report.0, report.1));
    output.document(&serde_json::json!({
        "subjects": reads.len(), "read_ms": { "p50": read.0, "p99": read.1 },
        "report_ms": { "p50": report.0, "p99": report.1 },
    }))?;
    Ok(DONE)
}
