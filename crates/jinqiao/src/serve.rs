//! The running platform: pages, API, files and the work that happens behind them, on one address.

use std::collections::BTreeSet;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use jiff::SignedDuration;
use jq_api::ApiState;
use jq_consent::WatchRules;
use jq_db::{Db, audit};
use jq_decision::flow::Stage;
use jq_identity::staff::{FactorRule, Site};
use jq_identity::{CodeKey, SecondFactors, session};
use jq_jobs::Worker;
use jq_lake::Stop;
use jq_notify::{Carrier, Messages, SmsRules, SmsSender, Texts};
use jq_portal::{BankPeople, CityBoard, CityFigures, DemoFirm, KeyDesk, PortalState, problem_page};
use jq_supervision::Supervision;
use jq_web::csrf::Limits;
use jq_web::metrics::Metrics;
use jq_web::{Operator, Web, shell};
use tokio::net::TcpListener;

use crate::app::App;
use crate::care;
use crate::cli::{ApiDoor, LakeCare, SmsOptions};
use crate::{models, register, setup, vectors, watching};

/// Largest ordinary form or API call, in bytes.
const FORM_MAX: usize = 256 * 1024;
/// Largest batch that is sent over HTTP, in bytes.
const UPLOAD_MAX: usize = 512 * 1024 * 1024;
/// How long the answer to a request is kept for the same request sent again.
const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The platform over one data folder, ready to be served.
pub(crate) struct Platform {
    router: Router,
    worker: Worker,
    /// Said when the platform is to end, to work that would take long.
    stop: Stop,
}

impl Platform {
    /// Puts the parts together. `address` is where people reach it; `firms` makes it a demonstration; `care` is how the
    /// lake is cared for, `door` who may pass at the API, `sms` what the carrier of text messages must be shown.
    pub(crate) async fn new(
        app: &App,
        address: &str,
        firms: Option<Vec<DemoFirm>>,
        care: LakeCare,
        door: &ApiDoor,
        sms: &SmsOptions,
    ) -> anyhow::Result<Self> {
        let demo = firms.is_some();
        let code_key = CodeKey::of(&app.db).await?;
        let sms = sms_sender(app, sms, code_key.clone(), address)?;
        let credit = app.credit(address)?;
        let decisions = app.decisions()?;
        let lending = app.lending()?;
        lending.refresh_calendar().await?;
        let supervision = Supervision::new(app.db.clone(), lending.clone())?;
        let watch_rules = WatchRules::load(&app.folder)?;
        let portal = PortalState {
            db: app.db.clone(),
            catalog: Arc::clone(&app.catalog),
            code_key,
            sms: sms.clone(),
            factors: second_factors(address, demo),
            keys: KeyDesk { store: app.keys.ring()?, suite: app.keys.suite() },
            credit: credit.clone(),
            consent_receipts: app.consent_receipts(address)?,
            watch_rules: watch_rules.clone(),
            decisions: decisions.clone(),
            lending: lending.clone(),
            documents: app.documents()?,
            supervision: supervision.clone(),
            matching: app.matching()?,
            warnings: app.warnings()?,
            ingest: app.ingest.clone(),
            uploads: app.uploads(),
            receipts: app.folder.join("ingest/receipts"),
            upload_max: UPLOAD_MAX,
            https: false,
            city: CityBoard::default(),
            bank_people: BankPeople::default(),
            demo_firms: firms.unwrap_or_default().into(),
            setup: Arc::new(setup::setup(app, address, demo, care, door, (UPLOAD_MAX, sms.carrier().name()))),
        };
        portal.city.set(figures(app).await?);
        let api = ApiState::new(
            app.db.clone(),
            Arc::clone(&app.catalog),
            app.ingest.clone(),
            credit,
            lending.clone(),
            app.decisions()?,
            app.uploads(),
        )
        .with_address(address)
        .with_limits(jq_api::Limits {
            calls_a_minute: door.calls_a_minute,
            bulk_hours: door.bulk_hours,
            ..jq_api::Limits::default()
        })
        .behind(&door.trusted_proxy);
        let metrics = Metrics::default();
        let api = api.counting(&metrics);
        let web = Web {
            demo,
            clock: app.clock.clone(),
            https: false,
            limits: Limits { form_max: FORM_MAX, upload_max: UPLOAD_MAX },
            operator: Arc::new(operator()),
            metrics: metrics.clone(),
            problem_page,
        };
        let pages = jq_portal::router(portal, demo)
            .merge(jq_api::router(api.clone()))
            .merge(jq_web::ops::router(metrics.clone(), readiness(app)));
        let worker = Worker::new(app.db.clone());
        let worker = jq_notify::consume(worker, &sms);
        let worker = jq_notify::tell(worker, app.db.clone(), Arc::new(Messages::embedded()?));
        let worker = jq_supervision::attend(jq_lending::attend(worker, lending), supervision);
        let worker = jq_lending::document::attend(worker, app.documents()?);
        let worker = jq_warning::attend(worker, app.warnings()?);
        let worker = jq_matching::attend(worker, app.matching()?);
        let worker = jq_api::attend(worker, &api);
        let worker = anchor_hourly(tidy_up(worker, app.db.clone()), app)?;
        let worker = watching::attend(register::attend(worker, app), app, watch_rules);
        let worker = models::attend(vectors::attend(worker, app), app);
        let worker = note_keys(worker, app);
        let stop = Stop::default();
        let worker = care::attend(worker, app, &metrics, care, &stop);
        Ok(Self { router: shell(pages, &web), worker, stop })
    }

