//! How the leaves that a row reaches become the model's answer, each library in its own way.

/// From leaves to answer: `before`, then the leaves in the order of their trees, divided, then `after`, then the link.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    pub(super) precision: Precision,
    pub(super) before: f64,
    /// The number of trees where a forest averages them, else 1.
    pub(super) divisor: f64,
    pub(super) after: f64,
    pub(super) link: Link,
}

/// In which precision leaves are summed. A sum of many small numbers differs in its last digits by this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    Single,
    Double,
}

/// What is made of the sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Link {
    /// The sum itself.
    Identity,
    /// The sum, rounded to single precision as ONNX hands out every answer.
    OnnxIdentity,
    /// LightGBM's probability; the steepness is the training parameter `sigmoid`.
    LightgbmSigmoid(f64),
    /// XGBoost's probability, in single precision.
    XgboostSigmoid,
    /// ONNX Runtime's probability in single precision, computed from the side where it is exact.
    OnnxSigmoid,
    /// A count whose logarithm LightGBM sums.
    LightgbmExponential,
    /// A count whose logarithm XGBoost sums, in single precision.
    XgboostExponential,
}

impl Link {
    pub(super) fn of(self, sum: f64) -> f64 {
        match self {
            Self::Identity => sum,
            Self::OnnxIdentity => f64::from(single(sum)),
            Self::LightgbmSigmoid(steepness) => 1.0 / (1.0 + (-steepness * sum).exp()),
            Self::XgboostSigmoid => f64::from(xgboost_sigmoid(single(sum))),
            Self::OnnxSigmoid => f64::from(onnx_sigmoid(single(sum))),
            Self::LightgbmExponential => sum.exp(),
            Self::XgboostExponential => f64::from(single(sum).exp()),
        }
    }
}

fn xgboost_sigmoid(sum: f32) -> f32 {
    /// Beyond this the exponential would leave single precision.
    const EXPONENT_MAX: f32 = 88.7;
    1.0 / ((-sum).min(EXPONENT_MAX).exp() + 1.0)
}

fn onnx_sigmoid(sum: f32) -> f32 {
    let larger = 1.0 / (1.0 + (-sum.abs()).exp());
    if sum < 0.0 { 1.0 - larger } else { larger }
}

/// The nearest number in single precision; beyond its range an infinity.
#[expect(clippy::cast_possible_truncation, reason = "the libraries round here, and so must we")]
#[inline]
pub(super) fn single(value: f64) -> f32 {
    value as f32
}

/// The largest number below a threshold: "less than the threshold" is "at most" this. Below the lowest there is none.
pub(super) fn below(threshold: f32) -> f32 {
    if threshold == f32::NEG_INFINITY { f32::NAN } else { threshold.next_down() }
}
