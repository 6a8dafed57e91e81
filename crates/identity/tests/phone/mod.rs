//! A phone to sign in with, and what its holder and the register say.

use jiff::SignedDuration;
use jq_base::ids::SubjectKey;
use jq_base::mobile::Mobile;
use jq_base::resident_id::ResidentId;
use jq_base::uscc::Uscc;
use jq_db::outbox;
use jq_identity::firm::kyc::{Claim, KycOutcome, RegisterExtract, verify_legal_rep};
use jq_identity::firm::{self, FirmPerson};
use jq_identity::{CodeKey, FirmSession, FirmUser, IdHashKey, IdentityError, Token};
use jq_testkit::TestDb;

pub(crate) const FIRM: &str = "91500102MAC8YUW23Y";
/// The legal representative's phone, name and number.
pub(crate) const REP: (&str, &str, &str) = ("13800001234", "张小明", "11010519491231002X");
/// Somebody else's.
pub(crate) const OTHER: (&str, &str, &str) = ("13900005678", "李华", "500103188503071231");

const UNITS_KEY: &[u8] = b"the key of the units in tests";

pub(crate) fn key() -> CodeKey {
    CodeKey::new(b"a key for tests only").expect("long enough")
}

pub(crate) fn id_key() -> IdHashKey {
    IdHashKey::new(UNITS_KEY).expect("long enough")
}

pub(crate) fn number(text: &str) -> ResidentId {
    ResidentId::parse(text, jiff::civil::date(2026, 11, 10)).expect("an identity number")
}

pub(crate) fn subject(code: &str) -> SubjectKey {
    SubjectKey::parse(code).expect("a credit code")
}

/// Signs in by code; a minute later than whatever was before, because codes come once a minute.
pub(crate) async fn sign_in(test: &TestDb, mobile: &str) -> Token {
    test.advance(SignedDuration::from_secs(60));
    let mobile = Mobile::parse(mobile).unwrap();
    let mut tx = test.db.begin().await.unwrap();
    firm::request_code(&mut tx, &key(), &mobile, test.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let events = outbox::list_after(&test.db, 0, 1_000).await.unwrap();
    let sent = events.iter().rev().find(|event| event.payload["template"] == "sign_in_code").unwrap();
    let code = sent.payload["values"]["code"].as_str().unwrap();
    firm::sign_in(&test.db, &key(), &mobile, code, test.clock.now()).await.unwrap().token
}

/// Who the session stands for now, whatever it may do.
pub(crate) async fn person(test: &TestDb, token: &Token) -> FirmPerson {
    match firm::authenticate(&test.db, token, test.clock.now()).await.unwrap() {
        FirmSession::Acting(user) => user.person().clone(),
        FirmSession::Choosing(person) | FirmSession::Unverified(person) => person,
    }
}

/// The session, acting for the firm.
pub(crate) async fn act_for(test: &TestDb, token: &Token, code: &str) -> Result<FirmUser, IdentityError> {
    firm::choose_subject(&test.db, token, &subject(code), test.clock.now()).await
}

pub(crate) fn claim(code: &str, (_, name, id): (&str, &str, &str)) -> Claim {
    Claim {
        name: name.to_owned(),
        resident_id: number(id),
        firm_code: Uscc::parse(code).unwrap(),
        firm_name: format!("某某食品 {}", &code[16..]),
    }
}

/// What the register says about the firm whose legal representative is this person.
pub(crate) fn extract(code: &str, (_, name, id): (&str, &str, &str)) -> RegisterExtract {
    RegisterExtract {
        subject: subject(code),
        name: format!("某某食品 {}", &code[16..]),
        legal_rep_name: name.to_owned(),
        legal_rep_id_hash: number(id).keyed_hash(UNITS_KEY),
        active: true,
    }
}

pub(crate) async fn verify(
    test: &TestDb,
    token: &Token,
    claim: &Claim,
    extract: Option<&RegisterExtract>,
) -> Result<KycOutcome, IdentityError> {
    let account = person(test, token).await.account().clone();
    let mut tx = test.db.begin().await.unwrap();
    let now = test.clock.now();
    let outcome = verify_legal_rep(&mut tx, &account, claim, extract, &id_key(), now).await?;
    tx.commit().await.unwrap();
    Ok(outcome)
}

/// The legal representative of the firm, signed in and verified.
pub(crate) async fn legal_rep(test: &TestDb) -> (Token, FirmUser) {
    let token = sign_in(test, REP.0).await;
    let outcome = verify(test, &token, &claim(FIRM, REP), Some(&extract(FIRM, REP))).await.unwrap();
    assert!(matches!(outcome, KycOutcome::Verified(_)), "{outcome:?}");
    let user = act_for(test, &token, FIRM).await.unwrap();
    (token, user)
}
