//! A bank's program signs its calls: each is believed once, within five minutes, as it was signed and not otherwise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use door::bank::Town;
use door::signing::{Call, Caller};
use door::{A, Answer, Door, bill, each_platform, power};
use jiff::SignedDuration;
use jq_crypto::Algorithm;
use jq_db::audit;
use jq_identity::client::SignatureRule;
use jq_identity::client::key::Settings;
use serde_json::json;

const EVENTS: &str = "/api/v1/events?limit=5";
const DEMANDED: Settings =
    Settings { token_auth: None, signatures: Some(SignatureRule::Demanded), calls_a_minute: None };

fn refused(answer: &Answer, code: &str) {
    assert_eq!(answer.problem(), (401, code.to_owned()));
    assert!(answer.header("www-authenticate").starts_with("Jinqiao-Request "));
    let told = answer.text.to_lowercase();
    assert!(!told.contains("sm2") && !told.contains("ecdsa"), "nothing is told of keys: {told}");
}

#[tokio::test]
async fn a_signed_call_is_taken_once_and_never_again() {
    each_platform(async |door| {
        for (algorithm, client) in [(Algorithm::Sm2Sm3, "bank01"), (Algorithm::EcdsaP256, "unit-power")] {
            let caller = Caller::of(door, client, algorithm).await;
            let target = if client == "bank01" { EVENTS } else { "/api/v1/batches?limit=5" };
            let call = caller.call("GET", target, "");
            let answer = caller.send(&call).await;
            assert_eq!(answer.status, 200, "{algorithm}: {}", answer.text);
            refused(&caller.send(&call).await, "api/request-replayed");
            door.test.advance(SignedDuration::from_mins(4));
            refused(&caller.send(&call).await, "api/request-replayed");
            door.test.advance(SignedDuration::from_mins(2));
            let late = caller.send(&call).await;
            refused(&late, "api/signature-time");
            assert_eq!(late.header("request-time"), door.test.clock.now().to_string());
            assert_eq!(caller.send(&caller.call("GET", target, "")).await.status, 200);
        }
        assert_eq!(door.figure("jinqiao_api_refused_replay_total"), 4);
        assert_eq!(door.figure("jinqiao_api_refused_signature_total"), 2);
    })
    .await;
}

#[tokio::test]
async fn whatever_is_changed_after_signing_is_noticed_put_on_record_and_counted() {
    each_platform(async |door| {
        let own = Caller::of(door, "bank01", Algorithm::Sm2Sm3).await;
        let other = Caller::of(door, "unit-power", Algorithm::Sm2Sm3).await;
        let good = own.call("GET", EVENTS, "");
        let foreign = other.signed(good.clone());
        let changes: [(Call, &str); 7] = [
            (Call { target: "/api/v1/events?limit=6".to_owned(), ..good.clone() }, "api/signature-invalid"),
            (Call { nonce: "another-nonce-0001".to_owned(), ..good.clone() }, "api/signature-invalid"),
            (Call { digest: own.signer.digest(b"x"), ..good.clone() }, "api/signature-invalid"),
            (Call { key_id: other.key_id.clone(), ..foreign.clone() }, "api/signature-invalid"),
            (foreign, "api/signature-invalid"),
            (Call { nonce: "short".to_owned(), ..good.clone() }, "api/signature-missing"),
            (Call { signature: String::new(), ..good.clone() }, "api/signature-invalid"),
        ];
        let count = changes.len();
        for (call, code) in changes {
            let answer = own.send(&call).await;
            refused(&answer, code);
        }
        assert_eq!(own.send(&good).await.status, 200, "what was refused used nothing up");
        let filter = audit::Filter {
            action: Some("identity.request_refused".to_owned()),
            actor: Some("bank01".to_owned()),
            ..audit::Filter::default()
        };
        assert_eq!(audit::list(&door.test.db, &filter, 50).await.unwrap().len(), count);
        assert_eq!(door.figure("jinqiao_api_refused_signature_total"), count as u64);
    })
    .await;
}

