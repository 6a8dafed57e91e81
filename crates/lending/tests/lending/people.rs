//! A firm, a bank with its people, and the acts between them.

use std::sync::LazyLock;

use jiff::Timestamp;
use jq_base::ids::{BankId, OrderId, SubjectKey};
use jq_base::masked::Masked;
use jq_base::mobile::Mobile;
use jq_base::money::Money;
use jq_base::permit::Purpose;
use jq_base::workdays::Calendar;
use jq_catalog::Catalog;
use jq_consent::{NewGrant, purpose_terms};
use jq_db::Db;
use jq_db::outbox::{self, Published};
use jq_identity::firm::{self, NewPerson};
use jq_identity::institution::{self, Institution, InstitutionKind};
use jq_identity::staff::{self, NewStaff};
use jq_identity::{
    BankUser, CodeKey, FirmRole, FirmSession, FirmSubject, FirmUser, PasswordHash, StaffRole, Token,
};
use jq_lending::clock::{Clock, ClockKind, ClockLimits};
use jq_lending::order::{Contact, ContactChannel, GrantTerms, LoanUse, NewOrder, OrderFilter};
use jq_lending::product::{Product, Products};
use jq_lending::refusal::{Refusal, RefusalReasons};
use jq_lending::{Actor, Lending, LendingError, Order, OrderAct, OrderKind};
use jq_testkit::TestDb;

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::embedded().expect("the shipped catalogue loads"));

/// A firm that wants money and a bank that has it.
pub(crate) struct Town<'a> {
    pub(crate) test: &'a TestDb,
    pub(crate) lending: Lending,
    pub(crate) firm: FirmUser,
    pub(crate) officer: BankUser,
    pub(crate) colleague: BankUser,
    pub(crate) approver: BankUser,
    pub(crate) second_approver: BankUser,
    pub(crate) admin: BankUser,
    pub(crate) stranger: BankUser,
}

impl<'a> Town<'a> {
    pub(crate) async fn new(test: &'a TestDb) -> Self {
        let lending = Lending::embedded(test.db.clone()).unwrap();
        let password = PasswordHash::of("jinqiao-demo").await.unwrap();
        for bank in ["bank01", "bank02"] {
            open_bank(test, bank, &password).await;
        }
        Self {
            test,
            lending,
            firm: firm(test).await,
            officer: employee(test, "officer@bank01").await,
            colleague: employee(test, "officer2@bank01").await,
            approver: employee(test, "approver@bank01").await,
            second_approver: employee(test, "approver2@bank01").await,
            admin: employee(test, "admin@bank01").await,
            stranger: employee(test, "officer@bank02").await,
        }
    }

    /// The town whose product is for a chain to which all banks together may lend so much.
    pub(crate) fn with_chain(self, cap_yuan: i64) -> Self {
        let chain = format!("chain = {{ id = \"c\", zh = \"链\", en = \"chain\", cap_yuan = {cap_yuan} }}");
        let text = include_str!("../../../../lending/products/bank01.toml");
        let text = text.replace("[[product]]", &format!("[[product]]\n{chain}"));
        let products = Products::read([("bank01.toml".to_owned(), text)]).unwrap();
        let (reasons, limits) = (RefusalReasons::load(&[]).unwrap(), ClockLimits::embedded().unwrap());
        let db = self.test.db.clone();
        Self { lending: Lending::new(db, products, reasons, Calendar::embedded(), limits), ..self }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.test.clock.now()
    }

    /// A product of bank01 that any firm may ask for.
    pub(crate) fn product(&self) -> Product {
        product_of(&self.lending, self.firm.subject())
    }

    pub(crate) fn wish(&self) -> NewOrder {
        wish_of(&self.lending, self.firm.subject())
    }

    /// The firm allows the bank what the product needs.
    pub(crate) async fn consent(&self) {
        consent_of(self, &self.firm).await;
    }

    pub(crate) async fn apply(&self, new: NewOrder) -> Result<Order, LendingError> {
        let mut tx = self.test.db.begin().await?;
        let order = self.lending.apply(&mut tx, &self.firm, new, self.now()).await?;
        tx.commit().await?;
        Ok(order)
    }

    /// An order that lies with bank01.
    pub(crate) async fn applied(&self) -> Order {
        self.consent().await;
        self.apply(self.wish()).await.unwrap()
    }

