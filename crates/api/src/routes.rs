//! The addresses of the API, for whom each is, and what surrounds all of them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use jq_web::audience::{Audience, Pages, Placed};

use crate::guard::guard;
use crate::problem::ApiProblem;
use crate::speak::speak;
use crate::state::ApiState;
use crate::{
    batch, bulk, catalog, code, consent, discovery, docs, event, oauth, order, product, report, subject,
    uscc, warning, workdays,
};

/// No body but an archive is larger, in bytes; archives have their own limit.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// The router of `/api`, `/oauth/token` and the discovery document, to be merged into the platform's.
pub fn router(state: ApiState) -> Router {
    let guarded = closed().around(|routes| routes.route_layer(from_fn_with_state(state.clone(), guard)));
    let api = open()
        .with(guarded)
        .into_router()
        .fallback(no_such_address)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(speak))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state.clone());
    outside()
        .into_router()
        .layer(from_fn(speak))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state)
        .nest("/api", api)
}

/// Every address of the API and for whom it is.
pub fn placed() -> Vec<Placed> {
    let api = open().with(closed()).placed().to_vec();
    let under = |placed: Placed| Placed { path: format!("/api{}", placed.path), ..placed };
    api.into_iter().map(under).chain(outside().placed().to_vec()).collect()
}

fn outside() -> Pages<ApiState> {
    let everyone = Audience::Everyone;
    Pages::default()
        .at(everyone, "/oauth/token", post(oauth::token).fallback(wrong_method))
        .at(everyone, "/.well-known/openid-configuration", get(discovery::discover).fallback(wrong_method))
        .at(everyone, "/api/", any(no_such_address))
}

/// What anybody may ask.
fn open() -> Pages<ApiState> {
    let everyone = Audience::Everyone;
    Pages::default()
        .at(everyone, "/openapi.json", get(docs::document))
        .at(everyone, "/docs", get(docs::page))
        .at(everyone, "/v1/catalog/items", get(catalog::list))
        .at(everyone, "/v1/catalog/items/{id}", get(catalog::find))
        .at(everyone, "/v1/uscc/{code}", get(uscc::check))
        .at(everyone, "/v1/workdays", get(workdays::reckon))
        .at(everyone, "/v1/reports/{report_no}", get(report::verify))
        .at(everyone, "/v1/products", get(product::list))
        .at(everyone, "/v1/products/{id}", get(product::find))
}

/// What takes a token: every call goes through the guard.
fn closed() -> Pages<ApiState> {
    let unit = Audience::UnitClient;
    Pages::default()
        .at(unit, "/v1/batches", post(batch::deliver).get(batch::list))
        .at(unit, "/v1/batches/{batch_id}", get(batch::find))
        .with(readings())
        .with(orders())
}

/// What banks ask of subjects and read of them.
fn readings() -> Pages<ApiState> {
    let bank = Audience::BankClient;
    Pages::default()
        .at(bank, "/v1/consent-requests", post(consent::ask).get(consent::list))
        .at(bank, "/v1/consent-requests/{id}", get(consent::find))
        .at(bank, "/v1/consents", get(consent::list_given))
        .at(bank, "/v1/consents/{id}", get(consent::find_given))
        .at(bank, "/v1/stop-notices", get(consent::list_stops))
        .at(bank, "/v1/stop-notices/{id}/acknowledge", post(consent::acknowledge))
        .at(bank, "/v1/subjects/{uscc}/records", get(subject::records))
        .at(bank, "/v1/subjects/{uscc}/report", get(subject::report))
        .at(bank, "/v1/subjects/{uscc}/prequal", post(subject::prequal))
        .at(bank, "/v1/bulk-readings", post(bulk::ask))
        .at(bank, "/v1/bulk-readings/{id}", get(bulk::find))
        .at(bank, "/v1/bulk-readings/{id}/result", get(bulk::result))
        .at(bank, "/v1/warnings", get(warning::list))
        .at(bank, "/v1/warnings/{id}/mark", post(warning::mark))
        .at(bank, "/v1/events", get(event::list))
}

/// What banks do with orders and loans.
fn orders() -> Pages<ApiState> {
    let bank = Audience::BankClient;
    Pages::default()
        .at(bank, "/v1/orders", get(order::list))
        .at(bank, "/v1/orders/{id}", get(order::find))
        .at(bank, "/v1/orders/{id}/accept", post(order::accept))
        .at(bank, "/v1/orders/{id}/decline", post(order::decline))
        .at(bank, "/v1/orders/{id}/contact", post(order::contact))
        .at(bank, "/v1/orders/{id}/survey", post(order::survey))
        .at(bank, "/v1/orders/{id}/request-materials", post(order::request_materials))
        .at(bank, "/v1/orders/{id}/submit-approval", post(order::submit_approval))
        .at(bank, "/v1/orders/{id}/grant", post(order::grant))
        .at(bank, "/v1/orders/{id}/refuse", post(order::refuse))
        .at(bank, "/v1/orders/{id}/uphold", post(order::uphold))
        .at(bank, "/v1/orders/{id}/reopen", post(order::reopen))
        .at(bank, "/v1/orders/{id}/sign", post(order::sign))
        .at(bank, "/v1/orders/{id}/drawdowns", post(order::draw))
        .at(bank, "/v1/loans/{id}/repayments", post(order::repay))
}

async fn no_such_address() -> ApiProblem {
    ApiProblem::new(&code::NO_ADDRESS)
}

async fn wrong_method() -> ApiProblem {
    ApiProblem::new(&code::WRONG_METHOD)
}
