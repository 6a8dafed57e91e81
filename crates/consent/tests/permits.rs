//! Permits are issued for what was asked and allowed, and every one is on record.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use std::sync::LazyLock;

use jq_base::ids::SubjectKey;
use jq_base::mobile::Mobile;
use jq_base::permit::Purpose;
use jq_catalog::{Access, Catalog};
use jq_consent::{ConsentError, list_permits, permit_prequal, permit_public, permit_self};
use jq_db::audit::{Filter, list};
use jq_db::outbox;
use jq_identity::firm::{self, NewPerson};
use jq_identity::{CodeKey, FirmRole, FirmSession, FirmSubject, FirmUser};
use jq_testkit::{TestDb, each_database};

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::embedded().expect("the shipped catalogue loads"));

fn firm_key() -> SubjectKey {
    SubjectKey::parse("91500102MAC8YUW23Y").unwrap()
}

/// The first item of the catalogue with this access.
fn item(access: Access) -> &'static str {
    &CATALOG.items().find(|item| item.access == access).expect("the catalogue has both").id
}

/// Somebody who has signed in for the firm.
async fn signed_in(test: &TestDb) -> FirmUser {
    let (now, key) = (test.clock.now(), CodeKey::new(b"a key for tests only").unwrap());
    let mobile = Mobile::parse("13800001234").unwrap();
    let mut tx = test.db.begin().await.unwrap();
    let person = NewPerson { mobile: mobile.clone(), person_name: "张小明".to_owned() };
    let account = firm::register(&mut tx, &person, now).await.unwrap();
    firm::confirm(&mut tx, &account, true, "register:face", now).await.unwrap();
    let subject =
        FirmSubject { subject: firm_key(), name: "某某食品".to_owned(), role: FirmRole::LegalRep };
    firm::link(&mut tx, &account, &subject, "register", now).await.unwrap();
    firm::request_code(&mut tx, &key, &mobile, now).await.unwrap();
    tx.commit().await.unwrap();
    let sent = outbox::list_after(&test.db, 0, 10).await.unwrap();
    let code = sent[0].payload["values"]["code"].as_str().unwrap();
    let token = firm::sign_in(&test.db, &key, &mobile, code, now).await.unwrap().token;
    match firm::authenticate(&test.db, &token, now).await.unwrap() {
        FirmSession::Acting(user) => user,
        FirmSession::Choosing(_) | FirmSession::Unverified(_) => panic!("one firm is chosen at once"),
    }
}

#[tokio::test]
async fn a_firm_reads_its_own_records_and_sees_that_it_did() {
    each_database(async |test| {
        let (user, now) = (signed_in(test).await, test.clock.now());
        let wanted = item(Access::Authorised);
        let mut tx = test.db.begin().await.unwrap();
        let permit = permit_self(&mut tx, &CATALOG, &user, &[wanted], now).await.unwrap();
        tx.commit().await.unwrap();

        assert!(permit.allows(&firm_key(), wanted));
        assert!(!permit.allows(&firm_key(), item(Access::Public)), "only what was asked for");
        assert_eq!(permit.purpose(), Purpose::ReportSelf);
        assert_eq!(permit.basis(), "own-request:legal_rep");

        let seen = list_permits(&test.db, &firm_key(), 10).await.unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!((&seen[0].permit_id, &seen[0].items), (permit.id(), &vec![wanted.to_owned()]));

        let filter = Filter { action: Some("consent.permit_issued".to_owned()), ..Filter::default() };
        let lines = list(&test.db, &filter, 10).await.unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].permit.as_deref(), Some(permit.id().as_str()));
        assert_eq!(lines[0].purpose.as_deref(), Some("report_self"));
        assert_eq!(lines[0].items, [wanted]);
    })
    .await;
}

#[tokio::test]
async fn a_permit_for_an_indicative_limit_says_what_it_is_for() {
    each_database(async |test| {
        let (user, now) = (signed_in(test).await, test.clock.now());
        let mut tx = test.db.begin().await.unwrap();
        let items = [item(Access::Authorised), item(Access::Public)];
        let permit = permit_prequal(&mut tx, &CATALOG, &user, &items, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(permit.purpose(), Purpose::Prequal);
        assert_eq!(permit.items().len(), 2);
        assert_eq!(permit.subject(), user.subject());
    })
    .await;
}

#[tokio::test]
async fn anyone_may_read_public_items_and_no_others() {
    each_database(async |test| {
        let now = test.clock.now();
        let mut tx = test.db.begin().await.unwrap();
        let open = item(Access::Public);
        permit_public(&mut tx, &CATALOG, "public", &firm_key(), &[open], now).await.unwrap();

        let closed = [open, item(Access::Authorised)];
        let refused = permit_public(&mut tx, &CATALOG, "public", &firm_key(), &closed, now).await;
        assert!(matches!(refused, Err(ConsentError::NotPublic(_))));

        let person = SubjectKey::parse(&"0a".repeat(32)).unwrap();
        let refused = permit_public(&mut tx, &CATALOG, "public", &person, &[open], now).await;
        assert!(matches!(refused, Err(ConsentError::PersonIsNotPublic)));

        let refused = permit_public(&mut tx, &CATALOG, "public", &firm_key(), &["no_such_item"], now).await;
        assert!(matches!(refused, Err(ConsentError::UnknownItem(_))));
        let refused = permit_public(&mut tx, &CATALOG, "public", &firm_key(), &[], now).await;
        assert!(matches!(refused, Err(ConsentError::NoItems)));
        tx.commit().await.unwrap();
        assert_eq!(list_permits(&test.db, &firm_key(), 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_permit_that_was_not_committed_is_not_on_record() {
    each_database(async |test| {
        let mut tx = test.db.begin().await.unwrap();
        permit_public(&mut tx, &CATALOG, "public", &firm_key(), &[item(Access::Public)], test.clock.now())
            .await
            .unwrap();
        tx.rollback().await.unwrap();
        assert!(list_permits(&test.db, &firm_key(), 10).await.unwrap().is_empty());
    })
    .await;
}
