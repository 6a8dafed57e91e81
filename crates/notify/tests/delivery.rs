//! When messages go and how many, what becomes of them, and what the service can do about those that did not arrive.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod house;

use std::sync::Arc;

use house::{MOBILE, Mood, Remembering, ask, ask_about, ask_code};
use jiff::SignedDuration;
use jq_base::ids::{MessageId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::mobile::Mobile;
use jq_db::audit::{self, Filter};
use jq_db::{outbox, sql};
use jq_jobs::Worker;
use jq_notify::inbox::{self, NewMessage};
use jq_notify::{
    Receipt, SmsGroup, SmsLine, SmsReason, SmsState, Taken, Told, consume, count_sms, list_sms, send_again,
};
use jq_testkit::{TestDb, each_database, instant};

fn worker(test: &TestDb, carrier: &Arc<Remembering>) -> Worker {
    consume(Worker::new(test.db.clone()), &house::sender(test, carrier.clone()))
}

/// Moves the clock to this moment and does what is due.
async fn at(test: &TestDb, moment: &str, worker: &Worker) {
    test.advance(instant(moment).duration_since(test.clock.now()));
    worker.run_due().await.unwrap();
}

async fn of(test: &TestDb, group: SmsGroup) -> Vec<SmsLine> {
    list_sms(&test.db, group, 100).await.unwrap()
}

/// Where the only message is, and why.
async fn only(test: &TestDb) -> SmsLine {
    let mut all = Vec::new();
    for group in SmsGroup::ALL {
        all.extend(of(test, group).await);
    }
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[tokio::test]
async fn at_night_messages_wait_and_go_in_the_morning_in_their_order() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::Takes);
        let worker = worker(test, &carrier);
        at(test, "2026-11-10T21:30:00+08:00", &worker).await;
        for order in ["JQ-1", "JQ-2", "JQ-3"] {
            ask_about(test, order, None).await;
            test.advance(SignedDuration::from_mins(1));
        }
        worker.run_due().await.unwrap();
        let waiting = of(test, SmsGroup::Waiting).await;
        assert_eq!((waiting.len(), waiting[0].reason), (3, Some(SmsReason::Quiet)));
        assert_eq!(waiting[0].due_at, instant("2026-11-11T08:00:00+08:00"));
        at(test, "2026-11-11T07:59:00+08:00", &worker).await;
        assert!(carrier.given().is_empty());
        at(test, "2026-11-11T08:00:00+08:00", &worker).await;
        assert_eq!(carrier.orders(), ["JQ-1", "JQ-2", "JQ-3"]);
        at(test, "2026-11-11T08:05:00+08:00", &worker).await;
        assert_eq!(carrier.given().len(), 3, "each once");
        assert_eq!(of(test, SmsGroup::Sent).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_code_goes_at_any_hour_and_passes_what_waits() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::Takes);
        let worker = worker(test, &carrier);
        at(test, "2026-11-10T23:00:00+08:00", &worker).await;
        ask_about(test, "JQ-1", None).await;
        ask_code(test, "012345").await;
        worker.run_due().await.unwrap();
        let given = carrier.given();
        assert_eq!(given.len(), 1);
        assert!(given[0].text.contains("012345"), "{}", given[0].text);
        assert_eq!(given[0].values, ["012345", "5"]);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_comes_while_an_earlier_one_is_tried_follows_it() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::FailsForNow);
        let worker = worker(test, &carrier);
        ask_about(test, "JQ-1", None).await;
        worker.run_due().await.unwrap();
        test.advance(SignedDuration::from_secs(1));
        // Another subject, so that it does not stand behind the first one already as an event.
        let mut tx = test.db.begin().await.unwrap();
        let values = [("bank", "山城银行"), ("order_no", "JQ-2")];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let asked = jq_notify::SmsAsked {
            template: "order_answered".to_owned(),
            mobile: MOBILE.to_owned(),
            values,
            inbox: None,
        };
        tx.emit(asked.event("firm:another"));
        tx.commit().await.unwrap();
        worker.run_due().await.unwrap();
        let waiting = of(test, SmsGroup::Waiting).await;
        assert_eq!((waiting[0].state, waiting[0].reason), (SmsState::Waiting, Some(SmsReason::Earlier)));
        carrier.turns(Mood::Takes);
        for _ in 0..3 {
            test.advance(SignedDuration::from_mins(1));
            worker.run_due().await.unwrap();
        }
        assert_eq!(carrier.orders(), ["JQ-1", "JQ-1", "JQ-2"]);
    })
    .await;
}

