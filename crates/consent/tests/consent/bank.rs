//! A bank reads under a consent and no further, and the firm sees each look.

use jiff::SignedDuration;
use jq_base::ids::{BankId, OrderId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_consent::{
    BankReader, ConsentError, Denial, DenialKind, LookOutcome, NewGrant, OwnPurpose, close_subject, confirm,
    grant, list_looks, open_subject, permit_bank, permit_self, withdraw,
};
use jq_db::Db;
use jq_identity::{FirmRole, FirmUser};
use jq_testkit::{TestDb, each_database};

use crate::people::{
    CATALOG, bank, firm_key, lines, new_grant, officer, person_key, signed_in, signed_in_as,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Asks and commits, as every caller must.
async fn ask(
    db: &Db,
    reader: BankReader<'_>,
    subject: &SubjectKey,
    items: &[&str],
    purpose: Purpose,
    order: Option<&OrderId>,
) -> Result<Permit, ConsentError> {
    let mut tx = db.begin().await.unwrap();
    let now = tx.now();
    let answer = permit_bank(&mut tx, &CATALOG, reader, subject, items, purpose, order, now).await;
    tx.commit().await.unwrap();
    answer
}

/// The permit, or why there is none, for an officer who asks before a loan.
async fn before_loan(test: &TestDb, bank: &BankId, items: &[&str]) -> Result<Permit, Denial> {
    match ask(&test.db, officer(bank), &firm_key(), items, Purpose::PreLoan, None).await {
        Ok(permit) => Ok(permit),
        Err(ConsentError::Denied(denial)) => Err(denial),
        Err(error) => panic!("{error}"),
    }
}

async fn give(test: &TestDb, user: &FirmUser, new: NewGrant) -> jq_consent::Grant {
    let mut tx = test.db.begin().await.unwrap();
    let given = grant(&mut tx, &CATALOG, user, new, test.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    given
}

#[tokio::test]
async fn a_bank_without_a_consent_is_refused_and_the_firm_sees_it() {
    each_database(async |test| {
        let bank = bank("bank01");
        assert_eq!(before_loan(test, &bank, &["tax_payment"]).await, Err(Denial::NoConsent));
        let looks = list_looks(&test.db, &firm_key(), 10).await.unwrap();
        assert_eq!(looks.len(), 1);
        assert_eq!(looks[0].outcome, LookOutcome::Refused(DenialKind::NoConsent));
        assert_eq!((looks[0].reader.as_str(), looks[0].role.as_str()), ("officer@bank01", "officer"));
        assert_eq!((looks[0].bank.as_ref(), looks[0].purpose), (Some(&bank), Purpose::PreLoan));
        assert_eq!((&looks[0].items, looks[0].at), (&vec!["tax_payment".to_owned()], test.clock.now()));

        let lines = lines(&test.db, "consent.permit_refused").await;
        assert_eq!((lines.len(), lines[0].actor.as_str()), (1, "officer@bank01"));
        assert_eq!(
            (lines[0].institution.as_str(), &lines[0].items[..]),
            ("bank01", &["tax_payment".into()][..])
        );
        assert_eq!(lines[0].detail["denial"], "no_consent");
        assert!(jq_db::audit::verify(&test.db, None).await.unwrap().is_whole());
    })
    .await;
}

#[tokio::test]
async fn a_bank_reads_what_was_granted_until_it_is_taken_back() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let given = give(test, &user, new_grant(&bank, &["tax_payment", "power_bill"])).await;
        let permit = before_loan(test, &bank, &["tax_payment"]).await.unwrap();
        assert_eq!(permit.items().len(), 1, "a permit is for what was asked, not for all that was granted");
        assert_eq!(permit.basis(), format!("consent:{}", given.consent_id));
        assert_eq!(permit.reader(), "bank:bank01:officer@bank01");
        let outside = before_loan(test, &bank, &["tax_payment", "gas_bill"]).await;
        assert_eq!(outside, Err(Denial::ItemNotGranted { items: vec!["gas_bill".to_owned()] }));
        let other = crate::people::bank("bank02");
        assert_eq!(before_loan(test, &other, &["tax_payment"]).await, Err(Denial::NoConsent));

        test.advance(HOUR);
        let at = test.clock.now();
        let mut tx = test.db.begin().await.unwrap();
        withdraw(&mut tx, &user, &given.consent_id, "", at).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(before_loan(test, &bank, &["tax_payment"]).await, Err(Denial::Withdrawn { at }));

        let looks = list_looks(&test.db, &firm_key(), 10).await.unwrap();
        let granted: Vec<bool> = looks.iter().map(jq_consent::Look::is_granted).collect();
        assert_eq!(granted.iter().filter(|yes| **yes).count(), 1);
        assert_eq!(looks.len(), 4);
        let read = looks.iter().find(|look| look.is_granted()).unwrap();
        assert_eq!((read.reader.as_str(), read.role.as_str()), ("officer@bank01", "officer"));
        assert_eq!((read.bank.as_ref(), read.consent_id.as_ref()), (Some(&bank), Some(&given.consent_id)));
        assert_eq!(lines(&test.db, "consent.permit_issued").await[0].institution, "bank01");
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_holds_for_the_next_read_of_another_process() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let given = give(test, &user, new_grant(&bank, &["tax_payment"])).await;
        let other = test.open_again().await;
        let asked =
            async || ask(&other, officer(&bank), &firm_key(), &["tax_payment"], Purpose::PreLoan, None).await;
        assert!(asked().await.is_ok());
        let mut tx = test.db.begin().await.unwrap();
        withdraw(&mut tx, &user, &given.consent_id, "", test.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let denied = asked().await.unwrap_err();
        assert!(matches!(denied, ConsentError::Denied(Denial::Withdrawn { .. })));
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn time_and_quotas_end_what_was_granted() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let few = NewGrant { queries_max: Some(31), ..new_grant(&bank, &["tax_payment"]) };
        let given = give(test, &user, few).await;
        for _ in 0..given.queries_day_max {
            before_loan(test, &bank, &["tax_payment"]).await.unwrap();
        }
        assert_eq!(before_loan(test, &bank, &["tax_payment"]).await, Err(Denial::DayQuotaUsed));
        test.advance(HOUR * 24);
        before_loan(test, &bank, &["tax_payment"]).await.unwrap();
        assert_eq!(before_loan(test, &bank, &["tax_payment"]).await, Err(Denial::QuotaUsed));

        let given = give(test, &user, new_grant(&bank, &["tax_payment"])).await;
        before_loan(test, &bank, &["tax_payment"]).await.unwrap();
        test.advance(HOUR * (24 * 30));
        let expired = Denial::Expired { at: given.valid_to };
        assert_eq!(before_loan(test, &bank, &["tax_payment"]).await, Err(expired));
    })
    .await;
}

#[tokio::test]
async fn the_last_reading_is_taken_by_one_of_many() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let one = NewGrant { queries_max: Some(1), ..new_grant(&bank, &["tax_payment"]) };
        give(test, &user, one).await;
        let mut tasks = Vec::new();
        for db in test.handles(6).await {
            let bank = bank.clone();
            tasks.push(tokio::spawn(async move {
                ask(&db, officer(&bank), &firm_key(), &["tax_payment"], Purpose::PreLoan, None).await
            }));
        }
        let mut allowed = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => allowed += 1,
                Err(ConsentError::Denied(denial)) => assert_eq!(denial, Denial::QuotaUsed),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(allowed, 1);
        assert_eq!(list_looks(&test.db, &firm_key(), 10).await.unwrap().len(), 6);
    })
    .await;
}

