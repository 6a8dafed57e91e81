//! The index of a table: for each stretch of an input's values one bit per rule, so that thousands of rules cost a few
//! machine words per input.
//!
//! The constants of a column's tests cut its values into stretches: below the first constant, at it, between it and
//! the next, and so on. Within a stretch every test that is constant has one answer, which is kept as a bit. A test that
//! depends on other values leaves its bit set, and the rule is asked itself.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::feel::{Comparison, Expression, Test, Tests};
use crate::value::{Kind, Value};

/// Machine words that the masks of one table take at most; beyond it stretches are put together and rules asked.
const WORDS_MAX: usize = 4 << 20;

/// The rules of a table by the values of its inputs.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    rules: usize,
    /// Machine words that hold one bit per rule.
    words: usize,
    columns: Vec<Column>,
    /// For each rule the columns whose test must be asked itself.
    asked: Vec<Vec<u32>>,
}

#[derive(Debug, Clone)]
struct Column {
    /// The kind of its constants; nothing where there are none.
    kind: Option<Kind>,
    cuts: Vec<Value>,
    /// Stretches that share a mask.
    step: usize,
    /// For each step, where its mask begins.
    places: Vec<u32>,
    masks: Vec<u64>,
    /// Where the mask for a missing value begins.
    missing: u32,
    /// False where rules that a mask leaves standing must be asked themselves.
    exact: bool,
}

/// Where a value's mask begins; nothing where the column says nothing about it.
type Place = Option<u32>;

/// What a search needs of memory, kept from one to the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Search {
    places: Vec<Place>,
    /// Columns that say nothing exact about their value.
    asked: Vec<u32>,
}

impl Index {
    /// Indexes the rules, given as their tests by column.
    pub(crate) fn new(columns: usize, rules: &[Vec<Tests>]) -> Self {
        let words = rules.len().div_ceil(64);
        let mut asked = vec![Vec::new(); rules.len()];
        let masks_max = (WORDS_MAX / words.max(1) / columns.max(1)).max(8);
        let columns = (0..columns)
            .map(|at| {
                let tests: Vec<&Tests> = rules.iter().map(|rule| &rule[at]).collect();
                let (column, unsure) = Column::new(&tests, words, masks_max);
                for rule in unsure {
                    asked[rule].push(u32::try_from(at).unwrap_or(u32::MAX));
                }
                column
            })
            .collect();
        Self { rules: rules.len(), words, columns, asked }
    }

    /// Calls `met` with each rule that holds, in their order, until it answers false. `value` gives the value of a
    /// column, `ask` whether a rule's own test of a column holds.
    #[inline]
    pub(crate) fn search<'v>(
        &self,
        search: &mut Search,
        value: impl Fn(usize) -> std::borrow::Cow<'v, Value>,
        ask: impl Fn(usize, usize) -> bool,
        mut met: impl FnMut(usize) -> bool,
    ) {
        search.places.clear();
        search.asked.clear();
        for (at, column) in self.columns.iter().enumerate() {
            let place = column.place(&value(at));
            if place.is_none() || !column.exact {
                search.asked.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
            search.places.push(place);
        }
        for word in 0..self.words {
            let mut standing = self.standing(&search.places, word);
            while standing != 0 {
                let rule = word * 64 + standing.trailing_zeros() as usize;
                standing &= standing - 1;
                let mut unsure = self.asked[rule].iter().chain(&search.asked);
                if unsure.all(|column| ask(rule, *column as usize)) && !met(rule) {
                    return;
                }
            }
        }
    }

    /// The rules of one machine word that every column leaves standing.
    #[inline]
    fn standing(&self, places: &[Place], word: usize) -> u64 {
        let in_use = self.rules - word * 64;
        let mut standing = if in_use >= 64 { u64::MAX } else { (1 << in_use) - 1 };
        for (column, place) in self.columns.iter().zip(places) {
            if let Some(place) = place {
                standing &= column.masks[*place as usize + word];
            }
            if standing == 0 {
                return 0;
            }
        }
        standing
    }

    /// Two rules that hold together for some values, as far as the tests are constant; each pair once, at most
    /// `most`.
    pub(crate) fn overlaps(rules: &[Vec<Tests>], columns: usize, most: usize) -> Vec<(usize, usize)> {
        let sets: Vec<Vec<Option<Vec<Stretch>>>> = (0..columns)
            .map(|at| {
                let tests: Vec<&Tests> = rules.iter().map(|rule| &rule[at]).collect();
                let Some((_, cuts)) = cuts(&tests) else { return vec![None; rules.len()] };
                tests.iter().map(|tests| with_missing(tests, &cuts)).collect()
            })
            .collect();
        let mut found = Vec::new();
        for later in 0..rules.len() {
            for earlier in 0..later {
                let apart = sets.iter().any(|column| match (&column[earlier], &column[later]) {
                    (Some(one), Some(other)) => !meet(one, other),
                    _ => false,
                });
                if !apart {
                    found.push((earlier, later));
                    if found.len() == most {
                        return found;
                    }
                }
            }
        }
        found
    }
}

