//! A consent without some fields, a reading that needs them, and a reading under a consent that is named.

use jiff::SignedDuration;
use jq_base::ids::{BankId, ConsentId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_consent::{
    BankReader, ConsentError, Denial, DenialKind, LookOutcome, NewGrant, ReadBefore, Reading, find_grant,
    list_looks, permit_reading, withheld_from_bank,
};
use jq_testkit::{TestDb, each_database};

use crate::people::{
    CATALOG, bank, firm_key, give, items, lines, new_grant, officer, other_firm_key, signed_in, take_back,
};

const FEE: &str = "tax_payment.late_fee";

/// A reading of tax payments before a loan.
struct Wanted<'a> {
    subject: SubjectKey,
    fields: &'a [&'a str],
    consent: Option<&'a ConsentId>,
}

impl Default for Wanted<'_> {
    fn default() -> Self {
        Self { subject: firm_key(), fields: &[], consent: None }
    }
}

async fn read(test: &TestDb, reader: BankReader<'_>, wanted: Wanted<'_>) -> Result<Permit, Denial> {
    let mut tx = test.db.begin().await.unwrap();
    let reading = Reading {
        subject: &wanted.subject,
        items: &["tax_payment"],
        fields: wanted.fields,
        purpose: Purpose::PreLoan,
        order: None,
        consent: wanted.consent,
    };
    let now = tx.now();
    let answer = permit_reading(&mut tx, &CATALOG, reader, reading, now).await;
    tx.commit().await.unwrap();
    match answer {
        Ok(permit) => Ok(permit),
        Err(ConsentError::Denied(denial)) => Err(denial),
        Err(error) => panic!("{error}"),
    }
}

fn without_fee(bank: &BankId) -> NewGrant {
    NewGrant { left_out: items(&[FEE]), ..new_grant(bank, &["tax_payment"]) }
}

#[tokio::test]
async fn a_field_that_was_left_out_is_closed_for_readers_and_its_item_for_models() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let given = give(test, &user, without_fee(&bank)).await;
        let kept = find_grant(&test.db, &given.consent_id).await.unwrap().unwrap();
        assert_eq!((&kept.left_out, &kept.withheld), (&items(&[FEE]), &items(&[FEE])));

        let permit = read(test, officer(&bank), Wanted::default()).await.unwrap();
        let column = CATALOG.item("tax_payment").unwrap().field("late_fee").unwrap().column_name();
        assert!(!permit.allows_column(&firm_key(), "tax_payment", &column));
        assert!(permit.allows_column(&firm_key(), "tax_payment", "paid_on"));
        assert!(!permit.for_models().allows(&firm_key(), "tax_payment"));

        let needs = [FEE];
        let denied = read(test, officer(&bank), Wanted { fields: &needs, ..Wanted::default() }).await;
        assert_eq!(denied, Err(Denial::FieldNotGranted { fields: vec![FEE.to_owned()] }));
        let looks = list_looks(&test.db, &firm_key(), 10).await.unwrap();
        let refused = LookOutcome::Refused(DenialKind::FieldNotGranted);
        assert!(looks.iter().any(|look| look.outcome == refused), "the firm sees the no");
        let counted = find_grant(&test.db, &given.consent_id).await.unwrap().unwrap().queries_used;
        assert_eq!(counted, 1, "a no counts no reading");

        give(test, &user, new_grant(&bank, &["tax_payment"])).await;
        let whole = read(test, officer(&bank), Wanted { fields: &needs, ..Wanted::default() }).await.unwrap();
        assert!(whole.for_models().allows(&firm_key(), "tax_payment"));
    })
    .await;
}

#[tokio::test]
async fn a_field_is_left_out_of_an_item_that_is_granted_and_can_do_without_it() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let refused = async |field: &str| {
            let new = NewGrant { left_out: items(&[field]), ..new_grant(&bank, &["tax_payment"]) };
            let mut tx = test.db.begin().await.unwrap();
            let now = tx.now();
            jq_consent::grant(&mut tx, &CATALOG, &user, new, now).await.unwrap_err()
        };
        assert!(matches!(refused("tax_filing.sales_amount").await, ConsentError::UnknownField(_)));
        assert!(matches!(refused("tax_payment.nothing").await, ConsentError::UnknownField(_)));
        assert!(matches!(refused("tax_payment.voucher_no").await, ConsentError::FieldStays(_)));
    })
    .await;
}

