//! The programs' door: banks, source units and anyone who checks a report reach the platform here.
//!
//! | Address | Who | What |
//! | --- | --- | --- |
//! | `POST /oauth/token` | a registered client | a bearer token for an hour |
//! | `POST /api/v1/batches`, `GET …`, `GET …/{batch_id}` | a source unit's client | delivers a batch, reads receipts |
//! | `GET /api/v1/catalog/items`, `…/{id}` | anyone | what the city gathers and how a file is laid out |
//! | `GET /api/v1/uscc/{code}`, `GET /api/v1/workdays` | anyone | judges a credit code, reckons a deadline |
//! | `GET /api/v1/reports/{report_no}` | anyone who holds the number | whether a report is genuine and still valid |
//! | `GET /api/openapi.json`, `GET /api/docs` | anyone | this description, for programs and for people |
//!
//! The promise: what goes wrong is answered as RFC 9457 `application/problem+json` with a stable code, in the
//! language the caller reads, with what to do about it; everything that comes from outside has a limit.
//!
//! What it never does: look at cookies, decide what a use case should decide, or show a unit another unit's batch.

mod basic;
mod batch;
mod caller;
mod catalog;
mod code;
mod docs;
mod document;
mod gate;
mod oauth;
mod params;
mod problem;
mod report;
mod routes;
mod said;
mod speak;
mod state;
mod uscc;
mod workdays;

pub use docs::openapi;
pub use routes::router;
pub use state::{ApiState, Limits};
