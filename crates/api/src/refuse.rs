//! What the services say when they refuse, as a problem: one table per service.

use jq_base::lang::Lang;
use jq_consent::{ConsentError, Denial};
use jq_credit::CreditError;
use jq_db::DbError;
use jq_decision::DecisionError;
use jq_identity::IdentityError;
use jq_ingest::IngestError;
use jq_lending::{FieldError, LendingError, OrderEventKind};

use crate::code;
use crate::problem::ApiProblem;
use crate::said::Said;

impl From<IdentityError> for ApiProblem {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::NotSignedIn => Self::new(&code::TOKEN_INVALID)
                .header("www-authenticate", "Bearer realm=\"jinqiao\", error=\"invalid_token\""),
            IdentityError::OtherRole(_) | IdentityError::NotYours => Self::new(&code::WRONG_CLIENT),
            IdentityError::Store(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<IngestError> for ApiProblem {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::NoBatch { .. } | IngestError::Archive { .. } => Self::new(&code::BAD_ARCHIVE),
            IngestError::ArchiveTooLarge { .. } => Self::new(&code::TOO_LARGE),
            IngestError::BatchNotFound(_) => Self::new(&code::NO_BATCH),
            other => Self::internal(&other),
        }
    }
}

impl From<CreditError> for ApiProblem {
    fn from(error: CreditError) -> Self {
        match error {
            CreditError::NotFound => Self::new(&code::NO_REPORT),
            CreditError::Save(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<DecisionError> for ApiProblem {
    fn from(error: DecisionError) -> Self {
        match error {
            DecisionError::Store(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<DbError> for ApiProblem {
    fn from(error: DbError) -> Self {
        if error.is_passing() {
            return Self::new(&code::BUSY).header("retry-after", "1");
        }
        Self::internal(&error)
    }
}

impl From<ConsentError> for ApiProblem {
    fn from(error: ConsentError) -> Self {
        match error {
            ConsentError::Denied(denial) => denied(denial),
            ConsentError::NotFound => Self::new(&code::NO_REQUEST),
            ConsentError::AskedAlready => Self::new(&code::ASKED_ALREADY),
            ConsentError::AskAgainAt(at) => Self::new(&code::ASK_AGAIN_LATER)
                .detail(format!("{at} 起可再次申请"), format!("it can be asked again from {at}")),
            ConsentError::MovedOn => Self::new(&code::CONSENT_MOVED_ON),
            ConsentError::Store(error) => error.into(),
            other => match wrong_terms(&other) {
                Some((field, words)) => Self::new(&code::CONSENT_TERMS).error(field, words),
                None => Self::internal(&other),
            },
        }
    }
}

fn denied(denial: Denial) -> ApiProblem {
    let problem = ApiProblem::of_denial(denial.kind()).detail(denial.text(Lang::Zh), denial.text(Lang::En));
    match denial {
        Denial::ItemNotGranted { items: named } | Denial::FieldNotGranted { fields: named } => {
            problem.items(named)
        }
        _ => problem,
    }
}

/// Which member of a request for consent goes beyond what can be granted, and how.
fn wrong_terms(error: &ConsentError) -> Option<(&'static str, Said)> {
    let found = match error {
        ConsentError::NoItems => ("items", Said::fixed("至少一项", "at least one item")),
        ConsentError::UnknownItem(item) => {
            ("items", Said::of(format!("目录中没有 {item}"), format!("the catalogue has no {item}")))
        }
        ConsentError::UnknownField(field) => (
            "fields_left_out",
            Said::of(format!("所列事项没有字段 {field}"), format!("the items have no field {field}")),
        ),
        ConsentError::FieldStays(field) => (
            "fields_left_out",
            Said::of(
                format!("{field} 不能单独排除，可排除整个事项"),
                format!("{field} stays with its item; the item can be left out as a whole"),
            ),
        ),
        ConsentError::ItemNotForPurpose { item } => (
            "items",
            Said::of(format!("{item} 不用于该用途"), format!("{item} is not granted for this purpose")),
        ),
        ConsentError::NotGrantable(_) => (
            "purpose",
            Said::fixed(
                "金融机构可申请的用途：pre_loan、in_loan、post_loan、model_test",
                "banks are granted pre_loan, in_loan, post_loan and model_test",
            ),
        ),
        ConsentError::TooLong { days_max } => {
            ("days", Said::of(format!("应为 1 至 {days_max} 天"), format!("must be 1 to {days_max} days")))
        }
        ConsentError::TooMany { queries_max } => {
            let (zh, en) =
                (format!("应为 1 至 {queries_max} 次"), format!("must be 1 to {queries_max} readings"));
            ("queries_max", Said::of(zh, en))
        }
        ConsentError::TextTooLong { chars_max } => {
            let (zh, en) = (format!("最多 {chars_max} 个字"), format!("at most {chars_max} characters"));
            ("note", Said::of(zh, en))
        }
        _ => return None,
    };
    Some(found)
}

impl From<LendingError> for ApiProblem {
    fn from(error: LendingError) -> Self {
        let told = |code| Self::new(code).detail(error.explain(Lang::Zh), error.explain(Lang::En));
        let codes = |kinds: &[OrderEventKind]| kinds.iter().map(|kind| kind.code()).collect();
        match &error {
            LendingError::OrderNotFound | LendingError::NotYours => Self::new(&code::NO_ORDER),
            LendingError::LoanNotFound => Self::new(&code::NO_LOAN),
            LendingError::WrongRole { .. } => told(&code::WRONG_ROLE),
            LendingError::NotAllowed(refused) => {
                told(&code::NOT_NOW).standing(refused.state.code(), codes(&refused.allowed))
            }
            LendingError::MovedOn { state } => {
                told(&code::MOVED_ON).standing(state.code(), codes(&state.allowed()))
            }
            LendingError::FourEyes => told(&code::FOUR_EYES),
            LendingError::ClerkMissing => {
                let words = Said::fixed(
                    "本行没有这个在用的员工账号",
                    "your bank has no active employee of that login",
                );
                told(&code::CLERK).error("clerk", words)
            }
            LendingError::Fields(faults) => {
                faults.iter().fold(told(&code::ORDER_FIELDS), |problem, fault| {
                    problem
                        .error(member(fault), Said::of(fault.rule.text(Lang::Zh), fault.rule.text(Lang::En)))
                })
            }
            LendingError::ReportConflict { .. } => told(&code::REPORT_CONFLICT),
            LendingError::MandateMissing
            | LendingError::ConsentMissing { .. }
            | LendingError::DoubleOpen { .. }
            | LendingError::ProductClosed
            | LendingError::TooLate { .. }
            | LendingError::NotDue => told(&code::NOT_POSSIBLE),
            LendingError::Schedule(_) => Self::internal(&error),
            LendingError::Consent(_) | LendingError::Identity(_) | LendingError::Store(_) => passed_on(error),
        }
    }
}

/// What another service said on the way.
fn passed_on(error: LendingError) -> ApiProblem {
    match error {
        LendingError::Consent(inner) => inner.into(),
        LendingError::Identity(inner) => inner.into(),
        LendingError::Store(inner) => inner.into(),
        other => ApiProblem::internal(&other),
    }
}

/// The member of the body that a field of an order is sent as.
fn member(fault: &FieldError) -> &'static str {
    match fault.field {
        "amount" => "amount_fen",
        "principal" => "principal_fen",
        "rate" => "rate_ppm",
        other => other,
    }
}
