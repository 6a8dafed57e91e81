//! A program proves who it is by keys and certificates: what it signs is believed once, by all processes together, and
//! only while the key is its own.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use jiff::SignedDuration;
use jq_base::ids::ClientId;
use jq_crypto::Algorithm;
use jq_db::{Db, audit};
use jq_identity::client::key::{self, CertificateMark, KeyPurpose, Settings, TokenAuth};
use jq_identity::client::proof::{
    AssertionFault, RequestFault, ShownCertificate, SignedRequest, check_request, issue_for_assertion,
    issue_for_certificate,
};
use jq_identity::client::{self, ApiClient, ClientKind, NewClient};
use jq_identity::{IdentityError, PasswordHash, session};
use jq_testkit::{Signer, TestDb, each_database};
use serde_json::{Value, json};

const SECRET: &str = "jinqiao-demo";
const HERE: &str = "https://jq.example/oauth/token";
const BY: &str = "operator@test";

fn id(text: &str) -> ClientId {
    text.parse().unwrap()
}

async fn register(test: &TestDb, name: &str) {
    let new = NewClient {
        client_id: id(name),
        secret: PasswordHash::of(SECRET).await.unwrap(),
        institution: name.to_owned(),
        kind: ClientKind::Bank,
    };
    let mut tx = test.db.begin().await.unwrap();
    client::register(&mut tx, &new, BY, test.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn add_key(
    test: &TestDb,
    name: &str,
    purpose: KeyPurpose,
    signer: &Signer,
) -> Result<String, IdentityError> {
    let mut tx = test.db.begin().await.unwrap();
    let added = key::add_key(&mut tx, &id(name), purpose, &signer.public, BY, test.clock.now()).await?;
    tx.commit().await.unwrap();
    Ok(added)
}

async fn set(test: &TestDb, name: &str, token_auth: TokenAuth) {
    let mut tx = test.db.begin().await.unwrap();
    let settings = Settings { token_auth: Some(token_auth), ..Settings::default() };
    key::set(&mut tx, &id(name), settings, BY).await.unwrap();
    tx.commit().await.unwrap();
}

fn claims(test: &TestDb, name: &str, jti: &str) -> Value {
    let until = test.clock.now() + SignedDuration::from_mins(5);
    json!({ "iss": name, "sub": name, "aud": HERE, "exp": until.as_second(), "jti": jti })
}

async fn ask(test: &TestDb, store: &Db, assertion: &str) -> Result<client::Bearer, IdentityError> {
    issue_for_assertion(store, assertion, None, &[HERE], test.clock.now()).await
}

#[expect(clippy::needless_pass_by_value, reason = "an answer is asked about once")]
fn why(answer: Result<client::Bearer, IdentityError>) -> Option<AssertionFault> {
    match answer {
        Err(IdentityError::Assertion(fault)) => Some(fault),
        _ => None,
    }
}

#[tokio::test]
async fn an_assertion_gives_one_token_however_many_processes_are_shown_it_at_once() {
    each_database(async |test| {
        register(test, "bank01").await;
        let signer = Signer::fresh(Algorithm::EcdsaP256);
        add_key(test, "bank01", KeyPurpose::Token, &signer).await.unwrap();
        let text = signer.token(&claims(test, "bank01", "a-1"));
        assert_eq!(why(ask(test, &test.db, &text).await), Some(AssertionFault::Issuer), "not its way yet");
        set(test, "bank01", TokenAuth::PrivateKeyJwt).await;

        let handles = test.handles(6).await;
        let (mut given, mut replayed) = (0, 0);
        for answer in futures_of(handles.iter().map(|db| ask(test, db, &text))).await {
            match answer {
                Ok(_) => given += 1,
                other => replayed += usize::from(why(other) == Some(AssertionFault::Replayed)),
            }
        }
        assert_eq!((given, replayed), (1, 5));
        let restarted = test.open_again().await;
        assert_eq!(why(ask(test, &restarted, &text).await), Some(AssertionFault::Replayed));
        let next = ask(test, &restarted, &signer.token(&claims(test, "bank01", "a-2"))).await.unwrap();
        client::authenticate(&test.db, &next.token, test.clock.now()).await.unwrap();
        let secret = client::issue(&test.db, "bank01", SECRET, test.clock.now()).await;
        assert!(matches!(secret, Err(IdentityError::WrongLogin)), "a secret is not its way any more");
    })
    .await;
}

/// Waits for all of them together.
async fn futures_of<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    futures::future::join_all(all).await
}

#[tokio::test]
async fn nobody_gets_a_token_with_a_foreign_forged_or_ended_key_or_for_another_place() {
    each_database(async |test| {
        for name in ["bank01", "bank02"] {
            register(test, name).await;
            set(test, name, TokenAuth::PrivateKeyJwt).await;
        }
        let (own, other) = (Signer::fresh(Algorithm::EcdsaP256), Signer::fresh(Algorithm::EcdsaP256));
        let key_id = add_key(test, "bank01", KeyPurpose::Token, &own).await.unwrap();
        add_key(test, "bank02", KeyPurpose::Token, &other).await.unwrap();
        let taken = add_key(test, "bank02", KeyPurpose::Token, &own).await;
        assert!(matches!(taken, Err(IdentityError::Taken("key"))), "a key has one owner");
        let sm2 = add_key(test, "bank01", KeyPurpose::Token, &Signer::fresh(Algorithm::Sm2Sm3)).await;
        assert!(matches!(sm2, Err(IdentityError::KeyAlgorithm { .. })));

        let refused = async |text: &str| why(ask(test, &test.db, text).await);
        assert_eq!(refused(&other.token(&claims(test, "bank01", "1"))).await, Some(AssertionFault::Forged));
        assert_eq!(refused(&own.token(&claims(test, "bank99", "1"))).await, Some(AssertionFault::Issuer));
        let mut elsewhere = claims(test, "bank01", "1");
        elsewhere["aud"] = json!("https://other.example/oauth/token");
        assert_eq!(refused(&own.token(&elsewhere)).await, Some(AssertionFault::Audience));
        let good = own.token(&claims(test, "bank01", "1"));
        let claimed = issue_for_assertion(&test.db, &good, Some("bank02"), &[HERE], test.clock.now()).await;
        assert_eq!(why(claimed), Some(AssertionFault::Issuer));
        ask(test, &test.db, &good).await.unwrap();

        let mut tx = test.db.begin().await.unwrap();
        key::end_key(&mut tx, &id("bank01"), &key_id, BY, test.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(refused(&own.token(&claims(test, "bank01", "2"))).await, Some(AssertionFault::Forged));
        let back = add_key(test, "bank01", KeyPurpose::Token, &own).await;
        assert!(matches!(back, Err(IdentityError::Taken("key"))), "an ended key does not come back");
        let lines = audit::list(&test.db, &filter("identity.token_refused"), 50).await.unwrap();
        assert_eq!(lines.len(), 3, "of known clients: forged, another place, ended");
    })
    .await;
}

fn filter(action: &str) -> audit::Filter {
    audit::Filter { action: Some(action.to_owned()), ..audit::Filter::default() }
}

async fn signed_in(test: &TestDb, name: &str) -> ApiClient {
    let bearer = client::issue(&test.db, name, SECRET, test.clock.now()).await.unwrap();
    client::authenticate(&test.db, &bearer.token, test.clock.now()).await.unwrap()
}

#[tokio::test]
async fn a_signed_call_is_believed_once_by_all_processes_and_after_a_restart() {
    each_database(async |test| {
        register(test, "bank01").await;
        let client = signed_in(test, "bank01").await;
        for algorithm in [Algorithm::Sm2Sm3, Algorithm::EcdsaP256] {
            let signer = Signer::fresh(algorithm);
            let key_id = add_key(test, "bank01", KeyPurpose::Request, &signer).await.unwrap();
            let (time, digest) = (test.clock.now().to_string(), signer.digest(b""));
            let nonce = format!("nonce-of-{algorithm}");
            let mut request = SignedRequest {
                method: "GET",
                target: "/api/v1/events?after=0",
                key_id: &key_id,
                time: &time,
                nonce: &nonce,
                digest: &digest,
                signature: "",
            };
            let signature = signer.sign(&request.text());
            request.signature = &signature;
            let handles = test.handles(6).await;
            let now = test.clock.now();
            let answers =
                futures_of(handles.iter().map(|db| check_request(db, &client, &request, now))).await;
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{algorithm}");
            let restarted = test.open_again().await;
            let again = check_request(&restarted, &client, &request, now).await;
            assert!(matches!(again, Err(IdentityError::Request(RequestFault::Replayed))));
            let moved = SignedRequest { target: "/api/v1/events?after=1", ..request };
            let forged = check_request(&test.db, &client, &moved, now).await;
            assert!(matches!(forged, Err(IdentityError::Request(RequestFault::Forged))));
        }
        // Before its word is forgotten a call is too old to be believed.
        test.advance(SignedDuration::from_mins(7));
        let mut tx = test.db.begin().await.unwrap();
        assert!(session::forget_expired(&mut tx, test.clock.now()).await.unwrap() >= 2);
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_token_for_a_certificate_is_of_use_with_this_certificate_only() {
    each_database(async |test| {
        register(test, "bank01").await;
        let shown = |fingerprint: &str, subject: &str| ShownCertificate {
            fingerprint: fingerprint.repeat(32),
            subject: (!subject.is_empty()).then(|| subject.to_owned()),
        };
        let (one, named, stranger) =
            (shown("0a", ""), shown("0b", "CN=bank01,O=Shancheng Bank"), shown("0c", "CN=bank02"));
        let mut tx = test.db.begin().await.unwrap();
        for (mark, value) in [
            (CertificateMark::Fingerprint, one.fingerprint.as_str()),
            (CertificateMark::Subject, "CN=bank01,O=Shancheng Bank"),
        ] {
            key::add_certificate(&mut tx, &id("bank01"), mark, value, BY, test.clock.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let now = test.clock.now();
        let ask =
            async |shown: &ShownCertificate| issue_for_certificate(&test.db, "bank01", shown, now).await;
        assert!(matches!(ask(&one).await, Err(IdentityError::WrongLogin)), "not its way yet");
        set(test, "bank01", TokenAuth::TlsClientAuth).await;
        assert!(matches!(ask(&stranger).await, Err(IdentityError::WrongLogin)));
        ask(&named).await.unwrap();
        let bearer = ask(&one).await.unwrap();
        let used = async |fingerprint: Option<&str>| {
            client::authenticate_with(&test.db, &bearer.token, fingerprint, now).await.is_ok()
        };
        assert!(used(Some(&one.fingerprint)).await);
        assert!(!used(Some(&named.fingerprint)).await && !used(None).await);

        let mut tx = test.db.begin().await.unwrap();
        let (mark, value) = (CertificateMark::Fingerprint, one.fingerprint.as_str());
        key::end_certificate(&mut tx, &id("bank01"), mark, value, BY, now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!used(Some(&one.fingerprint)).await, "its tokens end with it");
        let access = key::find_access(&test.db, &id("bank01")).await.unwrap().unwrap();
        assert_eq!((access.token_auth, access.certificates.len()), (TokenAuth::TlsClientAuth, 2));
        assert!(access.certificates[0].ended_at.is_some() ^ access.certificates[1].ended_at.is_some());
    })
    .await;
}
