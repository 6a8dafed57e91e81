//! The firm's records stay closed: why, and what the bank can do.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_consent::{Denial, DenialKind};
use jq_identity::BankUser;
use jq_lending::Order;
use jq_web::{Visit, page};

use super::act::address;
use super::firm::FirmCard;
use crate::bank::{self, Me};
use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;

/// The refusal.
#[derive(Template)]
#[template(path = "bank/denied.html")]
pub struct DeniedPage {
    v: Visit,
    me: Me,
    back: String,
    order_no: String,
    kind: &'static str,
    title: &'static str,
    text: String,
    next: &'static str,
    firm: FirmCard,
    part: bool,
    emergency: bool,
}

/// `GET /bank/orders/{id}/records` and the like: what is shown once cannot be opened again by its address.
pub async fn back(State(state): State<PortalState>, Bank(user): Bank, Path(id): Path<String>) -> Answer {
    let order = bank::find(&state, &user, &id).await?;
    Ok(Redirect::to(&address(&order)).into_response())
}

/// Shows why nothing was read.
pub async fn refuse(
    v: Visit,
    state: &PortalState,
    user: &BankUser,
    order: &Order,
    denial: &Denial,
) -> Answer {
    let named = match denial {
        Denial::ItemNotGranted { items } => {
            let name =
                |id: &String| state.catalog.item(id).map_or(id.as_str(), |one| one.name(v.lang())).to_owned();
            Denial::ItemNotGranted { items: items.iter().map(name).collect() }
        }
        other => other.clone(),
    };
    let denied = DeniedPage {
        me: Me::of(state, user, v.lang()).await?,
        back: address(order),
        order_no: order.order_no.clone(),
        kind: denial.code(),
        title: denial.kind().text(v.lang()),
        text: named.text(v.lang()),
        next: denial.next(v.lang()),
        firm: FirmCard::of(&v, state, user, order, false).await?,
        part: denial.kind() == DenialKind::ItemNotGranted,
        emergency: !matches!(
            denial.kind(),
            DenialKind::Withdrawn
                | DenialKind::FieldNotGranted
                | DenialKind::SubjectClosed
                | DenialKind::OfficerQuotaUsed
                | DenialKind::OtherReader
        ),
        v,
    };
    Ok((StatusCode::FORBIDDEN, page(&denied)).into_response())
}
