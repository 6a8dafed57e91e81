//! Unusual reading: found by the rules of `consent/watch.toml`, told to the bank's compliance and to the supervisor,
//! explained by the bank. Nothing is refused here.

pub(crate) mod find;
pub(crate) mod service;
pub(crate) mod store;

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::{AlertId, BankId};

/// Unusual reading that was noticed (查询异常).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its number.
    pub alert_id: AlertId,
    /// The rule's word.
    pub rule_id: String,
    /// The bank.
    pub bank: BankId,
    /// Who read: the officer's login or the program's id.
    pub reader: String,
    /// In which role.
    pub role: String,
    /// What it is about beside the person: a subject or a legal representative's hash; empty when about the person.
    pub about: String,
    /// The Beijing day it belongs to; a night belongs to the day on which it began.
    pub day: Date,
    /// How many readings or subjects it was when it was noticed.
    pub count: u32,
    /// When.
    pub found_at: Timestamp,
    /// The bank's explanation.
    pub answer: Option<String>,
    /// Who explained.
    pub answered_by: Option<String>,
    /// When.
    pub answered_at: Option<Timestamp>,
}
