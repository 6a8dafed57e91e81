//! How good a card is on cases whose end is known. Scores are whole points, so the cases of each score are counted and
//! every figure is exact, however many rows there are.

mod bands;
mod separation;
mod shift;

use std::collections::BTreeMap;

use serde::Serialize;

pub use self::bands::{Band, Calibration};
pub(crate) use self::separation::auc;
pub(crate) use self::shift::{ScoreShares, stability};
pub use self::shift::{Shift, VariableShift};
use crate::counts::Counts;
use crate::number::figure;
use crate::scale::Scale;

/// The deviation that holds 95 of 100.
const Z_95: f64 = 1.959_963_984_540_054;

/// Cases by score, lowest score first.
pub(crate) type Scores = BTreeMap<i64, Counts>;

/// How good a card is on some rows (验证报告).
#[derive(Debug, Clone, Serialize)]
pub struct Validation {
    /// The rows.
    pub rows: u64,
    /// The bad ones.
    pub bad: u64,
    /// Their share.
    pub bad_share: f64,
    /// How well the score tells the two kinds apart; nothing when there is one kind only.
    pub separation: Option<Separation>,
    /// Tenths of the rows, worst scores first.
    pub bands: Vec<Band>,
    /// Whether chances come true; nothing for points without a scale.
    pub calibration: Option<Calibration>,
}

/// How well a score tells good cases from bad ones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Separation {
    /// Area under the curve: the chance that a good case has a better score than a bad one.
    pub auc: f64,
    /// Its standard error, by the method of `DeLong`.
    pub auc_error: f64,
    /// Lower end of the interval that holds it in 95 of 100 samples.
    pub auc_low: f64,
    /// Upper end.
    pub auc_high: f64,
    /// `2 · auc - 1`.
    pub gini: f64,
    /// Greatest distance of the two distributions.
    pub ks: f64,
    /// Highest score below that distance.
    pub ks_score: i64,
}

impl Validation {
    /// Measures; `is_fitted` when the card was learned from these rows.
    pub(crate) fn of(scores: &Scores, scale: Option<&Scale>, is_fitted: bool) -> Self {
        let total: Counts = scores.values().copied().sum();
        let bands = bands::bands(scores, scale);
        let calibration = scale.map(|scale| bands::calibration(scores, scale, &bands, is_fitted));
        Self {
            rows: total.rows(),
            bad: total.bad,
            bad_share: total.bad_share(),
            separation: separation(scores),
            bands,
            calibration,
        }
    }
}

fn separation(scores: &Scores) -> Option<Separation> {
    let groups: Vec<Counts> = scores.values().copied().collect();
    let auc = auc(&groups)?;
    let error = separation::variance(&groups, auc).sqrt();
    let (ks, at) = separation::ks(&groups)?;
    Some(Separation {
        auc,
        auc_error: error,
        auc_low: (auc - Z_95 * error).max(0.0),
        auc_high: (auc + Z_95 * error).min(1.0),
        gini: 2.0 * auc - 1.0,
        ks,
        ks_score: *scores.keys().nth(at)?,
    })
}

/// A share, 0 of nothing.
fn share(part: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { figure(part) / figure(all) }
}

#[cfg(test)]
mod tests;
