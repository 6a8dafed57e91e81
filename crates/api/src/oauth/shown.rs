//! What a client sends to be believed: read from the form, the headers and the connection, in one way and not two.

use std::collections::BTreeMap;

use axum::body;
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use jq_identity::client::proof::ShownCertificate;
use url::form_urlencoded;

use super::{NOT_BELIEVED, TokenRefusal, invalid_client, invalid_request, refusal};
use crate::basic;
use crate::guard::shown_certificate;
use crate::state::ApiState;

/// The largest form that is read, in bytes.
const FORM_BYTES_MAX: usize = 4_096;
/// The longest client id or secret, in bytes.
const CREDENTIAL_BYTES_MAX: usize = 256;
/// The kind of assertion that is taken (RFC 7523, section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How a client shows itself.
#[derive(Debug)]
pub(super) enum Shown {
    /// By its secret.
    Secret {
        /// Its name.
        id: String,
        /// The secret.
        secret: String,
    },
    /// By an assertion that it signed.
    Assertion {
        /// Its name, when it stands beside the assertion.
        id: Option<String>,
        /// The assertion.
        text: String,
    },
    /// By the certificate of its connection.
    Certificate {
        /// Its name.
        id: String,
        /// The certificate.
        certificate: ShownCertificate,
    },
}

/// Reads the form and the header and checks that they ask for what is given here.
pub(super) async fn read(state: &ApiState, request: Request) -> Result<Shown, TokenRefusal> {
    let (parts, body) = request.into_parts();
    if !is_form(&parts.headers) {
        return Err(invalid_request("the body must be application/x-www-form-urlencoded"));
    }
    let bytes = body::to_bytes(body, FORM_BYTES_MAX)
        .await
        .map_err(|_| invalid_request("the body is cut off or longer than 4096 bytes"))?;
    let form = read_form(&bytes)?;
    match form.get("grant_type").map(String::as_str) {
        Some("client_credentials") => {}
        Some(_) => {
            return Err(refusal("unsupported_grant_type", "grant_type must be client_credentials"));
        }
        None => return Err(invalid_request("grant_type is missing")),
    }
    if form.get("scope").is_some_and(|scope| !scope.is_empty()) {
        return Err(refusal("invalid_scope", "this server knows no scopes; leave scope out"));
    }
    let is_short = |name| form.get(name).is_none_or(|value: &String| value.len() <= CREDENTIAL_BYTES_MAX);
    if !is_short("client_id") || !is_short("client_secret") {
        return Err(invalid_client(NOT_BELIEVED));
    }
    if let Some(text) = assertion(&parts.headers, &form)? {
        return Ok(Shown::Assertion { id: form.get("client_id").cloned(), text });
    }
    if let (None, Some(id), None) =
        (parts.headers.get(header::AUTHORIZATION), form.get("client_id"), form.get("client_secret"))
        && let Some(certificate) = shown_certificate(&parts, state)
    {
        return Ok(Shown::Certificate { id: id.clone(), certificate });
    }
    let (id, secret) = one_way(&parts.headers, &form)?;
    if id.len() > CREDENTIAL_BYTES_MAX || secret.len() > CREDENTIAL_BYTES_MAX {
        return Err(invalid_client(NOT_BELIEVED));
    }
    Ok(Shown::Secret { id, secret })
}

/// The assertion of the form, when there is one and nothing else beside it.
fn assertion(headers: &HeaderMap, form: &BTreeMap<String, String>) -> Result<Option<String>, TokenRefusal> {
    match (form.get("client_assertion_type"), form.get("client_assertion")) {
        (None, None) => Ok(None),
        _ if headers.contains_key(header::AUTHORIZATION) || form.contains_key("client_secret") => {
            Err(invalid_request("send an assertion or a secret, not both"))
        }
        (Some(kind), Some(text)) if kind == ASSERTION_TYPE => Ok(Some(text.clone())),
        _ => Err(invalid_request("client_assertion comes with the client_assertion_type of RFC 7523")),
    }
}

/// Client id and secret, from the header or from the form.
fn one_way(headers: &HeaderMap, form: &BTreeMap<String, String>) -> Result<(String, String), TokenRefusal> {
    let header =
        headers.get(header::AUTHORIZATION).map(|value| value.to_str().ok().and_then(basic::credentials));
    match (header, form.get("client_id"), form.get("client_secret")) {
        (Some(_), _, Some(_)) => {
            Err(invalid_request("send the secret by HTTP Basic or in the form, not both"))
        }
        (Some(None), ..) => Err(invalid_client("the Authorization header cannot be read as HTTP Basic")),
        (Some(Some((id, _))), Some(other), None) if id != *other => {
            Err(invalid_request("client_id differs from the one in the Authorization header"))
        }
        (Some(Some(both)), ..) => Ok(both),
        (None, Some(id), Some(secret)) => Ok((id.clone(), secret.clone())),
        (None, ..) => Err(invalid_client("client_id and client_secret are missing")),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn read_form(bytes: &[u8]) -> Result<BTreeMap<String, String>, TokenRefusal> {
    let mut form = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        if form.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(invalid_request("a parameter stands twice"));
        }
    }
    Ok(form)
}
