//! A loan that ends soon, followed by another: the application is filled in from the loan, and its last step shows the
//! old plan beside the new one.

use axum::extract::{Form, Path, State};
use jq_lending::OrderKind;
use serde::Deserialize;

use super::loans::follows;
use crate::firm::apply;
use crate::firm::apply::draft::Draft;
use crate::refused::Answer;
use crate::session::Firm;
use crate::state::PortalState;

/// Which loan, and with which kind of application.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct FollowForm {
    loan: String,
    kind: String,
}

/// `POST /firm/orders/{id}/follow`
pub async fn follow(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    Form(form): Form<FollowForm>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    apply::must_apply(&user)?;
    let today = state.db.clock().today();
    let loans = state.lending.loans(&state.db, &order.order_id).await?;
    let asked = form.kind.parse::<OrderKind>().ok();
    let found = loans.iter().filter(|loan| loan.loan_id.as_str() == form.loan).find_map(|loan| {
        let kind = follows(&state, &order, loan, today).into_iter().find(|kind| Some(*kind) == asked)?;
        Some((loan, kind))
    });
    let Some((loan, kind)) = found else {
        return Ok(super::back(&order));
    };
    let product = apply::offered(&state, order.product.as_str())?;
    let draft = Draft::of_loan(&user, product, &order, loan, kind);
    draft.keep(&state, &format!("/firm/apply/{}/check", product.id))
}