#[tokio::test]
async fn a_phone_that_has_had_enough_gets_no_more_and_the_portal_says_so() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::Takes);
        let worker = worker(test, &carrier);
        let firm = inbox::firm(&SubjectKey::parse("91500102MAC8YUW23Y").unwrap());
        for order in 1..=11 {
            let mut tx = test.db.begin().await.unwrap();
            let message = NewMessage {
                recipient: firm.clone(),
                title: (format!("订单 {order}"), format!("order {order}")),
                body: ("已答复。".to_owned(), "Answered.".to_owned()),
                link: "/firm/orders".to_owned(),
            };
            let now = tx.now();
            let id = inbox::put(&mut tx, &message, now).await.unwrap();
            tx.commit().await.unwrap();
            ask_about(test, &format!("JQ-{order}"), Some(id.to_string())).await;
            worker.run_due().await.unwrap();
            test.advance(SignedDuration::from_mins(1));
        }
        assert_eq!(carrier.given().len(), 10);
        let held = of(test, SmsGroup::HeldBack).await;
        assert_eq!((held.len(), held[0].reason, held[0].can_go_again), (1, Some(SmsReason::Hour), false));
        let messages = inbox::list(&test.db, &firm, Lang::Zh, 100).await.unwrap();
        let marked: Vec<_> = messages.iter().filter(|message| message.held_back.is_some()).collect();
        assert_eq!((messages.len(), marked.len()), (11, 1), "it is not lost");
        assert_eq!((marked[0].title.as_str(), marked[0].held_back), ("订单 11", Some(SmsReason::Hour)));

        ask_code(test, "012345").await;
        worker.run_due().await.unwrap();
        assert_eq!(carrier.given().len(), 11, "codes are counted apart");
        test.advance(SignedDuration::from_hours(1));
        ask_about(test, "JQ-12", None).await;
        worker.run_due().await.unwrap();
        assert_eq!(carrier.given().len(), 12, "an hour later there is room again");
    })
    .await;
}

#[tokio::test]
async fn a_day_has_its_limit_and_the_next_one_begins_anew() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::Takes);
        let worker = worker(test, &carrier);
        for order in 1..=21 {
            ask_about(test, &format!("JQ-{order}"), None).await;
            worker.run_due().await.unwrap();
            test.advance(SignedDuration::from_mins(10));
        }
        assert_eq!(carrier.given().len(), 20);
        assert_eq!(only_held(test).await, SmsReason::Day);
        at(test, "2026-11-11T09:00:00+08:00", &worker).await;
        ask_about(test, "JQ-22", None).await;
        worker.run_due().await.unwrap();
        assert_eq!(carrier.given().len(), 21);
    })
    .await;
}

async fn only_held(test: &TestDb) -> SmsReason {
    let held = of(test, SmsGroup::HeldBack).await;
    assert_eq!(held.len(), 1);
    held[0].reason.unwrap()
}

#[tokio::test]
async fn what_stands_in_no_portal_is_put_there_when_it_is_held_back() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::Takes);
        let worker = worker(test, &carrier);
        for day in 1..=11 {
            let until = format!("2026-12-{day:02}");
            let values = [
                ("subject", "山城食品有限公司"),
                ("scopes", "申请融资"),
                ("until", until.as_str()),
                ("days", "7"),
            ];
            ask(test, "mandate_offered", MOBILE, &values, None).await;
            worker.run_due().await.unwrap();
            test.advance(SignedDuration::from_secs(10));
        }
        let hash = house::code_key().mobile_hash(&Mobile::parse(MOBILE).unwrap());
        let own = inbox::list(&test.db, &inbox::person(&hash), Lang::En, 10).await.unwrap();
        assert_eq!(own.len(), 1);
        assert_eq!((own[0].link.as_str(), own[0].held_back), ("/firm/agents", Some(SmsReason::Hour)));
        assert!(own[0].body.contains("until 2026-12-11"), "{}", own[0].body);
    })
    .await;
}

#[tokio::test]
async fn a_code_that_nobody_can_use_any_more_is_not_sent() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::FailsForNow);
        let worker = worker(test, &carrier);
        ask_code(test, "012345").await;
        worker.run_due().await.unwrap();
        carrier.turns(Mood::Takes);
        test.advance(SignedDuration::from_mins(5));
        worker.run_due().await.unwrap();
        assert_eq!(carrier.given().len(), 1);
        let code = only(test).await;
        assert_eq!((code.state, code.reason), (SmsState::Failed, Some(SmsReason::TooLate)));
        assert!(!code.can_go_again && !code.text.contains("012345"), "{code:?}");
    })
    .await;
}

