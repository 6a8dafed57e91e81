//! People sign in for their firms with a code that arrives on their phone.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use jiff::SignedDuration;
use jq_base::ids::{AccountId, SubjectKey};
use jq_base::mobile::Mobile;
use jq_db::{outbox, sql};
use jq_identity::firm::{self, KycState, NewPerson};
use jq_identity::{CodeKey, FirmRole, FirmSession, FirmSubject, IdentityError, session};
use jq_testkit::{TestDb, each_database};

const FIRM: &str = "91500102MAC8YUW23Y";
const OTHER_FIRM: &str = "91500107MA7TEX0100";

fn key() -> CodeKey {
    CodeKey::new(b"a key for tests only").expect("long enough")
}

fn mobile() -> Mobile {
    Mobile::parse("13800001234").expect("a mobile number")
}

fn subject(code: &str) -> FirmSubject {
    let subject = SubjectKey::parse(code).expect("a credit code");
    FirmSubject { subject, name: format!("某某食品 {}", &code[16..]), role: FirmRole::LegalRep }
}

/// A verified person who may act for the firms.
async fn person(test: &TestDb, firms: &[&str]) -> AccountId {
    let now = test.clock.now();
    let mut tx = test.db.begin().await.unwrap();
    let new = NewPerson { mobile: mobile(), person_name: "张小明".to_owned() };
    let account = firm::register(&mut tx, &key(), &new, now).await.unwrap();
    firm::confirm(&mut tx, &account, true, "register:face", now).await.unwrap();
    for code in firms {
        firm::link(&mut tx, &account, &subject(code), "register", now).await.unwrap();
    }
    tx.commit().await.unwrap();
    account
}

async fn ask(test: &TestDb, mobile: &Mobile) -> Result<firm::CodeSent, IdentityError> {
    let mut tx = test.db.begin().await.unwrap();
    let answer = firm::request_code(&mut tx, &key(), mobile, test.clock.now()).await;
    match answer {
        Ok(sent) => {
            tx.commit().await.unwrap();
            Ok(sent)
        }
        Err(error) => Err(error),
    }
}

/// The codes that were sent, oldest first.
async fn codes_sent(test: &TestDb) -> Vec<String> {
    let events = outbox::list_after(&test.db, 0, 100).await.unwrap();
    let sms = events.into_iter().filter(|event| event.kind == "notify.sms");
    sms.map(|event| event.payload["values"]["code"].as_str().unwrap().to_owned()).collect()
}

async fn last_code(test: &TestDb) -> String {
    codes_sent(test).await.pop().expect("a code was sent")
}

