//! A scorecard: each known or missing value earns points, the sum falls into a band, the band sets limit and price.

use super::limit::{Answer, Terms};
use super::load::Here;
use super::text::{BinText, ScorecardText};
use super::{FlowError, Refusal};
use crate::trace::Sink;

/// How many reasons a refusal by points names at most.
const REASONS_MAX: usize = 3;

/// A compiled scorecard (评分卡).
#[derive(Debug, Clone)]
pub(crate) struct Scorecard {
    base: i32,
    features: Vec<CardFeature>,
    bands: Vec<Band>,
    basis: Terms,
}

#[derive(Debug, Clone)]
struct CardFeature {
    feature: usize,
    name: String,
    /// Where the second and each later bin begins.
    cuts: Vec<f64>,
    /// Points of a missing value, then of each bin.
    points: Vec<i32>,
    best: i32,
    refusal: Refusal,
}

impl CardFeature {
    #[inline]
    fn points(&self, value: Option<f64>) -> i32 {
        let bin = value.map_or(0, |value| 1 + self.cuts.partition_point(|cut| *cut <= value));
        self.points[bin]
    }
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
        let mut features = Vec::new();
        for one in &text.feature {
            let feature = here.feature(&one.name)?;
            check_bins(&one.bins)
                .map_err(|problem| here.at(one.name.span().start, one.name.get_ref(), problem))?;
            let points: Vec<i32> =
                std::iter::once(one.missing).chain(one.bins.iter().map(|bin| bin.points)).collect();
            features.push(CardFeature {
                feature,
                name: one.name.get_ref().clone(),
                cuts: one.bins.iter().filter_map(|bin| bin.from).collect(),
                best: points.iter().copied().max().unwrap_or(0),
                points,
                refusal: here.refusal(one.name.get_ref(), &one.reason)?,
            });
        }
        let basis = here.terms(&text.basis)?;
        Ok(Self { base: text.base, features, bands: bands(text, here)?, basis })
    }

    pub(crate) fn run<S: Sink>(&self, values: &[Option<f64>], sink: &mut S) -> Answer {
        let mut total = self.base;
        sink.line("score", "base", None, || self.base.to_string());
        for one in &self.features {
            let points = one.points(values[one.feature]);
            total += points;
            sink.line("score", &one.name, values[one.feature], || format!("{points:+}"));
        }
        sink.line("score", "total", None, || total.to_string());
        let at = self.bands.partition_point(|band| band.from <= total);
        let band = &self.bands[at.saturating_sub(1)];
        sink.line("band", &band.name, Some(f64::from(total)), || format!("multiplier {}", band.multiplier));
        if !band.can {
            if S::KEEPS {
                self.reasons(values, sink);
            }
            return Answer::Cannot;
        }
        match self.basis.smallest(values, sink) {
            Some(basis) => Answer::Can { yuan: basis * band.multiplier, bp: band.bp },
            None => Answer::NoBasis,
        }
    }

    /// The features that cost most points against their best bin.
    fn reasons<S: Sink>(&self, values: &[Option<f64>], sink: &mut S) {
        let mut lost: Vec<(i32, usize)> = self
            .features
            .iter()
            .enumerate()
            .map(|(at, one)| (one.best - one.points(values[one.feature]), at))
            .filter(|(lost, _)| *lost > 0)
            .collect();
        lost.sort_by_key(|(lost, at)| (-lost, *at));
        for (_, at) in lost.into_iter().take(REASONS_MAX) {
            self.features[at].refusal.tell(sink);
        }
    }
}

/// The bins cover every number once, from below to above.
fn check_bins(bins: &[BinText]) -> Result<(), String> {
    let mut reached: Option<f64> = None;
    for (index, bin) in bins.iter().enumerate() {
        match (index, bin.from, reached) {
            (0, Some(_), _) => return Err("the first bin must be open below".to_owned()),
            (_, Some(from), Some(to)) if from < to => {
                return Err(format!("bins overlap between {from} and {to}"));
            }
            (_, Some(from), Some(to)) if from > to => return Err(format!("no bin from {to} to {from}")),
            (0, None, _) | (_, Some(_), Some(_)) => {}
            _ => return Err("a bin in the middle needs from and to".to_owned()),
        }
        if let (Some(from), Some(to)) = (bin.from, bin.to)
            && from >= to
        {
            return Err(format!("the bin from {from} to {to} is empty"));
        }
        reached = bin.to;
    }
    if bins.is_empty() || reached.is_some() {
        return Err("the last bin must be open above".to_owned());
    }
    Ok(())
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
