//! The stop notices about a firm's consents: which bank has taken note that it must not read any longer, and which has not.

use jq_consent::StopNotice;
use jq_web::{Visit, say};

/// One notice as the firm sees it.
pub struct StopView {
    /// Why it was sent.
    pub why: &'static str,
    /// When.
    pub sent_at: String,
    /// When the bank took note; empty when it has not.
    pub acknowledged_at: String,
}

impl StopView {
    /// The notice.
    pub fn new(v: &Visit, notice: &StopNotice) -> Self {
        Self {
            why: notice.why.text(v.lang()),
            sent_at: say::second(notice.sent_at),
            acknowledged_at: notice.acknowledged_at.map(say::second).unwrap_or_default(),
        }
    }
}
