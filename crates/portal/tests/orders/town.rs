//! A firm with its people, a bank with its own, and the pages of the platform over an empty lake.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use jq_base::ids::{OrderId, SubjectKey};
use jq_base::mobile::Mobile;
use jq_base::permit::Purpose;
use jq_catalog::Catalog;
use jq_consent::{Evidence, NewGrant, Receipts, WatchRules};
use jq_credit::Credit;
use jq_crypto::{KeyStore, Keyring, Master, MasterKey, Suite};
use jq_db::{Db, outbox};
use jq_decision::{Decisions, FeatureSet, Flows, Vector};
use jq_identity::firm::{self, NewPerson};
use jq_identity::institution::{self, Institution, InstitutionKind};
use jq_identity::staff::{self, FactorRule, NewStaff, SecondFactors};
use jq_identity::{
    BankUser, CodeKey, FirmRole, FirmSession, FirmSubject, FirmUser, PasswordHash, StaffRole, Token,
};
use jq_ingest::Ingest;
use jq_lake::Lake;
use jq_lending::document::DocumentLimits;
use jq_lending::order::{OrderAct, OrderFilter};
use jq_lending::{Actor, Documents, Lending, Order};
use jq_matching::Matching;
use jq_notify::{Carrier, ReceiptKey, SmsRules, SmsSender, Texts};
use jq_portal::{BankPeople, CityBoard, KeyDesk, PortalState, Setting, Setup, problem_page};
use jq_supervision::Supervision;
use jq_testkit::TestDb;
use jq_warning::Warnings;
use jq_web::{Web, shell};

use super::browser::Browser;

/// The number of the legal representative.
const MOBILE: &str = "13800001234";

/// What carriers show with their receipts.
pub(crate) const RECEIPT_KEY: &str = "a receipt key for tests";

/// Everybody and everything a story needs.
pub(crate) struct Town {
    pub(crate) test: TestDb,
    pub(crate) lending: Lending,
    pub(crate) officer: BankUser,
    pub(crate) approver: BankUser,
    warnings: Warnings,
    pages: Router,
    token: String,
    folder: PathBuf,
}

impl Drop for Town {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Town {
    /// As a demonstration: a second factor only where one is enrolled.
    pub(crate) async fn new() -> Self {
        Self::by(FactorRule::WhereEnrolled).await
    }

    /// As a platform in earnest: everybody must have a second factor.
    pub(crate) async fn strict() -> Self {
        Self::by(FactorRule::Required).await
    }

    async fn by(rule: FactorRule) -> Self {
        let test = TestDb::sqlite().await;
        let folder = std::env::temp_dir().join(jq_db::fresh_token(test.clock.now()));
        let lending = Lending::embedded(test.db.clone()).unwrap();
        let password = PasswordHash::of("jinqiao-demo").await.unwrap();
        open_bank(&test, &password).await;
        let demo = rule == FactorRule::WhereEnrolled;
        let state = state(&test, &lending, &folder, rule);
        let web = Web { problem_page, demo, clock: test.clock.clone(), ..Web::example() };
        Self {
            officer: employee(&test, "officer@bank01").await,
            approver: employee(&test, "approver@bank01").await,
            warnings: state.warnings.clone(),
            pages: shell(jq_portal::router(state, demo), &web),
            token: legal_rep(&test).await,
            lending,
            folder,
            test,
        }
    }

    /// Somebody who is not signed in.
    pub(crate) fn stranger(&self) -> Browser {
        Browser::new(self.pages.clone())
    }

    /// The firm's legal representative.
    pub(crate) fn firm(&self) -> Browser {
        Browser::signed_in(self.pages.clone(), &self.token)
    }

    /// One of the platform's administrators, who comes in by the own door and has just typed the password again.
    pub(crate) async fn administrator(&self, portal: &str) -> Browser {
        let mut browser = self.stranger();
        let form = [("account", portal), ("password", "jinqiao-demo")];
        let inside = browser.send(&format!("/{portal}/sign-in"), &form).await;
        assert_eq!(inside.to, format!("/{portal}"), "{}", inside.text);
        let again = [("password", "jinqiao-demo")];
        let fresh = browser.send(&format!("/{portal}/sign-in/second"), &again).await;
        assert_eq!(fresh.to, format!("/{portal}"), "{}", fresh.text);
        browser
    }

    /// An employee of the bank, who comes in by the door.
    pub(crate) async fn employee(&self, login: &str) -> Browser {
        let mut browser = self.stranger();
        let form = [("account", login), ("password", "jinqiao-demo")];
        let inside = browser.send("/bank/sign-in", &form).await;
        assert_eq!(inside.to, "/bank", "{}", inside.text);
        browser
    }

