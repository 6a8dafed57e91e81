//! Milliseconds for a consented query of a bank's program, at so many a second, from a process beside the platform.
//!
//! The platform runs over a copy of the business records and the same lake, in a process of its own; firms of the
//! register consent there, so that nothing of it stays in the data folder that is measured. Calls are sent when they are
//! due, whether or not earlier ones were answered, and their time counts from then: a platform that falls behind is seen.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use jq_base::ids::SubjectKey;
use jq_base::mobile::Mobile;
use jq_base::permit::Purpose;
use jq_consent::NewGrant;
use jq_db::outbox;
use jq_identity::firm::{self, NewPerson};
use jq_identity::{CodeKey, FirmRole, FirmSession, FirmSubject, FirmUser};
use jq_lending::product::Product;
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::http::Connection;
use super::{Scratch, open_city, quantile};
use crate::app::App;
use crate::cli::Bench;
use crate::command::DONE;
use crate::demo::{self, PASSWORD};
use crate::output::Output;

/// The bank whose program asks.
const BANK: &str = "bank01";
/// Readings of one consent on one day; more subjects take part when more is asked.
const READINGS_EACH: u32 = 25;
/// Seconds of the same load before the clock starts.
const WARM_UP_SECONDS: u32 = 3;
/// Connections over which calls are sent.
const CONNECTIONS: usize = 32;

pub(super) async fn run(data: &Path, bench: &Bench, output: Output) -> anyhow::Result<ExitCode> {
    if bench.rate == 0 || bench.seconds == 0 {
        bail!("--rate and --seconds are at least 1");
    }
    let scratch = Scratch::new("api")?;
    let (warm, measured) = (bench.rate * WARM_UP_SECONDS, bench.rate * bench.seconds);
    let wanted = usize::try_from((warm + measured).div_ceil(READINGS_EACH))?;
    let paths = prepare(data, &scratch.0, wanted).await?;
    let mut platform = Running::start(&scratch.0)?;
    let token = token(&platform.address).await?;
    let load = Load { host: platform.address.clone(), token, paths, rate: bench.rate };
    load.run(0, warm).await?;
    let begun = Instant::now();
    let answers = load.run(warm, measured).await?;
    let took = begun.elapsed().as_secs_f64();
    platform.end();
    tell(bench, &answers, took, output)
}

fn tell(bench: &Bench, answers: &Answers, took: f64, output: Output) -> anyhow::Result<ExitCode> {
    let mut times = answers.milliseconds.clone();
    if times.is_empty() {
        bail!("no call was answered with 200; the first other answer was {:?}", answers.first_error);
    }
    let (p50, p99, most) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99), quantile(&mut times, 1.0));
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let answered = times.len() as f64 / took;
    let (rate, errors) = (bench.rate, answers.errors);
    output.say_in(
        format!(
            "每秒 {rate} 次、{} 秒：答复 {answered:.0} 次/秒，p50 {p50:.1} ms，p99 {p99:.1} ms，最长 {most:.0} ms，失败 {errors}",
            bench.seconds
        ),
        format!(
            "{rate} calls/s for {} s: {answered:.0}/s answered, p50 {p50:.1} ms, p99 {p99:.1} ms, longest {most:.0} ms, \
             {errors} errors",
            bench.seconds
        ),
    );
    output.document(&json!({
        "rate": rate, "seconds": bench.seconds, "answered": times.len(), "answered_a_second": answered,
        "p50_ms": p50, "p99_ms": p99, "longest_ms": most, "errors": errors,
        "bytes_mean": answers.bytes / times.len().max(1), "first_error": answers.first_error,
    }))?;
    Ok(DONE)
}

