//! What points mean: how many of them double the odds, and which score stands for which chance.

use serde::{Deserialize, Serialize};

use crate::error::TrainingError;
use crate::number::signed;
use crate::options::within;

/// How log odds become points (基准分, 基准好坏比, PDO).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Points at the base odds.
    pub base_score: f64,
    /// Good ones for each bad one at the base score.
    pub base_odds: f64,
    /// Points that double the odds.
    pub pdo: f64,
}

impl Default for Scale {
    fn default() -> Self {
        Self { base_score: 600.0, base_odds: 50.0, pdo: 50.0 }
    }
}

impl Scale {
    /// Points for one unit of log odds.
    pub fn factor(&self) -> f64 {
        self.pdo / std::f64::consts::LN_2
    }

    /// Points at even odds.
    pub fn offset(&self) -> f64 {
        self.base_score - self.factor() * self.base_odds.ln()
    }

    /// The chance of a bad end that a score stands for.
    pub fn probability(&self, score: i64) -> f64 {
        1.0 / (1.0 + ((signed(score) - self.offset()) / self.factor()).exp())
    }

    pub(crate) fn check(&self) -> Result<(), TrainingError> {
        within(("基准分", "base score"), self.base_score, -1e6, 1e6)?;
        within(("基准好坏比", "base odds"), self.base_odds, 1e-6, 1e6)?;
        within(("PDO", "points that double the odds"), self.pdo, 1.0, 1e5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_double_the_odds() {
        let scale = Scale { base_score: 600.0, base_odds: 50.0, pdo: 20.0 };
        let odds = |score| (1.0 - scale.probability(score)) / scale.probability(score);
        assert!((odds(600) - 50.0).abs() < 1e-9);
        assert!((odds(620) - 100.0).abs() < 1e-9 && (odds(580) - 25.0).abs() < 1e-9);
        assert!(Scale { pdo: 0.0, ..scale }.check().is_err());
    }
}
