//! The ladder: which act is due when. Content, checked when it is loaded.

use std::collections::BTreeSet;

use jq_base::lang::Lang;
use serde::Deserialize;

use crate::model::{Act, ActKind};

const EMBEDDED: &str = include_str!("../../../supervision/ladder.toml");
/// Working days a rung may lie ahead; more would be a slip of the pen.
const DAY_MAX: u32 = 60;

/// Which of an order's times a rung belongs to (时限).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LadderClock {
    /// To take the order (接单).
    K1,
    /// To speak to the firm (首次联系).
    K1b,
    /// To decide (授信决定).
    K2,
    /// To decide on a renewal or deferral (续贷决定).
    K2r,
    /// For the firm to hand in papers (补件).
    Supply,
    /// To answer a firm's appeal against a refusal (申诉答复).
    K2a,
}

/// One rung (督办梯级).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// The name under which its act is recorded.
    pub id: String,
    /// Which time it belongs to.
    pub clock: LadderClock,
    /// Due when this working day begins; without it, when the time is over.
    pub day: Option<u32>,
    /// What is done.
    pub act: ActKind,
    zh: String,
    en: String,
}

impl Rung {
    /// What the order's record says.
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

/// Why a ladder cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LadderError {
    /// Not the expected TOML.
    #[error("supervision/ladder.toml cannot be read: {0}")]
    Shape(String),
    /// Something is wrong with a rung.
    #[error("rung {id} of supervision/ladder.toml {reason}")]
    Rung {
        /// Which.
        id: String,
        /// What is wrong.
        reason: &'static str,
    },
}

/// All rungs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    rungs: Vec<Rung>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rung: Vec<Rung>,
}

impl Ladder {
    /// The ladder shipped with the platform.
    pub fn embedded() -> Result<Self, LadderError> {
        Self::parse(EMBEDDED)
    }

    /// Reads a ladder.
    pub fn parse(text: &str) -> Result<Self, LadderError> {
        let file: File = toml::from_str(text).map_err(|error| LadderError::Shape(error.to_string()))?;
        let mut ids = BTreeSet::new();
        for rung in &file.rung {
            let reason = match rung.day {
                _ if !ids.insert(&rung.id) => Some("stands there twice"),
                _ if rung.zh.trim().is_empty() || rung.en.trim().is_empty() => Some("lacks its words"),
                _ if rung.act == ActKind::Urged => Some("cannot urge: people do"),
                Some(day) if day == 0 || day > DAY_MAX => Some("is due on a day from 1 to 60"),
                None if matches!(rung.act, ActKind::Reminded | ActKind::Escalated) => Some("needs its day"),
                Some(_) if matches!(rung.act, ActKind::Overdue | ActKind::Expired) => {
                    Some("is due when the time is over, not on a day")
                }
                _ => None,
            };
            if let Some(reason) = reason {
                return Err(LadderError::Rung { id: rung.id.clone(), reason });
            }
        }
        Ok(Self { rungs: file.rung })
    }

    /// Every rung, in the order of the file.
    pub fn rungs(&self) -> &[Rung] {
        &self.rungs
    }

    /// Which time an act belongs to; none for what people do.
    pub(crate) fn clock_of(&self, act: &Act) -> Option<LadderClock> {
        self.find(&act.rung).map(|rung| rung.clock)
    }

    /// The rung of that name; none when it has been taken out since.
    pub fn find(&self, id: &str) -> Option<&Rung> {
        self.rungs.iter().find(|rung| rung.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_ladder_has_the_rungs_of_the_rules() {
        let ladder = Ladder::embedded().unwrap();
        let days: Vec<_> =
            ladder.rungs().iter().filter(|r| r.clock == LadderClock::K2).map(|r| r.day).collect();
        assert_eq!(days, [Some(5), Some(8), Some(10), None]);
        assert_eq!(ladder.find("k2_over").unwrap().act, ActKind::Overdue);
        assert!(ladder.find("k9").is_none());
    }

    #[test]
    fn a_rung_that_makes_no_sense_is_refused() {
        let rung = |day: &str, act: &str| {
            format!("[[rung]]\nid = 'a'\nclock = 'k2'\n{day}\nact = '{act}'\nzh = '一'\nen = 'one'\n")
        };
        let reason = |text: String| Ladder::parse(&text).map(|_| ()).unwrap_err().to_string();
        assert!(Ladder::parse(&rung("day = 5", "reminded")).is_ok());
        assert!(reason(rung("", "reminded")).contains("needs its day"));
        assert!(reason(rung("day = 5", "overdue")).contains("when the time is over"));
        assert!(reason(rung("day = 0", "reminded")).contains("1 to 60"));
        assert!(reason(rung("", "urged")).contains("people do"));
        assert!(reason(rung("", "sung")).contains("cannot be read"));
        assert!(reason(rung("day = 5", "reminded").repeat(2)).contains("twice"));
    }
}
