//! Variables that look as if they were known only after the outcome (数据泄漏).
//!
//! A leak is a column that was written or changed once the case had ended: a term cut when the loan failed, a recovery,
//! a last payment. Nothing in a file says so, but three things give it away, and all are measured on rows that the
//! measure was not taken from (one half of the rows is judged by the rates of the other):
//!
//! * the variable alone all but tells the outcome;
//! * it alone tells good from bad much better than all plausible variables together;
//! * some of its values come with the bad ones only, and hold a good part of them.
//!
//! A strong but honest variable stays: its area is below [`STRONG_AUC`] and its information value below [`STRONG_IV`], or the plausible ones together come near it.

use jq_base::lang::Lang;
use serde::Serialize;

use crate::binning::Binned;
use crate::counts::Counts;
use crate::measure::auc;
use crate::number::{figure, length};
use crate::regression::{Column, fit};
use crate::tally::{Kept, Variable};

/// From here a variable is compared with all plausible ones together.
const STRONG_AUC: f64 = 0.82;
/// The same for a variable of so high an information value, if its area is not below this one.
const STRONG_IV: f64 = 2.0;
const STRONG_IV_AUC: f64 = 0.75;
/// Up to here a variable is plausible: what is known when a loan is decided seldom tells more alone.
const PLAUSIBLE_AUC: f64 = 0.75;
/// From here a variable tells the outcome.
const TELLING_AUC: f64 = 0.95;
/// How many times better than all others together, in Gini, is too good.
const BETTER_TIMES: f64 = 1.3;
/// Fewer plausible variables are nothing to compare with.
const PLAUSIBLE_MIN: usize = 2;
/// Plausible variables that are put together at most, strongest first.
const PLAUSIBLE_MAX: usize = 30;
/// Rows that they are put together on.
const ROWS_MAX: usize = 100_000;
/// A piece is pure when this share of it is bad,
const PURE_SHARE: f64 = 0.95;
/// of at least so many rows in the half that it was found in,
const PURE_ROWS_MIN: u64 = 12;
/// and pure pieces give a leak away when they hold this share of the bad ones, and so many of them.
const CAUGHT_SHARE: f64 = 0.15;
const CAUGHT_MIN: u64 = 20;
/// Rates of pieces are mixed with so many rows of the average.
const MIXED_ROWS: f64 = 10.0;
/// With more bad cases than this, pure pieces are nothing unusual.
const BAD_SHARE_MAX: f64 = 0.5;

/// A variable that was flagged, and why.
#[derive(Debug, Clone, Serialize)]
pub struct Leak {
    /// Its name.
    pub name: String,
    /// How well it tells good from bad alone.
    pub auc: f64,
    /// How well all plausible variables together do; nothing when there are too few.
    pub others_auc: Option<f64>,
    /// Its information value.
    pub iv: f64,
    /// Share of the bad cases that have values which come with bad cases only.
    pub pure_share: f64,
    /// What gave it away.
    pub signs: Vec<Sign>,
    /// True when the caller keeps it all the same.
    pub kept: bool,
}

/// What gives a leak away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Alone it all but tells the outcome.
    Telling,
    /// Alone it is much better than all others together.
    BetterThanAll,
    /// Some values come with bad cases only.
    PureValues,
}

impl Leak {
    /// Why, in a sentence or two.
    pub fn text(&self, lang: Lang) -> String {
        let reasons: Vec<String> = self.signs.iter().map(|sign| self.reason(*sign, lang)).collect();
        match lang {
            Lang::Zh => format!(
                "{}：{}。此类变量往往在结果发生之后才写入或改动，放款时并不知道；请核对其取值时点。",
                self.name,
                reasons.join("；")
            ),
            Lang::En => format!(
                "{}: {}. Such a figure is usually written or changed after the outcome and not known when the loan is \
                 decided; check when it was taken.",
                self.name,
                reasons.join("; ")
            ),
        }
    }

    fn reason(&self, sign: Sign, lang: Lang) -> String {
        let (auc, others) = (self.auc, self.others_auc.unwrap_or(0.5));
        match (sign, lang) {
            (Sign::Telling, Lang::Zh) => format!("单凭它几乎就能说出结果（AUC {auc:.3}）"),
            (Sign::Telling, Lang::En) => format!("alone it all but tells the outcome (AUC {auc:.3})"),
            (Sign::BetterThanAll, Lang::Zh) => {
                format!("单凭它的区分度 AUC {auc:.3} 远高于其余正常变量合计的 {others:.3}")
            }
            (Sign::BetterThanAll, Lang::En) => {
                format!(
                    "alone it separates with AUC {auc:.3}, far above the {others:.3} of all plausible variables together"
                )
            }
            (Sign::PureValues, Lang::Zh) => {
                format!("{:.1}% 的坏样本落在几乎只有坏样本才有的取值上", self.pure_share * 100.0)
            }
            (Sign::PureValues, Lang::En) => format!(
                "{:.1}% of the bad cases have values that hardly any good case has",
                self.pure_share * 100.0
            ),
        }
    }
}

/// The area of each variable alone, judged half by half.
pub(crate) fn single_areas(variables: &[Variable]) -> Vec<f64> {
    variables.iter().map(honest_area).collect()
}

