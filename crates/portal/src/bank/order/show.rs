//! One order on one page: the times always on top, left the firm, in the middle what happened, right the next act.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jq_identity::BankUser;
use jq_lending::{Actor, Order, OrderEventKind, OrderState, OrderStep};
use jq_web::{FieldProblem, Visit, page};
use serde::Deserialize;

use super::firm::FirmCard;
use super::form::{ActForm, Input, Typed};
use super::forms::Workplace;
use super::timeline::{self, Reading, StepLine};
use super::watch::{self, WatchLine};
use crate::bank::warnings::row::WarningRow;
use crate::bank::{self, Colleagues, Me, tone, warnings};
use crate::firm::order::documents::DocumentLine;
use crate::firm::order::loans::LoanView;
use crate::followed::Followed;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::staff::ClockChip;
use crate::state::PortalState;

/// The page of an order.
#[derive(Template)]
#[template(path = "bank/order.html")]
pub struct OrderPage {
    v: Visit,
    me: Me,
    notice: Option<Notice>,
    warnings: Vec<WarningRow>,
    errors: Vec<FieldProblem>,
    head: Head,
    chips: Vec<ClockChip>,
    firm: FirmCard,
    forms: Vec<ActForm>,
    turn: Vec<String>,
    refusal: String,
    appeal: String,
    followed: Option<Followed>,
    documents: Vec<DocumentLine>,
    denied: bool,
    loans: Vec<LoanView>,
    watch: Vec<WatchLine>,
    steps: Vec<StepLine>,
    seen: u32,
}

/// What stands on top.
pub struct Head {
    /// Its page.
    pub href: String,
    /// The number people say.
    pub order_no: String,
    /// Where it stands.
    pub state: String,
    /// The colour of that word.
    pub tone: &'static str,
    /// The icon beside it.
    pub icon: &'static str,
    /// Who is responsible; empty before anybody is.
    pub officer: String,
    /// Which time it was sent out, from the second on.
    pub round: u32,
}

/// Something that is said above everything else.
pub struct Notice {
    /// The colour.
    pub tone: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// The words.
    pub text: String,
}

/// How the page is shown: what was just done, what went wrong, what was typed.
#[derive(Default)]
pub struct Shown {
    /// What is said above everything else.
    pub notice: Option<Notice>,
    /// A form that was sent and not taken.
    pub typed: Option<Typed>,
    /// The version the employee had been looking at; later steps are marked.
    pub seen: Option<u32>,
    /// The firm's contact in full.
    pub contact: bool,
}

/// What was just done, as the address carries it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

/// `GET /bank/orders/{id}`
pub async fn show(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    Query(done): Query<Done>,
    v: Visit,
) -> Answer {
    let order = bank::find(&state, &user, &id).await?;
    let shown = Shown { notice: Notice::done(&v, &done.done), ..Shown::default() };
    again(v, &state, &user, &order, shown, StatusCode::OK).await
}