impl Column {
    /// The column, and the rules whose test is not in it.
    fn new(tests: &[&Tests], words: usize, masks_max: usize) -> (Self, Vec<usize>) {
        let Some((kind, cuts)) = cuts(tests) else {
            let all = vec![u64::MAX; words];
            let column = Self {
                kind: None,
                cuts: Vec::new(),
                step: 1,
                places: vec![0],
                masks: all,
                missing: 0,
                exact: true,
            };
            return (column, (0..tests.len()).filter(|at| *tests[*at] != Tests::Always).collect());
        };
        let last = 2 * cuts.len();
        let step = (last + 1).div_ceil(masks_max);
        let mut unsure = Vec::new();
        let mut missing = vec![0u64; words];
        // Where rules begin to hold, and where they cease to.
        let mut begins: Vec<(usize, usize)> = Vec::new();
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for (rule, tests) in tests.iter().enumerate() {
            let stretches = stretches(tests, &cuts);
            if stretches.is_none() {
                unsure.push(rule);
            }
            if stretches.is_none() || tests.hold(&Value::Null, &[]) {
                missing[rule / 64] |= 1 << (rule % 64);
            }
            for (from, to) in stretches.unwrap_or_else(|| vec![(0, last)]) {
                begins.push((from, rule));
                ends.push((to + 1, rule));
            }
        }
        begins.sort_unstable();
        ends.sort_unstable();
        let mut masks = Masks { words, known: HashMap::new(), all: Vec::new() };
        let missing = masks.place(&missing);
        let mut places = Vec::with_capacity(last / step + 1);
        let (mut begins, mut ends) = (begins.into_iter().peekable(), ends.into_iter().peekable());
        let mut current = vec![0u64; words];
        // Stretches of a rule that are open; a step may see one end and another begin.
        let mut open = vec![0u32; tests.len()];
        for first in (0..=last).step_by(step) {
            while let Some((_, rule)) = ends.next_if(|(at, _)| *at <= first) {
                open[rule] -= 1;
                if open[rule] == 0 {
                    current[rule / 64] &= !(1 << (rule % 64));
                }
            }
            // What begins within the step is added; what ends within it stays, and the rule is asked.
            while let Some((_, rule)) = begins.next_if(|(at, _)| *at < first + step) {
                open[rule] += 1;
                current[rule / 64] |= 1 << (rule % 64);
            }
            places.push(masks.place(&current));
        }
        let column = Self { kind, cuts, step, places, masks: masks.all, missing, exact: step == 1 };
        (column, unsure)
    }

    #[inline]
    fn place(&self, value: &Value) -> Place {
        if value.is_null() {
            return Some(self.missing);
        }
        let Some(kind) = self.kind else { return Some(self.places[0]) };
        if value.kind() != kind {
            return None;
        }
        let stretch = match self.cuts.binary_search_by(|cut| cut.order(value).unwrap_or(Ordering::Less)) {
            Ok(at) => 2 * at + 1,
            Err(at) => 2 * at,
        };
        Some(self.places[stretch / self.step])
    }
}

/// Masks, each kept once.
struct Masks {
    words: usize,
    known: HashMap<Vec<u64>, u32>,
    all: Vec<u64>,
}

impl Masks {
    fn place(&mut self, mask: &[u64]) -> u32 {
        debug_assert_eq!(mask.len(), self.words);
        if let Some(place) = self.known.get(mask) {
            return *place;
        }
        let place = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.extend_from_slice(mask);
        self.known.insert(mask.to_vec(), place);
        place
    }
}

/// Neighbouring stretches, the last included.
type Stretch = (usize, usize);

/// The constants of all tests in order; nothing where they are of several kinds or of one without an order.
fn cuts(tests: &[&Tests]) -> Option<(Option<Kind>, Vec<Value>)> {
    let mut cuts: Vec<Value> = Vec::new();
    for tests in tests.iter().filter(|tests| tests.is_constant()) {
        for test in tests.tests() {
            match test {
                Test::Compare(_, value) | Test::Value(value) => gather(value, &mut cuts),
                Test::Interval(interval) => {
                    gather(&interval.low, &mut cuts);
                    gather(&interval.high, &mut cuts);
                }
                Test::Holds(_) => {}
            }
        }
    }
    let kind = cuts.first().map(Value::kind);
    let without_order = matches!(kind, Some(Kind::List | Kind::Context));
    if without_order || cuts.iter().any(|cut| Some(cut.kind()) != kind) {
        return None;
    }
    cuts.sort_by(|one, other| one.order(other).unwrap_or(Ordering::Equal));
    cuts.dedup_by(|one, other| one.order(other) == Some(Ordering::Equal));
    Some((kind, cuts))
}

