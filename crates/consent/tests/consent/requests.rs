//! A bank asks, the firm answers yes, less, no or nothing.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jq_base::permit::Purpose;
use jq_consent::{
    Answer, ConsentError, Evidence, NewRequest, Request, RequestState, answer_request, find_grant,
    find_request, list_requests, list_requests_by, request,
};
use jq_identity::{FirmRole, FirmUser};
use jq_testkit::{TestDb, each_database};

use crate::people::{
    CATALOG, bank, events, firm_key, items, lines, officer, other_firm_key, signed_in, signed_in_as,
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn new_request() -> NewRequest {
    NewRequest {
        subject: firm_key(),
        subject_name: "某某食品".to_owned(),
        bank_zh: "山城银行".to_owned(),
        bank_en: "Mountain City Bank".to_owned(),
        items: items(&["tax_payment", "power_bill"]),
        left_out: BTreeSet::new(),
        purpose: Purpose::PreLoan,
        product: None,
        order: None,
        days: None,
        queries_max: Some(5),
        note: " 请授权以便审查 ".to_owned(),
    }
}

async fn ask(test: &TestDb, new: NewRequest) -> Result<Request, ConsentError> {
    let mut tx = test.db.begin().await?;
    let asked = request(&mut tx, &CATALOG, officer(&bank("bank01")), new, test.clock.now()).await?;
    tx.commit().await?;
    Ok(asked)
}

async fn answer(
    test: &TestDb,
    user: &FirmUser,
    asked: &Request,
    given: Answer,
) -> Result<Request, ConsentError> {
    let mut tx = test.db.begin().await?;
    let answered =
        answer_request(&mut tx, &CATALOG, user, &asked.request_id, given, test.clock.now()).await?;
    tx.commit().await?;
    Ok(answered)
}

fn yes(names: &[&str], days: u32) -> Answer {
    yes_without(names, &[], days)
}

/// Yes, without these fields.
fn yes_without(names: &[&str], left_out: &[&str], days: u32) -> Answer {
    let (items, left_out) = (items(names), items(left_out));
    Answer::Yes { items, left_out, days, text_hash: None, evidence: Evidence::default() }
}

fn no() -> Answer {
    Answer::No { reason: "暂不需要".to_owned() }
}

#[tokio::test]
async fn a_yes_gives_a_consent_to_what_was_asked_or_to_less() {
    each_database(async |test| {
        let user = signed_in(test).await;
        let asked = ask(test, new_request()).await.unwrap();
        assert_eq!((asked.days, asked.note.as_str()), (30, "请授权以便审查"));
        assert_eq!(list_requests(&test.db, &firm_key(), 10).await.unwrap(), std::slice::from_ref(&asked));
        assert_eq!(
            list_requests_by(&test.db, &bank("bank01"), 10).await.unwrap(),
            std::slice::from_ref(&asked)
        );
        let told = events(&test.db, "consent.asked").await;
        assert_eq!((&told[0].payload["answer"], &told[0].payload["items_count"]), (&().into(), &2.into()));

        let more = answer(test, &user, &asked, yes(&["tax_payment", "gas_bill"], 30)).await.unwrap_err();
        assert!(matches!(more, ConsentError::MoreThanAsked));
        let longer = answer(test, &user, &asked, yes(&["tax_payment"], 31)).await.unwrap_err();
        assert!(matches!(longer, ConsentError::MoreThanAsked));

        let answered = answer(test, &user, &asked, yes(&["tax_payment"], 10)).await.unwrap();
        assert_eq!(answered.state(test.clock.now()), RequestState::Granted);
        assert_eq!(find_request(&test.db, &asked.request_id).await.unwrap(), Some(answered.clone()));
        let grant = find_grant(&test.db, answered.consent_id.as_ref().unwrap()).await.unwrap().unwrap();
        assert_eq!((&grant.items, grant.queries_max), (&items(&["tax_payment"]), 5));
        assert_eq!(grant.valid_to, grant.valid_from + DAY * 10);
        let told = events(&test.db, "consent.answered").await;
        assert_eq!((&told[0].payload["answer"], &told[0].payload["items_count"]), (&"yes".into(), &1.into()));
        assert_eq!(told[0].payload["consent_id"], grant.consent_id.as_str());
        assert_eq!(events(&test.db, "consent.granted").await.len(), 1);
        assert_eq!(lines(&test.db, "consent.answered").await.len(), 1);

        let twice = answer(test, &user, &asked, no()).await.unwrap_err();
        assert!(matches!(twice, ConsentError::RequestClosed(RequestState::Granted)));
    })
    .await;
}

#[tokio::test]
async fn what_the_bank_can_do_without_stays_closed_and_the_firm_may_leave_out_more() {
    each_database(async |test| {
        let user = signed_in(test).await;
        let wrong = NewRequest { left_out: items(&["power_bill.month"]), ..new_request() };
        assert!(matches!(ask(test, wrong).await.unwrap_err(), ConsentError::FieldStays(_)));
        let left_out = items(&["tax_payment.late_fee", "power_bill.amount"]);
        let asked = ask(test, NewRequest { left_out: left_out.clone(), ..new_request() }).await.unwrap();
        assert_eq!(find_request(&test.db, &asked.request_id).await.unwrap().unwrap().left_out, left_out);

        let given = yes_without(&["tax_payment"], &["tax_payment.amount"], 10);
        let answered = answer(test, &user, &asked, given).await.unwrap();
        let grant = find_grant(&test.db, answered.consent_id.as_ref().unwrap()).await.unwrap().unwrap();
        assert_eq!(grant.left_out, items(&["tax_payment.late_fee", "tax_payment.amount"]));
    })
    .await;
}

#[tokio::test]
async fn after_a_no_the_bank_waits_before_it_asks_again() {
    each_database(async |test| {
        let user = signed_in(test).await;
        let asked = ask(test, new_request()).await.unwrap();
        assert!(matches!(ask(test, new_request()).await.unwrap_err(), ConsentError::AskedAlready));
        let answered = answer(test, &user, &asked, no()).await.unwrap();
        assert_eq!(answered.state(test.clock.now()), RequestState::Refused);
        assert_eq!(answered.answer_reason.as_deref(), Some("暂不需要"));
        assert!(answered.consent_id.is_none() && events(&test.db, "consent.granted").await.is_empty());

        let until = test.clock.now() + DAY * 7;
        let early = ask(test, new_request()).await.unwrap_err();
        assert!(matches!(early, ConsentError::AskAgainAt(at) if at == until));
        let other = NewRequest { purpose: Purpose::InLoan, ..new_request() };
        assert!(ask(test, other).await.is_ok(), "another purpose is another question");
        test.advance(DAY * 7);
        assert!(ask(test, new_request()).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_request_that_nobody_answers_lapses_by_the_clock() {
    each_database(async |test| {
        let user = signed_in(test).await;
        let asked = ask(test, new_request()).await.unwrap();
        test.advance(DAY * 7);
        assert_eq!(asked.state(test.clock.now()), RequestState::Lapsed);
        let late = answer(test, &user, &asked, yes(&["tax_payment"], 10)).await.unwrap_err();
        assert!(matches!(late, ConsentError::RequestClosed(RequestState::Lapsed)));
        assert!(ask(test, new_request()).await.is_ok(), "silence is no no");
    })
    .await;
}

#[tokio::test]
async fn only_the_subject_itself_answers() {
    each_database(async |test| {
        let asked = ask(test, new_request()).await.unwrap();
        let stranger = signed_in_as(test, "13800005678", &other_firm_key(), FirmRole::LegalRep).await;
        let refused = answer(test, &stranger, &asked, no()).await.unwrap_err();
        assert!(matches!(refused, ConsentError::NotFound));
    })
    .await;
}

#[tokio::test]
async fn a_bank_asks_for_nothing_beyond_the_purpose() {
    each_database(async |test| {
        let refused = async |new: NewRequest| ask(test, new).await.unwrap_err();
        let too_long = refused(NewRequest { days: Some(91), ..new_request() }).await;
        assert!(matches!(too_long, ConsentError::TooLong { .. }));
        let own = refused(NewRequest { purpose: Purpose::ReportSelf, ..new_request() }).await;
        assert!(matches!(own, ConsentError::NotGrantable(_)));
        let words = refused(NewRequest { note: "长".repeat(501), ..new_request() }).await;
        assert!(matches!(words, ConsentError::TextTooLong { chars_max: 500 }));
        assert!(list_requests(&test.db, &firm_key(), 10).await.unwrap().is_empty());
    })
    .await;
}
