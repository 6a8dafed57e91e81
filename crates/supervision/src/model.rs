//! What was done about an order, by the ladder or by people.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::{ActId, BankId, BranchId, OrderId, SubjectKey};
use jq_base::lang::Lang;
use jq_lending::Order;
use serde::Deserialize;

use crate::ladder::LadderClock;

/// The rung of an act that people do.
pub(crate) const URGE: &str = "urge";

/// What kind of act (督办动作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    /// Somebody was reminded (提醒).
    Reminded,
    /// The matter was taken one step up (升级).
    Escalated,
    /// The order stands on the supervisors' list (超期).
    Overdue,
    /// A time ran out (到期).
    Expired,
    /// A person urged the bank (催办).
    Urged,
}

impl ActKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Reminded, Self::Escalated, Self::Overdue, Self::Expired, Self::Urged];

    /// The word kept in the table and in the names of events.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reminded => "reminded",
            Self::Escalated => "escalated",
            Self::Overdue => "overdue",
            Self::Expired => "expired",
            Self::Urged => "urged",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Reminded => lang.pick("提醒", "reminded"),
            Self::Escalated => lang.pick("升级", "escalated"),
            Self::Overdue => lang.pick("超期", "late"),
            Self::Expired => lang.pick("到期未办", "not done in time"),
            Self::Urged => lang.pick("催办", "urged"),
        }
    }

    /// Whether it stays open until the bank has done what it was about.
    pub(crate) fn stays_open(self) -> bool {
        matches!(self, Self::Overdue | Self::Expired | Self::Urged)
    }
}

impl fmt::Display for ActKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for ActKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.code() == text).ok_or(())
    }
}

/// The bank's answer to being urged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it says.
    pub text: String,
    /// Who of the bank, by login.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// One act of supervision (督办记录).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its name.
    pub act_id: ActId,
    /// About which order.
    pub order_id: OrderId,
    /// The number people say.
    pub order_no: String,
    /// Whose order.
    pub subject: SubjectKey,
    /// Which bank had it in hand.
    pub bank: BankId,
    /// Which branch.
    pub branch: Option<BranchId>,
    /// Which officer, by login.
    pub officer: Option<String>,
    /// In which round of the order.
    pub round: u32,
    /// Which rung of the ladder, or `urge`.
    pub rung: String,
    /// What kind.
    pub kind: ActKind,
    /// When it was due; for an urge, when it was made.
    pub due_at: Timestamp,
    /// When it was made.
    pub recorded_at: Timestamp,
    /// Who acted: `system`, or a login.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// For which institution; empty for the system.
    pub institution: String,
    /// What was urged; empty for acts of the ladder.
    pub text: String,
    /// When the bank had done what the act is about; for what stays open until then.
    pub settled_at: Option<Timestamp>,
    /// The bank's answer to being urged.
    pub answer: Option<Answer>,
}

impl Act {
    /// An act of the ladder about an order that nobody but the platform does.
    pub(crate) fn about(
        order: &Order,
        rung: &str,
        kind: ActKind,
        due_at: Timestamp,
        recorded_at: Timestamp,
    ) -> Self {
        Self {
            act_id: jq_db::fresh_id(recorded_at),
            order_id: order.order_id.clone(),
            order_no: order.order_no.clone(),
            subject: order.subject.clone(),
            bank: order.bank.clone(),
            branch: order.branch.clone(),
            officer: order.officer.clone(),
            round: order.round,
            rung: rung.to_owned(),
            kind,
            due_at,
            recorded_at,
            actor: "system".to_owned(),
            role: "system".to_owned(),
            institution: String::new(),
            text: String::new(),
            settled_at: None,
            answer: None,
        }
    }

    /// Whether a time ran out and what it was for has not been done.
    pub fn is_late(&self) -> bool {
        matches!(self.kind, ActKind::Overdue | ActKind::Expired) && self.settled_at.is_none()
    }

    /// When the order got what this act is about, which belongs to this time: a decision, a word with the firm, an
    /// answer to its appeal, or an end. None when it still waits, and for acts that wait for nothing.
    pub(crate) fn settled_by(&self, order: &Order, clock: Option<LadderClock>) -> Option<Timestamp> {
        if clock == Some(LadderClock::K2a) {
            return order.appeal_answered_at;
        }
        let over = (order.round != self.round || !order.state.is_at_a_bank()).then_some(order.changed_at);
        match self.kind {
            ActKind::Reminded | ActKind::Escalated => None,
            ActKind::Expired => order.contacted_at.filter(|_| order.round == self.round).or(over),
            ActKind::Overdue | ActKind::Urged => over.map(|ended| order.decided_at.unwrap_or(ended)),
        }
    }
}

/// How often banks had to be acted upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankActs {
    /// Which bank.
    pub bank: BankId,
    /// Which kind of act.
    pub kind: ActKind,
    /// How many.
    pub count: u64,
}
