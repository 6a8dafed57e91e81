//! The trace of a decision: every step that led to the answer, for the record and for explaining a refusal.

use serde::{Deserialize, Serialize};

use crate::model::Words;

/// All steps of one evaluation, in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The steps.
    pub lines: Vec<TraceLine>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraceLine {
    /// Kind of step: `admission`, `score`, `row`, `limit`, `farm`, …
    pub step: String,
    /// The rule, feature, bin or amount.
    pub id: String,
    /// The value that went in; null when it was not known.
    pub input: Option<f64>,
    /// What came out.
    pub output: String,
}

impl Trace {
    /// The output of the first step of that kind and name.
    pub fn output(&self, step: &str, id: &str) -> Option<&str> {
        self.lines.iter().find(|line| line.step == step && line.id == id).map(|line| line.output.as_str())
    }
}

/// Where an evaluation writes what it does; the fast path writes nothing.
pub(crate) trait Sink {
    /// True when steps and reasons are kept.
    const KEEPS: bool;
    /// A step. `output` is only called when steps are kept.
    fn line(&mut self, step: &'static str, id: &str, input: Option<f64>, output: impl FnOnce() -> String);
    /// A reason for the firm.
    fn reason(&mut self, code: &str, rule: &str, words: &Words);
    /// What speaks for a product.
    fn fit(&mut self, id: &str, words: &Words);
}

/// Keeps nothing.
pub(crate) struct NoSink;

impl Sink for NoSink {
    const KEEPS: bool = false;
    #[inline]
    fn line(&mut self, _: &'static str, _: &str, _: Option<f64>, _: impl FnOnce() -> String) {}
    #[inline]
    fn reason(&mut self, _: &str, _: &str, _: &Words) {}
    #[inline]
    fn fit(&mut self, _: &str, _: &Words) {}
}

/// Keeps everything.
#[derive(Default)]
pub(crate) struct Keep {
    pub(crate) trace: Trace,
    pub(crate) reasons: Vec<crate::model::Reason>,
    pub(crate) fits: Vec<Words>,
}

impl Sink for Keep {
    const KEEPS: bool = true;
    fn line(&mut self, step: &'static str, id: &str, input: Option<f64>, output: impl FnOnce() -> String) {
        self.trace.lines.push(TraceLine {
            step: step.to_owned(),
            id: id.to_owned(),
            input,
            output: output(),
        });
    }

    fn reason(&mut self, code: &str, rule: &str, words: &Words) {
        if self.reasons.iter().any(|known| known.words == *words) {
            return;
        }
        self.reasons.push(crate::model::Reason {
            code: code.to_owned(),
            rule: rule.to_owned(),
            words: words.clone(),
        });
    }

    fn fit(&mut self, id: &str, words: &Words) {
        self.line("fits", id, None, || words.en.clone());
        self.fits.push(words.clone());
    }
}
