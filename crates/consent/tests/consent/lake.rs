//! From the yes to the rows: what was not granted is not read, and what was taken back is not read again.

use jq_base::permit::{Permit, Purpose};
use jq_base::table::TableSpec;
use jq_consent::{ConsentError, grant, permit_bank, withdraw};
use jq_lake::{Cell, Lake, LakeError, Stamp};
use jq_testkit::{TestDb, each_database};

use crate::people::{CATALOG, bank, firm_key, new_grant, officer, other_firm_key, signed_in};

/// A lake where two firms have one record each in two items.
async fn lake(test: &TestDb) -> (Lake, std::path::PathBuf) {
    let name = format!("jq-consent-lake-{}", jq_db::fresh_token(jq_base::clock::Clock::System.now()));
    let folder = std::env::temp_dir().join(name);
    let table = |name: &str| TableSpec {
        name: name.to_owned(),
        columns: vec![],
        also_subjects: vec![],
        key_level: 1,
    };
    let lake = Lake::open(&folder, vec![table("tax_payment"), table("power_bill")]).unwrap();
    for item in ["tax_payment", "power_bill"] {
        let mut rows = lake.rows(item).unwrap();
        for subject in [firm_key(), other_firm_key()] {
            rows.push(record(subject.as_str(), test.clock.now().as_microsecond())).unwrap();
        }
        let lock = lake.write_lock(item).await.unwrap();
        let stamp = Stamp {
            source_unit: "sw".to_owned(),
            batch_id: "batch-1".to_owned(),
            received_at: test.clock.now().as_microsecond(),
        };
        lake.append(&lock, item, stamp, rows).await.unwrap();
    }
    (lake, folder)
}

/// One record: nothing but what every row has.
fn record(subject: &str, at: i64) -> [Cell<'_>; 9] {
    let text = Cell::Text;
    [
        text(subject),
        text(subject),
        text("upsert"),
        Cell::Int(1),
        Cell::Int(at),
        Cell::Empty,
        Cell::Empty,
        Cell::Int(1),
        Cell::Int(1),
    ]
}

async fn ask(test: &TestDb, items: &[&str]) -> Result<Permit, ConsentError> {
    let bank = bank("bank01");
    let mut tx = test.db.begin().await.unwrap();
    let now = tx.now();
    let subject = firm_key();
    let purpose = Purpose::PreLoan;
    let answer = permit_bank(&mut tx, &CATALOG, officer(&bank), &subject, items, purpose, None, now).await;
    tx.commit().await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_was_not_granted_is_not_read() {
    each_database(async |test| {
        let (lake, folder) = lake(test).await;
        let user = signed_in(test).await;
        let mut tx = test.db.begin().await.unwrap();
        let now = tx.now();
        let new = new_grant(&bank("bank01"), &["tax_payment"]);
        let given = grant(&mut tx, &CATALOG, &user, new, now).await.unwrap();
        tx.commit().await.unwrap();

        assert!(ask(test, &["tax_payment", "power_bill"]).await.is_err());
        let permit = ask(test, &["tax_payment"]).await.unwrap();
        let rows = lake.read_subject(&permit, "tax_payment").await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].text("subject_key").as_deref(), Some(firm_key().as_str()), "nobody else's");
        let closed = lake.read_subject(&permit, "power_bill").await;
        assert!(matches!(closed, Err(LakeError::NotPermitted { item }) if item == "power_bill"));

        let mut tx = test.db.begin().await.unwrap();
        withdraw(&mut tx, &user, &given.consent_id, "", now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(
            ask(test, &["tax_payment"]).await.is_err(),
            "the next read starts with a permit, and gets none"
        );
        std::fs::remove_dir_all(folder).unwrap();
    })
    .await;
}