    pub(crate) async fn act(
        &self,
        actor: &Actor<'_>,
        order: &OrderId,
        act: OrderAct,
    ) -> Result<Order, LendingError> {
        let mut tx = self.test.db.begin().await?;
        let order = self.lending.act(&mut tx, actor, order, act, None, self.now()).await?;
        tx.commit().await?;
        Ok(order)
    }

    pub(crate) async fn officer_does(&self, order: &Order, act: OrderAct) -> Order {
        self.act(&Actor::Bank(&self.officer), &order.order_id, act).await.unwrap()
    }

    pub(crate) async fn firm_does(&self, order: &Order, act: OrderAct) -> Order {
        self.act(&Actor::Firm(&self.firm), &order.order_id, act).await.unwrap()
    }

    /// An order that waits for the second person.
    pub(crate) async fn to_decide(&self) -> Order {
        let order = self.applied().await;
        let order = self.officer_does(&order, OrderAct::Accept).await;
        let spoken = OrderAct::Contact { channel: ContactChannel::Phone, note: String::new(), at: None };
        let order = self.officer_does(&order, spoken).await;
        let order = self.officer_does(&order, OrderAct::Survey).await;
        self.officer_does(&order, conclusion()).await
    }

    pub(crate) async fn refused(&self) -> Order {
        let order = self.to_decide().await;
        let refuse = OrderAct::Refuse(refusal());
        self.act(&Actor::Bank(&self.approver), &order.order_id, refuse).await.unwrap()
    }

    /// The time of this kind, as it stands now.
    pub(crate) async fn clock(&self, order: &Order, kind: ClockKind) -> Option<Clock> {
        let steps = self.lending.steps(&self.test.db, &order.order_id).await.unwrap();
        self.lending.clocks(order, &steps, self.now()).find(kind).cloned()
    }

    pub(crate) async fn granted(&self) -> Order {
        let order = self.to_decide().await;
        let terms = self.terms(&order);
        self.act(&Actor::Bank(&self.approver), &order.order_id, OrderAct::Grant(terms)).await.unwrap()
    }

    pub(crate) fn terms(&self, order: &Order) -> GrantTerms {
        GrantTerms {
            amount: order.amount,
            months: order.months,
            rate: self.product().rate_min,
            method: order.method,
            security: order.security,
            valid_until: "2026-12-10".parse().unwrap(),
            note: String::new(),
        }
    }

    pub(crate) async fn events(&self, kind: &str) -> Vec<Published> {
        let all = outbox::list_after(&self.test.db, 0, 1_000).await.unwrap();
        all.into_iter().filter(|event| event.kind == kind).collect()
    }

    pub(crate) async fn list(&self, actor: &Actor<'_>) -> Vec<Order> {
        let filter = OrderFilter::default();
        self.lending.list_for(&self.test.db, actor, &filter, None, 50).await.unwrap().orders
    }
}

pub(crate) fn conclusion() -> OrderAct {
    OrderAct::SubmitApproval { note: "现场核实经营正常，订单充足，建议授信".to_owned() }
}

pub(crate) fn refusal() -> Refusal {
    Refusal { code: "R08".to_owned(), text: "近一年经营现金流不足以覆盖新增本息".to_owned() }
}