/// Finds the leaks.
pub(crate) fn leaks(variables: &[Variable], binned: &[Binned], areas: &[f64], kept: &Kept) -> Vec<Leak> {
    let is_strong =
        |at: usize| areas[at] >= STRONG_AUC || areas[at] >= STRONG_IV_AUC && binned[at].iv >= STRONG_IV;
    let others =
        if (0..variables.len()).any(is_strong) { area_of_plausible(binned, areas, kept) } else { None };
    let found = variables.iter().enumerate().filter_map(|(at, variable)| {
        let pure_share = pure_share(variable);
        let is_too_good =
            others.is_some_and(|others| areas[at] - 0.5 > BETTER_TIMES * (others - 0.5).max(0.0));
        let signs = [
            (Sign::Telling, areas[at] >= TELLING_AUC),
            (Sign::BetterThanAll, is_strong(at) && is_too_good),
            (Sign::PureValues, pure_share > 0.0),
        ];
        let signs: Vec<Sign> =
            signs.into_iter().filter(|(_, is_there)| *is_there).map(|(sign, _)| sign).collect();
        (!signs.is_empty()).then(|| Leak {
            name: variable.fine.name.clone(),
            auc: areas[at],
            others_auc: others,
            iv: binned[at].iv,
            pure_share,
            signs,
            kept: false,
        })
    });
    found.collect()
}

/// The area of all plausible variables together; nothing when there are too few.
fn area_of_plausible(binned: &[Binned], areas: &[f64], kept: &Kept) -> Option<f64> {
    let is_plausible = |at: &usize| areas[*at] < PLAUSIBLE_AUC && (0.0..STRONG_IV).contains(&binned[*at].iv);
    let mut plausible: Vec<usize> = (0..binned.len()).filter(is_plausible).collect();
    plausible.sort_by(|left, right| binned[*right].iv.total_cmp(&binned[*left].iv));
    plausible.truncate(PLAUSIBLE_MAX);
    (plausible.len() >= PLAUSIBLE_MIN).then(|| area_together(&plausible, binned, kept)).flatten()
}

/// Rates of pieces from one half, area on the other, both ways.
fn honest_area(variable: &Variable) -> f64 {
    let [first, second] = &variable.halves;
    let both = [area_by(first, second), area_by(second, first)];
    let known: Vec<f64> = both.into_iter().flatten().collect();
    if known.is_empty() { 0.5 } else { known.iter().sum::<f64>() / length(known.len()) }
}

fn area_by(taught: &[Counts], judged: &[Counts]) -> Option<f64> {
    let average = taught.iter().copied().sum::<Counts>().bad_share();
    let rate =
        |counts: &Counts| (figure(counts.bad) + MIXED_ROWS * average) / (figure(counts.rows()) + MIXED_ROWS);
    let mut pieces: Vec<(f64, Counts)> =
        taught.iter().zip(judged).map(|(taught, judged)| (rate(taught), *judged)).collect();
    pieces.sort_by(|left, right| right.0.total_cmp(&left.0));
    // Pieces of one rate are one group: nothing tells them apart.
    let groups = pieces.chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq());
    let groups: Vec<Counts> = groups.map(|group| group.iter().map(|(_, counts)| *counts).sum()).collect();
    auc(&groups)
}

/// Share of the bad cases of each half that lie in pieces which the other half calls pure; 0 when that is not many.
fn pure_share(variable: &Variable) -> f64 {
    let [first, second] = &variable.halves;
    let (mut caught, mut total) = (Counts::default(), Counts::default());
    for (taught, judged) in [(first, second), (second, first)] {
        total += judged.iter().copied().sum();
        let pure = taught
            .iter()
            .zip(judged)
            .filter(|(taught, _)| taught.rows() >= PURE_ROWS_MIN && taught.bad_share() >= PURE_SHARE);
        caught += pure.map(|(_, judged)| *judged).sum();
    }
    let share = figure(caught.bad) / figure(total.bad.max(1));
    let is_telling = total.bad_share() <= BAD_SHARE_MAX
        && caught.bad >= CAUGHT_MIN
        && caught.bad_share() >= PURE_SHARE
        && share >= CAUGHT_SHARE;
    if is_telling { share } else { 0.0 }
}

/// The area of a regression on several variables.
fn area_together(variables: &[usize], binned: &[Binned], kept: &Kept) -> Option<f64> {
    let kept = kept.thinned(ROWS_MAX);
    let columns: Vec<Column<'_>> = variables
        .iter()
        .map(|at| Column { pieces: &kept.pieces[*at], woe: binned[*at].woe_of_pieces() })
        .collect();
    let fit = fit(&columns, &kept.bad, 1.0, None);
    let odds = |row: usize| -> f64 {
        let terms = columns.iter().zip(&fit.coefficients);
        terms.map(|(column, b)| b * column.woe[usize::from(column.pieces[row])]).sum()
    };
    let mut odds: Vec<(f64, bool)> =
        kept.bad.iter().enumerate().map(|(row, is_bad)| (odds(row), *is_bad)).collect();
    odds.sort_by(|left, right| left.0.total_cmp(&right.0));
    let groups: Vec<Counts> = odds
        .chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq())
        .map(|group| {
            let mut counts = Counts::default();
            for (_, is_bad) in group {
                counts.take(*is_bad);
            }
            counts
        })
        .collect();
    auc(&groups)
}

#[cfg(test)]
mod tests;
