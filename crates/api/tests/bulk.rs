//! A bank asks by day for many subjects and finds in the morning what was read: each under a permit of the night, and
//! nothing of those who have said no since.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use door::bank::Town;
use door::{A, Answer, Door, bill, each_platform, power};
use jiff::Timestamp;
use jq_api::attend;
use jq_consent::list_looks;
use jq_jobs::Worker;
use serde_json::{Value, json};

/// A subject that never consented.
const B: &str = "91500107MA7TEX0100";
const ADDRESS: &str = "/api/v1/bulk-readings";

async fn fill(door: &Door) {
    door.fill_register().await;
    let token = door.token("unit-power").await;
    let answer = door.deliver(&token, door.batch(power("power-1", 1), &[bill(1), bill(2)])).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

fn body() -> Value {
    json!({ "subjects": [A, B], "items": ["power_bill", "tax_payment"], "purpose": "pre_loan", "partial": true })
}

/// Lets the platform work at that moment; how many jobs it ran.
async fn work_at(door: &Door, at: &str) -> u64 {
    let at: Timestamp = at.parse().unwrap();
    door.test.advance(at.duration_since(door.test.clock.now()));
    attend(Worker::new(door.test.db.clone()), &door.state).run_due().await.unwrap().jobs
}

/// How many lines lie in the store.
async fn kept_lines(door: &Door) -> i64 {
    let query = "select cast(count(line) as bigint) as count from api_bulk_subject";
    door.test.db.fetch_one(jq_db::sql(query)).await.unwrap().int("count").unwrap()
}

fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/jsonl"));
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn many_subjects_are_read_by_night_each_under_its_own_permit() {
    each_platform(async |door| {
        fill(door).await;
        let town = Town::new(door).await;
        town.consent("bank01", &["power_bill"]).await;
        let asked = town.post(&town.token, Some("b-1"), ADDRESS, &body()).await;
        assert_eq!(asked.status, 202, "{}", asked.text);
        let bulk = asked.json();
        assert_eq!(
            (&bulk["state"], &bulk["runs_from"], &bulk["waiting"]),
            (&"queued".into(), &"2026-11-10T14:00:00Z".into(), &2.into())
        );
        let again = town.post(&town.token, Some("b-1"), ADDRESS, &body()).await;
        assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &asked.text));
        let (at, result) = (
            format!("{ADDRESS}/{}", bulk["bulk_id"].as_str().unwrap()),
            format!("{ADDRESS}/{}/result", bulk["bulk_id"].as_str().unwrap()),
        );
        assert_eq!(
            work_at(door, "2026-11-10T21:59:00+08:00").await,
            1,
            "only the hourly look for what is over"
        );
        let early = door.get_as(&door.token("bank01").await, &result).await;
        assert_eq!(early.problem(), (409, "api/bulk-reading-not-done".to_owned()));

        work_at(door, "2026-11-10T22:00:00+08:00").await;
        let (token, other) = (door.token("bank01").await, door.token("bank02").await);
        let done = door.get_as(&token, &at).await.json();
        assert_eq!(
            (&done["state"], &done["read"], &done["refused"], &done["waiting"]),
            (&"done".into(), &1.into(), &1.into(), &0.into())
        );
        let read = lines(&door.get_as(&token, &result).await);
        assert_eq!((&read[0]["subject"], &read[0]["state"]), (&A.into(), &"read".into()));
        let items = read[0]["records"]["items"].as_array().unwrap();
        let state = |id: &str| items.iter().find(|item| item["item_id"] == id).unwrap()["state"].clone();
        assert_eq!((state("power_bill"), state("tax_payment")), ("data".into(), "not_authorised".into()));
        assert_eq!(
            (&read[1]["subject"], &read[1]["state"], &read[1]["code"]),
            (&B.into(), &"refused".into(), &"consent/no-consent".into())
        );
        for address in [&at, &result] {
            let foreign = door.get_as(&other, address).await;
            assert_eq!(foreign.problem(), (404, "api/no-such-bulk-reading".to_owned()));
        }
        let looks = list_looks(&door.test.db, &A.parse().unwrap(), 10).await.unwrap();
        assert!(looks.iter().any(|look| look.reader == "bank01" && look.is_granted()), "the subject sees it");
        assert!(jq_db::audit::verify(&door.test.db, None).await.unwrap().is_whole());
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_stops_what_waits_and_withholds_what_was_read() {
    each_platform(async |door| {
        fill(door).await;
        let town = Town::new(door).await;
        let consent = town.consent("bank01", &["power_bill", "tax_payment"]).await;
        let mut ids = Vec::new();
        for key in ["b-1", "b-2"] {
            let asked = town.post(&town.token, Some(key), ADDRESS, &body()).await.json();
            ids.push(asked["bulk_id"].as_str().unwrap().to_owned());
        }
        work_at(door, "2026-11-10T22:00:00+08:00").await;
        let token = door.token("bank01").await;
        let late = town.post(&token, Some("b-3"), ADDRESS, &body()).await.json();
        assert_eq!(late["state"], "queued");
        ids.push(late["bulk_id"].as_str().unwrap().to_owned());
        let result = async |id: &str| lines(&door.get_as(&token, &format!("{ADDRESS}/{id}/result")).await);
        assert_eq!(result(&ids[0]).await[0]["state"], "read");

        town.withdraw(&consent.consent_id).await;
        let withheld = result(&ids[1]).await;
        assert_eq!(
            (&withheld[0]["code"], &withheld[0]["records"]),
            (&"consent/withdrawn".into(), &Value::Null),
            "read before, asked for after"
        );
        work_at(door, "2026-11-10T22:01:00+08:00").await;
        let stopped = result(&ids[2]).await;
        assert_eq!(
            (&stopped[0]["state"], &stopped[0]["code"]),
            (&"refused".into(), &"consent/withdrawn".into())
        );

        assert_eq!(kept_lines(door).await, 2);
        work_at(door, "2026-11-18T10:00:00+08:00").await;
        assert_eq!(kept_lines(door).await, 0, "a week later it is gone");
        let token = door.token("bank01").await;
        let gone = door.get_as(&token, &format!("{ADDRESS}/{}/result", ids[0])).await;
        assert_eq!(gone.problem(), (410, "api/bulk-reading-erased".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_field_that_is_left_out_afterwards_withholds_what_was_read() {
    each_platform(async |door| {
        fill(door).await;
        let town = Town::new(door).await;
        town.consent("bank01", &["power_bill", "tax_payment"]).await;
        let asked = town.post(&town.token, Some("b-1"), ADDRESS, &body()).await.json();
        let id = asked["bulk_id"].as_str().unwrap().to_owned();
        work_at(door, "2026-11-10T22:00:00+08:00").await;
        let token = door.token("bank01").await;
        let result = async || lines(&door.get_as(&token, &format!("{ADDRESS}/{id}/result")).await);
        assert_eq!(result().await[0]["state"], "read");
        town.consent_with("bank01", &["power_bill", "tax_payment"], |new| {
            new.left_out = ["power_bill.usage_kwh".to_owned()].into();
        })
        .await;
        assert_eq!(result().await[0]["code"], "consent/field-not-granted");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_queued_is_told_member_by_member() {
    let mut door = Door::open().await;
    door.limit(jq_api::Limits { bulk_subjects: 2, bulks_at_once: 1, ..jq_api::Limits::default() });
    let town = Town::new(&door).await;
    let with = |member: &str, value: Value| {
        let mut body = body();
        body[member] = value;
        body
    };
    for (body, field) in [
        (with("subjects", json!([])), "subjects"),
        (with("subjects", json!([A, A])), "subjects"),
        (with("subjects", json!([A, "nobody"])), "subjects"),
        (with("subjects", json!([A, B, "91500102MAC8YUW23Y"])), "subjects"),
        (with("items", json!([])), "items"),
        (with("purpose", json!("curiosity")), "purpose"),
        (with("partial", json!("yes")), "partial"),
        (with("when", json!("now")), "when"),
    ] {
        let answer = town.post(&town.token, Some("b-1"), ADDRESS, &body).await;
        assert_eq!(answer.problem(), (422, "api/body-invalid".to_owned()), "{body}");
        assert_eq!(answer.json()["errors"][0]["field"], field, "{body}");
    }
    let unknown = town.post(&town.token, Some("b-1"), ADDRESS, &with("items", json!(["shoe_size"]))).await;
    assert_eq!(unknown.problem(), (422, "consent/terms-invalid".to_owned()));
    let no_key = town.post(&town.token, None, ADDRESS, &body()).await;
    assert_eq!(no_key.problem(), (400, "api/idempotency-key-missing".to_owned()));
    assert_eq!(town.post(&town.token, Some("b-1"), ADDRESS, &body()).await.status, 202);
    let full = town.post(&town.token, Some("b-2"), ADDRESS, &body()).await;
    assert_eq!(full.problem(), (409, "api/bulk-readings-waiting".to_owned()));
}
