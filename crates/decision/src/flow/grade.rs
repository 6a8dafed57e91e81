//! Grades: one value, such as a probability of default, falls into a band, and the band sets limit and price. What cost
//! most is found by asking again with one feature at a time as it is with most firms.

use super::derive::{DERIVED_MAX, Derived};
use super::limit::{Answer, Terms};
use super::load::Here;
use super::text::{Better, GradeBandText, GradeText};
use super::values::Values;
use super::{FlowError, Refusal, named};
use crate::trace::{NoSink, Sink};

/// How many reasons a refusal names at most.
const REASONS_MAX: usize = 3;

/// Compiled grades (分级).
#[derive(Debug, Clone)]
pub(crate) struct Grade {
    by: usize,
    better: Better,
    bands: Vec<Band>,
    basis: Terms,
    causes: Vec<Cause>,
    otherwise: Refusal,
}

#[derive(Debug, Clone)]
struct Band {
    name: String,
    /// Lowest value of the band.
    from: f64,
    can: bool,
    multiplier: f64,
    bp: (i64, i64),
}

/// A feature that may have cost the firm its grade.
#[derive(Debug, Clone)]
struct Cause {
    feature: usize,
    /// What the feature is with most firms.
    typical: f64,
    refusal: Refusal,
}

impl Grade {
    pub(crate) fn compile(text: &GradeText, here: &mut Here<'_>) -> Result<Self, FlowError> {
        let by = here.feature(&text.by)?;
        let mut causes = Vec::with_capacity(text.cause.len());
        for cause in &text.cause {
            let (name, byte) = named(&cause.feature);
            let feature = here.set.position(name);
            let feature =
                feature.ok_or_else(|| here.at(byte, name, "there is no such feature".to_owned()))?;
            here.note(feature);
            causes.push(Cause {
                feature,
                typical: cause.typical,
                refusal: here.refusal(name, &cause.reason)?,
            });
        }
        Ok(Self {
            by,
            better: text.better,
            bands: bands(&text.band, here)?,
            basis: here.terms(&text.basis)?,
            causes,
            otherwise: here.refusal("grade", &text.otherwise)?,
        })
    }

    pub(crate) fn run<S: Sink>(
        &self,
        features: &[Option<f64>],
        derived: &Derived,
        values: Values<'_>,
        sink: &mut S,
    ) -> Answer {
        let Some(value) = values[self.by] else { return Answer::NoBasis };
        let at = self.bands.partition_point(|band| band.from <= value);
        let band = &self.bands[at.saturating_sub(1)];
        sink.line("band", &band.name, Some(value), || format!("multiplier {}", band.multiplier));
        if !band.can {
            if S::KEEPS {
                self.reasons(features, derived, value, sink);
            }
            return Answer::Cannot;
        }
        match self.basis.smallest(values, sink) {
            Some(basis) => Answer::Can { yuan: basis * band.multiplier, bp: band.bp },
            None => Answer::NoBasis,
        }
    }

    /// The features without whose peculiarity the value would be better, those that cost most first.
    fn reasons<S: Sink>(&self, features: &[Option<f64>], derived: &Derived, now: f64, sink: &mut S) {
        let mut changed = features.to_vec();
        let mut costs: Vec<(f64, usize)> = Vec::with_capacity(self.causes.len());
        for (at, cause) in self.causes.iter().enumerate() {
            // What nobody knows is no reason.
            if features[cause.feature].is_none() {
                continue;
            }
            let own = changed[cause.feature].replace(cause.typical);
            let mut room = [None; DERIVED_MAX];
            let derived = derived.fill(&changed, &mut room, &mut NoSink);
            if let Some(then) = Values::new(&changed, derived)[self.by] {
                costs.push((self.better.gain(now, then), at));
            }
            changed[cause.feature] = own;
        }
        costs.retain(|(cost, _)| *cost > 0.0);
        costs.sort_by(|(a, at), (b, other)| b.total_cmp(a).then(at.cmp(other)));
        for (_, at) in costs.iter().take(REASONS_MAX) {
            self.causes[*at].refusal.tell(sink);
        }
        if costs.is_empty() {
            self.otherwise.tell(sink);
        }
    }
}

impl Better {
    /// How much better `then` is than `now`.
    fn gain(self, now: f64, then: f64) -> f64 {
        match self {
            Self::Low => now - then,
            Self::High => then - now,
        }
    }
}

fn bands(texts: &[GradeBandText], here: &Here<'_>) -> Result<Vec<Band>, FlowError> {
    let mut reached: Option<f64> = None;
    let mut bands = Vec::with_capacity(texts.len());
    for (index, band) in texts.iter().enumerate() {
        let (name, byte) = named(&band.name);
        let fail = |problem: &str| here.at(byte, name, problem.to_owned());
        let follows =
            if index == 0 { band.from.is_none() } else { band.from.is_some() && band.from == reached };
        if !follows || band.to.is_some_and(|to| band.from.is_some_and(|from| from >= to)) {
            return Err(fail("bands must follow each other without gap or overlap"));
        }
        if band.can && (band.multiplier <= 0.0 || band.bp_low > band.bp_high) {
            return Err(fail("a band that lends needs a multiplier and a price"));
        }
        reached = band.to;
        bands.push(Band {
            name: name.to_owned(),
            from: band.from.unwrap_or(f64::NEG_INFINITY),
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
