//! Which problems an address can answer with, each with an example.

use std::collections::BTreeMap;

use jq_base::lang::Lang;
use jq_consent::DenialKind;
use jq_ingest::{RULES, Rule};
use serde_json::{Map, Value, json};

use crate::code::{self, Code};
use crate::problem::{ApiProblem, PROBLEM_JSON};

/// Problems that every address can answer with.
const EVERYWHERE: [&Code; 4] = [&code::UNREADABLE, &code::WRONG_METHOD, &code::INTERNAL, &code::TOO_LARGE];
/// Problems of the addresses that ask for a token.
const WITH_TOKEN: [&Code; 9] = [
    &code::NO_TOKEN,
    &code::TOKEN_INVALID,
    &code::SIGNATURE_MISSING,
    &code::SIGNATURE_TIME,
    &code::SIGNATURE_INVALID,
    &code::REPLAYED,
    &code::WRONG_CLIENT,
    &code::TOO_MANY_CALLS,
    &code::BUSY,
];

/// Problems of the addresses that take a key; the first one only where it must be there.
const WITH_KEY: [&Code; 7] = [
    &code::NO_KEY,
    &code::PARAMETER,
    &code::BODY,
    &code::KEY_REUSED,
    &code::MEDIA_TYPE,
    &code::BUSY,
    &code::DISK_FULL,
];
/// Problems of every act on an order.
const WITH_ACT: [&Code; 7] = [
    &code::WRONG_ROLE,
    &code::NO_ORDER,
    &code::NOT_NOW,
    &code::MOVED_ON,
    &code::NOT_POSSIBLE,
    &code::CLERK,
    &code::ORDER_FIELDS,
];
/// Problems of asking for a consent.
const WITH_CONSENT_REQUEST: [&Code; 6] = [
    &code::NO_SUBJECT,
    &code::NO_ORDER,
    &code::ASKED_ALREADY,
    &code::ASK_AGAIN_LATER,
    &code::CONSENT_MOVED_ON,
    &code::CONSENT_TERMS,
];
/// The acts on an order that have no problems of their own.
const ACTS: [&str; 7] =
    ["accept", "decline", "contact", "survey", "request_materials", "submit_approval", "sign"];
/// The addresses that read under a consent.
const READINGS: [&str; 3] = ["read_records", "draw_report", "ask_own_models"];

/// Problems of single addresses.
fn own_problems(operation: &str) -> Vec<&'static Code> {
    match operation {
        "get_token" => vec![&code::BUSY],
        "deliver_batch" => vec![
            &code::BAD_ARCHIVE,
            &code::TOO_SLOW,
            &code::MEDIA_TYPE,
            &code::PARAMETER,
            &code::BUSY,
            &code::DISK_FULL,
        ],
        "list_batches"
        | "list_products"
        | "list_events"
        | "list_orders"
        | "list_consent_requests"
        | "list_consents"
        | "list_warnings"
        | "list_stop_notices" => {
            vec![&code::PARAMETER]
        }
        "get_batch" => vec![&code::NO_BATCH],
        "get_item" => vec![&code::NO_ITEM],
        "get_product" => vec![&code::NO_PRODUCT],
        "get_order" => vec![&code::NO_ORDER],
        "get_consent_request" => vec![&code::NO_REQUEST],
        "get_consent" => vec![&code::NO_CONSENT],
        "mark_warning" => vec![
            &code::NO_WARNING,
            &code::WARNING_NOT_NOW,
            &code::BODY,
            &code::MEDIA_TYPE,
            &code::BUSY,
            &code::DISK_FULL,
        ],
        "acknowledge_stop_notice" => vec![&code::NO_NOTICE, &code::BUSY, &code::DISK_FULL],
        "ask_for_consent" => [&WITH_KEY[..], &WITH_CONSENT_REQUEST].concat(),
        "read_records" => vec![&code::PARAMETER, &code::CONSENT_TERMS, &code::BUSY, &code::DISK_FULL],
        "draw_report" => {
            vec![&code::NOT_ACCEPTABLE, &code::PARAMETER, &code::CONSENT_TERMS, &code::BUSY, &code::DISK_FULL]
        }
        "ask_for_bulk_reading" => [&WITH_KEY[..], &[&code::CONSENT_TERMS, &code::BULK_FULL]].concat(),
        "get_bulk_reading" => vec![&code::NO_BULK],
        "get_bulk_result" => vec![&code::NO_BULK, &code::BULK_NOT_DONE, &code::BULK_ERASED],
        "ask_own_models" => [&WITH_KEY[1..], &[&code::NO_FLOW, &code::CONSENT_TERMS]].concat(),
        "report_repayment" => [&WITH_KEY[..], &WITH_ACT, &[&code::NO_LOAN, &code::REPORT_CONFLICT]].concat(),
        "report_drawdown" => [&WITH_KEY[..], &WITH_ACT, &[&code::REPORT_CONFLICT]].concat(),
        "grant" | "refuse" | "uphold" | "reopen" => [&WITH_KEY[..], &WITH_ACT, &[&code::FOUR_EYES]].concat(),
        act if ACTS.contains(&act) => [&WITH_KEY[..], &WITH_ACT].concat(),
        "verify_report" => vec![&code::NO_REPORT],
        "reckon_deadline" => vec![&code::PARAMETER, &code::NO_CALENDAR],
        _ => Vec::new(),
    }
}

