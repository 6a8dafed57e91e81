//! A request sent twice does its work once.

use jiff::SignedDuration;
use jq_db::idempotency::Once;
use jq_db::{Db, DbError};
use jq_testkit::each_database;

/// One request: does its work when it is new.
async fn request(db: &Db, hash: &str) -> Result<Once, DbError> {
    let mut tx = db.begin().await?;
    let once = tx.once("bank01", "key-1", hash).await?;
    if once == Once::New {
        tx.keep_answer("bank01", "key-1", 201, "{\"order\":1}").await?;
    }
    tx.commit().await?;
    Ok(once)
}

#[tokio::test]
async fn the_second_request_gets_the_first_answer() {
    each_database(async |test| {
        assert_eq!(request(&test.db, "h").await.unwrap(), Once::New);
        let replay = Once::Replay { status: 201, answer: "{\"order\":1}".to_owned() };
        assert_eq!(request(&test.db, "h").await.unwrap(), replay);
        assert_eq!(request(&test.db, "another body").await.unwrap(), Once::Conflict);
    })
    .await;
}

#[tokio::test]
async fn keys_of_two_actors_are_two_keys() {
    each_database(async |test| {
        let mut tx = test.db.begin().await.unwrap();
        for actor in ["bank01", "bank02"] {
            assert_eq!(tx.once(actor, "k", "h").await.unwrap(), Once::New);
            tx.keep_answer(actor, "k", 200, "").await.unwrap();
        }
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn work_that_failed_leaves_the_key_free() {
    each_database(async |test| {
        let mut tx = test.db.begin().await.unwrap();
        assert_eq!(tx.once("bank01", "key-1", "h").await.unwrap(), Once::New);
        drop(tx);
        assert_eq!(request(&test.db, "h").await.unwrap(), Once::New);
    })
    .await;
}

#[tokio::test]
async fn a_claim_without_an_answer_is_not_committed() {
    each_database(async |test| {
        let mut tx = test.db.begin().await.unwrap();
        tx.set_setting("done", "yes").await.unwrap();
        assert_eq!(tx.once("bank01", "key-1", "h").await.unwrap(), Once::New);
        assert!(matches!(tx.commit().await, Err(DbError::AnswerMissing)));
        assert_eq!(test.db.setting("done").await.unwrap(), None);
        assert_eq!(request(&test.db, "h").await.unwrap(), Once::New);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_requests_at_once_one_is_new() {
    each_database(async |test| {
        let mut tasks = tokio::task::JoinSet::new();
        for db in test.handles(12).await {
            tasks.spawn(async move { request(&db, "h").await.unwrap() });
        }
        let answers = tasks.join_all().await;
        assert_eq!(answers.iter().filter(|once| **once == Once::New).count(), 1);
        assert!(answers.iter().all(|once| *once != Once::Conflict));
    })
    .await;
}

#[tokio::test]
async fn old_keys_are_forgotten() {
    each_database(async |test| {
        request(&test.db, "h").await.unwrap();
        test.advance(SignedDuration::from_hours(25));
        let mut tx = test.db.begin().await.unwrap();
        let before = tx.now() - SignedDuration::from_hours(24);
        assert_eq!(tx.forget_answers(before).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(request(&test.db, "another body").await.unwrap(), Once::New);
    })
    .await;
}
