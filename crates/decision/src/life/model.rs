//! A version of a flow, where it stands, and who may move it.

use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::FlowVersionId;
use jq_base::lang::Lang;
use jq_base::sign::SignError;
use jq_db::DbError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::trial::TrialReport;
use crate::content::ContentError;
use crate::error::DecisionError;
use crate::flow::CaseError;

/// The longest text of a flow, in bytes.
pub const TEXT_BYTES_MAX: usize = 512 * 1024;
/// The longest reason that is kept with an act, in characters.
pub const NOTE_CHARS_MAX: usize = 500;

/// Where a version stands (版本状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    /// Handed in and checked (草稿).
    Draft,
    /// Waits for a second person (待复核).
    Proposed,
    /// Answers (服务中).
    Serving,
    /// A later version answers in its place (已被替换).
    Replaced,
    /// Taken back; the version before it answers again (已回退).
    FallenBack,
    /// The flow was taken out of service with it (已下线).
    Retired,
    /// Not to be used (已否决).
    Rejected,
}

/// What can be done with a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionAct {
    /// A draft is handed in.
    Draft,
    /// Is tried on past applications.
    Try,
    /// Asks a second person.
    Propose,
    /// The second person puts it into service.
    Approve,
    /// It is not to be used.
    Reject,
    /// A later version takes its place.
    Replace,
    /// It is taken back, by a person or by the watch.
    FallBack,
    /// It serves again because the one after it was taken back.
    Return,
    /// The flow is taken out of service.
    Retire,
}

impl FromStr for VersionState {
    type Err = UnknownWord;

    fn from_str(code: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|state| state.code() == code).ok_or(UnknownWord)
    }
}

impl VersionState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::Proposed,
        Self::Serving,
        Self::Replaced,
        Self::FallenBack,
        Self::Retired,
        Self::Rejected,
    ];

    /// The state after an act; the only place where a version moves.
    pub fn after(self, act: VersionAct) -> Result<Self, LifeError> {
        use VersionAct as A;
        match (self, act) {
            (Self::Draft, A::Try) => Ok(Self::Draft),
            (Self::Draft, A::Propose) => Ok(Self::Proposed),
            (Self::Draft | Self::Proposed, A::Reject) => Ok(Self::Rejected),
            (Self::Proposed, A::Approve) | (Self::Replaced, A::Return) => Ok(Self::Serving),
            (Self::Serving, A::Replace) => Ok(Self::Replaced),
            (Self::Serving, A::FallBack) => Ok(Self::FallenBack),
            (Self::Serving, A::Retire) => Ok(Self::Retired),
            (state, act) => Err(LifeError::NotAllowed { state, act }),
        }
    }

    /// What people can do with a version in this state.
    pub fn acts(self) -> impl Iterator<Item = VersionAct> {
        use VersionAct as A;
        let by_people = [A::Try, A::Propose, A::Approve, A::Reject, A::FallBack, A::Retire];
        by_people.into_iter().filter(move |act| self.after(*act).is_ok())
    }

    /// The word kept in tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Proposed => "proposed",
            Self::Serving => "serving",
            Self::Replaced => "replaced",
            Self::FallenBack => "fallen_back",
            Self::Retired => "retired",
            Self::Rejected => "rejected",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Draft => lang.pick("草稿", "draft"),
            Self::Proposed => lang.pick("待复核", "waits for approval"),
            Self::Serving => lang.pick("服务中", "serving"),
            Self::Replaced => lang.pick("已被替换", "replaced"),
            Self::FallenBack => lang.pick("已回退", "taken back"),
            Self::Retired => lang.pick("已下线", "retired"),
            Self::Rejected => lang.pick("已否决", "rejected"),
        }
    }
}

impl FromStr for VersionAct {
    type Err = UnknownWord;

    fn from_str(code: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|act| act.code() == code).ok_or(UnknownWord)
    }
}

impl VersionAct {
    /// Every act.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Try,
        Self::Propose,
        Self::Approve,
        Self::Reject,
        Self::Replace,
        Self::FallBack,
        Self::Return,
        Self::Retire,
    ];

    /// The word kept in tables and in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Try => "try",
            Self::Propose => "propose",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Replace => "replace",
            Self::FallBack => "fall-back",
            Self::Return => "return",
            Self::Retire => "retire",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Draft => lang.pick("提交草稿", "handed in"),
            Self::Try => lang.pick("影子试算", "tried"),
            Self::Propose => lang.pick("申请上线", "proposed"),
            Self::Approve => lang.pick("复核上线", "put into service"),
            Self::Reject => lang.pick("否决", "rejected"),
            Self::Replace => lang.pick("被替换", "replaced"),
            Self::FallBack => lang.pick("回退", "taken back"),
            Self::Return => lang.pick("恢复服务", "serves again"),
            Self::Retire => lang.pick("下线", "retired"),
        }
    }

    /// Whether a reason has to be given.
    pub fn needs_note(self) -> bool {
        matches!(self, Self::Reject | Self::FallBack | Self::Retire)
    }
}

/// A word that is none of those in tables and addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no such word")]
pub struct UnknownWord;

/// How far the trial of a version is.
#[derive(Clone, Debug, PartialEq)]
pub enum TrialState {
    /// Nobody asked for one.
    None,
    /// It is under way since that moment.
    Asked(Timestamp),
    /// Done at that moment.
    Done(Timestamp, Box<TrialReport>),
    /// Could not be done, and why.
    Failed(Timestamp, String),
}

