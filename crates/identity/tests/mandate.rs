//! A legal representative lets somebody act for the firm, for some things and for a while.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod phone;

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use jq_base::ids::MandateId;
use jq_base::mobile::Mobile;
use jq_db::outbox;
use jq_identity::firm::mandate::{self, AgentClaim, MandateFault, MandateState, NewMandate};
use jq_identity::{FirmRole, FirmUser, IdentityError, KycMismatch, KycOutcome, MandateScope, Token, firm};
use jq_testkit::{TestDb, each_database};
use phone::{FIRM, OTHER, REP, act_for, id_key, key, legal_rep, number, person, sign_in};

/// The day after tomorrow of the test clock.
const UNTIL: Date = date(2026, 11, 12);

fn offer(until: Date) -> NewMandate {
    let scopes = BTreeSet::from([MandateScope::Report, MandateScope::Apply]);
    NewMandate { mobile: Mobile::parse(OTHER.0).unwrap(), name: OTHER.1.to_owned(), scopes, until }
}

async fn grant(test: &TestDb, user: &FirmUser, new: &NewMandate) -> Result<MandateId, IdentityError> {
    let mut tx = test.db.begin().await.unwrap();
    let granted = mandate::grant(&mut tx, &key(), user, new, test.clock.now()).await?;
    tx.commit().await.unwrap();
    Ok(granted.mandate_id)
}

async fn accept(
    test: &TestDb,
    token: &Token,
    id: &MandateId,
    (_, name, id_number): (&str, &str, &str),
) -> Result<KycOutcome, IdentityError> {
    let claim = AgentClaim { name: name.to_owned(), resident_id: number(id_number) };
    let (who, now) = (person(test, token).await, test.clock.now());
    let mut tx = test.db.begin().await.unwrap();
    let outcome = mandate::accept(&mut tx, &key(), &id_key(), &who, id, &claim, now).await?;
    tx.commit().await.unwrap();
    Ok(outcome)
}

