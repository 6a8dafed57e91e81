//! Logistic regression on weights of evidence, by Newton's method with a penalty on squared coefficients.

use std::thread;

use serde::Serialize;

use crate::fine::PIECES_MAX;
use crate::linear::{Matrix, inverse, solve};
use crate::number::length;

/// Steps at most; it needs fewer than ten unless something is wrong.
const STEPS_MAX: u32 = 50;
/// A step that changes no coefficient by more is the last: the error after it is about its square.
const STEP_MIN: f64 = 1e-7;
/// A step is halved so often at most.
const HALVINGS_MAX: u32 = 20;
/// What rounding may take from the sum over all rows.
const ROUNDING: f64 = 1e-11;
/// Fewer rows are not worth a second thread.
const ROWS_PER_THREAD_MIN: usize = 50_000;
/// Threads at most.
const THREADS_MAX: usize = 8;

/// A variable of the regression: the piece of each row, and what each piece weighs.
pub(crate) struct Column<'a> {
    pub(crate) pieces: &'a [u8],
    pub(crate) woe: [f64; PIECES_MAX],
}

/// What the regression found (逻辑回归).
#[derive(Debug, Clone, Serialize)]
pub struct Fit {
    /// Log odds of a good end of an average case.
    pub intercept: f64,
    /// By variable: what its weight of evidence counts.
    pub coefficients: Vec<f64>,
    /// Standard errors of the coefficients.
    pub errors: Vec<f64>,
    /// True when further steps would change nothing.
    pub converged: bool,
    /// Steps taken.
    pub steps: u32,
    /// Log likelihood of the rows.
    pub log_likelihood: f64,
    /// Rows it was fitted on.
    pub rows: usize,
}

