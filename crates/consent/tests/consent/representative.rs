//! A firm gets another legal representative: what the former gave stands still, and the new one confirms it or lets it go.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jq_base::permit::Purpose;
use jq_consent::{
    ConsentError, Denial, Grant, GrantState, SuspensionWhy, confirm, find_active, find_grant,
    list_stop_notices, list_subjects_watched, suspend_of_former, suspend_until,
};
use jq_identity::firm::{self, PresentRep};
use jq_identity::{FirmRole, FirmUser};
use jq_testkit::{TestDb, each_database};

use crate::people::{
    ask, bank, events, firm_key, give, lines, new_grant, officer, person_key, signed_in, signed_in_as,
    take_back,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The register names somebody else than everybody who is known here.
async fn another_representative(test: &TestDb) -> usize {
    let mut tx = test.db.begin().await.unwrap();
    let now = tx.now();
    let present = PresentRep { name: "王新任".to_owned(), id_hash: "cd".repeat(32) };
    firm::part_with_former(&mut tx, &firm_key(), Some(&present), now, now).await.unwrap();
    let suspended = suspend_of_former(&mut tx, &firm_key(), "register", now).await.unwrap();
    tx.commit().await.unwrap();
    suspended
}

async fn confirmed(test: &TestDb, user: &FirmUser, grant: &Grant) -> Result<Grant, ConsentError> {
    let mut tx = test.db.begin().await.unwrap();
    let now = tx.now();
    let done = confirm(&mut tx, user, &grant.consent_id, now).await?;
    tx.commit().await.unwrap();
    Ok(done)
}

async fn state(test: &TestDb, grant: &Grant) -> GrantState {
    find_grant(&test.db, &grant.consent_id).await.unwrap().unwrap().state(test.clock.now())
}

#[tokio::test]
async fn what_the_former_representative_gave_waits_for_the_new_one() {
    each_database(async |test| {
        let (former, one, two) = (signed_in(test).await, bank("bank01"), bank("bank02"));
        let kept = give(test, &former, new_grant(&one, &["tax_payment"])).await;
        let dropped = give(test, &former, new_grant(&two, &["tax_payment"])).await;
        assert!(ask(test, officer(&one), &["tax_payment"], None).await.is_ok());
        let watched = list_subjects_watched(&test.db, test.clock.now()).await.unwrap();
        assert_eq!(watched, BTreeSet::from([firm_key()]));

        test.advance(HOUR);
        let at = test.clock.now();
        assert_eq!(another_representative(test).await, 2);
        assert_eq!(another_representative(test).await, 0, "once is enough");
        assert_eq!(ask(test, officer(&one), &["tax_payment"], None).await, Err(Denial::Suspended { at }));
        assert_eq!(find_active(&test.db, &firm_key(), &one, Purpose::PreLoan, at).await.unwrap(), None);
        let notice = list_stop_notices(&test.db, &one, 10).await.unwrap().remove(0);
        assert_eq!(notice.why.code(), "legal_rep_changed");
        let told = events(&test.db, "consent.suspended").await;
        assert_eq!((told.len(), &told[0].payload["why"]), (2, &"legal_rep_changed".into()));
        assert_eq!(lines(&test.db, "consent.suspended").await.len(), 2);

        let new = signed_in_as(test, "13800009999", &firm_key(), FirmRole::LegalRep).await;
        confirmed(test, &new, &kept).await.unwrap();
        assert!(ask(test, officer(&one), &["tax_payment"], None).await.is_ok(), "it goes on as it was");
        let twice = confirmed(test, &new, &kept).await.unwrap_err();
        assert!(matches!(twice, ConsentError::GrantEnded(GrantState::Active)));
        take_back(test, &new, &dropped.consent_id).await;
        assert_eq!(state(test, &dropped).await, GrantState::Withdrawn, "let go without confirming it first");
        let late = confirmed(test, &new, &dropped).await.unwrap_err();
        assert!(matches!(late, ConsentError::GrantEnded(GrantState::Withdrawn)));

        let own = give(test, &new, new_grant(&two, &["power_bill"])).await;
        let mut tx = test.db.begin().await.unwrap();
        let now = tx.now();
        assert_eq!(suspend_of_former(&mut tx, &firm_key(), "register", now).await.unwrap(), 0);
        tx.commit().await.unwrap();
        assert_eq!(
            (state(test, &kept).await, state(test, &own).await),
            (GrantState::Active, GrantState::Active)
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_but_the_new_representative_confirms() {
    each_database(async |test| {
        let (former, one) = (signed_in(test).await, bank("bank01"));
        let given = give(test, &former, new_grant(&one, &["tax_payment"])).await;
        assert_eq!(another_representative(test).await, 1);
        let agent = signed_in_as(test, "13800009998", &firm_key(), FirmRole::LegalRep).await;
        let stranger =
            signed_in_as(test, "13800009997", &crate::people::other_firm_key(), FirmRole::LegalRep).await;
        let foreign = confirmed(test, &stranger, &given).await.unwrap_err();
        assert!(matches!(foreign, ConsentError::NotFound));
        confirmed(test, &agent, &given).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_listing_asks_again_and_a_newer_consent_is_left_alone() {
    each_database(async |test| {
        let (user, one, two) = (signed_in(test).await, bank("bank01"), bank("bank02"));
        let before = give(test, &user, new_grant(&one, &["tax_payment"])).await;
        let listed_at = test.clock.now();
        test.advance(HOUR);
        let after = give(test, &user, new_grant(&two, &["tax_payment"])).await;
        let listed = async || {
            let mut tx = test.db.begin().await.unwrap();
            let (now, why) = (tx.now(), SuspensionWhy::AbnormalListing);
            let done = suspend_until(&mut tx, &firm_key(), why, listed_at, "register", now).await.unwrap();
            tx.commit().await.unwrap();
            done
        };
        assert_eq!(listed().await, 1);
        assert_eq!(state(test, &before).await, GrantState::Suspended);
        assert_eq!(state(test, &after).await, GrantState::Active, "given when the listing was known");
        confirmed(test, &user, &before).await.unwrap();
        assert_eq!(listed().await, 0, "the same listing, heard of again, asks nobody again");
        assert_eq!(state(test, &before).await, GrantState::Active);
    })
    .await;
}

#[tokio::test]
async fn a_natural_person_is_not_asked_again_for_what_a_register_says() {
    each_database(async |test| {
        let farmer = signed_in_as(test, "13800004322", &person_key(), FirmRole::OneSelf).await;
        let given = give(test, &farmer, new_grant(&bank("bank01"), &["agri_insurance"])).await;
        let mut tx = test.db.begin().await.unwrap();
        let (now, why) = (tx.now(), SuspensionWhy::AbnormalListing);
        assert_eq!(suspend_until(&mut tx, &person_key(), why, now, "register", now).await.unwrap(), 0);
        tx.commit().await.unwrap();
        assert_eq!(state(test, &given).await, GrantState::Active);
    })
    .await;
}