#[tokio::test]
async fn what_was_read_is_not_handed_out_once_a_field_of_it_was_left_out() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let handed_out = async |permit: &Permit| {
            let (subject, items) = (firm_key(), items(&["tax_payment"]));
            let read = ReadBefore {
                subject: &subject,
                items: &items,
                purpose: Purpose::PreLoan,
                permit: permit.id(),
            };
            let mut tx = test.db.begin().await.unwrap();
            let now = tx.now();
            withheld_from_bank(&mut tx, &bank, read, now).await.unwrap()
        };
        give(test, &user, new_grant(&bank, &["tax_payment"])).await;
        let whole = read(test, officer(&bank), Wanted::default()).await.unwrap();
        assert_eq!(handed_out(&whole).await, None);
        test.advance(SignedDuration::from_mins(1));
        give(test, &user, without_fee(&bank)).await;
        let narrow = read(test, officer(&bank), Wanted::default()).await.unwrap();
        assert_eq!(handed_out(&whole).await, Some(DenialKind::FieldNotGranted));
        assert_eq!(handed_out(&narrow).await, None, "it was closed when this was read");
    })
    .await;
}

#[tokio::test]
async fn who_names_a_consent_reads_under_that_one_or_hears_how_it_stands() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let first = give(test, &user, new_grant(&bank, &["tax_payment", "power_bill"])).await;
        let named = |consent| Wanted { consent: Some(consent), ..Wanted::default() };
        assert!(read(test, officer(&bank), named(&first.consent_id)).await.is_ok());
        test.advance(SignedDuration::from_mins(1));
        let at = test.clock.now();
        let second = give(test, &user, new_grant(&bank, &["tax_payment"])).await;
        assert_eq!(
            read(test, officer(&bank), named(&first.consent_id)).await,
            Err(Denial::Superseded { at }),
            "although the newer one would allow it"
        );
        assert!(read(test, officer(&bank), Wanted::default()).await.is_ok());
        assert!(read(test, officer(&bank), named(&second.consent_id)).await.is_ok());
        let taken = take_back(test, &user, &second.consent_id).await;
        let withdrawn = Denial::Withdrawn { at: taken.withdrawn_at.unwrap() };
        assert_eq!(read(test, officer(&bank), named(&second.consent_id)).await, Err(withdrawn));
        assert!(jq_db::audit::verify(&test.db, None).await.unwrap().is_whole());
    })
    .await;
}

#[tokio::test]
async fn another_bank_hears_of_a_consent_only_when_it_names_it_with_its_subject() {
    each_database(async |test| {
        let (user, own, foreign) = (signed_in(test).await, bank("bank01"), bank("bank02"));
        let given = give(test, &user, new_grant(&own, &["tax_payment"])).await;
        let reader = || BankReader { bank: &foreign, reader: "officer@bank02", role: "officer" };
        let id = &given.consent_id;
        assert_eq!(read(test, reader(), Wanted::default()).await, Err(Denial::NoConsent));
        let named = Wanted { consent: Some(id), ..Wanted::default() };
        assert_eq!(read(test, reader(), named).await, Err(Denial::OtherReader));
        let elsewhere = Wanted { consent: Some(id), subject: other_firm_key(), ..Wanted::default() };
        assert_eq!(read(test, reader(), elsewhere).await, Err(Denial::NoConsent));
        let guessed = ConsentId::parse("c-1").unwrap();
        let guessed = Wanted { consent: Some(&guessed), ..Wanted::default() };
        assert_eq!(read(test, reader(), guessed).await, Err(Denial::NoConsent));
        let counted = find_grant(&test.db, id).await.unwrap().unwrap().queries_used;
        assert_eq!((counted, lines(&test.db, "consent.permit_refused").await.len()), (0, 4));
    })
    .await;
}

#[tokio::test]
async fn somebody_of_the_bank_who_does_not_read_is_told_so_where_a_colleague_could() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let admin = || BankReader { bank: &bank, reader: "admin@bank01", role: "bank_admin" };
        assert_eq!(read(test, admin(), Wanted::default()).await, Err(Denial::NoConsent));
        let given = give(test, &user, new_grant(&bank, &["tax_payment"])).await;
        assert_eq!(read(test, admin(), Wanted::default()).await, Err(Denial::OtherReader));
        assert!(read(test, officer(&bank), Wanted::default()).await.is_ok());
        let counted = find_grant(&test.db, &given.consent_id).await.unwrap().unwrap().queries_used;
        assert_eq!(counted, 1);
    })
    .await;
}
