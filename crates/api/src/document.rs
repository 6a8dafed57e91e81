//! The description of the API in OpenAPI 3.1: derived from the handlers, completed here, said in two languages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jq_base::lang::Lang;
use jq_ingest::{RULES, Rule};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::code::{self, Code};
use crate::problem::{ApiProblem, FieldView, PROBLEM_JSON, ProblemView, RowView};
use crate::{batch, catalog, docs, oauth, report, uscc, workdays};

/// Chinese words for every English sentence of the document.
static CHINESE: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("document.zh-CN.toml")).expect("a test reads this file"));

#[derive(OpenApi)]
#[openapi(
    info(
        title = "jinqiao API",
        version = "1.0.0",
        description = "The programs' door to the platform: source units deliver data and read receipts; anyone may \
            read the catalogue, judge a credit code, reckon a deadline and verify a report. Amounts are fen, instants \
            RFC 3339 in UTC. What goes wrong is answered as application/problem+json with a stable code, in the \
            language of Accept-Language (zh-CN or en).",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact()
    ),
    paths(
        oauth::token,
        batch::deliver,
        batch::list,
        batch::find,
        catalog::list,
        catalog::find,
        report::verify,
        uscc::check,
        workdays::reckon,
        docs::document,
        docs::page,
    ),
    components(schemas(
        oauth::TokenView,
        oauth::TokenErrorView,
        batch::ReceiptView,
        batch::RuleCountView,
        batch::FaultView,
        batch::BatchPageView,
        batch::BatchSummaryView,
        catalog::CatalogView,
        catalog::ItemSummaryView,
        catalog::ItemView,
        catalog::UnitView,
        catalog::FieldView,
        catalog::CodeView,
        catalog::CheckView,
        report::VerificationView,
        report::ReportFileView,
        uscc::UsccView,
        uscc::UsccWarningView,
        workdays::DeadlineView,
        ProblemView,
        FieldView,
        RowView,
    )),
    tags(
        (name = "token", description = "Signing in"),
        (name = "batches", description = "Batches of source units"),
        (name = "catalog", description = "The catalogue"),
        (name = "reports", description = "Credit reports"),
        (name = "tools", description = "Credit codes and deadlines"),
        (name = "description", description = "This description"),
    )
)]
struct Derived;

/// Problems that every address can answer with.
const EVERYWHERE: [&Code; 4] = [&code::UNREADABLE, &code::WRONG_METHOD, &code::INTERNAL, &code::TOO_LARGE];
/// Problems of the addresses that ask for a token.
const WITH_TOKEN: [&Code; 3] = [&code::NO_TOKEN, &code::TOKEN_INVALID, &code::WRONG_CLIENT];

/// Problems of single addresses.
fn own_problems(operation: &str) -> Vec<&'static Code> {
    match operation {
        "get_token" => vec![&code::BUSY],
        "deliver_batch" => {
            vec![&code::BAD_ARCHIVE, &code::TOO_SLOW, &code::MEDIA_TYPE, &code::PARAMETER, &code::BUSY]
        }
        "list_batches" => vec![&code::PARAMETER],
        "get_batch" => vec![&code::NO_BATCH],
        "get_item" => vec![&code::NO_ITEM],
        "verify_report" => vec![&code::NO_REPORT],
        "reckon_deadline" => vec![&code::PARAMETER, &code::NO_CALENDAR],
        _ => Vec::new(),
    }
}

/// Rules under which a file as a whole is held or rejected.
fn file_rules() -> impl Iterator<Item = Rule> {
    RULES.iter().copied().filter(|rule| rule.is_about_file())
}

/// The whole document in `lang`.
pub(crate) fn openapi(lang: Lang) -> Value {
    let mut document = serde_json::to_value(Derived::openapi()).unwrap_or_default();
    document["servers"] = json!([{ "url": "/", "description": "This platform" }]);
    document["components"]["securitySchemes"] = security_schemes();
    for_each_operation(&mut document, |operation| complete(operation, lang));
    let delivery = &mut document["paths"]["/api/v1/batches"]["post"];
    delivery["requestBody"] = archive_body();
    delivery["x-codeSamples"] = samples(DELIVER_SAMPLE);
    let token = &mut document["paths"]["/oauth/token"]["post"];
    token["requestBody"] = token_body();
    token["x-codeSamples"] = samples(TOKEN_SAMPLE);
    document["x-problem-codes"] = problem_codes(lang);
    document["x-row-rules"] = row_rules(lang);
    join_described(&mut document);
    unfold(&mut document);
    if lang == Lang::Zh {
        translate(&mut document);
    }
    document
}

const TOKEN_SAMPLE: &str =
    "curl -u unit-power:SECRET -d grant_type=client_credentials https://HOST/oauth/token";
const DELIVER_SAMPLE: &str = "curl -H \"Authorization: Bearer $TOKEN\" -H \"Content-Type: application/zip\" \\\n     \
    --data-binary @power-2026-0911.zip https://HOST/api/v1/batches";

fn samples(source: &str) -> Value {
    json!([{ "lang": "Shell", "label": "curl", "source": source }])
}

fn security_schemes() -> Value {
    json!({
        "client_credentials": {
            "type": "oauth2",
            "description": "A bearer token for a registered client; it is good for an hour.",
            "flows": { "clientCredentials": { "tokenUrl": "/oauth/token", "scopes": {} } }
        },
        "client_basic": {
            "type": "http",
            "scheme": "basic",
            "description": "Client id and secret, only for asking for a token."
        }
    })
}

