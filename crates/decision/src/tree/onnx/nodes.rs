//! The nodes of an ensemble, which ONNX spreads over lists.

use std::collections::{HashMap, HashSet};

use super::messages::Operation;
use super::weights::Weights;
use crate::tree::TreeError;
use crate::tree::ensemble::Reading;
use crate::tree::layout::{Layout, Part, Split, Test};
use crate::tree::score::{below, single};

/// The lists, all of one length. The nodes of a tree stand together, its root first.
#[derive(Debug)]
pub(super) struct Nodes<'a> {
    trees: &'a [i64],
    ids: &'a [i64],
    columns: &'a [i64],
    modes: &'a [Vec<u8>],
    thresholds: Vec<f64>,
    yes: &'a [i64],
    no: &'a [i64],
    /// Nodes where a missing value counts as yes; empty where it never does.
    missing_is_yes: &'a [i64],
}

impl<'a> Nodes<'a> {
    pub(super) fn read(operation: &'a Operation) -> Result<Self, TreeError> {
        let nodes = Self {
            trees: operation.integers("nodes_treeids"),
            ids: operation.integers("nodes_nodeids"),
            columns: operation.integers("nodes_featureids"),
            modes: operation.find("nodes_modes").map_or(&[], |one| &one.texts),
            thresholds: operation.numbers("nodes_values")?,
            yes: operation.integers("nodes_truenodeids"),
            no: operation.integers("nodes_falsenodeids"),
            missing_is_yes: operation.integers("nodes_missing_value_tracks_true"),
        };
        let lengths = [
            nodes.ids.len(),
            nodes.columns.len(),
            nodes.modes.len(),
            nodes.thresholds.len(),
            nodes.yes.len(),
            nodes.no.len(),
        ];
        let count = nodes.trees.len();
        if lengths.into_iter().any(|length| length != count)
            || ![0, count].contains(&nodes.missing_is_yes.len())
        {
            return Err(TreeError::file("the lists of the ensemble's nodes differ in length"));
        }
        Ok(nodes)
    }

    /// How many columns there must be at least.
    pub(super) fn columns(&self) -> Result<usize, TreeError> {
        let last = self.columns.iter().copied().max().unwrap_or(0);
        usize::try_from(last).ok().and_then(|last| last.checked_add(1)).ok_or_else(|| wrong_column(last))
    }

    /// Plants every tree and says how many there are.
    pub(super) fn plant(
        &self,
        layout: &mut Layout,
        reading: Reading,
        weights: &Weights,
    ) -> Result<usize, TreeError> {
        let mut first = 0;
        let mut seen = HashSet::new();
        for stretch in self.trees.chunk_by(|one, next| one == next) {
            let tree = seen.len();
            let fail = |problem: &str| TreeError::Tree { tree, problem: problem.to_owned() };
            if !seen.insert(stretch[0]) {
                return Err(fail("its nodes do not stand together"));
            }
            let parts = self.parts(first, stretch.len(), reading, weights)?;
            if layout.plant(&parts)? < parts.len() {
                return Err(fail("its first node does not lead to all others"));
            }
            first += stretch.len();
        }
        Ok(seen.len())
    }

    /// The nodes of one tree.
    fn parts(
        &self,
        first: usize,
        count: usize,
        reading: Reading,
        weights: &Weights,
    ) -> Result<Vec<Part>, TreeError> {
        let tree = self.trees[first];
        let ids = &self.ids[first..first + count];
        let positions: HashMap<i64, usize> = ids.iter().copied().zip(0..).collect();
        if positions.len() < count {
            return Err(TreeError::file(format!("two nodes of tree {tree} have one number")));
        }
        // A number that no node has names a part that does not exist, which the layout reports.
        let position = |id: i64| positions.get(&id).copied().unwrap_or(usize::MAX);
        let part = |at: usize| {
            if self.modes[at] == b"LEAF" {
                return Ok(Part::Leaf(weights.of(tree, self.ids[at])?));
            }
            let column = usize::try_from(self.columns[at]).map_err(|_| wrong_column(self.columns[at]))?;
            let (test, yes_is_left) = self.test(at, reading)?;
            let (yes, no) = (position(self.yes[at]), position(self.no[at]));
            let (left, right) = if yes_is_left { (yes, no) } else { (no, yes) };
            Ok(Part::Split(Split { column, reading, test, left, right }))
        };
        (first..first + count).map(part).collect()
    }

    /// The question of a split as "at most", and whether its yes is that question's yes.
    fn test(&self, at: usize, reading: Reading) -> Result<(Test, bool), TreeError> {
        let threshold = self.thresholds[at];
        let missing_is_yes = self.missing_is_yes.get(at).is_some_and(|flag| *flag == 1);
        let (threshold, yes_is_left) = match self.modes[at].as_slice() {
            b"BRANCH_LEQ" => (threshold, true),
            b"BRANCH_LT" => (below_in(reading, threshold), true),
            b"BRANCH_GT" => (threshold, false),
            b"BRANCH_GTE" => (below_in(reading, threshold), false),
            other => {
                return Err(TreeError::refused(
                    format!("an ONNX ensemble that splits by `{}`", other.escape_ascii()),
                    "convert a model that splits by thresholds",
                ));
            }
        };
        Ok((Test::AtMost { threshold, missing_left: missing_is_yes == yes_is_left }, yes_is_left))
    }
}

/// The largest number below a threshold in the precision in which columns are read.
fn below_in(reading: Reading, threshold: f64) -> f64 {
    match reading {
        Reading::Single => f64::from(below(single(threshold))),
        _ if threshold.is_finite() => threshold.next_down(),
        _ => threshold,
    }
}

fn wrong_column(column: i64) -> TreeError {
    TreeError::file(format!("there is no column {column}"))
}
