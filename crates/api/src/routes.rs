//! The addresses of the API, and what surrounds all of them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{any, get, post};

use crate::problem::ApiProblem;
use crate::speak::speak;
use crate::state::ApiState;
use crate::{batch, catalog, code, docs, oauth, report, uscc, workdays};

/// No body but an archive is larger, in bytes; archives have their own limit.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// The router of `/api` and `/oauth/token`, to be merged into the platform's.
pub fn router(state: ApiState) -> Router {
    let api = Router::new()
        .route("/openapi.json", get(docs::document))
        .route("/docs", get(docs::page))
        .route("/v1/batches", post(batch::deliver).get(batch::list))
        .route("/v1/batches/{batch_id}", get(batch::find))
        .route("/v1/catalog/items", get(catalog::list))
        .route("/v1/catalog/items/{id}", get(catalog::find))
        .route("/v1/uscc/{code}", get(uscc::check))
        .route("/v1/workdays", get(workdays::reckon))
        .route("/v1/reports/{report_no}", get(report::verify))
        .fallback(no_such_address)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(speak))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state.clone());
    Router::new()
        .route("/oauth/token", post(oauth::token).fallback(wrong_method))
        .route("/api/", any(no_such_address))
        .layer(from_fn(speak))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state)
        .nest("/api", api)
}

async fn no_such_address() -> ApiProblem {
    ApiProblem::new(&code::NO_ADDRESS)
}

async fn wrong_method() -> ApiProblem {
    ApiProblem::new(&code::WRONG_METHOD)
}
