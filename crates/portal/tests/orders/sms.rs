//! Text messages at the service desk and in a firm's inbox, and what carriers tell of them.

use std::sync::Arc;

use axum::http::StatusCode;
use jq_base::ids::SubjectKey;
use jq_db::sql;
use jq_jobs::Worker;
use jq_notify::inbox::{self, NewMessage};
use jq_notify::{
    Carrier, Gateway, GatewayError, ReceiptKey, Sending, Sms, SmsAsked, SmsRules, SmsSender, Texts, consume,
};

use super::browser::Browser;
use super::town::{RECEIPT_KEY, Town, key, sender};

const MOBILE: &str = "13800001234";
const FIRM: &str = "91500102MAC8YUW23Y";

/// A carrier that takes nothing.
struct Refusing;

impl Gateway for Refusing {
    fn name(&self) -> &'static str {
        "test"
    }

    fn send<'a>(&'a self, _sms: &'a Sms) -> Sending<'a> {
        Box::pin(async { Err(GatewayError::Lasting("the number is not in use".to_owned())) })
    }
}

/// The service's own, who comes in by the door.
async fn service(town: &Town) -> Browser {
    let mut browser = town.stranger();
    let form = [("account", "service"), ("password", "jinqiao-demo")];
    let inside = browser.send("/desk/sign-in", &form).await;
    assert_eq!(inside.to, "/desk", "{}", inside.text);
    browser
}

/// Asks for a message about an order, which a message in the firm's inbox tells too.
async fn ask(town: &Town, order: &str) {
    let recipient = inbox::firm(&SubjectKey::parse(FIRM).unwrap());
    let message = NewMessage {
        recipient: recipient.clone(),
        title: (format!("山城银行已答复 {order}"), format!("an answer to {order}")),
        body: ("请查看结果。".to_owned(), "Have a look at it.".to_owned()),
        link: "/firm/orders".to_owned(),
    };
    let mut tx = town.test.db.begin().await.unwrap();
    let now = tx.now();
    let id = inbox::put(&mut tx, &message, now).await.unwrap();
    let values = [("bank", "山城银行"), ("order_no", order)];
    let asked = SmsAsked {
        template: "order_answered".to_owned(),
        mobile: MOBILE.to_owned(),
        values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        inbox: Some(id.to_string()),
    };
    tx.emit(asked.event(recipient));
    tx.commit().await.unwrap();
}

async fn send_what_is_due(town: &Town, sender: &SmsSender) {
    consume(Worker::new(town.test.db.clone()), sender).run_due().await.unwrap();
}

#[tokio::test]
async fn the_service_sees_what_failed_and_sends_it_again() {
    let town = Town::new().await;
    let (texts, rules) = (Arc::new(Texts::embedded().unwrap()), SmsRules::embedded().unwrap());
    let carrier = Carrier::through(Arc::new(Refusing));
    let refused = SmsSender::new(town.test.db.clone(), texts, rules, key(), carrier);
    // The code with which the firm signed in is refused too.
    send_what_is_due(&town, &refused).await;
    ask(&town, "JQ-1").await;
    send_what_is_due(&town, &refused).await;

    let mut service = service(&town).await;
    let page = service.open("/desk/sms").await;
    assert!(page.has("data-test=\"nav-sms\"") && page.has("JQ-1"), "{}", page.text);
    assert!(page.has("138****1234") && !page.has(MOBILE));
    assert!(page.has("通道拒收") && page.has("the number is not in use"));
    assert!(page.has("验证码不重发"), "nobody sends a code again");
    assert_eq!(page.text.matches("data-test=\"sms-again\"").count(), 1);

    let (_, rest) = page.text.split_once("action=\"/desk/sms/").unwrap();
    let again = format!("/desk/sms/{}/again", rest.split('/').next().unwrap());
    let mut officer = town.employee("officer@bank01").await;
    assert!(officer.send(&again, &[]).await.to.contains("/sign-in"), "a bank has no business there");
    assert!(town.firm().send(&again, &[]).await.to.contains("/sign-in"));
    let done = service.send(&again, &[]).await;
    assert_eq!(done.to, "/desk/sms?done=again", "{}", done.text);
    assert!(service.open("/desk/sms?group=waiting").await.has("JQ-1"));
    assert_eq!(service.send(&again, &[]).await.status, StatusCode::CONFLICT, "once is enough");
    send_what_is_due(&town, &sender(&town.test.db)).await;
    let sent = service.open("/desk/sms?group=sent").await;
    assert!(sent.has("JQ-1") && sent.has("人工重发 1 次"), "{}", sent.text);
    assert!(!service.open("/desk/sms").await.has("JQ-1"));
}

