//! A program signs in: what it must show, what it gets, and what it hears when it does not fit.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::Request;
use door::{Door, PROXY, each_platform};
use jiff::SignedDuration;
use jq_crypto::{Algorithm, Certificate};
use jq_identity::client::TokenAuth;
use jq_identity::client::key::{self, CertificateMark, KeyPurpose, Settings};
use jq_testkit::Signer;

#[tokio::test]
async fn a_client_gets_a_token_for_an_hour_by_form_or_by_basic() {
    let door = Door::open().await;
    let form = "grant_type=client_credentials&client_id=bank01&client_secret=a+secret+%26+more";
    let answer = door.token_answer(form, None).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let token = answer.json();
    assert_eq!((token["token_type"].as_str(), token["expires_in"].as_i64()), (Some("Bearer"), Some(3_600)));
    // bank01:a+secret+%26+more
    let basic = "Basic YmFuazAxOmErc2VjcmV0KyUyNittb3Jl";
    let answer = door.token_answer("grant_type=client_credentials", Some(basic)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn what_does_not_fit_is_told_in_the_words_of_oauth() {
    let door = Door::open().await;
    let good = "grant_type=client_credentials&client_id=bank01&client_secret=a+secret+%26+more";
    let (with_scope, too_long) =
        (format!("{good}&scope=everything"), format!("{good}&filler={}", "x".repeat(5_000)));
    let cases = [
        ("grant_type=client_credentials&client_id=bank01&client_secret=wrong", None, 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=nobody&client_secret=wrong", None, 401, "invalid_client"),
        ("grant_type=client_credentials", None, 401, "invalid_client"),
        ("grant_type=client_credentials", Some("Basic ***"), 401, "invalid_client"),
        ("grant_type=password&username=a&password=b", None, 400, "unsupported_grant_type"),
        ("client_id=bank01&client_secret=x", None, 400, "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", None, 400, "invalid_request"),
        ("grant_type=client_credentials&client_secret=x", Some("Basic YTpi"), 400, "invalid_request"),
        ("grant_type=client_credentials&client_id=b", Some("Basic YTpi"), 400, "invalid_request"),
        (with_scope.as_str(), None, 400, "invalid_scope"),
        (too_long.as_str(), None, 400, "invalid_request"),
    ];
    for (form, authorization, status, error) in cases {
        let answer = door.token_answer(form, authorization).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["error"].as_str()),
            (status, Some(error)),
            "{form}"
        );
        assert_eq!(answer.header("www-authenticate").starts_with("Basic "), status == 401, "{form}");
    }
    let request = Request::post("/oauth/token").header("content-type", "application/json");
    let answer = door.ask(request, "{}").await;
    assert_eq!(answer.json()["error"], "invalid_request");
}

#[tokio::test]
async fn a_call_needs_a_living_token_of_the_right_kind() {
    let door = Door::open().await;
    let answer = door.get("/api/v1/batches").await;
    assert_eq!(answer.problem(), (401, "api/no-token".to_owned()));
    assert!(answer.header("www-authenticate").starts_with("Bearer "));
    let answer = door.get_as("abc", "/api/v1/batches").await;
    assert_eq!(answer.problem(), (401, "api/token-invalid".to_owned()));
    let bank = door.token("bank01").await;
    assert_eq!(door.get_as(&bank, "/api/v1/batches").await.problem(), (403, "api/wrong-client".to_owned()));
    let unit = door.token("unit-power").await;
    assert_eq!(door.get_as(&unit, "/api/v1/batches").await.status, 200);
    door.test.advance(SignedDuration::from_mins(61));
    let answer = door.get_as(&unit, "/api/v1/batches").await;
    assert_eq!(answer.problem(), (401, "api/token-invalid".to_owned()));
}

/// The claims of an assertion of bank01 that is good for five minutes.
fn claims(door: &Door, jti: &str) -> serde_json::Value {
    let until = door.test.clock.now() + SignedDuration::from_mins(5);
    serde_json::json!({
        "iss": "bank01", "sub": "bank01", "aud": "https://jq.example/oauth/token", "exp": until.as_second(), "jti": jti
    })
}

fn form_of(assertion: &str) -> String {
    format!(
        "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3A\
         jwt-bearer&client_assertion={assertion}"
    )
}

#[tokio::test]
async fn a_client_with_a_key_asks_by_an_assertion_that_is_used_once() {
    each_platform(async |door| {
        let signer = Signer::fresh(Algorithm::EcdsaP256);
        door.add_key("bank01", KeyPurpose::Token, &signer).await;
        let way = Settings { token_auth: Some(TokenAuth::PrivateKeyJwt), ..Settings::default() };
        door.set("bank01", way).await;
        let form = form_of(&signer.token(&claims(door, "a-1")));
        let answer = door.token_answer(&form, None).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(door.get_as(&token, "/api/v1/events").await.status, 200);

        let stranger = Signer::fresh(Algorithm::EcdsaP256).token(&claims(door, "a-2"));
        let secret =
            "grant_type=client_credentials&client_id=bank01&client_secret=a+secret+%26+more".to_owned();
        let replayed = door.token_answer(&form, None).await;
        for (form, what) in
            [(form_of(&stranger), "forged"), (form_of("a.b.c"), "none"), (secret, "another way")]
        {
            let answer = door.token_answer(&form, None).await;
            assert_eq!(
                (answer.status, &answer.text),
                (replayed.status, &replayed.text),
                "{what}: one answer for all"
            );
            assert_eq!(answer.header("request-time"), door.test.clock.now().to_string());
        }
        assert_eq!(
            (replayed.status.as_u16(), replayed.json()["error"].as_str()),
            (401, Some("invalid_client"))
        );
        let both = format!("{form}&client_secret=x");
        assert_eq!(door.token_answer(&both, None).await.json()["error"], "invalid_request");
        assert_eq!(door.figure("jinqiao_api_refused_client_total"), 4);
    })
    .await;
}

#[tokio::test]
async fn a_certificate_is_believed_from_the_trusted_proxy_only_and_its_token_needs_it() {
    each_platform(async |door| {
        let header = ":MAMCAQU=:";
        let other = ":MAMCAQY=:";
        let print = Certificate::parse_header(header).unwrap().fingerprint();
        let mut tx = door.test.db.begin().await.unwrap();
        let (client, now) = ("bank01".parse().unwrap(), door.test.clock.now());
        key::add_certificate(&mut tx, &client, CertificateMark::Fingerprint, &print, "operator@test", now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let way = Settings { token_auth: Some(TokenAuth::TlsClientAuth), ..Settings::default() };
        door.set("bank01", way).await;

        let ask = async |peer: &str, certificate: &str| {
            let request = Request::post("/oauth/token")
                .header("content-type", "application/x-www-form-urlencoded")
                .header("client-cert", certificate)
                .extension(peer_of(peer));
            door.ask(request, "grant_type=client_credentials&client_id=bank01").await
        };
        let stranger = "10.9.9.9";
        assert_eq!(ask(stranger, header).await.status, 401);
        assert_eq!(ask(PROXY, other).await.status, 401);
        let escaped = "-----BEGIN%20CERTIFICATE-----%0AMAMCAQU%3D%0A-----END%20CERTIFICATE-----%0A";
        assert_eq!(ask(PROXY, escaped).await.status, 200, "as nginx writes it");
        let given = ask(PROXY, header).await;
        assert_eq!(given.status, 200, "{}", given.text);
        let token = given.json()["access_token"].as_str().unwrap().to_owned();

        let use_it = async |peer: &str, certificate: Option<&str>| {
            let request = Request::get("/api/v1/events").header("authorization", format!("Bearer {token}"));
            let request =
                certificate.into_iter().fold(request, |request, one| request.header("client-cert", one));
            door.ask(request.extension(peer_of(peer)), "").await.status.as_u16()
        };
        assert_eq!(use_it(PROXY, Some(header)).await, 200);
        assert_eq!(use_it(PROXY, Some(other)).await, 401);
        assert_eq!(use_it(PROXY, None).await, 401);
        assert_eq!(use_it(stranger, Some(header)).await, 401, "anybody can write a header");
        assert_eq!(door.figure("jinqiao_api_refused_certificate_total"), 2);
        assert_eq!(door.figure("jinqiao_api_refused_token_total"), 3);
        let found = door.get("/.well-known/openid-configuration").await.json();
        let ways = found["token_endpoint_auth_methods_supported"].as_array().unwrap();
        assert!(
            ways.iter().any(|way| way == "private_key_jwt")
                && ways.iter().any(|way| way == "tls_client_auth")
        );
        assert_eq!(found["tls_client_certificate_bound_access_tokens"], true);
        assert_eq!(found["token_endpoint_auth_signing_alg_values_supported"], serde_json::json!(["ES256"]));
    })
    .await;
}

fn peer_of(address: &str) -> ConnectInfo<SocketAddr> {
    ConnectInfo(SocketAddr::new(address.parse().unwrap(), 40_000))
}
