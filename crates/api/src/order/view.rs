//! Orders, their times, steps and loans as a bank's program reads them.

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_lending::order::{Contact, GrantTerms};
use jq_lending::refusal::Refusal;
use jq_lending::{Lending, Order};
use serde::Serialize;
use utoipa::ToSchema;

use super::clock_view::ClockView;
use super::loan_view::LoanView;
use super::step_view::StepView;
use crate::words::{
    LoanUseWord, OrderEventKindWord, OrderKindWord, OrderStateWord, RepaymentMethodWord, SecurityWord, Word,
};

/// A page of orders, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderPage)]
pub(crate) struct OrderPageView {
    /// The orders.
    pub(crate) orders: Vec<OrderView>,
    /// Send it as `cursor` to get the next page; none on the last one.
    pub(crate) next: Option<String>,
}

/// An order with everything that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderDetail)]
pub(crate) struct OrderDetailView {
    /// The order.
    pub(crate) order: OrderView,
    /// What can be done with it now, by the bank or by others.
    #[schema(inline)]
    pub(crate) allowed: Vec<OrderEventKindWord>,
    /// Its times.
    pub(crate) clocks: Vec<ClockView>,
    /// What the bank's people did with it, and what the firm and the platform did while it was with the bank.
    pub(crate) steps: Vec<StepView>,
    /// The loans paid out under it, with their plans and payments.
    pub(crate) loans: Vec<LoanView>,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub(crate) struct OrderView {
    /// Its id.
    order_id: String,
    /// The number people say.
    order_no: String,
    /// What is asked for.
    #[schema(inline)]
    kind: OrderKindWord,
    /// Where it stands.
    #[schema(inline)]
    state: OrderStateWord,
    /// How many steps it has made; send it as `seen_version` to act only on what was seen.
    version: u32,
    /// The firm.
    subject: String,
    /// The firm's name.
    subject_name: String,
    /// The firm's district.
    district: Option<String>,
    /// The firm's industry.
    industry: Option<String>,
    /// The product.
    product_id: String,
    /// The branch that is responsible.
    branch_id: Option<String>,
    /// The customer manager, by login.
    officer: Option<String>,
    /// Who submitted it for approval, by login.
    submitted_by: Option<String>,
    /// Who decided, by login.
    approver: Option<String>,
    /// How many times it has been looking for somebody who takes it, from 1.
    round: u32,
    /// How much is asked for, in fen.
    amount_fen: i64,
    /// For how many months.
    months: u32,
    /// How the firm wants to pay back.
    #[schema(inline)]
    method: RepaymentMethodWord,
    /// The product's security.
    #[schema(inline)]
    security: SecurityWord,
    /// What the money is for.
    #[schema(inline)]
    loan_use: LoanUseWord,
    /// What the money is for, in the firm's words.
    use_text: String,
    /// Whom to speak to: in full when a single order is read after it was accepted, masked otherwise.
    contact: Option<ContactView>,
    /// The consent the bank reads by.
    consent_id: Option<String>,
    /// The firm never had a bank loan, as it says itself.
    first_loan: bool,
    /// The order whose loan it follows.
    follows: Option<String>,
    /// The papers that are awaited.
    materials: Vec<String>,
    /// When it was handed in.
    submitted_at: Option<Timestamp>,
    /// When it came to the bank.
    dispatched_at: Option<Timestamp>,
    /// When a customer manager took it.
    accepted_at: Option<Timestamp>,
    /// When the firm was first spoken to.
    contacted_at: Option<Timestamp>,
    /// Whether the firm says that it was; none before it says so.
    contact_confirmed: Option<bool>,
    /// When the bank granted or refused.
    decided_at: Option<Timestamp>,
    /// When the contract was signed.
    signed_at: Option<Timestamp>,
    /// When it ended.
    ended_at: Option<Timestamp>,
    /// The last change.
    changed_at: Timestamp,
    /// Until when the next act is due; none while papers are awaited.
    due_at: Option<Timestamp>,
    /// Taken within the time.
    accepted_in_time: Option<bool>,
    /// Decided within the time.
    decided_in_time: Option<bool>,
    /// What the bank granted.
    granted: Option<TermsView>,
    /// Why the bank refused.
    refusal: Option<RefusalView>,
    /// When the firm asked that the refusal is looked at again.
    appealed_at: Option<Timestamp>,
    /// When the bank answered that.
    appeal_answered_at: Option<Timestamp>,
    /// The contract's number.
    contract_no: Option<String>,
    /// How much the firm last asked to be paid out and has not been, in fen.
    draw_asked_fen: Option<i64>,
    /// How much has been paid out, in fen.
    drawn_fen: i64,
    /// How much can still be paid out, in fen.
    available_fen: i64,
}

/// Whom the firm names for the bank to speak to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub(crate) struct ContactView {
    /// The person's name.
    name: String,
    /// The person's mobile number.
    mobile: String,
}