impl TrialState {
    /// The report, when there is one.
    pub fn report(&self) -> Option<&TrialReport> {
        match self {
            Self::Done(_, report) => Some(report),
            _ => None,
        }
    }
}

/// A version of a flow (模型版本).
#[derive(Clone, Debug, PartialEq)]
pub struct FlowVersion {
    /// Its identifier.
    pub version_id: FlowVersionId,
    /// Of which flow.
    pub flow_id: String,
    /// What its author calls it, with the digest of its text.
    pub version: String,
    /// Whose flow: a bank's id, or `platform`.
    pub bank_id: String,
    /// The flow file.
    pub text: String,
    /// Where it stands.
    pub state: VersionState,
    /// Who handed it in, by login.
    pub drafted_by: String,
    /// When.
    pub drafted_at: Timestamp,
    /// Who proposed it, by login.
    pub proposed_by: Option<String>,
    /// When.
    pub proposed_at: Option<Timestamp>,
    /// Who put it into service, by login.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// The platform's signature over what was put into service.
    pub signature: Option<String>,
    /// The version it took the place of; nothing where that is the shipped text, or where there was no such flow.
    pub follows: Option<FlowVersionId>,
    /// What it would have answered to past applications.
    pub trial: TrialState,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// What was done with a flow, by whom and why.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowStep {
    /// From 1 in each flow, without gaps.
    pub step_no: u32,
    /// With which version; nothing where it was the shipped one.
    pub version_id: Option<FlowVersionId>,
    /// What.
    pub act: VersionAct,
    /// By whom; `system` for the watch.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// Why, or what was found.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

/// Somebody who looks after flows: a bank's people after those of the bank, the platform's after the platform's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steward {
    /// The login.
    pub login: String,
    /// In which role.
    pub role: String,
    /// Whose flows: a bank's id, or `platform`.
    pub bank_id: String,
}

impl Steward {
    /// Whose flows the platform's own people look after.
    pub const PLATFORM: &'static str = "platform";
}

/// Why something could not be done with a flow, ordered by what the caller can do.
#[derive(Debug, Error)]
pub enum LifeError {
    /// There is no such version, or it is another institution's.
    #[error("no such version of a flow")]
    NotFound,
    /// There is no such flow, or it is another institution's.
    #[error("no flow {0}")]
    NoFlow(String),
    /// The version stands elsewhere.
    #[error("a version that is {} cannot be {}", state.text(Lang::En), act.text(Lang::En))]
    NotAllowed {
        /// Where it stands.
        state: VersionState,
        /// What was asked.
        act: VersionAct,
    },
    /// Somebody else moved it in the meantime.
    #[error("somebody else has moved the version in the meantime")]
    MovedOn,
    /// The one who handed it in or proposed it cannot put it into service.
    #[error("a second person puts a version into service, who neither drafted nor proposed it")]
    SamePerson,
    /// It was not tried, or on a city of another version.
    #[error("the version has to be tried on past applications first")]
    NotTried,
    /// A reason is missing or too long.
    #[error("say why, in {NOTE_CHARS_MAX} characters at most")]
    Note,
    /// The text is too long.
    #[error("a flow has {TEXT_BYTES_MAX} bytes at most, this has {0}")]
    TooLong(usize),
    /// The text is of another institution's flow.
    #[error("the flow is {of}'s, and only {of} may change it")]
    OtherBank {
        /// Whose flow it is.
        of: String,
    },
    /// The same text serves already, or waits.
    #[error("the same text is there already: {0}")]
    Same(String),
    /// A flow without cases.
    #[error("a flow needs at least one case beside it")]
    NoCase,
    /// A case gives another answer.
    #[error("a case of the flow fails")]
    Case(#[source] CaseError),
    /// The text does not check, alone or with the flows that are in service.
    #[error("the flow does not check")]
    Content(#[source] ContentError),
    /// No signature could be made.
    #[error("the platform could not sign the version")]
    Sign(#[source] SignError),
    /// The platform was started without a key.
    #[error("the platform has no key to sign with")]
    NoSigner,
    /// What was signed is not what lies in the store.
    #[error("the signature of version {0} does not fit its text")]
    Forged(String),
    /// The vectors could not be built.
    #[error("building the vectors of past applications failed")]
    Vectors(#[source] Box<DecisionError>),
    /// A stored report is not readable.
    #[error("a stored trial is not readable")]
    Json(#[from] serde_json::Error),
    /// The business store refused.
    #[error("storing the version failed")]
    Store(#[from] DbError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_read_back() {
        assert!(VersionState::ALL.iter().all(|state| state.code().parse() == Ok(*state)));
        assert!(VersionAct::ALL.iter().all(|act| act.code().parse() == Ok(*act)));
    }

    #[test]
    fn a_version_moves_along_one_way_only() {
        let row = |state: VersionState| {
            let next = VersionAct::ALL.map(|act| {
                let to = state.after(act).map_or("-", VersionState::code);
                format!("{}={to}", act.code())
            });
            format!("{}: {}", state.code(), next.join(" "))
        };
        let matrix: Vec<String> = VersionState::ALL.into_iter().map(row).collect();
        insta::assert_snapshot!(matrix.join("\n"));
    }
}
