//! A platform over a temporary folder with two source units and a bank, asked through the API's own router.

#![expect(dead_code, reason = "each test file uses some of it")]

pub(crate) mod bank;
pub(crate) mod signing;

use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode};
use jq_api::{ApiState, Limits, router};
use jq_base::clock::Clock;
use jq_base::sm3;
use jq_catalog::{Catalog, Item};
use jq_credit::Credit;
use jq_decision::{Decisions, Flows};
use jq_identity::PasswordHash;
use jq_identity::client::key::{self, KeyPurpose, Settings};
use jq_identity::client::{ClientKind, NewClient, register};
use jq_ingest::Ingest;
use jq_lake::Lake;
use jq_lending::Lending;
use jq_testkit::{Signer, TestDb};
use jq_web::metrics::Metrics;
use serde_json::Value;
use tower::ServiceExt;
use zip::write::SimpleFileOptions;

/// A registered firm.
pub(crate) const A: &str = "91500102MAC8YUW23Y";
/// The secret of every client.
pub(crate) const SECRET: &str = "a secret & more";

/// The address of the proxy that ends TLS connections.
pub(crate) const PROXY: &str = "10.1.2.3";

/// The registration of firm A.
const REGISTERED: &str = "91500102MAC8YUW23Y,涪陵青岚榨菜有限公司,llc,周望舒,\
1111111111111111111111111111111111111111111111111111111111111111,1000000.00,CNY,2021-03-05,,\
重庆市涪陵区江滨路1号,500102,1371,榨菜加工,涪陵区市场监管局,active,,upsert,2026-09-01T08:00:00+08:00";

/// A power bill of firm A for a meter.
pub(crate) fn bill(meter: u32) -> String {
    format!(
        "{A},国网重庆,m{meter},2026-08,general_commercial,,350.5,,120.50,2026-08-25,2026-08-20,0.00,0,0,\
         upsert,2026-09-05T08:00:00+08:00"
    )
}

/// Lives through a story on a platform over SQLite and, when a server is named, over PostgreSQL.
pub(crate) async fn each_platform(story: impl AsyncFn(&Door)) {
    let stores = [Some(TestDb::sqlite().await), TestDb::postgres().await];
    for test in stores.into_iter().flatten() {
        let door = Door::on(test).await;
        story(&door).await;
        door.test.db.close().await;
        // What cannot be removed stays in the machine's folder for temporary files.
        let _left = std::fs::remove_dir_all(&door.folder);
    }
}

/// What a batch says of itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slip<'a> {
    pub(crate) id: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) item: &'a str,
    pub(crate) seq: u64,
}

/// A slip of the power company.
pub(crate) fn power(id: &str, seq: u64) -> Slip<'_> {
    Slip { id, unit: "power", item: "power_bill", seq }
}

/// The platform.
pub(crate) struct Door {
    pub(crate) test: TestDb,
    pub(crate) state: ApiState,
    pub(crate) folder: PathBuf,
    pub(crate) decisions: Decisions,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) metrics: Metrics,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The status and stable code of a problem, after its shape was checked.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        for member in ["type", "title", "remedy"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member} in {problem}");
        }
        (self.status.as_u16(), problem["code"].as_str().unwrap().to_owned())
    }
}

impl Door {
    /// A platform whose clients `unit-power`, `unit-scjg` and `bank01` are registered.
    pub(crate) async fn open() -> Self {
        Self::on(TestDb::sqlite().await).await
    }

    /// The same over this store.
    pub(crate) async fn on(test: TestDb) -> Self {
        let folder = test.folder().cloned().unwrap_or_else(|| {
            std::env::temp_dir().join(format!("jinqiao-door-{}", jq_db::fresh_token(Clock::System.now())))
        });
        let catalog = Arc::new(Catalog::embedded().unwrap());
        let tables = catalog.items().map(Item::table).collect();
        let lake = Lake::open(&folder.join("lake"), tables).unwrap();
        let ingest = Ingest::new(test.db.clone(), lake.clone(), Arc::clone(&catalog), folder.join("ingest"));
        let credit = Credit::new(
            test.db.clone(),
            lake.clone(),
            Arc::clone(&catalog),
            folder.join("reports"),
            "https://jq.example/verify",
        )
        .unwrap();
        let lending = Lending::embedded(test.db.clone()).unwrap();
        let decisions = Decisions::new(test.db.clone(), lake, Flows::embedded().unwrap());
        let uploads = folder.join("uploads");
        let (db, shelf) = (test.db.clone(), Arc::clone(&catalog));
        let state = ApiState::new(db, shelf, ingest, credit, lending, decisions.clone(), uploads)
            .with_address("https://jq.example")
            .behind(&[PROXY.parse().unwrap()]);
        let metrics = Metrics::default();
        let state = state.counting(&metrics);
        let door = Self { test, state, folder, decisions, catalog, metrics };
        door.register("unit-power", "power", ClientKind::Unit).await;
        door.register("unit-scjg", "scjg", ClientKind::Unit).await;
        door.register("bank01", "bank01", ClientKind::Bank).await;
        door
    }

