//! Where ordered units are best cut into groups, by dynamic programming over all cuts that keep the rules.

use super::apart::deviation;
use crate::counts::Counts;
use crate::options::Objective;
use crate::woe::Scales;

/// How the bad rate runs from group to group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Up,
    Down,
    /// Up, then down.
    Peak,
    /// Down, then up.
    Valley,
}

/// What every group and every two neighbours must keep.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) bins_max: usize,
    pub(super) rows_min: u64,
    /// Least deviation of neighbours.
    pub(super) z_min: f64,
    pub(super) difference_min: f64,
    pub(super) objective: Objective,
    pub(super) scales: Scales,
}

impl Rules {
    pub(super) fn worth(&self, group: Counts) -> f64 {
        match self.objective {
            Objective::InformationValue => self.scales.iv(group),
            Objective::Likelihood => self.scales.likelihood(group),
        }
    }

    /// Whether the rate rises (`true`) or falls from one group to the next; nothing when they are too much alike.
    pub(super) fn step(&self, left: Counts, right: Counts) -> Option<bool> {
        let difference = right.bad_share() - left.bad_share();
        let is_apart = difference != 0.0
            && difference.abs() >= self.difference_min
            && deviation(left, right) >= self.z_min;
        is_apart.then_some(difference > 0.0)
    }
}

impl Shape {
    /// The phase after a step: 0 before the turn, 1 after it.
    pub(super) fn after(self, phase: usize, is_rising: bool) -> Option<usize> {
        let (first_rises, may_turn) = match self {
            Self::Up => (true, false),
            Self::Down => (false, false),
            Self::Peak => (true, true),
            Self::Valley => (false, true),
        };
        match (phase, is_rising == first_rises) {
            (0, true) => Some(0),
            (0, false) if may_turn => Some(1),
            (1, false) => Some(1),
            _ => None,
        }
    }
}

/// The best cuts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) value: f64,
    /// Where each group ends; the last end is the number of units.
    pub(super) ends: Vec<usize>,
}

/// One way to cut the units before `end` whose last group begins at `start`.
#[derive(Debug, Clone, Copy)]
struct Way {
    value: f64,
    /// Where the group before the last begins, and its phase.
    before: (usize, usize),
}

/// All ways with one number of groups: by last group's start, end and phase.
struct Layer {
    units: usize,
    ways: Vec<Option<Way>>,
}

impl Layer {
    fn new(units: usize) -> Self {
        Self { units, ways: vec![None; units * (units + 1) * 2] }
    }

    fn place(&self, start: usize, end: usize, phase: usize) -> usize {
        (start * (self.units + 1) + end) * 2 + phase
    }

    fn get(&self, start: usize, end: usize, phase: usize) -> Option<Way> {
        self.ways[self.place(start, end, phase)]
    }

    fn offer(&mut self, (start, end, phase): (usize, usize, usize), way: Way) {
        let place = self.place(start, end, phase);
        if self.ways[place].is_none_or(|known| way.value > known.value) {
            self.ways[place] = Some(way);
        }
    }
}

/// Finds the best cuts; when no cut keeps the rules, all units are one group.
pub(super) fn optimal(units: &[Counts], rules: &Rules, shape: Shape) -> Found {
    let table = Table::new(units);
    let count = units.len();
    let mut first = Layer::new(count);
    for end in 1..=count {
        let group = table.sum(0, end);
        if group.rows() >= rules.rows_min {
            first.offer((0, end, 0), Way { value: rules.worth(group), before: (0, 0) });
        }
    }
    let whole = Found { value: rules.worth(table.sum(0, count)), ends: vec![count] };
    let mut layers = vec![first];
    let mut found = whole;
    while layers.len() < rules.bins_max {
        let Some(next) = next_layer(&table, layers.last(), rules, shape) else { break };
        layers.push(next);
        if let Some(better) = best_end(&layers, count).filter(|way| way.value > found.value) {
            found = better;
        }
    }
    found
}

/// Sums of units.
struct Table(Vec<Counts>);

impl Table {
    fn new(units: &[Counts]) -> Self {
        let mut sums = vec![Counts::default()];
        sums.extend(units.iter().scan(Counts::default(), |sum, unit| {
            *sum += *unit;
            Some(*sum)
        }));
        Self(sums)
    }

    fn sum(&self, start: usize, end: usize) -> Counts {
        self.0[end] - self.0[start]
    }
}

