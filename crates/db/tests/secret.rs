//! Secret fields: sealed in the table, read as they were by whoever can open them.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use std::sync::Arc;

use jiff::SignedDuration;
use jq_base::seal::{Seal, SealError, SealMarks, SecretLevel, SecretPlace};
use jq_db::outbox::{self, Delivery, Event};
use jq_db::{Db, DbError, sql};
use jq_testkit::{TestDb, each_database};
use serde_json::json;

/// Writes the level and the place before the text, turned round: enough to see what was sealed, and for where.
#[derive(Debug)]
struct Turner;

const MARK: &str = "turned:";

impl Seal for Turner {
    fn seal(&self, level: SecretLevel, place: &SecretPlace, value: &[u8]) -> Result<String, SealError> {
        let text = std::str::from_utf8(value).map_err(SealError::new)?;
        let turned: String = text.chars().rev().collect();
        Ok(format!("{MARK}{level:?}:{}:{turned}", named(place)))
    }

    fn open(&self, place: &SecretPlace, kept: &[u8]) -> Result<Vec<u8>, SealError> {
        let text = std::str::from_utf8(kept).map_err(SealError::new)?;
        let Some(sealed) = text.strip_prefix(MARK) else { return Ok(kept.to_vec()) };
        let mut parts = sealed.splitn(3, ':');
        let (_, of, text) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
        if of != Some(named(place).as_str()) {
            return Err(SealError::new("it stands elsewhere"));
        }
        Ok(text.chars().rev().collect::<String>().into_bytes())
    }

    fn marks(&self, level: SecretLevel) -> Result<SealMarks, SealError> {
        Ok(SealMarks { any: MARK.to_owned(), current: format!("{MARK}{level:?}:") })
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

#[tokio::test]
async fn a_secret_payload_is_sealed_in_the_outbox_and_reaches_its_consumer_as_it_was() {
    each_database(async |test| {
        let asked = |mobile: &str| json!({ "mobile": mobile });
        let mut tx = test.db.begin().await.unwrap();
        tx.emit(Event::new("sms", "a", asked("138")).secret());
        tx.commit().await.unwrap();
        let db = test.db.clone().sealing(Arc::new(Turner));
        let mut tx = db.begin().await.unwrap();
        tx.emit(Event::new("sms", "b", asked("139")).secret());
        tx.emit(Event::new("paid", "c", json!({ "amount_fen": 100 })));
        tx.commit().await.unwrap();
        let kept = db.fetch_all(sql("select payload from outbox_event order by position")).await.unwrap();
        let kept: Vec<String> = kept.iter().map(|row| row.text("payload").unwrap()).collect();
        assert_eq!(kept[0], r#"{"mobile":"138"}"#, "of a release that did not seal");
        assert!(kept[1].starts_with("turned:Three:outbox_event.payload/2:"), "{}", kept[1]);
        assert_eq!(kept[2], r#"{"amount_fen":100}"#);
        let told = outbox::list_after(&db, 0, 10).await.unwrap();
        let payloads: Vec<_> = told.into_iter().map(|event| event.payload).collect();
        assert_eq!(payloads, [asked("138"), asked("139"), json!({ "amount_fen": 100 })]);
        outbox::spread(&db, "notify", &["sms".to_owned()]).await.unwrap();
        for mobile in ["138", "139"] {
            assert_eq!(claim(test, &db).await.unwrap().event.payload, asked(mobile));
        }
    })
    .await;
}

#[tokio::test]
async fn a_payload_that_does_not_open_holds_up_nothing_and_is_seen() {
    each_database(async |test| {
        let db = test.db.clone().sealing(Arc::new(Turner));
        let mut tx = db.begin().await.unwrap();
        for subject in ["a", "b"] {
            tx.emit(Event::new("sms", subject, json!({ "to": subject })).secret());
        }
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let moved = "update outbox_event set payload = (select payload from outbox_event where position = 2)
             where position = 1";
        tx.execute(sql(moved)).await.unwrap();
        tx.commit().await.unwrap();
        outbox::spread(&db, "notify", &["sms".to_owned()]).await.unwrap();
        assert_eq!(claim(test, &db).await.unwrap().event.payload, json!({ "to": "b" }));
        for _ in 1..outbox::TRIES_MAX {
            test.advance(SignedDuration::from_hours(1));
            while claim(test, &db).await.is_some() {}
        }
        let dead = outbox::list_dead(&db, 10).await.unwrap();
        let shut: Vec<_> = dead.iter().filter(|dead| dead.event.subject == "a").collect();
        assert_eq!((shut.len(), &shut[0].event.payload), (1, &serde_json::Value::Null));
        assert_eq!(shut[0].last_error.as_deref(), Some("the payload lies sealed and does not open"));
    })
    .await;
}

async fn claim(test: &TestDb, db: &Db) -> Option<Delivery> {
    let now = test.clock.now();
    outbox::claim(db, "notify", now, now + SignedDuration::from_secs(30)).await.unwrap()
}