    /// The firm's legal representative, signed in.
    async fn user(&self) -> FirmUser {
        let token = Token::parse(&self.token).unwrap();
        let found = firm::authenticate(&self.test.db, &token, self.test.clock.now()).await.unwrap();
        let FirmSession::Acting(user) = found else { panic!("the person acts for the firm") };
        user
    }

    /// The firm allows the bank to watch its loan, and courts open an enforcement case against it.
    pub(crate) async fn warn(&self) {
        let (db, user, now) = (&self.test.db, self.user().await, self.test.clock.now());
        let new = NewGrant {
            bank: "bank01".parse().unwrap(),
            bank_zh: "山城银行".to_owned(),
            bank_en: "Shancheng Bank".to_owned(),
            items: ["judgment_debtor".to_owned()].into(),
            left_out: BTreeSet::new(),
            purpose: Purpose::PostLoan,
            product: None,
            order: None,
            days: 365,
            queries_max: None,
            text_hash: None,
            evidence: Evidence::default(),
        };
        let mut tx = db.begin().await.unwrap();
        let catalog = Catalog::embedded().unwrap();
        jq_consent::grant(&mut tx, &catalog, &user, new, now).await.unwrap();
        tx.commit().await.unwrap();
        let loans = self.lending.live_loans(None, 10).await.unwrap();
        let set = FeatureSet::embedded().unwrap();
        for cases in [0.0, 1.0] {
            let mut vector = Vector::empty(&set, user.subject().clone(), self.test.clock.today(), "1");
            vector.values[set.position("open_execution_count").unwrap()] = Some(cases);
            let vectors = [(user.subject().clone(), vector)].into();
            self.warnings.look_at(&loans, &vectors, None).await.unwrap();
        }
    }