/// Fits the chance of a good end; the intercept is not penalised. `start` may hold intercept and coefficients of a fit
/// that is not far from this one.
pub(crate) fn fit(columns: &[Column<'_>], bad: &[bool], ridge: f64, start: Option<Vec<f64>>) -> Fit {
    let size = columns.len() + 1;
    let mut at = start.unwrap_or_else(|| {
        let bads = bad.iter().filter(|is_bad| **is_bad).count();
        let mut at = vec![0.0; size];
        at[0] = (length(bad.len() - bads) / length(bads.max(1))).ln();
        at
    });
    let mut here = slopes(columns, bad, &at, ridge);
    let (mut steps, mut converged) = (0, false);
    while steps < STEPS_MAX && !converged {
        steps += 1;
        let Some(step) = solve(&here.curvature, &here.gradient) else { break };
        if step.iter().all(|change| change.abs() < STEP_MIN) {
            // So small a step is exact without another look.
            at.iter_mut().zip(&step).for_each(|(from, by)| *from += by);
            converged = true;
        } else if let Some((next, there)) = better(columns, bad, ridge, &at, &step, here.value) {
            (at, here) = (next, there);
        } else {
            break;
        }
    }
    let errors = inverse(&here.curvature).map_or_else(
        || vec![f64::INFINITY; size],
        |matrix| (0..size).map(|i| matrix.at(i, i).sqrt()).collect(),
    );
    Fit {
        intercept: at[0],
        coefficients: at[1..].to_vec(),
        errors: errors[1..].to_vec(),
        converged,
        steps,
        log_likelihood: here.log_likelihood,
        rows: bad.len(),
    }
}

/// Goes along the step, less far when that would be worse.
fn better(
    columns: &[Column<'_>],
    bad: &[bool],
    ridge: f64,
    at: &[f64],
    step: &[f64],
    value: f64,
) -> Option<(Vec<f64>, Slopes)> {
    let mut part = 1.0;
    for _ in 0..HALVINGS_MAX {
        let next: Vec<f64> = at.iter().zip(step).map(|(from, by)| from + part * by).collect();
        let there = slopes(columns, bad, &next, ridge);
        if there.value >= value - value.abs() * ROUNDING {
            return Some((next, there));
        }
        part /= 2.0;
    }
    None
}

/// The penalised log likelihood at one point, and how it bends there.
struct Slopes {
    value: f64,
    log_likelihood: f64,
    gradient: Vec<f64>,
    curvature: Matrix,
}

fn slopes(columns: &[Column<'_>], bad: &[bool], at: &[f64], ridge: f64) -> Slopes {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let share = bad.len().div_ceil(threads).max(ROWS_PER_THREAD_MIN);
    let starts: Vec<usize> = (0..bad.len()).step_by(share).collect();
    let rows = |start: usize| start..(start + share).min(bad.len());
    let sums: Vec<Slopes> = match starts.as_slice() {
        [_] => vec![slopes_of(columns, bad, at, rows(0))],
        _ => thread::scope(|scope| {
            let work = starts.iter().map(|start| scope.spawn(|| slopes_of(columns, bad, at, rows(*start))));
            let work: Vec<_> = work.collect();
            work.into_iter().filter_map(|one| one.join().ok()).collect()
        }),
    };
    let mut total = Slopes::new(at.len());
    for sum in &sums {
        total.add(sum);
    }
    total.finish(at, ridge)
}

fn slopes_of(columns: &[Column<'_>], bad: &[bool], at: &[f64], rows: std::ops::Range<usize>) -> Slopes {
    let size = at.len();
    let mut sum = Slopes::new(size);
    let mut x = vec![1.0; size];
    for row in rows {
        for (place, column) in x[1..].iter_mut().zip(columns) {
            *place = column.woe[usize::from(column.pieces[row])];
        }
        let odds: f64 = x.iter().zip(at).map(|(x, b)| x * b).sum();
        let chance = 1.0 / (1.0 + (-odds).exp());
        let is_good = if bad[row] { 0.0 } else { 1.0 };
        // Written so that neither tail overflows.
        sum.log_likelihood +=
            (is_good - 1.0) * odds.max(0.0) + is_good * odds.min(0.0) - (-odds.abs()).exp().ln_1p();
        let (rest, weight) = (is_good - chance, chance * (1.0 - chance));
        for i in 0..size {
            sum.gradient[i] += rest * x[i];
            let weighed = weight * x[i];
            for (place, other) in sum.curvature.row_mut(i)[..=i].iter_mut().zip(&x) {
                *place += weighed * other;
            }
        }
    }
    sum
}

impl Slopes {
    fn new(size: usize) -> Self {
        Self { value: 0.0, log_likelihood: 0.0, gradient: vec![0.0; size], curvature: Matrix::new(size) }
    }

    fn add(&mut self, other: &Self) {
        self.log_likelihood += other.log_likelihood;
        for (sum, one) in self.gradient.iter_mut().zip(&other.gradient) {
            *sum += one;
        }
        self.curvature.add(&other.curvature);
    }

    /// Takes the penalty in and fills the upper half.
    fn finish(mut self, at: &[f64], ridge: f64) -> Self {
        self.value = self.log_likelihood;
        for (i, b) in at.iter().enumerate().skip(1) {
            self.value -= 0.5 * ridge * b * b;
            self.gradient[i] -= ridge * b;
            self.curvature.row_mut(i)[i] += ridge;
        }
        self.curvature.mirror();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::{figure_of, german, peers};

    fn column(pieces: &[u8]) -> Column<'_> {
        let mut woe = [0.0; PIECES_MAX];
        for (piece, place) in woe.iter_mut().enumerate() {
            *place = length(piece);
        }
        Column { pieces, woe }
    }

    #[test]
    fn one_yes_or_no_gives_the_log_of_its_odds_ratio() {
        // Of those with 0, 30 of 40 end well; with 1, 10 of 40.
        let pieces: Vec<u8> = (0..80).map(|row| u8::from(row >= 40)).collect();
        let bad: Vec<bool> = (0..80).map(|row| if row < 40 { row >= 30 } else { row >= 50 }).collect();
        let fit = fit(&[column(&pieces)], &bad, 0.0, None);
        assert!(fit.converged && fit.steps < 10);
        assert!((fit.intercept - 3.0_f64.ln()).abs() < 1e-9);
        assert!((fit.coefficients[0] - (1.0 / 9.0_f64).ln()).abs() < 1e-9);
        let error = (1.0 / 30.0 + 1.0 / 10.0 + 1.0 / 10.0 + 1.0 / 30.0_f64).sqrt();
        assert!((fit.errors[0] - error).abs() < 1e-9);
        let likelihood = 2.0 * (30.0 * 0.75_f64.ln() + 10.0 * 0.25_f64.ln());
        assert!((fit.log_likelihood - likelihood).abs() < 1e-9);
    }

    #[test]
    fn coefficients_are_those_of_scikit_learn() {
        let peers = peers();
        let names: Vec<&str> =
            peers["columns"].as_array().expect("a list").iter().filter_map(|name| name.as_str()).collect();
        let (rows, bad) = german(&names, Some("train"));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the figures are 1 to 4")]
        let pieces: Vec<Vec<u8>> =
            (0..names.len()).map(|at| rows.iter().map(|row| row[at] as u8).collect()).collect();
        let columns: Vec<Column<'_>> = pieces.iter().map(|pieces| column(pieces)).collect();
        for peer in peers["fitted"].as_array().expect("a list") {
            let fit = fit(&columns, &bad, figure_of(&peer["ridge"]), None);
            assert!(fit.converged);
            assert!((fit.intercept - figure_of(&peer["intercept"])).abs() < 1e-5, "{fit:?}");
            for (ours, theirs) in
                fit.coefficients.iter().zip(peer["coefficients"].as_array().expect("a list"))
            {
                assert!((ours - figure_of(theirs)).abs() < 1e-5, "{ours} {theirs}");
            }
        }
    }

    #[test]
    fn a_variable_that_tells_everything_ends_at_a_finite_coefficient() {
        let pieces: Vec<u8> = (0..100).map(|row| u8::from(row >= 50)).collect();
        let bad: Vec<bool> = (0..100).map(|row| row < 50).collect();
        let fit = fit(&[column(&pieces), column(&pieces)], &bad, 1.0, None);
        assert!(fit.converged);
        assert!((fit.coefficients[0] - fit.coefficients[1]).abs() < 1e-6, "twins share");
    }
}
