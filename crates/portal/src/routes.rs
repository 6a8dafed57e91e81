//! Every address of the pages, and for whom it is.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use jq_web::audience::{Audience, Pages, Placed};

use crate::session::{Audit, Bank, Desk, Oversight, Security, System, Unit};
use crate::staff::{StaffPortal, colleague, me, messages, models, second, sign_in};
use crate::state::PortalState;
use crate::{audit, bank, carrier, demo, desk, firm, oversight, public, security, system, unit};

/// The pages. `demo` adds what only a demonstration has.
pub fn router(state: PortalState, demo: bool) -> Router {
    pages(state.upload_max, demo).into_router().with_state(state)
}

/// Every address of the pages and for whom it is.
pub fn placed(demo: bool) -> Vec<Placed> {
    pages(0, demo).placed().to_vec()
}

fn pages(upload_max: usize, demo: bool) -> Pages<PortalState> {
    let pages = public_pages()
        .with(firm_pages())
        .with(firm_order_pages())
        .with(firm_person_pages())
        .with(firm_right_pages())
        .with(unit_pages(upload_max))
        .with(bank::pages())
        .with(desk::pages())
        .with(oversight::pages())
        .with(system::pages())
        .with(security::pages())
        .with(audit::pages())
        .with(carrier::pages())
        .with(door::<Unit>())
        .with(door::<Bank>())
        .with(door::<Desk>())
        .with(door::<Oversight>())
        .with(door::<System>())
        .with(door::<Security>())
        .with(door::<Audit>())
        .with(messages::pages::<Unit>())
        .with(messages::pages::<System>())
        .with(messages::pages::<Security>())
        .with(messages::pages::<Audit>())
        .with(models::pages::<Bank>(Audience::Bank))
        .with(models::pages::<System>(Audience::System))
        .with(models::pages::<Security>(Audience::Security))
        .with(colleague::pages::<Bank>(Audience::BankAdmin))
        .with(colleague::pages::<Security>(Audience::Security));
    if demo { pages.with(demo_pages()) } else { pages }
}

fn public_pages() -> Pages<PortalState> {
    let everyone = Audience::Everyone;
    Pages::default()
        .at(everyone, "/", get(public::home::show))
        .at(everyone, "/catalog", get(public::catalog::list))
        .at(everyone, "/catalog/{item}", get(public::catalog::item))
        .at(everyone, "/models", get(public::models::list))
        .at(everyone, "/models/{id}", get(public::models::model))
        .at(everyone, "/products", get(public::product::list::list))
        .at(everyone, "/products/{id}", get(public::product::show::show))
        .at(everyone, "/verify", get(public::verify::ask))
        .at(everyone, "/verify/{report_no}", get(public::verify::show))
}

fn demo_pages() -> Pages<PortalState> {
    let everyone = Audience::Everyone;
    Pages::default()
        .at(everyone, "/demo/clock", get(demo::clock::show).post(demo::clock::set))
        .at(everyone, "/demo/phone", get(demo::phone::show))
        .at(everyone, "/styleguide", get(demo::styleguide::show))
}

fn firm_pages() -> Pages<PortalState> {
    let whom = Audience::Firm;
    Pages::default()
        .at(whom, "/firm", get(firm::home::show))
        .at(
            Audience::Everyone,
            "/firm/sign-in",
            get(firm::sign_in::ask_mobile).post(firm::sign_in::send_code),
        )
        .at(
            Audience::Everyone,
            "/firm/sign-in/code",
            get(firm::sign_in::ask_code).post(firm::sign_in::check_code),
        )
        .at(Audience::Person, "/firm/choose", get(firm::choose::ask).post(firm::choose::choose))
        .at(Audience::Everyone, "/firm/sign-out", post(firm::sign_in::sign_out))
        .at(whom, "/firm/report", get(firm::report::show).post(firm::report::renew))
        .at(whom, "/firm/report.pdf", get(firm::report::pdf))
        .at(whom, "/firm/report.json", get(firm::report::json))
        .at(whom, "/firm/prequal", get(firm::prequal::show).post(firm::prequal::ask))
        .at(whom, "/firm/prequal/follow", post(firm::prequal::follow))
        .at(whom, "/firm/prequal/{decision_id}", get(firm::prequal::answer))
}

