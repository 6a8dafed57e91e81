//! What source units send: manifests, data files, archives, and rows that were mended.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use jq_base::clock::Clock;
use jq_base::sm3;
use jq_catalog::{Catalog, Item};
use jq_db::Db;
use jq_ingest::{Ingest, IngestError, Manifest, Sender};
use jq_lake::Lake;
use tokio::runtime::{Builder, Runtime};

/// The formats of data files.
const FORMATS: [&str; 4] = ["csv", "jsonl", "parquet", "xlsx"];

/// Reads a manifest; one that is taken points at nothing outside its folder.
pub(crate) fn manifest(bytes: &[u8]) {
    if let Ok(manifest) = Manifest::parse(bytes) {
        for name in [&manifest.batch_id, &manifest.file] {
            let path = Path::new(name);
            assert_eq!(path.file_name(), Some(path.as_os_str()), "{name} is a plain name");
        }
    }
}

/// Takes a batch whose data file has these bytes: after the name of the item, the character set, the mode and the format,
/// which stand on the first line. At what the readers of Parquet files and workbooks panic is caught within; nothing else
/// may.
pub(crate) fn batch(bytes: &[u8]) {
    let platform = Platform::get();
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (line, data) = (String::from_utf8_lossy(&bytes[..end]), bytes.get(end + 1..).unwrap_or_default());
    let mut words = line.split(' ');
    let item = words.next().and_then(|id| platform.catalog.item(id));
    let item = item.or_else(|| platform.catalog.item("power_bill")).expect("the catalogue has it");
    let encoding = words.next().filter(|word| *word == "gb18030").unwrap_or("utf-8");
    let mode = words.next().filter(|word| *word == "snapshot").unwrap_or("incremental");
    let format = words.next().filter(|word| FORMATS.contains(word)).unwrap_or("csv");
    let rows = data.split(|byte| *byte == b'\n').count().saturating_sub(2);
    let seq = platform.number();
    let manifest = format!(
        r#"{{"batch_id":"fuzz-{seq}","source_unit":"{}","item_id":"{}","schema_version":1,"seq":{seq},"rows":{rows},
            "file":"data.{format}","format":"{format}","encoding":"{encoding}","sm3":"{}",
            "sent_at":"2026-09-10T08:00:00+08:00","mode":"{mode}"}}"#,
        item.source_unit,
        item.id,
        sm3::hex(data),
    );
    let file = format!("data.{format}");
    let files = [("manifest.json", manifest.as_bytes()), (file.as_str(), data)];
    platform.with_files(&files, |folder| platform.take(folder));
}

/// Takes what is in an archive of these bytes.
pub(crate) fn archive(bytes: &[u8]) {
    let platform = Platform::get();
    platform.with_files(&[("batch.zip", bytes)], |folder| platform.take(&folder.join("batch.zip")));
}

/// Takes a mended file of rejected rows with these bytes.
pub(crate) fn corrections(bytes: &[u8]) {
    let platform = Platform::get();
    platform.with_files(&[("rejected.csv", bytes)], |folder| {
        let mended = folder.join("rejected.csv");
        let taken = platform.runtime.block_on(platform.ingest.resubmit(&mended, &platform.sender));
        if let Err(error) = taken {
            let of_sender = matches!(error, IngestError::Corrections(_) | IngestError::BatchNotFound(_));
            assert!(of_sender, "wrong rows are not a failure of the platform: {error:?}");
        }
    });
}

/// A platform for one run.
struct Platform {
    folder: PathBuf,
    runtime: Runtime,
    catalog: Arc<Catalog>,
    ingest: Ingest,
    sender: Sender,
    batches: AtomicU64,
}

impl Platform {
    fn get() -> &'static Self {
        static PLATFORM: OnceLock<Platform> = OnceLock::new();
        PLATFORM.get_or_init(Self::open)
    }

    fn open() -> Self {
        let folder = std::env::temp_dir().join(format!("jq-fuzz-ingest-{}", std::process::id()));
        // What an earlier process of the same number left is of no use.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let catalog = Arc::new(Catalog::embedded().expect("the built-in catalogue is sound"));
        let lake = Lake::open(&folder.join("lake"), catalog.items().map(Item::table).collect());
        let file = folder.join("fuzz.db");
        let db = runtime.block_on(async {
            let db = Db::open(file.to_str().expect("UTF-8"), Clock::System).await.expect("a database");
            db.migrate().await.expect("the migrations fit a fresh database");
            db
        });
        let ingest = Ingest::new(db, lake.expect("a lake"), Arc::clone(&catalog), folder.join("ingest"));
        let sender = Sender::operator("fuzz");
        Self { folder, runtime, catalog, ingest, sender, batches: AtomicU64::new(1) }
    }

    fn number(&self) -> u64 {
        self.batches.fetch_add(1, Ordering::Relaxed)
    }

    /// Puts files into a folder, does something with it, and removes it.
    fn with_files(&self, files: &[(&str, &[u8])], act: impl FnOnce(&Path)) {
        let folder = self.folder.join(format!("drop-{}", self.number()));
        std::fs::create_dir_all(&folder).expect("a folder");
        for (name, bytes) in files {
            std::fs::write(folder.join(name), bytes).expect("a file");
        }
        act(&folder);
        std::fs::remove_dir_all(&folder).expect("the folder was there");
    }

    fn take(&self, path: &Path) {
        let deliveries = match self.ingest.find(&[path.to_owned()]) {
            Ok(deliveries) => deliveries,
            Err(error) => {
                let of_sender = error.is_about_archive() || matches!(error, IngestError::NoBatch { .. });
                assert!(of_sender, "a wrong archive is not a failure of the platform: {error:?}");
                return;
            }
        };
        for delivery in &deliveries {
            let taken = self.runtime.block_on(self.ingest.take(delivery, &self.sender));
            taken.unwrap_or_else(|error| panic!("wrong data is answered with a receipt, not with {error:?}"));
        }
    }
}
