//! What is of level 3 and 4 lies sealed in the data files, and is read as ever by whoever has the keys.

mod house;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use jq_base::clock::Clock;
use jq_base::table::{ColumnKind, ColumnSpec, TableSpec};
use jq_crypto::{KeyStore, Keyring, Master, MasterKey, Purpose, Sealed, Sealer, Suite};
use jq_lake::{Cell, Lake, LakeError, LakeKeys, Row, Sizes, Value};

use house::{FIRM, OTHER, PAID, SMALL, at, deliver, permit, push};

/// Who paid: words that are found at once in a file that holds them legibly.
const PAYER: &str = "a-payer-whom-nobody-else-may-know";

/// A lake of bills whose amount is of level 3 and whose payer is of level 4.
struct Vault {
    folder: PathBuf,
    ring: Arc<Keyring>,
    lake: Lake,
}

impl Vault {
    fn new(name: &str, sizes: Sizes) -> Self {
        let folder = std::env::temp_dir().join(format!("jq-lake-{name}-{}", std::process::id()));
        let master = Master::Given(MasterKey::generate().expect("a master key"));
        let ring = Arc::new(Keyring::open(&folder.join("keys"), master).expect("a keyring"));
        let lake = open(&folder, &ring, sizes, true);
        Self { folder, ring, lake }
    }

    /// Takes bills of the firm, one a day; every amount is told in fen.
    async fn take(&self, batch: &str, keys: std::ops::Range<i64>, amount: i64) {
        take(&self.lake, batch, keys, amount).await;
    }

    async fn sum(&self) -> Option<Value> {
        self.lake.sql("select sum(amount_fen) from bill").await.expect("an answer")[0].at(0)
    }

    /// What the firm reads of its bills: key and payer.
    async fn of_firm(&self) -> Vec<String> {
        let rows = self.lake.read_subject(&permit(FIRM), "bill").await.expect("a permit");
        let text = |row: &Row, column| row.get(column).map(|value| value.to_text()).unwrap_or_default();
        let told = |row: &Row| format!("{}: {}", text(row, "natural_key"), text(row, "payer"));
        let mut bills: Vec<String> = rows.iter().map(told).collect();
        bills.sort();
        bills
    }

    fn files(&self) -> Vec<PathBuf> {
        data_files(&self.folder.join("lake/bill"))
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        // A folder that stays behind harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn spec() -> TableSpec {
    let column = |name: &str, kind, level| ColumnSpec { name: name.to_owned(), kind, optional: true, level };
    let columns = vec![
        column("paid_on", ColumnKind::Date, 1),
        column("amount_fen", ColumnKind::Money, 3),
        column("payer", ColumnKind::Text, 4),
    ];
    TableSpec { name: "bill".to_owned(), columns, also_subjects: vec![], key_level: 3 }
}

fn sealer(ring: &Arc<Keyring>) -> Sealer {
    let ring = Arc::clone(ring);
    Sealer::new(move || Ok(Arc::clone(&ring) as Arc<dyn KeyStore>), Suite::National, Clock::System)
}

fn open(folder: &Path, ring: &Arc<Keyring>, sizes: Sizes, seals_new_files: bool) -> Lake {
    let keys = LakeKeys { sealer: sealer(ring), seals_new_files };
    Lake::open_with(&folder.join("lake"), vec![spec()], sizes, Some(keys)).expect("a lake")
}

async fn take(lake: &Lake, batch: &str, keys: std::ops::Range<i64>, amount: i64) {
    let mut rows = lake.rows("bill").expect("a bill");
    // A later day's bill is a later version.
    let version = batch[8..].parse().expect("a day");
    for key in keys {
        let subject = if key % 2 == 0 { FIRM } else { OTHER };
        let payer = format!("{PAYER} {}", key % 50);
        push(
            &mut rows,
            batch,
            (subject, &format!("bill-{key:06}"), version, PAID, amount),
            &[Cell::Text(&payer)],
        );
    }
    deliver(lake, batch, rows).await;
}

fn data_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(data_files(&path));
        } else if path.extension().is_some_and(|end| end == "parquet") {
            found.push(path);
        }
    }
    found
}

