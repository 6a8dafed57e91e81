//! Tenths of the rows by score: how many bad ones they catch, and whether as many came as were foretold.

use serde::Serialize;

use super::{Scores, share};
use crate::counts::Counts;
use crate::distribution::chi_square_tail;
use crate::number::figure;
use crate::scale::Scale;

/// Bands that rows are put into.
pub(super) const BANDS: u64 = 10;

/// Rows of neighbouring scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// Lowest score.
    pub score_from: i64,
    /// Highest score.
    pub score_to: i64,
    /// The rows.
    pub rows: u64,
    /// The bad ones.
    pub bad: u64,
    /// Their share.
    pub bad_share: f64,
    /// Bad ones that the score foretells; nothing for points without a scale.
    pub bad_expected: Option<f64>,
    /// Share of all bad ones in this band and those before it (gains).
    pub bad_caught: f64,
    /// How many times more bad ones than by chance, in this band and those before it.
    pub lift: f64,
}

/// Whether chances come true.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Calibration {
    /// Mean squared distance of chance and outcome.
    pub brier: f64,
    /// The same for who always says the average.
    pub brier_average: f64,
    /// Bad ones that the scores foretell.
    pub bad_expected: f64,
    /// Bad ones over those foretold.
    pub observed_over_expected: f64,
    /// Statistic of Hosmer and Lemeshow over the bands.
    pub hosmer_lemeshow: f64,
    /// Its degrees of freedom.
    pub degrees: u64,
    /// How often chance alone gives a greater statistic.
    pub p: f64,
}

/// Puts rows into bands of about equally many; a score is never cut in two.
pub(super) fn bands(scores: &Scores, scale: Option<&Scale>) -> Vec<Band> {
    let total: Counts = scores.values().copied().sum();
    let mut bands: Vec<Band> = Vec::new();
    let (mut seen, mut caught, mut last) = (0, 0, None);
    for (score, counts) in scores {
        // Twice the middle of the score's rows, so that it stays a whole number.
        let band = BANDS * (2 * seen + counts.rows()) / (2 * total.rows()).max(1);
        seen += counts.rows();
        caught += counts.bad;
        if last != Some(band) {
            last = Some(band);
            bands.push(Band::new(*score, scale));
        }
        if let Some(open) = bands.last_mut() {
            open.take(*score, *counts, scale);
            open.bad_caught = share(caught, total.bad);
            let rows = share(seen, total.rows());
            open.lift = if rows > 0.0 { open.bad_caught / rows } else { 0.0 };
        }
    }
    bands
}

impl Band {
    fn new(score: i64, scale: Option<&Scale>) -> Self {
        Self {
            score_from: score,
            score_to: score,
            rows: 0,
            bad: 0,
            bad_share: 0.0,
            bad_expected: scale.map(|_| 0.0),
            bad_caught: 0.0,
            lift: 0.0,
        }
    }

    fn take(&mut self, score: i64, counts: Counts, scale: Option<&Scale>) {
        self.score_to = score;
        self.rows += counts.rows();
        self.bad += counts.bad;
        self.bad_share = share(self.bad, self.rows);
        if let (Some(sum), Some(scale)) = (&mut self.bad_expected, scale) {
            *sum += figure(counts.rows()) * scale.probability(score);
        }
    }
}

/// Compares chances with outcomes. Two degrees of freedom are lost where the card was fitted to the rows.
pub(super) fn calibration(scores: &Scores, scale: &Scale, bands: &[Band], is_fitted: bool) -> Calibration {
    let total: Counts = scores.values().copied().sum();
    let rows = figure(total.rows()).max(1.0);
    let (mut squares, mut expected) = (0.0, 0.0);
    for (score, counts) in scores {
        let chance = scale.probability(*score);
        squares += figure(counts.bad) * (1.0 - chance).powi(2) + figure(counts.good) * chance.powi(2);
        expected += figure(counts.rows()) * chance;
    }
    let distances = bands.iter().map(|band| {
        let expected = band.bad_expected.unwrap_or_default();
        let spread = expected * (1.0 - expected / figure(band.rows).max(1.0));
        if spread > 0.0 { (figure(band.bad) - expected).powi(2) / spread } else { 0.0 }
    });
    let statistic: f64 = distances.sum();
    let degrees = (bands.len() as u64).saturating_sub(if is_fitted { 2 } else { 0 }).max(1);
    Calibration {
        brier: squares / rows,
        brier_average: total.bad_share() * (1.0 - total.bad_share()),
        bad_expected: expected,
        observed_over_expected: if expected > 0.0 { figure(total.bad) / expected } else { 0.0 },
        hosmer_lemeshow: statistic,
        degrees,
        p: chi_square_tail(statistic, degrees),
    }
}
