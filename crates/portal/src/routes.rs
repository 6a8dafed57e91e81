//! Every address of the pages.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::session::{Bank, Desk, Oversight, Unit};
use crate::staff::{StaffPortal, sign_in};
use crate::state::PortalState;
use crate::{demo, firm, public, unit};

/// The pages. `demo` adds what only a demonstration has.
pub fn router(state: PortalState, demo: bool) -> Router {
    let upload_max = state.upload_max;
    let mut pages = Router::new()
        .route("/", get(public::home::show))
        .route("/catalog", get(public::catalog::list))
        .route("/catalog/{item}", get(public::catalog::item))
        .route("/products", get(public::product::list::list))
        .route("/products/{id}", get(public::product::show::show))
        .route("/verify", get(public::verify::ask))
        .route("/verify/{report_no}", get(public::verify::show))
        .merge(firm_pages())
        .merge(firm_order_pages())
        .merge(unit_pages(upload_max))
        .merge(door::<Unit>())
        .merge(door::<Bank>())
        .merge(door::<Desk>())
        .merge(door::<Oversight>());
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

fn firm_order_pages() -> Router<PortalState> {
    use firm::apply::{check, contact, send, terms};
    use firm::order::{act, draw, list, show, sign};
    Router::new()
        .route("/firm/apply/{product}", get(terms::ask).post(terms::take))
        .route("/firm/apply/{product}/contact", get(contact::ask).post(contact::take))
        .route("/firm/apply/{product}/check", get(check::show).post(send::send))
        .route("/firm/orders", get(list::list))
        .route("/firm/orders/{id}", get(show::show))
        .route("/firm/orders/{id}/supply", post(act::supply))
        .route("/firm/orders/{id}/withdraw", get(act::ask_withdraw).post(act::withdraw))
        .route("/firm/orders/{id}/sign", get(sign::ask).post(sign::sign))
        .route("/firm/orders/{id}/draw", get(draw::ask).post(draw::take))
}

fn unit_pages(upload_max: usize) -> Router<PortalState> {
    let deliver = get(unit::deliver::ask).post(unit::deliver::take);
    Router::new()
        .route("/unit", get(unit::home::show))
        .route("/unit/deliver", deliver.layer(DefaultBodyLimit::max(upload_max)))
        .route("/unit/deliveries/{batch}", get(unit::receipt::show))
        .route("/unit/deliveries/{batch}/receipt.json", get(unit::receipt::json))
        .route("/unit/deliveries/{batch}/rejected.csv", get(unit::receipt::rejected))
}

/// How the employees of a portal come in and leave.
fn door<P: StaffPortal>() -> Router<PortalState> {
    Router::new()
        .route(&format!("{}/sign-in", P::HOME), get(sign_in::ask::<P>).post(sign_in::check::<P>))
        .route(&format!("{}/sign-out", P::HOME), post(sign_in::sign_out::<P>))
}
