//! Sending an application: the consent it needs and the order, in one transaction. Sent twice it counts once.

use axum::extract::{Form, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use jq_consent::{ConsentError, NewGrant};
use jq_identity::FirmUser;
use jq_lending::order::NewOrder;
use jq_lending::product::Product;
use jq_lending::{LendingError, Order};
use jq_web::Visit;
use serde::Deserialize;

use super::check::{again, new_grant, ready};
use super::draft::Draft;
use super::register;
use crate::firm::consents;
use crate::firm::order::address;
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SendForm {
    /// The digest of the answers that were shown.
    draft: String,
    /// The digest of the consent that was shown; empty when none was asked for.
    text_hash: String,
}

/// Why an application was not sent.
enum NotSent {
    Lending(LendingError),
    Consent(ConsentError),
    Other(Refused),
}

/// `POST /firm/apply/{product}/check`
pub async fn send(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    headers: HeaderMap,
    v: Visit,
    Form(form): Form<SendForm>,
) -> Answer {
    let product = super::offered(&state, &id)?;
    super::must_apply(&user)?;
    if let Some(order) = super::open_order(&state, &user, product).await? {
        return Ok(known(&state, order.order_id.as_str(), "already"));
    }
    let draft = super::draft(&headers, &user, product);
    let new = match ready(&v, &user, product, &state, &draft) {
        Ok(new) => new,
        Err(unfinished) => return Ok(unfinished),
    };
    if draft.digest() != form.draft {
        let notice = v.t("apply-changed");
        return again(v, &state, &user, product, &draft, &notice).await;
    }
    match apply(&v, &state, &user, product, new, &form.text_hash).await {
        Ok(order) => Ok(known(&state, order.order_id.as_str(), "sent")),
        Err(error) => not_sent(error, v, &state, &user, product, &draft).await,
    }
}

/// Forgets the draft and leads to the order.
fn known(state: &PortalState, order: &str, done: &str) -> Response {
    Draft::forget(state, &format!("{}?done={done}", address(order)))
}

/// The consent, when one was agreed to, and the order.
async fn apply(
    v: &Visit,
    state: &PortalState,
    user: &FirmUser,
    product: &Product,
    new: NewOrder,
    text_hash: &str,
) -> Result<Order, NotSent> {
    let place = register::place(state, user).await.map_err(NotSent::Other)?;
    let new = NewOrder { district: place.district, industry: place.industry, ..new };
    let mut tx = state.db.begin().await.map_err(Refused::from).map_err(NotSent::Other)?;
    let now = tx.now();
    if !text_hash.is_empty() {
        let (text_hash, evidence) = (Some(text_hash.to_owned()), consents::evidence(v));
        let grant = NewGrant { text_hash, evidence, ..new_grant(product) };
        jq_consent::grant(&mut tx, &state.catalog, user, grant, now).await.map_err(NotSent::Consent)?;
    }
    let order = state.lending.apply(&mut tx, user, new, now).await.map_err(NotSent::Lending)?;
    tx.commit().await.map_err(Refused::from).map_err(NotSent::Other)?;
    Ok(order)
}

/// What the firm sees instead: its open order, or the page again with what is missing now.
async fn not_sent(
    error: NotSent,
    v: Visit,
    state: &PortalState,
    user: &FirmUser,
    product: &Product,
    draft: &Draft,
) -> Answer {
    let notice = match error {
        NotSent::Lending(LendingError::DoubleOpen { order_id, .. }) => {
            return Ok(known(state, order_id.as_str(), "already"));
        }
        NotSent::Lending(LendingError::ProductClosed) => {
            return Ok(Redirect::to(&format!("/firm/apply/{}", product.id)).into_response());
        }
        // Two presses at the same moment: the store takes one.
        NotSent::Lending(error @ LendingError::Store(_)) => {
            return match super::open_order(state, user, product).await? {
                Some(order) => Ok(known(state, order.order_id.as_str(), "already")),
                None => Err(error.into()),
            };
        }
        NotSent::Lending(error @ LendingError::ConsentMissing { .. }) => error.explain(v.lang()),
        NotSent::Consent(ConsentError::TextChanged | ConsentError::MovedOn) => v.t("apply-consent-changed"),
        NotSent::Lending(error) => return Err(error.into()),
        NotSent::Consent(error) => return Err(error.into()),
        NotSent::Other(error) => return Err(error),
    };
    again(v, state, user, product, draft, &notice).await
}
