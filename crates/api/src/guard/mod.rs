//! What every call with a token goes through, in this order: whose token it is, whether the connection's certificate is
//! the one it is bound to, whether its institution has calls left, whether the call is signed as it must be. Nothing
//! behind it runs for a call that fails any of them.

mod certificate;
mod rate;
mod refused;
mod signed;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use jq_identity::client::authenticate_with;
use jq_identity::{ApiClient, Token};

use crate::code;
use crate::problem::ApiProblem;
use crate::state::ApiState;

pub(crate) use certificate::shown as shown_certificate;
pub(crate) use rate::Rates;
pub(crate) use refused::{Refused, announce};
pub(crate) use signed::whole_seconds;

/// Lets a call through to its address, or answers in its place.
pub(crate) async fn guard(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let client = match client(&parts, &state).await {
        Ok(client) => client,
        Err(problem) => return refused::stranger(&state, problem),
    };
    let count = state.rates.count(&client, state.limits, state.db.clock().now());
    if count.is_over() {
        let problem =
            ApiProblem::new(&code::TOO_MANY_CALLS).header_of(header::RETRY_AFTER, count.resets_in());
        return with_rate(refused::client(&state, &client, problem), &count);
    }
    let watched = match signed::check(&state, &client, &parts, body).await {
        Ok(watched) => watched,
        Err(problem) => return with_rate(refused::client(&state, &client, problem), &count),
    };
    parts.extensions.insert(client.clone());
    let response = next.run(Request::from_parts(parts, watched.body)).await;
    let response = match signed::forged_body(&state, &client, &watched.differs).await {
        None => refused::note(&state, &client, response),
        Some(problem) => refused::client(&state, &client, problem),
    };
    with_rate(response, &count)
}

/// Tells how many calls are left.
fn with_rate(mut response: Response, count: &rate::Count) -> Response {
    const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
    const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
    for (name, value) in [(POLICY, count.policy()), (LIMIT, count.left())] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

async fn client(parts: &Parts, state: &ApiState) -> Result<ApiClient, ApiProblem> {
    let Some(shown) = parts.headers.get(header::AUTHORIZATION) else {
        let problem = ApiProblem::new(&code::NO_TOKEN);
        return Err(problem.header("www-authenticate", "Bearer realm=\"jinqiao\""));
    };
    let token = shown.to_str().ok().and_then(bearer).and_then(Token::parse);
    let token = token.ok_or(jq_identity::IdentityError::NotSignedIn)?;
    let certificate = shown_certificate(parts, state);
    let fingerprint = certificate.as_ref().map(|certificate| certificate.fingerprint.as_str());
    Ok(authenticate_with(&state.db, &token, fingerprint, state.db.clock().now()).await?)
}

/// The token of a `Bearer` header.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bearer_header_carries_a_token() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("Bearer"), None);
    }
}
