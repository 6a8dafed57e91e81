//! `jinqiao report` and `jinqiao verify`: a credit report as a file, and whether a file, report or receipt of a consent,
//! is one of ours.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use jq_base::ids::SubjectKey;
use jq_base::lang::Lang;
use jq_base::sign::SignatureCheck;
use jq_consent::ReceiptCheck;
use jq_credit::{Credit, Reader};
use jq_db::audit::AuditLine;

use crate::app::App;
use crate::cli::Report;
use crate::command::{DONE, refused};
use crate::output::Output;

pub(crate) async fn run(app: &App, report: &Report, output: Output) -> anyhow::Result<ExitCode> {
    let subject = SubjectKey::parse(report.subject.trim())
        .context("the subject is not a credit code or identity hash")?;
    let credit = app.credit("http://127.0.0.1:8080")?;
    let permit = app.own_report_permit(&subject).await?;
    let reader = operator();
    let drawn = credit.draw(&permit, &reader).await?;
    let lang = output.lang;
    let number = &drawn.entry.report_no;
    let is_json = report.out.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let bytes = if is_json {
        credit.json(number, lang).await?.into_bytes()
    } else {
        credit.pdf(number, lang, &reader).await?
    };
    std::fs::write(&report.out, &bytes).with_context(|| format!("write {}", report.out.display()))?;
    let view = lang.pick("报告", "report");
    output.say(format!("{view} {number} → {} ({} bytes)", report.out.display(), bytes.len()));
    output.document(
        &serde_json::json!({ "report_no": number.as_str(), "file": report.out, "bytes": bytes.len() }),
    )?;
    Ok(DONE)
}

fn operator() -> Reader {
    Reader {
        actor: "operator@cli".to_owned(),
        role: "operator".to_owned(),
        shown_zh: "平台运营机构（命令行）".to_owned(),
        shown_en: "platform operator (command line)".to_owned(),
    }
}

pub(crate) async fn verify(app: &App, file: &Path, output: Output) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    if !bytes.starts_with(b"%PDF") {
        bail!("{} is not a PDF file", file.display());
    }
    let credit: Credit = app.credit("http://127.0.0.1:8080")?;
    let found = credit.verify_file(&bytes).await?;
    let mut tx = app.db.begin().await?;
    tx.audit(
        AuditLine::new("operator@cli", "operator", "credit.report.verify")
            .result_hash(jq_base::sm3::hex(&bytes))
            .detail(serde_json::json!({ "known": found.is_some() })),
    );
    tx.commit().await?;
    if found.is_none()
        && let Some(receipt) = app.consent_receipts("http://127.0.0.1:8080")?.verify_file(&bytes).await?
    {
        return say_receipt(&receipt, output);
    }
    output.document(&found)?;
    let Some(found) = found else {
        output.say_in(
            "平台没有出具过这个文件，或文件已被改动",
            "the platform never issued this file, or it was changed",
        );
        return Ok(refused());
    };
    let signature = signature_words(&found.signature, output.lang);
    if found.signature.is_refused() {
        output.say_in(
            format!("登记中有 {}，但不可采信：{signature}", found.report_no),
            format!("{} is on record and not to be relied on: {signature}", found.report_no),
        );
        return Ok(refused());
    }
    let name = match output.lang {
        Lang::Zh => "属实",
        Lang::En => "genuine",
    };
    output.say(format!(
        "{name}: {} {} {}, {signature}",
        found.report_no, found.name_masked, found.generated_at
    ));
    Ok(DONE)
}

/// What a receipt of a consent was found to be.
fn say_receipt(found: &ReceiptCheck, output: Output) -> anyhow::Result<ExitCode> {
    let entry = &found.entry;
    output.document(&serde_json::json!({
        "receipt_no": entry.receipt_no.as_str(),
        "name_masked": entry.name_masked,
        "bank": output.lang.pick(&found.bank_zh, &found.bank_en),
        "made_at": entry.made_at.to_string(),
        "state": entry.state.code(),
        "state_now": found.state_now.code(),
        "signature": found.signature,
    }))?;
    let signature = signature_words(&found.signature, output.lang);
    let (no, state) = (&entry.receipt_no, found.state_now.text(output.lang));
    if found.signature.is_refused() {
        output.say_in(
            format!("登记中有 {no}，但不可采信：{signature}"),
            format!("{no} is on record and not to be relied on: {signature}"),
        );
        return Ok(refused());
    }
    output.say_in(
        format!("属实：授权回执 {no}，授权现状：{state}，{signature}"),
        format!("genuine: receipt of a consent {no}, which is {state} now, {signature}"),
    );
    Ok(DONE)
}

/// What the platform's signature was found to be.
fn signature_words(check: &SignatureCheck, lang: Lang) -> String {
    match check {
        SignatureCheck::Genuine { key_id, algorithm } => match lang {
            Lang::Zh => format!("平台签名验签通过（密钥 {key_id}，{algorithm}）"),
            Lang::En => format!("signed by the platform (key {key_id}, {algorithm})"),
        },
        SignatureCheck::Unsigned => lang
            .pick("出具于平台启用签名之前，无签名", "without a signature, drawn before the platform signed")
            .to_owned(),
        SignatureCheck::Forged => {
            lang.pick("平台签名与摘要不符", "the platform's signature does not fit").to_owned()
        }
        SignatureCheck::KeyUnknown { key_id } => match lang {
            Lang::Zh => format!("签名密钥 {key_id} 不属于本平台"),
            Lang::En => format!("key {key_id} that signed it is not the platform's"),
        },
        SignatureCheck::Unchecked => lang.pick("未验签", "its signature was not checked").to_owned(),
    }
}