fn archive_body() -> Value {
    json!({
        "required": true,
        "description": "A .zip with manifest.json and the data file it names: CSV in UTF-8 or GB 18030, with the header \
            that the catalogue prescribes. 512 MiB at most unless the operator sets another limit.",
        "content": { "application/zip": { "schema": { "type": "string", "contentMediaType": "application/zip" } } }
    })
}

fn token_body() -> Value {
    let text = |words: &str| json!({ "type": "string", "maxLength": 256, "description": words });
    json!({
        "required": true,
        "content": { "application/x-www-form-urlencoded": { "schema": {
            "type": "object",
            "required": ["grant_type"],
            "properties": {
                "grant_type": { "type": "string", "enum": ["client_credentials"], "description": "Always client_credentials." },
                "client_id": text("The client id, unless it comes by HTTP Basic."),
                "client_secret": text("The secret, unless it comes by HTTP Basic.")
            }
        } } }
    })
}

fn for_each_operation(document: &mut Value, mut act: impl FnMut(&mut Map<String, Value>)) {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    for path in paths {
        for operation in path.as_object_mut().into_iter().flat_map(Map::values_mut) {
            if let Some(operation) = operation.as_object_mut() {
                act(operation);
            }
        }
    }
}

/// Adds to an address every problem it can answer with, each with an example.
fn complete(operation: &mut Map<String, Value>, lang: Lang) {
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
}

fn status_words(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read.",
        401 => "No valid access token.",
        403 => "Known, but not allowed here.",
        404 => "Not found.",
        405 => "Another method is needed.",
        408 => "The upload paused for too long.",
        413 => "Too large.",
        415 => "Another kind of content is needed.",
        422 => "Read, but it cannot be taken as it is; the code and the entries say why.",
        503 => "Busy; come back after Retry-After.",
        _ => "A fault of the platform, with an incident number.",
    }
}

fn problem_codes(lang: Lang) -> Value {
    let own = code::ALL.iter().map(|code| {
        json!({ "code": code.id, "status": code.status, "title": code.title.pick(lang), "remedy": code.remedy.pick(lang) })
    });
    let rules = file_rules().map(|rule| {
        let code = format!("ingest/{}", rule.id());
        json!({ "code": code, "status": 422, "title": rule.words(lang), "remedy": rule.remedy(lang) })
    });
    own.chain(rules).collect()
}

/// The rules that single rows break; the catalogue's own checks stand with each item.
fn row_rules(lang: Lang) -> Value {
    let rules = RULES.iter().filter(|rule| !rule.is_about_file());
    rules
        .map(|rule| json!({ "rule": rule.id(), "title": rule.words(lang), "remedy": rule.remedy(lang) }))
        .collect()
}

/// Line breaks inside a sentence come from the source files and mean nothing.
/// Where a member's schema and the member's own sentence stand as two parts of an `allOf`, the sentence moves into
/// the schema: the second part would call every member an object.
fn join_described(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(join_described);
            let joined =
                members.get("allOf").and_then(Value::as_array).and_then(|parts| match parts.as_slice() {
                    [schema, said] if is_sentence_only(said) => {
                        let mut schema = schema.clone();
                        schema["description"] = said["description"].clone();
                        Some(schema)
                    }
                    _ => None,
                });
            if let Some(joined) = joined {
                *value = joined;
            }
        }
        Value::Array(members) => members.iter_mut().for_each(join_described),
        _ => {}
    }
}

fn is_sentence_only(part: &Value) -> bool {
    part.as_object().is_some_and(|part| {
        part.contains_key("description") && part.keys().all(|key| key == "description" || key == "type")
    })
}

fn unfold(document: &mut Value) {
    for_each_sentence(document, &mut |sentence| {
        *sentence = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    });
}

fn translate(document: &mut Value) {
    for_each_sentence(document, &mut |sentence| {
        if let Some(chinese) = CHINESE.get(sentence.as_str()) {
            sentence.clone_from(chinese);
        }
    });
}

/// Visits every summary, description and title of the document itself, not those of examples.
fn for_each_sentence(value: &mut Value, act: &mut impl FnMut(&mut String)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("summary" | "description", Value::String(sentence)) => act(sentence),
                    ("example" | "examples" | "x-problem-codes" | "x-row-rules", _) => {}
                    ("title", Value::String(title)) => act(title),
                    (_, member) => for_each_sentence(member, act),
                }
            }
        }
        Value::Array(members) => members.iter_mut().for_each(|member| for_each_sentence(member, act)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_has_its_chinese_and_none_is_left_over() {
        let mut document = openapi(Lang::En);
        let mut used = std::collections::BTreeSet::new();
        for_each_sentence(&mut document, &mut |sentence| {
            used.insert(sentence.clone());
        });
        let missing: Vec<_> = used.iter().filter(|sentence| !CHINESE.contains_key(*sentence)).collect();
        assert!(missing.is_empty(), "without Chinese: {missing:#?}");
        let unused: Vec<_> = CHINESE.keys().filter(|sentence| !used.contains(*sentence)).collect();
        assert!(unused.is_empty(), "no longer said: {unused:#?}");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = openapi(Lang::En);
        let text = document.to_string();
        for part in text.split("\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
        }
        assert_eq!(document["openapi"], "3.1.0");
    }
}
