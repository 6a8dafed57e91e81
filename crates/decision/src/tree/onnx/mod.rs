//! Reads an ONNX graph of one tree ensemble, as skl2onnx writes it for scikit-learn's trees, forests and boosting.

mod graph;
mod messages;
mod nodes;
mod weights;

use prost::Message;

use self::graph::Entry;
use self::messages::{Model, Operation};
use self::nodes::Nodes;
use self::weights::Weights;
use super::TreeError;
use super::ensemble::{Ensemble, Reading};
use super::layout::Layout;
use super::score::{Link, Precision, Score};

/// The operator of a model that was trained on classes.
const CLASSIFIER: &str = "TreeEnsembleClassifier";
/// The operator of a model that was trained on an amount.
const REGRESSOR: &str = "TreeEnsembleRegressor";

pub(super) fn read(bytes: &[u8]) -> Result<Ensemble, TreeError> {
    let model = Model::decode(bytes)
        .map_err(|error| TreeError::file(format!("the file is no ONNX model, or damaged: {error}")))?;
    let graph = model.graph.ok_or_else(|| TreeError::file("the ONNX model has no graph"))?;
    let (operation, entry) = graph::find(&graph)?;
    let weights = Weights::read(operation)?;
    let nodes = Nodes::read(operation)?;
    let mut layout = Layout::new(entry.columns.map_or_else(|| nodes.columns(), Ok)?);
    let trees = nodes.plant(&mut layout, entry.reading, &weights)?;
    let score = Score { precision: precision(&entry), ..score(operation, &weights, trees)? };
    layout.finish(Vec::new(), score)
}

/// ONNX Runtime sums in the precision of its input, and answers in single precision in either case.
fn precision(entry: &Entry) -> Precision {
    if entry.reading == Reading::Single { Precision::Single } else { Precision::Double }
}

fn score(operation: &Operation, weights: &Weights, trees: usize) -> Result<Score, TreeError> {
    let after = match weights.bases[..] {
        [] => 0.0,
        [base] if weights.is_of_first_class() => base,
        _ => {
            return Err(TreeError::refused(
                "an ONNX ensemble with a base value for each class",
                "convert the model with skl2onnx, which writes one",
            ));
        }
    };
    let plain =
        Score { precision: Precision::Double, before: 0.0, divisor: 1.0, after, link: Link::OnnxIdentity };
    if operation.op_type == CLASSIFIER {
        classifier(operation, weights, plain)
    } else {
        regressor(operation, trees, plain)
    }
}

fn classifier(operation: &Operation, weights: &Weights, plain: Score) -> Result<Score, TreeError> {
    match operation.text("post_transform", "NONE") {
        b"LOGISTIC" => Ok(Score { link: Link::OnnxSigmoid, ..plain }),
        b"NONE" if weights.are_shares() && plain.after >= 0.0 => Ok(plain),
        b"NONE" => Err(TreeError::refused(
            "an ONNX classifier that answers a raw score",
            "convert it without `raw_scores`, so that it answers a probability",
        )),
        other => Err(unknown_transform(other)),
    }
}

fn regressor(operation: &Operation, trees: usize, plain: Score) -> Result<Score, TreeError> {
    match operation.text("post_transform", "NONE") {
        b"NONE" => {}
        other => return Err(unknown_transform(other)),
    }
    match operation.text("aggregate_function", "SUM") {
        b"SUM" => Ok(plain),
        b"AVERAGE" => {
            let trees = u32::try_from(trees).map_err(|_| TreeError::file("the model has too many trees"))?;
            Ok(Score { divisor: f64::from(trees), ..plain })
        }
        other => Err(TreeError::refused(
            format!("an ONNX ensemble that aggregates by `{}`", other.escape_ascii()),
            "train a model that sums or averages its trees",
        )),
    }
}

fn unknown_transform(name: &[u8]) -> TreeError {
    TreeError::refused(
        format!("an ONNX ensemble with the post transform `{}`", name.escape_ascii()),
        "convert a classifier of two classes or a regressor of one target with skl2onnx",
    )
}
