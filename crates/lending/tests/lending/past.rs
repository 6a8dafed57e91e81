//! A small history made by hand: what was asked for, decided, paid out and paid back in a few weeks of one autumn.

use jq_lending::Lending;
use jq_lending::history;
use jq_testkit::TestDb;
use serde_json::{Value, json};

/// An order before it has any steps.
pub(crate) fn order(no: &str, subject: char, bank: &str, product: &str, amount_yuan: i64) -> Value {
    let created = no[2..10].to_owned();
    let day = format!("{}-{}-{}", &created[..4], &created[4..6], &created[6..]);
    json!({
        "order_id": format!("order-{no}"), "order_no": no, "kind": "new",
        "subject": subject.to_string().repeat(64), "subject_name": format!("农户{subject}"),
        "district": "500103", "industry": "C3670", "applicant": format!("account-{subject}"),
        "product": product, "bank": bank, "amount_fen": amount_yuan * 100, "months": 12,
        "method": "interest_monthly", "security": "credit", "loan_use": "purchase",
        "contact_name": "李华", "contact_mobile": "13500001234",
        "created_at": format!("{day}T08:00:00+08:00"), "steps": [], "loans": [],
    })
}

/// Adds a step at `at` (`10-12 10:00` of 2026) by the firm, `system`, `officer@…` or `approver@…`.
pub(crate) fn step(order: &mut Value, at: &str, actor: &str, mut event: Value) {
    let (day, time) = at.split_once(' ').unwrap();
    let (post, bank) = actor.split_once('@').unwrap_or((actor, ""));
    event["at"] = json!(format!("2026-{day}T{time}:00+08:00"));
    event["actor"] = json!(actor);
    event["role"] = json!(if post == "firm" { "legal_rep" } else { post });
    event["institution"] = json!(bank);
    order["steps"].as_array_mut().unwrap().push(event);
}

/// Submitted, sent out and accepted.
pub(crate) fn taken(order: &mut Value, submitted: &str, accepted: &str, bank: &str) {
    let officer = format!("officer@{bank}");
    step(order, submitted, "firm", json!({ "event": "submit" }));
    step(order, submitted, "system", json!({ "event": "dispatch", "branch": null, "officer": officer }));
    step(order, accepted, &officer, json!({ "event": "accept", "officer": officer }));
}

fn surveyed(order: &mut Value, at: &str, bank: &str) {
    let officer = format!("officer@{bank}");
    step(order, at, &officer, json!({ "event": "survey" }));
    step(order, at, &officer, json!({ "event": "submit_approval" }));
}

fn refused(order: &mut Value, at: &str, bank: &str, code: &str) {
    let text = "近一年经营性现金流不足以覆盖新增贷款的本息";
    step(order, at, &format!("approver@{bank}"), json!({ "event": "refuse", "code": code, "text": text }));
}

/// Granted and signed on the same day, and paid out.
fn lent(order: &mut Value, granted: &str, bank: &str, terms: &Value, loan: &Value) {
    let mut grant = terms.clone();
    grant["event"] = json!("grant");
    grant["valid_until"] = json!("2026-12-31");
    step(order, granted, &format!("approver@{bank}"), grant);
    step(order, granted, "firm", json!({ "event": "sign", "contract_no": "C-1" }));
    order["loans"] = json!([loan]);
}

fn terms(amount_yuan: i64, months: u32, rate_ppm: i64, method: &str, security: &str) -> Value {
    json!({ "amount_fen": amount_yuan * 100, "months": months, "rate_ppm": rate_ppm, "method": method,
        "security": security })
}

fn loan(reference: &str, amount_yuan: i64, drawn_on: &str) -> Value {
    json!({ "loan_id": format!("loan-{reference}"), "loan_ref": reference, "amount_fen": amount_yuan * 100,
        "drawn_on": drawn_on, "told_at": format!("{drawn_on}T16:00:00+08:00"), "officer": "officer@bank01" })
}