/// Rules under which a file as a whole is held or rejected.
fn file_rules() -> impl Iterator<Item = Rule> {
    RULES.iter().copied().filter(|rule| rule.is_about_file())
}

/// Adds to an address every problem it can answer with, each with an example.
pub(super) fn complete(operation: &mut Map<String, Value>, lang: Lang) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let asks_token =
        operation.get("security").is_some_and(|security| security[0].get("client_credentials").is_some());
    let with_token: &[&Code] = if asks_token { &WITH_TOKEN } else { &[] };
    let mut by_status: BTreeMap<u16, Map<String, Value>> = BTreeMap::new();
    for code in EVERYWHERE.iter().chain(with_token).copied().chain(own_problems(&id)) {
        let example = json!({ "value": ApiProblem::new(code).document(lang) });
        by_status.entry(code.status).or_default().insert(code.id.to_owned(), example);
    }
    if id == "deliver_batch" {
        for rule in file_rules() {
            let example = json!({ "value": ApiProblem::of_rule(rule).document(lang) });
            by_status.entry(422).or_default().insert(format!("ingest/{}", rule.id()), example);
        }
    }
    if READINGS.contains(&id.as_str()) {
        for kind in DenialKind::ALL {
            let example = json!({ "value": ApiProblem::of_denial(kind).document(lang) });
            by_status.entry(403).or_default().insert(kind.problem().to_owned(), example);
        }
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, examples) in by_status {
        let content = json!({ "schema": { "$ref": "#/components/schemas/Problem" }, "examples": examples });
        if let Some(known) = responses.get_mut(&status.to_string()) {
            known["content"][PROBLEM_JSON] = content;
        } else {
            let described =
                json!({ "description": status_words(status), "content": { PROBLEM_JSON: content } });
            responses.insert(status.to_string(), described);
        }
    }
    if asks_token {
        tell_rates(responses);
    }
}

/// The headers that tell how many calls are left, on what is answered to a call that was counted.
fn tell_rates(responses: &mut Map<String, Value>) {
    let header = |words: &str| json!({ "schema": { "type": "string" }, "description": words });
    for (status, response) in responses {
        if status.starts_with('2') || matches!(status.as_str(), "304" | "429") {
            response["headers"]["RateLimit"] = header(
                "Calls that are left in this minute (r), and seconds until the count begins anew (t).",
            );
            response["headers"]["RateLimit-Policy"] =
                header("How many calls (q) the institution may make in how many seconds (w).");
        }
        if matches!(status.as_str(), "429" | "503") {
            response["headers"]["Retry-After"] = header("Seconds after which to try again.");
        }
    }
}

fn status_words(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read.",
        401 => "No valid access token, or not signed as it must be.",
        403 => "Known, but not allowed here.",
        404 => "Not found.",
        405 => "Another method is needed.",
        406 => "Another kind of answer must be asked for.",
        409 => "It does not fit how things stand now.",
        408 => "The upload paused for too long.",
        410 => "It was there and is gone.",
        413 => "Too large.",
        415 => "Another kind of content is needed.",
        422 => "Read, but it cannot be taken as it is; the code and the entries say why.",
        429 => "Too many calls; come back after Retry-After.",
        503 => "Busy; come back after Retry-After.",
        _ => "A fault of the platform, with an incident number.",
    }
}

/// Every problem there is, for the list at the end.
pub(super) fn problem_codes(lang: Lang) -> Value {
    let own = code::all().map(|code| {
        json!({ "code": code.id, "status": code.status, "title": code.title.pick(lang), "remedy": code.remedy.pick(lang) })
    });
    let rules = file_rules().map(|rule| {
        let code = format!("ingest/{}", rule.id());
        json!({ "code": code, "status": 422, "title": rule.words(lang), "remedy": rule.remedy(lang) })
    });
    let denials = DenialKind::ALL.into_iter().map(|kind| {
        json!({ "code": kind.problem(), "status": 403, "title": kind.text(lang), "remedy": kind.next(lang) })
    });
    own.chain(rules).chain(denials).collect()
}

/// The rules that single rows break; the catalogue's own checks stand with each item.
pub(super) fn row_rules(lang: Lang) -> Value {
    let rules = RULES.iter().filter(|rule| !rule.is_about_file());
    rules
        .map(|rule| json!({ "rule": rule.id(), "title": rule.words(lang), "remedy": rule.remedy(lang) }))
        .collect()
}
