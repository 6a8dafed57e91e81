//! Two banks with their people and programs, and a firm that wants money, beside the platform.

use axum::http::Request;
use jiff::SignedDuration;
use jq_base::ids::{ConsentId, OrderId, SubjectKey};
use jq_base::masked::Masked;
use jq_base::mobile::Mobile;
use jq_base::money::Money;
use jq_base::permit::Purpose;
use jq_consent::{Grant, NewGrant, grant, withdraw};
use jq_db::outbox;
use jq_decision::Vector;
use jq_identity::client::ClientKind;
use jq_identity::firm::{self, NewPerson};
use jq_identity::institution::{self, Institution, InstitutionKind};
use jq_identity::staff::{self, NewStaff};
use jq_identity::{CodeKey, FirmRole, FirmSession, FirmSubject, FirmUser, PasswordHash, StaffRole};
use jq_lending::order::{Contact, LoanUse, NewOrder};
use jq_lending::product::Product;
use jq_lending::schedule::RepaymentMethod;
use jq_lending::{Actor, Lending, OrderAct, OrderKind};
use jq_warning::Warnings;
use serde_json::{Value, json};

use super::{A, Answer, Door};

/// A platform with two banks and a firm.
pub(crate) struct Town<'a> {
    pub(crate) door: &'a Door,
    pub(crate) lending: Lending,
    pub(crate) firm: FirmUser,
    /// A token of bank01's program.
    pub(crate) token: String,
    /// A token of bank02's program.
    pub(crate) other: String,
}

impl<'a> Town<'a> {
    pub(crate) async fn new(door: &'a Door) -> Self {
        door.register("bank02", "bank02", ClientKind::Bank).await;
        let password = PasswordHash::of("jinqiao-demo").await.unwrap();
        for (bank, zh, en) in
            [("bank01", "山城银行", "Shancheng Bank"), ("bank02", "长江银行", "Changjiang Bank")]
        {
            open_bank(door, (bank, zh, en), &password).await;
        }
        Self {
            door,
            lending: Lending::embedded(door.test.db.clone()).unwrap(),
            firm: sign_in(door).await,
            token: door.token("bank01").await,
            other: door.token("bank02").await,
        }
    }

    /// A product of the bank that any firm may ask for.
    pub(crate) fn product(&self, bank: &str) -> Product {
        let fits = |product: &&Product| {
            product.bank.as_str() == bank
                && product.open
                && product.districts.is_empty()
                && product.industries.is_empty()
        };
        self.lending.products().list().find(fits).expect("the bank offers something to everybody").clone()
    }

    /// The firm allows the bank to read.
    pub(crate) async fn consent(&self, bank: &str, items: &[&str]) -> Grant {
        self.consent_with(bank, items, |_| {}).await
    }

