//! Ranks: how well a product fits a subject, as a figure to sort by, with what speaks for it.

use super::condition::Test;
use super::load::Here;
use super::text::RankText;
use super::values::Values;
use super::{FlowError, Refusal, named};
use crate::model::Words;
use crate::trace::Sink;

/// Reasons for a product that are told at most.
const FITS_MAX: usize = 3;

/// A compiled rank (匹配度).
#[derive(Debug, Clone)]
pub(crate) struct Rank {
    by: usize,
    fits: Vec<Fit>,
    no_basis: Refusal,
}

#[derive(Debug, Clone)]
struct Fit {
    id: String,
    tests: Vec<Test>,
    words: Words,
}

impl Rank {
    pub(crate) fn compile(text: &RankText, here: &mut Here<'_>) -> Result<Self, FlowError> {
        let by = here.feature(&text.by)?;
        let mut fits = Vec::with_capacity(text.fits.len());
        for fit in &text.fits {
            let (id, byte) = named(&fit.id);
            let mut tests = Vec::with_capacity(fit.when.len());
            for condition in &fit.when {
                let feature = here.feature(&condition.feature)?;
                tests.push(condition.compile(feature).map_err(|problem| here.at(byte, id, problem))?);
            }
            let words = Words { zh: fit.zh.clone(), en: fit.en.clone() };
            fits.push(Fit { id: id.to_owned(), tests, words: here.words(byte, id, &words)? });
        }
        Ok(Self { by, fits, no_basis: here.refusal("rank", &text.no_basis)? })
    }

    /// The figure; nothing when it is not known.
    pub(crate) fn run<S: Sink>(&self, values: Values<'_>, sink: &mut S) -> Option<f64> {
        let Some(figure) = values[self.by] else {
            self.no_basis.tell(sink);
            return None;
        };
        sink.line("rank", "figure", Some(figure), || figure.to_string());
        if S::KEEPS {
            let holding =
                self.fits.iter().filter(|fit| fit.tests.iter().all(|test| test.holds(values[test.feature])));
            for fit in holding.take(FITS_MAX) {
                sink.fit(&fit.id, &fit.words);
            }
        }
        Some(figure)
    }
}