    pub(crate) async fn register(&self, id: &str, institution: &str, kind: ClientKind) {
        let client = NewClient {
            client_id: id.parse().unwrap(),
            secret: PasswordHash::of(SECRET).await.unwrap(),
            institution: institution.to_owned(),
            kind,
        };
        let mut tx = self.test.db.begin().await.unwrap();
        register(&mut tx, &client, "operator@test", self.test.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Registers a key of the client; its id.
    pub(crate) async fn add_key(&self, id: &str, purpose: KeyPurpose, signer: &Signer) -> String {
        let (client, now) = (id.parse().unwrap(), self.test.clock.now());
        let mut tx = self.test.db.begin().await.unwrap();
        let key_id =
            key::add_key(&mut tx, &client, purpose, &signer.public, "operator@test", now).await.unwrap();
        tx.commit().await.unwrap();
        key_id
    }

    /// Says how the client must show itself.
    pub(crate) async fn set(&self, id: &str, settings: Settings) {
        let mut tx = self.test.db.begin().await.unwrap();
        key::set(&mut tx, &id.parse().unwrap(), settings, "operator@test").await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The value of a figure of refused calls.
    pub(crate) fn figure(&self, name: &str) -> u64 {
        let text = self.metrics.text();
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("no figure {name} in {text}")).parse().unwrap()
    }

    /// Lowers the limits.
    pub(crate) fn limit(&mut self, limits: Limits) {
        self.state = self.state.clone().with_limits(limits);
    }

    pub(crate) fn router(&self) -> Router {
        router(self.state.clone())
    }

    pub(crate) async fn ask(&self, request: Builder, body: impl Into<Body>) -> Answer {
        let response = self.router().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 16 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap_or_default(),
            bytes: bytes.to_vec(),
        }
    }

    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address), Body::empty()).await
    }

    /// A token of that client, asked for in the form.
    pub(crate) async fn token(&self, id: &str) -> String {
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret=a+secret+%26+more");
        let answer = self.token_answer(&form, None).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn token_answer(&self, form: &str, authorization: Option<&str>) -> Answer {
        let request =
            Request::post("/oauth/token").header("content-type", "application/x-www-form-urlencoded");
        let request =
            authorization.into_iter().fold(request, |request, value| request.header("authorization", value));
        self.ask(request, form.to_owned()).await
    }

    pub(crate) async fn get_as(&self, token: &str, address: &str) -> Answer {
        self.ask(Request::get(address).header("authorization", format!("Bearer {token}")), Body::empty())
            .await
    }

    /// A batch as a zip file, with the right digest.
    pub(crate) fn batch(&self, slip: Slip<'_>, rows: &[String]) -> Vec<u8> {
        let data = self.data(slip.item, rows);
        zipped(&manifest(slip, rows.len(), &sm3::hex(&data)), Some(&data))
    }

    pub(crate) fn data(&self, item: &str, rows: &[String]) -> Vec<u8> {
        let header = self.catalog.item(item).map(|item| item.header().join(",")).unwrap_or_default();
        format!("{header}\n{}\n", rows.join("\n")).into_bytes()
    }

    pub(crate) async fn deliver(&self, token: &str, archive: Vec<u8>) -> Answer {
        self.deliver_in("en", token, archive).await
    }

    pub(crate) async fn deliver_in(&self, lang: &str, token: &str, archive: Vec<u8>) -> Answer {
        let request = Request::post("/api/v1/batches")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/zip")
            .header("accept-language", lang);
        self.ask(request, archive).await
    }

    /// Registers firm A through the API.
    pub(crate) async fn with_register(self) -> Self {
        self.fill_register().await;
        self
    }

    /// The same.
    pub(crate) async fn fill_register(&self) {
        let token = self.token("unit-scjg").await;
        let slip = Slip { id: "scjg-1", unit: "scjg", item: "ent_registration", seq: 1 };
        let answer = self.deliver(&token, self.batch(slip, &[REGISTERED.to_owned()])).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
}

pub(crate) fn manifest(slip: Slip<'_>, rows: usize, digest: &str) -> String {
    let Slip { id, unit, item, seq } = slip;
    format!(
        r#"{{"batch_id":"{id}","source_unit":"{unit}","item_id":"{item}","schema_version":1,"seq":{seq},
            "rows":{rows},"file":"data.csv","format":"csv","encoding":"utf-8","sm3":"{digest}",
            "sent_at":"2026-09-10T08:00:00+08:00","mode":"incremental"}}"#
    )
}

pub(crate) fn zipped(manifest: &str, data: Option<&[u8]>) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("manifest.json", SimpleFileOptions::default()).unwrap();
    archive.write_all(manifest.as_bytes()).unwrap();
    if let Some(data) = data {
        archive.start_file("data.csv", SimpleFileOptions::default()).unwrap();
        archive.write_all(data).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
