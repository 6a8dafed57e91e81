//! Who calls: a program of an institution, known by the bearer token it shows.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use jq_base::ids::UnitId;
use jq_identity::client::{ClientKind, authenticate};
use jq_identity::{ApiClient, Token};
use jq_ingest::Sender;

use crate::code;
use crate::problem::ApiProblem;
use crate::state::ApiState;

/// A program of a source unit. Only a valid token makes one.
#[derive(Clone, Debug)]
pub(crate) struct UnitClient {
    client: ApiClient,
    unit: UnitId,
}

impl UnitClient {
    /// The source unit whose batches it may deliver and see.
    pub(crate) fn unit(&self) -> &UnitId {
        &self.unit
    }

    /// How a batch's record names it.
    pub(crate) fn sender(&self) -> Sender {
        Sender {
            actor: self.client.client_id().to_string(),
            role: self.client.kind().code().to_owned(),
            institution: self.unit.to_string(),
        }
    }
}

impl FromRequestParts<ApiState> for UnitClient {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiProblem> {
        let client = client(parts, state).await?;
        match (client.kind(), UnitId::parse(client.institution())) {
            (ClientKind::Unit, Ok(unit)) => Ok(Self { client, unit }),
            _ => Err(ApiProblem::new(&code::WRONG_CLIENT)),
        }
    }
}

async fn client(parts: &Parts, state: &ApiState) -> Result<ApiClient, ApiProblem> {
    let Some(shown) = parts.headers.get(header::AUTHORIZATION) else {
        let problem = ApiProblem::new(&code::NO_TOKEN);
        return Err(problem.header("www-authenticate", "Bearer realm=\"jinqiao\""));
    };
    let token = shown.to_str().ok().and_then(bearer).and_then(Token::parse);
    let token = token.ok_or(jq_identity::IdentityError::NotSignedIn)?;
    Ok(authenticate(&state.db, &token, state.db.clock().now()).await?)
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
