//! An order as it is kept, what a firm hands in, and the line of its timeline.

use jiff::Timestamp;
use jq_base::ids::{AccountId, BankId, BranchId, ConsentId, OrderId, ProductId, SubjectKey};
use jq_base::masked::Masked;
use jq_base::mobile::Mobile;
use jq_base::money::Money;

use super::event::{GrantTerms, Stage, Who};
use super::state::{OrderEventKind, OrderState};
use crate::coded::coded;
use crate::product::Security;
use crate::refusal::Refusal;
use crate::schedule::RepaymentMethod;

coded! {
    /// What is asked for (订单类型).
    OrderKind {
        /// A first line.
        New = "new", "新增", "new";
        /// A new contract that replaces an old one before it ends (续贷).
        Renewal = "renewal", "续贷", "renewal";
        /// Principal and interest later (延期还本付息).
        Deferral = "deferral", "延期还本付息", "deferral";
        /// A larger line (提额).
        Increase = "increase", "提额", "increase";
    }
}

impl OrderKind {
    /// Rests on an order whose loan is being repaid.
    pub fn follows_another(self) -> bool {
        self != Self::New
    }

    /// Supervised first, with a shorter target.
    pub fn is_renewal(self) -> bool {
        matches!(self, Self::Renewal | Self::Deferral)
    }
}

coded! {
    /// What the money is for (贷款用途).
    LoanUse {
        /// Goods and raw material.
        Purchase = "purchase", "采购货物或原材料", "goods and raw material";
        /// Wages.
        Wages = "wages", "发放工资", "wages";
        /// Machines and vehicles.
        Equipment = "equipment", "购置设备", "equipment";
        /// Rent and premises.
        Premises = "premises", "租金与场所装修", "rent and premises";
        /// Development of products.
        Research = "research", "研发投入", "research";
        /// Seed, feed, fertiliser, land.
        Farming = "farming", "农业生产", "farming";
        /// Paying an older business loan of the same firm.
        Renewal = "renewal", "接续到期贷款", "following a loan that ends";
        /// Something else, said in words.
        Other = "other", "其他", "other";
    }
}

/// Whom the bank shall speak to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The person's name; shows itself masked.
    pub name: Masked<String>,
    /// The person's mobile number; shows itself masked.
    pub mobile: Mobile,
}

/// What a firm asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// Which product.
    pub product: ProductId,
    /// What kind of order.
    pub kind: OrderKind,
    /// The order whose loan it follows; needed for everything but a new one.
    pub follows: Option<OrderId>,
    /// How much.
    pub amount: Money,
    /// For how many months.
    pub months: u32,
    /// How it shall be paid back.
    pub method: RepaymentMethod,
    /// What for.
    pub loan_use: LoanUse,
    /// What for, in the firm's own words.
    pub use_text: String,
    /// Whom the bank shall speak to.
    pub contact: Contact,
    /// The firm's district, six digits, from the register; the caller reads it.
    pub district: Option<String>,
    /// The firm's industry, from the register; the caller reads it.
    pub industry: Option<String>,
    /// Whether the order may go to another bank when this one does not take it.
    pub other_banks: bool,
    /// The firm says it never had a bank loan.
    pub first_loan: bool,
}

