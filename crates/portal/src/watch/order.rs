//! One order as somebody sees it who watches: where it stands, until when, what happened, what was done about it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jq_base::ids::OrderId;
use jq_identity::{FirmRole, StaffRole, institution, staff};
use jq_lending::order::OrderEvent;
use jq_lending::{LendingError, Order, OrderEventKind, OrderStep};
use jq_supervision::{Act, ActKind};
use jq_web::{FieldProblem, Visit, page, say};
use serde::Deserialize;

use super::choice::bank_names;
use super::{Watcher, Watching};
use crate::bank::order::forms::sentence_case;
use crate::bank::tone;
use crate::refused::{Answer, Refused};
use crate::staff::ClockChip;
use crate::state::PortalState;
use crate::words;

/// The page of an order.
#[derive(Template)]
#[template(path = "watch/order.html")]
pub struct OrderPage {
    v: Visit,
    me: Watcher,
    notice: String,
    wrong: String,
    errors: Vec<FieldProblem>,
    order_no: String,
    subject: String,
    href: String,
    state: &'static str,
    tone: &'static str,
    icon: &'static str,
    chips: Vec<ClockChip>,
    facts: Vec<(String, String)>,
    acts: Vec<ActLine>,
    steps: Vec<StepLine>,
    may_urge: bool,
    may_send: bool,
    text: String,
    seen: u32,
}

/// An act of supervision.
pub struct ActLine {
    kind: &'static str,
    tone: &'static str,
    text: String,
    due: String,
    who: String,
    answer: String,
}

/// A step of the order, without what was said between firm and bank.
pub struct StepLine {
    event: &'static str,
    text: String,
    detail: String,
    at: String,
    who: String,
}

/// What was just done, as the address carries it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

/// How the page is shown after an act that was not done.
#[derive(Default)]
pub struct Shown {
    /// What went well.
    pub notice: String,
    /// Why it was not done.
    pub wrong: String,
    /// What is wrong with the text.
    pub errors: Vec<FieldProblem>,
    /// What was typed.
    pub text: String,
}

/// `GET /desk/orders/{id}`, `GET /oversight/orders/{id}`
pub async fn show<W: Watching>(
    State(state): State<PortalState>,
    user: W,
    Path(id): Path<String>,
    Query(done): Query<Done>,
    v: Visit,
) -> Answer {
    let order = find(&state, &user, &id).await?;
    let notice = match done.done.as_str() {
        "urged" => v.t("watch-done-urged"),
        "sent" => v.t("watch-done-sent"),
        _ => String::new(),
    };
    again(v, &state, &user, &order, Shown { notice, ..Shown::default() }, StatusCode::OK).await
}

/// The order with that id, when this employee may know of it.
pub async fn find<W: Watching>(state: &PortalState, user: &W, id: &str) -> Result<Order, Refused> {
    let id = OrderId::parse(id).map_err(|_| LendingError::OrderNotFound)?;
    Ok(state.lending.find_for(&state.db, &user.actor(), &id).await?)
}

/// The page, with a status of its own after an act that was not done.
pub async fn again<W: Watching>(
    v: Visit,
    state: &PortalState,
    user: &W,
    order: &Order,
    shown: Shown,
    status: StatusCode,
) -> Answer {
    let (lang, now) = (v.lang(), state.db.clock().now());
    let steps = state.lending.steps(&state.db, &order.order_id).await?;
    let acts = state.supervision.list_acts(&order.order_id).await?;
    let (tone, icon) = tone(order.state);
    let allowed = state.lending.allowed(&user.actor(), order);
    let whole = OrderPage {
        me: Watcher::of(state, user, lang).await?,
        notice: shown.notice,
        wrong: shown.wrong,
        errors: shown.errors,
        order_no: order.order_no.clone(),
        subject: order.subject_name.clone(),
        href: format!("{}/orders/{}", W::HOME, order.order_id),
        state: order.state.text(lang),
        tone,
        icon,
        chips: ClockChip::all(&v, &state.lending.clocks(order, &steps, now), now),
        facts: facts(&v, state, order).await?,
        acts: acts.iter().rev().map(|act| ActLine::new(&v, state, act)).collect(),
        steps: steps.iter().rev().map(|step| StepLine::new(&v, state, step)).collect(),
        may_urge: state.supervision.can_urge(order),
        may_send: allowed.contains(&OrderEventKind::Dispatch),
        text: shown.text,
        seen: order.version,
        v,
    };
    Ok((status, page(&whole)).into_response())
}

