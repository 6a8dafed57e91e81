//! Taking a consent back: one press in the list, or with a reason on its own page. It holds at once, and needs nothing
//! but the business store: what else the page would like to say is left out when it cannot be read.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_consent::{ConsentError, Grant};
use jq_identity::FirmUser;
use jq_lending::order::OrderFilter;
use jq_lending::{Actor, OrderState};
use jq_web::{FieldProblem, Visit, page};
use serde::Deserialize;

use super::{GrantView, find, must_consent};
use crate::firm::order::OrderHead;
use crate::form;
use crate::refused::Answer;
use crate::session::Firm;
use crate::state::PortalState;

/// Orders with the bank that are named.
const ORDERS_MAX: u32 = 5;
/// Characters of a reason that are shown again.
const REASON_CHARS: usize = 1_000;

/// The question whether a consent shall be taken back.
#[derive(Template)]
#[template(path = "firm/consent_withdraw.html")]
pub struct WithdrawPage {
    v: Visit,
    head: GrantView,
    orders: Vec<OrderHead>,
    reason: String,
    errors: Vec<FieldProblem>,
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct WithdrawForm {
    reason: String,
}

/// `GET /firm/consents/{id}/withdraw`
pub async fn ask(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    must_consent(&user)?;
    let grant = find(&state, &user, &id).await?;
    if !grant.state(state.db.clock().now()).can_be_withdrawn() {
        return Ok(Redirect::to(&format!("/firm/consents/{}", grant.consent_id)).into_response());
    }
    Ok(page(&WithdrawPage::new(v, &state, &user, &grant, String::new(), Vec::new()).await))
}

/// `POST /firm/consents/{id}/withdraw`. Sent twice it is answered like the first time.
pub async fn withdraw(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<WithdrawForm>,
) -> Answer {
    must_consent(&user)?;
    let grant = find(&state, &user, &id).await?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match jq_consent::withdraw(&mut tx, &user, &grant.consent_id, &form.reason, now).await {
        Ok(_) => tx.commit().await?,
        Err(ConsentError::GrantEnded(_)) => tx.rollback().await?,
        Err(ConsentError::TextTooLong { .. }) => {
            tx.rollback().await?;
            let message = v.t("consent-reason-long");
            let errors = vec![FieldProblem { field: "reason".to_owned(), message }];
            let reason = form.reason.chars().take(REASON_CHARS).collect();
            let shown = WithdrawPage::new(v, &state, &user, &grant, reason, errors).await;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&format!("/firm/consents/{}/receipt", grant.consent_id)).into_response())
}

impl WithdrawPage {
    async fn new(
        v: Visit,
        state: &PortalState,
        user: &FirmUser,
        grant: &Grant,
        reason: String,
        errors: Vec<FieldProblem>,
    ) -> Self {
        let filter = OrderFilter {
            states: OrderState::at_a_bank(),
            bank: Some(grant.bank.clone()),
            ..OrderFilter::default()
        };
        let found = state.lending.list_for(&state.db, &Actor::Firm(user), &filter, None, ORDERS_MAX).await;
        let without = |error| {
            tracing::warn!(error = %error, "a withdrawal is shown without the orders it would touch");
            Vec::new()
        };
        let orders = found.map_or_else(without, |found| found.orders);
        Self {
            head: GrantView::new(&v, grant, state.db.clock().now()),
            orders: orders.iter().map(|order| OrderHead::new(&v, state, order)).collect(),
            reason,
            errors,
            v,
        }
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}