async fn decline(test: &TestDb, token: &Token, id: &MandateId) -> Result<(), IdentityError> {
    let who = person(test, token).await;
    let mut tx = test.db.begin().await.unwrap();
    mandate::decline(&mut tx, &key(), &who, id, test.clock.now()).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn revoke(test: &TestDb, user: &FirmUser, id: &MandateId) -> Result<(), IdentityError> {
    let mut tx = test.db.begin().await.unwrap();
    mandate::revoke(&mut tx, user, id, test.clock.now()).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn given(test: &TestDb, user: &FirmUser) -> MandateState {
    mandate::list_given(&test.db, user, test.clock.now()).await.unwrap()[0].state
}

/// The legal representative, and the agent with a mandate that holds.
async fn rep_and_agent(test: &TestDb) -> (FirmUser, Token, MandateId) {
    let (_, rep) = legal_rep(test).await;
    let id = grant(test, &rep, &offer(UNTIL)).await.unwrap();
    let agent = sign_in(test, OTHER.0).await;
    let outcome = accept(test, &agent, &id, OTHER).await.unwrap();
    assert!(matches!(outcome, KycOutcome::Verified(_)), "{outcome:?}");
    (rep, agent, id)
}

#[tokio::test]
async fn an_agent_may_do_what_the_mandate_covers_and_nothing_else() {
    each_database(async |test| {
        let (rep, agent, _) = rep_and_agent(test).await;
        let user = act_for(test, &agent, FIRM).await.unwrap();
        assert_eq!((user.role(), user.subject_name()), (FirmRole::Agent, rep.subject_name()));
        assert!(user.may(MandateScope::Report) && user.may(MandateScope::Apply));
        let refused = user.must(MandateScope::Sign);
        assert!(matches!(refused, Err(IdentityError::OutsideMandate(MandateScope::Sign))));
        let people = firm::list_people(&test.db, rep.subject(), test.clock.now()).await.unwrap();
        let roles: Vec<FirmRole> = people.iter().map(|person| person.role).collect();
        assert_eq!(roles, [FirmRole::LegalRep, FirmRole::Agent]);
    })
    .await;
}

#[tokio::test]
async fn an_agent_is_told_by_message_and_sees_the_offer_after_signing_in() {
    each_database(async |test| {
        let (_, rep) = legal_rep(test).await;
        let id = grant(test, &rep, &offer(UNTIL)).await.unwrap();
        let events = outbox::list_after(&test.db, 0, 100).await.unwrap();
        let told = events.iter().find(|event| event.payload["template"] == "mandate_offered").unwrap();
        assert_eq!(told.payload["mobile"], OTHER.0);
        assert_eq!(told.payload["values"]["scopes"], "查看信用报告和测额、申请融资");

        let agent = sign_in(test, OTHER.0).await;
        let who = person(test, &agent).await;
        let held = mandate::list_held(&test.db, &key(), &who, test.clock.now()).await.unwrap();
        assert_eq!(
            (&held[0].mandate_id, held[0].state, held[0].until()),
            (&id, MandateState::Offered, UNTIL)
        );
        assert!(matches!(act_for(test, &agent, FIRM).await, Err(IdentityError::NotYours)));
        let given = mandate::list_given(&test.db, &rep, test.clock.now()).await.unwrap();
        assert_eq!(
            (given[0].agent_name.to_string(), given[0].agent_mobile.as_str()),
            ("李**".to_owned(), "139****5678")
        );
    })
    .await;
}

#[tokio::test]
async fn who_is_not_the_named_agent_is_refused() {
    each_database(async |test| {
        let (_, rep) = legal_rep(test).await;
        let id = grant(test, &rep, &offer(UNTIL)).await.unwrap();
        let agent = sign_in(test, OTHER.0).await;
        let refused = async |claim| match accept(test, &agent, &id, claim).await.unwrap() {
            KycOutcome::Refused { mismatches, .. } => mismatches,
            KycOutcome::Verified(_) => panic!("verified"),
        };
        assert_eq!(refused((OTHER.0, "李明", OTHER.2)).await, [KycMismatch::PersonName]);
        assert_eq!(refused((OTHER.0, OTHER.1, REP.2)).await, [KycMismatch::OtherPerson]);
        assert_eq!(refused((OTHER.0, OTHER.1, "500103201503071235")).await, [KycMismatch::Age]);
        let stranger = sign_in(test, "13700000001").await;
        let unseen = accept(test, &stranger, &id, OTHER).await;
        assert!(matches!(unseen, Err(IdentityError::NoMandate)));
        accept(test, &agent, &id, OTHER).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_mandate_ends_with_its_last_day() {
    each_database(async |test| {
        let (rep, agent, _) = rep_and_agent(test).await;
        act_for(test, &agent, FIRM).await.unwrap();
        test.advance(SignedDuration::from_hours(62));
        let agent = sign_in(test, OTHER.0).await;
        act_for(test, &agent, FIRM).await.unwrap();
        assert_eq!(given(test, &rep).await, MandateState::Held, "it is the evening of the last day");
        test.advance(SignedDuration::from_mins(30));
        assert_eq!(given(test, &rep).await, MandateState::Expired);
        assert!(person(test, &agent).await.subjects().is_empty());
        assert!(matches!(act_for(test, &agent, FIRM).await, Err(IdentityError::NotYours)));
        let people = firm::list_people(&test.db, rep.subject(), test.clock.now()).await.unwrap();
        assert_eq!(people.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_mandate_ends_at_the_next_request() {
    each_database(async |test| {
        let (rep, agent, id) = rep_and_agent(test).await;
        act_for(test, &agent, FIRM).await.unwrap();
        revoke(test, &rep, &id).await.unwrap();
        assert!(person(test, &agent).await.subjects().is_empty());
        assert_eq!(given(test, &rep).await, MandateState::Revoked);
        assert!(matches!(revoke(test, &rep, &id).await, Err(IdentityError::Mandate("revoked"))));
        let too_late = accept(test, &agent, &id, OTHER).await;
        assert!(matches!(too_late, Err(IdentityError::Mandate("revoked"))));
    })
    .await;
}

#[tokio::test]
async fn one_of_two_mandates_is_enough_and_both_cover_what_either_does() {
    each_database(async |test| {
        let (rep, agent, first) = rep_and_agent(test).await;
        let mut more = offer(UNTIL);
        more.scopes = [MandateScope::Sign].into();
        let second = grant(test, &rep, &more).await.unwrap();
        accept(test, &agent, &second, OTHER).await.unwrap();
        let user = act_for(test, &agent, FIRM).await.unwrap();
        assert!(user.may(MandateScope::Report) && user.may(MandateScope::Sign));
        revoke(test, &rep, &first).await.unwrap();
        let user = act_for(test, &agent, FIRM).await.unwrap();
        assert!(!user.may(MandateScope::Report) && user.may(MandateScope::Sign));
    })
    .await;
}

#[tokio::test]
async fn mandates_end_when_the_legal_representative_is_no_longer_one() {
    each_database(async |test| {
        let (rep, agent, _) = rep_and_agent(test).await;
        let now = test.clock.now();
        let mut tx = test.db.begin().await.unwrap();
        firm::unlink(&mut tx, rep.account(), rep.subject(), "register", now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(person(test, &agent).await.subjects().is_empty());
        assert_eq!(given(test, &rep).await, MandateState::Ended);
    })
    .await;
}

#[tokio::test]
async fn an_agent_says_no_or_lays_it_down() {
    each_database(async |test| {
        let (_, rep) = legal_rep(test).await;
        let id = grant(test, &rep, &offer(UNTIL)).await.unwrap();
        let agent = sign_in(test, OTHER.0).await;
        decline(test, &agent, &id).await.unwrap();
        assert_eq!(given(test, &rep).await, MandateState::Declined);
        assert!(matches!(accept(test, &agent, &id, OTHER).await, Err(IdentityError::Mandate("declined"))));

        test.advance(SignedDuration::from_secs(1));
        let second = grant(test, &rep, &offer(UNTIL)).await.unwrap();
        accept(test, &agent, &second, OTHER).await.unwrap();
        decline(test, &agent, &second).await.unwrap();
        assert_eq!(given(test, &rep).await, MandateState::Ended);
        assert!(person(test, &agent).await.subjects().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_offer_waits_a_week() {
    each_database(async |test| {
        let (_, rep) = legal_rep(test).await;
        let id = grant(test, &rep, &offer(date(2027, 11, 10))).await.unwrap();
        test.advance(SignedDuration::from_hours(24 * 7));
        let agent = sign_in(test, OTHER.0).await;
        let late = accept(test, &agent, &id, OTHER).await;
        assert!(matches!(late, Err(IdentityError::Mandate("lapsed"))));
    })
    .await;
}

#[tokio::test]
async fn a_mandate_is_the_legal_representatives_to_give() {
    each_database(async |test| {
        let (rep, agent, id) = rep_and_agent(test).await;
        let user = act_for(test, &agent, FIRM).await.unwrap();
        let refused = grant(test, &user, &offer(UNTIL)).await;
        assert!(matches!(refused, Err(IdentityError::OnlyLegalRep)));
        assert!(matches!(revoke(test, &user, &id).await, Err(IdentityError::OnlyLegalRep)));

        let mut wrong = offer(date(2027, 11, 11));
        wrong.mobile = Mobile::parse(REP.0).unwrap();
        wrong.scopes.clear();
        let Err(IdentityError::MandateFaults(faults)) = grant(test, &rep, &wrong).await else {
            panic!("three faults")
        };
        let expected = [MandateFault::OwnMobile, MandateFault::NoScope, MandateFault::UntilTooFar];
        assert_eq!(faults, expected);
    })
    .await;
}
