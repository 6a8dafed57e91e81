//! A scorecard: each known or missing value earns points, the sum falls into a band, the band sets limit and price.

use super::FlowError;
use super::bands::Bands;
use super::limit::{Answer, Terms};
use super::load::Here;
use super::text::ScorecardText;
use super::values::Values;
use crate::score::Points;
use crate::trace::Sink;

/// A compiled scorecard (评分卡).
#[derive(Debug, Clone)]
pub(crate) struct Scorecard {
    points: Points,
    bands: Bands<i32>,
    basis: Terms,
}

impl Scorecard {
    pub(crate) fn compile(text: &ScorecardText, here: &mut Here<'_>) -> Result<Self, FlowError> {
        let points = Points::compile(text.base, &text.feature, here)?;
        let basis = here.terms(&text.basis)?;
        Ok(Self { points, bands: Bands::compile(&text.band, here)?, basis })
    }

    pub(crate) fn run<S: Sink>(&self, values: Values<'_>, sink: &mut S) -> Answer {
        let total = self.points.total(values, sink);
        let band = self.bands.of(total);
        sink.line("band", &band.name, Some(f64::from(total)), || format!("multiplier {}", band.multiplier));
        if !band.can {
            if S::KEEPS {
                self.points.reasons(values, sink);
            }
            return Answer::Cannot;
        }
        match self.basis.smallest(values, sink) {
            Some(basis) => Answer::Can { yuan: basis * band.multiplier, bp: band.bp },
            None => Answer::NoBasis,
        }
    }
}
