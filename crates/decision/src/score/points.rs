//! Points: each feature's value, or its absence, earns some; the sum is what a scorecard puts into bands.

use crate::flow::text::{BinText, CardFeatureText};
use crate::flow::{FlowError, Here, Refusal, Values};
use crate::trace::Sink;

/// How many reasons a refusal by points names at most.
const REASONS_MAX: usize = 3;

/// Compiled points (评分项).
#[derive(Debug, Clone)]
pub(crate) struct Points {
    base: i32,
    features: Vec<CardFeature>,
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

impl Points {
    pub(crate) fn compile(
        base: i32,
        texts: &[CardFeatureText],
        here: &mut Here<'_>,
    ) -> Result<Self, FlowError> {
        let mut features = Vec::with_capacity(texts.len());
        for one in texts {
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
        Ok(Self { base, features })
    }

    /// The sum.
    pub(crate) fn total<S: Sink>(&self, values: Values<'_>, sink: &mut S) -> i32 {
        let mut total = self.base;
        sink.line("score", "base", None, || self.base.to_string());
        for one in &self.features {
            let points = one.points(values[one.feature]);
            total += points;
            sink.line("score", &one.name, values[one.feature], || format!("{points:+}"));
        }
        sink.line("score", "total", None, || total.to_string());
        total
    }

    /// Tells which features cost most points against their best bin.
    pub(crate) fn reasons<S: Sink>(&self, values: Values<'_>, sink: &mut S) {
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
