//! What people and programs ask to be done with an order, as it comes from a form or a request.

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::LoanId;
use jq_base::money::Money;

use super::event::{ContactChannel, GrantTerms};
use super::state::OrderEventKind;
use crate::refusal::Refusal;

/// An act on an order that exists (订单操作).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderAct {
    /// A customer manager takes it.
    Accept,
    /// The bank does not take it.
    Decline(Refusal),
    /// The firm was spoken to.
    Contact {
        /// How.
        channel: ContactChannel,
        /// What was said, for the bank's people.
        note: String,
        /// When, if it is told later; not in the future and not before the order was taken.
        at: Option<Timestamp>,
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
        /// Which: 1 to 10, each of 2 to 60 characters.
        materials: Vec<String>,
    },
    /// The firm hands them in.
    Supply {
        /// What the firm says about them.
        note: String,
    },
    /// The survey is done; a second person shall decide.
    SubmitApproval {
        /// What the survey found, at least 10 characters.
        note: String,
    },
    /// The bank grants.
    Grant(GrantTerms),
    /// The bank refuses.
    Refuse(Refusal),
    /// The firm asks that a second person of the bank looks at the refusal, once and within the time for it.
    Appeal {
        /// Why the refusal should be looked at again, at least 10 characters.
        note: String,
    },
    /// The second person finds the refusal right.
    Uphold {
        /// Why, at least 10 characters; the firm reads it.
        note: String,
    },
    /// The second person takes the order up again, and it is surveyed and decided anew.
    Reopen {
        /// Why, at least 10 characters; the firm reads it.
        note: String,
    },
    /// The firm takes it back.
    Withdraw {
        /// Why; may be empty.
        note: String,
    },
    /// The contract is signed.
    Sign {
        /// Its number; one is made when it is not given.
        contract_no: Option<String>,
    },
    /// The firm asks for money under the line.
    AskDraw {
        /// How much.
        amount: Money,
    },
    /// The bank reports money paid out. The same report told twice counts once.
    Draw {
        /// The bank's number of the loan.
        loan_ref: String,
        /// How much.
        amount: Money,
        /// On which day.
        drawn_on: Date,
        /// The bank's number of this report.
        report_no: String,
    },
    /// The bank reports a payment. The same report told twice counts once.
    Repay {
        /// Of which loan.
        loan_id: LoanId,
        /// How much in all.
        amount: Money,
        /// Of it, principal; by the plan when it is not said.
        principal: Option<Money>,
        /// On which day.
        paid_on: Date,
        /// The bank's number of this report.
        report_no: String,
    },
    /// The bank gives up what is still owed.
    WriteOff,
    /// Another customer manager becomes responsible.
    Reassign {
        /// By login.
        officer: String,
    },
    /// An order that lies with nobody is sent out again.
    Redispatch {
        /// To whom, by login; by rule when it is not said.
        officer: Option<String>,
    },
}

impl OrderAct {
    /// The event it leads to.
    pub fn kind(&self) -> OrderEventKind {
        match self {
            Self::Accept => OrderEventKind::Accept,
            Self::Decline(_) => OrderEventKind::Decline,
            Self::Contact { .. } => OrderEventKind::Contact,
            Self::ConfirmContact { .. } => OrderEventKind::ConfirmContact,
            Self::Survey => OrderEventKind::Survey,
            Self::RequestMaterials { .. } => OrderEventKind::RequestMaterials,
            Self::Supply { .. } => OrderEventKind::Supply,
            Self::SubmitApproval { .. } => OrderEventKind::SubmitApproval,
            Self::Grant(_) => OrderEventKind::Grant,
            Self::Refuse(_) => OrderEventKind::Refuse,
            Self::Appeal { .. } => OrderEventKind::Appeal,
            Self::Uphold { .. } => OrderEventKind::Uphold,
            Self::Reopen { .. } => OrderEventKind::Reopen,
            Self::Withdraw { .. } => OrderEventKind::Withdraw,
            Self::Sign { .. } => OrderEventKind::Sign,
            Self::AskDraw { .. } => OrderEventKind::AskDraw,
            Self::Draw { .. } => OrderEventKind::Draw,
            Self::Repay { .. } => OrderEventKind::Repay,
            Self::WriteOff => OrderEventKind::WriteOff,
            Self::Reassign { .. } => OrderEventKind::Reassign,
            Self::Redispatch { .. } => OrderEventKind::Dispatch,
        }
    }

    /// What the actor says beside the facts, trimmed.
    pub(super) fn note(&self) -> String {
        match self {
            Self::Contact { note, .. }
            | Self::Supply { note }
            | Self::SubmitApproval { note }
            | Self::Appeal { note }
            | Self::Uphold { note }
            | Self::Reopen { note }
            | Self::Withdraw { note } => note.trim().to_owned(),
            _ => String::new(),
        }
    }
}
