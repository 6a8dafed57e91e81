//! `jinqiao model import`: a decision table that a bank drew in a DMN editor becomes a flow.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use jq_decision::{CompiledFlow, Flows};
use jq_dmn::flow::{Mapping, to_flow_table};
use jq_dmn::{Model, cases};
use serde_json::json;

use crate::command::{DONE, refused};
use crate::output::Output;

/// Bytes of a file at most; an editor's largest table has far fewer.
const FILE_MAX: u64 = 16 << 20;

/// What is to be imported.
pub(super) struct Import<'a> {
    pub(super) file: &'a Path,
    pub(super) mapping: Option<&'a Path>,
    pub(super) head: Option<&'a Path>,
    pub(super) cases: Option<&'a Path>,
}

pub(super) fn run(folder: &Path, import: &Import<'_>, output: Output) -> anyhow::Result<ExitCode> {
    let name = import.file.display().to_string();
    let model = match Model::load(&name, &read(import.file)?) {
        Ok(model) => model,
        Err(problems) => return refuse(&problems, output),
    };
    if let Some(path) = import.cases {
        let cases = match cases::read(&path.display().to_string(), &read(path)?) {
            Ok(cases) => cases,
            Err(problems) => return refuse(&problems, output),
        };
        let differences: Vec<_> = cases.iter().flat_map(|case| case.check(&model)).collect();
        if !differences.is_empty() {
            return refuse(&differences, output);
        }
        let results: usize = cases.iter().map(cases::Case::results).sum();
        output
            .say_in(format!("{results} 个案例结果相符"), format!("{results} results of the cases are right"));
    }
    let mapping: Mapping = match import.mapping {
        Some(path) => toml::from_str(&read(path)?).with_context(|| path.display().to_string())?,
        None => Mapping::default(),
    };
    let table = match to_flow_table(&model, &mapping) {
        Ok(table) => table,
        Err(problems) => return refuse(&problems, output),
    };
    let Some(head) = import.head else {
        output.say(&table);
        output.document(&json!({ "table": table }))?;
        return Ok(DONE);
    };
    put(folder, import.file, &format!("{}\n\n{table}", read(head)?.trim_end()), output)
}

/// Puts the flow into the data folder when it checks with everything that lies there.
fn put(folder: &Path, file: &Path, text: &str, output: Output) -> anyhow::Result<ExitCode> {
    let Some(stem) = file.file_stem().and_then(|stem| stem.to_str()) else {
        bail!("{}: the file has no name", file.display());
    };
    let name = format!("flows/{stem}.toml");
    let flows = Flows::load(&[folder])?;
    let flow = CompiledFlow::load(&name, text, flows.content())?;
    let faults: Vec<_> =
        flow.cases().iter().filter_map(|case| case.run(&flow, flows.features()).err()).collect();
    if !faults.is_empty() {
        return refuse(&faults, output);
    }
    let path = folder.join("decisions").join(&name);
    write_whole(&path, text)?;
    // Beside the others it may still be one too many: then it is taken back.
    if let Err(error) = Flows::load(&[folder]) {
        std::fs::remove_file(&path).with_context(|| path.display().to_string())?;
        return Err(error.into());
    }
    output.say_in(
        format!("决策流 {} 已写入 {}，下次启动时生效", flow.id(), path.display()),
        format!("flow {} is written to {} and in force from the next start", flow.id(), path.display()),
    );
    output.document(&json!({ "flow": flow.id(), "version": flow.version(), "file": path }))?;
    Ok(DONE)
}

/// Writes a file that is not there yet, all of it or nothing.
fn write_whole(path: &Path, text: &str) -> anyhow::Result<()> {
    if path.exists() {
        bail!("{} is there already; remove it first or give the table another name", path.display());
    }
    let told = || path.display().to_string();
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    std::fs::create_dir_all(&folder).with_context(told)?;
    let unfinished: PathBuf = path.with_extension("toml.part");
    std::fs::write(&unfinished, text).with_context(told)?;
    std::fs::rename(&unfinished, path).with_context(told)
}

fn read(path: &Path) -> anyhow::Result<String> {
    let told = || path.display().to_string();
    let size = std::fs::metadata(path).with_context(told)?.len();
    if size > FILE_MAX {
        bail!("{}: {size} bytes, and {FILE_MAX} at most are read", path.display());
    }
    std::fs::read_to_string(path).with_context(told)
}

fn refuse(faults: &[impl Display], output: Output) -> anyhow::Result<ExitCode> {
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    for fault in &faults {
        output.say(fault);
    }
    output.document(&json!({ "faults": faults }))?;
    Ok(refused())
}
