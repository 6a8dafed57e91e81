//! Why a page could not be shown: one table from the services' errors to what a person reads.

use axum::response::{IntoResponse, Response};
use jq_base::lang::Lang;
use jq_consent::{ConsentError, ReceiptError};
use jq_credit::CreditError;
use jq_crypto::CryptoError;
use jq_db::DbError;
use jq_decision::DecisionError;
use jq_decision::life::LifeError;
use jq_identity::IdentityError;
use jq_ingest::IngestError;
use jq_lending::LendingError;
use jq_lending::document::DocumentError;
use jq_matching::MatchingError;
use jq_supervision::SupervisionError;
use jq_warning::WarningError;
use jq_web::Problem;

/// A request that could not be answered as asked.
#[derive(Debug)]
pub struct Refused(Problem);

/// What a handler gives back.
pub type Answer = Result<Response, Refused>;

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<IdentityError> for Refused {
    fn from(error: IdentityError) -> Self {
        use IdentityError as E;
        let (status, code) = match &error {
            E::NotSignedIn => (401, "identity/not-signed-in"),
            E::WrongCode => (401, "identity/wrong-code"),
            E::WrongLogin => (401, "identity/wrong-login"),
            E::WrongFactor => (401, "identity/wrong-factor"),
            E::StepDue(_) => (403, "identity/step-due"),
            E::SecondFactorStale => (403, "identity/second-factor-stale"),
            E::OtherRole(_) | E::NotYours => (403, "identity/not-yours"),
            E::OutsideMandate(_) => (403, "identity/outside-mandate"),
            E::OwnAccount => (403, "identity/own-account"),
            E::RoleElsewhere => (422, "identity/role-elsewhere"),
            E::BadLogin => (422, "identity/bad-login"),
            E::OnlyLegalRep => (403, "identity/only-legal-rep"),
            E::NoMandate => (404, "identity/no-mandate"),
            E::NoAccount => (404, "identity/no-account"),
            E::NoInstitution => (404, "identity/no-institution"),
            E::NoRescue => (404, "identity/no-rescue"),
            E::NotEnrollable(_) => (409, "identity/not-enrollable"),
            E::LastFactor => (409, "identity/last-factor"),
            E::Mandate(_) => (409, "identity/mandate-moved"),
            E::Kyc(_) => (409, "identity/check-moved"),
            E::Taken(_) => (409, "identity/taken"),
            E::MandateFaults(_) => (422, "identity/mandate-faults"),
            E::PasswordFault(_) => (422, "identity/password-fault"),
            E::CodesUsedUp => (429, "identity/codes-used-up"),
            E::CodeTooSoon { .. } => (429, "identity/code-too-soon"),
            E::ChecksUsedUp => (429, "identity/checks-used-up"),
            E::Locked { .. } => (429, "identity/locked"),
            // What programs of institutions show is no matter of pages.
            E::Assertion(_)
            | E::Request(_)
            | E::KeyAlgorithm { .. }
            | E::Certificate(_)
            | E::PasswordLength
            | E::Passkey(_)
            | E::Secret
            | E::Store(_) => return Self(Problem::internal(&error)),
        };
        let problem = Problem::new(status, code);
        Self(match error {
            E::OutsideMandate(scope) => problem.said(
                format!("这件事属于“{}”，您的委托不包括它。", scope.text(Lang::Zh)),
                format!("This needs a mandate to {}; yours does not cover it.", scope.text(Lang::En)),
            ),
            E::NoMandate | E::Mandate(_) | E::OnlyLegalRep => problem.forward("/firm/agents"),
            E::Kyc(_) => problem.forward("/firm/verify"),
            _ => problem,
        })
    }
}

impl From<IngestError> for Refused {
    fn from(error: IngestError) -> Self {
        Self(match error {
            IngestError::BatchNotFound(_) => Problem::new(404, "ingest/no-such-batch").forward("/unit"),
            IngestError::NoBatch { .. } | IngestError::Archive { .. } => {
                Problem::new(422, "ingest/no-package").forward("/unit/deliver")
            }
            IngestError::ArchiveTooLarge { .. } => {
                Problem::new(413, "web/too-large").forward("/unit/deliver")
            }
            error => Problem::internal(&error),
        })
    }
}

