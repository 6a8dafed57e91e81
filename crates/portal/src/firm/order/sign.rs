//! Signing what the bank grants: the terms in full, every instalment and the whole cost, read before the press.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jq_lending::order::{GrantTerms, OrderAct};
use jq_lending::{Actor, Order, OrderEventKind};
use jq_web::{FieldProblem, Visit, page};
use serde::Deserialize;

use super::OrderHead;
use super::act::{not_done, perform};
use crate::form;
use crate::plan::PlanView;
use crate::public::Fact;
use crate::refused::Answer;
use crate::session::Firm;
use crate::state::PortalState;
use crate::words;

/// The contract's terms.
#[derive(Template)]
#[template(path = "firm/order_sign.html")]
pub struct SignPage {
    v: Visit,
    head: OrderHead,
    terms: Vec<Fact>,
    note: String,
    plan: Option<PlanView>,
    less: String,
    seen: u32,
    errors: Vec<FieldProblem>,
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SignForm {
    seen: String,
    read: String,
}

/// `GET /firm/orders/{id}/sign`
pub async fn ask(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let may = state.lending.allowed(&Actor::Firm(&user), &order).contains(&OrderEventKind::Sign);
    match order.granted.as_ref().filter(|_| may) {
        Some(terms) => Ok(page(&SignPage::new(v, &state, &order, terms, Vec::new()))),
        None => Ok(super::back(&order)),
    }
}

/// `POST /firm/orders/{id}/sign`
pub async fn sign(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<SignForm>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let may = state.lending.allowed(&Actor::Firm(&user), &order).contains(&OrderEventKind::Sign);
    if let Some(terms) = order.granted.as_ref().filter(|_| may && form.read.is_empty()) {
        let errors = vec![FieldProblem { field: "read".to_owned(), message: v.t("sign-read-missing") }];
        let wrong = SignPage::new(v, &state, &order, terms, errors);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&wrong)).into_response());
    }
    let act = OrderAct::Sign { contract_no: None };
    match perform(&state, &user, &order, act, &form.seen, "signed").await {
        Ok(done) => Ok(done),
        Err(error) => not_done(error, v, &state, &user, &order, &form.seen).await,
    }
}

impl SignPage {
    fn new(
        v: Visit,
        state: &PortalState,
        order: &Order,
        terms: &GrantTerms,
        errors: Vec<FieldProblem>,
    ) -> Self {
        let today = state.db.clock().today();
        let product = state.lending.products().find(&order.product);
        let less = (terms.amount < order.amount).then(|| words::amount(v.lang(), order.amount));
        Self {
            head: OrderHead::new(&v, state, order),
            terms: facts(&v, state, terms),
            note: terms.note.clone(),
            plan: PlanView::of_terms(&v, product, terms, today),
            less: less.map(|asked| v.one("sign-less", "asked", asked)).unwrap_or_default(),
            seen: order.version,
            errors,
            v,
        }
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}

fn facts(v: &Visit, state: &PortalState, terms: &GrantTerms) -> Vec<Fact> {
    let lang = v.lang();
    let until = words::until_day(v, terms.valid_until, state.db.clock().today());
    vec![
        Fact::new(v.t("order-granted"), words::exact(lang, terms.amount)),
        Fact::new(v.t("apply-months"), words::months(v, terms.months)),
        Fact::new(v.t("order-rate"), terms.rate.to_string()),
        Fact::new(v.t("apply-method"), terms.method.text(lang)),
        Fact::new(v.t("product-security"), terms.security.text(lang)),
        Fact::new(v.t("sign-until"), until),
    ]
}