#[tokio::test]
async fn what_failed_is_sent_again_by_the_service_under_a_reference_of_its_own() {
    each_database(async |test| {
        let (carrier, user) = (Remembering::new(Mood::Refuses), house::service(test).await);
        let worker = worker(test, &carrier);
        ask_about(test, "JQ-1", None).await;
        worker.run_due().await.unwrap();
        let failed = only(test).await;
        assert_eq!((failed.state, failed.reason), (SmsState::Failed, Some(SmsReason::Refused)));
        assert_eq!(failed.carrier_words.as_deref(), Some("number is not in use"));
        assert_eq!((failed.mobile.as_str(), failed.can_go_again), ("138****1234", true));

        carrier.turns(Mood::Takes);
        let again = async || {
            let mut tx = test.db.begin().await.unwrap();
            let now = tx.now();
            let done = send_again(&mut tx, &user, &failed.message_id, now).await.unwrap();
            tx.commit().await.unwrap();
            done
        };
        assert!(again().await);
        assert!(!again().await, "it waits already");
        worker.run_due().await.unwrap();
        let sent = only(test).await;
        assert_eq!((sent.state, sent.round, sent.tries), (SmsState::Sent, 2, 2));
        assert!(!again().await, "it was taken");
        let given = carrier.given();
        assert_eq!(given[0].text, given[1].text);
        let id = &failed.message_id;
        assert_eq!([given[0].reference(), given[1].reference()], [format!("{id}.1"), format!("{id}.2")]);

        let filter = Filter { action: Some("notify.sms_sent_again".to_owned()), ..Filter::default() };
        let lines = audit::list(&test.db, &filter, 10).await.unwrap();
        assert_eq!((lines.len(), lines[0].actor.as_str()), (1, "service"));
    })
    .await;
}

#[tokio::test]
async fn sending_again_keeps_to_the_night() {
    each_database(async |test| {
        let (carrier, user) = (Remembering::new(Mood::Refuses), house::service(test).await);
        let worker = worker(test, &carrier);
        ask_about(test, "JQ-1", None).await;
        worker.run_due().await.unwrap();
        carrier.turns(Mood::Takes);
        at(test, "2026-11-10T22:00:00+08:00", &worker).await;
        let mut tx = test.db.begin().await.unwrap();
        let (now, id) = (tx.now(), only(test).await.message_id);
        assert!(send_again(&mut tx, &user, &id, now).await.unwrap());
        tx.commit().await.unwrap();
        worker.run_due().await.unwrap();
        assert_eq!((carrier.given().len(), only(test).await.reason), (1, Some(SmsReason::Quiet)));
        at(test, "2026-11-11T08:00:00+08:00", &worker).await;
        assert_eq!((carrier.given().len(), only(test).await.state), (2, SmsState::Sent));
    })
    .await;
}

#[tokio::test]
async fn a_carrier_that_never_answers_is_given_up_where_the_service_sees_it() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::FailsForNow);
        let worker = worker(test, &carrier);
        ask_about(test, "JQ-1", None).await;
        for _ in 0..outbox::TRIES_MAX {
            worker.run_due().await.unwrap();
            test.advance(SignedDuration::from_hours(1));
        }
        let line = only(test).await;
        assert_eq!((line.state, line.reason), (SmsState::Failed, Some(SmsReason::Unreachable)));
        assert_eq!((line.tries, line.carrier_words.as_deref()), (outbox::TRIES_MAX, Some("no answer")));
        assert_eq!(
            outbox::list_dead(&test.db, 10).await.unwrap(),
            [],
            "the service sees it, nobody else must"
        );
    })
    .await;
}

/// As if the process had been killed between handing the message over and noting it.
async fn forget_that_it_went(test: &TestDb) {
    let mut tx = test.db.begin().await.unwrap();
    for text in [
        "update notify_sms set state = 'sending', done_at = null",
        "update notify_sms_try set ended_at = null",
        "update outbox_delivery set state = 'waiting', next_try_at = 0",
    ] {
        tx.execute(jq_db::sql_built(text.to_owned())).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_message_handed_over_twice_because_of_a_kill_is_known_for_what_it_is() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::Takes);
        ask_about(test, "JQ-1", None).await;
        worker(test, &carrier).run_due().await.unwrap();
        forget_that_it_went(test).await;
        worker(test, &carrier).run_due().await.unwrap();
        let given = carrier.given();
        assert_eq!(given.len(), 2);
        assert_eq!(given[0].reference(), given[1].reference(), "the carrier can know the second one");
        let line = only(test).await;
        assert_eq!((line.state, line.tries, line.tries_cut_off), (SmsState::Sent, 2, 1));
        let counted =
            test.db.fetch_one(sql("select count(*) as n from notify_sms where counted_at is not null"));
        assert_eq!(counted.await.unwrap().int("n").unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_nobody_has_in_hand_any_more_is_shown_to_the_service() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::Takes);
        let worker = worker(test, &carrier);
        ask_about(test, "JQ-1", None).await;
        worker.run_due().await.unwrap();
        forget_that_it_went(test).await;
        let mut tx = test.db.begin().await.unwrap();
        tx.execute(sql("update outbox_delivery set state = 'dead'")).await.unwrap();
        tx.commit().await.unwrap();
        test.advance(SignedDuration::from_hours(7));
        worker.run_due().await.unwrap();
        let line = only(test).await;
        assert_eq!((line.state, line.reason), (SmsState::Failed, Some(SmsReason::Unknown)));
        assert_eq!((line.tries_cut_off, line.can_go_again), (1, true));
    })
    .await;
}

