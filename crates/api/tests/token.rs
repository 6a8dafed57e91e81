//! A program signs in: what it must show, what it gets, and what it hears when it does not fit.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use axum::http::Request;
use door::Door;
use jiff::SignedDuration;

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
