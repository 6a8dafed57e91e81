//! `jinqiao features`: compute vectors, and look at one.

use std::process::ExitCode;

use jq_base::ids::SubjectKey;
use jq_base::permit::Purpose;
use jq_decision::{CaughtUp, Decisions, Vector};
use jq_lake::Scope;

use crate::app::App;
use crate::cli::Features;
use crate::command::DONE;
use crate::output::Output;
use crate::vectors;

pub(crate) async fn run(app: &App, command: &Features, output: Output) -> anyhow::Result<ExitCode> {
    let decisions = app.decisions()?;
    match command {
        Features::Build { subjects, touched } if subjects.is_empty() => {
            let done = if *touched { decisions.catch_up().await? } else { decisions.keep_city().await? };
            tell(&done, &decisions, output)
        }
        Features::Build { subjects, .. } => build(app, &decisions, subjects, output).await,
        Features::Show { subject } => show(app, &decisions, subject, output).await,
    }
}

async fn build(
    app: &App,
    decisions: &Decisions,
    subjects: &[String],
    output: Output,
) -> anyhow::Result<ExitCode> {
    let subjects = subjects.iter().map(|subject| SubjectKey::parse(subject)).collect::<Result<_, _>>()?;
    let vectors = decisions.vectors(Scope::Subjects(subjects), app.clock.today()).await?;
    decisions.keep(&vectors).await?;
    let (count, features) = (vectors.len(), decisions.features().len());
    output.say_in(
        format!("已生成 {count} 个主体的特征，每个 {features} 项"),
        format!("built the vectors of {count} subjects, {features} features each"),
    );
    document(decisions, count, false, output)
}

fn tell(done: &CaughtUp, decisions: &Decisions, output: Output) -> anyhow::Result<ExitCode> {
    output.say(vectors::told(done, decisions.features().len(), output.lang));
    document(decisions, done.vectors, done.whole_city, output)
}

fn document(
    decisions: &Decisions,
    subjects: usize,
    whole_city: bool,
    output: Output,
) -> anyhow::Result<ExitCode> {
    output.document(&serde_json::json!({
        "subjects": subjects, "whole_city": whole_city, "features": decisions.features().len(),
        "version": decisions.features().version(),
    }))?;
    Ok(DONE)
}

async fn show(app: &App, decisions: &Decisions, subject: &str, output: Output) -> anyhow::Result<ExitCode> {
    let subject = SubjectKey::parse(subject)?;
    let items = decisions.items();
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    app.operator_permit(&subject, Purpose::Prequal, &items).await?;
    let scope = Scope::Subjects(vec![subject]);
    let vectors = decisions.vectors(scope, app.clock.today()).await?;
    let vector = vectors.iter().next();
    let rows = rows(decisions, vector.as_ref(), output);
    output.table(&[output.lang.pick("特征", "feature"), output.lang.pick("值", "value"), ""], &rows);
    let features: serde_json::Map<String, serde_json::Value> = decisions
        .features()
        .names()
        .zip(vector.as_ref().map(|vector| vector.values.as_slice()).unwrap_or_default())
        .map(|(name, value)| (name.to_owned(), (*value).into()))
        .collect();
    output.document(&features)?;
    Ok(DONE)
}

fn rows(decisions: &Decisions, vector: Option<&Vector>, output: Output) -> Vec<Vec<String>> {
    let values = vector.map(|vector| vector.values.as_slice()).unwrap_or_default();
    decisions
        .features()
        .features()
        .iter()
        .zip(values)
        .map(|(feature, value)| {
            let value = value.map_or_else(|| "-".to_owned(), |value| value.to_string());
            vec![feature.name.clone(), value, output.lang.pick(&feature.zh, &feature.en).to_owned()]
        })
        .collect()
}
