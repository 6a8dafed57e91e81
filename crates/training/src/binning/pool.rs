//! Fewer units to choose cuts from, without losing the best ones.
//!
//! Where the bad rate must only rise, no best cut lies inside a stretch in which it falls: the classic pooling of
//! neighbours that break the order finds these stretches. Where the rate may turn, or where too many stretches are
//! left, the two neighbours that are most alike are joined until few enough remain.

use std::ops::Range;

use super::apart::deviation;
use super::optimal::Shape;
use crate::counts::Counts;

/// Units among which every cut is looked at.
const UNITS_MAX: usize = 64;

/// Joins units; the answer names each pool's units.
pub(super) fn pooled(units: &[Counts], shape: Shape) -> Vec<Range<usize>> {
    let mut pools: Vec<(Range<usize>, Counts)> = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        match pools.last_mut() {
            // A piece that no row fell into goes with the one before it.
            Some((range, sum)) if unit.rows() == 0 || sum.rows() == 0 => {
                range.end = at + 1;
                *sum += *unit;
            }
            _ => pools.push((at..at + 1, *unit)),
        }
    }
    if pools.len() > UNITS_MAX {
        pools = match shape {
            Shape::Up => in_order(pools, |left, right| left.bad_share() < right.bad_share()),
            Shape::Down => in_order(pools, |left, right| left.bad_share() > right.bad_share()),
            Shape::Peak | Shape::Valley => pools,
        };
        join_alike(&mut pools);
    }
    pools.into_iter().map(|(range, _)| range).collect()
}

/// Pools neighbours that break the order.
fn in_order(
    units: Vec<(Range<usize>, Counts)>,
    is_in_order: impl Fn(Counts, Counts) -> bool,
) -> Vec<(Range<usize>, Counts)> {
    let mut pools: Vec<(Range<usize>, Counts)> = Vec::new();
    for unit in units {
        pools.push(unit);
        while let [.., (_, before), (_, last)] = pools.as_slice()
            && !is_in_order(*before, *last)
            && let Some((range, sum)) = pools.pop()
            && let Some((longer, total)) = pools.last_mut()
        {
            longer.end = range.end;
            *total += sum;
        }
    }
    pools
}

/// Joins the most alike neighbours until few enough are left.
fn join_alike(pools: &mut Vec<(Range<usize>, Counts)>) {
    while pools.len() > UNITS_MAX {
        let alike = (0..pools.len() - 1)
            .map(|at| (deviation(pools[at].1, pools[at + 1].1), at))
            .min_by(|left, right| left.0.total_cmp(&right.0));
        let Some((_, at)) = alike else { return };
        let (range, sum) = pools.remove(at + 1);
        pools[at].0.end = range.end;
        pools[at].1 += sum;
    }
}

/// The units of each group of pools; a group ends before each of `ends`.
pub(super) fn pieces_of(pools: &[Range<usize>], ends: &[usize]) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut groups = Vec::with_capacity(ends.len());
    for end in ends {
        groups.push(pools[start].start..pools[end - 1].end);
        start = *end;
    }
    groups
}
