//! The description of the API changes only on purpose: it is compared with `openapi.json` beside this file.
//!
//! `UPDATE=1 cargo test -p jq-api --test openapi` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use door::bank::{Town, terms};
use door::{A, Door, bill, power};
use jq_base::lang::Lang;
use serde_json::{Value, json};

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the environment says whether the snapshot is to be written anew"
)]
fn the_description_is_the_one_that_was_agreed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi.json");
    let mut text = serde_json::to_string_pretty(jq_api::openapi(Lang::En)).unwrap();
    text.push('\n');
    if std::env::var("UPDATE").is_ok_and(|update| update == "1") {
        std::fs::write(&path, &text).unwrap();
    }
    let agreed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = agreed.lines().zip(text.lines()).find(|(agreed, now)| agreed != now);
    assert!(
        agreed == text,
        "the description changed; first difference: {differs:?}; UPDATE=1 writes it anew"
    );
}

#[tokio::test]
async fn every_address_of_the_description_answers_and_asks_for_a_token_where_it_says_so() {
    let door = Door::open().await;
    let document = jq_api::openapi(Lang::En);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let address = path
                .replace("{batch_id}", "x")
                .replace("{id}", "x")
                .replace("{code}", "x")
                .replace("{uscc}", A)
                .replace("{report_no}", "x");
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(address);
            let answer = door.ask(request, Body::empty()).await;
            let asks = operation["security"][0].get("client_credentials").is_some();
            assert_eq!(answer.status == 401, asks, "{method} {path}: {}", answer.text);
            assert_ne!(answer.status, 405, "{method} {path}");
            let status = answer.status.as_u16().to_string();
            assert!(
                operation["responses"].get(&status).is_some(),
                "{method} {path} answered {status} undescribed"
            );
            for member in ["operationId", "summary", "description", "tags"] {
                assert!(operation.get(member).is_some(), "{method} {path} has no {member}");
            }
        }
    }
}

#[tokio::test]
async fn answers_look_as_they_are_described() {
    let door = Door::open().await.with_register().await;
    let token = door.token("unit-power").await;
    let mut rows: Vec<String> = (1..=40).map(bill).collect();
    rows[6] = rows[6].replace("120.50", "many");
    let receipt = door.deliver(&token, door.batch(power("power-1", 1), &rows)).await;
    let bad = [bill(1), bill(2).replace("120.50", "many")];
    let held = door.deliver(&token, door.batch(power("power-2", 2), &bad)).await;
    let cases = [
        ("Receipt", receipt.json()),
        ("Problem", held.json()),
        ("Problem", door.get("/api/v1/workdays").await.json()),
        ("BatchPage", door.get_as(&token, "/api/v1/batches?limit=1").await.json()),
        ("Catalog", door.get("/api/v1/catalog/items").await.json()),
        ("Item", door.get("/api/v1/catalog/items/power_bill").await.json()),
        ("UsccCheck", door.get(&format!("/api/v1/uscc/{}", A.to_lowercase())).await.json()),
        ("Deadline", door.get("/api/v1/workdays?start=2026-09-28&days=5").await.json()),
    ];
    for (name, answer) in cases {
        let schema = &jq_api::openapi(Lang::En)["components"]["schemas"][name];
        assert!(!schema.is_null(), "{name} is described");
        fits(schema, &answer, name);
    }
}

#[tokio::test]
async fn what_banks_read_looks_as_it_is_described() {
    let door = Door::open().await.with_register().await;
    let town = Town::new(&door).await;
    let order = town.apply().await;
    town.to_decide(&order).await;
    town.act(&order, "grant", "approver@bank01", terms()).await;
    let signed = town.act(&order, "sign", "officer@bank01", json!({})).await;
    let drawn =
        json!({ "loan_ref": "LN-1", "amount_fen": 1_000, "drawn_on": "2026-11-10", "report_no": "DR-1" });
    let drawn = town.act(&order, "drawdowns", "officer@bank01", drawn).await;
    town.warn(1).await;
    town.consent("bank01", &["ent_registration"]).await;
    let ask = json!({ "subject": A, "items": ["power_bill"], "purpose": "post_loan" });
    let asked = town.post(&town.token, Some("ask"), "/api/v1/consent-requests", &ask).await;
    let models = town.post(&town.token, None, &format!("/api/v1/subjects/{A}/prequal"), &json!({})).await;
    let read = async |address: &str| door.get_as(&town.token, address).await.json();
    let records = format!("/api/v1/subjects/{A}/records?items=ent_registration&purpose=pre_loan");
    let bulk = json!({ "subjects": [A], "items": ["ent_registration"], "purpose": "pre_loan" });
    let bulk = town.post(&town.token, Some("bulk"), "/api/v1/bulk-readings", &bulk).await;
    let cases = [
        ("Order", signed.json()),
        ("Drawdown", drawn.json()),
        ("ConsentRequest", asked.json()),
        ("Prequal", models.json()),
        ("OrderDetail", town.read(&order).await),
        ("OrderPage", read("/api/v1/orders").await),
        ("ConsentRequestPage", read("/api/v1/consent-requests").await),
        ("Records", read(&records).await),
        ("BulkReading", bulk.json()),
        ("EventPage", read("/api/v1/events").await),
        ("WarningPage", read("/api/v1/warnings").await),
        ("ProductList", read("/api/v1/products").await),
        ("Discovery", read("/.well-known/openid-configuration").await),
        ("Problem", read(&records.replace("pre_loan", "in_loan")).await),
    ];
    for (name, answer) in cases {
        let schema = &jq_api::openapi(Lang::En)["components"]["schemas"][name];
        assert!(!schema.is_null(), "{name} is described");
        fits(schema, &answer, name);
    }
}

/// Fails when a value has a member or type that its schema does not know, or lacks a required one.
fn fits(schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return fits(&jq_api::openapi(Lang::En)["components"]["schemas"][name], value, place);
    }
    if let Some(options) = schema["oneOf"].as_array() {
        if value.is_null() {
            return assert!(options.iter().any(|option| option["type"] == "null"), "{place} is null");
        }
        let option = options.iter().find(|option| option["type"] != "null").unwrap();
        return fits(option, value, place);
    }
    let parts: Vec<&Value> = match schema["allOf"].as_array() {
        Some(parts) => parts.iter().map(resolved).collect(),
        None => vec![schema],
    };
    match value {
        // Free in shape: the catalogue or the event says what is in it.
        Value::Object(_) if schema["type"] == "object" && schema.get("properties").is_none() => {}
        Value::Object(members) => {
            for part in &parts {
                for name in part["required"].as_array().into_iter().flatten() {
                    assert!(members.contains_key(name.as_str().unwrap()), "{place} lacks {name}");
                }
            }
            for (name, member) in members {
                let known = parts.iter().find_map(|part| part["properties"].get(name));
                let known = known.unwrap_or_else(|| panic!("{place}.{name} is not described"));
                fits(known, member, &format!("{place}.{name}"));
            }
        }
        Value::Array(members) => members.iter().for_each(|member| fits(&schema["items"], member, place)),
        other => assert!(
            parts.iter().any(|part| may_be(part, other)),
            "{place} is {other}, but described as {schema}"
        ),
    }
}

/// The schema itself, or the one it refers to.
fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        Some(name) => &jq_api::openapi(Lang::En)["components"]["schemas"][name],
        None => schema,
    }
}

fn may_be(schema: &Value, value: &Value) -> bool {
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        return false;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        _ => "string",
    };
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    }
}
