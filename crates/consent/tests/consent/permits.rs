//! Permits are issued for what was asked and allowed, and every one is on record.

use jq_base::ids::AccountId;
use jq_base::permit::Purpose;
use jq_catalog::Access;
use jq_consent::{
    ConsentError, OwnPurpose, REAL_NAME_CHECK, list_looks, list_looks_by_others, list_permits, permit_claim,
    permit_public, permit_self,
};
use jq_testkit::each_database;

use crate::people::{CATALOG, firm_key, item, lines, person_key, signed_in};

#[tokio::test]
async fn a_firm_reads_its_own_records_and_sees_that_it_did() {
    each_database(async |test| {
        let (user, now) = (signed_in(test).await, test.clock.now());
        let wanted = item(Access::Authorised);
        let mut tx = test.db.begin().await.unwrap();
        let permit = permit_self(&mut tx, &CATALOG, &user, OwnPurpose::Report, &[wanted], now).await.unwrap();
        tx.commit().await.unwrap();

        assert!(permit.allows(&firm_key(), wanted));
        assert!(!permit.allows(&firm_key(), item(Access::Public)), "only what was asked for");
        assert_eq!(permit.purpose(), Purpose::ReportSelf);
        assert_eq!(permit.basis(), "own-request:legal_rep");

        let seen = list_permits(&test.db, &firm_key(), 10).await.unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!((&seen[0].permit_id, &seen[0].items), (permit.id(), &vec![wanted.to_owned()]));

        let lines = lines(&test.db, "consent.permit_issued").await;
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
        let permit = permit_self(&mut tx, &CATALOG, &user, OwnPurpose::Prequal, &items, now).await.unwrap();
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

        let refused = permit_public(&mut tx, &CATALOG, "public", &person_key(), &[open], now).await;
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
async fn a_claim_is_compared_under_a_permit_that_the_subject_sees() {
    each_database(async |test| {
        let (user, now) = (signed_in(test).await, test.clock.now());
        let closed = item(Access::Authorised);
        let mut tx = test.db.begin().await.unwrap();
        let own = OwnPurpose::Report;
        permit_self(&mut tx, &CATALOG, &user, own, &[closed], now).await.unwrap();
        let stranger = AccountId::parse("stranger").unwrap();
        let permit = permit_claim(&mut tx, &CATALOG, &stranger, &person_key(), &[closed], now).await.unwrap();
        permit_claim(&mut tx, &CATALOG, &stranger, &firm_key(), &[closed], now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((permit.basis(), permit.reader()), (REAL_NAME_CHECK, "firm:stranger"));

        let own = [format!("firm:{}", user.account())];
        let others = list_looks_by_others(&test.db, &firm_key(), &own, 10).await.unwrap();
        assert_eq!(others.iter().map(|look| look.basis.as_str()).collect::<Vec<_>>(), [REAL_NAME_CHECK]);
        assert_eq!(list_looks(&test.db, &firm_key(), 10).await.unwrap().len(), 2);
        assert_eq!(list_looks_by_others(&test.db, &firm_key(), &[], 10).await.unwrap().len(), 2);
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
