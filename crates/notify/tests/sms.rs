//! Messages are sent once the change is true, once each, and are on record without their secrets.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod house;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jq_base::lang::Lang;
use jq_base::mobile::Mobile;
use jq_db::{outbox, sql};
use jq_identity::CodeKey;
use jq_identity::firm::{self, NewPerson};
use jq_jobs::Worker;
use jq_notify::inbox::{self, NewMessage};
use jq_notify::{DemoPhone, Gateway, GatewayError, Handed, Sending, Sms, SmsAsked, consume, list_received};
use jq_testkit::{TestDb, each_database};

const MOBILE: &str = "13800001234";

fn worker(test: &TestDb, gateway: Arc<dyn Gateway>) -> Worker {
    consume(Worker::new(test.db.clone()), &house::sender(test, gateway))
}

async fn ask(test: &TestDb) {
    let values = [("code", "012345"), ("minutes", "5")];
    let asked = SmsAsked {
        template: "sign_in_code".to_owned(),
        mobile: MOBILE.to_owned(),
        values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        inbox: None,
    };
    let mut tx = test.db.begin().await.unwrap();
    tx.emit(asked.event("account-1"));
    tx.commit().await.unwrap();
}

async fn record(test: &TestDb) -> (String, String) {
    let row = test.db.fetch_one(sql("select state, shown_text from notify_sms")).await.unwrap();
    (row.text("state").unwrap(), row.text("shown_text").unwrap())
}

/// A carrier that fails a number of times, then takes messages.
struct Carrier {
    failures: AtomicU32,
    calls: AtomicU32,
    refuses: bool,
}

impl Carrier {
    fn new(failures: u32, refuses: bool) -> Arc<Self> {
        Arc::new(Self { failures: AtomicU32::new(failures), calls: AtomicU32::new(0), refuses })
    }
}

impl Gateway for Carrier {
    fn name(&self) -> &'static str {
        "test"
    }

    fn send<'a>(&'a self, _sms: &'a Sms) -> Sending<'a> {
        Box::pin(async move {
            self.calls.fetch_add(1, Ordering::Relaxed);
            if self.refuses {
                return Err(GatewayError::Lasting("number is not in use".to_owned()));
            }
            match self.failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            {
                Ok(_) => Err(GatewayError::Passing("no answer".into())),
                Err(_) => Ok(Handed::default()),
            }
        })
    }
}

#[tokio::test]
async fn a_code_that_was_asked_for_arrives_on_the_demo_phone_and_signs_in() {
    each_database(async |test| {
        let (now, key) = (test.clock.now(), CodeKey::new(b"a key for tests only").unwrap());
        let mobile = Mobile::parse(MOBILE).unwrap();
        let mut tx = test.db.begin().await.unwrap();
        let person = NewPerson { mobile: mobile.clone(), person_name: "张小明".to_owned() };
        let account = firm::register(&mut tx, &key, &person, now).await.unwrap();
        firm::confirm(&mut tx, &account, true, "register:face", now).await.unwrap();
        firm::request_code(&mut tx, &key, &mobile, now).await.unwrap();
        tx.commit().await.unwrap();

        let phone = Arc::new(DemoPhone::new(test.db.clone()));
        let ran = worker(test, phone).run_due().await.unwrap();
        assert_eq!((ran.deliveries, ran.failures), (2, 0), "codes have a lane of their own");
        let received = list_received(&test.db, Some(&mobile), 10).await.unwrap();
        assert_eq!(received.len(), 1);
        assert!(received[0].text.starts_with("【金桥】验证码 "), "{}", received[0].text);
        let code: String = received[0].text.chars().filter(char::is_ascii_digit).take(6).collect();
        firm::sign_in(&test.db, &key, &mobile, &code, now).await.unwrap();
        assert_eq!(list_received(&test.db, None, 10).await.unwrap(), received);
    })
    .await;
}

