//! A source unit's program delivers batches, good and bad, and reads what came of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use axum::body::{Body, Bytes};
use axum::http::Request;
use door::{Door, Slip, bill, manifest, power, zipped};
use jq_api::Limits;
use serde_json::Value;

#[tokio::test]
async fn a_batch_is_committed_once_however_often_it_is_sent() {
    let door = Door::open().await.with_register().await;
    let token = door.token("unit-power").await;
    let mut rows: Vec<String> = (1..=40).map(bill).collect();
    rows[6] = rows[6].replace("120.50", "12O.50");
    let archive = door.batch(power("power-1", 1), &rows);
    let answer = door.deliver(&token, archive.clone()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.header("location"), "/api/v1/batches/power-1");
    let receipt = answer.json();
    assert_eq!((&receipt["state"], &receipt["repeated"]), (&Value::from("committed"), &Value::from(false)));
    assert_eq!((&receipt["accepted"], &receipt["quarantined"]), (&Value::from(39), &Value::from(1)));
    let fault = &receipt["faults"][0];
    assert_eq!(
        (&fault["row_no"], &fault["field"], &fault["value"]),
        (&7.into(), &"amount".into(), &"12O.50".into())
    );
    let again = door.deliver(&token, archive).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.json()["repeated"], true);
    assert_eq!(again.json()["accepted"], 39);
    let left = std::fs::read_dir(door.folder.join("uploads")).unwrap().count();
    assert_eq!(left, 0, "no archive is left behind");
}

#[tokio::test]
async fn a_file_that_was_changed_on_the_way_is_refused_with_its_remedy() {
    let door = Door::open().await.with_register().await;
    let token = door.token("unit-power").await;
    let data = door.data("power_bill", &[bill(1)]);
    let archive = zipped(&manifest(power("power-1", 1), 1, &jq_base::sm3::hex(b"other")), Some(&data));
    let answer = door.deliver(&token, archive.clone()).await;
    assert_eq!(answer.problem(), (422, "ingest/digest_mismatch".to_owned()));
    assert_eq!(answer.header("content-language"), "en");
    let problem = answer.json();
    let error = &problem["errors"][0];
    assert_eq!(
        (&error["file"], &error["row"], &error["rule"]),
        (&"data.csv".into(), &Value::Null, &"digest_mismatch".into())
    );
    assert!(error["remedy"].as_str().unwrap().contains("do not edit it by hand"));
    assert!(problem["batch_id"] == "power-1" && problem["state"] == "rejected", "{problem}");
    let answer = door.deliver_in("zh-CN", &token, archive).await;
    assert!(answer.json()["title"].as_str().unwrap().contains("摘要不符"));
    assert_eq!(answer.json()["state"], "rejected", "the same damaged file is judged the same again");
}

#[tokio::test]
async fn a_held_batch_lists_every_wrong_row() {
    let door = Door::open().await.with_register().await;
    let token = door.token("unit-power").await;
    let rows = [bill(1), bill(2).replace("120.50", "many"), bill(3).replace("2026-08-25", "2026-02-30")];
    let answer = door.deliver(&token, door.batch(power("power-1", 1), &rows)).await;
    assert_eq!(answer.problem(), (422, "ingest/too_many_wrong".to_owned()));
    let problem = answer.json();
    let told: Vec<(u64, &str, &str, &str)> = problem["errors"].as_array().unwrap()[1..]
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap();
            assert!(!text("remedy").is_empty() && !text("message").is_empty());
            (row["row"].as_u64().unwrap(), text("field"), text("value"), text("rule"))
        })
        .collect();
    assert_eq!(
        told,
        [(2, "amount", "many", "number_invalid"), (3, "due_date", "2026-02-30", "date_invalid")]
    );
    assert_eq!(problem["state"], "held");
}

#[tokio::test]
async fn a_unit_delivers_only_its_own_items() {
    let door = Door::open().await.with_register().await;
    let token = door.token("unit-power").await;
    let cases = [
        (Slip { id: "b1", unit: "power", item: "no_such_item", seq: 1 }, "ingest/item_unknown"),
        (Slip { id: "b2", unit: "power", item: "ent_registration", seq: 1 }, "ingest/unit_mismatch"),
        (Slip { id: "b3", unit: "scjg", item: "ent_registration", seq: 2 }, "ingest/unit_mismatch"),
    ];
    for (slip, code) in cases {
        let answer = door.deliver(&token, door.batch(slip, &[bill(1)])).await;
        assert_eq!(answer.problem(), (422, code.to_owned()), "{}", slip.id);
    }
}

