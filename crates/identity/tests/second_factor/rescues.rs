//! Getting back in with a colleague's help.

use jq_base::ids::RescueId;
use jq_identity::staff::{self, Due, Proof, rescue};
use jq_identity::{IdentityError, StaffUser};

use super::house::{Employee, House, each};

/// The officer has lost the phone and says so at the door.
async fn lost(house: &House<'_>, officer: &Employee) -> RescueId {
    let token = house.arrive("officer@bank01", &officer.password).await.unwrap();
    let (user, due) = house.recognise(&token).await;
    assert_eq!(due, Due::SecondFactor);
    for _ in 0..2 {
        let mut tx = house.test.db.begin().await.unwrap();
        rescue::ask(&mut tx, &user, house.now()).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert!(!house.opens(&token).await, "asking opens nothing");
    let security = house.settle("security@platform").await;
    let open = rescue::list_open(&house.test.db, &house.inside(&security).await).await.unwrap();
    let [only] = open.as_slice() else { panic!("asked once: {open:?}") };
    only.rescue_id.clone()
}

async fn grant(house: &House<'_>, helper: &StaffUser, id: &RescueId) -> Result<(), IdentityError> {
    let mut tx = house.test.db.begin().await.unwrap();
    rescue::grant(&mut tx, helper, id, house.now()).await?;
    tx.commit().await.unwrap();
    Ok(())
}

#[tokio::test]
async fn the_banks_administrator_lets_an_officer_who_lost_the_phone_enrol_another() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let admin = house.settle("admin@bank01").await;
        let id = lost(house, &officer).await;
        house.minutes_pass(11);
        let helper = house.inside(&admin).await;
        let stale = grant(house, &helper, &id).await;
        assert!(matches!(stale, Err(IdentityError::SecondFactorStale)), "the helper is who they say");
        house.show_code(&helper, &admin.phone).await.unwrap();
        let helper = house.inside(&admin).await;
        assert_eq!(rescue::list_open(&house.test.db, &helper).await.unwrap().len(), 1);
        grant(house, &helper, &id).await.unwrap();
        assert!(!house.opens(&officer.token).await, "every session ends");
        let token = house.arrive("officer@bank01", &officer.password).await.unwrap();
        assert_eq!(house.recognise(&token).await.1, Due::Enrolment);
        let again = grant(house, &helper, &id).await;
        assert!(matches!(again, Err(IdentityError::NoRescue)));
        assert_eq!(house.noted("identity.rescue_granted").await, 1);
        let told = jq_db::outbox::list_after(&house.test.db, 0, 1_000).await.unwrap();
        let told = told.iter().find(|event| event.kind == "identity.rescue_granted").unwrap();
        let word = |name: &str| told.payload[name].as_str().unwrap_or_default().to_owned();
        assert_eq!((word("asked_by"), word("institution")), ("officer@bank01".into(), "bank01".into()));
        assert_eq!((word("helper"), word("portal")), ("admin@bank01".into(), "bank".into()));
    })
    .await;
}

#[tokio::test]
async fn nobody_helps_themselves_and_no_other_bank_does() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let stranger = house.settle("admin@bank02").await;
        let id = lost(house, &officer).await;
        for helper in [house.inside(&stranger).await, house.inside(&officer).await] {
            assert_eq!(rescue::list_open(&house.test.db, &helper).await.unwrap(), []);
            let refused = grant(house, &helper, &id).await;
            assert!(refused.is_err(), "{}", helper.login());
        }
        assert!(house.inside(&officer).await.is_enrolled());
    })
    .await;
}

#[tokio::test]
async fn an_administrator_is_helped_by_the_security_administrator_only() {
    each(async |house| {
        let admin = house.settle("admin@bank01").await;
        let own = house.inside(&admin).await;
        let mut tx = house.test.db.begin().await.unwrap();
        rescue::ask(&mut tx, &own, house.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rescue::list_open(&house.test.db, &own).await.unwrap(), []);
        let security = house.settle("security@platform").await;
        let helper = house.inside(&security).await;
        let open = rescue::list_open(&house.test.db, &helper).await.unwrap();
        let own_refused = grant(house, &own, &open[0].rescue_id).await;
        assert!(own_refused.is_err());
        let mut tx = house.test.db.begin().await.unwrap();
        rescue::refuse(&mut tx, &helper, &open[0].rescue_id, house.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(house.inside(&admin).await.is_enrolled(), "refused: everything is as it was");
        assert_eq!(rescue::list_open(&house.test.db, &helper).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_locked_account_is_unlocked_by_a_colleague_who_may() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let (admin, stranger) = (house.settle("admin@bank01").await, house.settle("admin@bank02").await);
        let user = house.inside(&officer).await;
        for _ in 0..staff::LOCK_AFTER_TRIES {
            let wrong = house.factors.step_up(&house.test.db, &user, Proof::Code("1"), house.now()).await;
            assert!(matches!(wrong, Err(IdentityError::WrongFactor)));
        }
        let unlock = async |helper: &StaffUser| {
            let mut tx = house.test.db.begin().await.unwrap();
            rescue::unlock(&mut tx, helper, "officer@bank01", house.now()).await?;
            tx.commit().await.unwrap();
            Ok::<(), IdentityError>(())
        };
        let (admin, stranger) = (house.inside(&admin).await, house.inside(&stranger).await);
        let refused = unlock(&stranger).await;
        assert!(matches!(refused, Err(IdentityError::NoAccount)));
        let locked = rescue::list_locked(&house.test.db, &admin, house.now()).await.unwrap();
        assert_eq!(locked.len(), 1);
        assert_eq!(locked[0].0.login, "officer@bank01");
        unlock(&admin).await.unwrap();
        house.show_code(&user, &officer.phone).await.unwrap();
        assert_eq!(house.noted("identity.unlocked").await, 1);
    })
    .await;
}
