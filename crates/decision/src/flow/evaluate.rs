//! Runs a flow on a vector: pure, the same inputs give the same bytes, with the trace or as fast as can be.

use jiff::civil::Date;

use super::derive::DERIVED_MAX;
use super::values::Values;
use super::{Answer, Body, Bounds, CompiledFlow, Lends, Model};
use crate::model::{Decision, Outcome, RateRange};
use crate::money::{limit_of_yuan, yuan_text};
use crate::trace::{Keep, NoSink, Sink};
use crate::vector::Vector;

/// The answer without its reasons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quick {
    /// The answer.
    pub outcome: Outcome,
    /// Indicative limit in fen; only with [`Outcome::Can`].
    pub limit_fen: Option<i64>,
    /// Yearly rate; only with [`Outcome::Can`].
    pub rate: Option<RateRange>,
    /// The figure to sort by; only of a flow for matching.
    pub rank: Option<f64>,
}

impl Quick {
    fn without_limit(outcome: Outcome) -> Self {
        Self { outcome, limit_fen: None, rate: None, rank: None }
    }
}

/// The answer of a flow with reasons, what was missing, what would help, and the trace.
///
/// `as_of` sets the loan prime rate; the vector brings everything else.
pub fn evaluate(flow: &CompiledFlow, vector: &Vector, as_of: Date) -> Decision {
    let mut keep = Keep::default();
    let quick = run(flow, vector, as_of, &mut keep);
    let applies = quick.outcome != Outcome::NotApplicable;
    Decision {
        flow_id: flow.about.id.clone(),
        flow_version: flow.about.version.clone(),
        outcome: quick.outcome,
        limit_fen: quick.limit_fen,
        rate: quick.rate,
        term: quick.limit_fen.map(|_| flow.about.term.clone()),
        rank: quick.rank,
        fits: keep.fits,
        reasons: keep.reasons,
        missing: if applies { flow.sources.missing(vector) } else { Vec::new() },
        improvements: if applies { super::improve::verified(flow, vector, as_of, quick) } else { Vec::new() },
        trace: keep.trace,
    }
}

/// The answer of a flow alone, without allocating.
pub fn evaluate_fast(flow: &CompiledFlow, vector: &Vector, as_of: Date) -> Quick {
    run(flow, vector, as_of, &mut NoSink)
}

fn run<S: Sink>(flow: &CompiledFlow, vector: &Vector, as_of: Date, sink: &mut S) -> Quick {
    let household = vector.is_household();
    if !flow.about.audience.takes(household) {
        flow.not_applicable.tell(sink);
        return Quick::without_limit(Outcome::NotApplicable);
    }
    if vector.feature_version != flow.feature_version {
        // A vector of other features would be read at the wrong places.
        sink.line("features", "version", None, || "the vector is of another feature version".to_owned());
        return Quick::without_limit(Outcome::NotEnoughData);
    }
    let mut room = [None; DERIVED_MAX];
    let derived = flow.derived.fill(vector, as_of, &mut room, sink);
    let values = Values::new(&vector.values, derived);
    let admitted = flow.admission.run(values, household, sink);
    if admitted != Outcome::Can {
        return Quick::without_limit(admitted);
    }
    match &flow.body {
        Body::Rules => Quick::without_limit(Outcome::Can),
        Body::Rank(rank) => match rank.run(values, sink) {
            Some(figure) => Quick { rank: Some(figure), ..Quick::without_limit(Outcome::Can) },
            None => Quick::without_limit(Outcome::NotEnoughData),
        },
        Body::Lends(lends) => lend(flow, lends, vector, as_of, values, sink),
    }
}

fn lend<S: Sink>(
    flow: &CompiledFlow,
    lends: &Lends,
    vector: &Vector,
    as_of: Date,
    values: Values<'_>,
    sink: &mut S,
) -> Quick {
    let Some(lpr) = flow.lpr.on(as_of) else {
        sink.line("price", "lpr", None, || "no loan prime rate for the day".to_owned());
        return Quick::without_limit(Outcome::NotEnoughData);
    };
    let answer = match &lends.model {
        Model::Scorecard(card) => card.run(values, sink),
        Model::Table(table) => table.run(values, sink),
        Model::Farm(model) => model.run(vector, lpr.one_year_ppm, sink),
        Model::Grade(grade) => grade.run(vector, as_of, &flow.derived, values, sink),
    };
    match lends.ruleset.run(answer, values, sink) {
        Answer::Can { yuan, bp } => bounded(&lends.bounds, yuan, bp, lpr.one_year_ppm, sink),
        Answer::Cannot => Quick::without_limit(Outcome::Cannot),
        Answer::Visit => Quick::without_limit(Outcome::NeedVisit),
        Answer::NoBasis => {
            lends.bounds.no_basis.tell(sink);
            Quick::without_limit(Outcome::NotEnoughData)
        }
    }
}

/// The model's figure within the product's bounds, as money, with its price.
fn bounded<S: Sink>(bounds: &Bounds, yuan: f64, bp: (i64, i64), lpr_ppm: i64, sink: &mut S) -> Quick {
    let limit = limit_of_yuan(yuan).unwrap_or(0).min(bounds.cap_fen);
    sink.line("limit", "model", None, || yuan_text(yuan));
    sink.line("limit", "final_fen", None, || limit.to_string());
    if limit < bounds.floor_fen {
        bounds.too_small.tell(sink);
        return Quick::without_limit(Outcome::Cannot);
    }
    // One basis point is 100 ppm.
    let rate = RateRange { low_ppm: lpr_ppm + bp.0 * 100, high_ppm: lpr_ppm + bp.1 * 100 };
    sink.line("price", "rate_ppm", None, || format!("{}..{}", rate.low_ppm, rate.high_ppm));
    Quick { outcome: Outcome::Can, limit_fen: Some(limit), rate: Some(rate), rank: None }
}
