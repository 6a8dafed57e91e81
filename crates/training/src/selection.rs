//! Which variables a card takes: those that say enough, that do not repeat a stronger one, and that count the right
//! way round beside the others.

use crate::binning::Binned;
use crate::distribution::normal_tail;
use crate::fate::Fate;
use crate::leak::Leak;
use crate::number::length;
use crate::options::SelectionOptions;
use crate::regression::{Column, Fit, fit};
use crate::tally::{Kept, Variable};

/// Rows from which correlations are computed.
const CORRELATION_ROWS_MAX: usize = 100_000;
/// Rows on which variables are let go before all rows are looked at.
const FITTED_ROWS: usize = 200_000;

/// The variables of a card with their regression.
pub(crate) struct Selected {
    /// What became of each variable.
    pub(crate) fates: Vec<Fate>,
    /// The chosen ones, strongest first.
    pub(crate) chosen: Vec<usize>,
    pub(crate) fit: Option<Fit>,
}

/// Chooses.
pub(crate) fn select(
    variables: &[Variable],
    binned: &[Binned],
    kept: &Kept,
    leaks: &[Leak],
    options: &SelectionOptions,
) -> Selected {
    let mut fates = vec![Fate::Used; variables.len()];
    let is_leak = |at: usize| leaks.iter().any(|leak| !leak.kept && leak.name == variables[at].fine.name);
    let mut by_strength: Vec<usize> = (0..variables.len()).collect();
    by_strength.sort_by(|left, right| binned[*right].iv.total_cmp(&binned[*left].iv).then(left.cmp(right)));
    let thin = kept.thinned(CORRELATION_ROWS_MAX);
    let mut chosen: Vec<usize> = Vec::new();
    let mut standing: Vec<Vec<f64>> = Vec::new();
    for at in by_strength {
        fates[at] = if is_leak(at) {
            Fate::Leak
        } else if binned[at].iv < options.iv_min || binned[at].iv <= 0.0 {
            Fate::LowInformation
        } else if chosen.len() >= options.variables_max {
            Fate::Surplus
        } else {
            let values = standardised(&thin.pieces[at], &binned[at]);
            let stronger =
                standing.iter().position(|known| dot(known, &values).abs() > options.correlation_max);
            if let Some(place) = stronger {
                Fate::Correlated { with: variables[chosen[place]].fine.name.clone() }
            } else {
                standing.push(values);
                chosen.push(at);
                Fate::Used
            }
        };
    }
    let fit = settle(binned, kept, options, &mut chosen, &mut fates);
    Selected { fates, chosen, fit }
}

/// Fits, and lets the worst variable go until all that are left count the right way round and surely enough: first on a
/// part of very many rows, then on all.
fn settle(
    binned: &[Binned],
    kept: &Kept,
    options: &SelectionOptions,
    chosen: &mut Vec<usize>,
    fates: &mut [Fate],
) -> Option<Fit> {
    let mut start = None;
    for rows in [&*kept.thinned(FITTED_ROWS), kept] {
        loop {
            if chosen.is_empty() {
                return None;
            }
            let columns: Vec<Column<'_>> = chosen
                .iter()
                .map(|at| Column { pieces: &rows.pieces[*at], woe: binned[*at].woe_of_pieces() })
                .collect();
            let fit = fit(&columns, &rows.bad, options.ridge, start);
            let mut near = [&[fit.intercept], fit.coefficients.as_slice()].concat();
            let Some((place, fate)) = weakest(&fit, options) else {
                if rows.bad.len() == kept.bad.len() {
                    return Some(fit);
                }
                start = Some(near);
                break;
            };
            fates[chosen.remove(place)] = fate;
            near.remove(place + 1);
            start = Some(near);
        }
    }
    None
}

/// The variable to let go next.
fn weakest(fit: &Fit, options: &SelectionOptions) -> Option<(usize, Fate)> {
    let by = |left: &(f64, usize), right: &(f64, usize)| left.0.total_cmp(&right.0);
    let coefficients = fit.coefficients.iter().enumerate().map(|(place, b)| (*b, place));
    if let Some((_, place)) = coefficients.min_by(by).filter(|(b, _)| *b <= 0.0) {
        return Some((place, Fate::WrongSign));
    }
    let deviations = fit.coefficients.iter().zip(&fit.errors).enumerate();
    let (z, place) = deviations.map(|(place, (b, error))| (b / error, place)).min_by(by)?;
    let is_uncertain = options.p_max.is_some_and(|p_max| 2.0 * normal_tail(z) > p_max);
    is_uncertain.then_some((place, Fate::NotSignificant))
}

/// Weights of evidence with mean 0 and length 1, so that a product of two is their correlation.
fn standardised(pieces: &[u8], binned: &Binned) -> Vec<f64> {
    let woe = binned.woe_of_pieces();
    let values: Vec<f64> = pieces.iter().map(|piece| woe[usize::from(*piece)]).collect();
    let mean = values.iter().sum::<f64>() / length(values.len().max(1));
    let size = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>().sqrt();
    values.iter().map(|value| if size > 0.0 { (value - mean) / size } else { 0.0 }).collect()
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}
