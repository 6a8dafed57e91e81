//! The description of the API in OpenAPI 3.1: derived from the handlers, completed here, said in two languages.

mod derived;
mod problems;
mod sentences;

use jq_base::lang::Lang;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use derived::Derived;

/// The whole document in `lang`.
pub(crate) fn openapi(lang: Lang) -> Value {
    let mut document = serde_json::to_value(Derived::openapi()).unwrap_or_default();
    document["servers"] = json!([{ "url": "/", "description": "This platform" }]);
    document["components"]["securitySchemes"] = security_schemes();
    for_each_operation(&mut document, |operation| problems::complete(operation, lang));
    let delivery = &mut document["paths"]["/api/v1/batches"]["post"];
    delivery["requestBody"] = archive_body();
    delivery["x-codeSamples"] = samples(DELIVER_SAMPLE);
    let report =
        &mut document["paths"]["/api/v1/subjects/{uscc}/report"]["get"]["responses"]["200"]["content"];
    report["application/pdf"] =
        json!({ "schema": { "type": "string", "contentMediaType": "application/pdf" } });
    let asked = &mut document["paths"]["/api/v1/subjects/{uscc}/prequal"]["post"]["requestBody"];
    asked["required"] = json!(false);
    asked["content"]["application/json"]["schema"] = json!({ "$ref": "#/components/schemas/PrequalRequest" });
    let token = &mut document["paths"]["/oauth/token"]["post"];
    token["requestBody"] = token_body();
    token["x-codeSamples"] = samples(TOKEN_SAMPLE);
    document["x-problem-codes"] = problems::problem_codes(lang);
    document["x-row-rules"] = problems::row_rules(lang);
    sentences::join_described(&mut document);
    sentences::unfold(&mut document);
    if lang == Lang::Zh {
        sentences::translate(&mut document);
    }
    document
}

const TOKEN_SAMPLE: &str =
    "curl -u unit-power:SECRET -d grant_type=client_credentials https://HOST/oauth/token";
const DELIVER_SAMPLE: &str = "curl -H \"Authorization: Bearer $TOKEN\" -H \"Content-Type: application/zip\" \\\n     \
    --data-binary @power-2026-0911.zip https://HOST/api/v1/batches";

const SIGNED_REQUEST: &str = "A signature over the call, beside the token; the operator sets for each client whether it is demanded. Request-Key: \
     the id under which the client's public key is registered. Request-Time: RFC 3339, at most 5 minutes from the \
     platform's. Request-Nonce: 16 to 64 letters, digits, - or _ that are never used again. Request-Digest: the digest of \
     the body in lower-case hexadecimal digits, of nothing where there is none; SM3 for an SM2 key, SHA-256 for ECDSA. \
     Request-Signature: base64url without padding of the DER signature over six lines that are joined by line feeds: \
     JINQIAO-REQUEST-1, the method, path and query as sent, the time, the nonce, the digest. SM2 with SM3 and the identity \
     1234567812345678, or ECDSA P-256 with SHA-256. A call is taken once.";

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
        },
        "signed_request": {
            "type": "apiKey",
            "in": "header",
            "name": "Request-Signature",
            "description": SIGNED_REQUEST
        }
    })
}

fn archive_body() -> Value {
    json!({
        "required": true,
        "description": "A .zip with manifest.json and the data file it names: CSV or JSON Lines in UTF-8 or GB 18030, \
            Parquet, or an .xlsx workbook, with the columns that the catalogue prescribes or those of the unit's own \
            mapping. 512 MiB at most unless the operator sets another limit.",
        "content": { "application/zip": { "schema": { "type": "string", "contentMediaType": "application/zip" } } }
    })
}

fn token_body() -> Value {
    let limited =
        |words: &str, most: u32| json!({ "type": "string", "maxLength": most, "description": words });
    let text = |words: &str| limited(words, 256);
    json!({
        "required": true,
        "content": { "application/x-www-form-urlencoded": { "schema": {
            "type": "object",
            "required": ["grant_type"],
            "properties": {
                "grant_type": { "type": "string", "enum": ["client_credentials"], "description": "Always client_credentials." },
                "client_id": text("The client id, unless it comes by HTTP Basic."),
                "client_secret": text("The secret, unless it comes by HTTP Basic."),
                "client_assertion_type": text("urn:ietf:params:oauth:client-assertion-type:jwt-bearer, with an assertion."),
                "client_assertion": limited("A JSON Web Token that the client signed with its own key (ES256): iss and sub are the client id, aud this address, exp at most 15 minutes away, jti used once.", 3_000)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_has_its_chinese_and_none_is_left_over() {
        let mut document = openapi(Lang::En);
        let mut used = std::collections::BTreeSet::new();
        sentences::for_each_sentence(&mut document, &mut |sentence| {
            used.insert(sentence.clone());
        });
        let missing: Vec<_> =
            used.iter().filter(|sentence| !sentences::CHINESE.contains_key(*sentence)).collect();
        assert!(missing.is_empty(), "without Chinese: {missing:#?}");
        let unused: Vec<_> = sentences::CHINESE.keys().filter(|sentence| !used.contains(*sentence)).collect();
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