#[tokio::test]
async fn the_firm_reads_in_its_inbox_what_was_held_back_from_its_phone() {
    let town = Town::new().await;
    let sender = sender(&town.test.db);
    for order in 1..=11 {
        ask(&town, &format!("JQ-{order}")).await;
    }
    send_what_is_due(&town, &sender).await;
    let page = town.firm().open("/firm/messages").await;
    assert_eq!(page.text.matches("data-test=\"message\"").count(), 11, "nothing is lost");
    assert_eq!(page.text.matches("data-test=\"held-back\"").count(), 1);
    assert!(page.has("短信没有发到手机"), "{}", page.text);
    let held = service(&town).await.open("/desk/sms?group=held_back").await;
    assert!(held.has("JQ-11") && held.has("一小时内已收满上限"), "{}", held.text);
    assert!(held.has("每小时 10 条、每天 20 条") && !held.has("data-test=\"sms-again\""));
}

#[tokio::test]
async fn carriers_tell_of_messages_with_a_key_and_nobody_else_does() {
    let town = Town::new().await;
    ask(&town, "JQ-1").await;
    send_what_is_due(&town, &sender(&town.test.db)).await;
    let row = sql("select message_id from notify_sms where kind = 'message'");
    let id = town.test.db.fetch_one(row).await.unwrap().text("message_id").unwrap();
    let token = ReceiptKey::new(RECEIPT_KEY).unwrap().token(&id.parse().unwrap(), 1);
    let at = |key: &str, status: &str| {
        format!("/api/sms/receipts/kannel?message={id}&round=1&key={key}&status={status}&words=DELIVRD")
    };
    let mut carrier = town.stranger();
    for wrong in ["/api/sms/receipts/kannel".to_owned(), at("", "1"), at("another", "1")] {
        assert_eq!(carrier.open(&wrong).await.status, StatusCode::FORBIDDEN, "{wrong}");
    }
    let mut service = service(&town).await;
    assert!(service.open("/desk/sms?group=sent").await.has("已交通道"));
    for _ in 0..2 {
        assert_eq!(carrier.open(&at(&token, "1")).await.status, StatusCode::OK);
    }
    assert!(service.open("/desk/sms?group=sent").await.has("已送达"));

    let told = r#"[{"sid":"5000:1","report_status":"SUCCESS","errmsg":"DELIVRD","mobile":"13800001234"}]"#;
    let refused = carrier.tell("/api/sms/receipts/tencent?key=wrong", told).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let own = format!("/api/sms/receipts/tencent?key={}", RECEIPT_KEY.replace(' ', "%20"));
    let unknown = carrier.tell(&own, told).await;
    assert!(unknown.has("\"result\":1"), "it comes again: {}", unknown.text);
    let mut tx = town.test.db.begin().await.unwrap();
    let named =
        sql("update notify_sms_try set carrier = 'tencent', carrier_ref = '5000:1' where message_id = $1");
    tx.execute(named.bind(&id)).await.unwrap();
    tx.execute(sql("delete from notify_sms_receipt")).await.unwrap();
    tx.commit().await.unwrap();
    assert!(carrier.tell(&own, told).await.has("\"result\":0"));
    assert_eq!(carrier.tell(&own, "[{]").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
