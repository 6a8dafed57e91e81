//! A bank's program reads the warnings on its loans and says what became of them, and knows nothing of another bank's.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use door::bank::{Town, terms};
use door::{Door, each_platform};
use serde_json::{Value, json};

/// A firm with a loan of bank01 about which courts have told so many times.
async fn warned(door: &Door, times: usize) -> (Town<'_>, jq_consent::Grant) {
    let town = Town::new(door).await;
    let order = town.apply().await;
    town.to_decide(&order).await;
    town.act(&order, "grant", "approver@bank01", terms()).await;
    town.act(&order, "sign", "officer@bank01", json!({})).await;
    let drawn = json!({
        "loan_ref": "LN-1", "amount_fen": 50_000_000, "drawn_on": "2026-11-10", "report_no": "DR-1"
    });
    assert_eq!(town.act(&order, "drawdowns", "officer@bank01", drawn).await.status, 201);
    let given = town.warn(times).await;
    (town, given)
}

fn ids(page: &Value) -> Vec<String> {
    let warnings = page["warnings"].as_array().unwrap();
    warnings.iter().map(|one| one["warning_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn warnings_are_read_page_by_page_and_marked() {
    each_platform(async |door| {
        let (town, given) = warned(door, 3).await;
        let read = async |token: &str, address: &str| door.get_as(token, address).await;
        let all = read(&town.token, "/api/v1/warnings").await.json();
        let newest_first = ids(&all);
        assert_eq!((newest_first.len(), &all["next"]), (3, &Value::Null));
        let one = &all["warnings"][0];
        assert_eq!(
            (&one["model"], &one["level"], &one["rise"]),
            (&"new_enforcement".into(), &"red".into(), &3.into())
        );
        assert_eq!(one["figures"][0]["value"], 1.0);
        let mut paged = Vec::new();
        let mut address = "/api/v1/warnings?since=2026-11-10T00:00:00Z&limit=2".to_owned();
        loop {
            let page = read(&town.token, &address).await.json();
            paged.extend(ids(&page));
            let Some(next) = page["next"].as_str() else { break };
            address = format!("/api/v1/warnings?since=2026-11-10T00:00:00Z&limit=2&after={next}");
        }
        paged.reverse();
        assert_eq!(paged, newest_first, "with since the oldest come first");
        let late = read(&town.token, "/api/v1/warnings?since=2026-11-11T00:00:00Z").await.json();
        assert!(ids(&late).is_empty());
        for wrong in ["since=yesterday", "state=ended", "level=blue", "after=x", "limit=0"] {
            let refused = read(&town.token, &format!("/api/v1/warnings?{wrong}")).await;
            assert_eq!(refused.problem().1, "api/parameter-invalid", "{wrong}");
        }
        assert!(ids(&read(&town.other, "/api/v1/warnings").await.json()).is_empty());

        let address = format!("/api/v1/warnings/{}/mark", newest_first[0]);
        let right = json!({ "mark": "right", "note": "已核实" });
        let theirs = town.post(&town.other, None, &address, &right).await;
        let nobodys = town.post(&town.other, None, "/api/v1/warnings/nothing/mark", &right).await;
        assert_eq!(theirs.problem(), (404, "warning/not-found".to_owned()));
        assert_eq!(nobodys.problem(), theirs.problem());
        let marked = town.post(&town.token, None, &address, &right).await;
        assert_eq!(marked.status, 200, "{}", marked.text);
        assert_eq!(
            (&marked.json()["state"], &marked.json()["marked_by"]),
            (&"right".into(), &"bank01".into())
        );
        let again = town.post(&town.token, None, &address, &right).await;
        assert_eq!(again.json(), marked.json());
        let back = town.post(&town.token, None, &address, &json!({ "mark": "seen" })).await;
        assert_eq!(back.problem(), (409, "warning/not-allowed".to_owned()));
        let unknown = town.post(&town.token, None, &address, &json!({ "mark": "perhaps" })).await;
        assert_eq!(unknown.status, 422);
        assert_eq!(ids(&read(&town.token, "/api/v1/warnings?state=right").await.json()), newest_first[..1]);

        let events = read(&town.token, "/api/v1/events?limit=500").await.json();
        let raised: Vec<&Value> = events["events"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["kind"] == "warning.raised")
            .collect();
        assert_eq!(raised.len(), 3);
        assert_eq!(
            (&raised[0]["payload"]["level"], raised[0]["payload"].get("model")),
            (&"red".into(), None)
        );
        let theirs = read(&town.other, "/api/v1/events?limit=500").await.text;
        assert!(!theirs.contains("warning."), "{theirs}");
        assert!(given.is_active(door.test.clock.now()));
    })
    .await;
}
