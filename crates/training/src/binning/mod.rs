//! From fine pieces to the bins of a card: the best ones of all that keep the rules.
//!
//! Missing values, each special value and, for words, the rare and the unknown ones have bins of their own. The rest
//! stands in order (numbers by size, words by their bad rate) and is cut where it is best: [`optimal`] looks at every
//! cut, so that no other bins under the same rules are better.

mod apart;
mod optimal;
mod pool;

use serde::{Deserialize, Serialize};

use self::optimal::{Rules, Shape};
use self::pool::{pieces_of, pooled};
use crate::cells::Kind;
use crate::counts::Counts;
use crate::fine::{Fine, PIECES_MAX, byte};
use crate::number::{figure, share_of};
use crate::options::{BinningOptions, Trend};
use crate::tally::Variable;
use crate::woe::Scales;

/// A turn of the trend must raise the information value by this share and this much,
const TURN_SHARE: f64 = 0.05;
const TURN_IV: f64 = 0.01;
/// and by more than chance does: what it raises, times good and bad cases over all, is about a chi-square figure of two
/// degrees, which chance lifts above this once in five thousand times.
const TURN_CHI_SQUARE: f64 = 17.0;
/// Words are put in order by rates that are mixed with so many rows of the average.
const ORDER_ROWS: f64 = 10.0;

/// What falls into a bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Content {
    /// What is not known.
    Missing,
    /// One special value.
    Special { value: String },
    /// Numbers from one, included, to another, not included.
    Range { from: Option<f64>, to: Option<f64> },
    /// Words.
    Values { values: Vec<String> },
    /// Words that are rare or were never seen.
    Other,
}

/// A bin (分箱).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// What falls into it.
    pub content: Content,
    /// Its cases in the rows that the card was learned from.
    pub counts: Counts,
    /// Weight of evidence; more is better.
    pub woe: f64,
    /// What it adds to the information value.
    pub iv: f64,
}

/// A variable in bins.
#[derive(Debug, Clone)]
pub(crate) struct Binned {
    /// Missing, special values, the rest in order, others.
    pub(crate) bins: Vec<Bin>,
    /// The bin of each piece.
    pub(crate) bin_of: [u8; PIECES_MAX],
    pub(crate) trend: Option<Trend>,
    pub(crate) iv: f64,
}

impl Binned {
    /// The weight of evidence of each piece.
    pub(crate) fn woe_of_pieces(&self) -> [f64; PIECES_MAX] {
        self.bin_of.map(|bin| self.bins.get(usize::from(bin)).map_or(0.0, |bin| bin.woe))
    }
}

/// Makes the bins of a variable.
pub(crate) fn bins(variable: &Variable, total: Counts, options: &BinningOptions) -> Binned {
    let (fine, counts) = (&variable.fine, variable.counts());
    let scales = Scales::new(total, options.smoothing);
    let mut made = Made { counts: &counts, scales, bins: Vec::new(), bin_of: [0; PIECES_MAX] };
    made.push(Content::Missing, &[0]);
    for (at, value) in fine.special.iter().enumerate() {
        made.push(Content::Special { value: value.clone() }, &[1 + at]);
    }
    let order = order(fine, &counts, total);
    let units: Vec<Counts> = order.iter().map(|piece| counts[*piece]).collect();
    let (groups, trend) = grouped(&units, fine, scales, options);
    for group in &groups {
        let pieces: Vec<usize> = order[group.clone()].to_vec();
        made.push(content(fine, group, &pieces, order.len()), &pieces);
    }
    if fine.kind == Kind::Category {
        made.push(Content::Other, &[fine.pieces() - 1]);
    }
    let iv = made.bins.iter().map(|bin| bin.iv).sum();
    Binned { bins: made.bins, bin_of: made.bin_of, trend: trend.filter(|_| groups.len() > 1), iv }
}

struct Made<'a> {
    counts: &'a [Counts],
    scales: Scales,
    bins: Vec<Bin>,
    bin_of: [u8; PIECES_MAX],
}

impl Made<'_> {
    fn push(&mut self, content: Content, pieces: &[usize]) {
        let counts: Counts = pieces.iter().map(|piece| self.counts[*piece]).sum();
        for piece in pieces {
            self.bin_of[*piece] = byte(self.bins.len());
        }
        let (woe, iv) = (self.scales.woe(counts), self.scales.iv(counts));
        self.bins.push(Bin { content, counts, woe, iv });
    }
}

