//! Staff and programs of institutions sign in with what they were given, and not after too many wrong tries.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use jiff::SignedDuration;
use jq_base::ids::ClientId;
use jq_db::Db;
use jq_identity::client::{self, ClientKind, NewClient};
use jq_identity::staff::{self, NewStaff};
use jq_identity::{IdentityError, PasswordHash, StaffRole, Token, session};
use jq_testkit::{TestDb, each_database};

const PASSWORD: &str = "jinqiao-demo";

async fn open_account(test: &TestDb, login: &str, role: StaffRole) {
    let staff = NewStaff {
        login: login.to_owned(),
        password: PasswordHash::of(PASSWORD).await.unwrap(),
        person_name: "李华".to_owned(),
        institution: login.split('@').nth(1).unwrap().to_owned(),
        branch: None,
        role,
    };
    let mut tx = test.db.begin().await.unwrap();
    staff::create(&mut tx, &staff, "operator", test.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn sign_in(test: &TestDb, password: &str) -> Result<Token, IdentityError> {
    staff::sign_in(&test.db, "unit@scjg", password, test.clock.now()).await
}

#[tokio::test]
async fn staff_of_a_source_unit_sign_in_for_their_unit() {
    each_database(async |test| {
        open_account(test, "unit@scjg", StaffRole::Unit).await;
        let token = staff::sign_in(&test.db, " Unit@SCJG ", PASSWORD, test.clock.now()).await.unwrap();
        let user = staff::authenticate_unit(&test.db, &token, test.clock.now()).await.unwrap();
        assert_eq!(user.unit().as_str(), "scjg");
        assert_eq!(user.staff().login(), "unit@scjg");
    })
    .await;
}

#[tokio::test]
async fn an_officer_of_a_bank_is_not_staff_of_a_unit() {
    each_database(async |test| {
        open_account(test, "officer@bank01", StaffRole::Officer).await;
        let token = staff::sign_in(&test.db, "officer@bank01", PASSWORD, test.clock.now()).await.unwrap();
        let refused = staff::authenticate_unit(&test.db, &token, test.clock.now()).await;
        assert!(matches!(refused, Err(IdentityError::OtherRole("officer"))));
    })
    .await;
}

#[tokio::test]
async fn five_wrong_passwords_lock_for_fifteen_minutes() {
    each_database(async |test| {
        open_account(test, "unit@scjg", StaffRole::Unit).await;
        for _ in 0..staff::LOCK_AFTER_TRIES {
            assert!(matches!(sign_in(test, "wrong-password").await, Err(IdentityError::WrongLogin)));
        }
        assert!(matches!(sign_in(test, PASSWORD).await, Err(IdentityError::Locked { .. })));
        test.advance(SignedDuration::from_mins(14));
        assert!(matches!(sign_in(test, PASSWORD).await, Err(IdentityError::Locked { .. })));
        test.advance(SignedDuration::from_mins(1));
        sign_in(test, PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_right_password_forgets_the_wrong_ones() {
    each_database(async |test| {
        open_account(test, "unit@scjg", StaffRole::Unit).await;
        for _ in 0..2 {
            for _ in 1..staff::LOCK_AFTER_TRIES {
                sign_in(test, "wrong-password").await.unwrap_err();
            }
            sign_in(test, PASSWORD).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn an_unknown_login_is_refused_like_a_wrong_password() {
    each_database(async |test| {
        let refused = sign_in(test, PASSWORD).await.unwrap_err();
        assert!(matches!(refused, IdentityError::WrongLogin));
    })
    .await;
}

#[tokio::test]
async fn a_staff_session_ends_after_half_an_hour_unused() {
    each_database(async |test| {
        open_account(test, "unit@scjg", StaffRole::Unit).await;
        let token = sign_in(test, PASSWORD).await.unwrap();
        test.advance(SignedDuration::from_mins(29));
        staff::authenticate(&test.db, &token, test.clock.now()).await.unwrap();
        test.advance(SignedDuration::from_mins(30));
        let idle = staff::authenticate(&test.db, &token, test.clock.now()).await;
        assert!(matches!(idle, Err(IdentityError::NotSignedIn)));
    })
    .await;
}

#[tokio::test]
async fn a_closed_account_is_out_at_once() {
    each_database(async |test| {
        open_account(test, "unit@scjg", StaffRole::Unit).await;
        let token = sign_in(test, PASSWORD).await.unwrap();
        let now = test.clock.now();
        let mut tx = test.db.begin().await.unwrap();
        staff::retire(&mut tx, "unit@scjg", "operator", now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(staff::authenticate(&test.db, &token, now).await, Err(IdentityError::NotSignedIn)));
        assert!(matches!(sign_in(test, PASSWORD).await, Err(IdentityError::WrongLogin)));
    })
    .await;
}

#[tokio::test]
async fn a_firms_token_does_not_open_a_staff_page() {
    each_database(async |test| {
        open_account(test, "unit@scjg", StaffRole::Unit).await;
        let token = sign_in(test, PASSWORD).await.unwrap();
        let refused = jq_identity::firm::authenticate(&test.db, &token, test.clock.now()).await;
        assert!(matches!(refused, Err(IdentityError::NotSignedIn)));
        let mut tx = test.db.begin().await.unwrap();
        session::sign_out(&mut tx, &token, test.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let gone = staff::authenticate(&test.db, &token, test.clock.now()).await;
        assert!(matches!(gone, Err(IdentityError::NotSignedIn)));
    })
    .await;
}

async fn register_client(test: &TestDb) {
    let client = NewClient {
        client_id: ClientId::parse("bank01").unwrap(),
        secret: PasswordHash::of(PASSWORD).await.unwrap(),
        institution: "bank01".to_owned(),
        kind: ClientKind::Bank,
    };
    let mut tx = test.db.begin().await.unwrap();
    client::register(&mut tx, &client, "operator", test.clock.now()).await.unwrap();
    assert!(matches!(
        client::register(&mut tx, &client, "operator", test.clock.now()).await,
        Err(IdentityError::Taken("client id"))
    ));
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_program_gets_a_token_for_an_hour() {
    each_database(async |test| {
        register_client(test).await;
        let bearer = client::issue(&test.db, "bank01", PASSWORD, test.clock.now()).await.unwrap();
        let found = async |db: &Db| client::authenticate(db, &bearer.token, test.clock.now()).await;
        let client = found(&test.db).await.unwrap();
        assert_eq!((client.client_id().as_str(), client.kind()), ("bank01", ClientKind::Bank));
        test.advance(SignedDuration::from_hours(1));
        assert!(matches!(found(&test.db).await, Err(IdentityError::NotSignedIn)));
    })
    .await;
}

#[tokio::test]
async fn a_program_with_a_wrong_secret_gets_nothing() {
    each_database(async |test| {
        register_client(test).await;
        for (client_id, secret) in [("bank01", "wrong-secret"), ("bank99", PASSWORD)] {
            let refused = client::issue(&test.db, client_id, secret, test.clock.now()).await;
            assert!(matches!(refused, Err(IdentityError::WrongLogin)));
        }
    })
    .await;
}
