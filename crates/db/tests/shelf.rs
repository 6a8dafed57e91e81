//! Files that belong to records: sealed where the store seals, read back as they were.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use std::path::Path;
use std::sync::{Arc, Mutex};

use jq_base::ids::ReportNo;
use jq_base::lang::Lang;
use jq_base::seal::{Seal, SealError, SealMarks, SecretLevel, SecretPlace};
use jq_db::{Db, Resealed, Shelf};
use jq_testkit::TestDb;

/// Seals by writing key and name before the digits of the bytes.
#[derive(Debug)]
struct Key(Mutex<&'static str>);

impl Seal for Key {
    fn seal(&self, _: SecretLevel, place: &SecretPlace, value: &[u8]) -> Result<String, SealError> {
        let digits = value.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"));
        Ok(format!("s.{}.{}/{digits}", self.0.lock().unwrap(), place.row))
    }

    fn open(&self, place: &SecretPlace, kept: &[u8]) -> Result<Vec<u8>, SealError> {
        let Some(sealed) = kept.strip_prefix(b"s.") else { return Ok(kept.to_vec()) };
        let (name, digits) = std::str::from_utf8(sealed).unwrap().split_once('/').unwrap();
        if name.split_once('.').unwrap().1 != place.row {
            return Err(SealError::new("it is another's"));
        }
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        Ok((0..digits.len()).step_by(2).map(byte).collect())
    }

    fn marks(&self, _: SecretLevel) -> Result<SealMarks, SealError> {
        Ok(SealMarks { any: "s.".to_owned(), current: format!("s.{}.", self.0.lock().unwrap()) })
    }
}

const PDF: &[u8] = b"%PDF-\xff\x00 a report";

fn number(digit: char) -> ReportNo {
    ReportNo::parse(&format!("CQZ20261110AAAAAAAAA{digit}A")).unwrap()
}

fn shelf(db: &Db, test: &TestDb) -> Shelf {
    Shelf::new(db, test.folder().unwrap().join("reports"))
}

fn begins(path: &Path, beginning: &str) -> bool {
    std::fs::read(path).unwrap().starts_with(beginning.as_bytes())
}

#[tokio::test]
async fn a_file_lies_sealed_for_its_name_and_is_read_as_it_was() {
    let test = TestDb::sqlite().await;
    let in_clear = shelf(&test.db, &test);
    in_clear.keep(&number('1'), Lang::Zh, "pdf", PDF.to_vec()).await.unwrap();
    let key = Arc::new(Key(Mutex::new("first")));
    let db = test.db.clone().sealing(key.clone());
    let shelf = shelf(&db, &test);
    shelf.keep(&number('2'), Lang::Zh, "pdf", PDF.to_vec()).await.unwrap();
    let (former, sealed) =
        (shelf.path(&number('1'), Lang::Zh, "pdf"), shelf.path(&number('2'), Lang::Zh, "pdf"));
    assert!(sealed.ends_with("reports/2026-11/CQZ20261110AAAAAAAAA2A.zh-CN.pdf"), "{}", sealed.display());
    assert!(begins(&former, "%PDF") && begins(&sealed, "s.first."));
    for digit in ['1', '2'] {
        assert_eq!(shelf.find(&number(digit), Lang::Zh, "pdf").await.unwrap().as_deref(), Some(PDF));
    }
    assert_eq!(shelf.find(&number('2'), Lang::En, "pdf").await.unwrap(), None);
    let moved = shelf.path(&number('3'), Lang::Zh, "pdf");
    std::fs::copy(&sealed, &moved).unwrap();
    assert!(shelf.find(&number('3'), Lang::Zh, "pdf").await.is_err(), "it is another report's");

    *key.0.lock().unwrap() = "second";
    std::fs::write(sealed.with_extension("pdf.part"), "half a").unwrap();
    assert_eq!(shelf.reseal().await.unwrap(), Resealed { values: 2, closed: 1 });
    assert!(begins(&former, "s.second.") && begins(&sealed, "s.second."));
    for digit in ['1', '2'] {
        assert_eq!(shelf.find(&number(digit), Lang::Zh, "pdf").await.unwrap().as_deref(), Some(PDF));
    }
    assert_eq!(shelf.reseal().await.unwrap(), Resealed { values: 0, closed: 1 });
    test.db.close().await;
}
