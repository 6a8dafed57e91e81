//! A source unit at work: it writes drop batches into a folder and hands them over.

#![allow(dead_code, reason = "each test file uses some of it")]

pub(crate) mod file;
pub(crate) mod workbook;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jq_base::sm3;
use jq_catalog::{Catalog, Item};
use jq_db::Db;
use jq_ingest::{Ingest, Receipt, Sender};
use jq_lake::{Lake, Value};
use jq_testkit::TestDb;

/// A registered firm.
pub(crate) const A: &str = "91500102MAC8YUW23Y";
/// A firm that nobody registered.
pub(crate) const B: &str = "91500107MA7TEX0100";

/// The registration of firm A.
pub(crate) const REGISTERED: &str = "91500102MAC8YUW23Y,涪陵青岚榨菜有限公司,llc,周望舒,\
1111111111111111111111111111111111111111111111111111111111111111,1000000.00,CNY,2021-03-05,,\
重庆市涪陵区江滨路1号,500102,1371,榨菜加工,涪陵区市场监管局,active,,upsert,2026-09-01T08:00:00+08:00";

/// A power bill of a firm for a meter and month.
pub(crate) fn power_row(uscc: &str, meter: &str, month: &str) -> String {
    format!(
        "{uscc},国网重庆,{meter},{month},general_commercial,,350.5,,120.50,2026-08-25,2026-08-20,0.00,0,0,\
         upsert,2026-09-05T08:00:00+08:00"
    )
}

pub(crate) fn operator() -> Sender {
    Sender::operator("operator@test")
}

/// What is wrong with a delivery.
pub(crate) enum Damage {
    Item(&'static str),
    Unit(&'static str),
    Digest,
    NoFile,
    Cut,
    Encoding,
    Header,
    Rows,
    Sequence,
}

/// What a manifest says, beside what is the same for all.
#[derive(Clone, Copy)]
pub(crate) struct Slip<'a> {
    pub(crate) id: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) item: &'a str,
    pub(crate) seq: u64,
    pub(crate) rows: usize,
    pub(crate) format: &'a str,
    pub(crate) encoding: &'a str,
    pub(crate) mode: &'a str,
}

impl<'a> Slip<'a> {
    /// The slip of changes in CSV.
    pub(crate) fn of(id: &'a str, unit: &'a str, item: &'a str, seq: u64, rows: usize) -> Self {
        Self { id, unit, item, seq, rows, format: "csv", encoding: "utf-8", mode: "incremental" }
    }

    /// The slip of a first batch of power bills.
    pub(crate) fn power(id: &'a str, format: &'a str, rows: usize) -> Self {
        Self { format, ..Self::of(id, "power", "power_bill", 1, rows) }
    }

    pub(crate) fn manifest(&self, digest: &str) -> String {
        let Self { id, unit, item, seq, rows, format, encoding, mode } = self;
        format!(
            r#"{{"batch_id":"{id}","source_unit":"{unit}","item_id":"{item}","schema_version":1,"seq":{seq},
                "rows":{rows},"file":"data.{format}","format":"{format}","encoding":"{encoding}","sm3":"{digest}",
                "sent_at":"2026-09-10T08:00:00+08:00","mode":"{mode}"}}"#
        )
    }
}

/// A platform over a temporary folder.
pub(crate) struct Platform {
    pub(crate) folder: PathBuf,
    pub(crate) lake: Lake,
    pub(crate) ingest: Ingest,
    pub(crate) test: TestDb,
    catalog: Arc<Catalog>,
}

impl Platform {
    pub(crate) async fn empty() -> Self {
        Self::over(Catalog::embedded().expect("the catalogue is sound")).await
    }

    /// A platform with a catalogue of one's own.
    pub(crate) async fn over(catalog: Catalog) -> Self {
        let test = TestDb::sqlite().await;
        let folder = test.folder().expect("SQLite has a folder").clone();
        let catalog = Arc::new(catalog);
        let (lake, ingest) = open(&folder, test.db.clone(), &catalog);
        Self { folder, lake, ingest, test, catalog }
    }

    /// Ingest over the same stores as a second process would have it.
    pub(crate) async fn second_process(&self) -> Ingest {
        open(&self.folder, self.test.open_again().await, &self.catalog).1
    }

    pub(crate) async fn with_register() -> Self {
        let platform = Self::empty().await;
        let rows = [REGISTERED.to_owned()];
        let receipt = platform.deliver("scjg-1", "scjg", "ent_registration", 1, &rows).await;
        assert_eq!(receipt.counts.accepted, 1, "{:?}", receipt.faults);
        platform
    }

    /// The columns of an item's files.
    pub(crate) fn header(&self, item: &str) -> Vec<&str> {
        self.catalog.item(item).map(Item::header).unwrap_or_default()
    }

    /// What the lake keeps of an item: all columns that do not say when and how it came, one line a record.
    pub(crate) async fn records(&self, item: &str) -> Vec<String> {
        let query = format!("select * from {item} order by natural_key");
        let rows = self.lake.sql(&query).await.expect("the query runs");
        let line = |row: &jq_lake::Row| {
            let columns = row.columns().into_iter();
            let kept = columns
                .filter(|name| !["batch_id", "received_at", "row_no", "tier"].contains(&name.as_str()));
            let cells = kept.map(|name| row.get(&name).map(|value| value.to_text()).unwrap_or_default());
            cells.collect::<Vec<_>>().join("|")
        };
        rows.iter().map(line).collect()
    }

