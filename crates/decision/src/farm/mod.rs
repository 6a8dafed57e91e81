//! The four-income model of farm households: wage, subsidy, operating and property income, capacity and limit.
//!
//! Everything it knows of a household stands in the vector; everything it assumes stands in `decisions/farm/`.

mod checks;
mod coefficients;
mod household;
mod livestock;
mod model;
mod planting;

pub(crate) use coefficients::Coefficients;
pub(crate) use model::FarmModel;

use crate::money::yuan_text;
use crate::trace::Sink;

/// One of the four incomes: an amount in yuan that is known, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Income {
    pub(crate) amount: f64,
    /// 0 to 1.
    pub(crate) confidence: f64,
}

impl Income {
    /// Two parts of one income; confidence is weighted by amount.
    pub(crate) fn join(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        match (a, b) {
            (Some(a), Some(b)) => {
                let amount = a.amount + b.amount;
                let confidence = if amount > 0.0 {
                    (a.amount * a.confidence + b.amount * b.confidence) / amount
                } else {
                    a.confidence.min(b.confidence)
                };
                Some(Self { amount, confidence })
            }
            (a, b) => a.or(b),
        }
    }

    /// The same income with its confidence lowered, never below zero.
    #[must_use]
    pub(crate) fn lowered(self, by: f64) -> Self {
        Self { confidence: (self.confidence - by).max(0.0), ..self }
    }
}

/// Writes one income: amount, the range it may lie in, confidence.
pub(crate) fn tell<S: Sink>(sink: &mut S, id: &'static str, income: Option<Income>) {
    let Some(Income { amount, confidence }) = income else {
        sink.line("income", id, None, || "unknown".to_owned());
        return;
    };
    sink.line("income", id, None, || yuan_text(amount));
    // The less sure, the wider: half of what confidence lacks, to either side.
    let spread = amount * (1.0 - confidence) / 2.0;
    sink.line("income_low", id, None, || yuan_text(amount - spread));
    sink.line("income_high", id, None, || yuan_text(amount + spread));
    sink.line("confidence", id, None, || format!("{confidence:.2}"));
}
