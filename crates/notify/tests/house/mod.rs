//! What stories about messages share: a sender by the shipped rules, and a carrier that remembers what it was given.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::sync::{Arc, Mutex};

use jq_identity::institution::{self, Institution, InstitutionKind};
use jq_identity::staff::{self, NewStaff, StaffRole};
use jq_identity::{CodeKey, DeskUser, PasswordHash};
use jq_notify::{
    Carrier, Gateway, GatewayError, Handed, ReceiptKey, Sending, Sms, SmsAsked, SmsRules, SmsSender, Texts,
};
use jq_testkit::TestDb;

pub(crate) const MOBILE: &str = "13800001234";
pub(crate) const RECEIPT_KEY: &str = "a receipt key for tests";

pub(crate) fn receipt_key() -> ReceiptKey {
    ReceiptKey::new(RECEIPT_KEY).unwrap()
}

pub(crate) fn code_key() -> CodeKey {
    CodeKey::new(b"a key for tests only").unwrap()
}

/// A sender through this carrier.
pub(crate) fn sender(test: &TestDb, gateway: Arc<dyn Gateway>) -> SmsSender {
    sender_by(test, Carrier::through(gateway).believing(receipt_key()))
}

pub(crate) fn sender_by(test: &TestDb, carrier: Carrier) -> SmsSender {
    let (texts, rules) = (Arc::new(Texts::embedded().unwrap()), SmsRules::embedded().unwrap());
    SmsSender::new(test.db.clone(), texts, rules, code_key(), carrier)
}

/// How a carrier answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Takes,
    FailsForNow,
    Refuses,
}

/// A carrier that remembers what it was given, and answers as it is told.
pub(crate) struct Remembering {
    mood: Mutex<Mood>,
    given: Mutex<Vec<Sms>>,
}

impl Remembering {
    pub(crate) fn new(mood: Mood) -> Arc<Self> {
        Arc::new(Self { mood: Mutex::new(mood), given: Mutex::new(Vec::new()) })
    }

    pub(crate) fn turns(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub(crate) fn given(&self) -> Vec<Sms> {
        self.given.lock().unwrap().clone()
    }

    /// The order numbers in the messages that were given, in their order.
    pub(crate) fn orders(&self) -> Vec<String> {
        let number = |sms: Sms| sms.text.split_once('（').unwrap().1.split_once('）').unwrap().0.to_owned();
        self.given().into_iter().map(number).collect()
    }
}

impl Gateway for Remembering {
    fn name(&self) -> &'static str {
        "test"
    }

    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        self.given.lock().unwrap().push(sms.clone());
        let mood = *self.mood.lock().unwrap();
        Box::pin(async move {
            match mood {
                Mood::Takes => Ok(Handed::default()),
                Mood::FailsForNow => Err(GatewayError::Passing("no answer".into())),
                Mood::Refuses => Err(GatewayError::Lasting("number is not in use".to_owned())),
            }
        })
    }
}

/// Asks for a message about this order.
pub(crate) async fn ask_about(test: &TestDb, order: &str, inbox: Option<String>) {
    let values = [("bank", "山城银行"), ("order_no", order)];
    ask(test, "order_answered", MOBILE, &values, inbox).await;
}

pub(crate) async fn ask(
    test: &TestDb,
    template: &str,
    mobile: &str,
    values: &[(&str, &str)],
    inbox: Option<String>,
) {
    let asked = SmsAsked {
        template: template.to_owned(),
        mobile: mobile.to_owned(),
        values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        inbox,
    };
    let mut tx = test.db.begin().await.unwrap();
    tx.emit(asked.event("firm:91500102MAC8YUW23Y"));
    tx.commit().await.unwrap();
}

/// Asks for a one-time code.
pub(crate) async fn ask_code(test: &TestDb, code: &str) {
    ask(test, "sign_in_code", MOBILE, &[("code", code), ("minutes", "5")], None).await;
}

/// Somebody of the service desk.
pub(crate) async fn service(test: &TestDb) -> DeskUser {
    let now = test.clock.now();
    let mut tx = test.db.begin().await.unwrap();
    let platform = Institution {
        id: "platform".to_owned(),
        kind: InstitutionKind::Platform,
        parent: None,
        name_zh: "渝州信用信息中心".to_owned(),
        name_en: "Yuzhou Credit Information Centre".to_owned(),
        district: None,
        active: true,
    };
    institution::insert(&mut tx, &platform, "test", now).await.unwrap();
    let new = NewStaff {
        login: "service".to_owned(),
        password: PasswordHash::of("jinqiao-demo").await.unwrap(),
        person_name: "李晓梅".to_owned(),
        institution: "platform".to_owned(),
        branch: None,
        role: StaffRole::Operator,
    };
    staff::create(&mut tx, &new, "test", now).await.unwrap();
    tx.commit().await.unwrap();
    let token = staff::sign_in(&test.db, "service", "jinqiao-demo", now).await.unwrap();
    staff::authenticate_desk(&test.db, &token, now).await.unwrap()
}
