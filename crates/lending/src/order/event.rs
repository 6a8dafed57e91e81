//! What happens to orders, with the facts each event brings.

use jiff::civil::Date;
use jq_base::ids::{BankId, BranchId, LoanId, ProductId};
use jq_base::money::Money;
use jq_base::rate::Rate;
use serde::{Deserialize, Serialize};

use super::state::{OrderEventKind, OrderState};
use crate::coded::coded;
use crate::product::Security;
use crate::refusal::Refusal;
use crate::schedule::RepaymentMethod;
use crate::wire;

coded! {
    /// Who may bring an event about.
    Who {
        /// The firm's legal representative or agent.
        Firm = "firm", "企业", "the firm";
        /// The bank's customer manager.
        Officer = "officer", "客户经理", "customer manager";
        /// The bank's approver, never the customer manager of the same order.
        Approver = "approver", "审批人", "approver";
        /// The bank's administrator.
        BankAdmin = "bank_admin", "机构管理员", "bank administrator";
        /// The platform's service.
        Operator = "operator", "平台客服", "platform service";
        /// The platform itself, when a time is over.
        System = "system", "系统", "the platform";
    }
}

coded! {
    /// From which stage papers were asked for, and to which the order returns.
    Stage {
        /// During the survey.
        Surveying = "surveying", "尽调", "survey";
        /// During the decision.
        Approving = "approving", "审批", "decision";
    }
}

impl Stage {
    /// The state of this stage.
    pub fn state(self) -> OrderState {
        match self {
            Self::Surveying => OrderState::Surveying,
            Self::Approving => OrderState::Approving,
        }
    }

    /// The stage of a state from which papers can be asked for.
    pub fn of(state: OrderState) -> Option<Self> {
        match state {
            OrderState::Surveying => Some(Self::Surveying),
            OrderState::Approving => Some(Self::Approving),
            _ => None,
        }
    }
}

coded! {
    /// How a firm was spoken to.
    ContactChannel {
        /// By telephone.
        Phone = "phone", "电话", "telephone";
        /// At the firm's place.
        Visit = "visit", "上门", "visit";
        /// In the bank's office.
        Office = "office", "到店", "at the bank";
        /// By message.
        Message = "message", "消息", "message";
    }
}

/// What the bank grants (授信条件).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantTerms {
    /// Up to how much.
    #[serde(rename = "amount_fen", with = "wire::fen")]
    pub amount: Money,
    /// For how many months each loan runs at most.
    pub months: u32,
    /// The yearly contract rate.
    #[serde(rename = "rate_ppm", with = "wire::ppm")]
    pub rate: Rate,
    /// How it is paid back.
    #[serde(with = "wire::word")]
    pub method: RepaymentMethod,
    /// Against which security.
    #[serde(with = "wire::word")]
    pub security: Security,
    /// The last day on which the contract can be signed.
    pub valid_until: Date,
    /// Conditions in the bank's words.
    #[serde(default)]
    pub note: String,
}

/// Money paid out, as the bank reports it (放款).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The loan that came of it.
    pub loan_id: LoanId,
    /// The bank's own number of the loan.
    pub loan_ref: String,
    /// How much.
    #[serde(rename = "amount_fen", with = "wire::fen")]
    pub amount: Money,
    /// On which day.
    pub drawn_on: Date,
    /// The bank's number of this report.
    pub report_no: String,
}

/// A payment, as the bank reports it (还款).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repaid {
    /// Of which loan.
    pub loan_id: LoanId,
    /// How much in all.
    #[serde(rename = "amount_fen", with = "wire::fen")]
    pub amount: Money,
    /// Of it, principal.
    #[serde(rename = "principal_fen", with = "wire::fen")]
    pub principal: Money,
    /// On which day.
    pub paid_on: Date,
    /// The bank's number of this report.
    pub report_no: String,
}

