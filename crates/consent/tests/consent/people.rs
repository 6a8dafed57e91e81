//! People who have signed in, banks, and the catalogue, for the tests of this capability.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jq_base::ids::{BankId, ConsentId, OrderId, SubjectKey};
use jq_base::mobile::Mobile;
use jq_base::permit::{Permit, Purpose};
use jq_catalog::{Access, Catalog};
use jq_consent::{BankReader, ConsentError, Denial, Grant, NewGrant, permit_bank};
use jq_db::outbox::{self, Published};
use jq_db::{Db, audit};
use jq_identity::firm::{self, NewPerson};
use jq_identity::{CodeKey, FirmRole, FirmSession, FirmSubject, FirmUser};
use jq_testkit::TestDb;

pub(crate) static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::embedded().expect("the shipped catalogue loads"));

pub(crate) fn firm_key() -> SubjectKey {
    SubjectKey::parse("91500102MAC8YUW23Y").unwrap()
}

pub(crate) fn other_firm_key() -> SubjectKey {
    SubjectKey::parse("91500107MA7TEX0100").unwrap()
}

pub(crate) fn person_key() -> SubjectKey {
    SubjectKey::parse(&"0a".repeat(32)).unwrap()
}

/// The first item of the catalogue with this access.
pub(crate) fn item(access: Access) -> &'static str {
    &CATALOG.items().find(|item| item.access == access).expect("the catalogue has both").id
}

pub(crate) fn items(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

pub(crate) fn bank(id: &str) -> BankId {
    BankId::parse(id).unwrap()
}

/// An officer of the bank.
pub(crate) fn officer(bank: &BankId) -> BankReader<'_> {
    BankReader { bank, reader: "officer@bank01", role: "officer" }
}

/// The legal representative of the firm.
pub(crate) async fn signed_in(test: &TestDb) -> FirmUser {
    signed_in_as(test, "13800001234", &firm_key(), FirmRole::LegalRep).await
}

/// Somebody who has signed in for the subject.
pub(crate) async fn signed_in_as(
    test: &TestDb,
    mobile: &str,
    subject: &SubjectKey,
    role: FirmRole,
) -> FirmUser {
    let (now, key) = (test.clock.now(), CodeKey::new(b"a key for tests only").unwrap());
    let mobile = Mobile::parse(mobile).unwrap();
    let mut tx = test.db.begin().await.unwrap();
    let person = NewPerson { mobile: mobile.clone(), person_name: "张小明".to_owned() };
    let account = firm::register(&mut tx, &key, &person, now).await.unwrap();
    firm::confirm(&mut tx, &account, true, "register:face", now).await.unwrap();
    let subject = FirmSubject { subject: subject.clone(), name: "某某食品".to_owned(), role };
    firm::link(&mut tx, &account, &subject, "register", now).await.unwrap();
    firm::request_code(&mut tx, &key, &mobile, now).await.unwrap();
    tx.commit().await.unwrap();
    let sent = events(&test.db, "notify.sms").await.pop().unwrap();
    let code = sent.payload["values"]["code"].as_str().unwrap();
    let token = firm::sign_in(&test.db, &key, &mobile, code, now).await.unwrap().token;
    match firm::authenticate(&test.db, &token, now).await.unwrap() {
        FirmSession::Acting(user) => user,
        _ => panic!("one firm is chosen at once"),
    }
}

/// A consent for thirty days before a loan.
pub(crate) fn new_grant(bank: &BankId, names: &[&str]) -> NewGrant {
    NewGrant {
        bank: bank.clone(),
        bank_zh: "山城银行".to_owned(),
        bank_en: "Mountain City Bank".to_owned(),
        items: items(names),
        left_out: BTreeSet::new(),
        purpose: Purpose::PreLoan,
        product: None,
        order: None,
        days: 30,
        queries_max: None,
        text_hash: None,
        evidence: jq_consent::Evidence::default(),
    }
}

/// All events of a kind, oldest first.
pub(crate) async fn events(db: &Db, kind: &str) -> Vec<Published> {
    let all = outbox::list_after(db, 0, 1_000).await.unwrap();
    all.into_iter().filter(|event| event.kind == kind).collect()
}

/// All audit lines of an action, newest first.
pub(crate) async fn lines(db: &Db, action: &str) -> Vec<audit::Kept> {
    let filter = audit::Filter { action: Some(action.to_owned()), ..audit::Filter::default() };
    audit::list(db, &filter, 1_000).await.unwrap()
}

/// Gives a consent and commits.
pub(crate) async fn give(test: &TestDb, user: &FirmUser, new: NewGrant) -> Grant {
    let mut tx = test.db.begin().await.unwrap();
    let given = jq_consent::grant(&mut tx, &CATALOG, user, new, test.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    given
}

/// Takes a consent back and commits.
pub(crate) async fn take_back(test: &TestDb, user: &FirmUser, id: &ConsentId) -> Grant {
    let mut tx = test.db.begin().await.unwrap();
    let taken = jq_consent::withdraw(&mut tx, user, id, "", test.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    taken
}

/// The bank's reader asks before a loan, and the answer is committed.
pub(crate) async fn ask(
    test: &TestDb,
    reader: BankReader<'_>,
    items: &[&str],
    order: Option<&OrderId>,
) -> Result<Permit, Denial> {
    let mut tx = test.db.begin().await.unwrap();
    let (now, subject, purpose) = (tx.now(), firm_key(), Purpose::PreLoan);
    let answer = permit_bank(&mut tx, &CATALOG, reader, &subject, items, purpose, order, now).await;
    tx.commit().await.unwrap();
    match answer {
        Ok(permit) => Ok(permit),
        Err(ConsentError::Denied(denial)) => Err(denial),
        Err(error) => panic!("{error}"),
    }
}