impl From<CreditError> for Refused {
    fn from(error: CreditError) -> Self {
        Self(match error {
            CreditError::NotFound => Problem::new(404, "credit/no-such-report"),
            error => Problem::internal(&error),
        })
    }
}

impl From<ConsentError> for Refused {
    fn from(error: ConsentError) -> Self {
        use ConsentError as E;
        let status = match error {
            E::NoItems
            | E::UnknownItem(_)
            | E::UnknownField(_)
            | E::FieldStays(_)
            | E::NotGrantable(_)
            | E::ItemNotForPurpose { .. }
            | E::TooLong { .. }
            | E::TooMany { .. }
            | E::MoreThanAsked
            | E::ReasonTooShort { .. }
            | E::TextTooLong { .. } => 422,
            E::NotPublic(_)
            | E::PersonIsNotPublic
            | E::MayNotConsent
            | E::MayNotRead
            | E::FourEyes
            | E::Denied(_) => 403,
            E::NotFound => 404,
            E::TextChanged
            | E::GrantEnded(_)
            | E::RequestClosed(_)
            | E::AskedAlready
            | E::EmergencyClosed(_)
            | E::MovedOn => 409,
            E::AskAgainAt(_) => 429,
            E::Content(_) | E::Identity(_) | E::Receipt(_) | E::Store(_) => {
                return Self(Problem::internal(&error));
            }
        };
        let problem = Problem::new(status, error.code());
        Self(match error {
            E::MayNotConsent
            | E::NotFound
            | E::TextChanged
            | E::MoreThanAsked
            | E::GrantEnded(_)
            | E::RequestClosed(_) => problem.forward("/firm/consents"),
            E::MayNotRead => problem.forward("/firm"),
            _ => problem,
        })
    }
}

impl From<ReceiptError> for Refused {
    fn from(error: ReceiptError) -> Self {
        Self(match error {
            ReceiptError::NotFound => Problem::new(404, "consent/not-found").forward("/firm/consents"),
            error => Problem::internal(&error),
        })
    }
}

impl From<LendingError> for Refused {
    fn from(error: LendingError) -> Self {
        use LendingError as E;
        let (status, code) = match error {
            E::OrderNotFound | E::NotYours => (404, "lending/order-not-found"),
            E::LoanNotFound => (404, "lending/loan-not-found"),
            E::WrongRole { .. } => (403, "lending/wrong-role"),
            E::FourEyes => (403, "lending/four-eyes"),
            E::ConsentMissing { .. } => (403, "lending/consent-missing"),
            E::MandateMissing => (403, "lending/mandate-missing"),
            E::NotAllowed(_) => (409, "lending/not-allowed"),
            E::MovedOn { .. } => (409, "lending/moved-on"),
            E::TooLate { .. } => (409, "lending/too-late"),
            E::DoubleOpen { .. } => (409, "lending/double-open"),
            E::ReportConflict { .. } => (409, "lending/report-conflict"),
            E::ProductClosed => (409, "lending/product-closed"),
            E::Fields(_) => (422, "lending/fields"),
            E::Consent(error) => return error.into(),
            E::Identity(error) => return error.into(),
            E::ClerkMissing | E::NotDue | E::Schedule(_) | E::Store(_) => {
                return Self(Problem::internal(&error));
            }
        };
        let mut problem = Problem::new(status, code).said(error.explain(Lang::Zh), error.explain(Lang::En));
        if let E::DoubleOpen { order_id, .. } = &error {
            problem = problem.forward(crate::firm::order::address(order_id));
        }
        Self(problem)
    }
}

impl From<DocumentError> for Refused {
    fn from(error: DocumentError) -> Self {
        use DocumentError as E;
        Self(match error {
            E::NotFound => Problem::new(404, "lending/document-not-found"),
            E::Fault(fault) => {
                Problem::new(422, "lending/document").said(fault.explain(Lang::Zh), fault.explain(Lang::En))
            }
            E::Material => Problem::new(422, "lending/document"),
            E::Closed => Problem::new(409, "lending/document-closed"),
            E::Order(error) => return error.into(),
            E::File(_) | E::Store(_) => Problem::internal(&error),
        })
    }
}