fn firm_order_pages() -> Pages<PortalState> {
    use firm::apply::{check, contact, send, terms};
    use firm::order::{act, documents, draw, elsewhere, follow, list, show, sign};
    let whom = Audience::Firm;
    Pages::default()
        .at(whom, "/firm/apply/{product}", get(terms::ask).post(terms::take))
        .at(whom, "/firm/apply/{product}/contact", get(contact::ask).post(contact::take))
        .at(whom, "/firm/apply/{product}/check", get(check::show).post(send::send))
        .at(whom, "/firm/orders", get(list::list))
        .at(whom, "/firm/orders/{id}", get(show::show))
        .at(whom, "/firm/orders/{id}/supply", post(act::supply))
        .at(whom, "/firm/orders/{id}/withdraw", get(act::ask_withdraw).post(act::withdraw))
        .at(whom, "/firm/orders/{id}/contacted", post(act::contacted))
        .at(whom, "/firm/orders/{id}/appeal", get(act::ask_appeal).post(act::appeal))
        .at(whom, "/firm/orders/{id}/elsewhere", post(elsewhere::ask))
        .at(whom, "/firm/orders/{id}/elsewhere/{product}", post(elsewhere::carry))
        .at(whom, "/firm/orders/{id}/follow", post(follow::follow))
        .at(
            whom,
            "/firm/orders/{id}/documents",
            post(documents::take).layer(DefaultBodyLimit::max(documents::BODY_MAX)),
        )
        .at(whom, "/firm/orders/{id}/documents/again", post(documents::give_again))
        .at(whom, "/firm/orders/{id}/documents/back", post(documents::take_back))
        .at(whom, "/firm/orders/{id}/documents/{document}", get(documents::open))
        .at(whom, "/firm/orders/{id}/sign", get(sign::ask).post(sign::sign))
        .at(whom, "/firm/orders/{id}/draw", get(draw::ask).post(draw::take))
}

/// What a person may do before acting for a firm.
fn firm_person_pages() -> Pages<PortalState> {
    use firm::agents::{answer, list};
    use firm::verify::{self, household};
    let person = Audience::Person;
    Pages::default()
        .at(person, "/firm/verify", get(verify::ask).post(verify::find))
        .at(person, "/firm/verify/firm/{code}", get(verify::firm::ask).post(verify::firm::check))
        .at(person, "/firm/verify/household", get(household::ask).post(household::check))
        .at(person, "/firm/agents", get(list::list))
        .at(person, "/firm/agents/{id}", get(answer::show))
        .at(person, "/firm/agents/{id}/accept", post(answer::accept))
        .at(person, "/firm/agents/{id}/decline", post(answer::decline))
}

fn firm_right_pages() -> Pages<PortalState> {
    use firm::agents::{grant, revoke};
    use firm::consents::{confirm, list, new, receipt, request, show, withdraw};
    use firm::{complaints, looks, messages};
    let whom = Audience::Firm;
    Pages::default()
        .at(whom, "/firm/agents/new", get(grant::ask).post(grant::grant))
        .at(whom, "/firm/agents/{id}/revoke", get(revoke::ask).post(revoke::revoke))
        .at(whom, "/firm/consents", get(list::list))
        .at(whom, "/firm/consents/new", get(new::ask).post(new::agree))
        .at(whom, "/firm/consents/requests/{id}", get(request::show).post(request::answer))
        .at(whom, "/firm/consents/{id}", get(show::show))
        .at(whom, "/firm/consents/{id}/receipt", get(receipt::show))
        .at(whom, "/firm/consents/{id}/receipt.pdf", get(receipt::pdf))
        .at(whom, "/firm/consents/{id}/receipt.json", get(receipt::json))
        .at(whom, "/firm/consents/{id}/confirm", post(confirm::confirm))
        .at(whom, "/firm/consents/{id}/withdraw", get(withdraw::ask).post(withdraw::withdraw))
        .at(whom, "/firm/looks", get(looks::list))
        .at(whom, "/firm/looks/{id}/complain", get(complaints::ask).post(complaints::complain))
        .at(whom, "/firm/complaints", get(complaints::list))
        .at(whom, "/firm/messages", get(messages::list).post(messages::read_all))
        .at(whom, "/firm/messages/{id}", post(messages::open))
}

fn unit_pages(upload_max: usize) -> Pages<PortalState> {
    let employee = Audience::Unit;
    let deliver = get(unit::deliver::ask).post(unit::deliver::take);
    Pages::default()
        .at(employee, "/unit", get(unit::home::show))
        .at(employee, "/unit/errors", get(unit::error::list))
        .at(employee, "/unit/deliver", deliver.layer(DefaultBodyLimit::max(upload_max)))
        .at(employee, "/unit/deliveries/{batch}", get(unit::receipt::show))
        .at(employee, "/unit/deliveries/{batch}/receipt.json", get(unit::receipt::json))
        .at(employee, "/unit/deliveries/{batch}/rejected.csv", get(unit::receipt::rejected))
}

/// How the employees of a portal come in and leave, and what they keep of their own sign-in.
fn door<P: StaffPortal>() -> Pages<PortalState> {
    let everyone = Audience::Everyone;
    me::pages::<P>()
        .with(second::pages::<P>())
        .at(everyone, &format!("{}/sign-in", P::HOME), get(sign_in::ask::<P>).post(sign_in::check::<P>))
        .at(everyone, &format!("{}/sign-out", P::HOME), post(sign_in::sign_out::<P>))
}
