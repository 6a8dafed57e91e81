//! What a bank's program sends when it grants, signs, pays out or is paid.

use jiff::civil::Date;
use jq_base::ids::LoanId;
use jq_base::money::Money;
use jq_base::rate::Rate;
use jq_lending::order::{GrantTerms, OrderAct};
use utoipa::ToSchema;

use super::body::{NAME_CHARS_MAX, TEXT_CHARS_MAX, Told, clerk, seen_version};
use crate::body::Fields;
use crate::words::{RepaymentMethodWord, SecurityWord, Word};

/// Months of a term at most.
const MONTHS_MAX: u32 = 600;
/// A yearly rate at most: a hundred per cent.
const PPM_MAX: i64 = 1_000_000;

/// What the bank grants.
#[derive(Debug, ToSchema)]
#[schema(as = GrantAct)]
pub(crate) struct GrantBody {
    /// The login of the bank's employee who acted.
    #[schema(min_length = 1, max_length = 64, example = "officer@bank01")]
    clerk: String,
    /// The order's version that was seen; when the order has moved on since, nothing is done.
    #[schema(required = false)]
    seen_version: Option<u32>,
    /// Up to how much, in fen.
    #[schema(minimum = 1)]
    amount_fen: i64,
    /// For how many months a loan runs at most.
    #[schema(minimum = 1, maximum = 600)]
    months: u32,
    /// The yearly rate in parts per million.
    #[schema(minimum = 1, maximum = 1_000_000, example = 36_500)]
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
    #[schema(required = false, max_length = 500)]
    note: Option<String>,
}

/// The contract is signed.
#[derive(Debug, ToSchema)]
#[schema(as = SignAct)]
pub(crate) struct SignBody {
    /// The login of the bank's employee who acted.
    #[schema(min_length = 1, max_length = 64, example = "officer@bank01")]
    clerk: String,
    /// The order's version that was seen; when the order has moved on since, nothing is done.
    #[schema(required = false)]
    seen_version: Option<u32>,
    /// The contract's number; one is made when it is left out.
    #[schema(required = false, max_length = 64)]
    contract_no: Option<String>,
}

/// Money was paid out.
#[derive(Debug, ToSchema)]
#[schema(as = DrawdownReport)]
pub(crate) struct DrawBody {
    /// The login of the bank's employee who acted.
    #[schema(min_length = 1, max_length = 64, example = "officer@bank01")]
    clerk: String,
    /// The order's version that was seen; when the order has moved on since, nothing is done.
    #[schema(required = false)]
    seen_version: Option<u32>,
    /// The bank's number of the loan.
    #[schema(max_length = 64)]
    loan_ref: String,
    /// How much, in fen.
    #[schema(minimum = 1)]
    amount_fen: i64,
    /// On which day.
    drawn_on: Date,
    /// The bank's number of this report; the same report told twice counts once.
    #[schema(max_length = 64)]
    pub(crate) report_no: String,
}

/// The firm paid.
#[derive(Debug, ToSchema)]
#[schema(as = RepaymentReport)]
pub(crate) struct RepayBody {
    /// The login of the bank's employee who acted.
    #[schema(min_length = 1, max_length = 64, example = "officer@bank01")]
    clerk: String,
    /// The order's version that was seen; when the order has moved on since, nothing is done.
    #[schema(required = false)]
    seen_version: Option<u32>,
    /// How much in all, in fen.
    #[schema(minimum = 1)]
    amount_fen: i64,
    /// Of it, principal, in fen; by the plan when it is left out.
    #[schema(required = false, minimum = 0)]
    principal_fen: Option<i64>,
    /// On which day.
    paid_on: Date,
    /// The bank's number of this report; the same report told twice counts once.
    #[schema(max_length = 64)]
    pub(crate) report_no: String,
}

