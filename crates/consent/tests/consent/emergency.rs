//! A reading in an emergency: a reason, a second person, minutes and a few readings, and the firm is told afterwards.

use jiff::SignedDuration;
use jq_base::ids::OrderId;
use jq_base::permit::Purpose;
use jq_consent::{
    BankReader, ConsentError, Denial, Emergency, EmergencyState, NewEmergency, announce_emergencies,
    ask_emergency, decide_emergency, find_emergency, list_looks,
};
use jq_testkit::{TestDb, each_database};

use crate::people::{
    CATALOG, ask, bank, events, firm_key, give, items, lines, new_grant, officer, signed_in, take_back,
};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const REASON: &str = "疑似冒名申请，须当日核实经营情况";

fn order() -> OrderId {
    OrderId::parse("o-1").unwrap()
}

async fn asked(test: &TestDb, reader: BankReader<'_>, reason: &str) -> Result<Emergency, ConsentError> {
    let new = NewEmergency {
        subject: firm_key(),
        subject_name: "某某食品".to_owned(),
        order: order(),
        purpose: Purpose::PreLoan,
        items: items(&["tax_payment", "power_bill"]),
        reason: reason.to_owned(),
    };
    let mut tx = test.db.begin().await.unwrap();
    let now = tx.now();
    let asked = ask_emergency(&mut tx, &CATALOG, reader, new, now).await?;
    tx.commit().await.unwrap();
    Ok(asked)
}

async fn decided(
    test: &TestDb,
    reader: BankReader<'_>,
    one: &Emergency,
    yes: bool,
) -> Result<Emergency, ConsentError> {
    let mut tx = test.db.begin().await.unwrap();
    let now = tx.now();
    let decided = decide_emergency(&mut tx, reader, &one.emergency_id, yes, now).await?;
    tx.commit().await.unwrap();
    Ok(decided)
}

#[tokio::test]
async fn two_people_open_it_for_minutes_and_the_firm_is_told_afterwards() {
    each_database(async |test| {
        let bank = bank("bank01");
        let (officer, approver) =
            (officer(&bank), BankReader { bank: &bank, reader: "approver@bank01", role: "approver" });
        let order = order();
        let short = asked(test, officer, "急").await.unwrap_err();
        assert!(matches!(short, ConsentError::ReasonTooShort { chars_min: 10 }));
        let one = asked(test, officer, REASON).await.unwrap();
        let reads = async |what: &[&str]| ask(test, officer, what, Some(&order)).await;
        assert_eq!(reads(&["tax_payment"]).await, Err(Denial::NoConsent), "nothing opens by asking");
        let own = decided(test, BankReader { role: "approver", ..officer }, &one, true).await.unwrap_err();
        assert!(matches!(own, ConsentError::FourEyes));
        let wrong =
            decided(test, BankReader { reader: "m002@bank01", ..officer }, &one, true).await.unwrap_err();
        assert!(
            matches!(wrong, ConsentError::MayNotRead),
            "a colleague of the same role is no second person"
        );
        decided(test, approver, &one, true).await.unwrap();

        let permit = reads(&["tax_payment"]).await.unwrap();
        assert_eq!(permit.basis(), format!("emergency:{}", one.emergency_id));
        assert_eq!(
            reads(&["gas_bill"]).await,
            Err(Denial::NoConsent),
            "items that were not named stay closed"
        );
        let colleague = BankReader { reader: "m002@bank01", ..officer };
        let other = ask(test, colleague, &["tax_payment"], Some(&order)).await;
        assert_eq!(other, Err(Denial::NoConsent), "it is open for whoever asked");
        assert_eq!(
            ask(test, officer, &["tax_payment"], None).await,
            Err(Denial::NoConsent),
            "for that order only"
        );
        assert_eq!(announce_emergencies(&test.db).await.unwrap(), 0, "it is not over yet");

        test.advance(MINUTE * 60);
        assert_eq!(reads(&["tax_payment"]).await, Err(Denial::NoConsent), "its time is up");
        assert_eq!(announce_emergencies(&test.db).await.unwrap(), 1);
        assert_eq!(announce_emergencies(&test.db).await.unwrap(), 0, "told once");
        let told = events(&test.db, "consent.emergency_over").await.remove(0);
        assert_eq!((&told.payload["count"], &told.payload["data"]["text"]), (&1.into(), &REASON.into()));
        let looks = list_looks(&test.db, &firm_key(), 20).await.unwrap();
        assert!(looks.iter().any(|look| look.is_granted() && look.basis.starts_with("emergency:")));
        assert_eq!(lines(&test.db, "consent.emergency_decided").await[0].actor, "approver@bank01");
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_is_not_read_past() {
    each_database(async |test| {
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let given = give(test, &user, new_grant(&bank, &["tax_payment", "power_bill"])).await;
        let (officer, order) = (officer(&bank), order());
        let one = asked(test, officer, REASON).await.unwrap();
        decided(test, BankReader { reader: "admin@bank01", role: "bank_admin", ..officer }, &one, true)
            .await
            .unwrap();
        take_back(test, &user, &given.consent_id).await;
        let at = test.clock.now();
        let read = ask(test, officer, &["tax_payment"], Some(&order)).await;
        assert_eq!(read, Err(Denial::Withdrawn { at }));
        let kept = find_emergency(&test.db, &one.emergency_id).await.unwrap().unwrap();
        assert_eq!((kept.readings_used, kept.state(at)), (0, EmergencyState::Open));
    })
    .await;
}

#[tokio::test]
async fn it_is_over_when_its_readings_are_used_or_nobody_decided() {
    each_database(async |test| {
        let bank = bank("bank01");
        let (officer, order) = (officer(&bank), order());
        let approver = BankReader { reader: "approver@bank01", role: "approver", ..officer };
        let one = asked(test, officer, REASON).await.unwrap();
        decided(test, approver, &one, true).await.unwrap();
        for _ in 0..one.readings_max {
            ask(test, officer, &["tax_payment"], Some(&order)).await.unwrap();
        }
        assert_eq!(ask(test, officer, &["tax_payment"], Some(&order)).await, Err(Denial::NoConsent));
        let late = asked(test, officer, REASON).await.unwrap();
        test.advance(MINUTE * 60 * 24);
        let refused = decided(test, approver, &late, true).await.unwrap_err();
        assert!(matches!(refused, ConsentError::EmergencyClosed(EmergencyState::Lapsed)));
        let program = BankReader { reader: "bank01", role: "client", ..officer };
        assert!(matches!(asked(test, program, REASON).await, Err(ConsentError::MayNotRead)));
    })
    .await;
}
