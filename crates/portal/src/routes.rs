//! Every address of the pages.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::state::PortalState;
use crate::{demo, firm, public, unit};

/// The pages. `demo` adds what only a demonstration has.
pub fn router(state: PortalState, demo: bool) -> Router {
    let upload_max = state.upload_max;
    let mut pages = Router::new()
        .route("/", get(public::home::show))
        .route("/catalog", get(public::catalog::list))
        .route("/catalog/{item}", get(public::catalog::item))
        .route("/verify", get(public::verify::ask))
        .route("/verify/{report_no}", get(public::verify::show))
        .merge(firm_pages())
        .merge(unit_pages(upload_max));
    if demo {
        pages = pages
            .route("/demo/phone", get(demo::phone::show))
            .route("/styleguide", get(demo::styleguide::show));
    }
    pages.with_state(state)
}

fn firm_pages() -> Router<PortalState> {
    Router::new()
        .route("/firm", get(firm::home::show))
        .route("/firm/sign-in", get(firm::sign_in::ask_mobile).post(firm::sign_in::send_code))
        .route("/firm/sign-in/code", get(firm::sign_in::ask_code).post(firm::sign_in::check_code))
        .route("/firm/choose", get(firm::choose::ask).post(firm::choose::choose))
        .route("/firm/sign-out", post(firm::sign_in::sign_out))
        .route("/firm/report", get(firm::report::show).post(firm::report::renew))
        .route("/firm/report.pdf", get(firm::report::pdf))
        .route("/firm/report.json", get(firm::report::json))
        .route("/firm/prequal", get(firm::prequal::show).post(firm::prequal::ask))
        .route("/firm/prequal/{decision_id}", get(firm::prequal::answer))
}

fn unit_pages(upload_max: usize) -> Router<PortalState> {
    let deliver = get(unit::deliver::ask).post(unit::deliver::take);
    Router::new()
        .route("/unit", get(unit::home::show))
        .route("/unit/sign-in", get(unit::sign_in::ask).post(unit::sign_in::check))
        .route("/unit/sign-out", post(unit::sign_in::sign_out))
        .route("/unit/deliver", deliver.layer(DefaultBodyLimit::max(upload_max)))
        .route("/unit/deliveries/{batch}", get(unit::receipt::show))
        .route("/unit/deliveries/{batch}/receipt.json", get(unit::receipt::json))
        .route("/unit/deliveries/{batch}/rejected.csv", get(unit::receipt::rejected))
}
