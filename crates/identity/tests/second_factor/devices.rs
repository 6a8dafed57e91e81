//! The list of devices.

use jq_identity::{session, staff};

use super::house::each;

#[tokio::test]
async fn an_employee_sees_where_they_are_signed_in_and_ends_what_is_not_theirs() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let mut others = Vec::new();
        for _ in 0..3 {
            house.minutes_pass(1);
            let token = house.arrive("officer@bank01", &officer.password).await.unwrap();
            let (user, _) = house.recognise(&token).await;
            house.show_code(&user, &officer.phone).await.unwrap();
            others.push((token, user));
        }
        let user = house.inside(&officer).await;
        let devices = session::list_devices(&house.test.db, user.account(), house.now()).await.unwrap();
        assert_eq!(devices.len(), 4);
        assert_eq!(devices[0].session, *others[2].1.session(), "the newest first");
        assert_eq!(devices[0].agent, "Firefox");

        let mut tx = house.test.db.begin().await.unwrap();
        staff::end_session(&mut tx, &user, others[1].1.session(), house.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!house.opens(&others[1].0).await && house.opens(&others[0].0).await);

        let mut tx = house.test.db.begin().await.unwrap();
        assert_eq!(staff::end_other_sessions(&mut tx, &user, house.now()).await.unwrap(), 2);
        tx.commit().await.unwrap();
        assert!(house.opens(&officer.token).await && !house.opens(&others[0].0).await);
        assert_eq!(house.noted("identity.devices_signed_out").await, 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    each(async |house| {
        let (officer, admin) = (house.settle("officer@bank01").await, house.settle("admin@bank01").await);
        let (user, other) = (house.inside(&officer).await, house.inside(&admin).await);
        let mut tx = house.test.db.begin().await.unwrap();
        staff::end_session(&mut tx, &user, other.session(), house.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(house.opens(&admin.token).await);
    })
    .await;
}

#[tokio::test]
async fn the_sixth_device_ends_the_first() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        for sessions in 2..=6 {
            assert!(house.opens(&officer.token).await, "with {sessions} sessions");
            house.minutes_pass(1);
            house.arrive("officer@bank01", &officer.password).await.unwrap();
        }
        assert!(!house.opens(&officer.token).await);
    })
    .await;
}
