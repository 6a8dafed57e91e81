//! `jinqiao model versions|draft|trial|propose|retire|watch|export|verify`: changing a model while the platform runs.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use jq_base::ids::FlowVersionId;
use jq_base::sign::SignatureCheck;
use jq_decision::life::{FlowVersion, Package, Steward, TrialState};
use serde_json::{Value, json};

use crate::app::App;
use crate::cli::ModelLife;
use crate::command::{DONE, refused};
use crate::models;
use crate::output::Output;

pub(crate) async fn run(app: &App, command: &ModelLife, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        ModelLife::Versions { bank } => versions(app, bank, output).await,
        ModelLife::Draft { file, bank } => draft(app, file, bank, output).await,
        ModelLife::Trial { version } => trial(app, version, output).await,
        ModelLife::Propose { version } => {
            let version = find(app, version).await?;
            let by = operator(&version.bank_id);
            let proposed = app.decisions()?.propose_flow(&by, &version.version_id).await?;
            let (place, id) = (place(&proposed.bank_id), &proposed.version_id);
            output.say_in(
                format!("已申请上线；请另一个人在 {place}/models/versions/{id} 复核"),
                format!("proposed; a second person approves it at {place}/models/versions/{id}"),
            );
            output.document(&document(&proposed))?;
            Ok(DONE)
        }
        ModelLife::Retire { flow, why } => {
            let decisions = app.decisions()?;
            let flows = decisions.current_flows().await?;
            let bank = flows.find(flow).map(|flow| flow.about().bank_id.clone()).unwrap_or_default();
            decisions.retire_flow(&operator(&bank), flow, why).await?;
            output.say_in(format!("{flow} 已下线"), format!("{flow} answers no more"));
            output.document(&json!({ "flow": flow, "retired": true }))?;
            Ok(DONE)
        }
        ModelLife::Watch => {
            models::watch(app).await?;
            output.say_in("已监测正在服务的版本", "the versions in service were watched");
            output.document(&json!({ "watched": true }))?;
            Ok(DONE)
        }
        ModelLife::Export { flow, out } => export(app, flow, out.as_deref(), output).await,
        ModelLife::Verify { file } => verify(app, file, output),
    }
}

/// The operator at the command line, after whose models they look now.
fn operator(bank: &str) -> Steward {
    Steward { login: "operator@cli".to_owned(), role: "operator".to_owned(), bank_id: bank.to_owned() }
}

/// Where the second person is at home.
fn place(bank: &str) -> &'static str {
    if bank == Steward::PLATFORM { "/security" } else { "/bank" }
}

async fn versions(app: &App, bank: &str, output: Output) -> anyhow::Result<ExitCode> {
    let versions = app.decisions()?.list_versions(&operator(bank)).await?;
    let lang = output.lang;
    let header = [
        lang.pick("编号", "id"),
        lang.pick("模型", "flow"),
        lang.pick("版本", "version"),
        lang.pick("状态", "state"),
    ];
    let row = |one: &FlowVersion| {
        let state = one.state.text(lang).to_owned();
        vec![one.version_id.to_string(), one.flow_id.clone(), one.version.clone(), state]
    };
    output.table(&header, &versions.iter().map(row).collect::<Vec<_>>());
    output.document(&versions.iter().map(document).collect::<Vec<Value>>())?;
    Ok(DONE)
}

async fn draft(app: &App, file: &Path, bank: &str, output: Output) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let draft = app.decisions()?.draft_flow(&operator(bank), &text).await;
    let draft = draft.with_context(|| file.display().to_string())?;
    let id = &draft.version_id;
    output.say_in(
        format!("草稿 {id} 已保存；接着运行 jinqiao model trial {id}"),
        format!("kept as draft {id}; try it with `jinqiao model trial {id}`"),
    );
    output.document(&document(&draft))?;
    Ok(DONE)
}

