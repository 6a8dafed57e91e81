//! One order on one page: where it stands and until when, what the firm can do now, and everything that happened.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jq_base::money::Money;
use jq_identity::FirmUser;
use jq_lending::order::Who;
use jq_lending::{Actor, Order, OrderEventKind, OrderState};
use jq_web::{FieldProblem, Visit, page, say};
use serde::Deserialize;

use super::OrderHead;
use super::documents::DocumentsView;
use super::loans::LoanView;
use super::now::Now;
use super::refusal::RefusalView;
use super::timeline::{self, ActLine, Names, StepLine};
use crate::form;
use crate::public::Fact;
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;
use crate::words;

/// The page of an order.
#[derive(Template)]
#[template(path = "firm/order.html")]
pub struct OrderPage {
    v: Visit,
    head: OrderHead,
    notice: Option<Notice>,
    now: Now,
    can: Can,
    materials: Vec<String>,
    documents: DocumentsView,
    document_errors: Vec<FieldProblem>,
    note: String,
    errors: Vec<FieldProblem>,
    refusal: Option<RefusalView>,
    loans: Vec<LoanView>,
    available: String,
    not_called: bool,
    contacted: String,
    acts: Vec<ActLine>,
    steps: Vec<StepLine>,
    facts: Vec<Fact>,
    seen: u32,
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

/// What the person can do with the order now, and whether somebody else of the firm could do more.
pub struct Can {
    acts: Vec<OrderEventKind>,
    /// Something is possible that this person's mandate does not cover.
    pub outside_mandate: bool,
}

/// How the page is shown: what was just done, what went wrong, what was typed.
#[derive(Default)]
pub struct Shown {
    /// What is said above everything else.
    pub notice: Option<Notice>,
    /// The version the firm had been looking at; later steps are marked.
    pub seen: Option<u32>,
    /// What was typed beside the papers.
    pub note: String,
    /// What is wrong with it.
    pub errors: Vec<FieldProblem>,
    /// What is wrong with a paper that was handed in.
    pub document_errors: Vec<FieldProblem>,
}

/// What was just done, as the address carries it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

/// `GET /firm/orders/{id}`
pub async fn show(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    Query(done): Query<Done>,
    v: Visit,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let shown = Shown { notice: Notice::done(&v, &done.done), ..Shown::default() };
    Ok(page(&OrderPage::new(v, &state, &user, &order, shown).await?))
}

/// The page with another status, after an act that was not done.
pub async fn again(
    v: Visit,
    state: &PortalState,
    user: &FirmUser,
    order: &Order,
    shown: Shown,
    status: StatusCode,
) -> Result<Response, Refused> {
    let shown = OrderPage::new(v, state, user, order, shown).await?;
    Ok((status, page(&shown)).into_response())
}

impl OrderPage {
    async fn new(
        v: Visit,
        state: &PortalState,
        user: &FirmUser,
        order: &Order,
        shown: Shown,
    ) -> Result<Self, Refused> {
        let now = state.db.clock().now();
        let today = state.db.clock().today();
        let steps = state.lending.steps(&state.db, &order.order_id).await?;
        let loans = state.lending.loans(&state.db, &order.order_id).await?;
        let acts = state.supervision.list_acts(&order.order_id).await?;
        let names = Names::gather(&v, state, &steps).await?;
        Ok(Self {
            head: OrderHead::new(&v, state, order),
            now: Now::new(&v, state, order, &steps, &loans, now),
            can: Can::of(state, user, order),
            materials: order.materials.clone(),
            documents: DocumentsView::of(&v, state, user, order).await?,
            document_errors: shown.document_errors,
            refusal: RefusalView::of(&v, state, user, order, now),
            loans: loans.iter().rev().map(|loan| LoanView::new(&v, state, order, loan, today)).collect(),
            available: available(&v, order),
            contacted: order.contacted_at.map(say::moment).unwrap_or_default(),
            not_called: order.state.is_at_a_bank() && order.contacted_at.is_none(),
            acts: timeline::acts(&v, state, &acts),
            steps: timeline::lines(&v, user, order, &steps, &names, shown.seen),
            facts: facts(&v, order),
            seen: order.version,
            notice: shown.notice,
            note: shown.note,
            errors: shown.errors,
            v,
        })
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}

impl Can {
    fn of(state: &PortalState, user: &FirmUser, order: &Order) -> Self {
        let has_line = order.available() > Money::ZERO;
        let useful = |event: &OrderEventKind| *event != OrderEventKind::AskDraw || has_line;
        let mut acts = state.lending.allowed(&Actor::Firm(user), order);
        acts.retain(useful);
        let optional = [OrderEventKind::Withdraw, OrderEventKind::ConfirmContact, OrderEventKind::Appeal];
        let mut possible = order.allowed_to(Who::Firm);
        possible.retain(|event| !optional.contains(event));
        let outside_mandate =
            possible.iter().filter(|event| useful(event)).any(|event| !acts.contains(event));
        Self { acts, outside_mandate }
    }

