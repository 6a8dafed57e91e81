//! The form of a model file: that of the decision engine's points, and beside it what words, special values and the
//! facts of training need.

use serde::Deserialize;

use crate::cells::Kind;
use crate::measure::ScoreShares;
use crate::options::Trend;
use crate::scale::Scale;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CardText {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) gives_zh: String,
    pub(super) gives_en: String,
    pub(super) points: PointsText,
    #[serde(default)]
    pub(super) training: Option<TrainingText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PointsText {
    pub(super) base: i32,
    pub(super) feature: Vec<FeatureText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeatureText {
    pub(super) name: String,
    #[serde(default = "number")]
    pub(super) kind: Kind,
    pub(super) missing: i32,
    #[serde(default)]
    pub(super) special: Vec<SpecialText>,
    #[serde(default)]
    pub(super) bins: Vec<BinText>,
    #[serde(default)]
    pub(super) groups: Vec<GroupText>,
    #[serde(default)]
    pub(super) other: Option<i32>,
    pub(super) reason: ReasonText,
}

fn number() -> Kind {
    Kind::Number
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpecialText {
    pub(super) value: String,
    pub(super) points: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BinText {
    #[serde(default)]
    pub(super) from: Option<f64>,
    #[serde(default)]
    pub(super) to: Option<f64>,
    pub(super) points: i32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupText {
    pub(super) values: Vec<String>,
    pub(super) points: i32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonText {
    pub(super) code: String,
    pub(super) zh: String,
    pub(super) en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrainingText {
    pub(super) target: String,
    pub(super) bad: String,
    pub(super) missing: Vec<String>,
    pub(super) intercept: f64,
    pub(super) scale: Scale,
    pub(super) scores: ScoreShares,
    pub(super) feature: Vec<FactsText>,
}

/// Facts of a feature, for its bins in the order missing, special values, bins or groups, other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactsText {
    pub(super) name: String,
    pub(super) coefficient: f64,
    pub(super) iv: f64,
    #[serde(default)]
    pub(super) trend: Option<Trend>,
    pub(super) good: Vec<u64>,
    pub(super) bad: Vec<u64>,
    pub(super) woe: Vec<f64>,
}
