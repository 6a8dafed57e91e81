//! `jinqiao client`: how programs of institutions show who they are. A secret is never printed; of keys only the public
//! half ever comes here.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use jq_base::ids::ClientId;
use jq_base::lang::Lang;
use jq_crypto::{Certificate, PublicKey};
use jq_identity::client::key::{
    self, CertificateMark, ClientAccess, ClientCertificate, ClientKey, KeyPurpose, Settings,
};
use serde_json::{Value, json};

use crate::app::App;
use crate::cli::{CertificateOf, Client};
use crate::command::DONE;
use crate::output::Output;

/// Whose word it is that a client was changed.
const BY: &str = "operator@cli";

pub(crate) async fn run(app: &App, command: &Client, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Client::List => list(app, output).await,
        Client::Show { client } => show(app, client, output).await,
        Client::AddKey { client, purpose, pem } => add_key(app, client, *purpose, pem, output).await,
        Client::EndKey { client, key } => {
            let mut tx = app.db.begin().await?;
            let now = tx.now();
            key::end_key(&mut tx, client, key, BY, now).await.context("end the key")?;
            tx.commit().await?;
            show(app, client, output).await
        }
        Client::AddCertificate { client, certificate } => {
            let (mark, value) = mark_of(certificate)?;
            let mut tx = app.db.begin().await?;
            let now = tx.now();
            key::add_certificate(&mut tx, client, mark, &value, BY, now).await?;
            tx.commit().await?;
            show(app, client, output).await
        }
        Client::EndCertificate { client, certificate } => {
            let (mark, value) = mark_of(certificate)?;
            let mut tx = app.db.begin().await?;
            let now = tx.now();
            key::end_certificate(&mut tx, client, mark, &value, BY, now).await.context("end it")?;
            tx.commit().await?;
            show(app, client, output).await
        }
        Client::Set { client, token_auth, signatures, calls_a_minute } => {
            let settings = Settings {
                token_auth: *token_auth,
                signatures: *signatures,
                calls_a_minute: *calls_a_minute,
            };
            if settings == Settings::default() {
                bail!("nothing to set; name --token-auth, --signatures or --calls-a-minute");
            }
            let mut tx = app.db.begin().await?;
            key::set(&mut tx, client, settings, BY).await?;
            tx.commit().await?;
            show(app, client, output).await
        }
    }
}

async fn add_key(
    app: &App,
    client: &ClientId,
    purpose: KeyPurpose,
    pem: &Path,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let public = PublicKey::parse_pem(&read(pem)?)
        .with_context(|| format!("{} must begin with -----BEGIN PUBLIC KEY-----", pem.display()))?;
    let mut tx = app.db.begin().await?;
    let now = tx.now();
    let key_id = key::add_key(&mut tx, client, purpose, &public, BY, now).await?;
    tx.commit().await?;
    let algorithm = public.algorithm();
    output.document(&json!({
        "client": client, "key": key_id, "purpose": purpose.code(), "algorithm": algorithm.code(),
    }))?;
    output.say_in(
        format!("已为 {client} 登记公钥 {key_id}（{algorithm}，{}）", purpose_zh(purpose)),
        format!("{client} has the public key {key_id} ({algorithm}, for {})", purpose.code()),
    );
    Ok(DONE)
}

fn mark_of(certificate: &CertificateOf) -> anyhow::Result<(CertificateMark, String)> {
    match (&certificate.pem, &certificate.fingerprint, &certificate.subject) {
        (Some(pem), ..) => {
            let found = Certificate::parse_pem(&read(pem)?)
                .with_context(|| format!("{} must begin with -----BEGIN CERTIFICATE-----", pem.display()))?;
            Ok((CertificateMark::Fingerprint, found.fingerprint()))
        }
        (_, Some(fingerprint), _) => Ok((CertificateMark::Fingerprint, fingerprint.clone())),
        (.., Some(subject)) => Ok((CertificateMark::Subject, subject.clone())),
        _ => bail!("name the certificate: --pem FILE, --fingerprint DIGITS or --subject NAME"),
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))
}

async fn list(app: &App, output: Output) -> anyhow::Result<ExitCode> {
    let all = key::list_access(&app.db).await?;
    let header = match output.lang {
        Lang::Zh => ["客户端", "机构", "取得令牌", "请求签名", "每分钟次数", "密钥", "证书"],
        Lang::En => {
            ["client", "institution", "token by", "signatures", "calls a minute", "keys", "certificates"]
        }
    };
    let row = |access: &ClientAccess| {
        vec![
            access.client_id.to_string(),
            access.institution.clone(),
            access.token_auth.code().to_owned(),
            access.signatures.code().to_owned(),
            access.calls_a_minute.map_or_else(|| "–".to_owned(), |calls| calls.to_string()),
            access.keys.iter().filter(|key| key.ended_at.is_none()).count().to_string(),
            access.certificates.iter().filter(|one| one.ended_at.is_none()).count().to_string(),
        ]
    };
    output.table(&header, &all.iter().map(row).collect::<Vec<_>>());
    output.document(&all.iter().map(document).collect::<Vec<_>>())?;
    Ok(DONE)
}

async fn show(app: &App, client: &ClientId, output: Output) -> anyhow::Result<ExitCode> {
    let Some(access) = key::find_access(&app.db, client).await? else {
        bail!("there is no client {client}; jinqiao client list names all");
    };
    output.document(&document(&access))?;
    let (way, rule) = (access.token_auth.code(), access.signatures.code());
    output.say_in(
        format!("{client}（{}）：取得令牌 {way}，请求签名 {rule}", access.institution),
        format!("{client} ({}): token by {way}, signatures {rule}", access.institution),
    );
    let header = match output.lang {
        Lang::Zh => ["种类", "编号或内容", "登记时间", "停用时间"],
        Lang::En => ["kind", "id or value", "since", "ended"],
    };
    let ended = |at: Option<jiff::Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let key = |key: &ClientKey| {
        let kind = format!("{} {}", key.purpose.code(), key.public.algorithm());
        vec![kind, key.key_id.clone(), key.added_at.to_string(), ended(key.ended_at)]
    };
    let certificate = |one: &ClientCertificate| {
        vec![one.mark.code().to_owned(), one.value.clone(), one.added_at.to_string(), ended(one.ended_at)]
    };
    let rows: Vec<Vec<String>> =
        access.keys.iter().map(key).chain(access.certificates.iter().map(certificate)).collect();
    output.table(&header, &rows);
    Ok(DONE)
}

fn document(access: &ClientAccess) -> Value {
    let key = |key: &ClientKey| {
        json!({ "key": key.key_id, "purpose": key.purpose.code(), "algorithm": key.public.algorithm().code(),
            "added_at": key.added_at, "ended_at": key.ended_at })
    };
    let certificate = |one: &ClientCertificate| json!({ "mark": one.mark.code(), "value": one.value, "added_at": one.added_at, "ended_at": one.ended_at });
    json!({
        "client": access.client_id, "institution": access.institution, "token_auth": access.token_auth.code(),
        "signatures": access.signatures.code(), "calls_a_minute": access.calls_a_minute,
        "keys": access.keys.iter().map(key).collect::<Vec<_>>(),
        "certificates": access.certificates.iter().map(certificate).collect::<Vec<_>>(),
    })
}

fn purpose_zh(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::Token => "用于取得令牌",
        KeyPurpose::Request => "用于请求签名",
    }
}