    /// The same on other terms.
    pub(crate) async fn consent_with(
        &self,
        bank: &str,
        items: &[&str],
        change: impl FnOnce(&mut NewGrant),
    ) -> Grant {
        let mut new = NewGrant {
            bank: bank.parse().unwrap(),
            bank_zh: "山城银行".to_owned(),
            bank_en: "Shancheng Bank".to_owned(),
            items: items.iter().map(|&item| item.to_owned()).collect(),
            left_out: std::collections::BTreeSet::new(),
            purpose: Purpose::PreLoan,
            product: None,
            order: None,
            days: 30,
            queries_max: Some(20),
            text_hash: None,
            evidence: jq_consent::Evidence::default(),
        };
        change(&mut new);
        let mut tx = self.door.test.db.begin().await.unwrap();
        let catalog = &self.door.catalog;
        let given = grant(&mut tx, catalog, &self.firm, new, self.door.test.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        given
    }

    /// The firm allows bank01 to watch its loans, and courts open an enforcement case against it, so many times.
    pub(crate) async fn warn(&self, times: usize) -> Grant {
        let items = ["judgment_debtor"];
        let given = self.consent_with("bank01", &items, |new| new.purpose = Purpose::PostLoan).await;
        let (db, decisions) = (self.door.test.db.clone(), self.door.decisions.clone());
        let catalog = std::sync::Arc::clone(&self.door.catalog);
        let warnings = Warnings::new(db, catalog, self.lending.clone(), decisions.clone()).unwrap();
        let loans = self.lending.live_loans(None, 10).await.unwrap();
        assert!(!loans.is_empty(), "somebody owes something");
        let set = decisions.features();
        let cases = std::iter::once(0.0).chain([1.0, 0.0].into_iter().cycle().take(2 * times));
        for cases in cases {
            let today = self.door.test.clock.today();
            let mut vector = Vector::empty(set, self.firm.subject().clone(), today, "1");
            vector.values[set.position("open_execution_count").unwrap()] = Some(cases);
            let vectors = [(self.firm.subject().clone(), vector)].into();
            warnings.look_at(&loans, &vectors, None).await.unwrap();
            self.door.test.advance(SignedDuration::from_secs(1));
        }
        given
    }

    pub(crate) async fn withdraw(&self, consent: &ConsentId) {
        let mut tx = self.door.test.db.begin().await.unwrap();
        withdraw(&mut tx, &self.firm, consent, "不再需要", self.door.test.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// An order of half a million that lies with bank01.
    pub(crate) async fn apply(&self) -> OrderId {
        self.apply_with(RepaymentMethod::EqualInstalments, false).await
    }

    pub(crate) async fn apply_with(&self, method: RepaymentMethod, other_banks: bool) -> OrderId {
        let product = self.product("bank01");
        let items: Vec<&str> = product.items.iter().map(String::as_str).collect();
        self.consent("bank01", &items).await;
        let new = NewOrder {
            product: product.id.clone(),
            kind: OrderKind::New,
            follows: None,
            amount: Money::from_yuan(500_000).unwrap(),
            months: 12,
            method,
            loan_use: LoanUse::Purchase,
            use_text: "采购青菜头".to_owned(),
            contact: Contact { name: Masked::new("周望舒".to_owned()), mobile: mobile() },
            district: None,
            industry: None,
            other_banks,
            first_loan: true,
        };
        let mut tx = self.door.test.db.begin().await.unwrap();
        let order = self.lending.apply(&mut tx, &self.firm, new, self.door.test.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        order.order_id
    }

    /// The firm does something with its order.
    pub(crate) async fn firm_does(&self, order: &OrderId, act: OrderAct) {
        let mut tx = self.door.test.db.begin().await.unwrap();
        let (actor, now) = (Actor::Firm(&self.firm), self.door.test.clock.now());
        self.lending.act(&mut tx, &actor, order, act, None, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// bank01's program does something for an employee, under a key of its own.
    pub(crate) async fn act(&self, order: &OrderId, act: &str, clerk: &str, more: Value) -> Answer {
        let key = jq_db::fresh_token(self.door.test.clock.now());
        self.act_as(&self.token, &key, order, act, clerk, more).await
    }

    pub(crate) async fn act_as(
        &self,
        token: &str,
        key: &str,
        order: &OrderId,
        act: &str,
        clerk: &str,
        more: Value,
    ) -> Answer {
        let mut body = json!({ "clerk": clerk });
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        self.post(token, Some(key), &format!("/api/v1/orders/{order}/{act}"), &body).await
    }

    pub(crate) async fn post(&self, token: &str, key: Option<&str>, address: &str, body: &Value) -> Answer {
        let mut request = Request::post(address)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("accept-language", "en");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.door.ask(request, body.to_string()).await
    }

    /// The order as bank01's program reads it.
    pub(crate) async fn read(&self, order: &OrderId) -> Value {
        let answer = self.door.get_as(&self.token, &format!("/api/v1/orders/{order}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// Brings an order to the desk of the second person.
    pub(crate) async fn to_decide(&self, order: &OrderId) {
        let officer = "officer@bank01";
        for (act, more) in [
            ("accept", json!({})),
            ("contact", json!({ "channel": "phone", "note": "约定周三上门" })),
            ("survey", json!({})),
            ("submit-approval", json!({ "note": "现场核实经营正常，订单充足，建议授信" })),
        ] {
            let answer = self.act(order, act, officer, more).await;
            assert_eq!(answer.status, 200, "{act}: {}", answer.text);
            self.door.test.advance(SignedDuration::from_mins(1));
        }
    }
}

/// What an approver grants: half a million for a year.
pub(crate) fn terms() -> Value {
    json!({
        "amount_fen": 50_000_000, "months": 12, "rate_ppm": 36_500, "method": "equal_instalments",
        "security": "credit", "valid_until": "2026-12-10"
    })
}

fn mobile() -> Mobile {
    Mobile::parse("13800001234").unwrap()
}

async fn open_bank(door: &Door, (bank, zh, en): (&str, &str, &str), password: &PasswordHash) {
    let now = door.test.clock.now();
    let mut tx = door.test.db.begin().await.unwrap();
    let institution = Institution {
        id: bank.to_owned(),
        kind: InstitutionKind::Bank,
        parent: None,
        name_zh: zh.to_owned(),
        name_en: en.to_owned(),
        district: None,
        active: true,
    };
    institution::insert(&mut tx, &institution, "operator@test", now).await.unwrap();
    for (name, role) in
        [("officer", StaffRole::Officer), ("approver", StaffRole::Approver), ("admin", StaffRole::BankAdmin)]
    {
        let new = NewStaff {
            login: format!("{name}@{bank}"),
            password: password.clone(),
            person_name: "李四光".to_owned(),
            institution: bank.to_owned(),
            branch: None,
            role,
        };
        staff::create(&mut tx, &new, "operator@test", now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The firm's legal representative.
async fn sign_in(door: &Door) -> FirmUser {
    let (now, key) = (door.test.clock.now(), CodeKey::new(b"a key for tests only").unwrap());
    let mut tx = door.test.db.begin().await.unwrap();
    let person = NewPerson { mobile: mobile(), person_name: "周望舒".to_owned() };
    let account = firm::register(&mut tx, &key, &person, now).await.unwrap();
    firm::confirm(&mut tx, &account, true, "register:face", now).await.unwrap();
    let (subject, name) = (SubjectKey::parse(A).unwrap(), "涪陵青岚榨菜有限公司".to_owned());
    let subject = FirmSubject { subject, name, role: FirmRole::LegalRep };
    firm::link(&mut tx, &account, &subject, "register", now).await.unwrap();
    firm::request_code(&mut tx, &key, &mobile(), now).await.unwrap();
    tx.commit().await.unwrap();
    let all = outbox::list_after(&door.test.db, 0, 1_000).await.unwrap();
    let sent = all.iter().rev().find(|event| event.kind == "notify.sms").unwrap();
    let code = sent.payload["values"]["code"].as_str().unwrap();
    let token = firm::sign_in(&door.test.db, &key, &mobile(), code, now).await.unwrap().token;
    match firm::authenticate(&door.test.db, &token, now).await.unwrap() {
        FirmSession::Acting(user) => user,
        _ => panic!("one firm is chosen at once"),
    }
}