/// All ways with one group more; nothing when there is none.
fn next_layer(table: &Table, layer: Option<&Layer>, rules: &Rules, shape: Shape) -> Option<Layer> {
    let layer = layer?;
    let count = layer.units;
    let mut next = Layer::new(count);
    let mut is_empty = true;
    for middle in 1..count {
        for end in middle + 1..=count {
            let right = table.sum(middle, end);
            if right.rows() < rules.rows_min {
                continue;
            }
            let worth = rules.worth(right);
            for start in 0..middle {
                let ways = [layer.get(start, middle, 0), layer.get(start, middle, 1)];
                if ways.iter().all(Option::is_none) {
                    continue;
                }
                let Some(is_rising) = rules.step(table.sum(start, middle), right) else { continue };
                for (phase, way) in ways.into_iter().enumerate() {
                    if let Some(way) = way
                        && let Some(after) = shape.after(phase, is_rising)
                    {
                        let value = way.value + worth;
                        next.offer((middle, end, after), Way { value, before: (start, phase) });
                        is_empty = false;
                    }
                }
            }
        }
    }
    (!is_empty).then_some(next)
}

/// The best way of the last layer that takes all units.
fn best_end(layers: &[Layer], count: usize) -> Option<Found> {
    let last = layers.last()?;
    let ways = (0..count).flat_map(|start| [(start, 0), (start, 1)]);
    let ways = ways.filter_map(|(start, phase)| Some((last.get(start, count, phase)?.value, start, phase)));
    let (value, mut start, mut phase) = ways.max_by(|left, right| left.0.total_cmp(&right.0))?;
    let mut ends = vec![count];
    for layer in layers.iter().skip(1).rev() {
        let end = *ends.last()?;
        let way = layer.get(start, end, phase)?;
        ends.push(start);
        (start, phase) = way.before;
    }
    ends.reverse();
    Some(Found { value, ends })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::{counts_of, figure_of, peers};

    /// The best value over all cuts, one after the other.
    fn by_trying(units: &[Counts], rules: &Rules, shape: Shape) -> f64 {
        let table = Table::new(units);
        let mut best = rules.worth(table.sum(0, units.len()));
        for mask in 0..1_u32 << (units.len() - 1) {
            let mut ends: Vec<usize> = (1..units.len()).filter(|at| mask >> (at - 1) & 1 == 1).collect();
            ends.push(units.len());
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let groups: Vec<Counts> = starts.zip(&ends).map(|(start, end)| table.sum(start, *end)).collect();
            let is_long_enough = groups.iter().all(|group| group.rows() >= rules.rows_min);
            let mut phase = Some(0);
            for pair in groups.windows(2) {
                phase = phase.and_then(|phase| shape.after(phase, rules.step(pair[0], pair[1])?));
            }
            if groups.len() <= rules.bins_max && is_long_enough && phase.is_some() {
                best = best.max(groups.iter().map(|group| rules.worth(*group)).sum());
            }
        }
        best
    }

    /// The units, rules and answer of optbinning, whose solver shares nothing with ours.
    #[test]
    fn bins_are_as_good_as_those_of_another_solver() {
        let peers = peers();
        let all = peers["binnings"].as_array().expect("a list");
        for peer in all {
            let units: Vec<Counts> = peer["units"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|unit| {
                    let counts = counts_of(unit);
                    Counts { good: counts[0], bad: counts[1] }
                })
                .collect();
            let shape = match peer["trend"].as_str() {
                Some("ascending") => Shape::Up,
                Some("descending") => Shape::Down,
                Some("peak") => Shape::Peak,
                _ => Shape::Valley,
            };
            let rules = Rules {
                bins_max: usize::try_from(peer["bins_max"].as_u64().expect("a count")).expect("few"),
                rows_min: peer["rows_min"].as_u64().expect("a count"),
                z_min: 0.0,
                difference_min: 0.0,
                objective: Objective::InformationValue,
                scales: Scales::new(units.iter().copied().sum(), 0.0),
            };
            let (ours, theirs) = (optimal(&units, &rules, shape).value, figure_of(&peer["iv"]));
            // Its solver counts in whole millionths and may miss the best by a few of them.
            assert!(ours > theirs - 1e-9 && ours < theirs + 1e-3, "{peer}: {ours}");
        }
        assert_eq!(all.len(), 36);
    }

    proptest::proptest! {
        #[test]
        fn no_other_cuts_are_better(
            units in proptest::collection::vec((0_u64..60, 0_u64..30), 1..11),
            rows_min in 1_u64..60,
            bins_max in 2_usize..6,
            z_min in 0.0..2.0_f64,
            is_likelihood: bool,
        ) {
            let units: Vec<Counts> = units.into_iter().map(|(good, bad)| Counts { good: good + 1, bad }).collect();
            let total = units.iter().copied().sum::<Counts>() + Counts { good: 5, bad: 5 };
            let objective = if is_likelihood { Objective::Likelihood } else { Objective::InformationValue };
            let scales = Scales::new(total, 1.0);
            let rules = Rules { bins_max, rows_min, z_min, difference_min: 0.0, objective, scales };
            for shape in [Shape::Up, Shape::Down, Shape::Peak, Shape::Valley] {
                let found = optimal(&units, &rules, shape);
                let tried = by_trying(&units, &rules, shape);
                proptest::prop_assert!((found.value - tried).abs() < 1e-9, "{shape:?}: {} and {tried}", found.value);
            }
        }
    }
}