/// What the order is about; whom to speak to stays masked.
async fn facts(v: &Visit, state: &PortalState, order: &Order) -> Result<Vec<(String, String)>, Refused> {
    let lang = v.lang();
    let banks = bank_names(state, v).await?;
    let product = state.lending.products().find(&order.product);
    let bank = banks.get(order.bank.as_str()).cloned().unwrap_or_else(|| order.bank.to_string());
    let mut facts = vec![
        (v.t("watch-bank"), bank),
        (v.t("watch-officer"), responsible(v, state, order).await?),
        (v.t("queue-product"), product.map_or(order.product.as_str(), |one| one.name(lang)).to_owned()),
        (v.t("watch-kind"), order.kind.text(lang).to_owned()),
        (
            v.t("watch-amount-term"),
            format!("{} · {}", words::amount(lang, order.amount), words::months(v, order.months)),
        ),
    ];
    if let Some(terms) = &order.granted {
        facts.push((v.t("watch-granted"), format!("{} · {}", words::amount(lang, terms.amount), terms.rate)));
    }
    if let Some(district) = &order.subject_district {
        facts.push((v.t("watch-district"), state.catalog.districts().label(district, lang)));
    }
    if let Some(contact) = &order.contact {
        facts.push((v.t("watch-contact"), format!("{} {}", contact.name, contact.mobile)));
    }
    Ok(facts)
}

/// Whom to call at the bank: the customer manager and the branch, as far as there is one.
async fn responsible(v: &Visit, state: &PortalState, order: &Order) -> Result<String, Refused> {
    let Some(login) = &order.officer else { return Ok(v.t("watch-officer-none")) };
    let officer = staff::find_by_login(&state.db, login).await?;
    let name = officer.map_or_else(|| login.clone(), |officer| officer.person_name);
    let Some(branch) = &order.branch else { return Ok(name) };
    let branch = institution::find(&state.db, branch.as_str()).await?;
    Ok(branch.map_or_else(|| name.clone(), |branch| format!("{name} · {}", branch.name(v.lang()))))
}

impl ActLine {
    fn new(v: &Visit, state: &PortalState, act: &Act) -> Self {
        let lang = v.lang();
        Self {
            kind: act.kind.text(lang),
            tone: match act.kind {
                ActKind::Reminded | ActKind::Escalated => "soon",
                ActKind::Urged if act.settled_at.is_some() => "",
                ActKind::Urged | ActKind::Overdue | ActKind::Expired => "bad",
            },
            text: state.supervision.act_text(act, lang).to_owned(),
            due: say::moment(act.due_at),
            who: act.role.parse::<StaffRole>().map_or("", |role| role.text(lang)).to_owned(),
            answer: act.answer.as_ref().map(|answer| answer.text.clone()).unwrap_or_default(),
        }
    }
}

impl StepLine {
    fn new(v: &Visit, state: &PortalState, step: &OrderStep) -> Self {
        let lang = v.lang();
        let detail = match OrderEvent::deserialize(&step.data) {
            Ok(OrderEvent::Refuse(refusal) | OrderEvent::Decline { refusal, .. }) => {
                let reason = state.lending.reasons().find(&refusal.code);
                format!("{} {}", refusal.code, reason.map_or("", |reason| reason.text(lang)))
            }
            Ok(OrderEvent::RequestMaterials { materials }) => materials.join(v.pick("；", "; ")),
            _ => String::new(),
        };
        let who = if let Ok(role) = step.role.parse::<StaffRole>() {
            role.text(lang).to_owned()
        } else if let Ok(role) = step.role.parse::<FirmRole>() {
            format!("{} · {}", v.t("bank-by-firm"), role.text(lang))
        } else {
            v.t("bank-by-platform")
        };
        Self {
            event: step.event.code(),
            text: sentence_case(step.event.text(lang)),
            detail,
            at: say::moment(step.at),
            who,
        }
    }
}