/// Whether words stand legibly in a file; those of a short file are not compressed away.
fn tells(file: &Path, words: &str) -> bool {
    let bytes = std::fs::read(file).expect("a file");
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[tokio::test]
async fn secret_columns_lie_sealed_and_are_read_as_ever() {
    let vault = Vault::new("sealed", Sizes::default());
    vault.take("2026-03-01", 0..2, 700).await;
    let [file] = vault.files().try_into().expect("one file");
    assert!(!tells(&file, PAYER), "the payer is of level 4");
    assert!(!tells(&file, "bill-000000"), "the key is of level 3");
    assert!(tells(&file, FIRM), "by the subject files are found");

    let clear = open(&vault.folder.join("clear"), &vault.ring, Sizes::default(), false);
    take(&clear, "2026-03-01", 0..2, 700).await;
    let [legible] = data_files(&vault.folder.join("clear/lake/bill")).try_into().expect("one file");
    assert!(tells(&legible, PAYER), "unsealed, the same row is legible: this test would notice");

    assert_eq!(vault.sum().await, Some(Value::Int(1_400)));
    let rows = vault.lake.read_subject(&permit(FIRM), "bill").await.expect("a permit");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].get("payer"), Some(Value::Text(format!("{PAYER} 0"))));
    let history = vault.lake.history("bill", "bill-000001").await.expect("a history");
    assert_eq!(history.len(), 1);
}

#[tokio::test]
async fn sealed_records_go_through_updates_compaction_and_erasure() {
    let vault = Vault::new("sealed-care", SMALL);
    vault.take("2026-03-01", 0..2_000, 100).await;
    vault.take("2026-03-02", 500..1_500, 300).await;
    let expected = Some(Value::Int(1_000 * 100 + 1_000 * 300));
    assert_eq!(vault.sum().await, expected);
    let before = vault.of_firm().await;
    vault.lake.compact("bill").await.expect("compaction");
    assert_eq!(vault.sum().await, expected);
    let after = vault.of_firm().await;
    assert_eq!(before, after, "page by page the same records");
    assert_eq!(after.len(), 1_000);
    for file in vault.files() {
        assert!(!tells(&file, PAYER), "{}", file.display());
    }
}

#[tokio::test]
async fn whoever_has_no_keys_is_told_that_it_lies_sealed() {
    let vault = Vault::new("sealed-keyless", Sizes::default());
    vault.take("2026-03-01", 0..10, 700).await;
    let keyless = Lake::open(&vault.folder.join("lake"), vec![spec()]).expect("a lake");
    let refused = keyless.sql("select sum(amount_fen) from bill").await;
    assert!(matches!(refused, Err(LakeError::Sealed { .. })), "{refused:?}");
    let refused = keyless.read_subject(&permit(FIRM), "bill").await;
    assert!(matches!(refused, Err(LakeError::Rows(_))), "{refused:?}");
}

#[tokio::test]
async fn turning_the_key_touches_no_file_and_destroying_it_loses_what_it_sealed() {
    let vault = Vault::new("sealed-keys", Sizes::default());
    vault.take("2026-03-01", 0..4, 100).await;
    let now = at("2026-03-02");
    let former = vault.ring.active(Purpose::Level4).expect("a key");
    vault.ring.rotate(Purpose::Level4, Suite::International, now).expect("a turn");
    vault.take("2026-03-03", 4..8, 100).await;
    let reopened = open(&vault.folder, &vault.ring, Sizes::default(), true);
    let payers = "select count(distinct payer) from bill";
    assert_eq!(reopened.sql(payers).await.expect("both keys open")[0].at(0), Some(Value::Int(8)));
    vault.ring.destroy(&former.id, now).expect("a retired key may go");
    let reopened = open(&vault.folder, &vault.ring, Sizes::default(), true);
    assert!(reopened.sql(payers).await.is_err(), "what the destroyed key sealed is gone");
    let amounts = reopened.sql("select sum(amount_fen) from bill").await.expect("level 3 has another key");
    assert_eq!(amounts[0].at(0), Some(Value::Int(800)));
}

#[tokio::test]
async fn files_that_are_written_anew_do_without_the_former_key() {
    let vault = Vault::new("sealed-renewed", SMALL);
    vault.take("2026-03-01", 0..1_000, 100).await;
    vault.lake.compact("bill").await.expect("compaction");
    vault.take("2026-03-02", 0..100, 300).await;
    let (before, now) = (vault.of_firm().await, at("2026-03-03"));
    for level in [Purpose::Level3, Purpose::Level4] {
        let former = vault.ring.active(level).expect("a key");
        vault.ring.rotate(level, Suite::National, now).expect("a turn");
        vault.lake.renew("bill").await.expect("files");
        vault.ring.destroy(&former.id, now).expect("a retired key may go");
    }
    let reopened = open(&vault.folder, &vault.ring, SMALL, true);
    assert_eq!(
        reopened.sql("select sum(amount_fen) from bill").await.expect("an answer")[0].at(0),
        vault.sum().await
    );
    assert_eq!(vault.of_firm().await, before);
    assert_eq!(vault.sum().await, Some(Value::Int(900 * 100 + 100 * 300)));
}

