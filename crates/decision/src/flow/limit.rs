//! Terms of a limit: features times factors, each capped, the smallest of them or all together.

use super::values::Values;
use crate::money::yuan_text;
use crate::trace::Sink;

/// What a model says before the product's bounds apply.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Answer {
    /// A limit in yuan and the price in basis points over the loan prime rate.
    Can { yuan: f64, bp: (i64, i64) },
    /// No; the reasons were told.
    Cannot,
    /// The bank should visit first; the reasons were told.
    Visit,
    /// No term of the limit is known.
    NoBasis,
}

/// Terms of one limit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms(pub(crate) Vec<Term>);

#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) feature: usize,
    pub(crate) name: String,
    pub(crate) factor: f64,
    pub(crate) up_to: f64,
}

impl Terms {
    /// The smallest known term, in yuan.
    pub(crate) fn smallest<S: Sink>(&self, values: Values<'_>, sink: &mut S) -> Option<f64> {
        self.known(values, sink, f64::min)
    }

    /// All known terms together, in yuan.
    pub(crate) fn sum<S: Sink>(&self, values: Values<'_>, sink: &mut S) -> Option<f64> {
        self.known(values, sink, |a, b| a + b)
    }

    fn known<S: Sink>(
        &self,
        values: Values<'_>,
        sink: &mut S,
        join: impl Fn(f64, f64) -> f64,
    ) -> Option<f64> {
        let mut found = None;
        for term in &self.0 {
            let value = values[term.feature];
            let yuan = value.map(|value| (value * term.factor).min(term.up_to));
            sink.line("limit", &term.name, value, || yuan.map_or_else(|| "unknown".to_owned(), yuan_text));
            found = match (found, yuan) {
                (Some(a), Some(b)) => Some(join(a, b)),
                (found, yuan) => found.or(yuan),
            };
        }
        found
    }
}
