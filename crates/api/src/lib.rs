//! The programs' door: banks, source units and anyone who checks a report reach the platform here.
//!
//! | Address | Who | What |
//! | --- | --- | --- |
//! | `POST /oauth/token`, `GET /.well-known/openid-configuration` | a registered client | a bearer token for an hour |
//! | `POST /api/v1/batches`, `GET …`, `GET …/{batch_id}` | a source unit's client | delivers a batch, reads receipts |
//! | `POST /api/v1/consent-requests`, `GET …`, `GET …/{id}` | a bank's client | asks subjects for consents |
//! | `GET /api/v1/subjects/{uscc}/records`, `…/report`, `POST …/prequal` | a bank's client | reads under a consent |
//! | `POST /api/v1/bulk-readings`, `GET …/{id}`, `…/{id}/result` | a bank's client | has many subjects read at night |
//! | `GET /api/v1/orders`, `…/{id}`, `POST …/{id}/{act}`, `POST /api/v1/loans/{id}/repayments` | a bank's client | handles orders for the bank's employees |
//! | `GET /api/v1/warnings`, `POST …/{id}/mark` | a bank's client | early warnings on its live loans |
//! | `GET /api/v1/events` | a bank's client | what happened to them, in order |
//! | `GET /api/v1/products`, `…/{id}` | anyone | what banks offer |
//! | `GET /api/v1/catalog/items`, `…/{id}` | anyone | what the city gathers and how a file is laid out |
//! | `GET /api/v1/uscc/{code}`, `GET /api/v1/workdays` | anyone | judges a credit code, reckons a deadline |
//! | `GET /api/v1/reports/{report_no}` | anyone who holds the number | whether a report is genuine and still valid |
//! | `GET /api/openapi.json`, `GET /api/docs` | anyone | this description, for programs and for people |
//!
//! The promise: what goes wrong is answered as RFC 9457 `application/problem+json` with a stable code, in the
//! language the caller reads, with what to do about it; everything that comes from outside has a limit; what is sent
//! twice under one key is done once.
//!
//! Every call with a token goes through one guard first: is the token good, and for this connection's certificate; has
//! the institution calls left; is the call signed as it must be. What is refused is counted, logged, and, where the
//! client is known, put on record.
//!
//! Tables: `api_bulk`, `api_bulk_subject`.
//!
//! What it never does: look at cookies, decide what a use case should decide, show a unit another unit's batch or a bank
//! another bank's order, or let a record out that no consent opens.

mod basic;
mod batch;
mod body;
mod bulk;
mod caller;
mod catalog;
mod code;
mod consent;
mod discovery;
mod docs;
mod document;
mod event;
mod gate;
mod guard;
mod oauth;
mod once;
mod order;
mod params;
mod problem;
mod product;
mod refuse;
mod report;
mod routes;
mod said;
mod speak;
mod state;
mod subject;
mod uscc;
mod warning;
mod words;
mod workdays;

use jq_jobs::Worker;

pub use bulk::BulkHours;
pub use docs::openapi;
pub use routes::{placed, router};
pub use state::{ApiState, Limits};

/// The tables with columns that lie sealed.
pub const SECRET_TABLES: [&jq_base::seal::SecretTable; 1] = [&bulk::SECRETS];

/// Has the worker do what was asked for by day: readings of many subjects, in the hours that are set for them.
#[must_use]
pub fn attend(worker: Worker, state: &ApiState) -> Worker {
    bulk::attend(worker, state)
}