async fn open_bank(test: &TestDb, bank: &str, password: &PasswordHash) {
    let now = test.clock.now();
    let mut tx = test.db.begin().await.unwrap();
    let institution = Institution {
        id: bank.to_owned(),
        kind: InstitutionKind::Bank,
        parent: None,
        name_zh: format!("银行{bank}"),
        name_en: format!("Bank {bank}"),
        district: None,
        active: true,
    };
    institution::insert(&mut tx, &institution, "test", now).await.unwrap();
    for (login, role) in [
        ("officer", StaffRole::Officer),
        ("officer2", StaffRole::Officer),
        ("approver", StaffRole::Approver),
        ("approver2", StaffRole::Approver),
        ("admin", StaffRole::BankAdmin),
    ] {
        let new = NewStaff {
            login: format!("{login}@{bank}"),
            password: password.clone(),
            person_name: "李经理".to_owned(),
            institution: bank.to_owned(),
            branch: None,
            role,
        };
        staff::create(&mut tx, &new, "test", now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn employee(test: &TestDb, login: &str) -> BankUser {
    employee_of(&test.db, login).await
}

/// An employee, signed in.
pub(crate) async fn employee_of(db: &Db, login: &str) -> BankUser {
    let now = db.clock().now();
    let token = staff::sign_in(db, login, "jinqiao-demo", now).await.unwrap();
    staff::authenticate_bank(db, &token, now).await.unwrap()
}

async fn firm(test: &TestDb) -> FirmUser {
    firm_of(test, "91500102MAC8YUW23Y", Mobile::parse("13800001234").unwrap()).await.0
}

/// A firm's legal representative, signed in by the code that the phone gets.
pub(crate) async fn firm_of(test: &TestDb, code: &str, mobile: Mobile) -> (FirmUser, Token) {
    let (now, key) = (test.clock.now(), CodeKey::new(b"a key for tests only").unwrap());
    let mut tx = test.db.begin().await.unwrap();
    let person = NewPerson { mobile: mobile.clone(), person_name: "张小明".to_owned() };
    let account = firm::register(&mut tx, &key, &person, now).await.unwrap();
    firm::confirm(&mut tx, &account, true, "register:face", now).await.unwrap();
    let subject = FirmSubject {
        subject: SubjectKey::parse(code).unwrap(),
        name: "某某食品".to_owned(),
        role: FirmRole::LegalRep,
    };
    firm::link(&mut tx, &account, &subject, "register", now).await.unwrap();
    firm::request_code(&mut tx, &key, &mobile, now).await.unwrap();
    tx.commit().await.unwrap();
    let all = outbox::list_after(&test.db, 0, 10_000).await.unwrap();
    let sent = all.into_iter().rfind(|event| event.kind == "notify.sms").unwrap();
    let code = sent.payload["values"]["code"].as_str().unwrap();
    let token = firm::sign_in(&test.db, &key, &mobile, code, now).await.unwrap().token;
    match firm::authenticate(&test.db, &token, now).await.unwrap() {
        FirmSession::Acting(user) => (user, token),
        _ => panic!("one firm is chosen at once"),
    }
}

/// A product of bank01 that this firm may ask for.
pub(crate) fn product_of(lending: &Lending, subject: &SubjectKey) -> Product {
    let fits = |product: &&Product| {
        product.bank.as_str() == "bank01"
            && product.open
            && product.districts.is_empty()
            && product.industries.is_empty()
            && product.is_for(subject, None, None)
    };
    lending.products().list().find(fits).expect("bank01 offers something to everybody").clone()
}

/// What such a firm asks for.
pub(crate) fn wish_of(lending: &Lending, subject: &SubjectKey) -> NewOrder {
    let product = product_of(lending, subject);
    NewOrder {
        product: product.id.clone(),
        kind: OrderKind::New,
        follows: None,
        amount: product.amount_max.min(Money::from_yuan(500_000).unwrap()),
        months: product.months_max.min(12),
        method: product.methods[0],
        loan_use: product.uses.first().copied().unwrap_or(LoanUse::Purchase),
        use_text: "采购钢材和模具".to_owned(),
        contact: Contact {
            name: Masked::new("张小明".to_owned()),
            mobile: Mobile::parse("13800001234").unwrap(),
        },
        district: Some("500107".to_owned()),
        industry: None,
        other_banks: false,
        first_loan: true,
    }
}

/// The firm allows the bank what the product needs.
pub(crate) async fn consent_of(town: &Town<'_>, user: &FirmUser) {
    let product = product_of(&town.lending, user.subject());
    let new = NewGrant {
        bank: product.bank.clone(),
        bank_zh: product.bank_zh.clone(),
        bank_en: product.bank_en.clone(),
        items: product.items.iter().cloned().collect(),
        left_out: std::collections::BTreeSet::new(),
        purpose: Purpose::PreLoan,
        product: None,
        order: None,
        days: purpose_terms(Purpose::PreLoan).unwrap().days_default,
        queries_max: None,
        text_hash: None,
        evidence: jq_consent::Evidence::default(),
    };
    let mut tx = town.test.db.begin().await.unwrap();
    jq_consent::grant(&mut tx, &CATALOG, user, new, town.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// A bank's name, for filters.
pub(crate) fn bank(id: &str) -> BankId {
    BankId::parse(id).unwrap()
}