/// What happened to an order, with its facts; kept as the data of the step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum OrderEvent {
    /// The firm hands it in.
    Submit,
    /// It goes to a branch and a customer manager of the product's bank.
    Dispatch {
        /// Which branch, when the bank has branches.
        branch: Option<BranchId>,
        /// Which customer manager, by login.
        officer: Option<String>,
        /// Which product instead, when it goes on to another bank.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        product: Option<ProductId>,
        /// That product's bank.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bank: Option<BankId>,
    },
    /// A customer manager takes it.
    Accept {
        /// By login; nothing when the bank's program did not say who.
        officer: Option<String>,
    },
    /// The bank does not take it.
    Decline {
        /// Why.
        refusal: Refusal,
        /// Whether the firm agreed to other banks, so that the order goes on.
        another_bank: bool,
    },
    /// Nobody took it in time.
    NotAccepted,
    /// Another customer manager becomes responsible.
    Reassign {
        /// Which branch.
        branch: Option<BranchId>,
        /// By login.
        officer: String,
    },
    /// The firm has been spoken to.
    Contact {
        /// How.
        channel: ContactChannel,
    },
    /// The firm says whether it was spoken to.
    ConfirmContact {
        /// Whether it was.
        reached: bool,
    },
    /// The survey begins.
    Survey,
    /// Papers are missing.
    RequestMaterials {
        /// Which.
        materials: Vec<String>,
    },
    /// The firm has handed them in.
    Supply {
        /// The stage that had asked.
        back_to: Stage,
    },
    /// A second person shall decide.
    SubmitApproval,
    /// The bank grants.
    Grant(GrantTerms),
    /// The bank refuses.
    Refuse(Refusal),
    /// The firm asks that a second person looks at the refusal; why stands in the step's note.
    Appeal,
    /// The second person finds it right; why stands in the step's note.
    Uphold,
    /// The second person takes the order up again; why stands in the step's note.
    Reopen,
    /// The firm takes it back.
    Withdraw,
    /// Nobody went on with it in time.
    Lapse,
    /// The contract is signed.
    Sign {
        /// Its number.
        contract_no: String,
    },
    /// The firm asks for money under the line.
    AskDraw {
        /// How much.
        #[serde(rename = "amount_fen", with = "wire::fen")]
        amount: Money,
    },
    /// The bank has paid money out.
    Draw(Drawn),
    /// The first instalment has come.
    StartRepaying,
    /// The firm has paid.
    Repay(Repaid),
    /// An instalment was not paid by its day.
    FallOverdue {
        /// Which loan.
        loan_id: LoanId,
        /// The day the oldest unpaid instalment was due.
        due_on: Date,
    },
    /// What was overdue has been paid.
    Cure,
    /// Everything is paid.
    Settle,
    /// The bank gives up the rest.
    WriteOff {
        /// The principal that is given up.
        #[serde(rename = "amount_fen", with = "wire::fen")]
        amount: Money,
    },
}

impl OrderEvent {
    /// Which event it is, without its facts.
    pub fn kind(&self) -> OrderEventKind {
        match self {
            Self::Submit => OrderEventKind::Submit,
            Self::Dispatch { .. } => OrderEventKind::Dispatch,
            Self::Accept { .. } => OrderEventKind::Accept,
            Self::Decline { .. } => OrderEventKind::Decline,
            Self::NotAccepted => OrderEventKind::NotAccepted,
            Self::Reassign { .. } => OrderEventKind::Reassign,
            Self::Contact { .. } => OrderEventKind::Contact,
            Self::ConfirmContact { .. } => OrderEventKind::ConfirmContact,
            Self::Survey => OrderEventKind::Survey,
            Self::RequestMaterials { .. } => OrderEventKind::RequestMaterials,
            Self::Supply { .. } => OrderEventKind::Supply,
            Self::SubmitApproval => OrderEventKind::SubmitApproval,
            Self::Grant(_) => OrderEventKind::Grant,
            Self::Refuse(_) => OrderEventKind::Refuse,
            Self::Appeal => OrderEventKind::Appeal,
            Self::Uphold => OrderEventKind::Uphold,
            Self::Reopen => OrderEventKind::Reopen,
            Self::Withdraw => OrderEventKind::Withdraw,
            Self::Lapse => OrderEventKind::Lapse,
            Self::Sign { .. } => OrderEventKind::Sign,
            Self::AskDraw { .. } => OrderEventKind::AskDraw,
            Self::Draw(_) => OrderEventKind::Draw,
            Self::StartRepaying => OrderEventKind::StartRepaying,
            Self::Repay(_) => OrderEventKind::Repay,
            Self::FallOverdue { .. } => OrderEventKind::FallOverdue,
            Self::Cure => OrderEventKind::Cure,
            Self::Settle => OrderEventKind::Settle,
            Self::WriteOff { .. } => OrderEventKind::WriteOff,
        }
    }