/// Eight orders; the tests say what they add up to.
pub(crate) fn autumn() -> Vec<Value> {
    const TAX: (&str, &str) = ("bank01", "shancheng_tax_loan");
    const GROWTH: (&str, &str) = ("bank02", "liangjiang_growth_loan");
    let new =
        |no: &str, subject, (bank, product): (&str, &str), yuan| order(no, subject, bank, product, yuan);

    // Granted within a week; the firm's first loan.
    let mut granted = new("JQ20261012-0001", 'a', TAX, 500_000);
    granted["first_loan"] = json!(true);
    taken(&mut granted, "10-12 10:00", "10-13 09:00", "bank01");
    surveyed(&mut granted, "10-14 09:00", "bank01");
    let line = terms(400_000, 12, 36_500, "interest_monthly", "credit");
    lent(&mut granted, "10-19 10:00", "bank01", &line, &loan("L1", 300_000, "2026-10-21"));

    // Left lying once, then refused late because the firm gave up.
    let mut late = new("JQ20261009-0001", 'b', TAX, 200_000);
    (late["district"], late["industry"]) = (json!("500107"), json!("I6513"));
    let dispatch = || json!({ "event": "dispatch", "branch": null, "officer": "officer@bank01" });
    step(&mut late, "10-09 09:00", "firm", json!({ "event": "submit" }));
    step(&mut late, "10-09 09:00", "system", dispatch());
    step(&mut late, "10-13 00:01", "system", json!({ "event": "not_accepted" }));
    step(&mut late, "10-13 00:01", "system", dispatch());
    step(
        &mut late,
        "10-14 10:00",
        "officer@bank01",
        json!({ "event": "accept", "officer": "officer@bank01" }),
    );
    refused(&mut late, "10-30 10:00", "bank01", "R13");

    // A renewal, granted in two days.
    let mut renewal = new("JQ20261026-0001", 'c', GROWTH, 300_000);
    (renewal["kind"], renewal["district"]) = (json!("renewal"), json!("500107"));
    taken(&mut renewal, "10-26 09:30", "10-26 15:30", "bank02");
    surveyed(&mut renewal, "10-27 09:00", "bank02");
    let line = terms(300_000, 6, 50_000, "interest_monthly", "pledge");
    lent(&mut renewal, "10-28 09:30", "bank02", &line, &loan("L3", 300_000, "2026-10-29"));

    // Refused within a day.
    let mut quick = new("JQ20261020-0001", 'a', GROWTH, 100_000);
    taken(&mut quick, "10-20 12:00", "10-20 14:00", "bank02");
    refused(&mut quick, "10-21 12:00", "bank02", "R08");

    // Taken back before anybody took it.
    let mut back = new("JQ20261015-0001", 'd', TAX, 50_000);
    step(&mut back, "10-15 09:00", "firm", json!({ "event": "submit" }));
    step(&mut back, "10-15 09:00", "system", dispatch());
    step(&mut back, "10-15 18:00", "firm", json!({ "event": "withdraw" }));

    // Declined by one bank, taken late by another, and waiting for papers.
    let mut moved = new("JQ20261022-0001", 'd', GROWTH, 80_000);
    let refusal = json!({ "code": "R15", "text": "本季度该产品信贷规模已用完，建议向其他银行申请" });
    let decline = json!({ "event": "decline", "refusal": refusal, "another_bank": true });
    let mut other = dispatch();
    (other["product"], other["bank"]) = (json!("shancheng_tax_loan"), json!("bank01"));
    step(&mut moved, "10-22 10:00", "firm", json!({ "event": "submit" }));
    step(
        &mut moved,
        "10-22 10:00",
        "system",
        json!({ "event": "dispatch", "branch": null, "officer": "officer@bank02" }),
    );
    step(&mut moved, "10-22 15:00", "officer@bank02", decline);
    step(&mut moved, "10-22 15:00", "system", other);
    step(
        &mut moved,
        "10-27 10:00",
        "officer@bank01",
        json!({ "event": "accept", "officer": "officer@bank01" }),
    );
    step(&mut moved, "10-27 11:00", "officer@bank01", json!({ "event": "survey" }));
    step(
        &mut moved,
        "10-27 12:00",
        "officer@bank01",
        json!({ "event": "request_materials", "materials": ["流水"] }),
    );

    vec![granted, late, renewal, quick, back, moved, unpaid(), paid_back()]
}

/// Lent in May: the third instalment came five days late, the fifth has not come at all.
fn unpaid() -> Value {
    let mut order = order("JQ20260511-0001", 'e', "bank01", "shancheng_tax_loan", 120_000);
    taken(&mut order, "05-11 10:00", "05-11 15:00", "bank01");
    surveyed(&mut order, "05-12 09:00", "bank01");
    let mut lent_in_may = loan("L7", 120_000, "2026-05-20");
    lent_in_may["late"] = json!([{ "instalment": 3, "days": 5 }]);
    lent_in_may["stopped_at"] = json!(5);
    let line = terms(120_000, 12, 60_000, "equal_principal", "credit");
    lent(&mut order, "05-18 10:00", "bank01", &line, &lent_in_may);
    order
}

/// Lent in July for three months, and paid back on the day.
fn paid_back() -> Value {
    let mut order = order("JQ20260701-0001", 'f', "bank02", "liangjiang_invoice_loan", 30_000);
    taken(&mut order, "07-01 10:00", "07-01 11:00", "bank02");
    surveyed(&mut order, "07-02 09:00", "bank02");
    let line = terms(30_000, 3, 36_000, "all_at_end", "pledge");
    lent(&mut order, "07-07 10:00", "bank02", &line, &loan("L8", 30_000, "2026-07-10"));
    order
}

/// The orders as the lines of a file, taken.
pub(crate) async fn take(test: &TestDb, orders: &[Value]) -> (Lending, u64) {
    let lending = Lending::embedded(test.db.clone()).unwrap();
    let lines: Vec<String> = orders.iter().map(Value::to_string).collect();
    let taken = lending.take_history("demo", history::read(lines.join("\n").as_bytes())).await.unwrap();
    (lending, taken)
}
