//! Enrolling and showing second factors.

use jq_db::sql;
use jq_identity::IdentityError;
use jq_identity::staff::{self, Due, FactorKind, FactorRule, Proof};
use jq_testkit::each_database;

use super::house::{House, PASSWORD, code_of, each};

#[tokio::test]
async fn an_employee_without_a_second_factor_can_only_enrol_one() {
    each(async |house| {
        let token = house.arrive("officer@bank01", PASSWORD).await.unwrap();
        assert_eq!(house.recognise(&token).await.1, Due::Enrolment);
        let refused = staff::authenticate_bank(&house.test.db, &token, house.now()).await;
        assert!(matches!(refused, Err(IdentityError::StepDue(Due::Enrolment))));

        let (user, _) = house.recognise(&token).await;
        let db = &house.test.db;
        let offer = house.factors.offer_totp(db, &user, house.now()).await.unwrap();
        assert!(offer.address.starts_with("otpauth://totp/") && offer.address.contains(&offer.secret));
        let again = house.factors.offer_totp(db, &user, house.now()).await.unwrap();
        assert_eq!(again.secret, offer.secret, "the page can be opened again");
        let wrong = house.factors.confirm_totp(db, &user, "000000", house.now()).await;
        assert!(matches!(wrong, Err(IdentityError::WrongFactor)));
        let code = code_of(&offer.secret, house.now());
        house.factors.confirm_totp(db, &user, &code, house.now()).await.unwrap();

        let (user, due) = house.recognise(&token).await;
        assert_eq!(due, Due::Password, "the first password was somebody else's choice");
        let refused = house.factors.offer_totp(db, &user, house.now()).await;
        assert!(matches!(refused, Err(IdentityError::NotEnrollable(_))), "a secret is not shown again");
    })
    .await;
}

#[tokio::test]
async fn the_second_sign_in_asks_for_a_code_and_takes_it_once() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let token = house.arrive("officer@bank01", &officer.password).await.unwrap();
        let (user, due) = house.recognise(&token).await;
        assert_eq!(due, Due::SecondFactor);
        assert!(!house.opens(&token).await);
        house.show_code(&user, &officer.phone).await.unwrap();
        assert!(house.opens(&token).await);

        let other = house.arrive("officer@bank01", &officer.password).await.unwrap();
        let (user, _) = house.recognise(&other).await;
        let again = house.show_code(&user, &officer.phone).await;
        assert!(
            matches!(again, Err(IdentityError::WrongFactor)),
            "somebody may have looked over the shoulder"
        );
        house.minutes_pass(1);
        house.show_code(&user, &officer.phone).await.unwrap();
        assert!(house.opens(&other).await);
    })
    .await;
}

#[tokio::test]
async fn five_wrong_codes_lock_the_account_also_for_who_knows_the_password() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let mut user = house.inside(&officer).await;
        for round in 0..staff::LOCK_AFTER_TRIES {
            if round == 3 {
                // A right password in between does not forget wrong codes.
                let token = house.arrive("officer@bank01", &officer.password).await.unwrap();
                user = house.recognise(&token).await.0;
            }
            let wrong = house.factors.step_up(&house.test.db, &user, Proof::Code("12345"), house.now()).await;
            assert!(matches!(wrong, Err(IdentityError::WrongFactor)));
        }
        let locked = house.arrive("officer@bank01", &officer.password).await;
        assert!(matches!(locked, Err(IdentityError::Locked { .. })));
        let user = house.inside(&officer).await;
        let locked = house.show_code(&user, &officer.phone).await;
        assert!(matches!(locked, Err(IdentityError::Locked { .. })), "the right code does not help either");
        assert_eq!(house.noted("identity.factor_refused").await, 5);
        assert_eq!(house.noted("identity.locked").await, 1);
        house.minutes_pass(15);
        house.show_code(&user, &officer.phone).await.unwrap();
        house.arrive("officer@bank01", &officer.password).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn level_4_data_wants_the_second_factor_again_after_ten_minutes() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let user = house.inside(&officer).await;
        user.require_fresh_second_factor(house.now()).unwrap();
        house.minutes_pass(10);
        let stale = user.require_fresh_second_factor(house.now());
        assert!(matches!(stale, Err(IdentityError::SecondFactorStale)));
        house.show_code(&user, &officer.phone).await.unwrap();
        house.inside(&officer).await.require_fresh_second_factor(house.now()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn whoever_sits_down_at_an_open_screen_cannot_bring_in_a_second_factor() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        house.minutes_pass(11);
        let user = house.inside(&officer).await;
        let (db, now) = (&house.test.db, house.now());
        let asked = house.factors.ask_new_passkey(db, &user, now).await;
        assert!(matches!(asked, Err(IdentityError::SecondFactorStale)));
        let removed = house.factors.remove(db, &user, &FactorKind::Totp, now).await;
        assert!(matches!(removed, Err(IdentityError::SecondFactorStale)));
        house.show_code(&user, &officer.phone).await.unwrap();
        let user = house.inside(&officer).await;
        let removed = house.factors.remove(db, &user, &FactorKind::Totp, now).await;
        assert!(matches!(removed, Err(IdentityError::LastFactor)));
        assert!(house.inside(&officer).await.is_enrolled(), "it is still there");
    })
    .await;
}