impl GrantBody {
    /// Reads it from what was sent.
    pub(crate) fn read(fields: &mut Fields) -> Option<Self> {
        let (clerk, seen_version) = (clerk(fields), seen_version(fields));
        let (amount_fen, months) = (fields.fen("amount_fen"), fields.count("months", 1..=MONTHS_MAX));
        let rate_ppm = fields.whole("rate_ppm", 1..=PPM_MAX);
        let (method, security) = (fields.word("method"), fields.word("security"));
        let (valid_until, note) = (fields.date("valid_until"), fields.opt_text("note", TEXT_CHARS_MAX));
        Some(Self {
            clerk: clerk?,
            seen_version,
            amount_fen: amount_fen?,
            months: months?,
            rate_ppm: rate_ppm?,
            method: Word(method?),
            security: Word(security?),
            valid_until: valid_until?,
            note,
        })
    }

    /// The act.
    pub(crate) fn told(self) -> Told {
        let act = OrderAct::Grant(GrantTerms {
            amount: Money::from_fen(self.amount_fen),
            months: self.months,
            rate: Rate::from_ppm(self.rate_ppm),
            method: self.method.0,
            security: self.security.0,
            valid_until: self.valid_until,
            note: self.note.unwrap_or_default(),
        });
        Told { clerk: self.clerk, seen: self.seen_version, act }
    }
}

impl SignBody {
    /// Reads it from what was sent.
    pub(crate) fn read(fields: &mut Fields) -> Option<Self> {
        let (clerk, seen_version) = (clerk(fields), seen_version(fields));
        let contract_no = fields.opt_text("contract_no", NAME_CHARS_MAX);
        Some(Self { clerk: clerk?, seen_version, contract_no })
    }

    /// The act.
    pub(crate) fn told(self) -> Told {
        let act = OrderAct::Sign { contract_no: self.contract_no };
        Told { clerk: self.clerk, seen: self.seen_version, act }
    }
}

impl DrawBody {
    /// Reads it from what was sent.
    pub(crate) fn read(fields: &mut Fields) -> Option<Self> {
        let (clerk, seen_version) = (clerk(fields), seen_version(fields));
        let (loan_ref, report_no) =
            (fields.text("loan_ref", NAME_CHARS_MAX), fields.text("report_no", NAME_CHARS_MAX));
        let (amount_fen, drawn_on) = (fields.fen("amount_fen"), fields.date("drawn_on"));
        let (clerk, loan_ref, report_no) = (clerk?, loan_ref?, report_no?);
        Some(Self { clerk, seen_version, loan_ref, amount_fen: amount_fen?, drawn_on: drawn_on?, report_no })
    }

    /// The act.
    pub(crate) fn told(self) -> Told {
        let act = OrderAct::Draw {
            loan_ref: self.loan_ref,
            amount: Money::from_fen(self.amount_fen),
            drawn_on: self.drawn_on,
            report_no: self.report_no,
        };
        Told { clerk: self.clerk, seen: self.seen_version, act }
    }
}

impl RepayBody {
    /// Reads it from what was sent.
    pub(crate) fn read(fields: &mut Fields) -> Option<Self> {
        let (clerk, seen_version) = (clerk(fields), seen_version(fields));
        let (amount_fen, principal_fen) = (fields.fen("amount_fen"), fields.opt_fen("principal_fen"));
        let (paid_on, report_no) = (fields.date("paid_on"), fields.text("report_no", NAME_CHARS_MAX));
        let (clerk, amount_fen) = (clerk?, amount_fen?);
        let (paid_on, report_no) = (paid_on?, report_no?);
        Some(Self { clerk, seen_version, amount_fen, principal_fen, paid_on, report_no })
    }

    /// The act on this loan.
    pub(crate) fn told(self, loan_id: LoanId) -> Told {
        let act = OrderAct::Repay {
            loan_id,
            amount: Money::from_fen(self.amount_fen),
            principal: self.principal_fen.map(Money::from_fen),
            paid_on: self.paid_on,
            report_no: self.report_no,
        };
        Told { clerk: self.clerk, seen: self.seen_version, act }
    }
}
