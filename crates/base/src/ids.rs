//! The names of things: every identifier is its own type, so a bank cannot be passed for a subject.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::uscc::{Uscc, UsccError};

/// The longest identifier that is accepted, in characters.
pub const ID_CHARS_MAX: usize = 128;

/// Why a text is no identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing was given.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// More than [`ID_CHARS_MAX`] characters.
    #[error("{0} is longer than {ID_CHARS_MAX} characters")]
    TooLong(&'static str),
    /// A space, a control character or another sign that identifiers do not have.
    #[error("{0} has a character that is not allowed: {1:?}")]
    Character(&'static str, char),
    /// Not a credit code.
    #[error("subject is not a credit code: {0}")]
    Uscc(#[from] UsccError),
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $what:literal,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an identifier: 1 to 128 letters, digits or `- _ . : @ /`.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                accept($what, text).map(Self)
            }

            /// The identifier as kept in tables.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )*};
}

ids! {
    /// A person's or staff member's account (账户).
    AccountId = "account id",
    /// An act of supervision, such as a reminder or an urging (督办).
    ActId = "act id",
    /// One line of the audit log (审计记录).
    AuditId = "audit id",
    /// A bank on the platform (金融机构), such as `bank01`.
    BankId = "bank id",
    /// A branch of a bank (网点), such as `bank01-007`.
    BranchId = "branch id",
    /// Unusual reading that was noticed (查询异常).
    AlertId = "alert id",
    /// A delivered batch of a source unit (批次).
    BatchId = "batch id",
    /// An OAuth client of an institution (接口客户端).
    ClientId = "client id",
    /// A consent of a subject (授权).
    ConsentId = "consent id",
    /// A bank's question for a consent (授权申请).
    ConsentRequestId = "consent request id",
    /// One run of a decision flow (决策).
    DecisionId = "decision id",
    /// A paper that a firm handed in (材料).
    DocumentId = "document id",
    /// A complaint of a subject (投诉).
    ComplaintId = "complaint id",
    /// A reading without a consent that a second person approves (应急查询).
    EmergencyId = "emergency id",
    /// An outbox event (事件).
    EventId = "event id",
    /// A decision flow (决策流).
    FlowId = "flow id",
    /// A version of a decision flow from draft to the end of its service (模型版本).
    FlowVersionId = "flow version id",
    /// A catalogue item (信息事项), such as `tax_payment`.
    ItemId = "item id",
    /// Work to be done later (任务).
    JobId = "job id",
    /// A loan on a bank's books (贷款).
    LoanId = "loan id",
    /// A legal representative's mandate to an agent (委托).
    MandateId = "mandate id",
    /// A message to a person (消息).
    MessageId = "message id",
    /// A firm that a bank may approach by its consent (推荐名单).
    RecommendationId = "recommendation id",
    /// A loan order (订单).
    OrderId = "order id",
    /// A permit to read (查询许可).
    PermitId = "permit id",
    /// A financing product (产品).
    ProductId = "product id",
    /// The number printed on a credit report (报告编号).
    ReportNo = "report number",
    /// A request to be freed of a lost second factor (找回申请).
    RescueId = "rescue id",
    /// A signed-in session (会话).
    SessionId = "session id",
    /// A notice to a bank that it must not read any longer (停止查询通知).
    StopNoticeId = "stop notice id",
    /// A source unit (信源单位), such as `scjg`.
    UnitId = "unit id",
    /// An early warning on a live loan (贷后预警).
    WarningId = "warning id",
}

fn accept(what: &'static str, text: &str) -> Result<String, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty(what));
    }
    if text.chars().count() > ID_CHARS_MAX {
        return Err(IdError::TooLong(what));
    }
    match text.chars().find(|&c| !(c.is_alphanumeric() || "-_.:@/".contains(c))) {
        Some(c) => Err(IdError::Character(what, c)),
        None => Ok(text.to_owned()),
    }
}

/// What a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// A legal person or other organisation, by its credit code.
    Organisation,
    /// A natural person, by the keyed hash of the identity number.
    Person,
    /// A name a source gave without any number; it waits for entity resolution.
    Local,
}

/// Whose records these are (主体): a credit code, the keyed hash of an identity number, or `name:…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubjectKey(String);

/// The mark of a subject that is known by name only.
const LOCAL_PREFIX: &str = "name:";

impl SubjectKey {
    /// Reads a credit code (normalised), 64 lower-case hexadecimal digits, or `name:` and a name.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if let Some(name) = text.strip_prefix(LOCAL_PREFIX) {
            let name = name.trim();
            if name.is_empty() {
                return Err(IdError::Empty("subject name"));
            }
            if name.chars().count() > ID_CHARS_MAX {
                return Err(IdError::TooLong("subject name"));
            }
            if let Some(c) = name.chars().find(|c| c.is_control()) {
                return Err(IdError::Character("subject name", c));
            }
            return Ok(Self(format!("{LOCAL_PREFIX}{name}")));
        }
        if is_person(text) {
            return Ok(Self(text.to_owned()));
        }
        Ok(Uscc::parse(text)?.into())
    }

    /// The key as kept in tables.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the subject is.
    pub fn kind(&self) -> SubjectKind {
        if self.0.starts_with(LOCAL_PREFIX) {
            SubjectKind::Local
        } else if is_person(&self.0) {
            SubjectKind::Person
        } else {
            SubjectKind::Organisation
        }
    }
}

impl From<Uscc> for SubjectKey {
    fn from(code: Uscc) -> Self {
        Self(code.as_str().to_owned())
    }
}

impl fmt::Display for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SubjectKey {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for SubjectKey {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<SubjectKey> for String {
    fn from(key: SubjectKey) -> Self {
        key.0
    }
}

impl AsRef<str> for SubjectKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

fn is_person(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_a_credit_code_a_hash_or_a_name() {
        let kind = |text: &str| SubjectKey::parse(text).map(|key| key.kind());
        assert_eq!(kind("91500102mac8yuw23y"), Ok(SubjectKind::Organisation));
        assert_eq!(kind(&"0a".repeat(32)), Ok(SubjectKind::Person));
        assert_eq!(kind("name:山城火锅店"), Ok(SubjectKind::Local));
        assert!(kind("name: ").is_err());
        assert!(kind(&"0A".repeat(32)).is_err());
        assert!(kind("91500102MAC8YUW23X").is_err());
    }

    #[test]
    fn an_identifier_has_no_spaces_and_an_end() {
        assert_eq!(BankId::parse("bank01").unwrap().as_str(), "bank01");
        assert_eq!(BankId::parse(""), Err(IdError::Empty("bank id")));
        assert_eq!(BankId::parse("bank 01"), Err(IdError::Character("bank id", ' ')));
        assert_eq!(BankId::parse(&"x".repeat(129)), Err(IdError::TooLong("bank id")));
    }
}
