//! Whoever says to be a firm's legal representative is compared with the register, a few times a day.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod phone;

use jiff::SignedDuration;
use jq_base::ids::SubjectKey;
use jq_db::audit::{Filter, list};
use jq_db::outbox;
use jq_identity::firm::kyc::{self, HouseholdExtract, SelfClaim};
use jq_identity::firm::{self, KycState};
use jq_identity::{FirmRole, FirmSession, IdentityError, KycMismatch, KycOutcome, MandateScope, Token};
use jq_testkit::{TestDb, each_database};
use phone::{FIRM, OTHER, REP, act_for, claim, extract, id_key, legal_rep, number, person, verify};

const OTHER_FIRM: &str = "91500107MA7TEX0100";

/// What disagreed, and how many tries are left.
fn refused(outcome: KycOutcome) -> (Vec<KycMismatch>, u32) {
    match outcome {
        KycOutcome::Refused { mismatches, tries_left } => (mismatches, tries_left),
        KycOutcome::Verified(subject) => panic!("verified for {subject:?}"),
    }
}

async fn state(test: &TestDb, token: &Token) -> KycState {
    person(test, token).await.kyc()
}

#[tokio::test]
async fn an_unknown_number_becomes_the_legal_representative_the_register_names() {
    each_database(async |test| {
        let (_, user) = legal_rep(test).await;
        assert_eq!((user.role(), user.subject().as_str()), (FirmRole::LegalRep, FIRM));
        assert_eq!(user.subject_name(), "某某食品 3Y", "the firm's name is the register's");
        assert_eq!(user.person().name().to_string(), "张**");
        assert!(MandateScope::ALL.into_iter().all(|scope| user.may(scope)));
        let kinds = outbox::list_after(&test.db, 0, 100).await.unwrap();
        assert!(kinds.iter().any(|event| event.kind == "identity.verified" && event.subject == FIRM));
    })
    .await;
}

#[tokio::test]
async fn a_refusal_names_the_fields_and_nothing_the_register_holds() {
    each_database(async |test| {
        let token = phone::sign_in(test, OTHER.0).await;
        let mut wrong = claim(FIRM, OTHER);
        wrong.firm_name = "另一家公司".to_owned();
        let outcome = verify(test, &token, &wrong, Some(&extract(FIRM, REP))).await.unwrap();
        let expected = vec![KycMismatch::FirmName, KycMismatch::PersonName, KycMismatch::ResidentId];
        assert_eq!(refused(outcome), (expected, 4));
        assert_eq!(state(test, &token).await, KycState::Refused);

        let lines = list(&test.db, &Filter::default(), 50).await.unwrap();
        let line = lines.iter().find(|line| line.action == "identity.kyc_refused").unwrap();
        let told = serde_json::to_string(line).unwrap();
        assert!(told.contains("\"disagree\":[\"firm_name\",\"person_name\",\"resident_id\"]"), "{told}");
        for secret in [REP.1, REP.2, OTHER.1, OTHER.2, &extract(FIRM, REP).legal_rep_id_hash] {
            assert!(!told.contains(secret), "{told}");
        }
        let wait = act_for(test, &token, FIRM).await;
        assert!(matches!(wait, Err(IdentityError::NotYours)));
    })
    .await;
}

#[tokio::test]
async fn a_firm_that_is_not_registered_or_has_ended_verifies_nobody() {
    each_database(async |test| {
        let token = phone::sign_in(test, REP.0).await;
        let unknown = verify(test, &token, &claim(FIRM, REP), None).await.unwrap();
        assert_eq!(refused(unknown).0, [KycMismatch::NotRegistered]);
        let mut ended = extract(FIRM, REP);
        ended.active = false;
        let closed = verify(test, &token, &claim(FIRM, REP), Some(&ended)).await.unwrap();
        assert_eq!(refused(closed).0, [KycMismatch::Closed]);
    })
    .await;
}

