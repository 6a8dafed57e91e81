//! A firm gives a consent within its purpose's terms, sees it, and takes it back in one act.

use jiff::SignedDuration;
use jq_base::ids::{ConsentId, OrderId};
use jq_base::lang::Lang;
use jq_base::permit::Purpose;
use jq_consent::{
    ConsentError, Grant, GrantState, NewGrant, consent_text, find_active, find_active_in, find_grant, grant,
    list_grants, list_grants_to, withdraw,
};
use jq_identity::{FirmRole, FirmUser};
use jq_testkit::{TestDb, each_database};

use crate::people::{
    CATALOG, bank, events, firm_key, lines, new_grant, other_firm_key, signed_in, signed_in_as,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

async fn give(test: &TestDb, user: &FirmUser, new: NewGrant) -> Result<Grant, ConsentError> {
    let mut tx = test.db.begin().await?;
    let given = grant(&mut tx, &CATALOG, user, new, test.clock.now()).await?;
    tx.commit().await?;
    Ok(given)
}

async fn take_back(test: &TestDb, user: &FirmUser, id: &ConsentId) -> Result<Grant, ConsentError> {
    let mut tx = test.db.begin().await?;
    let taken = withdraw(&mut tx, user, id, "不再需要融资", test.clock.now()).await?;
    tx.commit().await?;
    Ok(taken)
}

#[tokio::test]
async fn a_consent_is_kept_audited_and_announced_without_credit_records() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let given = give(test, &user, new_grant(&bank, &["tax_payment", "power_bill"])).await.unwrap();
        assert_eq!(find_grant(&test.db, &given.consent_id).await.unwrap(), Some(given.clone()));
        assert_eq!(list_grants(&test.db, &firm_key(), 10).await.unwrap(), std::slice::from_ref(&given));
        assert_eq!(list_grants_to(&test.db, &bank, 10).await.unwrap(), std::slice::from_ref(&given));
        assert_eq!(given.valid_to, given.valid_from + HOUR * (30 * 24));
        assert_eq!((given.queries_max, given.queries_used), (60, 0));
        assert_eq!(given.grantor, *user.account());

        let lines = lines(&test.db, "consent.granted").await;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].subject.as_deref(), Some(firm_key().as_str()));
        assert_eq!(lines[0].items, ["power_bill", "tax_payment"]);
        assert_eq!(lines[0].purpose.as_deref(), Some("pre_loan"));

        let told = events(&test.db, "consent.granted").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].subject, firm_key().as_str());
        let payload = &told[0].payload;
        assert_eq!((&payload["bank"], &payload["items_count"]), (&"bank01".into(), &2.into()));
        assert_eq!((&payload["purpose"], &payload["purpose_zh"]), (&"pre_loan".into(), &"贷前审查".into()));
        assert_eq!(payload["valid_to"], given.valid_to.to_string());
        assert!(!payload.to_string().contains("tax_payment"), "a message does not list the items");
    })
    .await;
}

#[tokio::test]
async fn what_goes_beyond_the_purpose_is_refused() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let base = new_grant(&bank, &["tax_payment"]);
        let refused = async |new: NewGrant| give(test, &user, new).await.unwrap_err();

        let too_long = refused(NewGrant { days: 91, ..base.clone() }).await;
        assert!(matches!(too_long, ConsentError::TooLong { days_max: 90 }), "{too_long}");
        let no_time = refused(NewGrant { days: 0, ..base.clone() }).await;
        assert!(matches!(no_time, ConsentError::TooLong { .. }));
        let too_many = refused(NewGrant { queries_max: Some(201), ..base.clone() }).await;
        assert!(matches!(too_many, ConsentError::TooMany { queries_max: 200 }));
        let own = refused(NewGrant { purpose: Purpose::Prequal, ..base.clone() }).await;
        assert!(matches!(own, ConsentError::NotGrantable(Purpose::Prequal)));
        let patent = crate::people::items(&["patent"]);
        let beside = refused(NewGrant { purpose: Purpose::PostLoan, items: patent, ..base.clone() }).await;
        assert!(matches!(beside, ConsentError::ItemNotForPurpose { item } if item == "patent"));
        let unknown = refused(NewGrant { items: crate::people::items(&["*"]), ..base.clone() }).await;
        assert!(matches!(unknown, ConsentError::UnknownItem(_)), "there is no tick for everything");
        let nothing = refused(NewGrant { items: crate::people::items(&[]), ..base }).await;
        assert!(matches!(nothing, ConsentError::NoItems));
        assert!(list_grants(&test.db, &firm_key(), 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_is_agreed_to_is_the_text_that_was_shown() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let new = new_grant(&bank, &["tax_payment"]);
        let shown = consent_text(Lang::En, &CATALOG, user.subject_name(), &new).unwrap();
        let agreed = NewGrant { text_hash: Some(shown.hash.clone()), ..new };
        test.advance(HOUR);
        let given = give(test, &user, agreed.clone()).await.unwrap();
        assert_eq!((given.text_version, given.text_hash), (shown.version, shown.hash));
        let longer = give(test, &user, NewGrant { days: 60, ..agreed }).await.unwrap_err();
        assert!(matches!(longer, ConsentError::TextChanged));
    })
    .await;
}

