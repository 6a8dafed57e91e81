//! Lays the trees of a file out for running, and checks on the way that each is a tree.

use std::collections::{HashMap, VecDeque};

use super::TreeError;
use super::ensemble::{Ensemble, Kind, LANES, Node, Reading, Set, Slot};
use super::score::Score;

/// How many nodes a model may have.
const NODES_MAX: usize = 10_000_000;

/// A node as a file tells it; the others of its tree are named by their position.
#[derive(Debug, Clone)]
pub(super) enum Part {
    Leaf(f64),
    Split(Split),
}

#[derive(Debug, Clone)]
pub(super) struct Split {
    pub(super) column: usize,
    pub(super) reading: Reading,
    pub(super) test: Test,
    pub(super) left: usize,
    pub(super) right: usize,
}

/// What sends a row to the left.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// The value is at most the threshold (never, when that is `NaN`), or it is missing and `missing_left` holds.
    AtMost { threshold: f64, missing_left: bool },
    /// The value is one of these categories, a bit each.
    OneOf(Vec<u32>),
}

/// A model while its trees are read one after the other.
#[derive(Debug)]
pub(super) struct Layout {
    columns: usize,
    nodes: Vec<Node>,
    roots: Vec<u32>,
    sets: Vec<Set>,
    slots: Vec<Slot>,
    slot_of: HashMap<Slot, u16>,
}

/// Stands where a node will be, and in lanes without a tree. Adding it changes no sum, not even a negative zero.
const NOTHING: Node = Node { number: -0.0, child: 0, slot: 0, kind: Kind::Leaf, missing_left: false };

impl Layout {
    pub(super) fn new(columns: usize) -> Self {
        // The first node is the empty lane's.
        Self {
            columns,
            nodes: vec![NOTHING],
            roots: Vec::new(),
            sets: Vec::new(),
            slots: Vec::new(),
            slot_of: HashMap::new(),
        }
    }

    /// Adds the tree whose root is the first part, and says how many of its parts the root leads to.
    pub(super) fn plant(&mut self, parts: &[Part]) -> Result<usize, TreeError> {
        let tree = self.roots.len();
        let fail = |node, problem: &str| TreeError::Node { tree, node, problem: problem.to_owned() };
        let root = self.room(1)?;
        self.roots.push(root);
        let mut reached = vec![false; parts.len()];
        let mut count = 0;
        let mut waiting = VecDeque::from([(0, root)]);
        while let Some((from, to)) = waiting.pop_front() {
            let part = parts.get(from).ok_or_else(|| fail(from, "there is no such node"))?;
            if std::mem::replace(&mut reached[from], true) {
                return Err(fail(from, "two nodes lead here"));
            }
            count += 1;
            self.nodes[to as usize] = match part {
                Part::Leaf(value) if !value.is_finite() => return Err(fail(from, "its value is not finite")),
                Part::Leaf(value) => Node { number: *value, child: to, ..NOTHING },
                Part::Split(split) => {
                    let child = self.room(2)?;
                    waiting.extend([(split.left, child), (split.right, child + 1)]);
                    self.split(split, child).map_err(|problem| fail(from, &problem))?
                }
            };
        }
        Ok(count)
    }

    /// Room for nodes side by side; the first one's position.
    fn room(&mut self, count: usize) -> Result<u32, TreeError> {
        let first = self.nodes.len();
        if first + count > NODES_MAX {
            return Err(TreeError::refused(
                format!("a model of more than {NODES_MAX} nodes"),
                "train fewer or smaller trees",
            ));
        }
        self.nodes.resize(first + count, NOTHING);
        u32::try_from(first).map_err(|_| TreeError::file("the model has too many nodes"))
    }

    fn split(&mut self, split: &Split, child: u32) -> Result<Node, String> {
        let slot = self.slot(split.column, split.reading)?;
        Ok(match &split.test {
            Test::AtMost { threshold, missing_left } => {
                Node { number: *threshold, child, slot, kind: Kind::AtMost, missing_left: *missing_left }
            }
            Test::OneOf(words) => {
                let set =
                    u32::try_from(self.sets.len()).map_err(|_| "the model has too many sets".to_owned())?;
                self.sets.push(Set { words: words.clone() });
                Node { number: f64::from(set), child, slot, kind: Kind::OneOf, missing_left: false }
            }
        })
    }

    /// The position of a column read in one way.
    fn slot(&mut self, column: usize, reading: Reading) -> Result<u16, String> {
        if column >= self.columns {
            return Err(format!("it splits on column {column} of {}", self.columns));
        }
        let column = u32::try_from(column).map_err(|_| "the model has too many columns".to_owned())?;
        let slot = Slot { column, reading };
        if let Some(at) = self.slot_of.get(&slot) {
            return Ok(*at);
        }
        let at =
            u16::try_from(self.slots.len()).map_err(|_| "the model reads too many columns".to_owned())?;
        self.slots.push(slot);
        self.slot_of.insert(slot, at);
        Ok(at)
    }

    /// The ensemble, once every tree is planted.
    pub(super) fn finish(self, names: Vec<String>, score: Score) -> Result<Ensemble, TreeError> {
        if self.roots.is_empty() {
            return Err(TreeError::file("the model has no tree"));
        }
        let group = |roots: &[u32]| std::array::from_fn(|lane| roots.get(lane).copied().unwrap_or(0));
        Ok(Ensemble {
            columns: self.columns,
            names,
            trees: self.roots.len(),
            roots: self.roots.chunks(LANES).map(group).collect(),
            nodes: self.nodes,
            sets: self.sets,
            slots: self.slots,
            score,
        })
    }
}