    /// The firm takes back every consent it gave.
    pub(crate) async fn withdraw_consents(&self) {
        let (db, now, user) = (&self.test.db, self.test.clock.now(), self.user().await);
        for grant in jq_consent::list_grants(db, user.subject(), 10).await.unwrap() {
            let mut tx = db.begin().await.unwrap();
            jq_consent::withdraw(&mut tx, &user, &grant.consent_id, "", now).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    pub(crate) async fn orders(&self) -> Vec<Order> {
        self.lending.list_all(&self.test.db, &OrderFilter::default(), None, 10).await.unwrap().orders
    }

    /// Does something as an employee of the bank.
    pub(crate) async fn bank_does(&self, who: &BankUser, order: &OrderId, act: OrderAct) -> Order {
        let mut tx = self.test.db.begin().await.unwrap();
        let now = tx.now();
        let order = self.lending.act(&mut tx, &Actor::Bank(who), order, act, None, now).await.unwrap();
        tx.commit().await.unwrap();
        order
    }
}

fn state(test: &TestDb, lending: &Lending, folder: &std::path::Path, rule: FactorRule) -> PortalState {
    let catalog = Arc::new(Catalog::embedded().unwrap());
    let tables = catalog.items().map(jq_catalog::Item::table).collect();
    let lake = Lake::open(&folder.join("lake"), tables).unwrap();
    let db = test.db.clone();
    let reports = folder.join("reports");
    let keys = Keyring::open(&folder.join("keys"), Master::Given(MasterKey::generate().unwrap())).unwrap();
    let keys: Arc<dyn KeyStore> = Arc::new(keys);
    let decisions = Decisions::new(db.clone(), lake.clone(), Flows::embedded().unwrap());
    PortalState {
        documents: Documents::new(
            test.db.clone(),
            folder.join("documents"),
            DocumentLimits::embedded().unwrap(),
        ),
        matching: Matching::new(db.clone(), Arc::clone(&catalog), lending.clone(), decisions.clone()),
        warnings: Warnings::new(db.clone(), Arc::clone(&catalog), lending.clone(), decisions.clone())
            .unwrap(),
        credit: Credit::new(db.clone(), lake.clone(), Arc::clone(&catalog), reports, "http://x").unwrap(),
        consent_receipts: Receipts::new(
            db.clone(),
            Arc::clone(&catalog),
            folder.join("consent"),
            "http://x/verify",
        ),
        watch_rules: WatchRules::embedded().unwrap(),
        decisions,
        ingest: Ingest::new(db.clone(), lake, Arc::clone(&catalog), folder.join("ingest")),
        supervision: Supervision::new(db.clone(), lending.clone()).unwrap(),
        lending: lending.clone(),
        code_key: key(),
        sms: sender(&db),
        factors: SecondFactors::new(rule, None),
        keys: KeyDesk { store: keys, suite: Suite::National },
        uploads: folder.join("uploads"),
        receipts: folder.join("receipts"),
        upload_max: 1_024,
        https: false,
        city: CityBoard::default(),
        bank_people: BankPeople::default(),
        demo_firms: Arc::new([]),
        setup: Arc::new(setup()),
        catalog,
        db,
    }
}

/// Text messages, to the demo phone; receipts are believed that show [`RECEIPT_KEY`].
pub(crate) fn sender(db: &Db) -> SmsSender {
    let carrier = Carrier::demo(db).believing(ReceiptKey::new(RECEIPT_KEY).unwrap());
    let (texts, rules) = (Arc::new(Texts::embedded().unwrap()), SmsRules::embedded().unwrap());
    SmsSender::new(db.clone(), texts, rules, key(), carrier)
}

/// How a platform in earnest could have been started.
fn setup() -> Setup {
    let settings = vec![
        Setting::plain("data", "/srv/jinqiao", "--data"),
        Setting::plain("calls", "18000", "--calls-a-minute · JINQIAO_CALLS_A_MINUTE"),
    ];
    Setup { version: "1.2.3".to_owned(), settings }
}

pub(crate) fn key() -> CodeKey {
    CodeKey::new(b"a key for tests only").unwrap()
}

async fn open_bank(test: &TestDb, password: &PasswordHash) {
    let now = test.clock.now();
    let mut tx = test.db.begin().await.unwrap();
    let bank = Institution {
        id: "bank01".to_owned(),
        kind: InstitutionKind::Bank,
        parent: None,
        name_zh: "山城银行".to_owned(),
        name_en: "Shancheng Bank".to_owned(),
        district: None,
        active: true,
    };
    institution::insert(&mut tx, &bank, "test", now).await.unwrap();
    let platform = Institution {
        id: "platform".to_owned(),
        kind: InstitutionKind::Platform,
        name_zh: "渝州信用信息中心".to_owned(),
        name_en: "Yuzhou Credit Information Centre".to_owned(),
        ..bank.clone()
    };
    institution::insert(&mut tx, &platform, "test", now).await.unwrap();
    let people = [
        ("officer@bank01", "bank01", StaffRole::Officer),
        ("approver@bank01", "bank01", StaffRole::Approver),
        ("admin@bank01", "bank01", StaffRole::BankAdmin),
        ("system", "platform", StaffRole::SystemAdmin),
        ("security", "platform", StaffRole::SecurityAdmin),
        ("audit", "platform", StaffRole::AuditAdmin),
        ("service", "platform", StaffRole::Operator),
    ];
    for (login, institution, role) in people {
        let new = NewStaff {
            login: login.to_owned(),
            password: password.clone(),
            person_name: "李晓梅".to_owned(),
            institution: institution.to_owned(),
            branch: None,
            role,
        };
        staff::create(&mut tx, &new, "test", now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn employee(test: &TestDb, login: &str) -> BankUser {
    let now = test.clock.now();
    let token = staff::sign_in(&test.db, login, "jinqiao-demo", now).await.unwrap();
    staff::authenticate_bank(&test.db, &token, now).await.unwrap()
}

/// The token of the firm's legal representative.
async fn legal_rep(test: &TestDb) -> String {
    let now = test.clock.now();
    let mobile = Mobile::parse(MOBILE).unwrap();
    let mut tx = test.db.begin().await.unwrap();
    let person = NewPerson { mobile: mobile.clone(), person_name: "张小明".to_owned() };
    let account = firm::register(&mut tx, &key(), &person, now).await.unwrap();
    firm::confirm(&mut tx, &account, true, "register:face", now).await.unwrap();
    let subject = FirmSubject {
        subject: SubjectKey::parse("91500102MAC8YUW23Y").unwrap(),
        name: "某某食品".to_owned(),
        role: FirmRole::LegalRep,
    };
    firm::link(&mut tx, &account, &subject, "register", now).await.unwrap();
    firm::request_code(&mut tx, &key(), &mobile, now).await.unwrap();
    tx.commit().await.unwrap();
    let sent = outbox::list_after(&test.db, 0, 1_000).await.unwrap();
    let sms = sent.iter().rfind(|event| event.kind == "notify.sms").unwrap();
    let code = sms.payload["values"]["code"].as_str().unwrap();
    let signed_in = firm::sign_in(&test.db, &key(), &mobile, code, now).await.unwrap();
    signed_in.token.expose().to_owned()
}

/// The mobile numbers that a page must never show in full.
pub(crate) fn secrets() -> BTreeSet<&'static str> {
    BTreeSet::from([MOBILE, "张小明", "李晓梅"])
}
