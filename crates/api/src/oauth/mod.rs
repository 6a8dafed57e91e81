//! `POST /oauth/token`: a program shows who it is and gets a token for an hour (RFC 6749, section 4.4): by its secret, by
//! an assertion that it signed (RFC 7523) or by the certificate of its connection (RFC 8705).

mod shown;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jq_identity::client::{Bearer, proof};
use jq_identity::{IdentityError, client};
use serde::Serialize;
use utoipa::ToSchema;

use crate::guard::{Refused, whole_seconds};
use crate::problem::ApiProblem;
use crate::state::ApiState;
use shown::{Shown, read};

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
    description = "OAuth 2.0 client credentials. A client shows itself in the one way that it was registered for: by its \
        secret, which comes by HTTP Basic or in the form, not both; by an assertion that it signed with its own key \
        (RFC 7523, ES256, used once); or by the certificate of its TLS connection (RFC 8705), to which the token is \
        bound then. The token is good for an hour and for every address that asks for one.",
    responses(
        (status = 200, description = "The token.", body = TokenView,
            example = json!({ "access_token": "3f0c…64 hexadecimal digits…a9", "token_type": "Bearer", "expires_in": 3600 })),
        (status = 400, description = "The request is not one for client credentials.", body = TokenErrorView,
            example = json!({ "error": "unsupported_grant_type", "error_description": "grant_type must be client_credentials" })),
        (status = 401, description = "The client is not known by what it showed; what is wrong with it is not told.", body = TokenErrorView,
            headers(("Request-Time" = String, description = "The platform's time, RFC 3339.")),
            example = json!({ "error": "invalid_client", "error_description": "the client is not known by what it showed" })),
    ),
    security((), ("client_basic" = [])),
)]
pub(crate) async fn token(State(state): State<ApiState>, request: Request) -> Response {
    let refusal = match give(&state, request).await {
        Ok(answer) => return answer,
        Err(refusal) => refusal,
    };
    let is_stranger = matches!(refusal, TokenRefusal::OAuth { status: StatusCode::UNAUTHORIZED, .. });
    let mut response = refusal.into_response();
    if is_stranger {
        state.refuse(Refused::Client);
        tracing::info!("a client that asked for a token was not believed");
        // A client whose clock is wrong writes assertions for another time; this is how it learns.
        if let Ok(now) = HeaderValue::from_str(&whole_seconds(state.db.clock().now())) {
            response.headers_mut().insert(HeaderName::from_static("request-time"), now);
        }
    }
    response
}

async fn give(state: &ApiState, request: Request) -> Result<Response, TokenRefusal> {
    let shown = read(state, request).await?;
    let _place = state.token_gate.enter().await?;
    let now = state.db.clock().now();
    match issue(state, &shown, now).await {
        Ok(bearer) => {
            let view = TokenView {
                access_token: bearer.token.expose().to_owned(),
                token_type: "Bearer".to_owned(),
                expires_in: bearer.expires_at.duration_since(now).as_secs(),
            };
            Ok((StatusCode::OK, NOT_KEPT, Json(view)).into_response())
        }
        Err(IdentityError::WrongLogin | IdentityError::Assertion(_)) => Err(invalid_client(NOT_BELIEVED)),
        Err(other) => Err(ApiProblem::from(other).into()),
    }
}

/// What a client hears that is not believed, in whichever way it showed itself.
const NOT_BELIEVED: &str = "the client is not known by what it showed";

async fn issue(state: &ApiState, shown: &Shown, now: Timestamp) -> Result<Bearer, IdentityError> {
    match shown {
        Shown::Secret { id, secret } => client::issue(&state.db, id, secret, now).await,
        Shown::Assertion { id, text } => {
            let endpoint = format!("{}/oauth/token", state.address);
            let places = [endpoint.as_str(), &*state.address];
            proof::issue_for_assertion(&state.db, text, id.as_deref(), &places, now).await
        }
        Shown::Certificate { id, certificate } => {
            proof::issue_for_certificate(&state.db, id, certificate, now).await
        }
    }
}

/// An answer with a token must not lie in any cache.
const NOT_KEPT: [(HeaderName, &str); 2] = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];

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
            let way = HeaderValue::from_static("Basic realm=\"jinqiao\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, way);
        }
        response
    }
}
