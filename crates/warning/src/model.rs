//! A warning as it is kept, its levels, its states and what may be said of it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::clock::date_of;
use jq_base::ids::{BankId, BranchId, LoanId, OrderId, PermitId, SubjectKey, WarningId};
use jq_base::lang::Lang;
use jq_decision::model::Words;
use serde::{Deserialize, Serialize};

use crate::WarningError;

/// Declares a closed list of words with what a person reads.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $one:ident = $code:literal, $zh:literal, $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$of])* $one,)*
        }

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$one),*];

            /// The word kept in tables and used by programs.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$one => $code,)*
                }
            }

            /// What a person reads.
            pub fn text(self, lang: Lang) -> &'static str {
                match self {
                    $(Self::$one => lang.pick($zh, $en),)*
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|one| one.code() == text).ok_or_else(|| UnknownWord(text.to_owned()))
            }
        }
    };
}

/// A word of a table or a request that means nothing here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a word that is known here")]
pub struct UnknownWord(pub String);

words! {
    /// How much a warning asks for (预警级别).
    Level {
        /// Somebody should act today.
        Red = "red", "红色", "red";
        /// Somebody should act this week.
        Orange = "orange", "橙色", "orange";
        /// To be kept in mind.
        Yellow = "yellow", "黄色", "yellow";
    }
}

words! {
    /// Where a warning stands (预警状态).
    WarningState {
        /// Nobody of the bank has looked at it.
        Open = "open", "待处理", "open";
        /// Somebody has, and has not said yet whether it is right.
        Seen = "seen", "已查看", "seen";
        /// It told of something that bears on the loan.
        Right = "right", "属实", "right";
        /// It did not.
        Wrong = "wrong", "误报", "wrong";
        /// The consent that it rests on does not hold any more.
        Ended = "ended", "已终止", "ended";
    }
}

words! {
    /// What an officer says of a warning (标记).
    Mark {
        /// Looked at.
        Seen = "seen", "已查看", "seen";
        /// Right.
        Right = "right", "属实", "right";
        /// Wrong.
        Wrong = "wrong", "误报", "wrong";
    }
}

impl WarningState {
    /// The state after a mark; the only place where a mark changes it. Who errs can mark it the other way.
    pub fn after(self, mark: Mark) -> Result<Self, WarningError> {
        match (self, mark) {
            (Self::Open | Self::Seen, Mark::Seen) => Ok(Self::Seen),
            (Self::Open | Self::Seen | Self::Right | Self::Wrong, Mark::Right) => Ok(Self::Right),
            (Self::Open | Self::Seen | Self::Right | Self::Wrong, Mark::Wrong) => Ok(Self::Wrong),
            (state, mark) => Err(WarningError::NotAllowed { state, mark }),
        }
    }

    /// Waits for a mark.
    pub fn is_standing(self) -> bool {
        matches!(self, Self::Open | Self::Seen)
    }

    /// The marks that are possible now.
    pub fn marks(self) -> impl Iterator<Item = Mark> {
        let changes = move |mark: &Mark| self.after(*mark).is_ok_and(|next| next != self);
        Mark::ALL.iter().copied().filter(changes)
    }
}

/// A figure that a condition looked at, as it was when the warning rose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// The feature's name.
    pub feature: String,
    /// What it is.
    pub words: Words,
    /// What it is measured in.
    pub unit: String,
    /// Its value; nothing where no record is.
    pub value: Option<f64>,
}

/// What a warning said when it rose; another version of its model changes nothing of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The model's name.
    pub name: Words,
    /// What happened.
    pub happened: Words,
    /// What to do.
    pub advice: Words,
    /// What the model does not know.
    pub limits: Words,
    /// The figures.
    pub facts: Vec<Fact>,
}

/// An early warning (贷后预警).
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Its name.
    pub warning_id: WarningId,
    /// Which model.
    pub model: String,
    /// In which version.
    pub model_version: String,
    /// How much it asks for.
    pub level: Level,
    /// About which loan.
    pub loan_id: LoanId,
    /// Which time the model's conditions came to hold for this loan, from 1.
    pub rise: u32,
    /// Under which order.
    pub order_id: OrderId,
    /// The order's number.
    pub order_no: String,
    /// Whose loan.
    pub bank: BankId,
    /// Which branch looks after it.
    pub branch: Option<BranchId>,
    /// Which customer manager, by login.
    pub officer: Option<String>,
    /// Who owes it.
    pub subject: SubjectKey,
    /// The borrower's name.
    pub subject_name: String,
    /// The items that were read.
    pub items: BTreeSet<String>,
    /// Those of them that records had come into; all where the whole city was looked at.
    pub arrived: BTreeSet<String>,
    /// The state of the lake that it rests on.
    pub lake_version: String,
    /// The permit under which they were read.
    pub permit_id: PermitId,
    /// What it said.
    pub told: Told,
    /// Nobody was pushed: its model was quiet.
    pub quiet: bool,
    /// When it rose.
    pub raised_at: Timestamp,
    /// Where it stands.
    pub state: WarningState,
    /// Who saw it first, by login or program.
    pub seen_by: Option<String>,
    /// When.
    pub seen_at: Option<Timestamp>,
    /// Who marked it last.
    pub marked_by: Option<String>,
    /// When.
    pub marked_at: Option<Timestamp>,
    /// What they said about it.
    pub note: String,
    /// When its consent ceased to hold.
    pub ended_at: Option<Timestamp>,
    /// The first day after it on which the loan was late or given up.
    pub failed_on: Option<Date>,
}

impl Warning {
    /// How many days before the loan was late it rose; nothing while it has not been.
    pub fn lead_days(&self) -> Option<i64> {
        lead_days(self.raised_at, self.failed_on?)
    }
}

/// Days from the moment of a warning to the day on which the loan was late.
pub(crate) fn lead_days(raised_at: Timestamp, failed_on: Date) -> Option<i64> {
    let span = date_of(raised_at).until((jiff::Unit::Day, failed_on)).ok()?;
    Some(i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_that_ended_takes_no_mark_and_a_mark_can_be_corrected() {
        use WarningState as S;
        let after = |state: S, mark| state.after(mark).ok();
        assert_eq!(after(S::Open, Mark::Seen), Some(S::Seen));
        assert_eq!(after(S::Seen, Mark::Right), Some(S::Right));
        assert_eq!(after(S::Right, Mark::Wrong), Some(S::Wrong));
        assert_eq!(after(S::Wrong, Mark::Seen), None);
        for mark in Mark::ALL {
            assert_eq!(after(S::Ended, *mark), None);
        }
        assert_eq!(S::Open.marks().count(), 3);
        assert_eq!(S::Right.marks().collect::<Vec<_>>(), [Mark::Wrong]);
    }

    #[test]
    fn the_lead_is_counted_in_beijing_days() {
        let raised: Timestamp = "2026-11-10T23:30:00+08:00".parse().unwrap();
        assert_eq!(lead_days(raised, jiff::civil::date(2026, 12, 11)), Some(31));
    }
}
