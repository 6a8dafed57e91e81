//! An order of the past as a line of a file.

use std::io::BufRead;

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::{AccountId, BankId, LoanId, OrderId, ProductId, SubjectKey};
use jq_base::money::Money;
use serde::Deserialize;

use super::service::HistoryError;
use crate::order::{LoanUse, OrderEvent, OrderKind};
use crate::product::Security;
use crate::schedule::RepaymentMethod;
use crate::wire;

/// An order that was handed in before the platform's present began.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastOrder {
    /// Its identifier.
    pub order_id: OrderId,
    /// The number people say; taken once.
    pub order_no: String,
    /// What kind.
    pub kind: OrderKind,
    /// The firm.
    pub subject: SubjectKey,
    /// The firm's name.
    pub subject_name: String,
    /// The firm's district, six digits.
    pub district: Option<String>,
    /// The firm's industry class.
    pub industry: Option<String>,
    /// Who asked for the firm.
    pub applicant: AccountId,
    /// Which product.
    pub product: ProductId,
    /// Whose product.
    pub bank: BankId,
    /// How much was asked for.
    #[serde(rename = "amount_fen", with = "wire::fen")]
    pub amount: Money,
    /// For how many months.
    pub months: u32,
    /// How the firm wanted to pay back.
    #[serde(with = "wire::word")]
    pub method: RepaymentMethod,
    /// The product's security.
    #[serde(with = "wire::word")]
    pub security: Security,
    /// What for.
    pub loan_use: LoanUse,
    /// What for, in the firm's words.
    #[serde(default)]
    pub use_text: String,
    /// Whom the bank spoke to.
    pub contact_name: String,
    /// Where.
    pub contact_mobile: String,
    /// The firm had no bank loan before.
    #[serde(default)]
    pub first_loan: bool,
    /// Might go to another bank.
    #[serde(default)]
    pub other_banks: bool,
    /// The order whose loan it follows.
    #[serde(default)]
    pub follows: Option<OrderId>,
    /// When the draft was begun.
    pub created_at: Timestamp,
    /// What happened, in the order of the records.
    pub steps: Vec<PastStep>,
    /// What was paid out after it was signed.
    #[serde(default)]
    pub loans: Vec<PastLoan>,
}

/// What somebody did.
#[derive(Clone, Debug, Deserialize)]
pub struct PastStep {
    /// When it happened.
    pub at: Timestamp,
    /// When the platform was told, if later.
    #[serde(default)]
    pub reported_at: Option<Timestamp>,
    /// Account, login, or `system`.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// For which institution.
    #[serde(default)]
    pub institution: String,
    /// What was said beside.
    #[serde(default)]
    pub note: String,
    /// The event and its facts.
    #[serde(flatten)]
    pub event: OrderEvent,
}

/// A loan that was paid out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastLoan {
    /// Its name on the platform.
    pub loan_id: LoanId,
    /// The bank's own number.
    pub loan_ref: String,
    /// How much.
    #[serde(rename = "amount_fen", with = "wire::fen")]
    pub amount: Money,
    /// On which day.
    pub drawn_on: Date,
    /// When the bank told the platform.
    pub told_at: Timestamp,
    /// Which of the bank's people reported it and the payments, by login.
    pub officer: String,
    /// Instalments that were paid late; all others were paid on their day.
    #[serde(default)]
    pub late: Vec<PastLate>,
    /// The first instalment that was not paid, like all after it.
    #[serde(default)]
    pub stopped_at: Option<u32>,
    /// On which day all that was owed still was paid at once.
    #[serde(default)]
    pub paid_off_on: Option<Date>,
    /// When the bank gave up the rest.
    #[serde(default)]
    pub given_up: Option<GivenUp>,
}

/// An instalment that was paid late.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastLate {
    /// Which, from 1.
    pub instalment: u32,
    /// By how many days.
    pub days: u16,
}

/// A bank gave up what was still owed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenUp {
    /// When.
    pub at: Timestamp,
    /// Who decided it, by login.
    pub approver: String,
}

/// The orders of a file, one on each line.
pub fn read(lines: impl BufRead) -> impl Iterator<Item = Result<PastOrder, HistoryError>> {
    lines.lines().enumerate().filter_map(|(index, line)| {
        let line_no = index + 1;
        match line {
            Ok(text) if text.trim().is_empty() => None,
            Ok(text) => {
                Some(serde_json::from_str(&text).map_err(|source| HistoryError::Shape { line_no, source }))
            }
            Err(source) => Some(Err(HistoryError::Read { line_no, source })),
        }
    })
}
