//! A recommendation, where it stands, and what a bank can do with it.

use jiff::Timestamp;
use jq_base::ids::{BankId, PermitId, RecommendationId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_decision::model::Words;

use crate::MatchingError;

/// The longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 500;

/// Where a recommendation stands (推荐状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecommendationState {
    /// Nobody has spoken to the firm yet (待联系).
    Open,
    /// Somebody has (已联系).
    Contacted,
    /// The bank does not go on with it (不再跟进).
    Declined,
    /// The firm has applied at the bank (已申请).
    Applied,
    /// A month went by (已过期).
    Lapsed,
    /// The consent holds no more, or nothing fits any more (已结束).
    Ended,
}

/// What a bank's people do with a recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acted {
    /// They spoke to the firm.
    Contacted,
    /// They do not go on with it.
    Declined,
}

impl RecommendationState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Contacted, Self::Declined, Self::Applied, Self::Lapsed, Self::Ended];

    /// The word kept in tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Contacted => "contacted",
            Self::Declined => "declined",
            Self::Applied => "applied",
            Self::Lapsed => "lapsed",
            Self::Ended => "ended",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Open => lang.pick("待联系", "to be contacted"),
            Self::Contacted => lang.pick("已联系", "contacted"),
            Self::Declined => lang.pick("不再跟进", "declined"),
            Self::Applied => lang.pick("已申请", "has applied"),
            Self::Lapsed => lang.pick("已过期", "lapsed"),
            Self::Ended => lang.pick("已结束", "ended"),
        }
    }

    /// The bank may still do something with it.
    pub fn stands(self) -> bool {
        matches!(self, Self::Open | Self::Contacted)
    }

    /// The state after somebody of the bank acted; the only place where a person moves one.
    pub fn after(self, acted: Acted) -> Result<Self, MatchingError> {
        match (self, acted) {
            (Self::Open | Self::Contacted, Acted::Contacted) => Ok(Self::Contacted),
            (Self::Open | Self::Contacted, Acted::Declined) => Ok(Self::Declined),
            (state, _) => Err(MatchingError::NotAllowed(state)),
        }
    }
}

impl std::str::FromStr for RecommendationState {
    type Err = UnknownWord;

    fn from_str(code: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|state| state.code() == code).ok_or_else(|| UnknownWord(code.to_owned()))
    }
}

/// A word of a table that means nothing here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a word that is known here")]
pub struct UnknownWord(pub String);

/// A firm that a bank may approach by its consent (推荐).
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendation {
    /// Its number.
    pub recommendation_id: RecommendationId,
    /// To which bank.
    pub bank: BankId,
    /// Which firm.
    pub subject: SubjectKey,
    /// Its name when it consented.
    pub subject_name: String,
    /// How well the kind of product fits, 0 to 100.
    pub rank: u8,
    /// Which kind of product fits best.
    pub kind: Words,
    /// What speaks for it.
    pub fits: Vec<Words>,
    /// The bank's product whose model gives a limit, if one does.
    pub product: Option<String>,
    /// That limit.
    pub limit: Option<Money>,
    /// The permit that was read under.
    pub permit_id: PermitId,
    /// Where it stands.
    pub state: RecommendationState,
    /// Since when it is on the list.
    pub listed_at: Timestamp,
    /// When the models last spoke.
    pub renewed_at: Timestamp,
    /// Until when the bank has to answer.
    pub due_at: Timestamp,
    /// Who of the bank acted last, by login.
    pub acted_by: Option<String>,
    /// When.
    pub acted_at: Option<Timestamp>,
    /// What came of it.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_stays_so() {
        for state in RecommendationState::ALL {
            assert_eq!(state.code().parse(), Ok(state));
            for acted in [Acted::Contacted, Acted::Declined] {
                assert_eq!(state.after(acted).is_ok(), state.stands(), "{state:?} {acted:?}");
            }
        }
    }
}
