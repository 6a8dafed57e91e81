//! What was confirmed is there after the process was killed; what was not confirmed leaves no trace.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use jq_base::clock::Clock;
use jq_db::audit::{AuditLine, verify};
use jq_db::outbox::{self, Event};
use jq_db::{Db, sql};
use jq_testkit::TestDb;

/// Tells the program of this test, started a second time, which file to write to until it is killed.
const FILE_VARIABLE: &str = "JQ_DB_TEST_WRITE_TO";
const CONFIRMED: &str = "confirmed ";

#[tokio::test]
async fn sqlite_keeps_a_log_and_leaves_the_waiting_for_the_disk_to_the_commit() {
    let test = TestDb::sqlite().await;
    let mut tx = test.db.begin().await.unwrap();
    let mut pragma = async |query, column: &str| {
        tx.fetch_one(sql(query)).await.unwrap().cells().next().map(|(name, cell)| {
            assert_eq!(name, column);
            format!("{cell:?}")
        })
    };
    assert_eq!(pragma("pragma journal_mode", "journal_mode").await.unwrap(), "Text(\"wal\")");
    assert_eq!(pragma("pragma synchronous", "synchronous").await.unwrap(), "Int(1)"); // 1 is normal
    assert_eq!(pragma("pragma foreign_keys", "foreign_keys").await.unwrap(), "Int(1)");
}

#[tokio::test]
async fn a_commit_whose_log_cannot_be_brought_to_the_disk_is_not_confirmed() {
    let test = TestDb::sqlite().await;
    let folder = test.folder().unwrap().join("alone");
    let path = folder.join("business.db");
    let db = Db::open(path.to_str().unwrap(), Clock::System).await.unwrap();
    db.migrate().await.unwrap();
    let log = folder.join("business.db-wal");
    std::fs::rename(&log, folder.join("moved")).unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.set_setting("kept", "perhaps").await.unwrap();
    let refused = tx.commit().await.unwrap_err();
    assert!(matches!(refused, jq_db::DbError::Commit(_)), "{refused:?}");
    std::fs::rename(folder.join("moved"), &log).unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.set_setting("kept", "yes").await.unwrap();
    tx.commit().await.unwrap();
}

/// Not a test by itself: the body of the process that [`a_killed_writer_loses_nothing_it_confirmed`] kills.
#[tokio::test]
async fn writing_until_killed() {
    #[expect(clippy::disallowed_methods, reason = "the parent process names the file by the environment")]
    let Ok(path) = std::env::var(FILE_VARIABLE) else { return };
    let db = Db::open(&path, Clock::System).await.unwrap();
    for number in 1_u32.. {
        let mut tx = db.begin().await.unwrap();
        tx.set_setting(&format!("number.{number}"), "written").await.unwrap();
        tx.audit(AuditLine::new("writer", "test", "number.write").subject(number.to_string()));
        tx.emit(Event::new("number.written", "numbers", serde_json::json!(number)));
        tx.commit().await.unwrap();
        println!("\n{CONFIRMED}{number}");
    }
}

#[tokio::test]
async fn a_killed_writer_loses_nothing_it_confirmed() {
    const ROUNDS: u32 = 3;
    const WAIT_FOR: u32 = 40;
    for round in 1..=ROUNDS {
        let test = TestDb::sqlite().await;
        let path = test.folder().unwrap().join("business.db");
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writing_until_killed", "--nocapture"])
            .env(FILE_VARIABLE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        let mut confirmed = 0;
        for line in lines.map_while(Result::ok) {
            let Some(number) = line.strip_prefix(CONFIRMED) else { continue };
            confirmed = number.parse().unwrap();
            if confirmed == WAIT_FOR * round {
                writer.kill().unwrap(); // SIGKILL; what it still confirmed before that is read on
            }
        }
        writer.wait().unwrap();
        assert!(confirmed >= WAIT_FOR * round);

        let db = test.open_again().await;
        let kept = db.fetch_one(sql("select count(*) as kept from setting")).await.unwrap();
        let kept: u32 = kept.get("kept").unwrap();
        assert!(kept == confirmed || kept == confirmed + 1, "{kept} kept, {confirmed} confirmed");
        let report = verify(&db, None).await.unwrap();
        assert!(report.is_whole() && report.lines == u64::from(kept), "{report:?}");
        let events = outbox::list_after(&db, 0, u32::MAX).await.unwrap();
        assert_eq!(events.len(), kept as usize);
    }
}

#[tokio::test]
async fn an_open_transaction_is_not_in_the_file() {
    let test = TestDb::sqlite().await;
    let mut tx = test.db.begin().await.unwrap();
    tx.set_setting("kept", "yes").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = test.db.begin().await.unwrap();
    for number in 0..2_000 {
        tx.set_setting(&format!("open.{number}"), &"x".repeat(2_000)).await.unwrap(); // more than the page cache
    }
    // The files as a power cut would leave them, the transaction still open.
    let folder = test.folder().unwrap();
    let copy = folder.join("copy");
    std::fs::create_dir(&copy).unwrap();
    for name in ["business.db", "business.db-wal"] {
        std::fs::copy(folder.join(name), copy.join(name)).unwrap();
    }
    let found = Db::open(copy.join("business.db").to_str().unwrap(), Clock::System).await.unwrap();
    let rows = found.fetch_all(sql("select name from setting")).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.text("name").unwrap()).collect::<Vec<_>>(), ["kept"]);
    drop(tx);
}
