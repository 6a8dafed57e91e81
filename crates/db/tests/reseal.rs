//! Sealing anew after a key was turned: everything that waits for it, nothing else, and nobody is disturbed.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use std::sync::{Arc, Mutex};

use jq_base::seal::{Seal, SealError, SealMarks, SecretLevel, SecretPlace, SecretTable};
use jq_db::{Db, Resealed, Row, SECRET_TABLES, reseal, sql};
use jq_testkit::each_database;

/// Seals by writing key and place before the text; a key that is gone opens nothing.
#[derive(Debug)]
struct Keys {
    active: Mutex<&'static str>,
    gone: Mutex<&'static str>,
}

impl Keys {
    fn new() -> Arc<Self> {
        Arc::new(Self { active: Mutex::new("first"), gone: Mutex::new("none") })
    }

    fn turn(&self, active: &'static str) {
        *self.active.lock().unwrap() = active;
    }

    fn destroy(&self, gone: &'static str) {
        *self.gone.lock().unwrap() = gone;
    }
}

impl Seal for Keys {
    fn seal(&self, _: SecretLevel, place: &SecretPlace, value: &[u8]) -> Result<String, SealError> {
        let text = std::str::from_utf8(value).map_err(SealError::new)?;
        Ok(format!("s.{}.{}#{text}", self.active.lock().unwrap(), named(place)))
    }

    fn open(&self, place: &SecretPlace, kept: &[u8]) -> Result<Vec<u8>, SealError> {
        let text = std::str::from_utf8(kept).map_err(SealError::new)?;
        let Some(sealed) = text.strip_prefix("s.") else { return Ok(kept.to_vec()) };
        let (key, rest) = sealed.split_once('.').unwrap();
        let value = rest.strip_prefix(&format!("{}#", named(place)));
        let opens = key != *self.gone.lock().unwrap();
        value.filter(|_| opens).map(|value| value.as_bytes().to_vec()).ok_or_else(|| SealError::new("closed"))
    }

    fn marks(&self, _: SecretLevel) -> Result<SealMarks, SealError> {
        Ok(SealMarks { any: "s.".to_owned(), current: format!("s.{}.", self.active.lock().unwrap()) })
    }
}

fn named(place: &SecretPlace) -> String {
    format!("{}.{}/{}", place.table, place.column, place.row)
}

/// A table whose key has two parts, one of them a number.
const LINES: SecretTable = SecretTable {
    name: "api_bulk_subject",
    keys: &["bulk_id", "place"],
    columns: &["line"],
    level: SecretLevel::Four,
    mixed: false,
};

/// Rows of more than two pages.
const ROWS: u32 = 450;

