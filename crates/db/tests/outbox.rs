//! Events reach every consumer, in order per subject, also when a consumer fails or dies.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use jiff::SignedDuration;
use jq_db::Db;
use jq_db::outbox::{self, Delivery, Event, TRIES_MAX};
use jq_testkit::{TestDb, each_database};
use serde_json::json;

async fn emit(db: &Db, kind: &str, subject: &str, number: i64) {
    let mut tx = db.begin().await.unwrap();
    tx.emit(Event::new(kind, subject, json!({ "number": number })));
    tx.commit().await.unwrap();
}

async fn claim(test: &TestDb, consumer: &str) -> Option<Delivery> {
    let now = test.clock.now();
    outbox::claim(&test.db, consumer, now, now + SignedDuration::from_secs(30)).await.unwrap()
}

async fn finish(test: &TestDb, delivery: &Delivery) -> bool {
    let mut tx = test.db.begin().await.unwrap();
    let held = outbox::finish(&mut tx, delivery).await.unwrap();
    tx.commit().await.unwrap();
    held
}

async fn fail(test: &TestDb, delivery: &Delivery) {
    let mut tx = test.db.begin().await.unwrap();
    outbox::fail(&mut tx, delivery, "no answer").await.unwrap();
    tx.commit().await.unwrap();
}

async fn spread(test: &TestDb, consumer: &str) {
    outbox::spread(&test.db, consumer, &["paid".to_owned(), "late".to_owned()]).await.unwrap();
}

fn number(delivery: &Delivery) -> i64 {
    delivery.event.payload["number"].as_i64().unwrap()
}