#[tokio::test]
async fn the_record_says_that_it_was_sent_but_not_the_code() {
    each_database(async |test| {
        ask(test).await;
        worker(test, Carrier::new(0, false)).run_due().await.unwrap();
        let (state, shown) = record(test).await;
        assert_eq!(state, "sent");
        assert!(shown.contains("******") && !shown.contains("012345"), "{shown}");
    })
    .await;
}

#[tokio::test]
async fn a_carrier_that_fails_for_now_is_asked_again_later() {
    each_database(async |test| {
        ask(test).await;
        let carrier = Carrier::new(2, false);
        let worker = worker(test, carrier.clone());
        for state in ["sending", "sending", "sent"] {
            worker.run_due().await.unwrap();
            assert_eq!(record(test).await.0, state);
            test.advance(jiff::SignedDuration::from_mins(2));
        }
        worker.run_due().await.unwrap();
        assert_eq!(carrier.calls.load(Ordering::Relaxed), 3);
    })
    .await;
}

#[tokio::test]
async fn a_message_the_carrier_will_never_take_is_not_tried_again() {
    each_database(async |test| {
        ask(test).await;
        let carrier = Carrier::new(0, true);
        let worker = worker(test, carrier.clone());
        worker.run_due().await.unwrap();
        test.advance(jiff::SignedDuration::from_hours(2));
        worker.run_due().await.unwrap();
        assert_eq!(record(test).await.0, "failed");
        assert_eq!(carrier.calls.load(Ordering::Relaxed), 1);
    })
    .await;
}

#[tokio::test]
async fn an_event_delivered_twice_sends_one_message() {
    each_database(async |test| {
        ask(test).await;
        let carrier = Carrier::new(0, false);
        worker(test, carrier.clone()).run_due().await.unwrap();
        let mut tx = test.db.begin().await.unwrap();
        tx.execute(sql("update outbox_delivery set state = 'waiting', next_try_at = 0")).await.unwrap();
        tx.commit().await.unwrap();
        worker(test, carrier.clone()).run_due().await.unwrap();
        assert_eq!(carrier.calls.load(Ordering::Relaxed), 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_without_a_text_is_a_failure_somebody_sees() {
    each_database(async |test| {
        let asked = SmsAsked {
            template: "no_such_text".to_owned(),
            mobile: MOBILE.to_owned(),
            values: BTreeMap::new(),
            inbox: None,
        };
        let mut tx = test.db.begin().await.unwrap();
        tx.emit(asked.event("account-1"));
        tx.commit().await.unwrap();
        let ran = worker(test, Carrier::new(0, false)).run_due().await.unwrap();
        assert_eq!((ran.deliveries, ran.failures), (2, 1), "told once");
        let dead = outbox::list_dead(&test.db, 10).await.unwrap();
        assert_eq!((dead[0].event.kind.as_str(), dead[0].attempts), ("notify.sms", 1));
    })
    .await;
}

#[tokio::test]
async fn a_portal_message_is_shown_in_the_readers_language_and_read_once() {
    each_database(async |test| {
        let now = test.clock.now();
        let mut tx = test.db.begin().await.unwrap();
        let message = NewMessage {
            recipient: "account-1".to_owned(),
            title: ("批次已入库".to_owned(), "batch accepted".to_owned()),
            body: ("12 条入库".to_owned(), "12 rows accepted".to_owned()),
            link: "/unit/batches".to_owned(),
        };
        let id = inbox::put(&mut tx, &message, now).await.unwrap();
        tx.commit().await.unwrap();
        let shown = inbox::list(&test.db, "account-1", Lang::En, 10).await.unwrap();
        assert_eq!((shown[0].title.as_str(), shown[0].read_at), ("batch accepted", None));
        assert_eq!(inbox::count_unread(&test.db, "account-1").await.unwrap(), 1);
        let mut tx = test.db.begin().await.unwrap();
        assert!(!inbox::mark_read(&mut tx, "account-2", &id, now).await.unwrap());
        assert!(inbox::mark_read(&mut tx, "account-1", &id, now).await.unwrap());
        assert!(!inbox::mark_read(&mut tx, "account-1", &id, now).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(inbox::count_unread(&test.db, "account-1").await.unwrap(), 0);
    })
    .await;
}