/// A loan order (订单).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its identifier.
    pub order_id: OrderId,
    /// The number people say, such as `JQ20261110-0001`.
    pub order_no: String,
    /// What kind.
    pub kind: OrderKind,
    /// Where it stands.
    pub state: OrderState,
    /// How many steps it has made; a change names the version it has read.
    pub version: u32,
    /// The hash of its last step.
    pub last_hash: String,
    /// The firm.
    pub subject: SubjectKey,
    /// The firm's name.
    pub subject_name: String,
    /// The firm's district, six digits.
    pub subject_district: Option<String>,
    /// The firm's industry.
    pub subject_industry: Option<String>,
    /// Who asked for the firm.
    pub applicant: AccountId,
    /// Which product.
    pub product: ProductId,
    /// Whose product.
    pub bank: BankId,
    /// Which branch is responsible.
    pub branch: Option<BranchId>,
    /// Which customer manager, by login.
    pub officer: Option<String>,
    /// Who submitted it for approval, by login.
    pub submitted_by: Option<String>,
    /// Who decided, by login.
    pub approver: Option<String>,
    /// How many times it has begun at a bank, from 1: looking for somebody who takes it, or taken up again on appeal.
    pub round: u32,
    /// How much is asked for.
    pub amount: Money,
    /// For how many months.
    pub months: u32,
    /// How the firm wants to pay back.
    pub method: RepaymentMethod,
    /// The product's security.
    pub security: Security,
    /// What for.
    pub loan_use: LoanUse,
    /// What for, in the firm's words.
    pub use_text: String,
    /// Whom the bank shall speak to.
    pub contact: Option<Contact>,
    /// The consent the bank reads by.
    pub consent: Option<ConsentId>,
    /// The firm never had a bank loan, as it says itself.
    pub first_loan: bool,
    /// May go to another bank.
    pub other_banks: bool,
    /// The order whose loan it follows.
    pub follows: Option<OrderId>,
    /// From which stage papers were asked for, while they are awaited.
    pub waiting_in: Option<Stage>,
    /// The papers that are awaited.
    pub materials: Vec<String>,
    /// When the draft was begun.
    pub created_at: Timestamp,
    /// When it was handed in.
    pub submitted_at: Option<Timestamp>,
    /// When it last went to a bank.
    pub dispatched_at: Option<Timestamp>,
    /// When a customer manager took it.
    pub accepted_at: Option<Timestamp>,
    /// When the firm was first spoken to.
    pub contacted_at: Option<Timestamp>,
    /// Whether the firm says that it was; unknown before it says so.
    pub contact_confirmed: Option<bool>,
    /// When the bank granted or refused.
    pub decided_at: Option<Timestamp>,
    /// When the contract was signed.
    pub signed_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The last change.
    pub changed_at: Timestamp,
    /// Taken within the time; unknown before it is taken, and where the calendar was not known.
    pub accepted_in_time: Option<bool>,
    /// Decided within the time; unknown before, and where the calendar was not known.
    pub decided_in_time: Option<bool>,
    /// What the bank granted.
    pub granted: Option<GrantTerms>,
    /// Why the bank refused.
    pub refusal: Option<Refusal>,
    /// When the firm asked that the refusal is looked at again.
    pub appealed_at: Option<Timestamp>,
    /// When a second person of the bank answered that.
    pub appeal_answered_at: Option<Timestamp>,
    /// The contract's number.
    pub contract_no: Option<String>,
    /// How much the firm last asked to be paid out and has not been.
    pub draw_asked: Option<Money>,
    /// How much has been paid out under the line; where it can be drawn again, less what was paid back.
    pub drawn: Money,
    /// Until when the next act is due; nothing while papers are awaited or the calendar is not known.
    pub due_at: Option<Timestamp>,
}

impl Order {
    /// What can happen now: what the state lets happen, as far as the facts do.
    pub fn allowed(&self) -> Vec<OrderEventKind> {
        let fits = |event: &OrderEventKind| match event {
            OrderEventKind::ConfirmContact => self.contacted_at.is_some() && self.contact_confirmed.is_none(),
            // What nobody looked into, because nobody took it, is not looked at again.
            OrderEventKind::Appeal => self.appealed_at.is_none() && self.approver.is_some(),
            OrderEventKind::Uphold | OrderEventKind::Reopen => self.waits_for_appeal(),
            _ => true,
        };
        let mut allowed = self.state.allowed();
        allowed.retain(fits);
        allowed
    }

    /// Whether this can happen now.
    pub fn allows(&self, event: OrderEventKind) -> bool {
        self.allowed().contains(&event)
    }

    /// What the officer, approver, firm or system may do now.
    pub fn allowed_to(&self, who: Who) -> Vec<OrderEventKind> {
        let mut allowed = self.allowed();
        allowed.retain(|event| event.who().contains(&who));
        allowed
    }

    /// The firm has asked that its refusal is looked at again, and nobody has answered yet.
    pub fn waits_for_appeal(&self) -> bool {
        self.appealed_at.is_some() && self.appeal_answered_at.is_none()
    }

    /// How much can still be paid out under the line.
    pub fn available(&self) -> Money {
        let granted = self.granted.as_ref().map_or(Money::ZERO, |terms| terms.amount);
        granted.checked_sub(self.drawn).unwrap_or_default().max(Money::ZERO)
    }
}

/// One line of an order's timeline (订单流水). Lines are added and never changed.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderStep {
    /// From 1 without gaps.
    pub step_no: u32,
    /// In which round.
    pub round: u32,
    /// When it happened.
    pub at: Timestamp,
    /// When the platform was told; later than `at` when the bank reported late.
    pub reported_at: Timestamp,
    /// What happened.
    pub event: OrderEventKind,
    /// Where the order stood.
    pub from: OrderState,
    /// Where it stands since.
    pub to: OrderState,
    /// The account, login or client that acted, or `system`.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// For which institution; empty for the firm and the platform.
    pub institution: String,
    /// What the actor said about it.
    pub note: String,
    /// The facts of the event.
    pub data: serde_json::Value,
    /// The hash of the step before, 64 zeros for the first.
    pub prev_hash: String,
    /// The SM3 hash of this step.
    pub hash: String,
}
