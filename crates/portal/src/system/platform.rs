//! The platform as it runs: release, settings and where each is made, stores, keys by their age, rules and calendars in
//! force, work that waits or was given up, and rows in quarantine. No secret and no record of anybody is on this page.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use jq_base::lang::Lang;
use jq_crypto::{KeyInfo, KeyState, Purpose};
use jq_db::Engine;
use jq_db::outbox::{self, Dead};
use jq_ingest::QuarantineCount;
use jq_jobs::{FailedJob, Waiting};
use jq_web::{Visit, page, say};

use crate::public::Fact;
use crate::refused::{Answer, Refused};
use crate::session::System;
use crate::staff::me::Head;
use crate::state::{PortalState, Setting};
use crate::unit::item_name;

/// Jobs and events that were given up and are shown; the numbers of all are on `/metrics`.
const SHOWN_MAX: u32 = 100;
/// Characters of an error that are shown.
const ERROR_CHARS_MAX: usize = 300;

/// The page.
#[derive(Template)]
#[template(path = "system/platform.html")]
struct PlatformPage {
    v: Visit,
    head: Head,
    facts: Vec<Fact>,
    settings: Vec<SettingRow>,
    keys: Vec<KeyRow>,
    rules: Vec<String>,
    years: String,
    calendar: String,
    waiting: Vec<WaitingRow>,
    failed: Vec<GivenUp>,
    dead: Vec<GivenUp>,
    quarantine: Vec<QuarantineRow>,
}

/// A setting.
struct SettingRow {
    name: String,
    value: String,
    option: &'static str,
}

/// A key, without anything of it.
struct KeyRow {
    id: String,
    purpose: String,
    algorithm: String,
    state: String,
    made: String,
    /// Whole days since it was made.
    days: i64,
}

/// Jobs of one kind that wait.
struct WaitingRow {
    kind: String,
    count: u64,
    first_due: String,
}

/// A job or an event that was given up.
struct GivenUp {
    /// What the form of another try sends.
    id: String,
    kind: String,
    consumer: String,
    at: String,
    attempts: u32,
    error: String,
}

/// Rows of an item that wait in quarantine.
struct QuarantineRow {
    unit: String,
    item: String,
    open: u64,
    unmatched: u64,
}

/// `GET /system/platform`
pub(super) async fn show(State(state): State<PortalState>, System(user): System, v: Visit) -> Answer {
    let head = Head::told::<System>(&v, &state, user.staff()).await?;
    Ok(page(&PlatformPage::new(v, head, &state).await?))
}

impl PlatformPage {
    async fn new(v: Visit, head: Head, state: &PortalState) -> Result<Self, Refused> {
        let (lang, now) = (v.lang(), state.db.clock().now());
        let failed = jq_jobs::list_failed(&state.db, SHOWN_MAX).await?;
        let dead = outbox::list_dead(&state.db, SHOWN_MAX).await?;
        let waiting = jq_jobs::count_waiting(&state.db).await?;
        let quarantine = state.ingest.count_quarantine().await?;
        let calendar = state.lending.calendar();
        let years: Vec<String> = calendar.loaded_years().map(|year| year.to_string()).collect();
        Ok(Self {
            head,
            facts: facts(&v, state),
            settings: state.setup.settings.iter().map(|setting| SettingRow::new(&v, setting)).collect(),
            keys: state.keys.store.list()?.iter().rev().map(|key| KeyRow::new(&v, key, now)).collect(),
            rules: state.watch_rules.list().iter().map(|rule| rule.name(lang).to_owned()).collect(),
            years: years.join(v.pick("、", ", ")),
            calendar: calendar.version().to_owned(),
            waiting: waiting.into_iter().map(WaitingRow::from).collect(),
            failed: failed.into_iter().map(GivenUp::from).collect(),
            dead: dead.into_iter().map(GivenUp::from).collect(),
            quarantine: quarantine.iter().map(|one| QuarantineRow::new(state, one, lang)).collect(),
            v,
        })
    }

    /// Rows in quarantine, of all units.
    fn rows_wrong(&self) -> u64 {
        self.quarantine.iter().map(|row| row.open + row.unmatched).sum()
    }
}

fn facts(v: &Visit, state: &PortalState) -> Vec<Fact> {
    let engine = match state.db.engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    let catalog = state.catalog.version();
    vec![
        Fact::code(v.t("platform-version"), state.setup.version.clone()),
        Fact::new(v.t("platform-time"), say::second(state.db.clock().now())),
        Fact::new(v.t("platform-engine"), engine),
        Fact::code(v.t("platform-store"), state.db.address()),
        Fact::code(v.t("platform-catalog"), catalog.get(..8).unwrap_or(catalog)),
        Fact::new(v.t("platform-models"), v.whole(state.decisions.flows().list().len())),
    ]
}

impl SettingRow {
    fn new(v: &Visit, setting: &Setting) -> Self {
        Self {
            name: v.t(&format!("setup-{}", setting.key)),
            value: v.pick(&setting.value_zh, &setting.value_en).to_owned(),
            option: setting.option,
        }
    }
}

impl KeyRow {
    fn new(v: &Visit, key: &KeyInfo, now: Timestamp) -> Self {
        let purpose = match key.purpose {
            Purpose::Signature => v.t("keys-signature"),
            Purpose::Level3 => v.t("keys-level-3"),
            Purpose::Level4 => v.t("keys-level-4"),
        };
        let state = match key.state {
            KeyState::Active => v.t("keys-active"),
            KeyState::Retired => v.t("keys-retired"),
            KeyState::Destroyed => v.t("keys-destroyed"),
        };
        Self {
            id: key.id.to_string(),
            purpose,
            algorithm: key.algorithm.to_string(),
            state,
            made: say::moment(key.created_at),
            days: now.duration_since(key.created_at).as_hours().max(0) / 24,
        }
    }
}

impl From<Waiting> for WaitingRow {
    fn from(waiting: Waiting) -> Self {
        Self { kind: waiting.kind, count: waiting.count, first_due: say::moment(waiting.first_due) }
    }
}

impl From<FailedJob> for GivenUp {
    fn from(job: FailedJob) -> Self {
        Self {
            id: job.job_id.to_string(),
            kind: job.kind,
            consumer: String::new(),
            at: say::moment(job.failed_at),
            attempts: job.attempts,
            error: shortened(job.last_error),
        }
    }
}

impl From<Dead> for GivenUp {
    fn from(dead: Dead) -> Self {
        Self {
            id: dead.event.position.to_string(),
            kind: dead.event.kind,
            consumer: dead.consumer,
            at: say::moment(dead.event.emitted_at),
            attempts: dead.attempts,
            error: shortened(dead.last_error),
        }
    }
}

impl QuarantineRow {
    fn new(state: &PortalState, count: &QuarantineCount, lang: Lang) -> Self {
        let unit = state.catalog.unit(&count.source_unit);
        Self {
            unit: unit.map_or(count.source_unit.as_str(), |unit| unit.name(lang)).to_owned(),
            item: item_name(state, &count.item_id, lang),
            open: count.open,
            unmatched: count.unmatched,
        }
    }
}

fn shortened(error: Option<String>) -> String {
    error.unwrap_or_default().chars().take(ERROR_CHARS_MAX).collect()
}
