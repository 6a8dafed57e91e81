//! People are told of what happened: each once, in both languages, and on the phone without a word about credit.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod house;

use std::sync::Arc;

use jq_base::ids::SubjectKey;
use jq_base::lang::Lang;
use jq_base::mobile::Mobile;
use jq_db::outbox::{self, Event};
use jq_db::sql;
use jq_identity::firm::{self, FirmRole, FirmSubject, NewPerson};
use jq_identity::institution::{self, Institution, InstitutionKind};
use jq_identity::staff::{self, NewStaff, StaffRole};
use jq_identity::{CodeKey, PasswordHash};
use jq_jobs::{Ran, Worker};
use jq_notify::{DemoPhone, Messages, consume, inbox, list_received, tell};
use jq_testkit::{TestDb, each_database};
use serde_json::{Value, json};

const FIRM: &str = "91500102MAC8YUW23Y";
const MOBILE: &str = "13800001234";

fn worker(test: &TestDb) -> Worker {
    let sender = house::sender(test, Arc::new(DemoPhone::new(test.db.clone())));
    let worker = consume(Worker::new(test.db.clone()), &sender);
    tell(worker, test.db.clone(), Arc::new(Messages::embedded().unwrap()))
}

/// A firm with one verified person, and a bank with a branch, an officer and administrators.
async fn people(test: &TestDb) {
    let now = test.clock.now();
    let mut tx = test.db.begin().await.unwrap();
    let mobile = Mobile::parse(MOBILE).unwrap();
    let key = CodeKey::new(b"a key for tests only").unwrap();
    let person = NewPerson { mobile, person_name: "张小明".to_owned() };
    let account = firm::register(&mut tx, &key, &person, now).await.unwrap();
    firm::confirm(&mut tx, &account, true, "register:face", now).await.unwrap();
    let subject = SubjectKey::parse(FIRM).unwrap();
    let acts_for =
        FirmSubject {
            subject, name: "山城汽车零部件有限公司".to_owned(), role: FirmRole::LegalRep
        };
    firm::link(&mut tx, &account, &acts_for, "register", now).await.unwrap();
    let password = PasswordHash::of("jinqiao-demo").await.unwrap();
    let institutions = [
        ("bank01", InstitutionKind::Bank, None),
        ("bank01-001", InstitutionKind::Branch, Some("bank01")),
        ("platform", InstitutionKind::Platform, None),
        ("fgw", InstitutionKind::Supervisor, None),
    ];
    for (id, kind, parent) in institutions {
        let parent = parent.map(str::to_owned);
        let (name_zh, name_en) = ("山城".to_owned(), "Shancheng".to_owned());
        let place =
            Institution { id: id.to_owned(), kind, parent, name_zh, name_en, district: None, active: true };
        institution::insert(&mut tx, &place, "test", now).await.unwrap();
    }
    let staff = [
        ("m001@bank01", "bank01", Some("bank01-001"), StaffRole::Officer),
        ("keeper@bank01", "bank01", Some("bank01-001"), StaffRole::BankAdmin),
        ("admin@bank01", "bank01", None, StaffRole::BankAdmin),
        ("service", "platform", None, StaffRole::Operator),
        ("security", "platform", None, StaffRole::SecurityAdmin),
        ("supervisor", "fgw", None, StaffRole::Supervisor),
    ];
    for (login, institution, branch, role) in staff {
        let staff = NewStaff {
            login: login.to_owned(),
            password: password.clone(),
            person_name: "李某".to_owned(),
            institution: institution.to_owned(),
            branch: branch.map(|branch| branch.parse().unwrap()),
            role,
        };
        staff::create(&mut tx, &staff, "test", now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// What every event about an order carries, with `more`.
#[expect(clippy::needless_pass_by_value, reason = "a test reads better without references")]
fn order(more: Value) -> Value {
    let mut payload = json!({
        "order_id": "order-1", "order_no": "JQ20261110-0001", "kind": "new",
        "order_kind_zh": "新增", "order_kind_en": "new",
        "subject": FIRM, "subject_name": "山城汽车零部件有限公司",
        "bank": "bank01", "bank_zh": "山城银行", "bank_en": "Shancheng Bank",
        "branch": "bank01-001", "officer": "m001@bank01",
        "product_zh": "订单快贷", "product_en": "Order Loan", "amount_fen": 50_000_000,
        "at": "2026-11-10T01:30:00Z",
    });
    payload.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
    payload
}

async fn emit(test: &TestDb, kind: &str, payload: Value) {
    let mut tx = test.db.begin().await.unwrap();
    tx.emit(Event::new(kind, FIRM, payload));
    tx.commit().await.unwrap();
}

async fn inbox_of(test: &TestDb, recipient: &str, lang: Lang) -> Vec<inbox::Message> {
    inbox::list(&test.db, recipient, lang, 10).await.unwrap()
}

async fn firm_inbox(test: &TestDb, lang: Lang) -> Vec<inbox::Message> {
    inbox_of(test, &inbox::firm(&SubjectKey::parse(FIRM).unwrap()), lang).await
}

fn accepted() -> Value {
    order(json!({ "contact_by": "2026-11-11T16:00:00Z", "decide_by": "2026-11-24T16:00:00Z" }))
}

#[tokio::test]
async fn a_firm_reads_until_when_the_bank_must_answer_and_has_it_on_the_phone() {
    each_database(async |test| {
        people(test).await;
        emit(test, "lending.order.accept", accepted()).await;
        worker(test).run_due().await.unwrap();
        let zh = firm_inbox(test, Lang::Zh).await;
        assert_eq!(zh[0].title, "山城银行已接单");
        assert!(zh[0].body.contains("银行须在 11 月 24 日（周二）24:00 前答复"), "{}", zh[0].body);
        assert_eq!(zh[0].link, "/firm/orders/order-1");
        let en = firm_inbox(test, Lang::En).await;
        assert!(en[0].body.contains("the bank must answer by 24:00 on Tue 24 Nov"), "{}", en[0].body);
        let phone = list_received(&test.db, None, 10).await.unwrap();
        assert_eq!((phone.len(), phone[0].mobile.for_storage()), (1, MOBILE));
        assert!(phone[0].text.contains("JQ20261110-0001") && phone[0].text.contains("11 月 24 日"));
    })
    .await;
}

#[tokio::test]
async fn an_sms_about_a_grant_or_a_refusal_says_nothing_of_it() {
    each_database(async |test| {
        people(test).await;
        let terms = json!({ "data": {
            "amount_fen": 30_000_000, "months": 12, "rate_ppm": 36_500, "valid_until": "2026-12-10",
        } });
        emit(test, "lending.order.grant", order(terms)).await;
        let refusal = json!({ "data": {
            "code": "R08", "zh": "还款能力不足", "en": "cannot repay", "text": "近一年收入下降较多，暂不支持",
            "next_zh": "三个月后再试。", "next_en": "Try again in three months.",
        } });
        emit(test, "lending.order.refuse", order(refusal)).await;
        worker(test).run_due().await.unwrap();
        let inbox = firm_inbox(test, Lang::Zh).await;
        assert!(
            inbox.iter().any(|message| message.body.contains("30 万元") && message.body.contains("3.65%"))
        );
        assert!(inbox.iter().any(|message| message.body.contains("还款能力不足")));
        let phone = list_received(&test.db, None, 10).await.unwrap();
        assert_eq!(phone.len(), 2);
        for sms in phone {
            assert!(
                !["30", "3.65", "还款能力", "收入"].iter().any(|word| sms.text.contains(word)),
                "{}",
                sms.text
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_that_comes_twice_tells_nobody_twice() {
    each_database(async |test| {
        people(test).await;
        emit(test, "lending.order.accept", accepted()).await;
        worker(test).run_due().await.unwrap();
        let mut tx = test.db.begin().await.unwrap();
        tx.execute(sql("update outbox_delivery set state = 'waiting', next_try_at = 0")).await.unwrap();
        tx.commit().await.unwrap();
        let ran = worker(test).run_due().await.unwrap();
        assert_eq!((ran.deliveries, ran.failures), (3, 0), "the event, and its SMS in both lanes");
        assert_eq!(firm_inbox(test, Lang::Zh).await.len(), 1);
        assert_eq!(list_received(&test.db, None, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_ladder_tells_each_rung_whom_it_is_for() {
    each_database(async |test| {
        people(test).await;
        let rung = |rung: &str| {
            order(json!({
                "round": 1, "rung": rung, "due_at": "2026-11-24T16:00:00Z",
                "decide_by": "2026-11-24T16:00:00Z", "supply_by": null,
            }))
        };
        emit(test, "supervision.reminded", rung("k2_day5")).await;
        emit(test, "supervision.escalated", rung("k2_day8")).await;
        emit(test, "supervision.escalated", rung("k2_day10")).await;
        emit(test, "supervision.overdue", rung("k2_over")).await;
        worker(test).run_due().await.unwrap();
        let mut counts = Vec::new();
        for login in ["m001@bank01", "keeper@bank01", "admin@bank01", "service", "supervisor"] {
            counts.push(inbox_of(test, &inbox::staff(login), Lang::Zh).await.len());
        }
        assert_eq!(counts, [2, 2, 2, 2, 1]);
        let service = inbox_of(test, &inbox::staff("service"), Lang::Zh).await;
        assert!(service.iter().any(|message| message.title.starts_with("请致电企业")));
        assert!(service.iter().all(|message| message.link == "/desk/orders/order-1"));
        assert_eq!(outbox::list_dead(&test.db, 10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn an_order_without_an_officer_is_told_to_those_who_keep_the_branch() {
    each_database(async |test| {
        people(test).await;
        let waiting = json!({ "officer": null, "accept_by": null });
        emit(test, "lending.order.dispatch", order(waiting)).await;
        worker(test).run_due().await.unwrap();
        let keeper = inbox_of(test, &inbox::staff("keeper@bank01"), Lang::Zh).await;
        assert!(keeper[0].body.contains("待定日期（"), "{}", keeper[0].body);
        assert_eq!(inbox_of(test, &inbox::staff("admin@bank01"), Lang::Zh).await, []);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_lacks_a_value_is_set_aside_where_it_is_seen() {
    each_database(async |test| {
        people(test).await;
        emit(test, "lending.order.accept", order(json!({}))).await;
        let ran = worker(test).run_due().await.unwrap();
        assert_eq!(ran, Ran { deliveries: 1, failures: 1, jobs: 1 }, "the job looks for what waits");
        let dead = outbox::list_dead(&test.db, 10).await.unwrap();
        assert_eq!(dead[0].consumer, "notify.tell");
        assert!(dead[0].last_error.as_deref().unwrap().contains("contact_by"), "{dead:?}");
        assert_eq!(firm_inbox(test, Lang::Zh).await, []);
    })
    .await;
}

#[tokio::test]
async fn everything_can_be_marked_as_read_at_once() {
    each_database(async |test| {
        people(test).await;
        emit(test, "lending.order.accept", accepted()).await;
        emit(test, "lending.order.withdraw", order(json!({}))).await;
        worker(test).run_due().await.unwrap();
        let recipient = inbox::staff("m001@bank01");
        assert_eq!(inbox::count_unread(&test.db, &recipient).await.unwrap(), 1);
        let mut tx = test.db.begin().await.unwrap();
        assert_eq!(inbox::mark_all_read(&mut tx, &recipient, test.clock.now()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(inbox::count_unread(&test.db, &recipient).await.unwrap(), 0);
    })
    .await;
}

/// What the event of a lost second factor carries.
fn rescue(login: &str, institution: &str, portal: &str) -> Value {
    json!({
        "rescue": "r-1", "login": login, "asked_by": login, "institution": institution, "portal": portal,
        "helper": "security", "at": "2026-11-10T01:30:00Z",
    })
}

#[tokio::test]
async fn who_may_help_hears_of_a_lost_second_factor_and_the_person_of_the_answer() {
    each_database(async |test| {
        people(test).await;
        emit(test, "identity.rescue_asked", rescue("m001@bank01", "bank01", "bank")).await;
        worker(test).run_due().await.unwrap();
        for (login, link) in [
            ("keeper@bank01", "/bank/colleagues"),
            ("admin@bank01", "/bank/colleagues"),
            ("security", "/security/colleagues"),
            ("m001@bank01", "/bank/me"),
        ] {
            let told = inbox_of(test, &inbox::staff(login), Lang::Zh).await;
            assert_eq!((told.len(), told[0].link.as_str()), (1, link), "{login}");
        }
        assert_eq!(inbox_of(test, &inbox::staff("service"), Lang::Zh).await, []);
        emit(test, "identity.rescue_granted", rescue("m001@bank01", "bank01", "bank")).await;
        emit(test, "identity.rescue_refused", rescue("m001@bank01", "bank01", "bank")).await;
        worker(test).run_due().await.unwrap();
        let told = inbox_of(test, &inbox::staff("m001@bank01"), Lang::En).await;
        assert_eq!(told.len(), 3);
        assert!(told.iter().filter(|message| message.body.contains("security")).count() >= 2, "{told:?}");
        assert_eq!(inbox_of(test, &inbox::staff("admin@bank01"), Lang::Zh).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_who_lost_the_second_factor_is_not_told_to_help() {
    each_database(async |test| {
        people(test).await;
        emit(test, "identity.rescue_asked", rescue("admin@bank01", "bank01", "bank")).await;
        emit(test, "identity.rescue_asked", rescue("supervisor", "fgw", "oversight")).await;
        worker(test).run_due().await.unwrap();
        let own = inbox_of(test, &inbox::staff("admin@bank01"), Lang::Zh).await;
        assert_eq!((own.len(), own[0].link.as_str()), (1, "/bank/me"));
        assert_eq!(inbox_of(test, &inbox::staff("keeper@bank01"), Lang::Zh).await.len(), 1);
        let security = inbox_of(test, &inbox::staff("security"), Lang::Zh).await;
        assert_eq!(security.len(), 2, "for everybody");
        let supervisor = inbox_of(test, &inbox::staff("supervisor"), Lang::Zh).await;
        assert_eq!(supervisor[0].link, "/oversight/me");
        assert_eq!(outbox::list_dead(&test.db, 10).await.unwrap(), []);
    })
    .await;
}