    pub(crate) async fn count(&self, item: &str) -> i64 {
        self.number(&format!("select count(*) from {item}")).await
    }

    /// The first value of the answer, as a whole number.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        match self.lake.sql(query).await.expect("the query runs")[0].at(0) {
            Some(Value::Int(value)) => value,
            other => panic!("{query} gave {other:?}"),
        }
    }

    pub(crate) fn data(&self, item: &str, rows: &[String]) -> Vec<u8> {
        let header = self.catalog.item(item).map(|item| item.header().join(",")).unwrap_or_default();
        format!("{header}\n{}\n", rows.join("\n")).into_bytes()
    }

    pub(crate) async fn deliver(
        &self,
        id: &str,
        unit: &str,
        item: &str,
        seq: u64,
        rows: &[String],
    ) -> Receipt {
        self.send(Slip::of(id, unit, item, seq, rows.len()), &self.data(item, rows)).await
    }

    pub(crate) async fn deliver_snapshot(
        &self,
        id: &str,
        unit: &str,
        item: &str,
        seq: u64,
        rows: &[String],
    ) -> Receipt {
        let slip = Slip { mode: "snapshot", ..Slip::of(id, unit, item, seq, rows.len()) };
        self.send(slip, &self.data(item, rows)).await
    }

    pub(crate) async fn deliver_gb18030(
        &self,
        id: &str,
        unit: &str,
        item: &str,
        seq: u64,
        rows: &[String],
    ) -> Receipt {
        let slip = Slip { encoding: "gb18030", ..Slip::of(id, unit, item, seq, rows.len()) };
        let text = String::from_utf8(self.data(item, rows)).expect("UTF-8");
        self.send(slip, &encoding_rs::GB18030.encode(&text).0).await
    }

    /// Delivers a data file as it is.
    pub(crate) async fn send(&self, slip: Slip<'_>, data: &[u8]) -> Receipt {
        self.hand_over(slip.id, &slip.manifest(&sm3::hex(data)), Some(data)).await
    }

    pub(crate) async fn deliver_damaged(&self, id: &str, rows: &[String], damage: Damage) -> Receipt {
        let mut data = self.data("power_bill", rows);
        let mut digest = sm3::hex(&data);
        let mut slip = Slip::of(id, "power", "power_bill", 2, rows.len());
        match damage {
            Damage::Item(other) => slip.item = other,
            Damage::Unit(other) => slip.unit = other,
            Damage::Digest => digest = sm3::hex(b"something else"),
            Damage::Cut => data.truncate(data.len() / 2),
            Damage::Encoding => {
                let text = String::from_utf8(data).expect("UTF-8");
                data = encoding_rs::GB18030.encode(&text).0.into_owned();
                digest = sm3::hex(&data);
            }
            Damage::Header => {
                data = String::from_utf8(data).expect("UTF-8").replacen("amount", "amt", 1).into_bytes();
                digest = sm3::hex(&data);
            }
            Damage::Rows => slip.rows += 1,
            Damage::Sequence => slip.seq = 7,
            Damage::NoFile => return self.hand_over(id, &slip.manifest(&digest), None).await,
        }
        self.hand_over(id, &slip.manifest(&digest), Some(&data)).await
    }

    /// Writes a manifest and a data file and hands the folder over.
    pub(crate) async fn hand_over(&self, id: &str, manifest: &str, data: Option<&[u8]>) -> Receipt {
        self.hand_to(&self.ingest, id, manifest, data).await
    }

    /// The same, to this ingest.
    pub(crate) async fn hand_to(
        &self,
        ingest: &Ingest,
        id: &str,
        manifest: &str,
        data: Option<&[u8]>,
    ) -> Receipt {
        let folder = self.folder.join("drops").join(format!("{id}-{}", sm3::hex(manifest.as_bytes())));
        write_batch(&folder, manifest, data);
        let deliveries = ingest.find(&[folder]).expect("a batch is there");
        ingest.take(&deliveries[0], &operator()).await.expect("the platform works")
    }
}

fn open(folder: &Path, db: Db, catalog: &Arc<Catalog>) -> (Lake, Ingest) {
    let tables = catalog.items().map(Item::table).collect();
    let lake = Lake::open(&folder.join("lake"), tables).expect("the lake opens");
    let ingest = Ingest::new(db, lake.clone(), Arc::clone(catalog), folder.join("ingest"));
    (lake, ingest)
}

pub(crate) fn write_batch(folder: &Path, manifest: &str, data: Option<&[u8]>) {
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(folder.join("manifest.json"), manifest).expect("a manifest");
    if let Some(data) = data {
        let slip: serde_json::Value = serde_json::from_str(manifest).expect("a manifest");
        let file = slip["file"].as_str().expect("a file's name");
        std::fs::write(folder.join(file), data).expect("a data file");
    }
}