/// The ordered pieces: numbers by size, words by their bad rate.
fn order(fine: &Fine, counts: &[Counts], total: Counts) -> Vec<usize> {
    if fine.kind == Kind::Number {
        return (fine.first()..fine.pieces()).collect();
    }
    let rate = |piece: usize| {
        let counts = counts[piece];
        (figure(counts.bad) + ORDER_ROWS * total.bad_share()) / (figure(counts.rows()) + ORDER_ROWS)
    };
    let mut words: Vec<usize> = (fine.first()..fine.pieces() - 1).collect();
    words.sort_by(|left, right| rate(*left).total_cmp(&rate(*right)).then(left.cmp(right)));
    words
}

fn content(fine: &Fine, group: &std::ops::Range<usize>, pieces: &[usize], all: usize) -> Content {
    match fine.kind {
        Kind::Number => Content::Range {
            from: (group.start > 0).then(|| fine.cuts[group.start - 1]),
            to: (group.end < all).then(|| fine.cuts[group.end - 1]),
        },
        Kind::Category => {
            let mut values: Vec<String> =
                pieces.iter().map(|piece| fine.words[piece - fine.first()].clone()).collect();
            values.sort();
            Content::Values { values }
        }
    }
}

/// The best groups of ordered units, with the trend they follow.
fn grouped(
    units: &[Counts],
    fine: &Fine,
    scales: Scales,
    options: &BinningOptions,
) -> (Vec<std::ops::Range<usize>>, Option<Trend>) {
    if units.is_empty() {
        return (Vec::new(), None);
    }
    let rules = Rules {
        bins_max: options.bins_max,
        rows_min: share_of(scales.total().rows(), options.share_min).clamp(1, options.rows_enough.max(1)),
        z_min: apart::z_of(options.p_max),
        difference_min: options.difference_min,
        objective: options.objective,
        scales,
    };
    if fine.kind == Kind::Category {
        return (best(units, Shape::Up, &rules).groups, None);
    }
    let asked = options.trends.iter().find(|(name, _)| *name == fine.name);
    let (best, trend) = by_trend(units, &rules, asked.map_or(options.trend, |(_, trend)| *trend));
    (best.groups, Some(trend))
}

/// Groups and what they are worth.
struct Best {
    value: f64,
    groups: Vec<std::ops::Range<usize>>,
}

fn best(units: &[Counts], shape: Shape, rules: &Rules) -> Best {
    let pools = pooled(units, shape);
    let sums: Vec<Counts> = pools.iter().map(|pool| units[pool.clone()].iter().copied().sum()).collect();
    let found = optimal::optimal(&sums, rules, shape);
    Best { value: found.value, groups: pieces_of(&pools, &found.ends) }
}

fn by_trend(units: &[Counts], rules: &Rules, trend: Trend) -> (Best, Trend) {
    let better = |(one, trend): (Best, Trend), (other, second): (Best, Trend)| {
        if other.value > one.value { (other, second) } else { (one, trend) }
    };
    let up = || (best(units, Shape::Up, rules), Trend::Ascending);
    let down = || (best(units, Shape::Down, rules), Trend::Descending);
    let peak = || (best(units, Shape::Peak, rules), Trend::Peak);
    let valley = || (best(units, Shape::Valley, rules), Trend::Valley);
    match trend {
        Trend::Ascending => up(),
        Trend::Descending => down(),
        Trend::Peak => peak(),
        Trend::Valley => valley(),
        Trend::Straight => better(up(), down()),
        Trend::Auto => {
            let (straight, turning) = (better(up(), down()), better(peak(), valley()));
            let iv = |best: &Best| {
                let sum = |group: &std::ops::Range<usize>| units[group.clone()].iter().copied().sum();
                best.groups.iter().map(|group| rules.scales.iv(sum(group))).sum::<f64>()
            };
            let (plain, turned) = (iv(&straight.0), iv(&turning.0));
            let total = rules.scales.total();
            let by_chance = TURN_CHI_SQUARE * figure(total.rows()) / (figure(total.good) * figure(total.bad));
            let is_worth_it = turned - plain > TURN_IV.max(TURN_SHARE * plain).max(by_chance);
            if is_worth_it { turning } else { straight }
        }
    }
}

#[cfg(test)]
mod tests;