/// A code that differs from `code`.
fn another(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

async fn try_code(test: &TestDb, code: &str) -> Result<firm::SignedIn, IdentityError> {
    firm::sign_in(&test.db, &key(), &mobile(), code, test.clock.now()).await
}

#[tokio::test]
async fn a_person_with_one_firm_signs_in_and_acts_for_it() {
    each_database(async |test| {
        person(test, &[FIRM]).await;
        ask(test, &mobile()).await.unwrap();
        let signed_in = try_code(test, &last_code(test).await).await.unwrap();
        assert_eq!(signed_in.chosen.as_ref().map(SubjectKey::as_str), Some(FIRM));

        let session = firm::authenticate(&test.db, &signed_in.token, test.clock.now()).await.unwrap();
        let FirmSession::Acting(user) = session else { panic!("one firm is chosen at once") };
        assert_eq!(user.subject().as_str(), FIRM);
        assert_eq!(user.role(), FirmRole::LegalRep);
        assert_eq!(user.person().name().to_string(), "张**");
        assert!(!format!("{user:?}").contains("13800001234"), "a log line does not show the number");
    })
    .await;
}

#[tokio::test]
async fn a_person_with_two_firms_chooses_and_cannot_choose_another() {
    each_database(async |test| {
        person(test, &[FIRM, OTHER_FIRM]).await;
        ask(test, &mobile()).await.unwrap();
        let signed_in = try_code(test, &last_code(test).await).await.unwrap();
        assert_eq!(signed_in.chosen, None);
        assert_eq!(signed_in.person.subjects().len(), 2);

        let now = test.clock.now();
        let stranger = SubjectKey::parse("93500116MA61QRTU4F").unwrap();
        let refused = firm::choose_subject(&test.db, &signed_in.token, &stranger, now).await;
        assert!(matches!(refused, Err(IdentityError::NotYours)));

        let chosen = SubjectKey::parse(OTHER_FIRM).unwrap();
        firm::choose_subject(&test.db, &signed_in.token, &chosen, now).await.unwrap();
        let session = firm::authenticate(&test.db, &signed_in.token, now).await.unwrap();
        assert!(matches!(session, FirmSession::Acting(user) if *user.subject() == chosen));
    })
    .await;
}

#[tokio::test]
async fn a_code_works_once_and_for_five_minutes() {
    each_database(async |test| {
        person(test, &[FIRM]).await;
        ask(test, &mobile()).await.unwrap();
        let code = last_code(test).await;
        try_code(test, &code).await.unwrap();
        assert!(matches!(try_code(test, &code).await, Err(IdentityError::WrongCode)));

        test.advance(SignedDuration::from_mins(1));
        ask(test, &mobile()).await.unwrap();
        test.advance(SignedDuration::from_mins(5));
        let late = last_code(test).await;
        assert!(matches!(try_code(test, &late).await, Err(IdentityError::WrongCode)));
    })
    .await;
}

#[tokio::test]
async fn the_right_code_is_of_no_use_after_five_wrong_ones() {
    each_database(async |test| {
        person(test, &[FIRM]).await;
        ask(test, &mobile()).await.unwrap();
        let code = last_code(test).await;
        for _ in 0..firm::TRIES_MAX {
            assert!(matches!(try_code(test, &another(&code)).await, Err(IdentityError::WrongCode)));
        }
        assert!(matches!(try_code(test, &code).await, Err(IdentityError::WrongCode)));
    })
    .await;
}

#[tokio::test]
async fn a_newer_code_replaces_the_older() {
    each_database(async |test| {
        person(test, &[FIRM]).await;
        ask(test, &mobile()).await.unwrap();
        let first = last_code(test).await;
        test.advance(SignedDuration::from_secs(60));
        ask(test, &mobile()).await.unwrap();
        let second = last_code(test).await;
        if first != second {
            assert!(matches!(try_code(test, &first).await, Err(IdentityError::WrongCode)));
        }
        try_code(test, &second).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_code_a_minute_and_ten_a_day_are_sent() {
    each_database(async |test| {
        person(test, &[FIRM]).await;
        let sent = ask(test, &mobile()).await.unwrap();
        test.advance(SignedDuration::from_secs(59));
        let refused = ask(test, &mobile()).await.unwrap_err();
        assert!(matches!(refused, IdentityError::CodeTooSoon { again_at } if again_at == sent.again_at));
        for _ in 1..firm::CODES_PER_DAY_MAX {
            test.advance(SignedDuration::from_secs(60));
            ask(test, &mobile()).await.unwrap();
        }
        test.advance(SignedDuration::from_secs(60));
        assert!(matches!(ask(test, &mobile()).await, Err(IdentityError::CodesUsedUp)));
        assert_eq!(codes_sent(test).await.len(), 10);
        test.advance(SignedDuration::from_hours(24));
        ask(test, &mobile()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_stranger_does_not_learn_whether_a_number_is_known() {
    each_database(async |test| {
        person(test, &[FIRM]).await;
        let unknown = Mobile::parse("13900005678").unwrap();
        assert_eq!(ask(test, &mobile()).await.unwrap(), ask(test, &unknown).await.unwrap());
        let again = (ask(test, &mobile()).await.unwrap_err(), ask(test, &unknown).await.unwrap_err());
        assert_eq!(again.0.to_string(), again.1.to_string());
        assert_eq!(codes_sent(test).await.len(), 2, "both numbers get a message");
        for number in [mobile(), unknown] {
            let wrong = firm::sign_in(&test.db, &key(), &number, "wrong", test.clock.now()).await;
            assert!(matches!(wrong, Err(IdentityError::WrongCode)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_number_is_kept_only_after_its_code_was_right() {
    each_database(async |test| {
        let people = async || {
            let row = test.db.fetch_one(sql("select count(*) as people from identity_person")).await;
            row.unwrap().int("people").unwrap()
        };
        ask(test, &mobile()).await.unwrap();
        let code = last_code(test).await;
        try_code(test, &another(&code)).await.unwrap_err();
        assert_eq!(people().await, 0);
        let signed_in = try_code(test, &code).await.unwrap();
        assert_eq!((people().await, signed_in.chosen), (1, None));
        let session = firm::authenticate(&test.db, &signed_in.token, test.clock.now()).await.unwrap();
        let FirmSession::Unverified(person) = session else { panic!("nobody checked the name yet") };
        assert_eq!(person.kyc(), KycState::Pending);
        assert!(person.name().for_storage().is_empty() && person.subjects().is_empty());

        test.advance(SignedDuration::from_secs(60));
        ask(test, &mobile()).await.unwrap();
        try_code(test, &last_code(test).await).await.unwrap();
        assert_eq!(people().await, 1, "the second time it is the same person");
    })
    .await;
}

#[tokio::test]
async fn a_person_who_was_refused_signs_in_but_acts_for_nobody() {
    each_database(async |test| {
        let now = test.clock.now();
        let mut tx = test.db.begin().await.unwrap();
        let new = NewPerson { mobile: mobile(), person_name: "张小明".to_owned() };
        let account = firm::register(&mut tx, &key(), &new, now).await.unwrap();
        assert!(matches!(firm::register(&mut tx, &key(), &new, now).await, Err(IdentityError::Taken(_))));
        firm::link(&mut tx, &account, &subject(FIRM), "register", now).await.unwrap();
        firm::confirm(&mut tx, &account, false, "register:face", now).await.unwrap();
        tx.commit().await.unwrap();
        ask(test, &mobile()).await.unwrap();
        let token = try_code(test, &last_code(test).await).await.unwrap().token;
        let session = firm::authenticate(&test.db, &token, now).await.unwrap();
        assert!(matches!(session, FirmSession::Unverified(person) if person.subjects().is_empty()));
        let chosen = SubjectKey::parse(FIRM).unwrap();
        let refused = firm::choose_subject(&test.db, &token, &chosen, now).await;
        assert!(matches!(refused, Err(IdentityError::NotYours)));
    })
    .await;
}

#[tokio::test]
async fn a_right_that_was_taken_back_ends_at_the_next_request() {
    each_database(async |test| {
        let account = person(test, &[FIRM]).await;
        ask(test, &mobile()).await.unwrap();
        let token = try_code(test, &last_code(test).await).await.unwrap().token;
        let now = test.clock.now();
        let mut tx = test.db.begin().await.unwrap();
        let firm_key = SubjectKey::parse(FIRM).unwrap();
        firm::unlink(&mut tx, &account, &firm_key, "register", now).await.unwrap();
        tx.commit().await.unwrap();
        let session = firm::authenticate(&test.db, &token, now).await.unwrap();
        assert!(matches!(session, FirmSession::Choosing(person) if person.subjects().is_empty()));
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_by_sign_out_and_by_lying_unused() {
    each_database(async |test| {
        person(test, &[FIRM]).await;
        ask(test, &mobile()).await.unwrap();
        let token = try_code(test, &last_code(test).await).await.unwrap().token;
        for _ in 0..3 {
            test.advance(SignedDuration::from_hours(11));
            firm::authenticate(&test.db, &token, test.clock.now()).await.unwrap();
        }
        test.advance(SignedDuration::from_hours(12));
        let idle = firm::authenticate(&test.db, &token, test.clock.now()).await;
        assert!(matches!(idle, Err(IdentityError::NotSignedIn)));

        ask(test, &mobile()).await.unwrap();
        let token = try_code(test, &last_code(test).await).await.unwrap().token;
        let mut tx = test.db.begin().await.unwrap();
        session::sign_out(&mut tx, &token, test.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let closed = firm::authenticate(&test.db, &token, test.clock.now()).await;
        assert!(matches!(closed, Err(IdentityError::NotSignedIn)));
    })
    .await;
}

#[tokio::test]
async fn every_act_is_on_record_without_numbers_and_codes() {
    each_database(async |test| {
        person(test, &[FIRM]).await;
        ask(test, &mobile()).await.unwrap();
        let code = last_code(test).await;
        try_code(test, &another(&code)).await.unwrap_err();
        try_code(test, &code).await.unwrap();
        let lines = jq_db::audit::list(&test.db, &jq_db::audit::Filter::default(), 50).await.unwrap();
        let mut actions: Vec<&str> = lines.iter().map(|line| line.action.as_str()).collect();
        actions.reverse();
        assert_eq!(
            actions,
            [
                "identity.register",
                "identity.kyc",
                "identity.link",
                "identity.code_sent",
                "identity.sign_in_refused",
                "identity.sign_in",
            ]
        );
        let told = serde_json::to_string(&lines).unwrap();
        assert!(!told.contains("13800001234") && !told.contains("张小明"));
        assert!(jq_db::audit::verify(&test.db, None).await.unwrap().is_whole());
    })
    .await;
}

#[tokio::test]
async fn what_has_ended_is_forgotten_after_two_days() {
    each_database(async |test| {
        person(test, &[FIRM]).await;
        ask(test, &mobile()).await.unwrap();
        try_code(test, &last_code(test).await).await.unwrap();
        test.advance(SignedDuration::from_hours(24 * 10));
        let mut tx = test.db.begin().await.unwrap();
        assert_eq!(
            session::forget_expired(&mut tx, test.clock.now()).await.unwrap(),
            2,
            "a code and a session"
        );
        tx.commit().await.unwrap();
    })
    .await;
}