impl From<SupervisionError> for Refused {
    fn from(error: SupervisionError) -> Self {
        use SupervisionError as E;
        let (status, code) = match error {
            E::ActNotFound => (404, "supervision/act-not-found"),
            E::ComplaintNotFound => (404, "supervision/complaint-not-found"),
            E::ComplainedAlready => (409, "supervision/complained-already"),
            E::WrongRole => (403, "supervision/wrong-role"),
            E::NothingToUrge { .. } => (409, "supervision/nothing-to-urge"),
            E::TooManyUrges { .. } => (409, "supervision/too-many-urges"),
            E::Answered { .. } => (409, "supervision/answered"),
            E::Text { .. } => (422, "supervision/text"),
            E::Lending(error) => return error.into(),
            E::Ladder(_) | E::Store(_) => return Self(Problem::internal(&error)),
        };
        Self(Problem::new(status, code))
    }
}

impl From<MatchingError> for Refused {
    fn from(error: MatchingError) -> Self {
        use MatchingError as E;
        let (status, code, back) = match error {
            E::NotFound => (404, "matching/not-found", "/bank/recommendations"),
            E::NotAllowed(_) => (409, "matching/not-allowed", "/bank/recommendations"),
            E::MovedOn => (409, "matching/moved-on", "/bank/recommendations"),
            E::Note => (422, "matching/note", "/bank/recommendations"),
            E::MayNotAsk => (403, "matching/may-not-ask", "/firm"),
            E::Lending(error) => return error.into(),
            E::Consent(error) => return error.into(),
            E::Decision(_) | E::Json(_) | E::Store(_) => return Self(Problem::internal(&error)),
        };
        Self(Problem::new(status, code).forward(back))
    }
}

impl From<WarningError> for Refused {
    fn from(error: WarningError) -> Self {
        use WarningError as E;
        let (status, code) = match error {
            E::NotFound => (404, "warning/not-found"),
            E::NotAllowed { .. } => (409, "warning/not-allowed"),
            E::MovedOn => (409, "warning/moved-on"),
            E::NoteTooLong { .. } => (422, "warning/note-too-long"),
            E::Lending(error) => return error.into(),
            E::Consent(error) => return error.into(),
            E::Decision(_) | E::Json(_) | E::Store(_) => return Self(Problem::internal(&error)),
        };
        Self(Problem::new(status, code).forward("/bank/warnings"))
    }
}

impl From<DecisionError> for Refused {
    fn from(error: DecisionError) -> Self {
        Self(Problem::internal(&error))
    }
}

impl From<LifeError> for Refused {
    fn from(error: LifeError) -> Self {
        use LifeError as E;
        let (status, code) = match &error {
            E::NotFound => (404, "model/no-such-version"),
            E::NoFlow(_) => (404, "model/no-such-model"),
            E::NotAllowed { .. } => (409, "model/not-allowed"),
            E::MovedOn => (409, "model/moved-on"),
            E::SamePerson => (403, "model/same-person"),
            E::NotTried => (409, "model/not-tried"),
            E::Note => (422, "model/note"),
            E::Content(_) | E::Case(_) | E::NoCase | E::Same(_) | E::OtherBank { .. } | E::TooLong(_) => {
                (422, "model/does-not-check")
            }
            E::NoSigner | E::Sign(_) | E::Forged(_) | E::Vectors(_) | E::Json(_) | E::Store(_) => {
                return Self(Problem::internal(&error));
            }
        };
        let problem = Problem::new(status, code);
        Self(match &error {
            E::Content(what) => {
                problem.said(format!("模型不能这样上线：{what}"), format!("The flow does not check: {what}"))
            }
            _ => problem,
        })
    }
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self(Problem::internal(&error))
    }
}

impl From<CryptoError> for Refused {
    fn from(error: CryptoError) -> Self {
        Self(Problem::internal(&error))
    }
}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        Self(Problem::internal(&error))
    }
}

impl From<tokio::task::JoinError> for Refused {
    fn from(error: tokio::task::JoinError) -> Self {
        Self(Problem::internal(&error))
    }
}