    fn can(&self, event: OrderEventKind) -> bool {
        self.acts.contains(&event)
    }

    /// Say that the papers are there.
    pub fn supply(&self) -> bool {
        self.can(OrderEventKind::Supply)
    }

    /// Say whether the bank called.
    pub fn confirm_contact(&self) -> bool {
        self.can(OrderEventKind::ConfirmContact)
    }

    /// Take it back.
    pub fn withdraw(&self) -> bool {
        self.can(OrderEventKind::Withdraw)
    }

    /// Sign the contract.
    pub fn sign(&self) -> bool {
        self.can(OrderEventKind::Sign)
    }

    /// Ask for money.
    pub fn draw(&self) -> bool {
        self.can(OrderEventKind::AskDraw)
    }
}

impl Notice {
    /// What was just done; nothing for a word that means nothing.
    fn done(v: &Visit, done: &str) -> Option<Self> {
        let key = match done {
            "sent" => "order-done-sent",
            "already" => "order-done-already",
            "supplied" => "order-done-supplied",
            "reached" => "order-done-reached",
            "not-reached" => "order-done-not-reached",
            "appealed" => "order-done-appealed",
            "withdrawn" => "order-done-withdrawn",
            "signed" => "order-done-signed",
            "asked" => "order-done-asked",
            _ => return None,
        };
        let (tone, icon) = if done == "already" { ("soon", "info-circle") } else { ("good", "circle-check") };
        Some(Self { tone, icon, text: v.t(key) })
    }

    /// An act that was not done.
    pub fn refused(text: String) -> Self {
        Self { tone: "soon", icon: "alert-triangle", text }
    }
}

/// How much of the line can still be had; empty before it is signed and when nothing is left.
fn available(v: &Visit, order: &Order) -> String {
    let open = matches!(order.state, OrderState::Signed | OrderState::Drawing | OrderState::Repaying);
    let left = order.available();
    if open && left > Money::ZERO { words::exact(v.lang(), left) } else { String::new() }
}

fn facts(v: &Visit, order: &Order) -> Vec<Fact> {
    let lang = v.lang();
    let mut facts = vec![
        Fact::code(v.t("order-number"), order.order_no.clone()),
        Fact::new(v.t("apply-kind"), order.kind.text(lang)),
        Fact::new(v.t("apply-amount"), words::exact(lang, order.amount)),
        Fact::new(v.t("apply-months"), words::months(v, order.months)),
        Fact::new(v.t("apply-method"), order.method.text(lang)),
        Fact::new(v.t("product-security"), order.security.text(lang)),
        Fact::new(v.t("apply-use"), order.loan_use.text(lang)),
    ];
    if !order.use_text.is_empty() {
        facts.push(Fact::new(v.t("apply-use-text"), order.use_text.clone()));
    }
    if let Some(contact) = &order.contact {
        facts.push(Fact::new(v.t("apply-contact"), format!("{} {}", contact.name, contact.mobile)));
    }
    if let Some(at) = order.submitted_at {
        facts.push(Fact::new(v.t("order-submitted"), say::moment(at)));
    }
    if let Some(terms) = &order.granted {
        facts.push(Fact::new(v.t("order-granted"), words::exact(lang, terms.amount)));
        facts.push(Fact::new(v.t("order-rate"), terms.rate.to_string()));
    }
    if let Some(number) = &order.contract_no {
        facts.push(Fact::code(v.t("order-contract"), number.clone()));
    }
    facts
}
