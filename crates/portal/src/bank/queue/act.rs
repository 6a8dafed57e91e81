//! What is done with the list itself: several orders given to somebody else, and a list kept under a name.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use jq_base::ids::OrderId;
use jq_identity::staff::{drop_view, save_view};
use jq_lending::order::OrderAct;
use jq_lending::{Actor, LendingError};
use serde::Deserialize;

use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;

/// Orders given at once at most: those of a page.
const ORDERS_MAX: usize = 50;

/// A list and its name.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ViewForm {
    name: String,
    address: String,
}

/// `POST /bank/views`
pub async fn save(State(state): State<PortalState>, Bank(user): Bank, Form(form): Form<ViewForm>) -> Answer {
    let is_list = form.address.starts_with("/bank?");
    let saved = is_list && save_view(&state.db, user.staff(), &form.name, &form.address).await?;
    Ok(back(&form.address, if saved { "view" } else { "view-not" }))
}

/// `POST /bank/views/drop`
pub async fn drop(State(state): State<PortalState>, Bank(user): Bank, Form(form): Form<ViewForm>) -> Answer {
    drop_view(&state.db, user.staff(), &form.name).await?;
    Ok(back(&form.address, "view-dropped"))
}

/// `POST /bank/reassign`: gives the marked orders to somebody else, each by itself; what cannot be given is left.
pub async fn reassign(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer {
    let all = |name: &'static str| {
        pairs.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    };
    let officer = all("officer").next().unwrap_or_default();
    let address = all("address").next().unwrap_or_default();
    let (mut given, mut left) = (0_u32, 0_u32);
    for id in all("order").take(ORDERS_MAX) {
        let Ok(id) = OrderId::parse(id) else { continue };
        let mut tx = state.db.begin().await?;
        let now = tx.now();
        let act = OrderAct::Reassign { officer: officer.to_owned() };
        match state.lending.act(&mut tx, &Actor::Bank(&user), &id, act, None, now).await {
            Ok(_) => {
                tx.commit().await?;
                given += 1;
            }
            Err(error @ (LendingError::Store(_) | LendingError::WrongRole { .. })) => {
                return Err(error.into());
            }
            Err(_) => left += 1,
        }
    }
    Ok(back(address, &format!("given.{given}.{left}")))
}

/// To the list that was looked at, with what was done.
fn back(address: &str, done: &str) -> Response {
    let list =
        if address.starts_with("/bank?") && !address.contains(['\r', '\n']) { address } else { "/bank?" };
    Redirect::to(&format!("{list}&done={done}")).into_response()
}
