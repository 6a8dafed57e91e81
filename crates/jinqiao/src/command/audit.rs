//! `jinqiao audit verify`: recompute the record of who did what.

use std::process::ExitCode;

use jq_db::audit;

use crate::app::App;
use crate::command::{DONE, refused};
use crate::output::Output;

pub(crate) async fn verify(app: &App, output: Output) -> anyhow::Result<ExitCode> {
    let anchors = app.folder.join("audit-anchor.jsonl");
    let report = audit::verify(&app.db, anchors.exists().then_some(anchors.as_path())).await?;
    output.document(&report)?;
    if report.is_whole() {
        output.say_in(
            format!("审计链完整：{} 天，{} 条", report.days, report.lines),
            format!("the audit chain is whole: {} days, {} lines", report.days, report.lines),
        );
        return Ok(DONE);
    }
    if let Some(broken) = &report.broken {
        output.say_in(
            format!("审计链自 {} 第 {} 条起断裂：{}", broken.day, broken.seq, broken.fault.code()),
            format!(
                "the audit chain is broken at {} line {}: {}",
                broken.day,
                broken.seq,
                broken.fault.code()
            ),
        );
    }
    Ok(refused())
}