#[tokio::test]
async fn purpose_and_order_are_those_of_the_consent() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let (mine, other) = (OrderId::parse("o-1").unwrap(), OrderId::parse("o-2").unwrap());
        let tied = NewGrant { order: Some(mine.clone()), ..new_grant(&bank, &["tax_payment"]) };
        give(test, &user, tied).await;
        let asked = async |purpose, order| {
            let answer = ask(&test.db, officer(&bank), &firm_key(), &["tax_payment"], purpose, order).await;
            answer.map(|_| ()).map_err(|error| match error {
                ConsentError::Denied(denial) => denial.kind(),
                error => panic!("{error}"),
            })
        };
        assert_eq!(asked(Purpose::PreLoan, Some(&mine)).await, Ok(()));
        assert_eq!(asked(Purpose::PreLoan, Some(&other)).await, Err(DenialKind::OtherOrder));
        for purpose in Purpose::ALL.into_iter().filter(|purpose| *purpose != Purpose::PreLoan) {
            assert_eq!(asked(purpose, Some(&mine)).await, Err(DenialKind::OtherPurpose), "{purpose}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_subject_that_is_no_more_is_not_read() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        give(test, &user, new_grant(&bank, &["tax_payment"])).await;
        let mut tx = test.db.begin().await.unwrap();
        let now = tx.now();
        close_subject(&mut tx, &firm_key(), "deregistered", "register", now).await.unwrap();
        close_subject(&mut tx, &firm_key(), "deregistered", "register", now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(before_loan(test, &bank, &["tax_payment"]).await, Err(Denial::SubjectClosed));
        assert_eq!(lines(&test.db, "consent.subject_closed").await.len(), 1);
        let mut tx = test.db.begin().await.unwrap();
        let given = jq_consent::list_grants(&test.db, &firm_key(), 1).await.unwrap().remove(0);
        let early = confirm(&mut tx, &user, &given.consent_id, now).await;
        assert!(
            matches!(early, Err(ConsentError::MayNotConsent)),
            "for a firm that is no more nobody confirms"
        );
        open_subject(&mut tx, &firm_key(), "somebody else").await.unwrap();
        open_subject(&mut tx, &firm_key(), "register").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(before_loan(test, &bank, &["tax_payment"]).await, Err(Denial::Suspended { at: now }));
        let mut tx = test.db.begin().await.unwrap();
        confirm(&mut tx, &user, &given.consent_id, now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(before_loan(test, &bank, &["tax_payment"]).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_persons_records_are_opened_by_that_person_alone() {
    each_database(async |test| {
        let (owner, bank) = (signed_in(test).await, bank("bank01"));
        give(test, &owner, new_grant(&bank, &["agri_insurance"])).await;
        let person = person_key();
        let asked = async || {
            ask(&test.db, officer(&bank), &person, &["agri_insurance"], Purpose::PreLoan, None).await
        };
        let denied = asked().await.unwrap_err();
        assert!(matches!(denied, ConsentError::Denied(Denial::NoConsent)), "a firm's yes is not its owner's");

        let farmer = signed_in_as(test, "13800004321", &person_key(), FirmRole::LegalRep).await;
        let mut tx = test.db.begin().await.unwrap();
        let new = new_grant(&bank, &["agri_insurance"]);
        let refused = grant(&mut tx, &CATALOG, &farmer, new, test.clock.now()).await.unwrap_err();
        assert!(matches!(refused, ConsentError::MayNotConsent), "nobody represents a person here");
        drop(tx);

        let farmer = signed_in_as(test, "13800004322", &person_key(), FirmRole::OneSelf).await;
        give(test, &farmer, new_grant(&bank, &["agri_insurance"])).await;
        assert!(asked().await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn the_firm_sees_its_own_looks_beside_those_of_banks() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let mut tx = test.db.begin().await.unwrap();
        let now = tx.now();
        permit_self(&mut tx, &CATALOG, &user, OwnPurpose::Report, &["tax_payment"], now).await.unwrap();
        tx.commit().await.unwrap();
        test.advance(HOUR);
        let _denied = before_loan(test, &bank, &["tax_payment"]).await;
        let looks = list_looks(&test.db, &firm_key(), 10).await.unwrap();
        assert_eq!((looks[0].bank.as_ref(), looks[0].is_granted()), (Some(&bank), false), "newest first");
        assert_eq!((looks[1].bank.as_ref(), looks[1].is_granted()), (None, true));
        assert_eq!(list_looks(&test.db, &firm_key(), 1).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_question_outside_the_catalogue_is_no_look() {
    each_database(async |test| {
        let bank = bank("bank01");
        for items in [&["no_such_item"][..], &[][..]] {
            let answer = ask(&test.db, officer(&bank), &firm_key(), items, Purpose::PreLoan, None).await;
            assert!(matches!(answer, Err(ConsentError::UnknownItem(_) | ConsentError::NoItems)));
        }
        assert!(list_looks(&test.db, &firm_key(), 10).await.unwrap().is_empty());
    })
    .await;
}