#[tokio::test]
async fn an_event_exists_exactly_when_its_transaction_committed() {
    each_database(async |test| {
        let mut tx = test.db.begin().await.unwrap();
        tx.emit(Event::new("paid", "s1", json!({})));
        drop(tx);
        let mut tx = test.db.begin().await.unwrap();
        let id = tx.emit(Event::new("paid", "s2", json!({ "a": 1 })));
        tx.commit().await.unwrap();
        let events = outbox::list_after(&test.db, 0, 10).await.unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].position, &events[0].event_id, &events[0].subject[..]), (1, &id, "s2"));
        assert_eq!(outbox::list_after(&test.db, 1, 10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_partner_that_polls_gets_its_own_events_and_goes_on_behind_the_others() {
    each_database(async |test| {
        let mut tx = test.db.begin().await.unwrap();
        for (number, bank) in [(1, "bank01"), (2, "bank02"), (3, "bank01"), (4, "bankX1")] {
            tx.emit(Event::new("paid", "s1", json!({ "number": number, "bank": bank })));
        }
        tx.emit(Event::new("paid", "s1", json!({ "number": 5, "data": { "bank": "bank01" } })));
        tx.emit(Event::new("paid", "s1", json!({ "number": 6, "bank": "bank_1" })));
        tx.commit().await.unwrap();
        let page = async |after, bank, limit| {
            let page = outbox::list_after_with(&test.db, after, ("bank", bank), limit).await.unwrap();
            let numbers: Vec<_> = page.events.iter().map(|event| event.position).collect();
            (numbers, page.next, page.more)
        };
        assert_eq!(page(0, "bank01", 10).await, (vec![1, 3], 6, false));
        assert_eq!(page(0, "bank01", 1).await, (vec![1], 1, true));
        assert_eq!(page(1, "bank01", 9).await, (vec![3], 6, false));
        assert_eq!(page(0, "bank_1", 10).await, (vec![6], 6, false), "a name is no pattern");
        assert_eq!(page(6, "bank01", 10).await, (vec![], 6, false));
        assert_eq!(page(9, "bank01", 10).await, (vec![], 9, false), "nobody is sent back");
    })
    .await;
}

#[tokio::test]
async fn every_consumer_gets_the_kinds_it_asked_for() {
    each_database(async |test| {
        emit(&test.db, "paid", "s", 1).await;
        emit(&test.db, "other", "s", 2).await;
        emit(&test.db, "late", "s", 3).await;
        assert_eq!(outbox::count_waiting(&test.db).await.unwrap(), 0, "nobody listens yet");
        for consumer in ["notify", "webhook"] {
            spread(test, consumer).await;
            assert_eq!(outbox::count_waiting(&test.db).await.unwrap(), 2, "{consumer}");
            let mut got = Vec::new();
            while let Some(delivery) = claim(test, consumer).await {
                got.push(number(&delivery));
                assert!(finish(test, &delivery).await);
            }
            assert_eq!(got, [1, 3], "{consumer}");
            assert_eq!(outbox::spread(&test.db, consumer, &[]).await.unwrap(), 0);
            assert_eq!(outbox::count_waiting(&test.db).await.unwrap(), 0, "{consumer}");
        }
    })
    .await;
}

#[tokio::test]
async fn one_subject_waits_for_its_earlier_event_and_others_do_not() {
    each_database(async |test| {
        for (subject, number) in [("a", 1), ("a", 2), ("b", 3)] {
            emit(&test.db, "paid", subject, number).await;
        }
        spread(test, "notify").await;
        let first = claim(test, "notify").await.unwrap();
        let other = claim(test, "notify").await.unwrap();
        assert_eq!((number(&first), number(&other)), (1, 3));
        assert_eq!(claim(test, "notify").await, None, "2 waits for 1");
        fail(test, &first).await;
        assert_eq!(claim(test, "notify").await, None, "2 still waits while 1 pauses");
        test.advance(SignedDuration::from_secs(10));
        let again = claim(test, "notify").await.unwrap();
        assert_eq!((number(&again), again.attempt), (1, 2));
        assert!(finish(test, &again).await);
        assert_eq!(number(&claim(test, "notify").await.unwrap()), 2);
    })
    .await;
}

#[tokio::test]
async fn a_consumer_that_died_gets_it_again_and_the_dead_one_counts_no_more() {
    each_database(async |test| {
        emit(&test.db, "paid", "a", 1).await;
        spread(test, "notify").await;
        let lost = claim(test, "notify").await.unwrap();
        assert_eq!(claim(test, "notify").await, None, "the lease holds");
        test.advance(SignedDuration::from_secs(30));
        let again = claim(test, "notify").await.unwrap();
        assert_eq!(again.attempt, 2);
        assert!(!finish(test, &lost).await);
        assert!(finish(test, &again).await);
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_is_renewed_is_not_taken_over() {
    each_database(async |test| {
        emit(&test.db, "paid", "a", 1).await;
        spread(test, "notify").await;
        let held = claim(test, "notify").await.unwrap();
        test.advance(SignedDuration::from_secs(20));
        let mut tx = test.db.begin().await.unwrap();
        let end = test.clock.now() + SignedDuration::from_secs(30);
        assert!(outbox::renew(&mut tx, &held, end).await.unwrap());
        tx.commit().await.unwrap();
        test.advance(SignedDuration::from_secs(20));
        assert_eq!(claim(test, "notify").await, None);
        assert!(finish(test, &held).await);
    })
    .await;
}

#[tokio::test]
async fn what_fails_every_time_is_dead_seen_and_tried_again_on_demand() {
    each_database(async |test| {
        emit(&test.db, "paid", "a", 1).await;
        emit(&test.db, "paid", "a", 2).await;
        spread(test, "notify").await;
        for attempt in 1..=TRIES_MAX {
            let delivery = claim(test, "notify").await.unwrap();
            assert_eq!((number(&delivery), delivery.attempt), (1, attempt));
            fail(test, &delivery).await;
            test.advance(SignedDuration::from_hours(1));
        }
        let next = claim(test, "notify").await.unwrap();
        assert_eq!(number(&next), 2, "a dead event holds up nothing");
        let dead = outbox::list_dead(&test.db, 10).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!((dead[0].attempts, dead[0].last_error.as_deref()), (TRIES_MAX, Some("no answer")));

        let mut tx = test.db.begin().await.unwrap();
        assert!(outbox::try_again(&mut tx, "notify", dead[0].event.position).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(number(&claim(test, "notify").await.unwrap()), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_are_the_order_of_the_commits_without_gaps() {
    const TASKS: i64 = 6;
    const COMMITS: i64 = 10;
    each_database(async |test| {
        let mut tasks = tokio::task::JoinSet::new();
        for (at, db) in (0..TASKS).zip(test.handles(6).await) {
            tasks.spawn(async move {
                for number in 0..COMMITS {
                    emit(&db, "paid", &format!("s{at}"), number).await;
                }
            });
        }
        tasks.join_all().await;
        let events = outbox::list_after(&test.db, 0, 1_000).await.unwrap();
        let positions: Vec<i64> = events.iter().map(|event| event.position).collect();
        assert_eq!(positions, (1..=TASKS * COMMITS).collect::<Vec<_>>());
        for at in 0..TASKS {
            let of_subject = events.iter().filter(|event| event.subject == format!("s{at}"));
            assert!(of_subject.map(|event| event.payload["number"].as_i64()).is_sorted());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_never_deliver_the_same_event_at_once() {
    const EVENTS: i64 = 30;
    each_database(async |test| {
        for number in 0..EVENTS {
            emit(&test.db, "paid", &format!("s{}", number % 7), number).await;
        }
        let mut tasks = tokio::task::JoinSet::new();
        for db in test.handles(4).await {
            tasks.spawn(async move {
                let now = db.clock().now();
                outbox::spread(&db, "notify", &["paid".to_owned()]).await.unwrap();
                let mut got = Vec::new();
                while let Some(delivery) =
                    outbox::claim(&db, "notify", now, now + SignedDuration::from_secs(30)).await.unwrap()
                {
                    got.push(number(&delivery));
                    let mut tx = db.begin().await.unwrap();
                    assert!(outbox::finish(&mut tx, &delivery).await.unwrap());
                    tx.commit().await.unwrap();
                }
                got
            });
        }
        let mut got: Vec<i64> = tasks.join_all().await.concat();
        while let Some(delivery) = claim(test, "notify").await {
            got.push(number(&delivery));
            finish(test, &delivery).await;
        }
        got.sort_unstable();
        assert_eq!(got, (0..EVENTS).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn old_events_are_forgotten_once_everybody_is_done_with_them() {
    each_database(async |test| {
        emit(&test.db, "paid", "a", 1).await;
        emit(&test.db, "paid", "a", 2).await;
        spread(test, "notify").await;
        let first = claim(test, "notify").await.unwrap();
        finish(test, &first).await;
        test.advance(SignedDuration::from_hours(24));
        emit(&test.db, "paid", "a", 3).await;
        let mut tx = test.db.begin().await.unwrap();
        let before = test.clock.now();
        assert_eq!(outbox::forget(&mut tx, before).await.unwrap(), 1, "2 is not delivered, 3 is new");
        tx.commit().await.unwrap();
        let left = outbox::list_after(&test.db, 0, 10).await.unwrap();
        assert_eq!(left.iter().map(|event| event.position).collect::<Vec<_>>(), [2, 3]);
    })
    .await;
}
