//! One person's readings of a day are limited, and unusual reading is noticed, told and explained.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jq_base::permit::Purpose;
use jq_consent::{
    BankReader, ConsentError, Denial, WatchRules, answer_alert, find_grant, list_alerts, notice_unusual,
    permit_bank, subjects_to_compare,
};
use jq_db::sql;
use jq_identity::FirmRole;
use jq_testkit::{TestDb, each_database};

use crate::people::{
    CATALOG, ask, bank, events, firm_key, give, lines, new_grant, officer, other_firm_key, signed_in,
    signed_in_as,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Low enough for a small town.
fn rules() -> WatchRules {
    let shipped = include_str!("../../../../consent/watch.toml")
        .replace("subjects_min = 30", "subjects_min = 2")
        .replace("subjects_min = 3", "subjects_min = 2")
        .replace("subjects = []", "subjects = [\"91500102MAC8YUW23Y\"]");
    WatchRules::read(&shipped).unwrap()
}

async fn noticed(test: &TestDb) -> Vec<(String, String)> {
    let now = test.clock.now();
    let compared = subjects_to_compare(&test.db, &rules(), now).await.unwrap();
    let reps: BTreeMap<_, _> = compared.into_iter().map(|subject| (subject, "the same".to_owned())).collect();
    notice_unusual(&test.db, &rules(), &reps, now).await.unwrap();
    let mut all: Vec<_> = list_alerts(&test.db, None, 50).await.unwrap();
    all.sort_by(|a, b| (&a.rule_id, &a.reader).cmp(&(&b.rule_id, &b.reader)));
    all.into_iter().map(|alert| (alert.rule_id, alert.reader)).collect()
}

#[tokio::test]
async fn one_person_reads_so_often_on_a_day_and_a_program_as_often_as_consents_allow() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let given = give(test, &user, new_grant(&bank, &["tax_payment"])).await;
        let today = "2026-11-10";
        let mut tx = test.db.begin().await.unwrap();
        let full = sql("insert into consent_officer_day (bank_id, reader, day, readings)
            values ('bank01', 'officer@bank01', $1, 199)");
        tx.execute(full.bind(today)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(ask(test, officer(&bank), &["tax_payment"], None).await.is_ok());
        assert_eq!(ask(test, officer(&bank), &["tax_payment"], None).await, Err(Denial::OfficerQuotaUsed));
        let kept = find_grant(&test.db, &given.consent_id).await.unwrap().unwrap();
        assert_eq!(kept.queries_used, 1, "a reading that came to nothing does not use up the consent");
        let colleague = BankReader { reader: "m002@bank01", ..officer(&bank) };
        assert!(ask(test, colleague, &["tax_payment"], None).await.is_ok());
        let program = BankReader { reader: "bank01", role: "client", ..officer(&bank) };
        assert!(ask(test, program, &["tax_payment"], None).await.is_ok());
        test.advance(HOUR * 24);
        assert!(ask(test, officer(&bank), &["tax_payment"], None).await.is_ok(), "tomorrow is another day");
    })
    .await;
}

#[tokio::test]
async fn unusual_reading_is_told_once_and_explained_by_the_bank() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let other = signed_in_as(test, "13800005678", &other_firm_key(), FirmRole::LegalRep).await;
        give(test, &user, new_grant(&bank, &["tax_payment"])).await;
        give(test, &other, new_grant(&bank, &["tax_payment"])).await;
        assert!(noticed(test).await.is_empty());
        for subject in [firm_key(), other_firm_key()] {
            let mut tx = test.db.begin().await.unwrap();
            let (now, purpose) = (tx.now(), Purpose::PreLoan);
            permit_bank(&mut tx, &CATALOG, officer(&bank), &subject, &["tax_payment"], purpose, None, now)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        let of = |rule: &str| (rule.to_owned(), "officer@bank01".to_owned());
        assert_eq!(noticed(test).await, [of("bulk"), of("same_rep"), of("vip")]);
        assert_eq!(noticed(test).await.len(), 3, "the same is not told again");
        assert_eq!(events(&test.db, "consent.alert").await.len(), 3);

        // Half past ten at night: three readings are a night's.
        test.advance(HOUR * 13);
        for _ in 0..3 {
            ask(test, officer(&bank), &["tax_payment"], None).await.unwrap();
        }
        assert!(noticed(test).await.contains(&of("night")));

        let alert = list_alerts(&test.db, Some(&bank), 50).await.unwrap().remove(0);
        let answer = async |reader: BankReader<'_>, text: &str| {
            let mut tx = test.db.begin().await.unwrap();
            let now = tx.now();
            let done = answer_alert(&mut tx, reader, &alert.alert_id, text, now).await?;
            tx.commit().await.unwrap();
            Ok::<_, ConsentError>(done)
        };
        let admin = BankReader { reader: "admin@bank01", role: "bank_admin", ..officer(&bank) };
        assert!(matches!(answer(officer(&bank), "加班").await, Err(ConsentError::MayNotRead)));
        let two = crate::people::bank("bank02");
        let foreign = BankReader { bank: &two, ..admin };
        assert!(matches!(answer(foreign, "加班").await, Err(ConsentError::NotFound)));
        assert!(matches!(answer(admin, " ").await, Err(ConsentError::ReasonTooShort { .. })));
        answer(admin, "集中办理续贷，已核实").await.unwrap();
        assert!(matches!(answer(admin, "再说一遍").await, Err(ConsentError::MovedOn)));
        let last = list_alerts(&test.db, Some(&bank), 50).await.unwrap().pop().unwrap();
        assert_eq!(last.alert_id, alert.alert_id, "what is explained comes last");
        assert_eq!(lines(&test.db, "consent.alert_answered").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_firm_hears_of_a_banks_first_look_of_the_day_and_of_its_first_refusal() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        for _ in 0..2 {
            let _denied = ask(test, officer(&bank), &["tax_payment"], None).await;
        }
        let refused = events(&test.db, "consent.read_refused").await;
        assert_eq!((refused.len(), &refused[0].payload["denial"]), (1, &"no_consent".into()));
        give(test, &user, new_grant(&bank, &["tax_payment"])).await;
        for _ in 0..2 {
            ask(test, officer(&bank), &["tax_payment"], None).await.unwrap();
        }
        let told = events(&test.db, "consent.read").await;
        assert_eq!((told.len(), &told[0].payload["items_count"]), (1, &1.into()));
        assert!(!told[0].payload.to_string().contains("tax_payment"), "a message does not list the items");
        test.advance(HOUR * 24);
        ask(test, officer(&bank), &["tax_payment"], None).await.unwrap();
        assert_eq!(events(&test.db, "consent.read").await.len(), 2);
    })
    .await;
}
