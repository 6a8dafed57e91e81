//! A bank's program handles orders for the bank's people, and cannot do what they could not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use door::bank::{Town, terms};
use door::{Answer, each_platform};
use jiff::SignedDuration;
use jq_lending::OrderAct;
use jq_lending::schedule::RepaymentMethod;
use serde_json::{Value, json};

const OFFICER: &str = "officer@bank01";
const APPROVER: &str = "approver@bank01";

fn fields(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["field"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn an_order_goes_all_the_way_from_acceptance_to_the_last_payment() {
    each_platform(async |door| {
        let town = Town::new(door).await;
        let order = town.apply().await;
        let seen = town.read(&order).await;
        assert_eq!((&seen["order"]["state"], &seen["order"]["version"]), (&"dispatched".into(), &2.into()));
        assert_eq!(seen["clocks"][0]["kind"], "k1");
        assert_eq!(seen["order"]["contact"]["mobile"], "138****1234", "nobody has taken it yet");

        town.to_decide(&order).await;
        assert_eq!(town.read(&order).await["order"]["contact"]["mobile"], "13800001234");
        let granted = town.act(&order, "grant", APPROVER, terms()).await;
        assert_eq!(granted.status, 200, "{}", granted.text);
        assert_eq!(granted.json()["granted"]["rate_ppm"], 36_500);
        let signed = town.act(&order, "sign", OFFICER, json!({ "contract_no": "HT-1" })).await;
        assert_eq!((&signed.json()["state"], &signed.json()["contract_no"]), (&"signed".into(), &"HT-1".into()));

        let drawn = json!({
            "loan_ref": "LN-1", "amount_fen": 50_000_000, "drawn_on": "2026-11-10", "report_no": "DR-1"
        });
        let drawn = town.act(&order, "drawdowns", OFFICER, drawn).await;
        assert_eq!(drawn.status, 201, "{}", drawn.text);
        let loan = drawn.json()["loan_id"].as_str().unwrap().to_owned();
        let plan = town.read(&order).await["loans"][0].clone();
        assert_eq!((&plan["loan_id"], &plan["instalments"][0]["total_fen"]), (&loan.as_str().into(), &4_249_504.into()));

        door.test.advance(SignedDuration::from_hours(24 * 20));
        let fresh = door.token("bank01").await;
        let address = format!("/api/v1/loans/{loan}/repayments");
        let paid = json!({ "clerk": OFFICER, "amount_fen": 4_249_504, "paid_on": "2026-11-30", "report_no": "RP-1" });
        let paid = town.post(&fresh, Some("r-1"), &address, &paid).await;
        assert_eq!(paid.status, 201, "{}", paid.text);
        assert_eq!((&paid.json()["principal_fen"], &paid.json()["interest_fen"]), (&4_097_421.into(), &152_083.into()));
        assert_eq!(paid.json()["order"]["state"], "repaying");
        let (stranger, theirs) = (
            door.token("bank02").await,
            json!({ "clerk": "officer@bank02", "amount_fen": 1, "paid_on": "2026-11-30", "report_no": "RP-1" }),
        );
        let unknown = town.post(&stranger, Some("r-2"), &address, &theirs).await;
        assert_eq!(unknown.problem(), (404, "lending/loan-not-found".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn papers_pause_the_decision_and_a_refusal_says_why() {
    each_platform(async |door| {
        let town = Town::new(door).await;
        let order = town.apply().await;
        town.act(&order, "accept", OFFICER, json!({})).await;
        town.act(&order, "survey", OFFICER, json!({})).await;
        let asked = town
            .act(&order, "request-materials", OFFICER, json!({ "materials": ["近三个月银行流水"] }))
            .await;
        assert_eq!(asked.json()["state"], "awaiting_materials", "{}", asked.text);
        let clocks = town.read(&order).await["clocks"].clone();
        let decision = clocks.as_array().unwrap().iter().find(|clock| clock["kind"] == "k2").unwrap();
        assert_eq!((&decision["state"], &decision["due_at"]), (&"paused".into(), &Value::Null));
        town.firm_does(&order, OrderAct::Supply { note: "已补齐".to_owned() }).await;
        town.act(&order, "submit-approval", OFFICER, json!({ "note": "现金流不足，建议不予授信" })).await;

        let empty =
            town.act(&order, "refuse", APPROVER, json!({ "code": "R08", "text": "综合评分不足" })).await;
        assert_eq!(empty.problem(), (422, "lending/fields-invalid".to_owned()));
        assert_eq!(fields(&empty), ["text"]);
        let said = json!({ "code": "R08", "text": "近一年经营现金流不足以覆盖新增本息" });
        let refused = town.act(&order, "refuse", APPROVER, said).await;
        assert_eq!(
            (&refused.json()["state"], &refused.json()["refusal"]["code"]),
            (&"rejected".into(), &"R08".into())
        );
        let steps = town.read(&order).await["steps"].clone();
        let firm_step = steps.as_array().unwrap().iter().find(|step| step["event"] == "supply").unwrap();
        assert_eq!(firm_step["actor"], Value::Null, "the firm's people are not named");
    })
    .await;
}

#[tokio::test]
async fn whoever_may_not_is_told_what_is_wrong_what_is_possible_and_who_may() {
    each_platform(async |door| {
        let town = Town::new(door).await;
        let order = town.apply().await;
        let early = town.act(&order, "grant", APPROVER, terms()).await;
        assert_eq!(early.problem(), (409, "lending/state-not-allowed".to_owned()));
        let told = early.json();
        assert_eq!(told["state"], "dispatched");
        assert!(told["allowed"].as_array().unwrap().contains(&"accept".into()), "{told}");
        assert!(told["detail"].as_str().unwrap().contains("Possible now"), "{told}");

        let role = town.act(&order, "accept", APPROVER, json!({})).await;
        assert_eq!(role.problem(), (403, "lending/wrong-role".to_owned()));
        for clerk in ["officer@bank02", "nobody@bank01"] {
            let answer = town.act(&order, "accept", clerk, json!({})).await;
            assert_eq!(answer.problem(), (422, "lending/clerk-unknown".to_owned()), "{clerk}");
            assert_eq!(fields(&answer), ["clerk"]);
        }
        let other = town.act_as(&town.other, "o-1", &order, "accept", "officer@bank02", json!({})).await;
        assert_eq!(other.problem(), (404, "lending/order-not-found".to_owned()));
        let other = door.get_as(&town.other, &format!("/api/v1/orders/{order}")).await;
        assert_eq!(other.problem(), (404, "lending/order-not-found".to_owned()));
        let nobody = door.get_as(&town.token, "/api/v1/orders/no%20such").await;
        assert_eq!(nobody.problem(), (404, "lending/order-not-found".to_owned()));

        let stale = town.act(&order, "accept", OFFICER, json!({ "seen_version": 1 })).await;
        assert_eq!(stale.problem(), (409, "lending/moved-on".to_owned()));
        assert_eq!(town.act(&order, "accept", OFFICER, json!({ "seen_version": 2 })).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_body_is_read_whole_and_every_wrong_member_is_named() {
    let door = door::Door::open().await;
    let town = Town::new(&door).await;
    let order = town.apply().await;
    let wrong = json!({
        "amount_fen": "much", "months": 0, "rate_ppm": 36_500.5, "method": "by_and_by", "valid_until": "soon",
        "note": "\u{0}", "colour": "red"
    });
    let answer = town.act(&order, "grant", APPROVER, wrong).await;
    assert_eq!(answer.problem(), (422, "api/body-invalid".to_owned()));
    let named = fields(&answer);
    for field in ["amount_fen", "months", "rate_ppm", "method", "security", "valid_until", "note", "colour"] {
        assert!(named.iter().any(|one| one == field), "{field} in {named:?}");
    }
    let address = format!("/api/v1/orders/{order}/accept");
    let post = |kind: &'static str, body: &'static str| {
        let request = axum::http::Request::post(&address)
            .header("authorization", format!("Bearer {}", town.token))
            .header("idempotency-key", "k")
            .header("content-type", kind);
        door.ask(request, body)
    };
    assert_eq!(post("application/json", "{").await.problem(), (400, "api/request-unreadable".to_owned()));
    assert_eq!(post("application/json", "[]").await.problem(), (400, "api/request-unreadable".to_owned()));
    assert_eq!(post("text/plain", "{}").await.problem(), (415, "api/media-type".to_owned()));
    let empty = post("application/json", "").await;
    assert_eq!(
        (empty.problem(), fields(&empty)),
        ((422, "api/body-invalid".to_owned()), vec!["clerk".to_owned()])
    );
}

#[tokio::test]
async fn the_same_act_sent_twice_is_done_once() {
    each_platform(async |door| {
        let town = Town::new(door).await;
        let order = town.apply().await;
        let first = town.act_as(&town.token, "key-1", &order, "accept", OFFICER, json!({})).await;
        assert_eq!((first.status.as_u16(), first.header("idempotent-replayed")), (200, ""), "{}", first.text);
        let second = town.act_as(&town.token, "key-1", &order, "accept", OFFICER, json!({})).await;
        assert_eq!((second.status.as_u16(), second.header("idempotent-replayed")), (200, "true"));
        assert_eq!(second.text, first.text);
        assert_eq!(town.read(&order).await["order"]["version"], 3, "it moved once");

        let other = town.act_as(&town.token, "key-1", &order, "survey", OFFICER, json!({})).await;
        assert_eq!(other.problem(), (422, "api/idempotency-key-reused".to_owned()));
        let address = format!("/api/v1/orders/{order}/survey");
        let none = town.post(&town.token, None, &address, &json!({ "clerk": OFFICER })).await;
        assert_eq!(none.problem(), (400, "api/idempotency-key-missing".to_owned()));
        let failed = town.act_as(&town.token, "key-2", &order, "sign", OFFICER, json!({})).await;
        assert_eq!(failed.problem().0, 409);
        let mended = town.act_as(&town.token, "key-2", &order, "survey", OFFICER, json!({})).await;
        assert_eq!(mended.status, 200, "a refused act leaves its key free: {}", mended.text);
    })
    .await;
}

#[tokio::test]
async fn of_two_acts_at_the_same_moment_one_wins() {
    each_platform(async |door| {
        let town = Town::new(door).await;
        let order = town.apply().await;
        let seen = json!({ "seen_version": 2 });
        let refusal = json!({ "seen_version": 2, "code": "R15", "text": "本行在该区域暂无网点，无法上门" });
        let (accepted, declined) = tokio::join!(
            town.act_as(&town.token, "a", &order, "accept", OFFICER, seen),
            town.act_as(&town.token, "b", &order, "decline", OFFICER, refusal),
        );
        let mut statuses = [accepted.status.as_u16(), declined.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", accepted.text, declined.text);
    })
    .await;
}

#[tokio::test]
async fn an_order_that_goes_on_to_another_bank_takes_nothing_of_the_first_along() {
    let door = door::Door::open().await;
    let town = Town::new(&door).await;
    let theirs = town.lending.products().list().filter(|product| product.bank.as_str() == "bank02");
    let items: Vec<&str> = theirs.flat_map(|product| product.items.iter().map(String::as_str)).collect();
    town.consent("bank02", &items).await;
    let order = town.apply_with(RepaymentMethod::InterestMonthly, true).await;
    let said = "本行在该区域暂无网点，无法上门";
    let declined = town.act(&order, "decline", OFFICER, json!({ "code": "R15", "text": said })).await;
    assert_eq!(declined.status, 200, "{}", declined.text);
    let found = door.get_as(&town.other, &format!("/api/v1/orders/{order}")).await;
    assert_eq!(found.status, 200, "{}", found.text);
    assert!(!declined.text.contains("bank02"), "{}", declined.text);
    assert!(!found.text.contains(said) && !found.text.contains("bank01"), "{}", found.text);
    let gone = door.get_as(&town.token, &format!("/api/v1/orders/{order}")).await;
    assert_eq!(gone.problem(), (404, "lending/order-not-found".to_owned()));
}

#[tokio::test]
async fn a_bank_lists_its_own_orders_page_by_page() {
    each_platform(async |door| {
        let town = Town::new(door).await;
        let order = town.apply().await;
        let list =
            async |token: &str, query: &str| door.get_as(token, &format!("/api/v1/orders{query}")).await;
        let all = list(&town.token, "").await.json();
        assert_eq!(all["orders"][0]["order_id"], order.as_str());
        assert_eq!(all["orders"][0]["contact"]["name"], "周**");
        assert_eq!(list(&town.token, "?state=accepted,surveying").await.json()["orders"], json!([]));
        assert_eq!(list(&town.token, "?state=dispatched&limit=1").await.json()["next"], Value::Null);
        assert_eq!(
            list(&town.token, "?changed_after=2026-11-11T00:00:00Z").await.json()["orders"],
            json!([])
        );
        assert_eq!(list(&town.other, "").await.json()["orders"], json!([]));
        for (query, field) in [
            ("?state=lost", "state"),
            ("?cursor=x", "cursor"),
            ("?changed_after=soon", "changed_after"),
            ("?limit=0", "limit"),
        ] {
            let answer = list(&town.token, query).await;
            assert_eq!(answer.problem(), (422, "api/parameter-invalid".to_owned()), "{query}");
            assert_eq!(answer.json()["fields"][0]["field"], field);
        }
    })
    .await;
}
