//! The bank asks the firm for a consent to what the order's product needs.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_base::permit::Purpose;
use jq_consent::{ConsentError, NewRequest, purpose_terms};
use jq_identity::BankUser;
use jq_lending::Order;
use jq_web::{Problem, Visit, say};
use serde::Deserialize;

use super::act::address;
use super::firm::{may_read_records, needed_items};
use super::show::{Notice, Shown, again};
use crate::bank;
use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;

/// The bank's words to the firm.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    note: String,
}

/// `POST /bank/orders/{id}/ask-consent`
pub async fn ask(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    v: Visit,
    Form(asking): Form<Asking>,
) -> Answer {
    let order = bank::find(&state, &user, &id).await?;
    if !may_read_records(&user, &order) {
        return Err(Problem::new(403, "lending/not-for-reading").forward(address(&order)).into());
    }
    let error = match request(&state, &user, &order, asking.note).await {
        Ok(()) => return Ok(Redirect::to(&format!("{}?done=asked", address(&order))).into_response()),
        Err(error) => error,
    };
    let text = match error {
        ConsentError::AskedAlready => v.t("bank-asked-already"),
        ConsentError::AskAgainAt(at) => v.one("bank-ask-again", "at", say::moment(at)),
        ConsentError::TextTooLong { chars_max } => v.n("bank-ask-note-long", chars_max),
        error => return Err(error.into()),
    };
    let shown = Shown { notice: Some(Notice::refused(text)), ..Shown::default() };
    again(v, &state, &user, &order, shown, StatusCode::CONFLICT).await
}

async fn request(
    state: &PortalState,
    user: &BankUser,
    order: &Order,
    note: String,
) -> Result<(), ConsentError> {
    let product = state.lending.products().find(&order.product);
    let terms = purpose_terms(Purpose::PreLoan).ok_or(ConsentError::NotGrantable(Purpose::PreLoan))?;
    let items = needed_items(state, order).into_iter().filter(|item| terms.allows(item));
    let new = NewRequest {
        subject: order.subject.clone(),
        subject_name: order.subject_name.clone(),
        bank_zh: product.map_or_else(|| order.bank.to_string(), |one| one.bank_zh.clone()),
        bank_en: product.map_or_else(|| order.bank.to_string(), |one| one.bank_en.clone()),
        items: items.map(str::to_owned).collect(),
        left_out: std::collections::BTreeSet::new(),
        purpose: Purpose::PreLoan,
        product: Some(order.product.clone()),
        order: Some(order.order_id.clone()),
        days: None,
        queries_max: None,
        note,
    };
    let reader = bank::reader(user);
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    jq_consent::request(&mut tx, &state.catalog, reader, new, now).await?;
    Ok(tx.commit().await?)
}
