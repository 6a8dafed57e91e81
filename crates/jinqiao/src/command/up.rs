//! `jinqiao up`: a demo city on this machine, made if there is none, taken in through the real path, and
//! served.

use std::process::ExitCode;

use anyhow::{Context, bail};
use jiff::Timestamp;
use jq_city::Options;
use jq_ingest::BatchState;
use jq_portal::DemoFirm;
use tokio::net::TcpListener;

use crate::app::App;
use crate::care;
use crate::cli::Up;
use crate::command::{DONE, city, ingest};
use crate::demo;
use crate::output::Output;
use crate::serve::Platform;

/// Where the demo city's clock starts: ten days after its history ends.
pub(crate) const DEMO_START: &str = "2026-11-10T09:30:00+08:00";

pub(crate) async fn run(app: &App, up: &Up, output: Output) -> anyhow::Result<ExitCode> {
    let listener = TcpListener::bind(("127.0.0.1", up.port)).await.with_context(|| {
        format!("port {} on 127.0.0.1 cannot be used; choose another with --port", up.port)
    })?;
    if !demo::is_ready(app).await? {
        prepare(app, up, output).await?;
    }
    let firms = demo::read_firms(&app.folder.join("city"))?;
    let shown = firms
        .iter()
        .map(|firm| DemoFirm {
            name: firm.name.clone(),
            mobile: firm.mobile.clone(),
            code: if firm.kind == "household" { String::new() } else { firm.subject_key.clone() },
            person: firm.person.clone(),
            resident_id: firm.resident_id.clone(),
            about_zh: format!("{}·{}", firm.district_name, firm.why_zh),
            about_en: firm.why_en.clone(),
        })
        .collect();
    let address = format!("http://{}", listener.local_addr()?);
    let platform = Platform::new(app, &address, Some(shown), up.care, &up.door, &up.sms).await?;
    say_addresses(&address, &firms, output)?;
    platform.serve(listener).await?;
    Ok(DONE)
}

/// Makes the city, takes it in, computes what the models see, opens the demo's accounts, takes the past orders. Stopped
/// at any moment it goes on from there at the next start.
async fn prepare(app: &App, up: &Up, output: Output) -> anyhow::Result<()> {
    let start: Timestamp = DEMO_START.parse().context("the demo's start is a time")?;
    app.set_demo_clock(start).await?;
    let folder = app.folder.join("city");
    let made = folder.join("truth/demo_firms.json");
    if !made.is_file() {
        let options = Options::new(up.subjects, up.seed, folder.clone(), &app.catalog);
        city::make(&options, output)?;
    }
    let receipts = ingest::take(app, &[folder.join("drops")], output).await?;
    let lost: Vec<&str> = receipts
        .iter()
        .filter(|receipt| receipt.state != BatchState::Committed && !receipt.repeated)
        .map(|receipt| receipt.batch_id.as_str())
        .collect();
    if !lost.is_empty() {
        bail!("batches of the demo city were not taken: {}", lost.join(", "));
    }
    let rows: u64 = receipts.iter().map(|receipt| receipt.counts.rows).sum();
    let quarantined: u64 = receipts.iter().map(|receipt| receipt.counts.quarantined).sum();
    output.say_in(
        format!("已入库 {} 个批次、{rows} 行，隔离 {quarantined} 行", receipts.len()),
        format!("took in {} batches, {rows} rows, {quarantined} rows quarantined", receipts.len()),
    );
    app.decisions()?.catch_up().await?;
    care::begin_tomorrow(app).await?;
    let orders = demo::move_in(app, &folder, up.seed).await?;
    app.keys.note_first_uses(&app.db).await?;
    output.say_in(
        format!("已载入过去一年的 {orders} 笔订单"),
        format!("took in {orders} orders of the past year"),
    );
    Ok(())
}

fn say_addresses(address: &str, firms: &[demo::DemoFirm], output: Output) -> anyhow::Result<()> {
    output.say("");
    output.say_in(format!("金桥已就绪 → {address}"), format!("jinqiao is ready → {address}"));
    output.say_in(
        format!("验证码短信 {address}/demo/phone · 接口文档 {address}/api/docs"),
        format!("text messages {address}/demo/phone · API {address}/api/docs"),
    );
    output.say("");
    let rows: Vec<Vec<String>> = firms
        .iter()
        .map(|firm| {
            vec![
                firm.mobile.clone(),
                firm.name.clone(),
                output.lang.pick(&firm.why_zh, &firm.why_en).to_owned(),
            ]
        })
        .collect();
    let header = match output.lang {
        jq_base::lang::Lang::Zh => ["手机号", "演示企业", "看点"],
        jq_base::lang::Lang::En => ["mobile", "demo firm", "why"],
    };
    output.table(&header, &rows);
    output.say_in(
        "银行 officer@bank01、approver@bank01、admin@bank01 … bank72；平台客服 service、督导 supervisor、监管 regulator",
        "banks officer@bank01, approver@bank01, admin@bank01 … bank72; service, supervisor, regulator",
    );
    output.say_in(
        format!("信源单位 unit@scjg、unit@sw …；以上密码都是 {}", demo::PASSWORD),
        format!("source units unit@scjg, unit@sw …; the password of all is {}", demo::PASSWORD),
    );
    output.document(&serde_json::json!({
        "address": address,
        "firms": firms.iter().map(|firm| serde_json::json!({ "name": firm.name, "mobile": firm.mobile,
            "subject": firm.subject_key })).collect::<Vec<_>>(),
        "password": demo::PASSWORD,
    }))
}