#[tokio::test]
async fn a_body_other_than_the_signed_one_is_not_acted_on() {
    each_platform(async |door| {
        door.fill_register().await;
        let town = Town::new(door).await;
        let caller = Caller::of(door, "bank01", Algorithm::EcdsaP256).await;
        let ask = |items: &str| {
            json!({ "subject": A, "items": [items], "purpose": "pre_loan", "note": "审查" }).to_string()
        };
        let address = "/api/v1/consent-requests";
        let good = caller.call("POST", address, &ask("power_bill"));
        let swapped = Call { body: ask("tax_payment"), ..good };
        let answer =
            door.ask(caller.request(&swapped).header("idempotency-key", "k-1"), swapped.body.clone());
        refused(&answer.await, "api/signature-invalid");
        let all = door.get_as(&town.token, address).await.json();
        assert_eq!(all["requests"], json!([]), "nobody was asked");
        let good = caller.call("POST", address, &ask("power_bill"));
        let answer =
            door.ask(caller.request(&good).header("idempotency-key", "k-1"), good.body.clone()).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    })
    .await;
}

#[tokio::test]
async fn a_client_that_must_sign_cannot_leave_it_out_and_a_batch_is_signed_like_any_call() {
    each_platform(async |door| {
        door.fill_register().await;
        door.set("unit-power", DEMANDED).await;
        let caller = Caller::of(door, "unit-power", Algorithm::Sm2Sm3).await;
        let archive = door.batch(power("power-1", 1), &[bill(1)]);
        let plain = door.deliver(&caller.token, archive.clone()).await;
        refused(&plain, "api/signature-missing");
        let other = door.batch(power("power-1", 1), &[bill(2)]);
        let call = caller.call("POST", "/api/v1/batches", "");
        let signed = |bytes: &[u8]| {
            let nonce = jq_db::fresh_token(door.test.clock.now());
            caller.signed(Call { digest: caller.signer.digest(bytes), nonce, ..call.clone() })
        };
        let send = async |call: &Call, archive: Vec<u8>| {
            let mut request = caller.request(call);
            request.headers_mut().unwrap().insert("content-type", "application/zip".parse().unwrap());
            door.ask(request, archive).await
        };
        refused(&send(&signed(&archive), other).await, "api/signature-invalid");
        let taken = send(&signed(&archive), archive.clone()).await;
        assert_eq!(taken.status, 201, "{}", taken.text);
    })
    .await;
}

#[tokio::test]
async fn an_institution_has_so_many_calls_a_minute_and_is_told_how_many_are_left() {
    let door = Door::open().await;
    let town = Town::new(&door).await;
    door.set("bank01", Settings { calls_a_minute: Some(3), ..Settings::default() }).await;
    let call = async |token: &str| door.get_as(token, EVENTS).await;
    for left in [2, 1, 0] {
        let answer = call(&town.token).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("ratelimit-policy"), "\"minute\";q=3;w=60");
        assert_eq!(answer.header("ratelimit"), format!("\"minute\";r={left};t=60"));
    }
    door.test.advance(SignedDuration::from_secs(20));
    let over = call(&town.token).await;
    assert_eq!(over.problem(), (429, "api/too-many-calls".to_owned()));
    assert_eq!((over.header("retry-after"), over.header("ratelimit")), ("40", "\"minute\";r=0;t=40"));
    assert_eq!(call(&town.other).await.status, 200, "another bank has its own");
    assert_eq!(
        door.get("/api/v1/products").await.header("ratelimit"),
        "",
        "what is open to all is not counted"
    );
    let stranger = door.get_as(&"0".repeat(64), EVENTS).await;
    assert_eq!(stranger.problem(), (401, "api/token-invalid".to_owned()));
    door.test.advance(SignedDuration::from_secs(40));
    assert_eq!(call(&town.token).await.status, 200);
    assert_eq!(door.figure("jinqiao_api_refused_rate_total"), 1);
    assert_eq!(door.figure("jinqiao_api_refused_token_total"), 1);
}