/// What the bank granted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrantTerms)]
pub(crate) struct TermsView {
    /// Up to how much, in fen.
    amount_fen: i64,
    /// For how many months a loan runs at most.
    months: u32,
    /// The yearly rate in parts per million.
    rate_ppm: i64,
    /// How it is paid back.
    #[schema(inline)]
    method: RepaymentMethodWord,
    /// Against which security.
    #[schema(inline)]
    security: SecurityWord,
    /// The last day on which the contract can be signed.
    valid_until: Date,
    /// Conditions in the bank's words.
    note: String,
}

/// Why the bank refused, as the firm reads it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refusal)]
pub(crate) struct RefusalView {
    /// The reason's code.
    code: String,
    /// What the bank says.
    text: String,
    /// What the code means, in Chinese.
    reason_zh: String,
    /// What the code means, in English.
    reason_en: String,
}

impl OrderView {
    /// The order, with the contact in full or masked.
    pub(crate) fn new(order: &Order, lending: &Lending, shows_contact: bool) -> Self {
        let contact = |contact: &Contact| ContactView::new(contact, shows_contact);
        Self {
            order_id: order.order_id.to_string(),
            order_no: order.order_no.clone(),
            kind: Word(order.kind),
            state: Word(order.state),
            version: order.version,
            subject: order.subject.to_string(),
            subject_name: order.subject_name.clone(),
            district: order.subject_district.clone(),
            industry: order.subject_industry.clone(),
            product_id: order.product.to_string(),
            branch_id: order.branch.as_ref().map(ToString::to_string),
            officer: order.officer.clone(),
            submitted_by: order.submitted_by.clone(),
            approver: order.approver.clone(),
            round: order.round,
            amount_fen: order.amount.fen(),
            months: order.months,
            method: Word(order.method),
            security: Word(order.security),
            loan_use: Word(order.loan_use),
            use_text: order.use_text.clone(),
            contact: order.contact.as_ref().map(contact),
            consent_id: order.consent.as_ref().map(ToString::to_string),
            first_loan: order.first_loan,
            follows: order.follows.as_ref().map(ToString::to_string),
            materials: order.materials.clone(),
            submitted_at: order.submitted_at,
            dispatched_at: order.dispatched_at,
            accepted_at: order.accepted_at,
            contacted_at: order.contacted_at,
            contact_confirmed: order.contact_confirmed,
            decided_at: order.decided_at,
            signed_at: order.signed_at,
            ended_at: order.ended_at,
            changed_at: order.changed_at,
            due_at: order.due_at,
            accepted_in_time: order.accepted_in_time,
            decided_in_time: order.decided_in_time,
            granted: order.granted.as_ref().map(TermsView::from),
            refusal: order.refusal.as_ref().map(|refusal| RefusalView::new(refusal, lending)),
            appealed_at: order.appealed_at,
            appeal_answered_at: order.appeal_answered_at,
            contract_no: order.contract_no.clone(),
            draw_asked_fen: order.draw_asked.map(Money::fen),
            drawn_fen: order.drawn.fen(),
            available_fen: order.available().fen(),
        }
    }
}

impl ContactView {
    fn new(contact: &Contact, in_full: bool) -> Self {
        if in_full {
            // The firm named this person for the bank to speak to; the reading is put on record by the caller.
            let (name, mobile) =
                (contact.name.for_storage().clone(), contact.mobile.for_storage().to_owned());
            return Self { name, mobile };
        }
        Self { name: contact.name.to_string(), mobile: contact.mobile.to_string() }
    }
}

impl RefusalView {
    fn new(refusal: &Refusal, lending: &Lending) -> Self {
        let said = |lang| lending.reasons().find(&refusal.code).map(|reason| reason.text(lang).to_owned());
        Self {
            code: refusal.code.clone(),
            text: refusal.text.clone(),
            reason_zh: said(Lang::Zh).unwrap_or_default(),
            reason_en: said(Lang::En).unwrap_or_default(),
        }
    }
}

impl From<&GrantTerms> for TermsView {
    fn from(terms: &GrantTerms) -> Self {
        Self {
            amount_fen: terms.amount.fen(),
            months: terms.months,
            rate_ppm: terms.rate.ppm(),
            method: Word(terms.method),
            security: Word(terms.security),
            valid_until: terms.valid_until,
            note: terms.note.clone(),
        }
    }
}
