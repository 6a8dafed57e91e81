//! A tree ensemble in the form that runs: all nodes in one array, walked without branches that a processor could guess
//! wrongly, several trees side by side.

use super::score::{Precision, Score, single};

/// Trees walked side by side: while one waits for its next node, the others go on.
pub(super) const LANES: usize = 8;

/// Values kept at hand while a row runs. A model that reads more asks for each value when a node needs it.
const VALUES_AT_HAND: usize = 256;

/// A compiled tree ensemble (树模型): pure, no allocation when it runs.
#[derive(Debug, Clone)]
pub struct Ensemble {
    pub(super) columns: usize,
    pub(super) names: Vec<String>,
    pub(super) trees: usize,
    pub(super) nodes: Vec<Node>,
    /// The root of each tree; an empty lane of the last group holds a leaf that adds nothing.
    pub(super) roots: Vec<[u32; LANES]>,
    pub(super) sets: Vec<Set>,
    pub(super) slots: Vec<Slot>,
    pub(super) score: Score,
}

/// A split or a leaf in 16 bytes. The two children of a split stand side by side and after it, so a walk always ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// The threshold of a split, the value of a leaf.
    pub(super) number: f64,
    /// The left child; the right one follows it. A leaf names itself, so that a walk may stay there.
    pub(super) child: u32,
    /// Which value is compared; for a leaf any.
    pub(super) slot: u16,
    pub(super) kind: Kind,
    pub(super) missing_left: bool,
}

const _: () = assert!(size_of::<Node>() == 16);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Leaf,
    /// Left when the value is at most the node's number.
    AtMost,
    /// Left when the value is a category of the set that the node's number counts.
    OneOf,
}

/// Categories, one bit each.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub(super) words: Vec<u32>,
}

/// A value that nodes compare: a column, read in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    pub(super) column: u32,
    pub(super) reading: Reading,
}

/// How a column is read before it is compared. What is missing afterwards is `NaN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Reading {
    /// As it is.
    Double,
    /// Rounded to single precision.
    Single,
    /// LightGBM where training knew missing values: what is next to zero is zero.
    NearZeroIsZero,
    /// LightGBM where training met no missing value: it counts as zero.
    MissingIsZero,
    /// LightGBM trained with `zero_as_missing`: zero counts as missing.
    ZeroIsMissing,
    /// LightGBM's categories: the whole part; what is below zero or too large is in no set.
    Category,
}

impl Reading {
    #[inline]
    pub(super) fn read(self, value: Option<f64>) -> f64 {
        let value = value.unwrap_or(f64::NAN);
        match self {
            Self::Double => value,
            Self::Single => f64::from(single(value)),
            Self::NearZeroIsZero => {
                if is_near_zero(value) {
                    0.0
                } else {
                    value
                }
            }
            Self::MissingIsZero => {
                if is_near_zero(value) || value.is_nan() {
                    0.0
                } else {
                    value
                }
            }
            Self::ZeroIsMissing => {
                if is_near_zero(value) {
                    f64::NAN
                } else {
                    value
                }
            }
            Self::Category => value.trunc(),
        }
    }
}

/// LightGBM takes these for zero; its limit is written in single precision.
fn is_near_zero(value: f64) -> bool {
    value.abs() <= f64::from(1e-35_f32)
}

impl Set {
    #[inline]
    fn holds(&self, category: f64) -> bool {
        /// LightGBM reads a category into 31 bits; beyond, it finds it in no set.
        const CATEGORIES: f64 = 2_147_483_648.0;
        if !(0.0..CATEGORIES).contains(&category) {
            return false;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
        let category = category as usize;
        self.words.get(category / 32).is_some_and(|word| word >> (category % 32) & 1 == 1)
    }
}

impl Ensemble {
    /// How many columns the model was trained on.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Their names where the file keeps them.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many trees it has.
    pub fn trees(&self) -> usize {
        self.trees
    }

    /// The model's output: a probability where it was trained on yes and no, else the predicted value. `None` is a
    /// missing value, and so is `NaN`.
    pub fn run(&self, column: impl Fn(usize) -> Option<f64>) -> f64 {
        let read = |slot: &Slot| slot.reading.read(column(slot.column as usize));
        if self.slots.len() > VALUES_AT_HAND {
            return self.answer(|slot| read(&self.slots[usize::from(slot)]));
        }
        let mut values = [f64::NAN; VALUES_AT_HAND];
        for (value, slot) in values.iter_mut().zip(&self.slots) {
            *value = read(slot);
        }
        // The remainder changes nothing, but shows the compiler that the index is never out of range.
        self.answer(|slot| values[usize::from(slot) % VALUES_AT_HAND])
    }

    #[inline]
    fn answer(&self, value: impl Fn(u16) -> f64) -> f64 {
        let sum = match self.score.precision {
            Precision::Single => {
                let mut total = single(self.score.before);
                self.walk(value, |leaf| total += single(leaf));
                f64::from(total / single(self.score.divisor) + single(self.score.after))
            }
            Precision::Double => {
                let mut total = self.score.before;
                self.walk(value, |leaf| total += leaf);
                total / self.score.divisor + self.score.after
            }
        };
        self.score.link.of(sum)
    }

    /// Hands the leaf of each tree to `take`, in the order of the trees.
    #[inline]
    fn walk(&self, value: impl Fn(u16) -> f64, take: impl FnMut(f64)) {
        if self.sets.is_empty() {
            self.walk_by(|node| node.is_left(value(node.slot)), take);
        } else {
            self.walk_by(|node| self.is_left(node, value(node.slot)), take);
        }
    }

    #[inline]
    fn walk_by(&self, is_left: impl Fn(&Node) -> bool, mut take: impl FnMut(f64)) {
        for roots in &self.roots {
            let mut at = *roots;
            let mut moved = 1;
            while moved != 0 {
                moved = 0;
                for at in &mut at {
                    let next = self.nodes[*at as usize].next(&is_left);
                    moved |= next ^ *at;
                    *at = next;
                }
            }
            for at in at {
                take(self.nodes[at as usize].number);
            }
        }
    }

    /// As `Node::is_left`, in a model that also has sets.
    fn is_left(&self, node: &Node, value: f64) -> bool {
        if node.kind == Kind::OneOf {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it counts sets")]
            return self.sets[node.number as usize].holds(value);
        }
        node.is_left(value)
    }
}

impl Node {
    /// The child that a value leads to, side by side with its sibling; a leaf stays.
    #[inline]
    fn next(&self, is_left: impl Fn(&Self) -> bool) -> u32 {
        self.child + u32::from((self.kind != Kind::Leaf) & !is_left(self))
    }

    /// Both sides are always computed: a jump that depends on the value would be guessed wrongly half the time.
    #[inline]
    fn is_left(&self, value: f64) -> bool {
        (value <= self.number) | (value.is_nan() & self.missing_left)
    }
}
