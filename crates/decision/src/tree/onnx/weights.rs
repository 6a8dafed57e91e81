//! The leaves of an ensemble: ONNX lists them apart from the nodes, for each class.

use std::collections::HashMap;

use super::CLASSIFIER;
use super::messages::Operation;
use crate::tree::TreeError;

/// What each leaf adds to the answer.
#[derive(Debug)]
pub(super) struct Weights {
    /// By tree and node, for each of at most two classes.
    of: HashMap<(i64, i64), [Option<f64>; 2]>,
    /// The class whose weights make the answer. A classifier of two classes may keep weights of the first alone and
    /// nevertheless means the second: the probability of the first is what remains.
    class: usize,
    pub(super) bases: Vec<f64>,
}

impl Weights {
    pub(super) fn read(operation: &Operation) -> Result<Self, TreeError> {
        let kind = if operation.op_type == CLASSIFIER { "class" } else { "target" };
        check_classes(operation)?;
        let list = |name: &str| operation.integers(&format!("{kind}_{name}"));
        let (trees, nodes, classes) = (list("treeids"), list("nodeids"), list("ids"));
        let weights = operation.numbers(&format!("{kind}_weights"))?;
        if [trees.len(), nodes.len(), classes.len()].into_iter().any(|length| length != weights.len()) {
            return Err(TreeError::file("the lists of the ensemble's leaves differ in length"));
        }
        let mut of: HashMap<(i64, i64), [Option<f64>; 2]> = HashMap::new();
        for (at, weight) in weights.into_iter().enumerate() {
            let class = usize::try_from(classes[at]).ok().filter(|class| *class < 2);
            let class = class.ok_or_else(|| TreeError::file(format!("there is no class {}", classes[at])))?;
            let place = &mut of.entry((trees[at], nodes[at])).or_default()[class];
            if place.replace(weight).is_some() {
                return Err(leaf(trees[at], nodes[at], "has two weights for one class"));
            }
        }
        let class = usize::from(classes.contains(&1));
        if class == 1 && kind == "target" {
            return Err(TreeError::file("the model has one target, but weights for two"));
        }
        Ok(Self { of, class, bases: operation.numbers("base_values")? })
    }

    /// What a leaf adds. A leaf that leaves the class out would be counted differently from one that adds nothing.
    pub(super) fn of(&self, tree: i64, node: i64) -> Result<f64, TreeError> {
        self.of
            .get(&(tree, node))
            .and_then(|weights| weights[self.class])
            .ok_or_else(|| leaf(tree, node, "has no weight"))
    }

    pub(super) fn is_of_first_class(&self) -> bool {
        self.class == 0
    }

    /// True when no weight is below zero, so that their sum can be a probability.
    pub(super) fn are_shares(&self) -> bool {
        self.of.values().flatten().flatten().all(|weight| *weight >= 0.0)
    }
}

fn leaf(tree: i64, node: i64, problem: &str) -> TreeError {
    TreeError::file(format!("leaf {node} of tree {tree} {problem}"))
}

/// Two classes, or one target.
fn check_classes(operation: &Operation) -> Result<(), TreeError> {
    if operation.op_type == CLASSIFIER {
        let texts = operation.find("classlabels_strings").map_or(0, |one| one.texts.len());
        let classes = texts.max(operation.integers("classlabels_int64s").len());
        return if classes == 2 {
            Ok(())
        } else {
            Err(TreeError::refused(
                format!("an ONNX classifier of {classes} classes"),
                "train it on yes and no",
            ))
        };
    }
    match operation.find("n_targets").map_or(1, |one| one.integer) {
        1 => Ok(()),
        targets => Err(TreeError::refused(
            format!("an ONNX regressor of {targets} targets"),
            "train one model for each",
        )),
    }
}
