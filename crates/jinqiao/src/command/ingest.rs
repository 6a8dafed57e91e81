//! `jinqiao ingest`: take batches and print what became of each.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use jq_base::lang::Lang;
use jq_ingest::{BatchState, Receipt, Sender};

use crate::app::App;
use crate::command::{DONE, refused};
use crate::output::Output;

pub(crate) async fn run(app: &App, paths: &[PathBuf], output: Output) -> anyhow::Result<ExitCode> {
    let receipts = take(app, paths, output).await?;
    for receipt in &receipts {
        tell(receipt, output);
    }
    output.document(&receipts)?;
    let taken = receipts.iter().all(|receipt| receipt.state == BatchState::Committed || receipt.repeated);
    Ok(if taken { DONE } else { refused() })
}

/// Takes every batch under the paths.
pub(crate) async fn take(app: &App, paths: &[PathBuf], output: Output) -> anyhow::Result<Vec<Receipt>> {
    let deliveries = app.ingest.find(paths)?;
    let bar = output.bar(deliveries.len() as u64, "入库", "ingest");
    let sender = Sender::operator("operator@cli");
    let mut receipts = Vec::with_capacity(deliveries.len());
    for delivery in &deliveries {
        let taken = app.ingest.take(delivery, &sender).await;
        receipts.push(taken.with_context(|| unfinished(&delivery.name(), output.lang))?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(receipts)
}

/// Which batch the platform failed at.
fn unfinished(batch: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("批次 {batch} 未能处理完"),
        Lang::En => format!("batch {batch} was not finished"),
    }
}

/// Says a receipt in words, wrong rows and all.
pub(crate) fn tell(receipt: &Receipt, output: Output) {
    const ROWS_SHOWN: usize = 5;
    let lang = output.lang;
    output.say(receipt.summary(lang));
    if let (Some(reason), Some(remedy)) = (receipt.reason_text(lang), receipt.remedy_text(lang)) {
        output.say(format!("  ✗ {}: {reason}", receipt.file));
        output.say(format!("    → {remedy}"));
    }
    for fault in receipt.faults.iter().take(ROWS_SHOWN) {
        let field = fault.field.as_deref().unwrap_or("-");
        output.say(format!(
            "  {} {} {field} = {:?} [{}] {}",
            lang.pick("第", "row"),
            fault.row_no,
            fault.value,
            fault.rule,
            fault.words(lang)
        ));
    }
    if receipt.faults.len() > ROWS_SHOWN {
        let all = receipt.counts.quarantined + receipt.counts.unmatched;
        output.say_in(
            format!("  … 共 {all} 行，详见 rejected.csv"),
            format!("  … {all} rows in all, see rejected.csv"),
        );
    }
    for note in &receipt.notes {
        output.say(format!("  {note}"));
    }
}
