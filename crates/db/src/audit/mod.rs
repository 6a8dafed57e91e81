//! Who did or read what, when, about whom and with which right: lines that can be added but not changed unseen.
//!
//! Every line carries the SM3 hash of itself and of the line before it; a Beijing day is one chain, its first line
//! hangs on the last one of the day before, and `audit_head` says how long the chain is. [`verify`] computes all of
//! it again and names the first line that does not fit; [`anchor`] writes the newest hash to a file that an
//! operator keeps elsewhere, signed by the platform, so that a store rewritten as a whole is noticed too.
//!
//! Reads are audited like writes, by whoever reads.

mod alone;
mod anchor;
mod chain;
mod list;
mod verify;

pub use anchor::{Anchor, Anchored, anchor};
pub use list::{Filter, Kept, list};
pub use verify::{Broken, Fault, Report, verify};

pub(crate) use alone::Waiting;
pub(crate) use chain::write;

/// One act to be put on record (审计记录).
#[derive(Clone, Debug, PartialEq)]
pub struct AuditLine {
    /// The account that acted.
    pub actor: String,
    /// In which role, such as `officer`.
    pub role: String,
    /// For which institution; empty for a firm's own act.
    pub institution: String,
    /// What was done, such as `report.read`.
    pub action: String,
    /// About whom or what.
    pub subject: Option<String>,
    /// Which catalogue items were read.
    pub items: Vec<String>,
    /// For which purpose.
    pub purpose: Option<String>,
    /// Under which permit.
    pub permit: Option<String>,
    /// What else belongs to the act; never personal data in clear.
    pub detail: serde_json::Value,
    /// The SM3 hash of what was given out.
    pub result_hash: Option<String>,
}

impl AuditLine {
    /// A line for `actor`, acting in `role`.
    pub fn new(actor: impl Into<String>, role: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            actor: actor.into(),
            role: role.into(),
            institution: String::new(),
            action: action.into(),
            subject: None,
            items: Vec::new(),
            purpose: None,
            permit: None,
            detail: serde_json::Value::Null,
            result_hash: None,
        }
    }

    /// For which institution.
    #[must_use]
    pub fn institution(mut self, institution: impl Into<String>) -> Self {
        self.institution = institution.into();
        self
    }

    /// About whom or what.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Which items were read.
    #[must_use]
    pub fn items<T: Into<String>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.items = items.into_iter().map(Into::into).collect();
        self
    }

    /// For which purpose and under which permit.
    #[must_use]
    pub fn permit(mut self, purpose: impl Into<String>, permit: impl Into<String>) -> Self {
        self.purpose = Some(purpose.into());
        self.permit = Some(permit.into());
        self
    }

    /// What else belongs to the act.
    #[must_use]
    pub fn detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }

    /// The SM3 hash of what was given out.
    #[must_use]
    pub fn result_hash(mut self, hash: impl Into<String>) -> Self {
        self.result_hash = Some(hash.into());
        self
    }
}
