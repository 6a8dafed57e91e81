//! A bank reads under a consent and not without: requests, records, reports, its own models, events.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use axum::body::Body;
use axum::http::Request;
use door::bank::Town;
use door::{A, Answer, Door, bill, each_platform, power};
use jq_base::ids::DecisionId;
use jq_consent::{Answer as Reply, Evidence, answer_request, list_looks};
use jq_db::audit::{Filter, list};
use serde_json::{Value, json};

fn records(query: &str) -> String {
    format!("/api/v1/subjects/{A}/records?{query}")
}

/// The run in which the first of these answers was given.
async fn decision_run(door: &Door, view: &Value) -> String {
    let first = view["answers"][0]["decision_id"].as_str().unwrap();
    door.decisions.get_decision(&DecisionId::parse(first).unwrap()).await.unwrap().run_id
}

/// Registers the firm and delivers its power bills.
async fn fill(door: &Door) {
    door.fill_register().await;
    let token = door.token("unit-power").await;
    let rows: Vec<String> = (1..=3).map(bill).collect();
    let answer = door.deliver(&token, door.batch(power("power-1", 1), &rows)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

async fn in_english(door: &Door, token: &str, address: &str, accept: &str) -> Answer {
    let request = Request::get(address)
        .header("authorization", format!("Bearer {token}"))
        .header("accept-language", "en")
        .header("accept", accept);
    door.ask(request, Body::empty()).await
}

#[tokio::test]
async fn nothing_is_read_without_consent_exactly_the_granted_with_it_and_nothing_after_its_withdrawal() {
    each_platform(async |door| {
        fill(door).await;
        let town = Town::new(door).await;
        let address = records("items=power_bill,tax_payment&purpose=pre_loan");
        let none = in_english(door, &town.token, &address, "*/*").await;
        assert_eq!(none.problem(), (403, "consent/no-consent".to_owned()));
        assert_eq!(none.json()["title"], "the subject has not consented to this purpose");
        assert!(none.json()["remedy"].as_str().unwrap().contains("Ask the subject"));

        let consent = town.consent("bank01", &["power_bill", "tax_payment"]).await;
        let found = door.get_as(&town.token, &address).await;
        assert_eq!(found.status, 200, "{}", found.text);
        let found = found.json();
        assert_eq!(
            (&found["permit"]["readings_left"], &found["permit"]["consent_id"]),
            (&19.into(), &consent.consent_id.as_str().into())
        );
        let item = |id: &str| {
            found["items"].as_array().unwrap().iter().find(|item| item["item_id"] == id).unwrap().clone()
        };
        assert_eq!(found["items"].as_array().unwrap().len(), 2);
        let bills = item("power_bill");
        assert_eq!((&bills["state"], bills["records"].as_array().unwrap().len()), (&"data".into(), 3));
        assert_eq!(bills["records"][0]["values"]["amount_fen"], 12_050);
        assert_eq!(bills["records"][0]["values"]["usage_kwh"], "350.5");
        assert_eq!(
            (&item("tax_payment")["state"], &item("tax_payment")["as_of"]),
            (&"not_connected".into(), &Value::Null)
        );

        let more =
            in_english(door, &town.token, &records("items=power_bill,gas_bill&purpose=pre_loan"), "*/*")
                .await;
        assert_eq!(more.problem(), (403, "consent/item-not-granted".to_owned()));
        assert_eq!(more.json()["items"], json!(["gas_bill"]));
        let other = door.get_as(&town.token, &records("items=power_bill&purpose=post_loan")).await;
        assert_eq!(other.problem(), (403, "consent/other-purpose".to_owned()));
        let stranger = door.get_as(&town.other, &address).await;
        assert_eq!(stranger.problem(), (403, "consent/no-consent".to_owned()));

        town.withdraw(&consent.consent_id).await;
        let after = door.get_as(&town.token, &address).await;
        assert_eq!(after.problem(), (403, "consent/withdrawn".to_owned()));
        let looks = list_looks(&door.test.db, &A.parse().unwrap(), 50).await.unwrap();
        let banks: Vec<_> = looks.iter().filter(|look| look.bank.is_some()).collect();
        assert_eq!((banks.len(), banks.iter().filter(|look| look.is_granted()).count()), (6, 1));
        assert!(jq_db::audit::verify(&door.test.db, None).await.unwrap().is_whole());
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_the_parameter() {
    let door = Door::open().await;
    let town = Town::new(&door).await;
    for (address, field) in [
        (records("purpose=pre_loan"), "items"),
        (records("items=power_bill"), "purpose"),
        (records("items=power_bill&purpose=curiosity"), "purpose"),
        (records("items=,&purpose=pre_loan"), "items"),
        ("/api/v1/subjects/nobody/records?items=power_bill&purpose=pre_loan".to_owned(), "uscc"),
        (records("items=power_bill&purpose=pre_loan&order=%20"), "order"),
    ] {
        let answer = door.get_as(&town.token, &address).await;
        assert_eq!(answer.problem(), (422, "api/parameter-invalid".to_owned()), "{address}");
        assert_eq!(answer.json()["fields"][0]["field"], field, "{address}");
    }
    let unknown = door.get_as(&town.token, &records("items=shoe_size&purpose=pre_loan")).await;
    assert_eq!(unknown.problem(), (422, "consent/terms-invalid".to_owned()));
    let unit = door.token("unit-power").await;
    let wrong = door.get_as(&unit, &records("items=power_bill&purpose=pre_loan")).await;
    assert_eq!(wrong.problem(), (403, "api/wrong-client".to_owned()));
}

#[tokio::test]
async fn a_partial_reading_tells_each_item_apart_with_the_day_of_its_source() {
    each_platform(async |door| {
        fill(door).await;
        let town = Town::new(door).await;
        let address = records("items=power_bill,tax_payment,gas_bill&purpose=pre_loan&partial=true");
        let none = door.get_as(&town.token, &address).await;
        assert_eq!(none.problem(), (403, "consent/no-consent".to_owned()));
        town.consent("bank01", &["power_bill", "tax_payment", "ent_registration"]).await;
        let found = door.get_as(&town.token, &address).await;
        assert_eq!(found.status, 200, "{}", found.text);
        let found = found.json();
        let item = |id: &str| {
            found["items"].as_array().unwrap().iter().find(|item| item["item_id"] == id).unwrap().clone()
        };
        let told = |id: &str| (item(id)["state"].clone(), item(id)["as_of"].clone());
        assert_eq!(told("power_bill"), ("data".into(), "2026-09-05".into()));
        assert_eq!(told("tax_payment"), ("not_connected".into(), Value::Null));
        assert_eq!(told("gas_bill"), ("not_authorised".into(), Value::Null));
        assert_eq!(
            (&item("power_bill")["source_unit"], &item("gas_bill")["records"]),
            (&"power".into(), &json!([]))
        );
        assert_eq!(found["permit"]["items"], json!(["power_bill", "tax_payment"]), "nothing else was opened");
        let outside =
            door.get_as(&town.token, &records("items=gas_bill&purpose=pre_loan&partial=true")).await;
        assert_eq!(outside.problem(), (403, "consent/item-not-granted".to_owned()));
        let unknown = door
            .get_as(&town.token, &records("items=power_bill,shoe_size&purpose=pre_loan&partial=true"))
            .await;
        assert_eq!(unknown.problem(), (422, "consent/terms-invalid".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn what_a_bank_has_kept_is_confirmed_under_a_permit_and_never_without_one() {
    each_platform(async |door| {
        fill(door).await;
        let town = Town::new(door).await;
        let consent = town.consent("bank01", &["power_bill"]).await;
        let address = records("items=power_bill&purpose=pre_loan");
        let ask = async |tag: &str| {
            let request = Request::get(&address)
                .header("authorization", format!("Bearer {}", town.token))
                .header("if-none-match", tag);
            door.ask(request, Body::empty()).await
        };
        let first = ask("\"other\"").await;
        let tag = first.header("etag").to_owned();
        assert!(first.status == 200 && tag.starts_with('"') && tag.len() == 66, "{tag}");
        let same = ask(&format!("\"x\", {tag}")).await;
        assert_eq!((same.status.as_u16(), same.text.as_str(), same.header("etag")), (304, "", tag.as_str()));
        let permit = same.header("permit-id").to_owned();
        assert!(
            !permit.is_empty() && permit != first.json()["permit"]["permit_id"],
            "each reading has its own"
        );
        let unit = door.token("unit-power").await;
        let changed = door.deliver(&unit, door.batch(power("power-2", 2), &[bill(9)])).await;
        assert_eq!(changed.status, 201, "{}", changed.text);
        let after = ask(&tag).await;
        assert!(after.status == 200 && after.header("etag") != tag, "the records changed");

        town.withdraw(&consent.consent_id).await;
        let tag = after.header("etag").to_owned();
        for tag in [tag.as_str(), "*"] {
            assert_eq!(ask(tag).await.problem(), (403, "consent/withdrawn".to_owned()));
        }
        let looks = list_looks(&door.test.db, &A.parse().unwrap(), 50).await.unwrap();
        let banks: Vec<_> = looks.iter().filter(|look| look.bank.is_some()).collect();
        assert_eq!((banks.len(), banks.iter().filter(|look| look.is_granted()).count()), (5, 3));
    })
    .await;
}

#[tokio::test]
async fn a_request_is_asked_once_and_its_answer_is_seen() {
    each_platform(async |door| {
        fill(door).await;
        let town = Town::new(door).await;
        let body = json!({
            "subject": A, "items": ["power_bill"], "purpose": "pre_loan", "days": 30, "note": "用于审查贷款申请",
            "fields_left_out": ["power_bill.peak_kwh"]
        });
        let asked = town.post(&town.token, Some("ask-1"), "/api/v1/consent-requests", &body).await;
        assert_eq!(asked.status, 201, "{}", asked.text);
        let request = asked.json();
        assert_eq!((&request["state"], &request["subject_name"]), (&"asked".into(), &"涪陵青岚榨菜有限公司".into()));
        assert_eq!(request["fields_left_out"], json!(["power_bill.peak_kwh"]));
        let again = town.post(&town.token, Some("ask-1"), "/api/v1/consent-requests", &body).await;
        assert_eq!((again.header("idempotent-replayed"), again.text.as_str()), ("true", asked.text.as_str()));
        let second = town.post(&town.token, Some("ask-2"), "/api/v1/consent-requests", &body).await;
        assert_eq!(second.problem(), (409, "consent/asked-already".to_owned()));

        let id = request["request_id"].as_str().unwrap();
        let reply = Reply::Yes {
            items: ["power_bill".to_owned()].into(),
            left_out: ["power_bill.usage_kwh".to_owned()].into(),
            days: 10,
            text_hash: None,
            evidence: Evidence::default(),
        };
        let mut tx = door.test.db.begin().await.unwrap();
        let now = tx.now();
        answer_request(&mut tx, &door.catalog, &town.firm, &id.parse().unwrap(), reply, now).await.unwrap();
        tx.commit().await.unwrap();
        let seen = door.get_as(&town.token, &format!("/api/v1/consent-requests/{id}")).await.json();
        assert_eq!(seen["state"], "granted");
        let consent = format!("/api/v1/consents/{}", seen["consent_id"].as_str().unwrap());
        let consent = door.get_as(&town.token, &consent).await.json();
        assert_eq!(consent["fields_left_out"], json!(["power_bill.peak_kwh", "power_bill.usage_kwh"]));
        let list = door.get_as(&town.token, "/api/v1/consent-requests?limit=1").await.json();
        assert_eq!((&list["requests"][0], &list["next"]), (&seen, &Value::Null));
        let stranger = door.get_as(&town.other, &format!("/api/v1/consent-requests/{id}")).await;
        assert_eq!(stranger.problem(), (404, "consent/not-found".to_owned()));

        let wrong = json!({ "subject": "91500107MA7TEX0100", "items": ["power_bill"], "purpose": "pre_loan" });
        let nobody = town.post(&town.token, Some("ask-3"), "/api/v1/consent-requests", &wrong).await;
        assert_eq!(nobody.problem(), (404, "subject/not-registered".to_owned()));
        let stays = json!({ "subject": A, "items": ["power_bill"], "purpose": "post_loan", "fields_left_out": ["power_bill.month"] });
        let stays = town.post(&town.token, Some("ask-5"), "/api/v1/consent-requests", &stays).await;
        assert_eq!((stays.problem().1.as_str(), &stays.json()["errors"][0]["field"]), ("consent/terms-invalid", &"fields_left_out".into()));
        let long = json!({ "subject": A, "items": ["power_bill"], "purpose": "post_loan", "days": 3_000 });
        let long = town.post(&town.token, Some("ask-4"), "/api/v1/consent-requests", &long).await;
        assert_eq!((long.problem().1.as_str(), &long.json()["errors"][0]["field"]), ("consent/terms-invalid", &"days".into()));
    })
    .await;
}

#[tokio::test]
async fn a_report_is_drawn_over_the_granted_items_and_verified_by_anyone() {
    let door = Door::open().await;
    fill(&door).await;
    let town = Town::new(&door).await;
    let address = format!("/api/v1/subjects/{A}/report?purpose=pre_loan");
    let none = door.get_as(&town.token, &address).await;
    assert_eq!(none.problem(), (403, "consent/no-consent".to_owned()));
    town.consent("bank01", &["ent_registration", "power_bill"]).await;
    let drawn = in_english(&door, &town.token, &address, "application/json").await;
    assert_eq!(drawn.status, 200, "{}", drawn.text);
    let drawn = drawn.json();
    let cover = &drawn["report"]["cover"];
    assert_eq!((&cover["edition_code"], &cover["reader"]), (&"financing".into(), &"Shancheng Bank".into()));
    let state = |item: &str| {
        let annex = drawn["report"]["annex"].as_array().unwrap();
        annex.iter().find(|row| row["item_id"] == item).unwrap()["state"]["code"].clone()
    };
    assert_eq!(state("power_bill"), "data");
    assert_ne!(state("tax_payment"), "data");
    let number = drawn["report_no"].as_str().unwrap();
    assert!(number.starts_with("CQR2026"), "{number}");
    let verified = door.get(&format!("/api/v1/reports/{number}")).await.json();
    assert_eq!((&verified["edition"], &verified["state"]), (&"financing".into(), &"valid".into()));

    let pdf = in_english(&door, &town.token, &address, "application/pdf").await;
    assert_eq!((pdf.status.as_u16(), pdf.header("content-type")), (200, "application/pdf"));
    assert!(pdf.bytes.starts_with(b"%PDF") && !pdf.header("report-no").is_empty());
    let neither = in_english(&door, &town.token, &address, "text/csv").await;
    assert_eq!(neither.problem(), (406, "api/not-acceptable".to_owned()));
}

#[tokio::test]
async fn a_bank_asks_its_own_models_only() {
    each_platform(async |door| {
        fill(door).await;
        let town = Town::new(door).await;
        let address = format!("/api/v1/subjects/{A}/prequal");
        let none = town.post(&town.token, None, &address, &json!({})).await;
        assert_eq!(none.problem(), (403, "consent/no-consent".to_owned()));
        town.consent("bank01", &["ent_registration", "power_bill"]).await;
        let answer = town.post(&town.token, Some("p-1"), &address, &json!({ "purpose": "pre_loan" })).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let view = answer.json();
        assert_eq!(view["answers"].as_array().unwrap().len(), 1);
        assert_eq!(view["answers"][0]["flow_id"], "bank01_scorecard");
        assert!(
            view["answers"][0]["missing"]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| one["why"] == "not_authorised")
        );
        let again = town.post(&town.token, Some("p-1"), &address, &json!({ "purpose": "pre_loan" })).await;
        assert_eq!(
            (again.header("idempotent-replayed"), again.text.as_str()),
            ("true", answer.text.as_str())
        );
        let filter = Filter { action: Some("decision.read".to_owned()), ..Filter::default() };
        let read = list(&door.test.db, &filter, 10).await.unwrap();
        assert_eq!((read.len(), read[0].actor.as_str()), (1, "bank01"), "read again, and on record");
        let run = decision_run(door, &view).await;
        assert_eq!(read[0].detail["run"].as_str(), Some(run.as_str()));
        let left = town.post(&town.token, None, &address, &json!({})).await.json()["permit"]["readings_left"]
            .clone();
        assert_eq!(left, 18, "the second one was not counted");
        let own = door.decisions.last_prequal(&A.parse().unwrap()).await.unwrap();
        assert!(own.is_empty(), "the subject's own answers stay its own");
    })
    .await;
}

#[tokio::test]
async fn an_item_of_which_a_field_was_left_out_is_not_known_to_models_as_a_whole() {
    each_platform(async |door| {
        fill(door).await;
        let town = Town::new(door).await;
        let closed = async |change: fn(&mut jq_consent::NewGrant)| {
            town.consent_with("bank01", &["ent_registration", "power_bill"], change).await;
            let address = format!("/api/v1/subjects/{A}/prequal");
            let view = town.post(&town.token, None, &address, &json!({})).await.json();
            let id = DecisionId::parse(view["answers"][0]["decision_id"].as_str().unwrap()).unwrap();
            door.decisions.get_decision(&id).await.unwrap().vector.withheld.contains("power_bill")
        };
        assert!(!closed(|_| {}).await);
        assert!(closed(|new| new.left_out = ["power_bill.usage_kwh".to_owned()].into()).await);
    })
    .await;
}

#[tokio::test]
async fn a_bank_follows_its_own_events_from_where_it_left_off() {
    each_platform(async |door| {
        let town = Town::new(door).await;
        let order = town.apply().await;
        let page = async |token: &str, query: &str| {
            let answer = door.get_as(token, &format!("/api/v1/events{query}")).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            answer.json()
        };
        let kinds = |page: &Value| -> Vec<String> {
            let events = page["events"].as_array().unwrap();
            events.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
        };
        let all = page(&town.token, "").await;
        assert_eq!(kinds(&all), ["consent.granted", "lending.order.submit", "lending.order.dispatch"]);
        assert_eq!(
            (&all["more"], &all["events"][2]["payload"]["order_id"]),
            (&false.into(), &order.as_str().into())
        );
        let first = page(&town.token, "?limit=1").await;
        assert_eq!((kinds(&first).len(), &first["more"]), (1, &true.into()));
        let rest = page(&town.token, &format!("?after={}", first["next"])).await;
        assert_eq!(kinds(&rest), kinds(&all)[1..]);

        let after = format!("?after={}", all["next"]);
        assert_eq!(page(&town.token, &after).await["events"], json!([]));
        town.act(&order, "accept", "officer@bank01", json!({})).await;
        assert_eq!(kinds(&page(&town.token, &after).await), ["lending.order.accept"]);
        assert_eq!(page(&town.other, "").await["events"], json!([]), "nothing of another bank's");
        assert!(!all.to_string().contains("13800001234"), "no telephone number is told");
        let wrong = door.get_as(&town.token, "/api/v1/events?after=-1").await;
        assert_eq!(wrong.problem(), (422, "api/parameter-invalid".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn anyone_compares_products_and_finds_where_tokens_are_given() {
    let door = Door::open().await;
    let all = door.get("/api/v1/products").await.json();
    let products = all["products"].as_array().unwrap();
    assert!(products.len() >= 9, "{}", products.len());
    let cost = |product: &Value| product["annual_cost_ppm"].as_i64().unwrap();
    assert!(products.windows(2).all(|pair| cost(&pair[0]) <= cost(&pair[1])), "the cheapest first");
    assert!(products.iter().all(|product| cost(product) >= product["rate_min_ppm"].as_i64().unwrap()));
    let credit = door.get("/api/v1/products?security=credit&amount_fen=50000000&months=12").await.json();
    let credit = credit["products"].as_array().unwrap();
    assert!(!credit.is_empty() && credit.iter().all(|product| product["security"] == "credit"));
    let id = credit[0]["id"].as_str().unwrap();
    assert_eq!(door.get(&format!("/api/v1/products/{id}")).await.json(), credit[0]);
    assert_eq!(
        door.get("/api/v1/products/none").await.problem(),
        (404, "lending/product-not-found".to_owned())
    );
    let wrong = door.get("/api/v1/products?security=hope").await;
    assert_eq!(wrong.problem(), (422, "api/parameter-invalid".to_owned()));

    let found = door.get("/.well-known/openid-configuration").await.json();
    assert_eq!(found["issuer"], "https://jq.example");
    assert_eq!(found["token_endpoint"], "https://jq.example/oauth/token");
    assert_eq!(found["grant_types_supported"], json!(["client_credentials"]));
}