    /// One of each, in the order of the business; two where the details decide what follows.
    pub(crate) fn samples() -> Vec<Self> {
        let loan_id = || LoanId::parse("loan").unwrap_or_else(|_| unreachable!("a word is an identifier"));
        let refusal = || Refusal { code: "R15".to_owned(), text: String::new() };
        let amount = Money::ZERO;
        let day = Date::default();
        let word = String::new;
        vec![
            Self::Submit,
            Self::Dispatch { branch: None, officer: None, product: None, bank: None },
            Self::Accept { officer: None },
            Self::Decline { refusal: refusal(), another_bank: true },
            Self::Decline { refusal: refusal(), another_bank: false },
            Self::NotAccepted,
            Self::Reassign { branch: None, officer: word() },
            Self::Contact { channel: ContactChannel::Phone },
            Self::ConfirmContact { reached: true },
            Self::Survey,
            Self::RequestMaterials { materials: Vec::new() },
            Self::Supply { back_to: Stage::Surveying },
            Self::Supply { back_to: Stage::Approving },
            Self::SubmitApproval,
            Self::Grant(GrantTerms {
                amount,
                months: 0,
                rate: Rate::from_ppm(0),
                method: RepaymentMethod::EqualInstalments,
                security: Security::Credit,
                valid_until: day,
                note: word(),
            }),
            Self::Refuse(refusal()),
            Self::Appeal,
            Self::Uphold,
            Self::Reopen,
            Self::Withdraw,
            Self::Lapse,
            Self::Sign { contract_no: word() },
            Self::AskDraw { amount },
            Self::Draw(Drawn {
                loan_id: loan_id(),
                loan_ref: word(),
                amount,
                drawn_on: day,
                report_no: word(),
            }),
            Self::StartRepaying,
            Self::Repay(Repaid {
                loan_id: loan_id(),
                amount,
                principal: amount,
                paid_on: day,
                report_no: word(),
            }),
            Self::FallOverdue { loan_id: loan_id(), due_on: day },
            Self::Cure,
            Self::Settle,
            Self::WriteOff { amount },
        ]
    }
}

impl OrderEventKind {
    /// Who may bring it about. A bank's program acts for the bank's people.
    pub fn who(self) -> &'static [Who] {
        match self {
            Self::Submit
            | Self::ConfirmContact
            | Self::Supply
            | Self::Appeal
            | Self::Withdraw
            | Self::AskDraw => &[Who::Firm],
            Self::Uphold | Self::Reopen => &[Who::Approver, Who::BankAdmin],
            Self::Dispatch => &[Who::System, Who::Operator],
            Self::Accept
            | Self::Decline
            | Self::Contact
            | Self::Survey
            | Self::RequestMaterials
            | Self::SubmitApproval
            | Self::Draw
            | Self::Repay => &[Who::Officer],
            Self::Grant | Self::Refuse | Self::WriteOff => &[Who::Approver],
            Self::Reassign => &[Who::BankAdmin],
            Self::Sign => &[Who::Firm, Who::Officer],
            Self::NotAccepted
            | Self::Lapse
            | Self::StartRepaying
            | Self::FallOverdue
            | Self::Cure
            | Self::Settle => &[Who::System],
        }
    }
}