/// The page, with a status of its own after an act that was not done.
pub async fn again(
    v: Visit,
    state: &PortalState,
    user: &BankUser,
    order: &Order,
    shown: Shown,
    status: StatusCode,
) -> Answer {
    let lang = v.lang();
    let (now, today) = (state.db.clock().now(), state.db.clock().today());
    let lending = &state.lending;
    let steps = lending.steps(&state.db, &order.order_id).await?;
    let loans = lending.loans(&state.db, &order.order_id).await?;
    let acts = state.supervision.list_acts(&order.order_id).await?;
    let colleagues = Colleagues::of(state, user, lang).await?;
    let me = Me::of(state, user, lang).await?;
    let firm = FirmCard::of(&v, state, user, order, shown.contact).await?;
    let typed = shown.typed.as_ref();
    let place = Workplace { v: &v, state, user, colleagues: &colleagues, order, loans: &loans, typed, today };
    let mut forms = place.forms();
    forms.extend(watch::urge_form(&v, user, order, typed));
    let own = lending.allowed(&Actor::Bank(user), order);
    let reading = Reading { v: &v, state, colleagues: &colleagues, order, seen: shown.seen };
    let watch = acts.iter().rev().map(|act| WatchLine::new(&v, state, order, act, typed)).collect();
    let standing = jq_warning::list_standing_of(&state.db, &warnings::seer(user), &order.subject).await?;
    let whole = OrderPage {
        me,
        warnings: standing.iter().map(|warning| WarningRow::new(&v, warning)).collect(),
        head: Head::new(order, &colleagues, lang),
        chips: ClockChip::all(&v, &lending.clocks(order, &steps, now), now),
        firm,
        forms,
        turn: timeline::turn(&v, order, &own),
        refusal: refusal(&v, state, order),
        appeal: appeal(order, &steps),
        documents: documents(&v, state, order).await?,
        followed: Followed::of_order(&v, state, order, today).await?,
        denied: order.state.is_taken()
            && order.contact_confirmed == Some(false)
            && order.contacted_at.is_none(),
        loans: loans.iter().rev().map(|loan| LoanView::new(&v, state, order, loan, today)).collect(),
        watch,
        steps: reading.lines(&steps),
        seen: order.version,
        errors: typed.map(|typed| typed.errors.clone()).unwrap_or_default(),
        notice: shown.notice,
        v,
    };
    Ok((status, page(&whole)).into_response())
}

impl Head {
    fn new(order: &Order, colleagues: &Colleagues, lang: jq_base::lang::Lang) -> Self {
        let (tone, icon) = tone(order.state);
        Self {
            href: super::act::address(order),
            order_no: order.order_no.clone(),
            state: order.state.text(lang).to_owned(),
            tone,
            icon,
            officer: order.officer.as_deref().map(|login| colleagues.name(login)).unwrap_or_default(),
            round: order.round,
        }
    }
}

impl Notice {
    /// What was just done; nothing for a word that means nothing.
    fn done(v: &Visit, done: &str) -> Option<Self> {
        let key = match done {
            "accept" => "bank-done-accept",
            "decline" => "bank-done-decline",
            "contact" => "bank-done-contact",
            "survey" => "bank-done-survey",
            "request_materials" => "bank-done-materials",
            "submit_approval" => "bank-done-submit",
            "grant" => "bank-done-grant",
            "refuse" => "bank-done-refuse",
            "uphold" => "bank-done-uphold",
            "reopen" => "bank-done-reopen",
            "sign" => "bank-done-sign",
            "draw" => "bank-done-draw",
            "repay" => "bank-done-repay",
            "reassign" => "bank-done-reassign",
            "write_off" => "bank-done-write-off",
            "asked" => "bank-done-asked",
            "answered" => "bank-done-answered",
            "urged" => "bank-done-urged",
            _ => return None,
        };
        Some(Self { tone: "good", icon: "circle-check", text: v.t(key) })
    }

    /// Something that was not done.
    pub fn refused(text: String) -> Self {
        Self { tone: "soon", icon: "alert-triangle", text }
    }
}

/// What the firm was told when the bank refused; empty otherwise.
fn refusal(v: &Visit, state: &PortalState, order: &Order) -> String {
    let refused = order.refusal.as_ref().filter(|_| order.state == OrderState::Rejected);
    let Some(refusal) = refused else { return String::new() };
    let reason = state.lending.reasons().find(&refusal.code).map_or("", |reason| reason.text(v.lang()));
    format!("{} {reason}{}{}", refusal.code, v.pick("：", ": "), refusal.text)
}

/// What the firm says against the refusal while it waits for an answer; empty otherwise.
fn appeal(order: &Order, steps: &[OrderStep]) -> String {
    let said = steps.iter().rev().find(|step| step.event == OrderEventKind::Appeal);
    said.filter(|_| order.waits_for_appeal()).map(|step| step.note.clone()).unwrap_or_default()
}

/// The firm's papers, until the order is over.
async fn documents(v: &Visit, state: &PortalState, order: &Order) -> Result<Vec<DocumentLine>, Refused> {
    if order.state.is_final() && !order.waits_for_appeal() {
        return Ok(Vec::new());
    }
    let given = state.documents.list(order).await?;
    Ok(given.iter().map(|one| DocumentLine::new(v, one)).collect())
}