fn gather(expression: &Expression, cuts: &mut Vec<Value>) {
    match expression {
        Expression::Constant(Value::Null) => {}
        Expression::Constant(Value::List(values)) => {
            cuts.extend(values.iter().filter(|value| !value.is_null()).cloned());
        }
        Expression::Constant(value) => cuts.push(value.clone()),
        _ => {}
    }
}

/// The stretches in which the tests hold; nothing where that depends on more than the value.
fn stretches(tests: &Tests, cuts: &[Value]) -> Option<Vec<Stretch>> {
    let last = 2 * cuts.len();
    if !tests.is_constant() {
        return None;
    }
    match tests {
        Tests::Always => Some(vec![(0, last)]),
        Tests::Any(tests) => union(tests, cuts),
        Tests::Not(tests) => {
            let mut from = 0;
            let mut outside = Vec::new();
            for (first, end) in union(tests, cuts)? {
                if from < first {
                    outside.push((from, first - 1));
                }
                from = end + 1;
            }
            if from <= last {
                outside.push((from, last));
            }
            Some(outside)
        }
    }
}

/// The same, moved by one; the first stretch is a missing value.
fn with_missing(tests: &Tests, cuts: &[Value]) -> Option<Vec<Stretch>> {
    let mut all: Vec<Stretch> =
        stretches(tests, cuts)?.into_iter().map(|(from, to)| (from + 1, to + 1)).collect();
    if tests.hold(&Value::Null, &[]) {
        all.insert(0, (0, 0));
    }
    Some(all)
}

fn union(tests: &[Test], cuts: &[Value]) -> Option<Vec<Stretch>> {
    let mut all = Vec::new();
    for test in tests {
        all.extend(of_one(test, cuts)?);
    }
    all.sort_unstable();
    let mut joined: Vec<Stretch> = Vec::with_capacity(all.len());
    for (from, to) in all {
        match joined.last_mut() {
            Some(before) if from <= before.1 + 1 => before.1 = before.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    Some(joined)
}

fn of_one(test: &Test, cuts: &[Value]) -> Option<Vec<Stretch>> {
    match test {
        Test::Compare(comparison, Expression::Constant(value)) => compared(*comparison, value, cuts),
        Test::Value(Expression::Constant(Value::List(values))) => {
            let mut all = Vec::new();
            for value in values.iter() {
                all.extend(compared(Comparison::Equal, value, cuts)?);
            }
            Some(all)
        }
        Test::Value(Expression::Constant(value)) => compared(Comparison::Equal, value, cuts),
        Test::Interval(interval) => {
            let (Expression::Constant(low), Expression::Constant(high)) = (&interval.low, &interval.high)
            else {
                return None;
            };
            let above = if interval.with_low { Comparison::GreaterOrEqual } else { Comparison::Greater };
            let below = if interval.with_high { Comparison::LessOrEqual } else { Comparison::Less };
            let (above, below) = (compared(above, low, cuts)?, compared(below, high, cuts)?);
            Some(match (above.first(), below.first()) {
                (Some((from, _)), Some((_, to))) if from <= to => vec![(*from, *to)],
                _ => Vec::new(),
            })
        }
        _ => None,
    }
}

fn compared(comparison: Comparison, value: &Value, cuts: &[Value]) -> Option<Vec<Stretch>> {
    let last = 2 * cuts.len();
    if value.is_null() {
        return match comparison {
            Comparison::Equal => Some(Vec::new()),
            Comparison::NotEqual => Some(vec![(0, last)]),
            _ => None,
        };
    }
    let own = cuts.binary_search_by(|cut| cut.order(value).unwrap_or(Ordering::Less)).ok()?;
    let at = 2 * own + 1;
    let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    if ordered && value.kind() == Kind::Boolean {
        return None;
    }
    Some(match comparison {
        Comparison::Equal => vec![(at, at)],
        Comparison::NotEqual => vec![(0, at - 1), (at + 1, last)],
        Comparison::Less => vec![(0, at - 1)],
        Comparison::LessOrEqual => vec![(0, at)],
        Comparison::Greater => vec![(at + 1, last)],
        Comparison::GreaterOrEqual => vec![(at, last)],
    })
}

fn meet(one: &[Stretch], other: &[Stretch]) -> bool {
    one.iter()
        .any(|(from, to)| other.iter().any(|(other_from, other_to)| from <= other_to && other_from <= to))
}
