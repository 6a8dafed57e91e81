//! `GET /.well-known/openid-configuration`: where programs get their tokens, for those that look it up.
//!
//! It says only what is there: tokens for client credentials. Nobody signs in for somebody else here, and tokens carry
//! nothing to be verified, so neither an authorisation address nor keys are named.

use axum::Json;
use axum::extract::State;
use jq_identity::client::proof::ASSERTION_ALGORITHM;
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
    /// How a client shows itself; each client has one way.
    token_endpoint_auth_methods_supported: Vec<String>,
    /// How assertions are signed.
    token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Whether a token that was given for a certificate can be used with this certificate only.
    tls_client_certificate_bound_access_tokens: bool,
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
    // Certificates are believed behind a proxy only, so without one the way is not there.
    let by_certificate = !state.proxies.is_empty();
    let mut ways = vec!["client_secret_basic", "client_secret_post", "private_key_jwt"];
    if by_certificate {
        ways.push("tls_client_auth");
    }
    Json(DiscoveryView {
        issuer: at(""),
        token_endpoint: at("/oauth/token"),
        grant_types_supported: words(&["client_credentials"]),
        token_endpoint_auth_methods_supported: words(&ways),
        token_endpoint_auth_signing_alg_values_supported: words(&[ASSERTION_ALGORITHM]),
        tls_client_certificate_bound_access_tokens: by_certificate,
        response_types_supported: Vec::new(),
        scopes_supported: Vec::new(),
        service_documentation: at("/api/docs"),
        ui_locales_supported: words(&["zh-CN", "en"]),
    })
}