async fn trial(app: &App, version: &str, output: Output) -> anyhow::Result<ExitCode> {
    let version = find(app, version).await?;
    models::try_version(app, &version.version_id).await?;
    let version = find(app, version.version_id.as_str()).await?;
    let report = match &version.trial {
        TrialState::Done(_, report) => report,
        TrialState::Failed(_, why) => bail!("{why}"),
        TrialState::None | TrialState::Asked(_) => bail!("the version was moved on in the meantime"),
    };
    let lang = output.lang;
    let before = |figure: fn(&jq_decision::life::trial::Tally) -> u32| {
        report.before.as_ref().map_or_else(|| "–".to_owned(), |before| figure(before).to_string())
    };
    let header = ["", lang.pick("这个版本", "this version"), lang.pick("现在的版本", "present version")];
    let rows = vec![
        vec![lang.pick("通过", "yes").to_owned(), report.version.can.to_string(), before(|tally| tally.can)],
        vec![
            lang.pick("不通过", "no").to_owned(),
            report.version.cannot.to_string(),
            before(|tally| tally.cannot),
        ],
        vec![
            lang.pick("通过者的贷款变坏", "loans gone bad of those who pass").to_owned(),
            format!("{} / {}", report.version.loans_can.bad, report.version.loans_can.all),
            before(|tally| tally.loans_can.bad),
        ],
    ];
    output.table(&header, &rows);
    let (count, gains, loses) = (report.applications, report.gains, report.loses);
    output.say_in(
        format!("{count} 笔申请；新通过 {gains}，不再通过 {loses}"),
        format!("{count} applications; {gains} pass that did not, {loses} no longer do"),
    );
    output.document(report)?;
    Ok(DONE)
}

async fn export(app: &App, flow: &str, out: Option<&Path>, output: Output) -> anyhow::Result<ExitCode> {
    let serving = app.decisions()?.serving_version(flow).await?;
    let Some(package) = serving.as_ref().and_then(Package::of) else {
        bail!("{flow} serves as shipped or not at all; only versions that were put into service are signed");
    };
    let text = serde_json::to_string_pretty(&package)?;
    match out {
        Some(out) => {
            std::fs::write(out, text).with_context(|| format!("write {}", out.display()))?;
            output.say(out.display());
            output.document(&json!({ "flow": flow, "version": package.version, "file": out }))?;
        }
        None => println!("{text}"),
    }
    Ok(DONE)
}

fn verify(app: &App, file: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let package: Package = serde_json::from_str(&text)
        .with_context(|| format!("{} is no package of a model", file.display()))?;
    let check = package.check(app.signer()?.as_ref())?;
    let genuine = matches!(check, SignatureCheck::Genuine { .. });
    let (flow, version) = (&package.flow_id, &package.version);
    if genuine {
        output.say_in(
            format!("{flow} {version}：签名有效"),
            format!("{flow} {version}: signed by this platform"),
        );
    } else {
        output.say_in(
            format!("{flow} {version}：签名不符，不能相信这个文件"),
            format!("{flow} {version}: the signature does not fit; do not trust this file"),
        );
    }
    output.document(&json!({ "flow": flow, "version": version, "signature": check }))?;
    Ok(if genuine { DONE } else { refused() })
}

/// The version of that id, whoever's it is.
async fn find(app: &App, id: &str) -> anyhow::Result<FlowVersion> {
    let id = FlowVersionId::parse(id.trim()).context("the id of a version is not understood")?;
    let found = app.decisions()?.find_any_version(&id).await?;
    found.with_context(|| format!("there is no version {id}; `jinqiao model versions` lists them"))
}

fn document(version: &FlowVersion) -> Value {
    json!({
        "version_id": version.version_id,
        "flow": version.flow_id,
        "version": version.version,
        "bank": version.bank_id,
        "state": version.state.code(),
        "drafted_by": version.drafted_by,
        "proposed_by": version.proposed_by,
        "approved_by": version.approved_by,
        "tried": version.trial.report().is_some(),
    })
}
