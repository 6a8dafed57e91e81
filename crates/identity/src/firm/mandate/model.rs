//! What a mandate covers, until when, and where it stands.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use jq_base::clock;
use jq_base::ids::{AccountId, MandateId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::masked::Masked;
use jq_base::mobile::Mobile;
use jq_base::resident_id::ResidentId;

/// One thing an agent may do for the firm (委托事项).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MandateScope {
    /// Read the firm's credit report and ask the banks' models.
    Report,
    /// Grant and withdraw consents.
    Consent,
    /// Apply for loans, supply materials, withdraw applications.
    Apply,
    /// Sign contracts.
    Sign,
    /// Have money paid out under a signed contract.
    Drawdown,
}

impl MandateScope {
    /// Everything a mandate can cover.
    pub const ALL: [Self; 5] = [Self::Report, Self::Consent, Self::Apply, Self::Sign, Self::Drawdown];

    /// The word kept in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Consent => "consent",
            Self::Apply => "apply",
            Self::Sign => "sign",
            Self::Drawdown => "drawdown",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Report => lang.pick("查看信用报告和测额", "read the report and estimates"),
            Self::Consent => lang.pick("办理信息授权", "grant and withdraw consents"),
            Self::Apply => lang.pick("申请融资", "apply for loans"),
            Self::Sign => lang.pick("签约", "sign contracts"),
            Self::Drawdown => lang.pick("用款", "draw money"),
        }
    }
}

impl fmt::Display for MandateScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for MandateScope {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|scope| scope.code() == text).ok_or(())
    }
}

/// Where a mandate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MandateState {
    /// The agent has not answered yet.
    Offered,
    /// The agent did not answer in time.
    Lapsed,
    /// The agent may act.
    Held,
    /// The last day is over.
    Expired,
    /// The agent said no.
    Declined,
    /// The legal representative took it back.
    Revoked,
    /// The agent laid it down, or somebody's right to act for the firm ended.
    Ended,
}

impl MandateState {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Offered, Self::Lapsed, Self::Held, Self::Expired, Self::Declined, Self::Revoked, Self::Ended];

    /// The word kept in the table and used by programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Lapsed => "lapsed",
            Self::Held => "held",
            Self::Expired => "expired",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
            Self::Ended => "ended",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Offered => lang.pick("待经办人确认", "waits for the agent"),
            Self::Lapsed => lang.pick("逾期未确认", "not answered in time"),
            Self::Held => lang.pick("生效中", "in force"),
            Self::Expired => lang.pick("已到期", "expired"),
            Self::Declined => lang.pick("经办人未接受", "declined by the agent"),
            Self::Revoked => lang.pick("已撤销", "revoked"),
            Self::Ended => lang.pick("已终止", "ended"),
        }
    }
}

impl FromStr for MandateState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.code() == text).ok_or(())
    }
}

/// A mandate to be given. It has no `Debug`: the agent's name does not get into a log.
#[derive(Clone)]
pub struct NewMandate {
    /// The agent's mobile number.
    pub mobile: Mobile,
    /// The agent's name.
    pub name: String,
    /// What the agent may do.
    pub scopes: BTreeSet<MandateScope>,
    /// The last day on which the agent may act.
    pub until: Date,
}

/// What an agent says to be. It has no `Debug`.
#[derive(Clone)]
pub struct AgentClaim {
    /// The agent's name.
    pub name: String,
    /// The agent's identity number.
    pub resident_id: ResidentId,
}

/// A mandate (委托).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Its name.
    pub mandate_id: MandateId,
    /// For whom the agent may act.
    pub subject: SubjectKey,
    /// The firm's name.
    pub subject_name: String,
    /// The legal representative's account.
    pub grantor: AccountId,
    /// The agent's name; shows itself masked.
    pub agent_name: Masked<String>,
    /// The agent's mobile number, masked.
    pub agent_mobile: String,
    /// The agent's account, once accepted.
    pub agent: Option<AccountId>,
    /// What the agent may do.
    pub scopes: BTreeSet<MandateScope>,
    /// When it was given.
    pub granted_at: Timestamp,
    /// When it ends: midnight in Beijing after its last day.
    pub ends_at: Timestamp,
    /// Where it stands.
    pub state: MandateState,
}

impl Mandate {
    /// The last day on which the agent may act.
    pub fn until(&self) -> Date {
        clock::date_of(self.ends_at.checked_sub(SignedDuration::from_secs(1)).unwrap_or(self.ends_at))
    }
}

/// What is wrong with a mandate to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MandateFault {
    /// The agent's name is missing or too long.
    Name,
    /// The number is the legal representative's own.
    OwnMobile,
    /// Nothing is covered.
    NoScope,
    /// The last day is over.
    UntilPast,
    /// The last day is more than a year away.
    UntilTooFar,
    /// The firm has as many open mandates as it can have.
    TooMany,
}

impl MandateFault {
    /// The field of the form it belongs to.
    pub fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::OwnMobile | Self::TooMany => "mobile",
            Self::NoScope => "scopes",
            Self::UntilPast | Self::UntilTooFar => "until",
        }
    }

    /// What a person reads beside the field.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Name => lang
                .pick("请填写经办人姓名，不超过 50 个字。", "Give the agent's name, 50 characters at most."),
            Self::OwnMobile => lang.pick(
                "这是您本人的手机号，请填写经办人的手机号。",
                "This is your own number. Give the agent's.",
            ),
            Self::NoScope => {
                lang.pick("请至少选择一项委托事项。", "Choose at least one thing the agent may do.")
            }
            Self::UntilPast => lang.pick("截止日期不能早于今天。", "The last day cannot lie in the past."),
            Self::UntilTooFar => lang
                .pick("委托期限最长一年，请缩短。", "A mandate lasts a year at most. Choose an earlier day."),
            Self::TooMany => lang.pick(
                "生效中和待确认的委托已达 20 份，请先撤销不用的。",
                "There are 20 open mandates already. Revoke one that is not needed first.",
            ),
        }
    }
}
