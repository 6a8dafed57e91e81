//! A scorecard: points for each bin of each variable. The score is the base and the points of the bins that a case
//! falls into, whole numbers all, so that whoever adds them up gets the same score to the last digit.

mod points;
mod read;
mod serve;
mod text;
mod write;

use serde::Serialize;

pub(crate) use self::points::made;
pub(crate) use self::serve::{Server, Unknown};
use crate::binning::Content;
use crate::cells::Kind;
use crate::counts::Counts;
use crate::measure::ScoreShares;
use crate::options::Trend;
use crate::scale::Scale;

/// A scorecard (评分卡).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scorecard {
    /// Its id.
    pub id: String,
    /// What its author calls this version.
    pub version: String,
    /// What it is called in Chinese.
    pub name_zh: String,
    /// What it is called in English.
    pub name_en: String,
    /// Points that every case has.
    pub base: i32,
    /// The variables.
    pub variables: Vec<CardVariable>,
    /// What is known of its training; nothing for points written by hand.
    pub training: Option<Training>,
    #[serde(skip)]
    words: FileWords,
}

/// Words of the model file that only readers of the decision engine see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct FileWords {
    gives_zh: String,
    gives_en: String,
}

/// A variable of a card.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardVariable {
    /// Name of the column.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Missing, special values, the rest in order, and for words the others.
    pub bins: Vec<CardBin>,
    /// What the firm reads when this variable cost it most.
    pub reason: Reason,
    /// How it counts in the regression; nothing for points written by hand.
    pub coefficient: Option<f64>,
    /// Its information value.
    pub iv: Option<f64>,
    /// How its bad rate runs.
    pub trend: Option<Trend>,
}

/// A bin with its points.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardBin {
    /// What falls into it.
    pub content: Content,
    /// Points of whoever does.
    pub points: i32,
    /// Cases of training; none for points written by hand.
    pub counts: Counts,
    /// Weight of evidence.
    pub woe: f64,
}

/// Words for the firm, under a refusal code of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Refusal code.
    pub code: String,
    /// The sentence in Chinese.
    pub zh: String,
    /// The sentence in English.
    pub en: String,
}

impl Default for Reason {
    fn default() -> Self {
        Self {
            code: "R08".to_owned(),
            zh: "该项指标使评分偏低。".to_owned(),
            en: "This figure lowers the score.".to_owned(),
        }
    }
}

/// What is known of a card's training.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Training {
    /// Column of the outcome.
    pub target: String,
    /// Its bad value.
    pub bad: String,
    /// Further words for "not known".
    pub missing: Vec<String>,
    /// What points mean.
    pub scale: Scale,
    /// Log odds of an average case.
    pub intercept: f64,
    #[serde(skip)]
    pub(crate) scores: ScoreShares,
}

impl Scorecard {
    /// What points mean; nothing for points written by hand.
    pub fn scale(&self) -> Option<&Scale> {
        self.training.as_ref().map(|training| &training.scale)
    }

    /// Lowest and highest score that anybody can have.
    pub fn range(&self) -> (i64, i64) {
        let base = i64::from(self.base);
        self.variables.iter().fold((base, base), |(low, high), variable| {
            let points = || variable.bins.iter().map(|bin| i64::from(bin.points));
            (low + points().min().unwrap_or(0), high + points().max().unwrap_or(0))
        })
    }
}