#[tokio::test]
async fn a_unit_sees_only_its_own_receipts() {
    let door = Door::open().await.with_register().await;
    let (power_token, scjg) = (door.token("unit-power").await, door.token("unit-scjg").await);
    door.deliver(&power_token, door.batch(power("power-1", 1), &[bill(1)])).await;
    assert_eq!(door.get_as(&power_token, "/api/v1/batches/power-1").await.json()["accepted"], 1);
    let foreign = door.get_as(&scjg, "/api/v1/batches/power-1").await;
    assert_eq!(foreign.problem(), (404, "ingest/no-such-batch".to_owned()));
    let unknown = door.get_as(&scjg, "/api/v1/batches/power-9").await;
    assert_eq!(foreign.text, unknown.text, "a foreign batch and none at all look the same");
    let listed = door.get_as(&scjg, "/api/v1/batches").await.json();
    assert_eq!(listed["batches"].as_array().unwrap().len(), 1);
    assert_eq!(listed["batches"][0]["batch_id"], "scjg-1");
    let copied = door.deliver(&scjg, door.batch(power("power-1", 1), &[bill(1)])).await;
    assert_eq!(copied.problem(), (422, "ingest/unit_mismatch".to_owned()));
    assert!(!copied.text.contains("accepted"), "nothing of the other unit's receipt is shown");
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let door = Door::open().await.with_register().await;
    let token = door.token("unit-power").await;
    for seq in 1..=7_u32 {
        let id = format!("power-{seq}");
        let answer = door.deliver(&token, door.batch(power(&id, seq.into()), &[bill(seq)])).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        door.test.advance(jiff::SignedDuration::from_secs(1));
    }
    let mut seen = Vec::new();
    let mut address = "/api/v1/batches?limit=3".to_owned();
    loop {
        let page = door.get_as(&token, &address).await.json();
        seen.extend(page["batches"].as_array().unwrap().iter().map(|one| one["seq"].as_u64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        address = format!("/api/v1/batches?limit=3&after={next}");
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    for (query, field) in
        [("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("after=scjg-1", "after")]
    {
        let answer = door.get_as(&token, &format!("/api/v1/batches?{query}")).await;
        assert_eq!(answer.problem(), (422, "api/parameter-invalid".to_owned()), "{query}");
        assert_eq!(answer.json()["fields"][0]["field"], field);
    }
}

#[tokio::test]
async fn what_is_no_batch_is_refused_before_anything_is_kept() {
    let mut door = Door::open().await;
    let token = door.token("unit-power").await;
    let answer = door.deliver(&token, b"this is no archive".to_vec()).await;
    assert_eq!(answer.problem(), (400, "ingest/bad-archive".to_owned()));
    let mut broken = door.batch(power("power-1", 1), &[bill(1)]);
    let middle = broken.len() / 3;
    broken[middle..middle + 40].fill(0x5A);
    let answer = door.deliver(&token, broken).await;
    assert!([400, 422].contains(&answer.problem().0), "{}", answer.text);
    let answer = door.deliver(&token, zipped("{ \"batch_id\": ", None)).await;
    assert_eq!(answer.problem(), (422, "ingest/manifest_invalid".to_owned()));
    let request = Request::post("/api/v1/batches").header("authorization", format!("Bearer {token}"));
    let answer = door.ask(request.header("content-type", "text/csv"), "a,b").await;
    assert_eq!(answer.problem(), (415, "api/media-type".to_owned()));
    door.limit(Limits { batch_bytes_max: 100, ..Limits::default() });
    let answer = door.deliver(&token, door.batch(power("power-1", 1), &[bill(1)])).await;
    assert_eq!(answer.problem(), (413, "api/too-large".to_owned()));
    let without = door
        .ask(Request::post("/api/v1/batches").header("content-type", "application/zip"), vec![0; 10])
        .await;
    assert_eq!(without.problem(), (401, "api/no-token".to_owned()));
}

#[tokio::test]
async fn an_upload_that_pauses_too_long_is_cut_off() {
    let mut door = Door::open().await;
    let token = door.token("unit-power").await;
    door.limit(Limits { pause_max: std::time::Duration::from_millis(20), ..Limits::default() });
    let first = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"PK"))]);
    let stalled = futures::StreamExt::chain(first, futures::stream::pending());
    let request = Request::post("/api/v1/batches")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/zip");
    let answer = door.ask(request, Body::from_stream(stalled)).await;
    assert_eq!(answer.problem(), (408, "api/too-slow".to_owned()));
}

#[tokio::test]
async fn an_idempotency_key_is_taken_unless_it_is_endless() {
    let door = Door::open().await.with_register().await;
    let token = door.token("unit-power").await;
    let archive = door.batch(power("power-1", 1), &[bill(1)]);
    for (key, status) in [("k".repeat(256), 422), ("a-key".to_owned(), 201)] {
        let request = Request::post("/api/v1/batches")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/zip")
            .header("idempotency-key", key);
        assert_eq!(door.ask(request, archive.clone()).await.status, status);
    }
}
