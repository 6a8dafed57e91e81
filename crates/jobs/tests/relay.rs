//! Events are carried to their consumers by the same worker.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use jq_db::Db;
use jq_db::outbox::{self, Event, TRIES_MAX};
use jq_jobs::{Failure, NewJob, Ran, Worker, enqueue};
use jq_testkit::each_database;
use serde_json::json;

async fn emit(db: &Db, kind: &str, subject: &str, number: i64) {
    let mut tx = db.begin().await.unwrap();
    tx.emit(Event::new(kind, subject, json!(number)));
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn each_consumer_hears_of_its_kinds_in_order_and_once_when_all_goes_well() {
    each_database(async |test| {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listener = |name: &'static str| {
            let heard = Arc::clone(&heard);
            move |delivery: outbox::Delivery| {
                heard.lock().unwrap().push((name, delivery.event.payload.as_i64().unwrap()));
                async { Ok(()) }
            }
        };
        let worker = Worker::new(test.db.clone())
            .consume("notify", ["paid", "late"], listener("notify"))
            .consume("webhook", ["late"], listener("webhook"));
        for (kind, number) in [("paid", 1), ("late", 2), ("other", 3), ("paid", 4)] {
            emit(&test.db, kind, "s1", number).await;
        }
        assert_eq!(worker.run_due().await.unwrap(), Ran { deliveries: 4, ..Ran::default() });
        assert_eq!(worker.run_due().await.unwrap(), Ran::default());
        let expected = vec![("notify", 1), ("notify", 2), ("notify", 4), ("webhook", 2)];
        assert_eq!(*heard.lock().unwrap(), expected);
    })
    .await;
}

#[tokio::test]
async fn a_consumer_that_fails_is_tried_again_and_holds_up_nobody_else() {
    each_database(async |test| {
        let worker = Worker::new(test.db.clone())
            .consume("down", ["paid"], |_| async { Err(Failure::passing("no answer")) })
            .consume("up", ["paid"], |_| async { Ok(()) });
        emit(&test.db, "paid", "s1", 1).await;
        assert_eq!(worker.run_due().await.unwrap(), Ran { deliveries: 2, failures: 1, ..Ran::default() });
        for _ in 1..TRIES_MAX {
            test.advance(SignedDuration::from_hours(1));
            assert_eq!(worker.run_due().await.unwrap().deliveries, 1);
        }
        test.advance(SignedDuration::from_hours(1));
        assert_eq!(worker.run_due().await.unwrap(), Ran::default());
        let dead = outbox::list_dead(&test.db, 10).await.unwrap();
        assert_eq!((&dead[0].consumer[..], dead[0].last_error.as_deref()), ("down", Some("no answer")));
    })
    .await;
}

#[tokio::test]
async fn an_event_that_can_never_be_delivered_is_set_aside_at_once_and_holds_up_nothing() {
    each_database(async |test| {
        let worker = Worker::new(test.db.clone()).consume("book", ["paid"], |delivery| async move {
            match delivery.event.payload.as_i64() {
                Some(1) => Err(Failure::lasting("no such account")),
                _ => Ok(()),
            }
        });
        emit(&test.db, "paid", "s1", 1).await;
        emit(&test.db, "paid", "s1", 2).await;
        assert_eq!(worker.run_due().await.unwrap(), Ran { deliveries: 2, failures: 1, ..Ran::default() });
        let dead = outbox::list_dead(&test.db, 10).await.unwrap();
        assert_eq!((dead.len(), dead[0].attempts), (1, 1));
        assert_eq!(dead[0].last_error.as_deref(), Some("no such account"));
        test.advance(SignedDuration::from_hours(24));
        assert_eq!(worker.run_due().await.unwrap(), Ran::default());

        let mut tx = test.db.begin().await.unwrap();
        assert!(outbox::try_again(&mut tx, "book", dead[0].event.position).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(worker.run_due().await.unwrap(), Ran { deliveries: 1, failures: 1, ..Ran::default() });
        assert_eq!(outbox::list_dead(&test.db, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_consumer_may_note_its_delivery_in_its_own_transaction() {
    each_database(async |test| {
        let db = test.db.clone();
        let worker = Worker::new(test.db.clone()).consume("book", ["paid"], move |delivery| {
            let db = db.clone();
            async move {
                let mut tx = db.begin().await?;
                tx.set_setting("booked", &delivery.event.payload.to_string()).await?;
                assert!(outbox::finish(&mut tx, &delivery).await?);
                tx.commit().await?;
                Ok(())
            }
        });
        emit(&test.db, "paid", "s1", 7).await;
        assert_eq!(worker.run_due().await.unwrap(), Ran { deliveries: 1, ..Ran::default() });
        assert_eq!(test.db.setting("booked").await.unwrap().as_deref(), Some("7"));
        assert_eq!(worker.run_due().await.unwrap(), Ran::default());
    })
    .await;
}

#[tokio::test]
async fn what_an_event_leads_to_is_done_in_the_same_run() {
    each_database(async |test| {
        let db = test.db.clone();
        let worker = Worker::new(test.db.clone()).on("score", |_| async { Ok(()) }).consume(
            "score",
            ["batch.taken"],
            move |delivery| {
                let db = db.clone();
                async move {
                    let mut tx = db.begin().await?;
                    let key = delivery.event.subject.clone();
                    enqueue(&mut tx, NewJob::new("score", &key).once_per(key.clone())).await?;
                    tx.commit().await?;
                    Ok(())
                }
            },
        );
        emit(&test.db, "batch.taken", "s1", 1).await;
        emit(&test.db, "batch.taken", "s1", 2).await;
        emit(&test.db, "batch.taken", "s2", 3).await;
        assert_eq!(worker.run_due().await.unwrap(), Ran { jobs: 2, deliveries: 3, failures: 0 });
    })
    .await;
}

#[tokio::test]
async fn a_running_worker_delivers_as_soon_as_it_is_committed() {
    each_database(async |test| {
        let (told, mut news) = tokio::sync::mpsc::unbounded_channel();
        let worker = Worker::new(test.db.clone()).consume("notify", ["paid"], move |delivery| {
            told.send(delivery.event.payload.as_i64().unwrap()).unwrap();
            async { Ok(()) }
        });
        let running = tokio::spawn(worker.run(std::future::pending()));
        for number in 0..3 {
            emit(&test.db, "paid", "s1", number).await;
            let heard = tokio::time::timeout(std::time::Duration::from_secs(20), news.recv()).await;
            assert_eq!(heard.unwrap(), Some(number));
        }
        running.abort();
    })
    .await;
}
