//! From log odds to points.

use super::{CardBin, CardVariable, FileWords, Reason, Scorecard, Training};
use crate::binning::Binned;
use crate::measure::ScoreShares;
use crate::number::whole;
use crate::options::TrainOptions;
use crate::regression::Fit;
use crate::tally::Variable;

/// Makes a card of a regression: the points of a bin are its share of the log odds on the scale, rounded to whole ones.
pub(crate) fn made(
    chosen: &[(&Variable, &Binned)],
    fit: &Fit,
    bad: &str,
    options: &TrainOptions,
) -> Scorecard {
    let scale = options.scale;
    let variables: Vec<CardVariable> = chosen
        .iter()
        .zip(&fit.coefficients)
        .map(|((variable, binned), coefficient)| CardVariable {
            name: variable.fine.name.clone(),
            kind: variable.fine.kind,
            bins: bins(binned, scale.factor() * coefficient),
            reason: Reason::default(),
            coefficient: Some(*coefficient),
            iv: Some(binned.iv),
            trend: binned.trend,
        })
        .collect();
    let exact = scale.offset() + scale.factor() * fit.intercept;
    Scorecard {
        id: options.id.clone(),
        version: options.version.clone(),
        name_zh: options.name_zh.clone(),
        name_en: options.name_en.clone(),
        base: whole(exact),
        variables,
        training: Some(Training {
            target: options.target.clone(),
            bad: bad.to_owned(),
            missing: options.reading.missing.clone(),
            scale,
            intercept: fit.intercept,
            scores: ScoreShares::default(),
        }),
        words: FileWords {
            gives_zh: "信用评分，越高越好".to_owned(),
            gives_en: "credit score; more is better".to_owned(),
        },
    }
}

fn bins(binned: &Binned, factor: f64) -> Vec<CardBin> {
    let bins = binned.bins.iter().map(|bin| CardBin {
        content: bin.content.clone(),
        points: whole(factor * bin.woe),
        counts: bin.counts,
        woe: bin.woe,
    });
    bins.collect()
}
