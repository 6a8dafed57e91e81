//! `jinqiao quarantine`: rows that were turned away, and their return.

use std::process::ExitCode;

use jq_ingest::{BatchState, Sender};

use crate::app::App;
use crate::cli::Quarantine;
use crate::command::{DONE, ingest, refused};
use crate::output::Output;

pub(crate) async fn run(app: &App, command: &Quarantine, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Quarantine::List { batch, limit } => list(app, batch.as_deref(), *limit, output).await,
        Quarantine::Show { batch } => {
            let found = app.ingest.get_batch(batch).await?;
            ingest::tell(&found.receipt, output);
            output.document(&found.receipt)?;
            Ok(DONE)
        }
        Quarantine::Resubmit { file } => {
            let receipt = app.ingest.resubmit(file, &Sender::operator("operator@cli")).await?;
            ingest::tell(&receipt, output);
            output.document(&receipt)?;
            Ok(if receipt.state == BatchState::Committed { DONE } else { refused() })
        }
    }
}

async fn list(app: &App, batch: Option<&str>, limit: u32, output: Output) -> anyhow::Result<ExitCode> {
    let rows = app.ingest.list_quarantine(batch, limit).await?;
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.batch_id.clone(),
                row.fault.row_no.to_string(),
                row.state.clone(),
                row.fault.rule.clone(),
                row.fault.field.clone().unwrap_or_else(|| "-".to_owned()),
                row.fault.value.clone(),
                row.fault.words(output.lang).to_owned(),
            ]
        })
        .collect();
    output.table(&["batch", "row", "state", "rule", "field", "value", ""], &cells);
    let documents: Vec<serde_json::Value> = rows
        .iter()
        .map(|row| {
            serde_json::json!({ "batch_id": row.batch_id, "item_id": row.item_id, "source_unit": row.source_unit,
                "state": row.state, "entered_at": row.entered_at.to_string(), "fault": row.fault,
                "delivered": row.delivered })
        })
        .collect();
    output.document(&documents)?;
    Ok(DONE)
}
