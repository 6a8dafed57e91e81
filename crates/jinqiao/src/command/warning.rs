//! `jinqiao warning`: the ledger of early warnings, and how the models behind them do.

use std::process::ExitCode;

use jq_base::ids::BankId;
use jq_db::audit::AuditLine;
use jq_warning::{TrackRecord, Warning as Raised, WarningFilter};
use jq_web::say;
use serde_json::{Value, json};

use crate::app::App;
use crate::cli::Warning;
use crate::command::DONE;
use crate::output::Output;

pub(crate) async fn run(app: &App, command: &Warning, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Warning::List { bank, state, level, model, limit } => {
            let filter = WarningFilter {
                bank: bank.clone(),
                states: state.iter().copied().collect(),
                level: *level,
                model: model.clone(),
                ..WarningFilter::default()
            };
            list(app, &filter, *limit, output).await
        }
        Warning::Models { bank } => models(app, bank.as_ref(), output).await,
    }
}

/// Lists warnings; that somebody looked is on record, because a warning tells of a borrower's records.
async fn list(app: &App, filter: &WarningFilter, limit: u32, output: Output) -> anyhow::Result<ExitCode> {
    let found = jq_warning::list(&app.db, filter, None, limit).await?.warnings;
    let mut tx = app.db.begin().await?;
    let detail = json!({ "bank": filter.bank, "warnings": found.len() });
    tx.audit(AuditLine::new("operator@cli", "operator", "warning.listed").detail(detail));
    tx.commit().await?;
    let lang = output.lang;
    let row = |warning: &Raised| {
        vec![
            say::moment(warning.raised_at),
            warning.level.text(lang).to_owned(),
            warning.state.text(lang).to_owned(),
            warning.told.name.text(lang).to_owned(),
            warning.subject_name.clone(),
            warning.bank.to_string(),
            warning.order_no.clone(),
            warning.warning_id.to_string(),
        ]
    };
    let header = [
        lang.pick("时间", "raised"),
        lang.pick("级别", "level"),
        lang.pick("状态", "state"),
        lang.pick("预警", "warning"),
        lang.pick("借款人", "borrower"),
        lang.pick("银行", "bank"),
        lang.pick("订单", "order"),
        "id",
    ];
    output.table(&header, &found.iter().map(row).collect::<Vec<_>>());
    output.document(&found.iter().map(document).collect::<Vec<_>>())?;
    Ok(DONE)
}

fn document(warning: &Raised) -> Value {
    json!({
        "warning": warning.warning_id, "model": warning.model, "version": warning.model_version,
        "level": warning.level.code(), "state": warning.state.code(), "bank": warning.bank,
        "subject": warning.subject, "order": warning.order_id, "loan": warning.loan_id, "rise": warning.rise,
        "items": warning.items, "arrived": warning.arrived, "permit": warning.permit_id, "quiet": warning.quiet,
        "raised_at": warning.raised_at.to_string(), "failed_on": warning.failed_on.map(|day| day.to_string()),
        "figures": warning.told.facts,
    })
}

async fn models(app: &App, bank: Option<&BankId>, output: Output) -> anyhow::Result<ExitCode> {
    let warnings = app.warnings()?;
    let (models, records) = (warnings.models(), warnings.records(bank, app.clock.now()).await?);
    let both: Vec<_> = models.list().iter().zip(&records).collect();
    let lang = output.lang;
    let rows: Vec<Vec<String>> = both
        .iter()
        .map(|(model, record)| {
            vec![
                model.id.clone(),
                model.level.text(lang).to_owned(),
                model.name.text(lang).to_owned(),
                model.version.clone(),
                model.cases().to_string(),
                record.raised.to_string(),
                record.marked().to_string(),
                share(record),
                record.lead_days.map_or_else(|| "-".to_owned(), |days| days.to_string()),
                if record.quiet { lang.pick("静默", "quiet") } else { "" }.to_owned(),
            ]
        })
        .collect();
    let header = [
        lang.pick("编号", "id"),
        lang.pick("级别", "level"),
        lang.pick("名称", "name"),
        lang.pick("版本", "version"),
        lang.pick("案例", "cases"),
        lang.pick("预警", "raised"),
        lang.pick("已标记", "marked"),
        lang.pick("属实率", "right"),
        lang.pick("提前天数", "days before"),
        "",
    ];
    output.table(&header, &rows);
    let documents = both.iter().map(|(model, record)| {
        json!({
            "model": model.id, "version": model.version, "level": model.level.code(), "items": model.items,
            "conditions": model.conditions(), "cases": model.cases(), "raised": record.raised,
            "standing": record.standing, "right": record.right, "wrong": record.wrong, "ended": record.ended,
            "failed": record.failed, "precision_permille": record.precision_permille(),
            "lead_days": record.lead_days, "quiet": record.quiet,
        })
    });
    output.document(&documents.collect::<Vec<_>>())?;
    Ok(DONE)
}

fn share(record: &TrackRecord) -> String {
    record
        .precision_permille()
        .map_or_else(|| "-".to_owned(), |share| format!("{}.{}%", share / 10, share % 10))
}
