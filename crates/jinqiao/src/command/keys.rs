//! `jinqiao keys`: the keys with which the platform signs and seals; what is done with them is put on record.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use jq_base::lang::Lang;
use jq_crypto::{KeyId, KeyInfo, KeyStore, MasterKey, Purpose};
use jq_db::audit::AuditLine;

use crate::app::App;
use crate::cli::Keys;
use crate::command::{DONE, refused};
use crate::output::{Output, print_line};
use crate::reseal::{reseal, tables};

pub(crate) async fn run(app: &App, command: &Keys, output: Output) -> anyhow::Result<ExitCode> {
    let (ring, suite, now) = (app.keys.ring()?, app.keys.suite(), app.clock.now());
    let (act, key) = match command {
        Keys::List => return list(&ring.list()?, output),
        Keys::Export { id, public: _ } => return export(&*ring, id, output),
        Keys::Rewrap { to } => return rewrap(app, to.as_deref(), output).await,
        Keys::Reseal => return reseal_store(app, output).await,
        Keys::Make { purpose } => ("make", ring.generate(*purpose, suite, now)?),
        Keys::Rotate { purpose } => ("rotate", ring.rotate(*purpose, suite, now)?),
        Keys::Retire { id } => ("retire", ring.retire(id, now)?),
        Keys::Destroy { id, for_ever: _ } => ("destroy", ring.destroy(id, now)?),
    };
    let detail = serde_json::to_value(&key)?;
    put_on_record(app, &format!("crypto.key.{act}"), detail).await?;
    output.document(&key)?;
    output.say_in(
        format!("密钥 {}：{}，{}，{}", key.id, purpose_zh(key.purpose), key.algorithm, key.state),
        format!("key {}: {}, {}, {}", key.id, key.purpose, key.algorithm, key.state),
    );
    Ok(DONE)
}

fn list(keys: &[KeyInfo], output: Output) -> anyhow::Result<ExitCode> {
    let header = match output.lang {
        Lang::Zh => ["标识", "用途", "算法", "状态", "生成时间"],
        Lang::En => ["id", "purpose", "algorithm", "state", "made"],
    };
    let row = |key: &KeyInfo| {
        let purpose = output.lang.pick(purpose_zh(key.purpose), key.purpose.code());
        vec![
            key.id.to_string(),
            purpose.to_owned(),
            key.algorithm.to_string(),
            key.state.to_string(),
            key.created_at.to_string(),
        ]
    };
    output.table(&header, &keys.iter().map(row).collect::<Vec<_>>());
    output.document(&keys)?;
    Ok(DONE)
}

fn export(ring: &dyn KeyStore, id: &KeyId, output: Output) -> anyhow::Result<ExitCode> {
    let key = ring.get(id)?;
    let pem = ring.public_key(id)?.pem()?;
    if !output.json {
        print_line(&pem.trim_end());
    }
    output.document(&serde_json::json!({ "id": key.id, "algorithm": key.algorithm, "pem": pem }))?;
    Ok(DONE)
}

async fn rewrap(app: &App, to: Option<&Path>, output: Output) -> anyhow::Result<ExitCode> {
    let (ring, suite) = (app.keys.ring()?, app.keys.suite());
    let (file, master) = if let Some(file) = to {
        let master = MasterKey::read_or_make(file)?;
        ring.rewrap(&master, suite)?;
        (file.to_owned(), master)
    } else {
        let file = app.keys.own_master_file();
        let file =
            file.context("the master key is the environment's; name a file for the new one: --to FILE")?;
        let master = ring.rewrap_file(&file, suite)?;
        (file, master)
    };
    let id = master.id();
    put_on_record(app, "crypto.keys.rewrap", serde_json::json!({ "master": id })).await?;
    output.document(&serde_json::json!({ "master": id, "file": file, "keys": ring.list()?.len() }))?;
    output.say_in(
        format!("全部密钥已改由主密钥 {id}（{}）保护", file.display()),
        format!("all keys are wrapped under master key {id} ({})", file.display()),
    );
    Ok(DONE)
}

async fn reseal_store(app: &App, output: Output) -> anyhow::Result<ExitCode> {
    let bar = output.bar(tables().count() as u64, "重新加密", "reseal");
    let done = reseal(&app.db, app.shelves(), || bar.inc(1)).await?;
    bar.finish_and_clear();
    output.document(&done)?;
    let values = done.sealed.values().sum::<u64>();
    output.say_in(
        format!("{values} 个值和文件已用现行密钥重新加密"),
        format!("{values} values and files sealed anew under the keys that are active now"),
    );
    if done.closed.is_empty() {
        return Ok(DONE);
    }
    let (closed, names) = (done.closed.values().sum::<u64>(), done.closed.keys().copied());
    let names = names.collect::<Vec<_>>().join(", ");
    output.say_in(
        format!("{closed} 个没有密钥能打开，未改动：{names}"),
        format!("{closed} open under no key and were left as they are: {names}"),
    );
    Ok(refused())
}

async fn put_on_record(app: &App, action: &str, detail: serde_json::Value) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    tx.audit(AuditLine::new("operator@cli", "operator", action).detail(detail));
    Ok(tx.commit().await?)
}

fn purpose_zh(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Signature => "平台签名",
        Purpose::Level3 => "三级数据",
        Purpose::Level4 => "四级数据",
    }
}