#[tokio::test]
async fn a_changed_page_is_not_believed() {
    let vault = Vault::new("sealed-changed", Sizes::default());
    vault.take("2026-03-01", 0..400, 100).await;
    let [file] = vault.files().try_into().expect("one file");
    let whole = std::fs::read(&file).expect("a file");
    let mut noticed = 0;
    for place in (8..whole.len() - 64).step_by(whole.len() / 60) {
        let mut changed = whole.clone();
        changed[place] ^= 0x20;
        std::fs::write(&file, &changed).expect("a file");
        let lake = open(&vault.folder, &vault.ring, Sizes::default(), true);
        let query = "select sum(amount_fen), count(natural_key), max(payer) from bill";
        match lake.sql(query).await {
            Err(_) => noticed += 1,
            Ok(rows) => {
                assert_eq!(rows[0].at(0), Some(Value::Int(40_000)), "byte {place} was of another column");
            }
        }
    }
    assert!(noticed > 10, "only {noticed} of 60 changes were in what is sealed");
}

/// What `pyarrow` is to do: read a sealed file with the keys that are given to it, and another time without any.
const READER: &str = r#"
import json, sys
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

keys = {wrapped: bytes.fromhex(key) for wrapped, key in json.loads(sys.argv[2]).items()}

class Platform(pe.KmsClient):
    def __init__(self, config):
        pe.KmsClient.__init__(self)
    def wrap_key(self, key_bytes, master_key_identifier):
        raise NotImplementedError
    def unwrap_key(self, wrapped_key, master_key_identifier):
        return keys[wrapped_key]

factory = pe.CryptoFactory(lambda config: Platform(config))
opened = factory.file_decryption_properties(pe.KmsConnectionConfig())
rows = pq.ParquetFile(sys.argv[1], decryption_properties=opened).read(["natural_key", "amount_fen", "payer"])
clear = pq.ParquetFile(sys.argv[1]).read(["subject_key", "paid_on"])
print(json.dumps({"sum": sum(rows["amount_fen"].to_pylist()), "payers": len(set(rows["payer"].to_pylist())),
                  "keys": sorted(rows["natural_key"].to_pylist())[:1], "clear": clear.num_rows}))
"#;

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "which Python reads is the caller's environment")]
async fn another_program_reads_it_with_the_keys() {
    let Ok(python) = std::env::var("JINQIAO_TEST_PYTHON") else {
        assert!(std::env::var("CI").is_err(), "name a Python with pyarrow in JINQIAO_TEST_PYTHON");
        return;
    };
    let vault = Vault::new("sealed-outside", Sizes::default());
    vault.take("2026-03-01", 0..500, 700).await;
    let [file] = vault.files().try_into().expect("one file");
    let keys: serde_json::Map<String, serde_json::Value> = wrapped_keys(&file)
        .into_iter()
        .map(|wrapped| {
            let sealed: Sealed = wrapped.parse().expect("a wrapped key");
            let key = sealer(&vault.ring).open_data_key(&sealed).expect("its key is there");
            let digits = key.bytes().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            (wrapped, digits.into())
        })
        .collect();
    assert_eq!(keys.len(), 2, "one of level 3, one of level 4");
    let keys = serde_json::Value::Object(keys).to_string();
    let answer = Command::new(python).args(["-c", READER]).arg(&file).arg(keys).output().expect("Python");
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let told: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    let expected = serde_json::json!({ "sum": 350_000, "payers": 50, "keys": ["bill-000000"], "clear": 500 });
    assert_eq!(told, expected);
}

/// The wrapped keys that stand in a file.
fn wrapped_keys(file: &Path) -> std::collections::BTreeSet<String> {
    let bytes = std::fs::read(file).expect("a file");
    let text = String::from_utf8_lossy(&bytes);
    let after = text.split(r#""wrappedDEK":""#).skip(1);
    after.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}
