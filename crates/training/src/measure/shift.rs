//! Whether cases have changed since the card was learned: the population stability index (群体稳定性指标).

use serde::{Deserialize, Serialize};

use super::bands::BANDS;
use super::{Scores, share};

/// A share that is nothing counts as this, so that the index stays finite.
const SHARE_MIN: f64 = 1e-4;

/// How far rows differ from those that the card was learned from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shift {
    /// Index of the score; below 0.1 nothing has changed, above 0.25 a lot.
    pub score: f64,
    /// Index of each variable.
    pub variables: Vec<VariableShift>,
}

/// How far one variable has moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariableShift {
    /// Its name.
    pub name: String,
    /// Its index.
    pub psi: f64,
}

/// How many rows of training had which scores.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScoreShares {
    /// Where the second and each later band begins.
    pub(crate) cuts: Vec<i64>,
    /// Rows of each band.
    pub(crate) rows: Vec<u64>,
}

impl ScoreShares {
    /// Tenths of the rows.
    pub(crate) fn of(scores: &Scores) -> Self {
        let bands = super::bands::bands(scores, None);
        debug_assert!(bands.len() as u64 <= BANDS);
        Self {
            cuts: bands.iter().skip(1).map(|band| band.score_from).collect(),
            rows: bands.iter().map(|band| band.rows).collect(),
        }
    }

    /// The index of other rows against these.
    pub(crate) fn psi(&self, scores: &Scores) -> f64 {
        let mut rows = vec![0; self.cuts.len() + 1];
        for (score, counts) in scores {
            rows[self.cuts.partition_point(|cut| cut <= score)] += counts.rows();
        }
        stability(&self.rows, &rows)
    }
}

/// The index: over all groups, difference of the shares times the log of their ratio.
pub(crate) fn stability(before: &[u64], now: &[u64]) -> f64 {
    let (all_before, all_now) = (before.iter().sum(), now.iter().sum());
    let parts = before.iter().zip(now).filter(|(before, now)| **before + **now > 0).map(|(before, now)| {
        let before = share(*before, all_before).max(SHARE_MIN);
        let now = share(*now, all_now).max(SHARE_MIN);
        (now - before) * (now / before).ln()
    });
    parts.sum()
}