async fn fill(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    let bulk =
        sql("insert into api_bulk (bulk_id, client_id, bank_id, purpose, items, partial, subjects, asked_at)
         values ('b-1', 'c', 'bank01', 'in_loan', '[]', 0, $1, $2)");
    tx.execute(bulk.bind(ROWS).bind(tx.now())).await.unwrap();
    for place in 1..=ROWS {
        let query = sql("insert into api_bulk_subject (bulk_id, place, subject_key, state)
             values ('b-1', $1, $2, 'waiting')");
        tx.execute(query.bind(place).bind(format!("s{place}"))).await.unwrap();
        if place != 7 {
            write(&mut tx, place, &format!("line {place}")).await;
        }
    }
    tx.commit().await.unwrap();
}

async fn write(tx: &mut jq_db::Tx, place: u32, line: &str) {
    let query = sql("update api_bulk_subject set line = $2 where place = $1").bind(place);
    let query = query.bind_secret(LINES.level, LINES.place("line", format!("b-1/{place}")), line);
    assert_eq!(tx.execute(query).await.unwrap(), 1);
}

async fn rows(db: &Db) -> Vec<Row> {
    db.fetch_all(sql("select place, line from api_bulk_subject order by place")).await.unwrap()
}

/// The number of a row and its line, opened; nothing for the one row without.
fn read(row: &Row) -> (u32, Option<String>) {
    let place = row.get("place").unwrap();
    let there = row.opt_text("line").unwrap();
    (place, there.map(|_| row.secret("line", &LINES.place("line", format!("b-1/{place}"))).unwrap()))
}

fn lying_under(rows: &[Row], mark: &str) -> usize {
    let kept = rows.iter().filter_map(|row| row.opt_text("line").unwrap());
    kept.filter(|line| line.starts_with(mark)).count()
}

#[tokio::test]
async fn what_lies_under_a_former_key_or_in_clear_comes_under_that_of_today() {
    each_database(async |test| {
        let keys = Keys::new();
        let db = test.open_again().await;
        fill(&db).await;
        let db = db.sealing(keys.clone());
        let mut tx = db.begin().await.unwrap();
        for place in 100..200 {
            write(&mut tx, place, &format!("line {place}")).await;
        }
        tx.commit().await.unwrap();
        keys.turn("second");
        let mut tx = db.begin().await.unwrap();
        write(&mut tx, 300, "line 300").await;
        tx.commit().await.unwrap();

        let expected = u64::from(ROWS) - 2;
        assert_eq!(reseal(&db, &LINES).await.unwrap(), Resealed { values: expected, closed: 0 });
        assert_eq!(reseal(&db, &LINES).await.unwrap(), Resealed::default(), "there is nothing left to do");
        keys.destroy("first");
        let rows = rows(&db).await;
        assert_eq!(lying_under(&rows, "s.second."), ROWS as usize - 1);
        for (place, line) in rows.iter().map(read) {
            assert_eq!(line, (place != 7).then(|| format!("line {place}")));
        }
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_secret_stays_as_it_is_beside_what_is() {
    each_database(async |test| {
        let keys = Keys::new();
        let db = test.db.clone().sealing(keys.clone());
        let mut tx = db.begin().await.unwrap();
        tx.set_setting("city.name", "重庆").await.unwrap();
        tx.set_secret_setting("key", "a secret").await.unwrap();
        tx.commit().await.unwrap();
        keys.turn("second");
        let [settings, _] = SECRET_TABLES;
        assert_eq!(reseal(&db, settings).await.unwrap(), Resealed { values: 1, closed: 0 });
        keys.destroy("first");
        assert_eq!(db.setting("city.name").await.unwrap().as_deref(), Some("重庆"));
        assert_eq!(db.secret_setting("key").await.unwrap().as_deref(), Some("a secret"));
    })
    .await;
}

#[tokio::test]
async fn what_no_key_opens_is_counted_and_left() {
    each_database(async |test| {
        let keys = Keys::new();
        let db = test.db.clone().sealing(keys.clone());
        fill(&db).await;
        keys.turn("second");
        let mut tx = db.begin().await.unwrap();
        write(&mut tx, 300, "line 300").await;
        tx.commit().await.unwrap();
        keys.destroy("first");
        keys.turn("third");
        let closed = u64::from(ROWS) - 2;
        assert_eq!(reseal(&db, &LINES).await.unwrap(), Resealed { values: 1, closed });
        assert_eq!(lying_under(&rows(&db).await, "s.first."), ROWS as usize - 2);
    })
    .await;
}

#[tokio::test]
async fn a_store_that_does_not_seal_is_left_as_it_is() {
    each_database(async |test| {
        fill(&test.db).await;
        assert_eq!(reseal(&test.db, &LINES).await.unwrap(), Resealed::default());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_meanwhile_counts() {
    each_database(async |test| {
        let keys = Keys::new();
        let db = test.open_again().await.sealing(keys.clone());
        fill(&db).await;
        keys.turn("second");
        let writer = test.open_again().await.sealing(keys.clone());
        let written = tokio::spawn(async move {
            for place in (1..=ROWS).rev().filter(|place| place % 3 == 0) {
                let mut tx = writer.begin().await.unwrap();
                write(&mut tx, place, &format!("newer {place}")).await;
                tx.commit().await.unwrap();
            }
            writer.close().await;
        });
        reseal(&db, &LINES).await.unwrap();
        written.await.unwrap();
        assert_eq!(reseal(&db, &LINES).await.unwrap(), Resealed::default());
        for (place, line) in rows(&db).await.iter().map(read).filter(|(place, _)| *place != 7) {
            let expected = if place % 3 == 0 { format!("newer {place}") } else { format!("line {place}") };
            assert_eq!(line, Some(expected));
        }
        db.close().await;
    })
    .await;
}