#[tokio::test]
async fn a_passkey_that_was_not_asked_for_is_worth_nothing() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let user = house.inside(&officer).await;
        let (db, now) = (&house.test.db, house.now());
        let question = house.factors.ask_new_passkey(db, &user, now).await.unwrap();
        let question: serde_json::Value = serde_json::from_str(&question).unwrap();
        assert_eq!(question["publicKey"]["rp"]["id"], "jinqiao.example");
        assert_eq!(question["publicKey"]["authenticatorSelection"]["userVerification"], "required");
        for answer in ["", "{}", "null"] {
            let taken = house.factors.take_new_passkey(db, &user, "desk", answer, now).await;
            assert!(matches!(taken, Err(IdentityError::WrongFactor)), "{answer}");
        }
        assert_eq!(house.factors.ask_passkey(db, &user, now).await.unwrap(), None, "there is none to ask");
        let shown = house.factors.step_up(db, &user, Proof::Passkey("{}"), now).await;
        assert!(matches!(shown, Err(IdentityError::WrongFactor)));
        let kept = house.factors.list(db, user.account()).await.unwrap();
        assert_eq!(kept.len(), 1, "only the phone: {kept:?}");
    })
    .await;
}

#[tokio::test]
async fn the_store_alone_shows_no_code() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let row = house.test.db.fetch_one(sql("select secret from identity_totp")).await.unwrap();
        let kept = row.text("secret").unwrap();
        assert!(jq_crypto::Sealed::is_sealed(&kept), "{kept}");
        assert!(!kept.contains(&officer.phone));
        // Moved to another account, the sealed secret does not open.
        let admin = house.settle("admin@bank01").await;
        let user = house.inside(&admin).await;
        let mut tx = house.test.db.begin().await.unwrap();
        let moved = sql("update identity_totp set secret = $1 where account_id = $2");
        tx.execute(moved.bind(&kept).bind(user.account().as_str())).await.unwrap();
        tx.commit().await.unwrap();
        let shown = house.show_code(&user, &officer.phone).await;
        assert!(matches!(shown, Err(IdentityError::Store(jq_db::DbError::Seal(_)))), "{shown:?}");
    })
    .await;
}

#[tokio::test]
async fn in_a_demonstration_the_password_is_enough_until_a_second_factor_is_enrolled() {
    each_database(async |test| {
        let house = House::new(test, FactorRule::WhereEnrolled).await;
        let token = house.arrive("officer@bank01", PASSWORD).await.unwrap();
        assert!(house.opens(&token).await);
        let (user, _) = house.recognise(&token).await;
        let (db, now) = (&test.db, house.now());
        let stale = user.require_fresh_second_factor(now);
        assert!(matches!(stale, Err(IdentityError::SecondFactorStale)));
        let wrong = house.factors.step_up(db, &user, Proof::Password("wrong password"), now).await;
        assert!(matches!(wrong, Err(IdentityError::WrongLogin)));
        house.factors.step_up(db, &user, Proof::Password(PASSWORD), now).await.unwrap();
        let (user, _) = house.recognise(&token).await;
        user.require_fresh_second_factor(now).unwrap();

        let phone = house.factors.offer_totp(db, &user, now).await.unwrap().secret;
        house.factors.confirm_totp(db, &user, &code_of(&phone, now), now).await.unwrap();
        let next = house.arrive("officer@bank01", PASSWORD).await.unwrap();
        assert_eq!(house.recognise(&next).await.1, Due::SecondFactor);
        let (user, _) = house.recognise(&next).await;
        let refused = house.factors.step_up(db, &user, Proof::Password(PASSWORD), now).await;
        assert!(matches!(refused, Err(IdentityError::WrongFactor)), "now the password is not enough");
    })
    .await;
}
