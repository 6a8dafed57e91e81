//! Grades: one value, such as a probability of default, falls into a band, and the band sets limit and price. What cost
//! most is found by asking again with one feature at a time as it is with most firms.

use jiff::civil::Date;

use super::bands::Bands;
use super::derive::{DERIVED_MAX, Derived};
use super::limit::{Answer, Terms};
use super::load::Here;
use super::text::{Better, GradeText};
use super::values::Values;
use super::{FlowError, Refusal, named};
use crate::trace::{NoSink, Sink};
use crate::vector::Vector;

/// How many reasons a refusal names at most.
const REASONS_MAX: usize = 3;

/// Compiled grades (分级).
#[derive(Debug, Clone)]
pub(crate) struct Grade {
    by: usize,
    better: Better,
    bands: Bands<f64>,
    basis: Terms,
    causes: Vec<Cause>,
    otherwise: Refusal,
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
            bands: Bands::compile(&text.band, here)?,
            basis: here.terms(&text.basis)?,
            causes,
            otherwise: here.refusal("grade", &text.otherwise)?,
        })
    }

    pub(crate) fn run<S: Sink>(
        &self,
        vector: &Vector,
        as_of: Date,
        derived: &Derived,
        values: Values<'_>,
        sink: &mut S,
    ) -> Answer {
        let Some(value) = values[self.by] else { return Answer::NoBasis };
        let band = self.bands.of(value);
        sink.line("band", &band.name, Some(value), || format!("multiplier {}", band.multiplier));
        if !band.can {
            if S::KEEPS {
                self.reasons(vector, as_of, derived, value, sink);
            }
            return Answer::Cannot;
        }
        match self.basis.smallest(values, sink) {
            Some(basis) => Answer::Can { yuan: basis * band.multiplier, bp: band.bp },
            None => Answer::NoBasis,
        }
    }

    /// The features without whose peculiarity the value would be better, those that cost most first.
    fn reasons<S: Sink>(&self, vector: &Vector, as_of: Date, derived: &Derived, now: f64, sink: &mut S) {
        let mut changed = vector.clone();
        let mut costs: Vec<(f64, usize)> = Vec::with_capacity(self.causes.len());
        for (at, cause) in self.causes.iter().enumerate() {
            // What nobody knows is no reason.
            if vector.values[cause.feature].is_none() {
                continue;
            }
            let own = changed.values[cause.feature].replace(cause.typical);
            let mut room = [None; DERIVED_MAX];
            let derived = derived.fill(&changed, as_of, &mut room, &mut NoSink);
            if let Some(then) = Values::new(&changed.values, derived)[self.by] {
                costs.push((self.better.gain(now, then), at));
            }
            changed.values[cause.feature] = own;
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
