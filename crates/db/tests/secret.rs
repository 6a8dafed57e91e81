//! Secret fields: sealed in the table, read as they were by whoever can open them.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use std::sync::Arc;

use jq_base::seal::{Seal, SealError, SecretLevel, SecretPlace};
use jq_db::{Db, DbError, sql};
use jq_testkit::each_database;

/// Writes the level and the place before the text, turned round: enough to see what was sealed, and for where.
#[derive(Debug)]
struct Turner;

const MARK: &str = "turned:";

impl Seal for Turner {
    fn seal(&self, level: SecretLevel, place: &SecretPlace, text: &str) -> Result<String, SealError> {
        let turned: String = text.chars().rev().collect();
        Ok(format!("{MARK}{level:?}:{}:{turned}", named(place)))
    }

    fn open(&self, place: &SecretPlace, kept: &str) -> Result<String, SealError> {
        let Some(sealed) = kept.strip_prefix(MARK) else { return Ok(kept.to_owned()) };
        let mut parts = sealed.splitn(3, ':');
        let (_, of, text) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
        if of != Some(named(place).as_str()) {
            return Err(SealError::new("it stands elsewhere"));
        }
        Ok(text.chars().rev().collect())
    }
}

fn named(place: &SecretPlace) -> String {
    format!("{}.{}/{}", place.table, place.column, place.row)
}

fn place(row: &str) -> SecretPlace {
    SecretPlace::new("setting", "value", row)
}

async fn keep(db: &Db, name: &str, value: &str) {
    let mut tx = db.begin().await.unwrap();
    let query = sql("insert into setting (name, value, changed_at) values ($1, $2, $3)").bind(name);
    let query = query.bind_secret(SecretLevel::Four, place(name), value).bind(tx.now());
    tx.execute(query).await.unwrap();
    let within = tx.fetch_one(sql("select value from setting where name = $1").bind(name)).await.unwrap();
    assert_eq!(within.secret("value", &place(name)).unwrap(), value, "also before the commit");
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_secret_field_is_sealed_in_the_table_and_read_as_it_was() {
    each_database(async |test| {
        keep(&test.db, "before", "138").await;
        let db = test.db.clone().sealing(Arc::new(Turner));
        keep(&db, "after", "139").await;
        let rows = db.fetch_all(sql("select name, value from setting order by name")).await.unwrap();
        let kept: Vec<String> = rows.iter().map(|row| row.text("value").unwrap()).collect();
        assert_eq!(kept, ["turned:Four:setting.value/after:931", "138"], "what is in the table");
        let read = |row: &jq_db::Row| row.secret("value", &place(&row.text("name").unwrap())).unwrap();
        assert_eq!(rows.iter().map(read).collect::<Vec<_>>(), ["139", "138"], "also what was there before");
        let mut moment = db.read().await.unwrap();
        let row = moment.fetch_one(sql("select value from setting where name = 'after'")).await.unwrap();
        assert_eq!(row.secret("value", &place("after")).unwrap(), "139");
        moment.end().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_sealed_value_that_was_moved_to_another_row_does_not_open() {
    each_database(async |test| {
        let db = test.db.clone().sealing(Arc::new(Turner));
        keep(&db, "mine", "139").await;
        let mut tx = db.begin().await.unwrap();
        tx.execute(sql("update setting set name = 'yours' where name = 'mine'")).await.unwrap();
        tx.commit().await.unwrap();
        let row = db.fetch_one(sql("select value from setting where name = 'yours'")).await.unwrap();
        assert!(matches!(row.secret("value", &place("yours")), Err(DbError::Seal(_))));
    })
    .await;
}
