//! A scorecard: each known or missing value earns points, the sum falls into a band, the band sets limit and price.

use super::FlowError;
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
    bands: Vec<Band>,
    basis: Terms,
}

#[derive(Debug, Clone)]
struct Band {
    name: String,
    /// Lowest total of the band.
    from: i32,
    can: bool,
    multiplier: f64,
    bp: (i64, i64),
}

impl Scorecard {
    pub(crate) fn compile(text: &ScorecardText, here: &mut Here<'_>) -> Result<Self, FlowError> {
        let points = Points::compile(text.base, &text.feature, here)?;
        let basis = here.terms(&text.basis)?;
        Ok(Self { points, bands: bands(text, here)?, basis })
    }

    pub(crate) fn run<S: Sink>(&self, values: Values<'_>, sink: &mut S) -> Answer {
        let total = self.points.total(values, sink);
        let at = self.bands.partition_point(|band| band.from <= total);
        let band = &self.bands[at.saturating_sub(1)];
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

fn bands(text: &ScorecardText, here: &Here<'_>) -> Result<Vec<Band>, FlowError> {
    let mut reached = None;
    let mut bands = Vec::new();
    for (index, band) in text.band.iter().enumerate() {
        let fail = |problem: String| here.at(band.name.span().start, band.name.get_ref(), problem);
        let follows = match (index, band.from) {
            (0, from) => from.is_none(),
            (_, from) => from.is_some() && from == reached,
        };
        if !follows {
            return Err(fail("bands must follow each other without gap or overlap".to_owned()));
        }
        if band.can && (band.multiplier <= 0.0 || band.bp_low > band.bp_high) {
            return Err(fail("a band that lends needs a multiplier and a price".to_owned()));
        }
        reached = band.to;
        bands.push(Band {
            name: band.name.get_ref().clone(),
            from: band.from.unwrap_or(i32::MIN),
            can: band.can,
            multiplier: band.multiplier,
            bp: (band.bp_low, band.bp_high),
        });
    }
    if bands.is_empty() || reached.is_some() {
        return Err(here.whole("the last band must be open above".to_owned()));
    }
    Ok(bands)
}
