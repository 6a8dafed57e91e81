//! What anyone may ask: catalogue, credit codes, deadlines, reports, and the description of it all.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use axum::body::Body;
use axum::http::Request;
use door::{A, Door};
use jq_db::sql;
use serde_json::Value;

#[tokio::test]
async fn the_catalogue_is_open_to_all() {
    let door = Door::open().await;
    let catalog = door.get("/api/v1/catalog/items").await.json();
    assert_eq!(catalog["items"].as_array().unwrap().len(), 56);
    let item = door.get("/api/v1/catalog/items/power_bill").await.json();
    assert_eq!(
        (&item["id"], &item["source_unit"], &item["unit"]["id"]),
        (&"power_bill".into(), &"power".into(), &"power".into())
    );
    let header: Vec<&str> = item["header"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let fields = item["fields"].as_array().unwrap();
    assert_eq!(header.len(), fields.len() + 2);
    assert!(
        fields.iter().any(|field| field["kind"] == "enum" && !field["codes"].as_array().unwrap().is_empty())
    );
    let answer = door.get("/api/v1/catalog/items/no_such_item").await;
    assert_eq!(answer.problem(), (404, "catalog/no-such-item".to_owned()));
}

#[tokio::test]
async fn a_credit_code_is_judged_in_the_callers_language() {
    let door = Door::open().await;
    let good = door.get(&format!("/api/v1/uscc/{A}")).await.json();
    assert_eq!((&good["valid"], &good["reason"]), (&Value::from(true), &Value::Null));
    let address = "/api/v1/uscc/91500102MAC8YUW23X";
    let wrong = door.ask(Request::get(address).header("accept-language", "en"), Body::empty()).await;
    assert_eq!(wrong.header("content-language"), "en");
    assert_eq!((&wrong.json()["valid"], &wrong.json()["rule"]), (&Value::from(false), &"uscc/check".into()));
    assert!(wrong.json()["reason"].as_str().unwrap().contains("check character"));
    assert!(door.get(address).await.json()["reason"].as_str().unwrap().contains("校验码"));
    let long = door.get(&format!("/api/v1/uscc/{}", "9".repeat(200))).await;
    assert_eq!(long.problem(), (400, "api/request-unreadable".to_owned()));
}

#[tokio::test]
async fn a_deadline_skips_the_national_day_and_an_unknown_year_is_refused() {
    let door = Door::open().await;
    let answer = door.get("/api/v1/workdays?start=2026-09-28T16:40:00%2B08:00&days=5").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let told = answer.json();
    let calendar = jq_base::workdays::Calendar::embedded();
    let wanted = calendar.add("2026-09-28".parse().unwrap(), 5).unwrap();
    assert_eq!(told["deadline"], wanted.to_string());
    assert_eq!(told["start"], "2026-09-28");
    assert!(told["due_at"].as_str().unwrap().ends_with("T16:00:00Z"));
    let answer = door.get("/api/v1/workdays?start=2031-01-05&days=3").await;
    assert_eq!(answer.problem(), (422, "workdays/calendar-not-loaded".to_owned()));
    assert!(answer.json()["detail"].as_str().unwrap().contains("2031"));
    for (query, field) in [
        ("days=3", "start"),
        ("start=soon&days=3", "start"),
        ("start=2026-09-28", "days"),
        ("start=2026-09-28&days=-1", "days"),
    ] {
        let answer = door.get(&format!("/api/v1/workdays?{query}")).await;
        assert_eq!(answer.problem(), (422, "api/parameter-invalid".to_owned()), "{query}");
        assert_eq!(answer.json()["fields"][0]["field"], field);
    }
}

#[tokio::test]
async fn a_report_is_verified_by_its_number_and_shows_nothing_of_its_content() {
    let door = Door::open().await;
    let number = jq_credit::number::fresh('Z', "2026-11-10".parse().unwrap()).unwrap();
    let unknown = door.get(&format!("/api/v1/reports/{number}")).await;
    assert_eq!(unknown.problem(), (404, "credit/no-such-report".to_owned()));
    keep_report(&door, number.as_str()).await;
    let found = door.get(&format!("/api/v1/reports/{}", number.as_str().to_lowercase())).await;
    assert_eq!(found.status, 200, "{}", found.text);
    let found = found.json();
    assert_eq!((&found["state"], &found["name_masked"]), (&"valid".into(), &"涪陵青**公司".into()));
    assert_eq!(found["files"][0]["pages"], 12);
    assert!(!found.to_string().contains(A), "the subject's code is not shown");
    let mistyped = door.get("/api/v1/reports/CQZ").await;
    assert_eq!(mistyped.problem(), (404, "credit/no-such-report".to_owned()));
}

async fn keep_report(door: &Door, number: &str) {
    let now = door.test.clock.now();
    let mut tx = door.test.db.begin().await.unwrap();
    let report = sql("insert into credit_report (report_no, subject_key, edition, reader, purpose, permit, name_masked,
            generated_at, valid_until, state, state_changed_at, lake_version)
        values ($1, $2, 'self', 'firm', 'report_self', 'p-1', '涪陵青**公司', $3, '2026-12-10', 'valid', $3, 1)");
    tx.execute(report.bind(number).bind(A).bind(now)).await.unwrap();
    let file = sql("insert into credit_report_file (report_no, lang, content_sm3, pdf_sm3, pages)
        values ($1, 'zh-CN', $2, $3, 12)");
    let digest = |text: &str| jq_base::sm3::hex(text.as_bytes());
    tx.execute(file.bind(number).bind(digest("content")).bind(digest("pdf"))).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn every_failure_under_the_api_is_a_problem_in_the_callers_language() {
    let door = Door::open().await;
    for (address, status, code) in [
        ("/api", 404, "api/no-such-address"),
        ("/api/", 404, "api/no-such-address"),
        ("/api/v1/nothing", 404, "api/no-such-address"),
        ("/api/v9/batches", 404, "api/no-such-address"),
        ("/api/v1/uscc/%ff", 400, "api/request-unreadable"),
    ] {
        assert_eq!(door.get(address).await.problem(), (status, code.to_owned()), "{address}");
    }
    let answer =
        door.ask(Request::delete("/api/v1/batches").header("accept-language", "en"), Body::empty()).await;
    assert_eq!(answer.problem(), (405, "api/method-not-allowed".to_owned()));
    assert!(answer.header("allow").contains("POST"), "{:?}", answer.headers);
    assert_eq!(answer.json()["title"], "this address does not take that method");
    assert_eq!(answer.header("vary"), "accept-language");
    let answer = door.ask(Request::delete("/api/v1/batches"), Body::empty()).await;
    assert_eq!(answer.json()["title"], "这个地址不支持该请求方法");
    assert_eq!(door.get("/oauth/token").await.problem(), (405, "api/method-not-allowed".to_owned()));
}

#[tokio::test]
async fn the_shell_of_the_platform_changes_none_of_it() {
    use tower::ServiceExt;
    let door = Door::open().await;
    let whole = axum::Router::new().route("/", axum::routing::get(|| async { "home" })).merge(door.router());
    let whole = jq_web::shell(whole, &jq_web::Web::example());
    for (method, address, status) in
        [("GET", "/api/nothing", 404), ("DELETE", "/api/v1/batches", 405), ("GET", "/nothing", 404)]
    {
        let request = Request::builder().method(method).uri(address).header("accept-language", "en");
        let response = whole.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), status, "{address}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{address}");
    }
    let request = Request::get("/api/docs?lang=en").header("accept", "text/html");
    let response = whole.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn the_page_says_everything_the_document_says_without_scripts() {
    let door = Door::open().await;
    let document = door.get("/api/openapi.json").await.json();
    for lang in ["en", "zh-CN"] {
        let page = door.get(&format!("/api/docs?lang={lang}")).await;
        assert!(page.header("content-type").starts_with("text/html"));
        assert!(!page.text.contains("<script") && !page.text.contains(" style="));
        for (path, _) in document["paths"].as_object().unwrap() {
            assert!(page.text.contains(path.as_str()), "{path}");
        }
        for code in document["x-problem-codes"].as_array().unwrap() {
            let anchor = format!("problem-{}", code["code"].as_str().unwrap().replace('/', "-"));
            assert!(page.text.contains(&format!("id=\"{anchor}\"")), "{anchor}");
        }
    }
    let chinese = door.get("/api/docs").await;
    assert!(chinese.text.contains("送交一个批次") && chinese.text.contains("lang=\"zh-CN\""));
}
