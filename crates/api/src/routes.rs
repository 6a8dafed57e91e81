//! The addresses of the API, and what surrounds all of them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{any, get, post};

use crate::problem::ApiProblem;
use crate::speak::speak;
use crate::state::ApiState;
use crate::{
    batch, catalog, code, consent, discovery, docs, event, oauth, order, product, report, subject, uscc,
    workdays,
};

/// No body but an archive is larger, in bytes; archives have their own limit.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// The router of `/api`, `/oauth/token` and the discovery document, to be merged into the platform's.
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
        .route("/v1/products", get(product::list))
        .route("/v1/products/{id}", get(product::find))
        .route("/v1/consent-requests", post(consent::ask).get(consent::list))
        .route("/v1/consent-requests/{id}", get(consent::find))
        .route("/v1/subjects/{uscc}/records", get(subject::records))
        .route("/v1/subjects/{uscc}/report", get(subject::report))
        .route("/v1/subjects/{uscc}/prequal", post(subject::prequal))
        .route("/v1/events", get(event::list))
        .merge(orders())
        .fallback(no_such_address)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(speak))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state.clone());
    Router::new()
        .route("/oauth/token", post(oauth::token).fallback(wrong_method))
        .route("/.well-known/openid-configuration", get(discovery::discover).fallback(wrong_method))
        .route("/api/", any(no_such_address))
        .layer(from_fn(speak))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state)
        .nest("/api", api)
}

/// What banks do with orders and loans.
fn orders() -> Router<ApiState> {
    Router::new()
        .route("/v1/orders", get(order::list))
        .route("/v1/orders/{id}", get(order::find))
        .route("/v1/orders/{id}/accept", post(order::accept))
        .route("/v1/orders/{id}/decline", post(order::decline))
        .route("/v1/orders/{id}/contact", post(order::contact))
        .route("/v1/orders/{id}/survey", post(order::survey))
        .route("/v1/orders/{id}/request-materials", post(order::request_materials))
        .route("/v1/orders/{id}/submit-approval", post(order::submit_approval))
        .route("/v1/orders/{id}/grant", post(order::grant))
        .route("/v1/orders/{id}/refuse", post(order::refuse))
        .route("/v1/orders/{id}/sign", post(order::sign))
        .route("/v1/orders/{id}/drawdowns", post(order::draw))
        .route("/v1/loans/{id}/repayments", post(order::repay))
}

async fn no_such_address() -> ApiProblem {
    ApiProblem::new(&code::NO_ADDRESS)
}

async fn wrong_method() -> ApiProblem {
    ApiProblem::new(&code::WRONG_METHOD)
}
