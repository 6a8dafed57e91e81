//! The bank's workbench: the queue of orders, one order on one page with the next act, the firm's records under its
//! consent, early warnings on its live loans, the team.

pub mod alerts;
pub mod consents;
pub mod duty;
pub mod emergencies;
pub mod me;
pub mod messages;
pub mod order;
pub mod queue;
pub mod recommendations;
pub mod renewals;
pub mod team;
pub mod warnings;

use axum::routing::{get, post};
use jq_base::ids::OrderId;
use jq_consent::BankReader;
use jq_identity::BankUser;
use jq_lending::{Actor, LendingError, Order, OrderState};
use jq_web::audience::{Audience, Pages};

use crate::refused::Refused;
use crate::state::PortalState;

pub use me::{BankPeople, Colleagues, Me};

/// Every address of the workbench but its door.
pub fn pages() -> Pages<PortalState> {
    use order::{act, ask, denied, documents, emergency, records, reveal, show, urge};
    let whom = Audience::Bank;
    Pages::default()
        .at(whom, "/bank", get(queue::show))
        .at(whom, "/bank/orders.csv", get(queue::file::export))
        .at(whom, "/bank/views", post(queue::act::save))
        .at(whom, "/bank/views/drop", post(queue::act::drop))
        .at(Audience::BankAdmin, "/bank/reassign", post(queue::act::reassign))
        .at(whom, "/bank/orders/{id}", get(show::show))
        .at(whom, "/bank/orders/{id}/do/{act}", post(act::perform))
        .at(whom, "/bank/orders/{id}/records", get(denied::back).post(records::read))
        .at(whom, "/bank/orders/{id}/ask-consent", post(ask::ask))
        .at(whom, "/bank/orders/{id}/emergency", get(emergency::form).post(emergency::ask))
        .at(whom, "/bank/orders/{id}/contact-person", get(denied::back).post(reveal::reveal))
        .at(whom, "/bank/orders/{id}/documents/{document}", get(documents::open))
        .at(whom, "/bank/orders/{id}/urge", post(urge::urge))
        .at(whom, "/bank/orders/{id}/urges/{urge}/answer", post(urge::answer))
        .at(whom, "/bank/consents", get(consents::list))
        .at(whom, "/bank/stop-notices/{id}/acknowledge", post(consents::acknowledge))
        .at(whom, "/bank/warnings", get(warnings::list::list))
        .at(whom, "/bank/warnings/{id}", get(warnings::show::show).post(warnings::show::mark))
        .at(whom, "/bank/renewals", get(renewals::list))
        .at(whom, "/bank/recommendations", get(recommendations::list))
        .at(whom, "/bank/recommendations/{id}", post(recommendations::act))
        .at(whom, "/bank/emergencies", get(emergencies::list))
        .at(whom, "/bank/emergencies/{id}", post(emergencies::decide))
        .at(Audience::BankAdmin, "/bank/alerts", get(alerts::list))
        .at(Audience::BankAdmin, "/bank/alerts/{id}", post(alerts::answer))
        .at(Audience::BankAdmin, "/bank/team", get(team::list).post(duty::set_way))
        .at(Audience::BankAdmin, "/bank/team/{login}", get(duty::ask).post(duty::set))
        .at(Audience::BankAdmin, "/bank/team/{login}/hand-over", post(duty::hand_over))
        .at(whom, "/bank/messages", get(messages::list).post(messages::read_all))
}

/// The order, when this employee may know of it; another bank's or branch's is not there.
pub async fn find(state: &PortalState, user: &BankUser, id: &str) -> Result<Order, Refused> {
    let id = OrderId::parse(id).map_err(|_| LendingError::OrderNotFound)?;
    Ok(state.lending.find_for(&state.db, &Actor::Bank(user), &id).await?)
}

/// The employee as somebody who reads for the bank.
pub fn reader(user: &BankUser) -> BankReader<'_> {
    let staff = user.staff();
    BankReader { bank: user.bank(), reader: staff.login(), role: staff.role().code() }
}

/// Colour and icon of a state as a bank sees it; the word always stands beside them.
pub fn tone(state: OrderState) -> (&'static str, &'static str) {
    use OrderState as S;
    match state {
        S::Draft | S::Submitted | S::Dispatched => ("soon", "bell"),
        S::Accepted | S::Surveying => ("info", "search"),
        S::AwaitingMaterials => ("", "file-text"),
        S::Approving => ("info", "scale"),
        S::Approved | S::Signed => ("money", "coin"),
        S::Drawing | S::Repaying => ("good", "calendar-due"),
        S::Settled => ("good", "circle-check"),
        S::Overdue => ("bad", "alert-triangle"),
        S::Rejected | S::Withdrawn | S::Lapsed | S::WrittenOff => ("", "circle-x"),
    }
}