/// Copies what the platform needs and has firms consent there; the paths to ask for.
async fn prepare(data: &Path, scratch: &Path, wanted: usize) -> anyhow::Result<Vec<String>> {
    if !data.join("jinqiao.db").is_file() {
        bail!("{} holds no business records; run `jinqiao up` first", data.display());
    }
    copy(data, scratch)?;
    let (app, all) = open_city(scratch).await?;
    if !demo::is_ready(&app).await? {
        bail!("{} holds no complete demo city; run `jinqiao up` first", data.display());
    }
    let product = product(&app)?;
    let items = product.items.iter().cloned().collect::<Vec<_>>().join(",");
    let step = (all.len() / wanted.min(all.len())).max(1);
    let chosen: Vec<SubjectKey> =
        all.iter().step_by(step).take(wanted).map(|key| SubjectKey::parse(key)).collect::<Result<_, _>>()?;
    if chosen.len() < wanted {
        bail!("the city has {} firms, and {wanted} are needed; lower --rate or --seconds", chosen.len());
    }
    let key = crate::serve::code_key(&app).await?;
    let mut position = tip(&app).await?;
    for (place, subject) in chosen.iter().enumerate() {
        let user = sign_in(&app, &key, subject, place, &mut position).await?;
        consent(&app, &user, &product).await?;
    }
    app.db.close().await;
    let path = |key: &SubjectKey| format!("/api/v1/subjects/{key}/records?items={items}&purpose=pre_loan");
    Ok(chosen.iter().map(path).collect())
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
async fn tip(app: &App) -> anyhow::Result<i64> {
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
async fn sign_in(
    app: &App,
    key: &CodeKey,
    subject: &SubjectKey,
    place: usize,
    position: &mut i64,
) -> anyhow::Result<FirmUser> {
    let (now, mobile) = (app.clock.now(), Mobile::parse(&format!("1990001{place:04}"))?);
    let mut tx = app.db.begin().await?;
    let person = NewPerson { mobile: mobile.clone(), person_name: "测速".to_owned() };
    let account = firm::register(&mut tx, &person, now).await?;
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
        FirmSession::Acting(user) => Ok(user),
        _ => bail!("the firm's person acts for one firm only"),
    }
}

async fn consent(app: &App, user: &FirmUser, product: &Product) -> anyhow::Result<()> {
    let new = NewGrant {
        bank: product.bank.clone(),
        bank_zh: BANK.to_owned(),
        bank_en: BANK.to_owned(),
        items: product.items.iter().cloned().collect(),
        purpose: Purpose::PreLoan,
        product: None,
        order: None,
        days: 30,
        queries_max: None,
        text_hash: None,
    };
    let mut tx = app.db.begin().await?;
    let now = tx.now();
    jq_consent::grant(&mut tx, &app.catalog, user, new, now).await?;
    Ok(tx.commit().await?)
}

/// The platform in a process of its own; it ends with the measurement.
struct Running {
    child: Child,
    /// `127.0.0.1:<port>`.
    address: String,
}

impl Running {
    fn start(data: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--lang", "en", "--data"])
            .arg(data)
            .args(["up", "--port", "0", "--lake-care", "0", "--calls-a-minute", "4000000000"])
            .env_remove("JINQIAO_DATABASE")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let said = child.stdout.take().context("what the platform says")?;
        for line in BufReader::new(said).lines() {
            let line = line?;
            if let Some((_, address)) = line.split_once("http://127.0.0.1:") {
                let port: String = address.chars().take_while(char::is_ascii_digit).collect();
                return Ok(Self { child, address: format!("127.0.0.1:{port}") });
            }
        }
        child.wait()?;
        bail!("the platform ended before it was ready; does {} hold a demo city?", data.display())
    }

    fn end(&mut self) {
        // It is a copy; nothing is lost by ending it at once.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// A token of the bank's program; it answers as soon as the platform serves.
async fn token(address: &str) -> anyhow::Result<String> {
    let form = format!("grant_type=client_credentials&client_id={BANK}&client_secret={PASSWORD}");
    let mut connection = Connection::open(address).await?;
    let (status, body) = connection.post_form("/oauth/token", &form).await?;
    let answer: serde_json::Value = serde_json::from_slice(&body)?;
    let token = answer["access_token"].as_str();
    Ok(token.with_context(|| format!("no token for {BANK}: {status} {answer}"))?.to_owned())
}

/// What is asked, and how often.
struct Load {
    host: String,
    token: String,
    paths: Vec<String>,
    rate: u32,
}

/// What came back.
#[derive(Debug, Default)]
struct Answers {
    milliseconds: Vec<f64>,
    bytes: usize,
    errors: usize,
    first_error: Option<String>,
}

impl Load {
    /// Sends so many calls, each at its time, beginning with the path at `first`.
    async fn run(&self, first: u32, count: u32) -> anyhow::Result<Answers> {
        let (first, count) = (usize::try_from(first)?, usize::try_from(count)?);
        let (next, begin) = (Arc::new(AtomicUsize::new(0)), Instant::now() + Duration::from_millis(50));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS.min(count) {
            let (next, host, token) = (Arc::clone(&next), self.host.clone(), self.token.clone());
            let (paths, rate) = (self.paths.clone(), self.rate);
            tasks.spawn(async move {
                let mut answers = Answers::default();
                let mut connection = Connection::open(&host).await?;
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        return anyhow::Ok(answers);
                    }
                    let due = begin + Duration::from_secs(1) * u32::try_from(at)? / rate;
                    sleep_until(due).await;
                    let asked = connection.get(&paths[(first + at) % paths.len()], &token).await;
                    if asked.is_err() {
                        connection = Connection::open(&host).await?;
                    }
                    answers.add(asked, due);
                }
            });
        }
        let mut all = Answers::default();
        while let Some(ended) = tasks.join_next().await {
            all.join(ended??);
        }
        Ok(all)
    }
}

impl Answers {
    fn add(&mut self, asked: anyhow::Result<(u16, Vec<u8>)>, due: Instant) {
        match asked {
            Ok((200, body)) => {
                self.milliseconds.push(due.elapsed().as_secs_f64() * 1e3);
                self.bytes += body.len();
            }
            Ok((status, body)) => self.fail(format!("{status} {}", String::from_utf8_lossy(&body))),
            Err(error) => self.fail(format!("{error:#}")),
        }
    }

    fn fail(&mut self, error: String) {
        self.errors += 1;
        self.first_error.get_or_insert(error);
    }

    fn join(&mut self, other: Self) {
        self.milliseconds.extend(other.milliseconds);
        self.bytes += other.bytes;
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }
}
