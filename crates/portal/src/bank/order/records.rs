//! The firm's records under its consent: one reading, counted and on record, shown once. Opening the order again does
//! not read again.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use jq_base::permit::{Permit, Purpose};
use jq_consent::{ConsentError, Denial, Grant};
use jq_credit::Reader;
use jq_credit::glance::Glance;
use jq_credit::view::{ItemState, Layout};
use jq_decision::StoredDecision;
use jq_decision::view::{AnswerView, PrequalView};
use jq_identity::{BankUser, Institution, institution};
use jq_lending::Order;
use jq_web::{Problem, Visit, page, say};
use serde::Deserialize;

use super::act::address;
use super::denied::refuse;
use super::firm::{grant_for, may_read_records, needed_items, readings_left};
use crate::bank::{self, Me};
use crate::firm::consents::fields::LeftOut;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;

/// The records.
#[derive(Template)]
#[template(path = "bank/records.html")]
pub struct RecordsPage {
    v: Visit,
    me: Me,
    back: String,
    order_no: String,
    subject: String,
    permit: PermitLine,
    left_out: Vec<LeftOut>,
    answer: Option<AnswerView>,
    glance: Glance,
}

/// Under which permit was read.
pub struct PermitLine {
    /// Its number.
    pub id: String,
    /// What for.
    pub purpose: &'static str,
    /// When.
    pub at: String,
    /// Readings that the consent still allows, in all and today; empty in an emergency.
    pub left: String,
    /// Until when the consent holds; empty in an emergency.
    pub until: String,
}

/// What is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// `granted`: only what the consent opens; else everything the product needs.
    items: String,
}

/// `POST /bank/orders/{id}/records`
pub async fn read(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    v: Visit,
    Form(wish): Form<Wish>,
) -> Answer {
    let order = bank::find(&state, &user, &id).await?;
    if !may_read_records(&user, &order) {
        return Err(Problem::new(403, "lending/not-for-reading").forward(address(&order)).into());
    }
    let items = asked_items(&state, &order, wish.items == "granted").await?;
    match permit(&state, &user, &order, &items).await? {
        Ok((permit, grant)) => show(v, &state, &user, &order, &permit, grant.as_ref()).await,
        Err(denial) => refuse(v, &state, &user, &order, &denial).await,
    }
}

/// The items the product needs, all or as far as the consent opens them.
async fn asked_items(state: &PortalState, order: &Order, only_granted: bool) -> Result<Vec<String>, Refused> {
    let needed = needed_items(state, order);
    let now = state.db.clock().now();
    let grant = if only_granted { grant_for(state, order, now).await? } else { None };
    let open = |item: &&str| grant.as_ref().is_none_or(|grant| grant.items.contains(*item));
    Ok(needed.into_iter().filter(open).map(str::to_owned).collect())
}

/// A permit with the consent it rests on, which one of an emergency has not, or why there is none; both are committed,
/// because the firm may see both.
async fn permit(
    state: &PortalState,
    user: &BankUser,
    order: &Order,
    items: &[String],
) -> Result<Result<(Permit, Option<Grant>), Denial>, Refused> {
    let reader = bank::reader(user);
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let (subject, purpose, id) = (&order.subject, Purpose::PreLoan, Some(&order.order_id));
    let asked =
        jq_consent::permit_bank(&mut tx, &state.catalog, reader, subject, &items, purpose, id, now).await;
    let permit = match asked {
        Ok(permit) => permit,
        Err(ConsentError::Denied(denial)) => {
            tx.commit().await?;
            return Ok(Err(denial));
        }
        Err(error) => return Err(error.into()),
    };
    let consent = permit.basis().strip_prefix("consent:");
    let consent = consent.and_then(|id| jq_base::ids::ConsentId::parse(id).ok());
    let grant = match &consent {
        Some(id) => jq_consent::find_grant_in(&mut tx, id).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(Ok((permit, grant)))
}

async fn show(
    v: Visit,
    state: &PortalState,
    user: &BankUser,
    order: &Order,
    permit: &Permit,
    grant: Option<&Grant>,
) -> Result<Response, Refused> {
    let bank = institution::find(&state.db, user.bank().as_str()).await?;
    let glance = state.credit.glance(permit, &reader(user, bank.as_ref()), v.lang()).await?;
    let answer = answer(&v, state, user, order, permit).await?;
    Ok(page(&RecordsPage {
        me: Me::of(state, user, v.lang()).await?,
        back: address(order),
        order_no: order.order_no.clone(),
        subject: order.subject_name.clone(),
        permit: PermitLine {
            id: permit.id().to_string(),
            purpose: permit.purpose().text(v.lang()),
            at: say::second(permit.issued_at()),
            left: grant.map(|grant| readings_left(&v, grant, permit.issued_at())).unwrap_or_default(),
            until: grant.map(|grant| say::moment(grant.valid_to)).unwrap_or_default(),
        },
        left_out: grant.map(|grant| LeftOut::of(&v, &state.catalog, &grant.left_out)).unwrap_or_default(),
        answer,
        glance,
        v,
    }))
}

/// What the product's own model says about the firm under this permit, for a loan that is followed the bank's model for
/// renewals where it has one; nothing for a product without a model.
async fn answer(
    v: &Visit,
    state: &PortalState,
    user: &BankUser,
    order: &Order,
    permit: &Permit,
) -> Result<Option<AnswerView>, Refused> {
    let permit = permit.for_models();
    let shown = |stored: &[StoredDecision]| {
        PrequalView::new(&order.subject_name, stored, state.decisions.flows().list(), v.lang()).answers
    };
    if order.kind.is_renewal() {
        let stored = state.decisions.renewal_for(user.bank(), order.product.as_str(), &permit).await?;
        if let Some(answer) = shown(&stored).into_iter().next() {
            return Ok(Some(answer));
        }
    }
    let product = state.lending.products().find(&order.product);
    let Some(flow) = product.and_then(|product| product.flow.as_ref()) else { return Ok(None) };
    let stored = state.decisions.prequal_for(user.bank(), &permit).await?;
    Ok(shown(&stored).into_iter().find(|answer| answer.flow_id == flow.as_str()))
}

/// How the reading is put on record.
fn reader(user: &BankUser, bank: Option<&Institution>) -> Reader {
    let staff = user.staff();
    let named = |name: Option<&String>| name.cloned().unwrap_or_else(|| user.bank().to_string());
    Reader {
        actor: staff.login().to_owned(),
        role: staff.role().code().to_owned(),
        shown_zh: format!("{}（{}）", named(bank.map(|bank| &bank.name_zh)), staff.login()),
        shown_en: format!("{} ({})", named(bank.map(|bank| &bank.name_en)), staff.login()),
    }
}