#[tokio::test]
async fn five_wrong_checks_a_day_and_a_right_one_does_not_count() {
    each_database(async |test| {
        let (wrong, right) = (claim(FIRM, OTHER), claim(FIRM, REP));
        let register = extract(FIRM, REP);
        let token = phone::sign_in(test, REP.0).await;
        for left in (1..kyc::CHECKS_PER_DAY_MAX).rev() {
            let outcome = verify(test, &token, &wrong, Some(&register)).await.unwrap();
            assert_eq!(refused(outcome).1, left);
        }
        for _ in 0..3 {
            let outcome = verify(test, &token, &right, Some(&register)).await.unwrap();
            assert!(matches!(outcome, KycOutcome::Verified(_)));
        }
        let last = verify(test, &token, &wrong, Some(&register)).await.unwrap();
        assert_eq!(refused(last).1, 0);
        let none_left = verify(test, &token, &right, Some(&register)).await;
        assert!(matches!(none_left, Err(IdentityError::ChecksUsedUp)));
        test.advance(SignedDuration::from_hours(24));
        let token = phone::sign_in(test, REP.0).await;
        verify(test, &token, &right, Some(&register)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_firms_number_is_not_guessed_from_many_phones() {
    each_database(async |test| {
        let register = extract(FIRM, REP);
        let phones = kyc::SUBJECT_CHECKS_PER_DAY_MAX / kyc::CHECKS_PER_DAY_MAX;
        for phone in 0..=phones {
            let token = phone::sign_in(test, &format!("1370000000{phone}")).await;
            for _ in 0..kyc::CHECKS_PER_DAY_MAX {
                let outcome = verify(test, &token, &claim(FIRM, OTHER), Some(&register)).await;
                assert_eq!(outcome.is_ok(), phone < phones, "phone {phone}: {:?}", outcome.err());
            }
            let mine = extract(OTHER_FIRM, OTHER);
            let other = verify(test, &token, &claim(OTHER_FIRM, OTHER), Some(&mine)).await;
            assert_eq!(other.is_ok(), phone == phones, "who has tries left may ask about another firm");
        }
    })
    .await;
}

#[tokio::test]
async fn a_verified_person_stays_so_when_a_claim_about_another_firm_is_wrong() {
    each_database(async |test| {
        let (token, _) = legal_rep(test).await;
        let wrong = verify(test, &token, &claim(OTHER_FIRM, REP), Some(&extract(OTHER_FIRM, OTHER))).await;
        assert_eq!(refused(wrong.unwrap()).0, [KycMismatch::PersonName, KycMismatch::ResidentId]);
        assert_eq!(state(test, &token).await, KycState::Verified);
        verify(test, &token, &claim(OTHER_FIRM, REP), Some(&extract(OTHER_FIRM, REP))).await.unwrap();
        assert_eq!(person(test, &token).await.subjects().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_account_is_one_person() {
    each_database(async |test| {
        let (token, _) = legal_rep(test).await;
        let other = extract(OTHER_FIRM, OTHER);
        let outcome = verify(test, &token, &claim(OTHER_FIRM, OTHER), Some(&other)).await.unwrap();
        assert_eq!(refused(outcome).0, [KycMismatch::OtherPerson]);
        assert_eq!(person(test, &token).await.subjects().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_new_legal_representative_puts_the_former_out() {
    each_database(async |test| {
        let (former, _) = legal_rep(test).await;
        let new = phone::sign_in(test, OTHER.0).await;
        verify(test, &new, &claim(FIRM, OTHER), Some(&extract(FIRM, OTHER))).await.unwrap();
        act_for(test, &new, FIRM).await.unwrap();
        let session = firm::authenticate(&test.db, &former, test.clock.now()).await.unwrap();
        assert!(matches!(session, FirmSession::Choosing(person) if person.subjects().is_empty()));
    })
    .await;
}

#[tokio::test]
async fn the_head_of_a_household_acts_in_person() {
    each_database(async |test| {
        let token = phone::sign_in(test, REP.0).await;
        let account = person(test, &token).await.account().clone();
        let household = SubjectKey::parse(&extract(FIRM, REP).legal_rep_id_hash).unwrap();
        let known = HouseholdExtract { subject: household.clone(), name: REP.1.to_owned() };
        let check = async |name: &str, extract: Option<&HouseholdExtract>| {
            let claim = SelfClaim { name: name.to_owned(), resident_id: number(REP.2) };
            let mut tx = test.db.begin().await.unwrap();
            let now = test.clock.now();
            let outcome = kyc::verify_self(&mut tx, &account, &claim, extract, &id_key(), now).await;
            tx.commit().await.unwrap();
            outcome.unwrap()
        };
        assert_eq!(refused(check(REP.1, None).await).0, [KycMismatch::NotRegistered]);
        assert_eq!(refused(check(OTHER.1, Some(&known)).await).0, [KycMismatch::PersonName]);
        let outcome = check(REP.1, Some(&known)).await;
        assert!(matches!(outcome, KycOutcome::Verified(ref subject) if subject.role == FirmRole::OneSelf));
        let user = act_for(test, &token, household.as_str()).await.unwrap();
        assert!(user.may(MandateScope::Drawdown));
    })
    .await;
}

#[tokio::test]
async fn the_people_of_a_firm_can_be_told_something() {
    each_database(async |test| {
        let (_, user) = legal_rep(test).await;
        let people = firm::list_people(&test.db, user.subject(), test.clock.now()).await.unwrap();
        assert_eq!(people.len(), 1);
        assert_eq!((&people[0].account, people[0].role), (user.account(), FirmRole::LegalRep));
        assert_eq!(people[0].mobile.for_storage(), REP.0);
        let nobody = phone::subject(OTHER_FIRM);
        assert!(firm::list_people(&test.db, &nobody, test.clock.now()).await.unwrap().is_empty());
    })
    .await;
}
