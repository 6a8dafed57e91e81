//! `jinqiao model`: the banks' models and the platform's, as they are loaded; and whether each gives what its cases say.

mod import;
pub(crate) mod life;
mod train;

use std::path::Path;
use std::process::ExitCode;

use jq_decision::flow::CompiledFlow;
use jq_decision::{Flows, ScoreModel};
use jq_training::{EvaluateOptions, ScoreOptions};
use serde_json::{Value, json};

use crate::cli::Model;
use crate::command::{DONE, refused};
use crate::output::Output;

pub(crate) fn run(folder: &Path, command: &Model, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Model::List => list(&Flows::load(&[folder])?, output),
        Model::Check { dir } => check(&Flows::load(&[dir.as_deref().unwrap_or(folder)])?, output),
        Model::Import { file, mapping, head, cases } => import::run(
            folder,
            &import::Import {
                file,
                mapping: mapping.as_deref(),
                head: head.as_deref(),
                cases: cases.as_deref(),
            },
            output,
        ),
        Model::Life(_) => unreachable!("needs the data folder"),
        Model::Train(command) => train::train(command, output),
        Model::Score { card, file, out, row_id, probability, lenient } => {
            let unparsable = train::unparsable(*lenient);
            let options = ScoreOptions { row_id: row_id.clone(), with_probability: *probability, unparsable };
            train::score(card, file, out.as_deref(), &options, output)
        }
        Model::Eval { card, file, target, bad, lenient } => {
            let (target, bad, unparsable) = (target.clone(), bad.clone(), train::unparsable(*lenient));
            train::eval(card, file, &EvaluateOptions { target, bad, unparsable }, output)
        }
    }
}

fn list(flows: &Flows, output: Output) -> anyhow::Result<ExitCode> {
    let models: Vec<&ScoreModel> = flows.content().models().collect();
    let rows: Vec<Vec<String>> = flows
        .list()
        .iter()
        .map(|flow| flow_row(flow, output))
        .chain(models.iter().map(|model| model_row(model, output)))
        .collect();
    let header = [
        output.lang.pick("编号", "id"),
        output.lang.pick("类型", "kind"),
        output.lang.pick("名称", "name"),
        output.lang.pick("版本", "version"),
        output.lang.pick("案例", "cases"),
    ];
    output.table(&header, &rows);
    let flows: Vec<Value> = flows
        .list()
        .iter()
        .map(|flow| {
            json!({ "flow": flow.id(), "kind": flow.kind(), "bank": flow.about().bank_id,
                "product": flow.about().product_id, "version": flow.version(), "cases": flow.cases().len() })
        })
        .collect();
    let models: Vec<Value> = models
        .iter()
        .map(|model| {
            json!({ "model": model.id(), "kind": kind_of(model), "trees": model.trees(), "version": model.version(),
                "gives": model.gives() })
        })
        .collect();
    output.document(&json!({ "flows": flows, "models": models }))?;
    Ok(DONE)
}

fn flow_row(flow: &CompiledFlow, output: Output) -> Vec<String> {
    let about = flow.about();
    let name = format!("{} · {}", about.bank.text(output.lang), about.product.text(output.lang));
    vec![
        flow.id().to_owned(),
        flow.kind().to_owned(),
        name,
        flow.version().to_owned(),
        flow.cases().len().to_string(),
    ]
}

fn model_row(model: &ScoreModel, output: Output) -> Vec<String> {
    let name = model.name().text(output.lang).to_owned();
    vec![model.id().to_owned(), kind_of(model), name, model.version().to_owned(), String::new()]
}

fn kind_of(model: &ScoreModel) -> String {
    model.trees().map_or_else(|| "points".to_owned(), |count| format!("{count} trees"))
}

/// Runs every case of every flow; what differs is told with the flow and the case.
fn check(flows: &Flows, output: Output) -> anyhow::Result<ExitCode> {
    let (mut cases, mut faults) = (0, Vec::new());
    for flow in flows.list() {
        if flow.cases().is_empty() {
            faults.push(output.lang.pick("没有案例", "there is no case").to_owned() + ": " + flow.id());
        }
        for case in flow.cases() {
            cases += 1;
            faults.extend(case.run(flow, flows.features()).err().map(|fault| fault.to_string()));
        }
    }
    for fault in &faults {
        output.say(fault);
    }
    let (count, wrong) = (flows.list().len(), faults.len());
    output.say_in(
        format!("{count} 个决策流，{cases} 个案例，{wrong} 处不符"),
        format!("{count} flows, {cases} cases, {wrong} faults"),
    );
    output.document(&json!({ "flows": count, "cases": cases, "faults": faults }))?;
    Ok(if faults.is_empty() { DONE } else { refused() })
}
