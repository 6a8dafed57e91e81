//! `POST /oauth/token`: a program shows its id and secret and gets a token for an hour (RFC 6749, section 4.4).

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, body};
use jq_identity::{IdentityError, client};
use serde::Serialize;
use url::form_urlencoded;
use utoipa::ToSchema;

use crate::basic;
use crate::problem::ApiProblem;
use crate::state::ApiState;

/// The largest form that is read, in bytes.
const FORM_BYTES_MAX: usize = 4_096;
/// The longest client id or secret, in bytes.
const CREDENTIAL_BYTES_MAX: usize = 256;

/// A token for an hour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct TokenView {
    /// The token, to be sent as Authorization: Bearer.
    access_token: String,
    /// Always Bearer.
    token_type: String,
    /// Seconds until the token ends.
    expires_in: i64,
}

/// Why no token was given (RFC 6749, section 5.2).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TokenError)]
pub(crate) struct TokenErrorView {
    /// One of `invalid_request`, `invalid_client`, `unsupported_grant_type`, `invalid_scope`.
    error: String,
    /// The reason in English, for whoever sets up the client.
    error_description: String,
}

/// Why no token is given.
#[derive(Debug)]
pub(crate) enum TokenRefusal {
    /// In the words of OAuth.
    OAuth { status: StatusCode, error: &'static str, words: &'static str },
    /// A fault of ours, or too many callers at once.
    Problem(Box<ApiProblem>),
}

#[utoipa::path(
    post,
    path = "/oauth/token",
    operation_id = "get_token",
    tag = "token",
    summary = "Get an access token",
    description = "OAuth 2.0 client credentials. Client id and secret come by HTTP Basic or in the form, not both. \
        The token is good for an hour and for every address that asks for one.",
    responses(
        (status = 200, description = "The token.", body = TokenView,
            example = json!({ "access_token": "3f0c…64 hexadecimal digits…a9", "token_type": "Bearer", "expires_in": 3600 })),
        (status = 400, description = "The request is not one for client credentials.", body = TokenErrorView,
            example = json!({ "error": "unsupported_grant_type", "error_description": "grant_type must be client_credentials" })),
        (status = 401, description = "Client id and secret do not fit; which of them is not told.", body = TokenErrorView,
            example = json!({ "error": "invalid_client", "error_description": "client id and secret do not fit" })),
    ),
    security((), ("client_basic" = [])),
)]
pub(crate) async fn token(State(state): State<ApiState>, request: Request) -> Result<Response, TokenRefusal> {
    let (id, secret) = credentials(request).await?;
    let _place = state.token_gate.enter().await?;
    let now = state.db.clock().now();
    match client::issue(&state.db, &id, &secret, now).await {
        Ok(bearer) => {
            let view = TokenView {
                access_token: bearer.token.expose().to_owned(),
                token_type: "Bearer".to_owned(),
                expires_in: bearer.expires_at.duration_since(now).as_secs(),
            };
            Ok((StatusCode::OK, NOT_KEPT, Json(view)).into_response())
        }
        Err(IdentityError::WrongLogin) => Err(invalid_client("client id and secret do not fit")),
        Err(other) => Err(ApiProblem::from(other).into()),
    }
}

/// An answer with a token must not lie in any cache.
const NOT_KEPT: [(header::HeaderName, &str); 2] =
    [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];

/// Reads the form and the header and checks that they ask for what is given here.
async fn credentials(request: Request) -> Result<(String, String), TokenRefusal> {
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
    let (id, secret) = one_way(&parts.headers, &form)?;
    if id.len() > CREDENTIAL_BYTES_MAX || secret.len() > CREDENTIAL_BYTES_MAX {
        return Err(invalid_client("client id and secret do not fit"));
    }
    Ok((id, secret))
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

fn refusal(error: &'static str, words: &'static str) -> TokenRefusal {
    TokenRefusal::OAuth { status: StatusCode::BAD_REQUEST, error, words }
}

fn invalid_request(words: &'static str) -> TokenRefusal {
    refusal("invalid_request", words)
}

fn invalid_client(words: &'static str) -> TokenRefusal {
    TokenRefusal::OAuth { status: StatusCode::UNAUTHORIZED, error: "invalid_client", words }
}

impl From<ApiProblem> for TokenRefusal {
    fn from(problem: ApiProblem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl IntoResponse for TokenRefusal {
    fn into_response(self) -> Response {
        let (status, error, words) = match self {
            Self::Problem(problem) => return problem.into_response(),
            Self::OAuth { status, error, words } => (status, error, words),
        };
        let view = TokenErrorView { error: error.to_owned(), error_description: words.to_owned() };
        let mut response = (status, NOT_KEPT, Json(view)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let way = header::HeaderValue::from_static("Basic realm=\"jinqiao\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, way);
        }
        response
    }
}
