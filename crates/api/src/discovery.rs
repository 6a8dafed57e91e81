//! `GET /.well-known/openid-configuration`: where programs get their tokens, for those that look it up.
//!
//! It says only what is there: tokens for client credentials. Nobody signs in for somebody else here, and tokens carry
//! nothing to be verified, so neither an authorisation address nor keys are named.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::ApiState;

/// Where and how programs get tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Discovery)]
pub(crate) struct DiscoveryView {
    /// The platform's address.
    issuer: String,
    /// Where tokens are given.
    token_endpoint: String,
    /// For what tokens are given: client credentials.
    grant_types_supported: Vec<String>,
    /// How a client shows its secret.
    token_endpoint_auth_methods_supported: Vec<String>,
    /// None: nobody is sent here to sign in.
    response_types_supported: Vec<String>,
    /// None: a token opens what its client's institution may do.
    scopes_supported: Vec<String>,
    /// The description for people.
    service_documentation: String,
    /// The languages of pages and problems.
    ui_locales_supported: Vec<String>,
}

#[utoipa::path(
    get,
    path = "/.well-known/openid-configuration",
    operation_id = "discover",
    tag = "token",
    summary = "Discover where tokens are given",
    description = "The discovery document of OpenID Connect as far as it applies: tokens are given for client \
        credentials only.",
    responses((status = 200, description = "The discovery document.", body = DiscoveryView)),
)]
pub(crate) async fn discover(State(state): State<ApiState>) -> Json<DiscoveryView> {
    let at = |path: &str| format!("{}{path}", state.address);
    let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect();
    Json(DiscoveryView {
        issuer: at(""),
        token_endpoint: at("/oauth/token"),
        grant_types_supported: words(&["client_credentials"]),
        token_endpoint_auth_methods_supported: words(&["client_secret_basic", "client_secret_post"]),
        response_types_supported: Vec::new(),
        scopes_supported: Vec::new(),
        service_documentation: at("/api/docs"),
        ui_locales_supported: words(&["zh-CN", "en"]),
    })
}