fn receipt(told: Told) -> Receipt {
    Receipt { told, words: "DELIVRD".to_owned() }
}

#[tokio::test]
async fn a_receipt_counts_once_and_only_with_its_token() {
    each_database(async |test| {
        let carrier = Remembering::new(Mood::Takes);
        ask_about(test, "JQ-1", None).await;
        worker(test, &carrier).run_due().await.unwrap();
        let sender = house::sender(test, carrier.clone());
        let id = only(test).await.message_id;
        let token = house::receipt_key().token(&id, 1);
        let takes =
            async |round, token: &str, told| sender.receive(&id, round, token, &receipt(told)).await.unwrap();
        assert_eq!(takes(1, "", Told::Delivered).await, Taken::NotBelieved);
        assert_eq!(takes(2, &token, Told::Delivered).await, Taken::NotBelieved);
        let early = house::receipt_key().token(&id, 2);
        assert_eq!(takes(2, &early, Told::Delivered).await, Taken::NoMessage, "there is no second round");
        assert_eq!(only(test).await.state, SmsState::Sent);

        assert_eq!(takes(1, &token, Told::OnItsWay).await, Taken::New);
        assert_eq!(only(test).await.state, SmsState::Sent);
        assert_eq!(takes(1, &token, Told::Delivered).await, Taken::New);
        assert_eq!(takes(1, &token, Told::Delivered).await, Taken::Again);
        assert_eq!(takes(1, &token, Told::Undelivered).await, Taken::New, "noted, and not believed any more");
        assert_eq!(only(test).await.state, SmsState::Delivered);
        let filter = Filter { action: Some("notify.sms_delivered".to_owned()), ..Filter::default() };
        assert_eq!(audit::list(&test.db, &filter, 10).await.unwrap().len(), 1);
        let other = MessageId::parse("nothing").unwrap();
        let token = house::receipt_key().token(&other, 1);
        assert_eq!(
            sender.receive(&other, 1, &token, &receipt(Told::Delivered)).await.unwrap(),
            Taken::NoMessage
        );
        let kept = test.db.fetch_one(sql("select mobile_sealed from notify_sms")).await.unwrap();
        assert_eq!(kept.opt_text("mobile_sealed").unwrap(), None, "the number is not needed any more");
    })
    .await;
}

#[tokio::test]
async fn what_the_phone_did_not_get_can_be_sent_again_and_late_receipts_do_not_confuse() {
    each_database(async |test| {
        let (carrier, user) = (Remembering::new(Mood::Takes), house::service(test).await);
        let worker = worker(test, &carrier);
        ask_about(test, "JQ-1", None).await;
        worker.run_due().await.unwrap();
        let sender = house::sender(test, carrier.clone());
        let id = only(test).await.message_id;
        let tells = async |round, told| {
            let token = house::receipt_key().token(&id, round);
            sender.receive(&id, round, &token, &receipt(told)).await.unwrap()
        };
        assert_eq!(tells(1, Told::Undelivered).await, Taken::New);
        let line = only(test).await;
        assert_eq!((line.state, line.reason), (SmsState::Undelivered, Some(SmsReason::Undelivered)));
        assert!(line.can_go_again);
        assert_eq!(count_sms(&test.db).await.unwrap()[0], (SmsGroup::Failed, 1));
        let mut tx = test.db.begin().await.unwrap();
        let now = tx.now();
        assert!(send_again(&mut tx, &user, &id, now).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(tells(1, Told::Delivered).await, Taken::New, "it had arrived after all");
        worker.run_due().await.unwrap();
        assert_eq!(
            (only(test).await.state, carrier.given().len()),
            (SmsState::Delivered, 1),
            "not sent again"
        );
    })
    .await;
}
