//! `jinqiao uscc check`: is this a unified social credit code, and if not, why not.

use std::io::BufRead;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use jq_base::uscc;

use crate::command::DONE;
use crate::output::{Output, print_line};

pub(crate) fn run(codes: &[String], csv: Option<&PathBuf>, output: Output) -> anyhow::Result<ExitCode> {
    let codes = match (codes, csv) {
        (_, Some(path)) => read_csv(path)?,
        ([], None) => std::io::stdin().lock().lines().collect::<Result<Vec<_>, _>>()?,
        (given, None) => given.to_vec(),
    };
    let judged: Vec<Judged> = codes.iter().map(|code| judge(code, output)).collect();
    if !output.json {
        let mut writer = csv_writer();
        writer.write_record(["code", "valid", "reason"])?;
        for one in &judged {
            let valid = if one.valid { "1" } else { "0" };
            writer.write_record([one.code.as_str(), valid, one.reason.as_deref().unwrap_or("")])?;
        }
        print_line(&String::from_utf8(writer.into_inner()?)?.trim_end());
    }
    output.document(&judged)?;
    Ok(DONE)
}

#[derive(serde::Serialize)]
struct Judged {
    code: String,
    valid: bool,
    /// Stable id of what is wrong.
    rule: Option<String>,
    reason: Option<String>,
    warnings: Vec<String>,
    suggestion: Option<String>,
}

fn judge(code: &str, output: Output) -> Judged {
    let check = uscc::check(code);
    Judged {
        code: code.trim().to_owned(),
        valid: check.valid,
        rule: check.reason.as_ref().map(|reason| reason.code().to_owned()),
        reason: check.reason.as_ref().map(|reason| reason.text(output.lang)),
        warnings: check.warnings.iter().map(|warning| warning.text(output.lang).to_owned()).collect(),
        suggestion: check.suggestion,
    }
}

fn csv_writer() -> csv::Writer<Vec<u8>> {
    csv::Writer::from_writer(Vec::new())
}

fn read_csv(path: &PathBuf) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    let place = reader.headers()?.iter().position(|name| name.trim() == "code").unwrap_or(0);
    let mut codes = Vec::new();
    for record in reader.records() {
        codes.push(record?.get(place).unwrap_or_default().to_owned());
    }
    Ok(codes)
}