#[tokio::test]
async fn a_consent_is_taken_back_once_and_by_its_own_subject() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let stranger = signed_in_as(test, "13800005678", &other_firm_key(), FirmRole::LegalRep).await;
        let given = give(test, &user, new_grant(&bank, &["tax_payment"])).await.unwrap();
        let id = &given.consent_id;
        let not_theirs = take_back(test, &stranger, id).await.unwrap_err();
        assert!(matches!(not_theirs, ConsentError::NotFound));

        test.advance(HOUR);
        let taken = take_back(test, &user, id).await.unwrap();
        assert_eq!(taken.state(test.clock.now()), GrantState::Withdrawn);
        assert_eq!(find_grant(&test.db, id).await.unwrap(), Some(taken.clone()));
        assert_eq!(taken.withdraw_reason.as_deref(), Some("不再需要融资"));
        let told = events(&test.db, "consent.withdrawn").await;
        assert_eq!(told[0].payload["consent_id"], id.as_str());
        assert_eq!(lines(&test.db, "consent.withdrawn").await.len(), 1);

        let twice = take_back(test, &user, id).await.unwrap_err();
        assert!(matches!(twice, ConsentError::GrantEnded(GrantState::Withdrawn)));
        let nothing = take_back(test, &user, &ConsentId::parse("c-0").unwrap()).await.unwrap_err();
        assert!(matches!(nothing, ConsentError::NotFound));
        assert_eq!(events(&test.db, "consent.withdrawn").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_newer_consent_for_the_same_takes_the_place_of_the_older() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let first = give(test, &user, new_grant(&bank, &["tax_payment"])).await.unwrap();
        let order = Some(OrderId::parse("o-1").unwrap());
        let tied = NewGrant { order, ..new_grant(&bank, &["gas_bill"]) };
        let tied = give(test, &user, tied).await.unwrap();
        test.advance(HOUR);
        let second = give(test, &user, new_grant(&bank, &["power_bill"])).await.unwrap();

        let now = test.clock.now();
        let state =
            async |grant: &Grant| find_grant(&test.db, &grant.consent_id).await.unwrap().unwrap().state(now);
        assert_eq!(state(&first).await, GrantState::Superseded);
        assert_eq!(state(&tied).await, GrantState::Active, "the one for an order is another thing");
        let active = find_active(&test.db, &firm_key(), &bank, Purpose::PreLoan, now).await.unwrap();
        assert_eq!(active, Some(second.clone()));
        let ended = take_back(test, &user, &first.consent_id).await.unwrap_err();
        assert!(matches!(ended, ConsentError::GrantEnded(GrantState::Superseded)));

        test.advance(HOUR * (30 * 24));
        let now = test.clock.now();
        let mut tx = test.db.begin().await.unwrap();
        let active = find_active_in(&mut tx, &firm_key(), &bank, Purpose::PreLoan, now).await.unwrap();
        assert_eq!(active, None, "time alone ends a consent");
        drop(tx);
        let ended = take_back(test, &user, &second.consent_id).await.unwrap_err();
        assert!(matches!(ended, ConsentError::GrantEnded(GrantState::Expired)));
    })
    .await;
}

#[tokio::test]
async fn two_consents_for_the_same_at_the_same_moment_leave_one() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let handles = test.handles(2).await;
        let now = test.clock.now();
        let mut tasks = Vec::new();
        for db in handles {
            let (user, new) = (user.clone(), new_grant(&bank, &["tax_payment"]));
            tasks.push(tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let given = grant(&mut tx, &CATALOG, &user, new, now).await;
                if given.is_ok() {
                    tx.commit().await.unwrap();
                }
                given
            }));
        }
        for task in tasks {
            let given = task.await.unwrap();
            assert!(matches!(given, Ok(_) | Err(ConsentError::MovedOn)), "{given:?}");
        }
        let all = list_grants(&test.db, &firm_key(), 10).await.unwrap();
        assert_eq!(all.iter().filter(|grant| grant.is_active(now)).count(), 1);
    })
    .await;
}