    /// Answers requests until the process is told to stop; work in hand is finished first.
    pub(crate) async fn serve(self, listener: TcpListener) -> anyhow::Result<()> {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let mut told = stopped.clone();
        let working = tokio::spawn(self.worker.run(async move {
            // An error means that the sender is gone, which is a stop as well.
            let _ = told.wait_for(|stop| *stop).await;
        }));
        let router = self.router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, router)
            .with_graceful_shutdown(async move {
                stop_signal().await;
                self.stop.say();
                let _ = stop.send(true);
            })
            .await
            .context("serve")?;
        working.await.context("finish the work in hand")?;
        Ok(())
    }
}

/// What sends text messages: by the rules of the data folder, through the carrier that it names.
fn sms_sender(app: &App, options: &SmsOptions, key: CodeKey, address: &str) -> anyhow::Result<SmsSender> {
    let texts = Arc::new(Texts::embedded()?);
    let rules = SmsRules::load(&app.folder)?;
    let carrier = Carrier::load(&app.folder, &options.secrets(), &app.db, &texts, address)?;
    Ok(SmsSender::new(app.db.clone(), texts, rules, key, carrier))
}

/// The second factors of employees: everybody must have one, but in a demonstration. Passkeys are bound to a name; a
/// platform on this machine has the name `localhost`.
fn second_factors(address: &str, demo: bool) -> SecondFactors {
    let rule = if demo { FactorRule::WhereEnrolled } else { FactorRule::Required };
    SecondFactors::new(rule, Site::at(&address.replace("//127.0.0.1", "//localhost")))
}

/// Forgets once an hour what nobody asks for any more: answers kept for repeated requests, and sessions that are over.
fn tidy_up(worker: Worker, db: Db) -> Worker {
    worker.sweep("platform.tidy_up", SignedDuration::from_hours(1), move |_| {
        let db = db.clone();
        async move {
            let mut tx = db.begin().await?;
            let now = tx.now();
            tx.forget_answers(now - ANSWERS_KEPT).await?;
            session::forget_expired(&mut tx, now).await?;
            tx.commit().await?;
            Ok(())
        }
    })
}

/// Puts on record, every minute, which keys were made because something was signed or sealed for the first time.
fn note_keys(worker: Worker, app: &App) -> Worker {
    let (keys, db) = (app.keys.clone(), app.db.clone());
    worker.sweep("platform.note_keys", SignedDuration::from_mins(1), move |_| {
        let (keys, db) = (keys.clone(), db.clone());
        async move {
            keys.note_first_uses(&db).await.map_err(jq_jobs::Failure::passing)?;
            Ok(())
        }
    })
}

/// Writes the end of the audit chain, signed, to the anchor file once an hour.
fn anchor_hourly(worker: Worker, app: &App) -> anyhow::Result<Worker> {
    let (db, path, signer) = (app.db.clone(), app.anchors(), app.signer()?);
    Ok(worker.sweep("platform.anchor", SignedDuration::from_hours(1), move |_| {
        let (db, path, signer) = (db.clone(), path.clone(), Arc::clone(&signer));
        async move {
            audit::anchor(&db, &path, Some(signer.as_ref())).await?;
            Ok(())
        }
    }))
}

async fn stop_signal() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupted.await;
        }
    }
}

fn operator() -> Operator {
    Operator {
        name_zh: "渝州信用信息中心".to_owned(),
        name_en: "Yuzhou Credit Information Centre".to_owned(),
        phone: "023-0012".to_owned(),
    }
}

/// Ready when the business store answers and the lake can be looked into.
fn readiness(app: &App) -> jq_web::ops::Readiness {
    let app = app.clone();
    Arc::new(move || {
        let app = app.clone();
        let ready: Pin<Box<dyn Future<Output = Result<(), String>> + Send>> = Box::pin(async move {
            app.db.setting(CodeKey::SETTING).await.map_err(|error| error.to_string())?;
            app.lake.version().await.map_err(|error| error.to_string())?;
            Ok(())
        });
        ready
    })
}

async fn figures(app: &App) -> anyhow::Result<CityFigures> {
    let status = app.lake.status().await?;
    let subjects = app.lake.subjects("ent_registration").await?.len();
    let decisions = app.decisions()?;
    let serving = decisions.current_flows().await?;
    let flows = serving.list().iter().map(jq_decision::CompiledFlow::about);
    let banks: BTreeSet<&String> =
        flows.filter(|about| about.stage == Stage::PreCredit).map(|about| &about.bank_id).collect();
    Ok(CityFigures {
        subjects: subjects as u64,
        records: status.iter().map(|table| table.rows_current + table.rows_arrival).sum(),
        items: app.catalog.items().len() as u64,
        banks: banks.len() as u64,
    })
}
