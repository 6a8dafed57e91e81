//! The town that is asked about: a copy of the business records in which firms consent, beside the same lake.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use jq_base::ids::SubjectKey;
use jq_base::mobile::Mobile;
use jq_base::permit::Purpose;
use jq_consent::NewGrant;
use jq_db::{Db, outbox};
use jq_identity::firm::{self, NewPerson};
use jq_identity::{CodeKey, FirmRole, FirmSession, FirmSubject, FirmUser, Token};
use jq_lending::product::Product;

use super::BANK;
use crate::app::App;
use crate::cli::KeyOptions;
use crate::command::up::DEMO_START;
use crate::{demo, register};

/// What is asked for, and the business records behind it.
pub(super) struct Town {
    pub(super) paths: Vec<String>,
    db: Db,
}

impl Town {
    /// Waits until the platform that runs over the records has done what the city's batches and the consents gave it to
    /// do, which is not what is measured.
    pub(super) async fn settle(&self) -> anyhow::Result<()> {
        // Consumers are known from the first second on.
        tokio::time::sleep(Duration::from_secs(1)).await;
        while outbox::count_waiting(&self.db).await? > 0 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.db.close().await;
        Ok(())
    }
}

/// Copies what the platform needs and has firms consent there.
pub(super) async fn prepare(
    data: &Path,
    scratch: &Path,
    keys: KeyOptions,
    wanted: usize,
) -> anyhow::Result<Town> {
    if !data.join("jinqiao.db").is_file() {
        bail!("{} holds no business records; run `jinqiao up` first", data.display());
    }
    copy(data, scratch)?;
    let app = App::open(scratch, None, keys).await?;
    if !demo::is_ready(&app).await? {
        move_in(&app, scratch).await?;
    }
    let all = open_subjects(&app).await?;
    if all.is_empty() {
        bail!("{} holds no city; run `jinqiao up` first", data.display());
    }
    let product = product(&app)?;
    let items = product.items.join(",");
    let step = (all.len() / wanted.min(all.len())).max(1);
    let chosen: Vec<SubjectKey> =
        all.iter().step_by(step).take(wanted).map(|key| SubjectKey::parse(key)).collect::<Result<_, _>>()?;
    if chosen.len() < wanted {
        bail!("the city has {} firms, and {wanted} are needed; lower --rate or --seconds", chosen.len());
    }
    let key = CodeKey::of(&app.db).await?;
    let mut position = tip(&app).await?;
    for (place, subject) in chosen.iter().enumerate() {
        let (user, _) = sign_in(&app, &key, subject, place, &mut position).await?;
        consent(&app, &user, &product).await?;
    }
    let path = |key: &SubjectKey| format!("/api/v1/subjects/{key}/records?items={items}&purpose=pre_loan");
    Ok(Town { paths: chosen.iter().map(path).collect(), db: app.db.clone() })
}

/// Opens the institutions and programs of a demo where a city was taken in without its cast and its past.
async fn move_in(app: &App, scratch: &Path) -> anyhow::Result<()> {
    let city = scratch.join("city");
    let cast = city.join("truth/demo_firms.json");
    if !cast.is_file() {
        std::fs::create_dir_all(city.join("truth"))?;
        std::fs::write(&cast, "[]")?;
    }
    app.set_demo_clock(DEMO_START.parse()?).await?;
    demo::move_in(app, &city, 1).await?;
    Ok(())
}

/// Who is registered and not closed; a closed firm's records are shown to nobody.
async fn open_subjects(app: &App) -> anyhow::Result<Vec<String>> {
    let closed = register::CLOSED.map(|state| format!("'{state}'")).join(", ");
    let question =
        format!("select subject_key from ent_registration where status not in ({closed}) order by 1");
    let rows = app.lake.sql(&question).await?;
    Ok(rows.iter().filter_map(|row| row.text("subject_key")).collect())
}

/// The business records as a copy; everything else, which is only read, where it is.
fn copy(data: &Path, scratch: &Path) -> anyhow::Result<()> {
    for name in ["jinqiao.db", "jinqiao.db-wal"] {
        let from = data.join(name);
        if from.is_file() {
            std::fs::copy(&from, scratch.join(name)).with_context(|| format!("copy {}", from.display()))?;
        }
    }
    let data = std::path::absolute(data)?;
    for name in ["lake", "city", "catalog", "keys"] {
        let from = data.join(name);
        if from.is_dir() {
            std::os::unix::fs::symlink(&from, scratch.join(name))?;
        }
    }
    Ok(())
}

/// A product of the bank, whose items are what a bank reads before a loan.
fn product(app: &App) -> anyhow::Result<Product> {
    let lending = app.lending()?;
    let found = lending.products().list().find(|product| product.bank.as_str() == BANK && product.open);
    found.cloned().with_context(|| format!("{BANK} offers no product"))
}

/// The place of the newest event.
pub(in crate::command::bench) async fn tip(app: &App) -> anyhow::Result<i64> {
    let mut position = 0;
    loop {
        let page = outbox::list_after(&app.db, position, 1_000).await?;
        match page.last() {
            Some(last) => position = last.position,
            None => return Ok(position),
        }
    }
}

/// Somebody who may consent for the firm, signed in as anybody is: by the code that the phone gets.
pub(in crate::command::bench) async fn sign_in(
    app: &App,
    key: &CodeKey,
    subject: &SubjectKey,
    place: usize,
    position: &mut i64,
) -> anyhow::Result<(FirmUser, Token)> {
    let (now, mobile) = (app.clock.now(), Mobile::parse(&format!("1990001{place:04}"))?);
    let mut tx = app.db.begin().await?;
    let person = NewPerson { mobile: mobile.clone(), person_name: "测速".to_owned() };
    let account = firm::register(&mut tx, key, &person, now).await?;
    firm::confirm(&mut tx, &account, true, "bench@cli", now).await?;
    let role = FirmRole::LegalRep;
    let subject = FirmSubject { subject: subject.clone(), name: subject.to_string(), role };
    firm::link(&mut tx, &account, &subject, "bench@cli", now).await?;
    firm::request_code(&mut tx, key, &mobile, now).await?;
    tx.commit().await?;
    let events = outbox::list_after(&app.db, *position, 100).await?;
    *position = events.last().map_or(*position, |event| event.position);
    let sent = events.iter().rev().find(|event| event.kind == "notify.sms").context("no code was sent")?;
    let code = sent.payload["values"]["code"].as_str().context("the message holds no code")?;
    let token = firm::sign_in(&app.db, key, &mobile, code, now).await?.token;
    match firm::authenticate(&app.db, &token, now).await? {
        FirmSession::Acting(user) => Ok((user, token)),
        _ => bail!("the firm's person acts for one firm only"),
    }
}

async fn consent(app: &App, user: &FirmUser, product: &Product) -> anyhow::Result<()> {
    let new = NewGrant {
        bank: product.bank.clone(),
        bank_zh: BANK.to_owned(),
        bank_en: BANK.to_owned(),
        items: product.items.iter().cloned().collect(),
        left_out: std::collections::BTreeSet::new(),
        purpose: Purpose::PreLoan,
        product: None,
        order: None,
        days: 30,
        queries_max: None,
        text_hash: None,
        evidence: jq_consent::Evidence::default(),
    };
    let mut tx = app.db.begin().await?;
    let now = tx.now();
    jq_consent::grant(&mut tx, &app.catalog, user, new, now).await?;
    Ok(tx.commit().await?)
}
