//! `jinqiao audit`: recompute the record of who did what, and anchor its end.

use std::process::ExitCode;

use jq_db::audit::{self, Anchored, Report};

use crate::app::App;
use crate::command::{DONE, refused};
use crate::output::Output;

pub(crate) async fn verify(app: &App, output: Output) -> anyhow::Result<ExitCode> {
    let (path, signer) = (app.anchors(), app.signer()?);
    let anchored = Anchored { path: &path, signer: Some(signer.as_ref()) };
    let report = audit::verify(&app.db, path.exists().then_some(anchored)).await?;
    output.document(&report)?;
    if report.is_whole() {
        output.say_in(
            format!("审计链完整：{} 天，{} 条", report.days, report.lines),
            format!("the audit chain is whole: {} days, {} lines", report.days, report.lines),
        );
        say_anchors(&report, output);
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

fn say_anchors(report: &Report, output: Output) {
    let (signed, unsigned) = (report.anchors_signed, report.anchors_unsigned);
    output.say_in(
        format!("锚点 {} 个：{signed} 个平台签名验签通过，{unsigned} 个无签名", report.anchors),
        format!(
            "{} anchors: {signed} with a genuine signature of the platform, {unsigned} without one",
            report.anchors
        ),
    );
}

pub(crate) async fn anchor(app: &App, output: Output) -> anyhow::Result<ExitCode> {
    let signer = app.signer()?;
    let path = app.anchors();
    let taken = audit::anchor(&app.db, &path, Some(signer.as_ref())).await?;
    output.document(&taken)?;
    match taken {
        Some(taken) => output.say_in(
            format!("已锚定：{} 第 {} 条 → {}", taken.day, taken.line_count, path.display()),
            format!("anchored: {} line {} → {}", taken.day, taken.line_count, path.display()),
        ),
        None => output.say_in("链尾已锚定，无需再记", "the end of the chain is anchored already"),
    }
    Ok(DONE)
}
